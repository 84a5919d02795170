extension YearlyRule {
    /// Reads the footer of a TZif file: the `TZ` string of POSIX with the hours of RFC 9636, section 3.3.2, like
    /// `CET-1CEST,M3.5.0,M10.5.0/3`. A saving without dates, which POSIX leaves open, is refused.
    package init(posix text: String) throws(TemporalError) {
        guard text.utf8.count <= TemporalError.maximumTextBytes else {
            throw .textTooLong(byteCount: text.utf8.count)
        }
        var reader = POSIXReader(bytes: Array(text.utf8))
        try reader.name()
        let standard = -(try reader.time(hours: 24))
        guard !reader.isAtEnd else {
            try self.init(standardOffset: standard, saving: nil)
            return
        }
        try reader.name()
        let saving = reader.isAt(",") ? standard + 3600 : -(try reader.time(hours: 24))
        try reader.expect(",")
        let start = try reader.change()
        try reader.expect(",")
        let end = try reader.change()
        guard reader.isAtEnd else { throw reader.malformed("the end") }
        try self.init(standardOffset: standard, saving: Saving(offset: saving, start: start, end: end))
    }
}

/// Walks over one `TZ` string.
private struct POSIXReader {
    let bytes: [UInt8]
    private var offset = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { offset == bytes.count }

    /// At least three letters, or letters, digits and signs in angle brackets.
    mutating func name() throws(TemporalError) {
        let isQuoted = skip("<")
        let start = offset
        while let byte = peek, Self.isLetter(byte) || isQuoted && Self.isInQuotes(byte) { offset += 1 }
        guard offset - start >= 3 else { throw malformed("an abbreviation of at least three letters") }
        if isQuoted { try expect(">") }
    }

    /// `[+|-]hh[:mm[:ss]]` in seconds.
    mutating func time(hours: Int) throws(TemporalError) -> Int {
        let isNegative = skip("-")
        if !isNegative { _ = skip("+") }
        var seconds = try number(in: 0...hours) * 3600
        if skip(":") {
            seconds += try number(in: 0...59) * 60
            if skip(":") { seconds += try number(in: 0...59) }
        }
        return isNegative ? -seconds : seconds
    }

    mutating func change() throws(TemporalError) -> YearlyRule.Change {
        let day: YearlyRule.Day
        if skip("J") {
            day = .julian(try number(in: 1...365))
        } else if skip("M") {
            let month = try number(in: 1...12)
            try expect(".")
            let week = try number(in: 1...5)
            try expect(".")
            day = .weekday(month: month, week: week, day: try number(in: 0...6))
        } else {
            day = .zeroBased(try number(in: 0...365))
        }
        return YearlyRule.Change(day: day, second: skip("/") ? try time(hours: 167) : 7200)
    }

    mutating func expect(_ mark: Unicode.Scalar) throws(TemporalError) {
        guard skip(mark) else { throw malformed("\"\(mark)\"") }
    }

    func isAt(_ mark: Unicode.Scalar) -> Bool { peek == UInt8(ascii: mark) }

    func malformed(_ expected: String) -> TemporalError {
        .malformedZone(problem: "the yearly rule in its footer: expected \(expected) at byte \(offset)")
    }

    private mutating func number(in range: ClosedRange<Int>) throws(TemporalError) -> Int {
        let start = offset
        var number = 0
        while let byte = peek, 0x30...0x39 ~= byte, offset - start < 3 {
            number = 10 * number + Int(byte - 0x30)
            offset += 1
        }
        guard offset > start, range.contains(number) else {
            throw malformed("a number of \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private mutating func skip(_ mark: Unicode.Scalar) -> Bool {
        guard isAt(mark) else { return false }
        offset += 1
        return true
    }

    private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private static func isLetter(_ byte: UInt8) -> Bool { 0x41...0x5A ~= byte || 0x61...0x7A ~= byte }
    private static func isInQuotes(_ byte: UInt8) -> Bool {
        0x30...0x39 ~= byte || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
    }
}
