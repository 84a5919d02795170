extension TimeZoneRules {
    /// No file of the time zone database is longer than a tenth of this.
    package static let maximumFileBytes = 1 << 16

    /// Reads a TZif file, versions 1 to 4 (RFC 9636; versions 1 to 3 also RFC 8536).
    ///
    /// Of version 2 and later the block with 64-bit times is read, and the footer. A file without footer, or with an
    /// empty one, keeps its last offset for ever. Files that count leap seconds are refused, as the RFC allows: their
    /// numbers are not those of POSIX clocks. Abbreviations and the indicators of standard and universal time say
    /// nothing about offsets; they are passed over.
    package init(parsing bytes: [UInt8]) throws(TemporalError) {
        guard bytes.count <= Self.maximumFileBytes else {
            throw .malformedZone(problem: "a file of \(bytes.count) bytes; the most is \(Self.maximumFileBytes)")
        }
        var reader = TZifReader(bytes: bytes)
        let first = try reader.header()
        guard first.version > 1 else {
            try self.init(reader.block(first, timeBytes: 4), footer: "")
            guard reader.isAtEnd else { throw .malformedZone(problem: "bytes after its end") }
            return
        }
        try reader.skip(first.byteCount(timeBytes: 4))
        let second = try reader.header()
        guard second.version == first.version else {
            throw .malformedZone(problem: "two headers of different versions")
        }
        let block = try reader.block(second, timeBytes: 8)
        try self.init(block, footer: reader.footer())
    }

    private init(_ block: TZifReader.Block, footer: String) throws(TemporalError) {
        // What was before the year 1 has no instant of ours.
        let before = block.transitions.prefix { $0.at < OffsetTable.transitions.lowerBound }
        let initial = before.last?.offset ?? block.initialOffset
        let transitions = Array(block.transitions.dropFirst(before.count))
        let rule =
            footer.isEmpty
            ? try YearlyRule(standardOffset: transitions.last?.offset ?? initial, saving: nil)
            : try YearlyRule(posix: footer)
        try self.init(initialOffset: initial, transitions: transitions, rule: rule)
    }
}

/// Walks over one TZif file; numbers are big-endian.
private struct TZifReader {
    let bytes: [UInt8]
    private var offset = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// RFC 9636, section 3.1.
    struct Header {
        let version: Int
        let isutcnt: Int
        let isstdcnt: Int
        let leapcnt: Int
        let timecnt: Int
        let typecnt: Int
        let charcnt: Int

        func byteCount(timeBytes: Int) -> Int {
            timecnt * (timeBytes + 1) + typecnt * 6 + charcnt + leapcnt * (timeBytes + 4) + isstdcnt + isutcnt
        }
    }

    /// RFC 9636, section 3.2.
    struct Block {
        let initialOffset: Int
        let transitions: [TimeZoneRules.Transition]
    }

    var isAtEnd: Bool { offset == bytes.count }

    mutating func header() throws(TemporalError) -> Header {
        guard try take(4).elementsEqual("TZif".utf8) else {
            throw .malformedZone(problem: "it does not begin with TZif, so it is no time zone file")
        }
        let versions: [UInt8: Int] = [0: 1, 0x32: 2, 0x33: 3, 0x34: 4]
        guard let version = versions[try take(1).first ?? 1] else {
            throw .malformedZone(problem: "a version of the format after 4")
        }
        _ = try take(15)
        var counts: [Int] = []
        for _ in 0..<6 { counts.append(Int(try integer(byteCount: 4))) }
        let header = Header(
            version: version, isutcnt: counts[0], isstdcnt: counts[1], leapcnt: counts[2], timecnt: counts[3],
            typecnt: counts[4], charcnt: counts[5])
        guard counts.allSatisfy({ 0...TimeZoneRules.maximumFileBytes ~= $0 }), 1...256 ~= header.typecnt,
            header.charcnt > 0, [0, header.typecnt].contains(header.isutcnt),
            [0, header.typecnt].contains(header.isstdcnt)
        else { throw .malformedZone(problem: "counts in its header that cannot be") }
        guard header.leapcnt == 0 else {
            throw .malformedZone(problem: "it counts leap seconds; use the file of the same zone that does not")
        }
        return header
    }

    mutating func block(_ header: Header, timeBytes: Int) throws(TemporalError) -> Block {
        guard header.timecnt <= TimeZoneRules.maximumTransitions else {
            throw .malformedZone(problem: "more than \(TimeZoneRules.maximumTransitions) transitions")
        }
        var times: [Int64] = []
        for _ in 0..<header.timecnt { times.append(try integer(byteCount: timeBytes)) }
        let types = try take(header.timecnt)
        var offsets: [Int] = []
        for _ in 0..<header.typecnt {
            offsets.append(Int(try integer(byteCount: 4)))
            _ = try take(2)
        }
        guard offsets.allSatisfy({ YearlyRule.offsets.contains($0) }) else {
            throw .malformedZone(problem: "an offset of more than a day from UTC")
        }
        try skip(header.charcnt + header.isstdcnt + header.isutcnt)
        var transitions: [TimeZoneRules.Transition] = []
        for (time, type) in zip(times, types) {
            guard Int(type) < offsets.count else {
                throw .malformedZone(problem: "a local time type that is not there")
            }
            guard transitions.last.map({ $0.at < time }) ?? true else {
                throw .malformedZone(problem: "transitions that are not in the order of time")
            }
            transitions.append(TimeZoneRules.Transition(at: time, offset: offsets[Int(type)]))
        }
        return Block(initialOffset: offsets[0], transitions: transitions)
    }

    /// What stands between two line feeds at the end (RFC 9636, section 3.3).
    mutating func footer() throws(TemporalError) -> String {
        let newline = UInt8(ascii: "\n")
        let rest = bytes[offset...]
        guard rest.count >= 2, rest.first == newline, rest.dropFirst().firstIndex(of: newline) == bytes.count - 1 else {
            throw .malformedZone(problem: "its footer is not one line between line feeds")
        }
        let line = rest.dropFirst().dropLast()
        guard line.allSatisfy({ 0x20...0x7E ~= $0 }) else { throw .malformedZone(problem: "its footer is not ASCII") }
        return String(decoding: line, as: UTF8.self)
    }

    mutating func skip(_ count: Int) throws(TemporalError) { _ = try take(count) }

    private mutating func take(_ count: Int) throws(TemporalError) -> ArraySlice<UInt8> {
        guard count <= bytes.count - offset else { throw .malformedZone(problem: "it ends too early") }
        defer { offset += count }
        return bytes[offset..<offset + count]
    }

    private mutating func integer(byteCount: Int) throws(TemporalError) -> Int64 {
        let number = try take(byteCount).reduce(0) { UInt64($0) << 8 | UInt64($1) }
        return byteCount == 8 ? Int64(bitPattern: number) : Int64(Int32(truncatingIfNeeded: number))
    }
}
