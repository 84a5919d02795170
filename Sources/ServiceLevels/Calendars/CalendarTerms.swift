package import CanonicalJSON
package import Temporal

/// What a document of kind `BusinessCalendar` says in its `spec`: a zone, hours, and dates that are otherwise. With the
/// rules of the zone it becomes a ``WorkingCalendar``.
package struct CalendarTerms: Hashable, Sendable {
    /// The zone whose wall clock counts.
    package let zone: ZoneName
    /// Which rules of the zone are meant; a published calendar has them.
    package let tzdata: Pin?
    /// The hours of Monday to Sunday.
    package let week: [[WorkingCalendar.Window]]
    /// The dates with hours of their own.
    package let exceptions: [LocalDate: [WorkingCalendar.Window]]
    /// Why they are, where the document says so.
    package let reasons: [LocalDate: String]

    /// The rules of a zone, named by their hash.
    package struct Pin: Hashable, Sendable {
        /// The release of the database that they were taken from, like `2025b`.
        package let release: String
        /// ``TimeZoneRules/pin``.
        package let sha256: String

        /// The rules of a zone.
        package init(release: String, sha256: String) { (self.release, self.sha256) = (release, sha256) }
    }

    private static let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    /// Reads a `spec`.
    package init(_ reader: consuming ObjectReader) throws(JSONShapeError) {
        let name = try reader.string("timeZone")
        do throws(TemporalError) {
            zone = try ZoneName(parsing: name)
        } catch {
            throw JSONShapeError(pointer: reader.pointer(to: "timeZone"), problem: error.description)
        }
        tzdata = try reader.optionalObject("tzdata").map { (pin) throws(JSONShapeError) in try Pin(pin) }
        try reader.optionalConstant("rule", "wall-label")
        var days = try reader.object("week")
        var week: [[WorkingCalendar.Window]] = []
        for day in Self.days {
            week.append(try Self.windows(days.optionalArray(day) ?? [], at: days.pointer(to: day)))
        }
        try days.finish()
        self.week = week
        (exceptions, reasons) = try Self.exceptions(
            reader.optionalArray("exceptions") ?? [], at: reader.pointer(to: "exceptions"))
        let place = reader.pointer(to: "week")
        try reader.finish()
        // Whatever a calendar refuses of them, it refuses in every zone.
        do throws(TemporalError) {
            _ = try WorkingCalendar(zone: .utc, week: week, exceptions: exceptions)
        } catch {
            throw JSONShapeError(pointer: place, problem: error.description)
        }
    }

    /// The calendar, in the zone with those rules.
    package func calendar(in zone: TimeZoneRules) -> WorkingCalendar {
        guard let calendar = try? WorkingCalendar(zone: zone, week: week, exceptions: exceptions) else {
            preconditionFailure("the hours were refused when they were read")
        }
        return calendar
    }

    private static func windows(
        _ elements: [(JSON, JSONPointer)], at pointer: JSONPointer
    ) throws(JSONShapeError) -> [WorkingCalendar.Window] {
        var windows: [WorkingCalendar.Window] = []
        for (json, place) in elements {
            guard case .array(let pair) = json, pair.count == 2, let open = minutes(pair[0]),
                let close = minutes(pair[1])
            else {
                let problem = "expected two times of day from 00:00 to 24:00, like [\"09:00\", \"12:30\"]"
                throw JSONShapeError(pointer: place, problem: problem)
            }
            do throws(TemporalError) {
                windows.append(try WorkingCalendar.Window(open: open, close: close))
                _ = try WorkingCalendar(zone: .utc, week: Array(repeating: windows, count: 7))
            } catch {
                throw JSONShapeError(pointer: place, problem: error.description)
            }
        }
        return windows
    }

    /// Minutes after 00:00 of `hh:mm`; `24:00` is the end of the date.
    private static func minutes(_ json: JSON) -> Int? {
        guard case .string(let text) = json else { return nil }
        let bytes = Array(text.utf8)
        guard bytes.count == 5, bytes[2] == UInt8(ascii: ":"),
            [0, 1, 3, 4].allSatisfy({ PolicyText.isDigit(bytes[$0]) })
        else { return nil }
        let digits = bytes.map { Int($0) - 0x30 }
        let (hour, minute) = (10 * digits[0] + digits[1], 10 * digits[3] + digits[4])
        guard hour < 24 && minute < 60 || hour == 24 && minute == 0 else { return nil }
        return 60 * hour + minute
    }

    private static func exceptions(
        _ elements: [(JSON, JSONPointer)], at pointer: JSONPointer
    ) throws(JSONShapeError) -> ([LocalDate: [WorkingCalendar.Window]], [LocalDate: String]) {
        guard elements.count <= WorkingCalendar.maximumExceptions else {
            let problem = "expected at most \(WorkingCalendar.maximumExceptions) dates, found \(elements.count)"
            throw JSONShapeError(pointer: pointer, problem: problem)
        }
        var exceptions: [LocalDate: [WorkingCalendar.Window]] = [:]
        var reasons: [LocalDate: String] = [:]
        for (json, place) in elements {
            var reader = try ObjectReader(json, at: place)
            let date = try reader.date("date")
            let hours = try windows(reader.array("windows"), at: reader.pointer(to: "windows"))
            guard exceptions.updateValue(hours, forKey: date) == nil else {
                throw JSONShapeError(pointer: place, problem: "the date \(date) stands here twice; keep one")
            }
            reasons[date] = try reader.optionalText("reason")
            try reader.finish()
        }
        return (exceptions, reasons)
    }
}

extension CalendarTerms.Pin {
    /// Reads a `tzdata`.
    package init(_ reader: consuming ObjectReader) throws(JSONShapeError) {
        release = try reader.string("release")
        guard TZDataRelease.isOne(release) else {
            throw JSONShapeError(
                pointer: reader.pointer(to: "release"), problem: "expected a release of the database like 2025b")
        }
        sha256 = try reader.string("sha256")
        guard sha256.utf8.count == 64,
            sha256.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else {
            let problem = "expected 64 lower-case hexadecimal digits; punctual policy zones prints those of a zone"
            throw JSONShapeError(pointer: reader.pointer(to: "sha256"), problem: problem)
        }
        try reader.finish()
    }

    /// As the document has it.
    package var json: JSON { ["release": .string(release), "sha256": .string(sha256)] }
}

/// The name of a release of the time zone database.
package enum TZDataRelease {
    /// Whether a text is a year of this century and a small letter.
    package static func isOne(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.count == 5 && bytes.starts(with: "20".utf8) && bytes[2...3].allSatisfy(PolicyText.isDigit)
            && (0x61...0x7A).contains(bytes[4])
    }
}

extension ObjectReader {
    fileprivate mutating func date(_ key: String) throws(JSONShapeError) -> LocalDate {
        let text = try string(key)
        do throws(TemporalError) {
            return try LocalDate(parsing: text)
        } catch {
            throw JSONShapeError(pointer: pointer(to: key), problem: error.description)
        }
    }

    fileprivate mutating func optionalText(_ key: String) throws(JSONShapeError) -> String? {
        guard let text = try optionalString(key) else { return nil }
        guard PolicyText.lengths.contains(text.unicodeScalars.count) else {
            let problem =
                "expected a text of \(PolicyText.lengths.lowerBound) to \(PolicyText.lengths.upperBound) characters"
            throw JSONShapeError(pointer: pointer(to: key), problem: problem)
        }
        return text
    }
}
