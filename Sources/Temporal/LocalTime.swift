/// What a wall clock shows, and how far it is ahead of UTC.
package struct LocalTime: Hashable, Sendable {
    /// The date that it shows.
    package let date: LocalDate
    /// Milliseconds since the clock showed, or would have shown, 00:00 of that date: 0 to 86,399,999.
    package let millisecondOfDay: Int
    /// Seconds ahead of UTC.
    package let offset: Int

    init(wallMilliseconds: Int64, offset: Int) {
        date = LocalDate(wallMilliseconds: wallMilliseconds)
        millisecondOfDay = Int(wallMilliseconds - date.milliseconds)
        self.offset = offset
    }
}

extension LocalTime: CustomStringConvertible {
    /// `2026-03-29T03:00:00+02:00`; a part of a second, and of a minute in the offset, only where there is one.
    package var description: String {
        let seconds = millisecondOfDay / 1000
        let part = millisecondOfDay % 1000
        let time = "\(digits(seconds / 3600, 2)):\(digits(seconds / 60 % 60, 2)):\(digits(seconds % 60, 2))"
        return "\(date)T\(time)\(part == 0 ? "" : ".\(digits(part, 3))")\(offsetText)"
    }

    /// `+01:00`, or `-00:25:21` where an old offset has seconds.
    package var offsetText: String {
        let length = abs(offset)
        let seconds = length % 60 == 0 ? "" : ":\(digits(length % 60, 2))"
        return "\(offset < 0 ? "-" : "+")\(digits(length / 3600, 2)):\(digits(length / 60 % 60, 2))\(seconds)"
    }
}
