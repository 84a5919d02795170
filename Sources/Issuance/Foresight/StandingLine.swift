import Forecast
import ServiceLevels
import Temporal

/// The line of one institution as it stands: who waits for a review, in order, and how fast that goes.
struct StandingLine: Sendable {
    /// At most ``Forecast/Prediction/longestLine`` and one more, in the order of acceptance.
    let ids: [String]
    let pace: Pace
    /// When the first of the line came into it; nil where nobody stands there.
    let firstCame: Instant?

    init(of tenant: String, asOf now: Instant, in history: History) throws {
        let waiting = try history.reader.records(
            Scan(
                RequestRecord.self, index: "request_by_state",
                equals: [.text(tenant), .text(RequestState.processing.rawValue)], limit: Prediction.longestLine + 1))
        let line = waiting.filter { $0.review == .manual }
        ids = line.map(\.id)
        firstCame = try line.first.flatMap { try history.journey($0, asOf: now + Milliseconds(1)) }?.arrival
        // One more than is remembered: the finish before the first.
        let issued = try history.reader.records(
            Scan(
                RequestRecord.self, index: "request_by_issue",
                equals: [.text(tenant), .text(Review.manual.rawValue)], isDescending: true,
                limit: Pace.remembered + 1)
        ).reversed()
        var pace = Pace()
        for record in issued {
            guard let journey = try history.journey(record, asOf: now + Milliseconds(1)),
                let done = journey.clock.stop?.at
            else { continue }
            let came = journey.arrival
            pace.finish(
                service: journey.ownTime(from: max(pace.lastFinish ?? came, came), to: done),
                stay: journey.ownTime(from: came, to: done), at: done)
        }
        self.pace = pace
    }

    /// How many stand before a request; nil when that is more than is counted.
    func ahead(of id: String) -> Int? {
        var (low, high) = (0, ids.count)
        while low < high {
            let middle = (low + high) / 2
            if ids[middle] < id { low = middle + 1 } else { high = middle }
        }
        return low > Prediction.longestLine ? nil : low
    }

    /// The rest of a wait, and its ratio to what is left; nil where nothing can be foretold.
    func outlook(of journey: Journey, at now: Instant) -> (rest: Int64, slack: Int64)? {
        guard journey.clock.stop == nil, !journey.clock.isPaused(at: now), let due = journey.clock.due,
            let ahead = ahead(of: journey.id)
        else { return nil }
        let first = firstCame ?? journey.arrival
        let idle = journey.ownTime(from: max(pace.lastFinish ?? first, first), to: now)
        guard let perRequest = pace.perRequest else { return nil }
        let rest = Prediction.rest(ahead: ahead, pace: perRequest, later: pace.standstill(idle: idle))
        return (rest, SlackBins.slack(rest: rest, left: journey.ownTime(from: now, to: due)))
    }
}

extension Journey {
    /// When it came into the line for the last time.
    fileprivate var arrival: Instant { clock.pauses.last?.range?.upperBound ?? clock.start }
}
