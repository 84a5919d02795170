/// The intervals of a calendar within a range, with their running sum: where binary search replaces walking.
struct OpeningTable: Sendable {
    /// The instants that it knows, in milliseconds since 1970.
    let range: Range<Int64>

    private var starts: [Int64] = []
    private var ends: [Int64] = []
    /// What counts before each interval, from the start of the range on.
    private var sums: [Int64] = []
    /// The first instant and the end of each date that has hours and lies wholly in the range, by date.
    private var days: [(first: Int64, last: Int64)] = []

    init(of calendar: WorkingCalendar, in instants: Range<Instant>) {
        range = instants.lowerBound.milliseconds..<instants.upperBound.milliseconds
        var sum: Int64 = 0
        for interval in OpenIntervals(of: calendar, from: range.lowerBound, to: range.upperBound) {
            starts.append(interval.from)
            ends.append(interval.to)
            sums.append(sum)
            sum += interval.to - interval.from
        }
        days = Self.days(of: calendar, in: range)
    }

    private static func days(of calendar: WorkingCalendar, in range: Range<Int64>) -> [(first: Int64, last: Int64)] {
        var days: [(first: Int64, last: Int64)] = []
        var date = LocalDate(wallMilliseconds: range.lowerBound).adding(days: -2)
        let end = LocalDate(wallMilliseconds: range.upperBound).adding(days: 2)
        while date < end {
            if let hours = calendar.hours(on: date), hours.first >= range.lowerBound, hours.last <= range.upperBound {
                // A clock put back by a day could open a date before the one before it; such a zone is walked instead.
                guard days.last.map({ $0.first < hours.first }) ?? true else { return [] }
                days.append(hours)
            }
            date = date.adding(days: 1)
        }
        return days
    }

    /// What counts from the start of the range to an instant; nil outside the range.
    func sum(before milliseconds: Int64) -> Int64? {
        guard range.contains(milliseconds), !starts.isEmpty else { return nil }
        let index = Self.count(of: starts, where: { $0 <= milliseconds })
        guard index > 0 else { return 0 }
        return sums[index - 1] + min(milliseconds, ends[index - 1]) - starts[index - 1]
    }

    /// The first instant before which that much counts; nil when it lies beyond the range.
    func instant(afterSum sum: Int64) -> Int64? {
        let index = Self.count(of: sums, where: { $0 < sum })
        guard index > 0 else { return nil }
        let instant = starts[index - 1] + sum - sums[index - 1]
        return instant <= ends[index - 1] ? instant : nil
    }

    /// The end of the n-th date whose hours begin at or after an instant; nil when the range does not say.
    func end(ofDate number: Int, openingFrom milliseconds: Int64) -> Int64? {
        guard range.contains(milliseconds) else { return nil }
        var (low, high) = (0, days.count)
        while low < high {
            let middle = (low + high) / 2
            if days[middle].first < milliseconds { low = middle + 1 } else { high = middle }
        }
        let index = low + number - 1
        return index < days.count ? days[index].last : nil
    }

    /// How many elements of an ascending list, which all stand first, fulfil the condition.
    @inline(__always)
    private static func count(of list: [Int64], where isBefore: (Int64) -> Bool) -> Int {
        var (low, high) = (0, list.count)
        while low < high {
            let middle = (low + high) / 2
            if isBefore(list[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
