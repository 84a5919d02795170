import ServiceLevels
import Temporal

/// Times as they would have been stated, and how they came out.
extension Fit {
    private struct Stated {
        let moment: Moment
        /// In the request's own milliseconds; nil where nothing was stated.
        let span: Int64?
    }

    static func times(
        _ journeys: [Journey], _ moments: [Moment], target: Int64, asOf: Instant
    ) -> ConformalTimes {
        var times = ConformalTimes(target: target)
        var open: [Int: [Stated]] = [:]
        var done = journeys.indices.filter { journeys[$0].clock.stop?.reason == .issued }
            .sorted { (journeys[$0].end, $0) < (journeys[$1].end, $1) }[...]
        for moment in moments {
            while let next = done.first, journeys[next].end <= moment.at {
                done.removeFirst()
                come(open.removeValue(forKey: next) ?? [], of: journeys[next], &times)
            }
            let span = times.ratio.map { Self.span(moment.rest, ratio: $0) }
            open[moment.journey, default: []].append(Stated(moment: moment, span: span))
        }
        for next in done { come(open.removeValue(forKey: next) ?? [], of: journeys[next], &times) }
        // Whoever still waits beyond what was stated was told wrong.
        for (journey, stated) in open.sorted(by: { $0.key < $1.key }) where journeys[journey].clock.stop == nil {
            for one in stated {
                guard let span = one.span, journeys[journey].ownTime(from: one.moment.at, to: asOf) > span else {
                    continue
                }
                times.note(isKept: false)
            }
        }
        return times
    }

    private static func come(_ stated: [Stated], of journey: Journey, _ times: inout ConformalTimes) {
        for one in stated {
            let actual = journey.ownTime(from: one.moment.at, to: journey.end)
            if let span = one.span { times.note(isKept: actual <= span) }
            times.add(actual: actual, rest: one.moment.rest)
        }
    }

    /// A stated length, from the rest that is foretold.
    package static func span(_ rest: Int64, ratio: Int64) -> Int64 {
        Int64(min((Int128(rest) * Int128(ratio) + 999) / 1000, Int128(Instant.latest.milliseconds)))
    }
}

extension Journey {
    fileprivate var end: Instant { clock.stop?.at ?? .latest }
}
