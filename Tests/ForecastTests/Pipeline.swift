import CanonicalJSON
import Forecast
import ServiceLevels
import Temporal
import TestSupport

/// A made-up office: requests come at random, one person works on them in order, and sometimes nobody works at all.
struct Pipeline {
    static let start = Instant(milliseconds: 1_800_000_000_000)
    /// In minutes.
    static let target: Int64 = 8 * 60

    private(set) var journeys: [Journey] = []
    private var random: SeededRandom
    private let level: ServiceLevel

    init(seed: UInt64) throws {
        random = SeededRandom(seed: seed)
        level = try ServiceLevel(
            PolicyDocument([
                "apiVersion": "punctual/v1", "kind": "ServiceLevel",
                "metadata": [
                    "id": "std", "version": 1, "tenant": "acme", "effectiveFrom": "2026-01-01T00:00:00Z",
                    "title": ["en": "Standard"],
                ],
                "spec": [
                    "appliesTo": ["all": [["fact": "request.tier", "op": "eq", "value": "standard"]]], "priority": 1,
                    "objectives": [
                        [
                            "metric": "issue", "start": "request.accepted", "stop": "credential.available",
                            "target": ["elapsed": .string("PT\(Self.target)M")], "boundary": "met-if-at-or-before",
                        ]
                    ],
                    "pause": [["reason": "awaiting-requester", "evidence": "notice-delivered"]],
                    "onCancel": "stop-clock-keep-breach",
                ],
            ]))
    }

    /// A request of the line, in minutes from the start.
    mutating func add(
        _ line: String = "a", from: Int64, signingAt: Int64? = nil, until: Int64?, pause: ClosedRange<Int64>? = nil,
        cancelled: Bool = false
    ) throws {
        func at(_ minute: Int64) -> Instant { Self.start + .minutes(minute) }
        let pauses = pause.map {
            [
                PromiseClock.Pause(
                    reason: .awaitingRequester, from: at($0.lowerBound), until: nil, end: at($0.upperBound))
            ]
        }
        let stop = until.map { PromiseClock.Stop(at: at($0), reason: cancelled ? .cancelled : .issued) }
        let clock = try PromiseClock(level, start: at(from), pauses: pauses ?? [], stop: stop)
        var stages = [Journey.Arrival("review", at: at(from))]
        if let signingAt { stages.append(Journey.Arrival("signing", at: at(signingAt))) }
        let number = "\(100_000 + journeys.count)"
        journeys.append(Journey(id: number, line: line, type: "\(line)/standard", clock: clock, stages: stages))
    }

    /// So many requests of a line, one every 19 minutes at the mean, each of 15 minutes of work.
    ///
    /// - Parameters:
    ///   - outageEvery: minutes between two outages, at the mean; nil: there is none.
    ///   - slower: from this share of the requests on, in hundredths, the work takes half as long again.
    mutating func run(_ line: String, count: Int, outageEvery: Int64? = 4000, slowerFrom: Int = 100) throws {
        var now: Int64 = 0
        var free: Int64 = 0
        var outage: Int64 = outageEvery ?? .max
        for number in 0..<count {
            now += Int64.random(in: 1...37, using: &random)
            var begin = max(now, free)
            if begin >= outage {
                begin += Int64.random(in: 300...700, using: &random)
                outage = begin + Int64.random(in: 3000...5000, using: &random)
            }
            var work = Int64.random(in: 2...28, using: &random)
            if number * 100 >= slowerFrom * count { work = work * 7 / 6 + 1 }
            free = begin + work
            try add(line, from: now, signingAt: free, until: free + 1)
        }
    }

    /// The policy that the tests are under; `minHistory` is small.
    static func policy(_ changes: (String, JSON)...) throws -> ForecastPolicy {
        var document = JSON.forecastDocument
        for (place, value) in changes { document = document.replacing(place, by: value) }
        return try ForecastPolicy(PolicyDocument(document))
    }

    func fit(under policy: ForecastPolicy, asOf minute: Int64 = 10_000_000) -> Fit {
        Fit(journeys, order: ["review", "signing"], under: policy, asOf: Self.start + .minutes(minute))
    }
}
