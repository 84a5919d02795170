/// A stretch of time that a calendar counts, `[from, to)`.
package struct OpenInterval: Hashable, Sendable {
    /// The date that the wall clock shows throughout.
    package let date: LocalDate
    /// Its first instant.
    package let from: Instant
    /// The first instant after it.
    package let to: Instant
}

/// What a calendar counts from an instant on, in the order of time, as far as ``WorkingCalendar/horizon``.
struct OpenIntervals: Sequence, IteratorProtocol {
    private let calendar: WorkingCalendar
    private let start: Int64
    private let end: Int64
    private var piece: TimeZoneRules.Piece
    private var date: LocalDate
    private var windows: [WorkingCalendar.Window]
    private var index = 0

    /// A stretch in milliseconds since 1970.
    struct Element {
        let date: LocalDate
        let from: Int64
        let to: Int64
    }

    init(of calendar: WorkingCalendar, from start: Int64, to end: Int64? = nil) {
        self.calendar = calendar
        self.start = start
        self.end = end ?? Swift.min(start + WorkingCalendar.horizon.count, Instant.timeline.upperBound)
        piece = calendar.zone.piece(at: start)
        date = LocalDate(wallMilliseconds: start + piece.offset)
        windows = calendar.windows(on: date)
    }

    mutating func next() -> Element? {
        while true {
            let midnight = date.milliseconds - piece.offset
            while index < windows.count {
                let window = windows[index]
                index += 1
                // Within a piece the wall clock runs as time does, so that a window is one stretch of it.
                let from = Swift.max(midnight + Int64(window.open) * 60_000, piece.from, start)
                let to = Swift.min(midnight + Int64(window.close) * 60_000, piece.to, end)
                if from < to { return Element(date: date, from: from, to: to) }
            }
            guard advance(from: midnight) else { return nil }
        }
    }

    /// To the next date of this piece, or to the first of the next.
    private mutating func advance(from midnight: Int64) -> Bool {
        if midnight + 86_400_000 < piece.to {
            date = date.adding(days: 1)
        } else {
            guard piece.to < end else { return false }
            piece = calendar.zone.piece(at: piece.to)
            date = LocalDate(wallMilliseconds: piece.from + piece.offset)
        }
        guard date.milliseconds - piece.offset < end else { return false }
        windows = calendar.windows(on: date)
        index = 0
        return true
    }
}

extension WorkingCalendar {
    /// The first instant of a date that counts, and the end of the last; nil when none does.
    func hours(on date: LocalDate) -> (first: Int64, last: Int64)? {
        let windows = windows(on: date)
        guard let opening = windows.first, let closing = windows.last else { return nil }
        let (open, close) = (
            date.milliseconds + Int64(opening.open) * 60_000, date.milliseconds + Int64(closing.close) * 60_000
        )
        var piece = zone.piece(at: open - Int64(YearlyRule.offsets.upperBound) * 1000)
        let end = close - Int64(YearlyRule.offsets.lowerBound) * 1000
        var hours: (first: Int64, last: Int64)?
        while true {
            for window in windows {
                let from = max(date.milliseconds + Int64(window.open) * 60_000 - piece.offset, piece.from)
                let to = min(date.milliseconds + Int64(window.close) * 60_000 - piece.offset, piece.to)
                if from < to { hours = (min(hours?.first ?? from, from), max(hours?.last ?? to, to)) }
            }
            // The last piece of a zone whose clocks change no more has no next one.
            guard piece.to < end else { return hours }
            piece = zone.piece(at: piece.to)
        }
    }
}
