extension Instant {
    /// Reads a `date-time` of RFC 3339, section 5.6.
    ///
    /// `t` and `z` may be lower-case and `-00:00` is UTC, as the RFC says; digits after the milliseconds are dropped.
    /// Year 0000 and second 60, which the RFC knows, are refused.
    package init(rfc3339 text: String) throws(TemporalError) {
        guard text.utf8.count <= TemporalError.maximumTextBytes else {
            throw .textTooLong(byteCount: text.utf8.count)
        }
        var reader = RFC3339Reader(text: text)
        let date = try reader.fullDate()
        try reader.separator()
        let timeOfDay = try reader.partialTime()
        let offset = try reader.timeOffset()
        try reader.end()
        let day = Int64(date.dayCount - CivilDate.dayCountAtEpoch)
        let milliseconds = day * 86_400_000 + timeOfDay - offset
        guard Self.timeline.contains(milliseconds) else {
            throw .noSuchTime(text: text, problem: "in UTC it is before the year 0001 or after the year 9999")
        }
        self.init(milliseconds: milliseconds)
    }

    /// Always `YYYY-MM-DDThh:mm:ss.sssZ`: 24 bytes, so texts sort as the instants do.
    package var rfc3339: String {
        let dayLength: Int64 = 86_400_000
        let sinceMarch0000 = milliseconds + Int64(CivilDate.dayCountAtEpoch) * dayLength
        let date = CivilDate(dayCount: Int(sinceMarch0000 / dayLength))
        let timeOfDay = Int(sinceMarch0000 % dayLength)
        return unsafe String(unsafeUninitializedCapacity: 24) { buffer in
            unsafe Self.write(date.year, digits: 4, then: "-", to: buffer, at: 0)
            unsafe Self.write(date.month, digits: 2, then: "-", to: buffer, at: 5)
            unsafe Self.write(date.day, digits: 2, then: "T", to: buffer, at: 8)
            unsafe Self.write(timeOfDay / 3_600_000, digits: 2, then: ":", to: buffer, at: 11)
            unsafe Self.write(timeOfDay / 60_000 % 60, digits: 2, then: ":", to: buffer, at: 14)
            unsafe Self.write(timeOfDay / 1000 % 60, digits: 2, then: ".", to: buffer, at: 17)
            unsafe Self.write(timeOfDay % 1000, digits: 3, then: "Z", to: buffer, at: 20)
            return 24
        }
    }

    /// The same, without the milliseconds where they are zero: `2026-01-31T08:30:00Z`.
    package var shortRFC3339: String {
        let text = rfc3339
        return text.hasSuffix(".000Z") ? text.dropLast(5) + "Z" : text
    }

    @inline(__always)
    private static func write(
        _ number: Int, digits: Int, then mark: Unicode.Scalar, to buffer: UnsafeMutableBufferPointer<UInt8>,
        at start: Int
    ) {
        var rest = number
        for index in stride(from: start + digits - 1, through: start, by: -1) {
            unsafe buffer[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        unsafe buffer[start + digits] = UInt8(ascii: mark)
    }
}

/// Walks over one text by the productions of RFC 3339, section 5.6.
private struct RFC3339Reader {
    let text: String
    private let bytes: [UInt8]
    private var offset = 0

    init(text: String) {
        self.text = text
        bytes = Array(text.utf8)
    }

    mutating func fullDate() throws(TemporalError) -> CivilDate {
        let year = try number(digits: 4)
        try expect("-")
        let month = try number(digits: 2)
        try expect("-")
        let day = try number(digits: 2)
        guard year > 0 else { throw .noSuchTime(text: text, problem: "years begin with 0001") }
        guard 1...12 ~= month else { throw .noSuchTime(text: text, problem: "months are 01 to 12") }
        let lastDay = CivilDate.daysIn(month: month, year: year)
        guard 1...lastDay ~= day else {
            throw .noSuchTime(text: text, problem: "the days of that month are 01 to \(lastDay)")
        }
        return CivilDate(year: year, month: month, day: day)
    }

    mutating func separator() throws(TemporalError) {
        guard skip("T") || skip("t") else { throw malformed(expected: "T") }
    }

    /// Milliseconds since the start of the day.
    mutating func partialTime() throws(TemporalError) -> Int64 {
        let hour = try number(digits: 2)
        try expect(":")
        let minute = try number(digits: 2)
        try expect(":")
        let second = try number(digits: 2)
        let fraction = skip(".") ? try secfrac() : 0
        guard hour < 24 else { throw .noSuchTime(text: text, problem: "hours are 00 to 23") }
        guard minute < 60 else { throw .noSuchTime(text: text, problem: "minutes are 00 to 59") }
        guard second != 60 else { throw .leapSecond(text: text) }
        guard second < 60 else { throw .noSuchTime(text: text, problem: "seconds are 00 to 59") }
        return Int64(((hour * 60 + minute) * 60 + second) * 1000 + fraction)
    }

    /// Milliseconds; further digits are read and dropped.
    private mutating func secfrac() throws(TemporalError) -> Int {
        guard var fraction = digit() else { throw malformed(expected: "a digit") }
        fraction = fraction * 10 + (digit() ?? 0)
        fraction = fraction * 10 + (digit() ?? 0)
        while digit() != nil {}
        return fraction
    }

    /// Milliseconds that local time is ahead of UTC.
    mutating func timeOffset() throws(TemporalError) -> Int64 {
        if skip("Z") || skip("z") { return 0 }
        let isAhead = skip("+")
        guard isAhead || skip("-") else { throw malformed(expected: "Z or an offset like +01:00") }
        let hour = try number(digits: 2)
        try expect(":")
        let minute = try number(digits: 2)
        guard hour < 24, minute < 60 else {
            throw .noSuchTime(text: text, problem: "offsets are 00:00 to 23:59")
        }
        let length = Int64(hour * 60 + minute) * 60_000
        return isAhead ? length : -length
    }

    mutating func end() throws(TemporalError) {
        guard offset == bytes.count else { throw malformed(expected: "the end") }
    }

    private mutating func number(digits: Int) throws(TemporalError) -> Int {
        var number = 0
        for _ in 0..<digits {
            guard let digit = digit() else { throw malformed(expected: "a digit") }
            number = number * 10 + digit
        }
        return number
    }

    private mutating func digit() -> Int? {
        guard offset < bytes.count, UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[offset] else { return nil }
        defer { offset += 1 }
        return Int(bytes[offset] - UInt8(ascii: "0"))
    }

    private mutating func expect(_ mark: Unicode.Scalar) throws(TemporalError) {
        guard skip(mark) else { throw malformed(expected: "\(mark)") }
    }

    private mutating func skip(_ mark: Unicode.Scalar) -> Bool {
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: mark) else { return false }
        offset += 1
        return true
    }

    private func malformed(expected: String) -> TemporalError {
        .malformedInstant(text: text, offset: offset, expected: expected)
    }
}
