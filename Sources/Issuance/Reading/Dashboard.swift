package import CanonicalJSON
import Compensation
import ServiceLevels
import Temporal

/// What is going on, in numbers: those that the log adds up to at a size, and what is due at an instant and not done.
extension IncidentReading {
    /// The most requests that are counted one by one; of more it is said that there are more.
    static let maximumCounted = 1000

    /// `{"asOf", "logSize", "accepted", "stopped", "inFlight", "breached", "posted", "owed", "paid", "open", "missed",
    /// "incidents"}`. How many are at risk is absent: nothing forecasts that yet.
    ///
    /// `open` are requests of which something is due and not assessed at this instant, `missed` those of them whose
    /// time to pay has passed too.
    package func dashboard() throws -> JSONObject {
        let tally = directory.tally
        let due = try reader.records(
            Scan(
                RequestRecord.self, index: "request_by_assessment", above: [.integer(.min)],
                below: [.integer(now.milliseconds + 1)], limit: Self.maximumCounted))
        let missed = try due.count { try isMissed($0) }
        let active = try reader.records(
            Scan(
                IncidentRecord.self, index: "incident_by_activity", equals: [.integer(1)], limit: Self.maximumCounted))
        var dashboard: JSONObject = [
            "asOf": .string(now.rfc3339),
            "logSize": .integer(try reader.record(HeadRecord.self, .integer(1))?.size ?? 0),
            "accepted": .integer(tally.accepted), "stopped": .integer(tally.stopped),
            "inFlight": .integer(tally.inFlight), "breached": .integer(tally.breached),
            "posted": .integer(tally.posted), "owed": .object(Self.json(tally.owed)),
            "paid": .object(Self.json(tally.paid)), "open": .integer(Int64(due.count)),
            "missed": .integer(Int64(missed)),
            "incidents": .integer(Int64(active.count { $0.resolvedAt == nil })),
        ]
        dashboard["upgrades"] = try upgrades(tally)
        return dashboard
    }

    /// Further checks: `owed` in all, and of those `open`, `done`, `waived` and `void`; nil where none ever was owed.
    private func upgrades(_ tally: Tally) throws -> JSON? {
        guard let owed = tally.upgrades["owed"] else { return nil }
        let (done, waived) = (tally.upgrades["done"] ?? 0, tally.upgrades["waived"] ?? 0)
        let void = try reader.records(
            Scan(
                UpgradeRecord.self, index: "upgrade_by_state", equals: [.text(UpgradeState.void.rawValue)],
                limit: Self.maximumCounted))
        return [
            "owed": .integer(owed), "open": .integer(owed - done - waived - Int64(void.count)), "done": .integer(done),
            "waived": .integer(waived), "void": .integer(Int64(void.count)),
        ]
    }

    private func isMissed(_ record: RequestRecord) throws -> Bool {
        guard let assessAt = record.assessAt, let hash = PolicyHash(record.compensation),
            let policy = directory.policies.compensation(hash)
        else { return true }
        return try reader.payBy(policy, from: Instant(milliseconds: assessAt), of: record, directory.policies) < now
    }

    private static func json(_ sums: [String: Int64]) -> JSONObject {
        var json: JSONObject = [:]
        for (unit, minor) in sums where minor != 0 { json[unit] = .integer(minor) }
        return json
    }
}
