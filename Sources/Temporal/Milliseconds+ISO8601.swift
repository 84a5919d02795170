extension Milliseconds {
    /// The longest duration that a text may name, a hundred years: a longer promise is a slip of the pen, and with
    /// this bound no sum of an instant of our days and a parsed duration leaves the years of ``Instant``.
    package static let longestParsed = Milliseconds.days(36_525)

    /// Reads a duration of ISO 8601 in the one form that has no calendar in it:
    /// `^PT(?=[0-9])([0-9]+H)?([0-9]+M)?([0-9]+S)?$`. `PT90M` and `PT1H30M` are the same value.
    ///
    /// Days, weeks, months, signs and fractions are refused: a day is not always 24 hours, see ``TimeSpan``.
    package init(iso8601 text: String) throws(TemporalError) {
        guard text.utf8.count <= TemporalError.maximumTextBytes else {
            throw .textTooLong(byteCount: text.utf8.count)
        }
        var rest = Substring(text).utf8
        guard rest.starts(with: "PT".utf8), rest.count > 2 else { throw .malformedDuration(text: text) }
        rest = rest.dropFirst(2)
        var total: Int64 = 0
        for (designator, unit) in Self.units {
            let digits = rest.prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
            let afterDigits = rest[digits.endIndex...]
            guard !digits.isEmpty, afterDigits.first == designator else { continue }
            var number: Int64 = 0
            for digit in digits {
                number = number * 10 + Int64(digit - UInt8(ascii: "0"))
                guard number <= Self.longestParsed.count / unit else { throw .durationTooLong(text: text) }
            }
            total += number * unit
            rest = afterDigits.dropFirst()
        }
        guard rest.isEmpty else { throw .malformedDuration(text: text) }
        guard total <= Self.longestParsed.count else { throw .durationTooLong(text: text) }
        self.init(total)
    }

    private static let units: [(designator: UInt8, milliseconds: Int64)] = [
        (UInt8(ascii: "H"), 3_600_000), (UInt8(ascii: "M"), 60_000), (UInt8(ascii: "S"), 1000),
    ]

    /// The shortest text with the largest units: `PT0S`, `PT36H`, `PT1H30M`.
    ///
    /// A length that is negative or has a part of a second (`-PT1H`, `PT0.250S`, for people to read) has a sign or a
    /// fraction that ``init(iso8601:)`` refuses; every other length reads back as the same value.
    package var iso8601: String {
        let magnitude = count.magnitude
        let (hours, minutes) = (magnitude / 3_600_000, magnitude / 60_000 % 60)
        let (seconds, fraction) = (magnitude / 1000 % 60, magnitude % 1000)
        var text = count < 0 ? "-PT" : "PT"
        if hours > 0 { text += "\(hours)H" }
        if minutes > 0 { text += "\(minutes)M" }
        if fraction > 0 {
            text += "\(seconds).\("\(fraction + 1000)".dropFirst())S"
        } else if seconds > 0 || magnitude == 0 {
            text += "\(seconds)S"
        }
        return text
    }
}

extension Milliseconds: CustomStringConvertible {
    /// The text of ``iso8601``.
    package var description: String { iso8601 }
}
