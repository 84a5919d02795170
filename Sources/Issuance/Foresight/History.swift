import Compensation
import Forecast
import ServiceLevels
import Temporal

/// The history that forecasts are made from, read from the rows: facts that all stand in public entries.
struct History {
    let reader: any StoreReader
    let policies: PolicyBook

    /// What requests that somebody reviews go through.
    static let stages = ["review", "signing"]

    /// The most rows that are walked over for it; requests without a review are among them, and are issued at once.
    private static let maximumScanned = 500_000
    private static let pageSize = 1000

    /// The newest requests with a review, as they stood strictly before an instant.
    func journeys(asOf: Instant) throws -> [Journey] {
        var journeys: [Journey] = []
        var scanned = 0
        var scan = Scan(RequestRecord.self, isDescending: true, limit: Self.pageSize)
        while journeys.count < ForecastPolicy.mostHistory, scanned < Self.maximumScanned {
            let page = try reader.records(scan)
            for record in page where record.acceptedAt < asOf.milliseconds {
                scanned += 1
                guard record.review == .manual, let journey = try journey(record, asOf: asOf) else { continue }
                journeys.append(journey)
                if journeys.count == ForecastPolicy.mostHistory { break }
            }
            guard page.count == scan.limit, let last = page.last else { break }
            scan.below = [.text(last.id)]
        }
        return journeys
    }

    /// One request; nil where its rows cannot be told.
    func journey(_ record: RequestRecord, asOf: Instant) throws -> Journey? {
        guard let hash = PolicyHash(record.serviceLevel), let level = policies.serviceLevel(hash) else { return nil }
        let start = Instant(milliseconds: record.acceptedAt)
        var stop: PromiseClock.Stop?
        if let at = record.stoppedAt, at < asOf.milliseconds {
            stop = PromiseClock.Stop(at: Instant(milliseconds: at), reason: record.state.stopReason)
        }
        let calendar = try reader.calendar(of: record, under: level, policies)
        let pauses = try pauses(of: record, asOf: asOf.milliseconds)
        guard let clock = try? PromiseClock(level, calendar: calendar, start: start, pauses: pauses, stop: stop) else {
            return nil
        }
        return Journey(
            id: record.id, line: record.tenant, type: "\(record.tenant)/\(record.tier.rawValue)", clock: clock,
            stages: [Journey.Arrival(Self.stages[0], at: start)])
    }

    private func pauses(of record: RequestRecord, asOf: Int64) throws -> [PromiseClock.Pause] {
        if record.entryCount <= 1 { return [] }
        let rows = try reader.records(
            Scan(PauseRecord.self, equals: [.text(record.id)], limit: PromiseClock.maximumPauses))
        return rows.filter { $0.from < asOf }.compactMap { row in
            PauseReason(rawValue: row.reason).map { reason in
                PromiseClock.Pause(
                    reason: reason, from: Instant(milliseconds: row.from),
                    until: row.limit.map { Instant(milliseconds: $0) },
                    end: row.until.flatMap { $0 < asOf ? Instant(milliseconds: $0) : nil })
            }
        }
    }
}
