/// The offsets of a zone, to be looked up: a list of stretches up to four hundred years after the last transition.
/// After those the Gregorian calendar begins again, weekdays included, and so does the yearly rule.
struct OffsetTable: Sendable {
    /// Where each stretch begins, in milliseconds since 1970.
    private let starts: [Int64]
    /// Its offset, in milliseconds.
    private let offsets: [Int64]
    /// From where on the list repeats itself, in milliseconds since 1970.
    private let cycle: Range<Int64>

    /// Before and after all instants, in seconds; far enough that sums of a few days do not matter.
    static let distantPast: Int64 = -(1 << 40)
    static let distantFuture: Int64 = 1 << 40

    /// Where transitions may be: the years 0001 to 9999, in seconds.
    static let transitions = Instant.timeline.lowerBound / 1000...Instant.timeline.upperBound / 1000

    private static let cycleSeconds: Int64 = 146_097 * 86_400

    init(initialOffset: Int, transitions: [TimeZoneRules.Transition], rule: YearlyRule) {
        let firstYear = transitions.last.map { YearlyRule.year(of: $0.at) } ?? 1
        let cycleStart = YearlyRule.seconds(year: firstYear + 2, dayOfYear: 0)
        cycle = cycleStart * 1000..<(cycleStart + Self.cycleSeconds) * 1000
        let last = transitions.last?.at ?? Self.distantPast
        let ruled = rule.changes(in: max(firstYear - 1, 1)...firstYear + 403).filter { $0.at > last }
        let initial =
            transitions.isEmpty && rule.saving != nil
            ? rule.span(containing: Self.transitions.lowerBound).offset : initialOffset
        let all = [TimeZoneRules.Transition(at: Self.distantPast, offset: initial)] + transitions + ruled
        starts = all.map { $0.at * 1000 }
        offsets = all.map { Int64($0.offset) * 1000 }
    }

    func piece(at milliseconds: Int64) -> TimeZoneRules.Piece {
        guard milliseconds >= cycle.upperBound, starts[starts.count - 1] >= cycle.lowerBound else {
            return listedPiece(at: milliseconds)
        }
        let length = cycle.upperBound - cycle.lowerBound
        let shift = (milliseconds - cycle.lowerBound) / length * length
        var piece = listedPiece(at: milliseconds - shift)
        piece.from += shift
        piece.to += shift
        return piece
    }

    private func listedPiece(at milliseconds: Int64) -> TimeZoneRules.Piece {
        var (low, high) = (0, starts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= milliseconds { low = middle } else { high = middle }
        }
        let end = high < starts.count ? starts[high] : Self.distantFuture * 1000
        return TimeZoneRules.Piece(from: starts[low], to: end, offset: offsets[low])
    }
}

extension YearlyRule {
    /// The stretch of this rule alone that holds a second since 1970: where it begins and its offset.
    func span(containing second: Int64) -> (from: Int64, offset: Int) {
        let year = Self.year(of: second)
        guard let last = changes(in: year - 2...year + 1).last(where: { $0.at <= second }) else {
            return (OffsetTable.distantPast, standardOffset)
        }
        return (last.at, last.offset)
    }

    /// The first change of offset after a second since 1970.
    func firstChange(after second: Int64) -> TimeZoneRules.Transition? {
        let year = Self.year(of: second)
        return changes(in: year - 1...year + 3).first { $0.at > second }
    }

    static func year(of second: Int64) -> Int {
        let date = LocalDate(wallMilliseconds: second * 1000)
        return CivilDate(dayCount: date.dayNumber + CivilDate.dayCountAtEpoch).year
    }
}
