import Compensation
import ServiceLevels
import Temporal

/// Rule 88: what is counted, and which alerts stand.
extension Projection {
    /// A promise is broken, by a request of that stage.
    func burn(_ record: RequestRecord, at stage: Stage, place: Place) throws {
        guard let (rate, rules) = try count(record, at: place, { $0.broken += 1 }) else { return }
        let taking = Scan(IncidentRecord.self, index: "incident_by_stage", equals: [.text(stage.rawValue)], limit: 1)
        guard try writer.records(taking).isEmpty,
            try writer.record(BurnAlertRecord.self, .text(stage.rawValue)) == nil
        else { return }
        let minute = BurnMinuteRecord.minute(of: place.at.milliseconds)
        let sounds = try rate.sounds { minutes throws -> BurnRate.Count in
            let rows = try writer.records(
                Scan(
                    BurnMinuteRecord.self, equals: [.text(rules), .text(rate.serviceLevel)],
                    above: [.integer(minute - minutes)], limit: Int(minutes)))
            return rows.reduce(into: BurnRate.Count()) { sum, row in
                sum.broken += row.broken
                sum.kept += row.kept
            }
        }
        if sounds { try writer.insert(BurnAlertRecord(stage: stage, seq: place.seq)) }
    }

    /// A request ended whose promise was not broken.
    func note(kept record: RequestRecord, at place: Place) throws {
        _ = try count(record, at: place) { $0.kept += 1 }
    }

    /// An incident of the stage was opened, or nobody of it waits: the alert has done what it was for.
    func endAlert(of stage: Stage) throws {
        guard try writer.record(BurnAlertRecord.self, .text(stage.rawValue)) != nil else { return }
        try writer.delete(BurnAlertRecord.self, key: [.text(stage.rawValue)])
    }

    /// As ``endAlert(of:)``, where nobody of the stage waits any more.
    func endIdleAlert(of stage: Stage) throws {
        guard try writer.record(BurnAlertRecord.self, .text(stage.rawValue)) != nil else { return }
        let waiting = Scan(AffectedRecord.self, index: "affected_by_waiting", equals: [.text(stage.rawValue)], limit: 1)
        if try writer.records(waiting).isEmpty { try endAlert(of: stage) }
    }

    /// Other rules are in force: alerts of those before are none of them.
    func endAlerts() throws {
        for stage in Stage.allCases { try endAlert(of: stage) }
    }

    /// Counts a promise where the rules in force ask for its service level.
    private func count(
        _ record: RequestRecord, at place: Place, _ change: (inout BurnMinuteRecord) -> Void
    ) throws -> (BurnRate, rules: String)? {
        guard let rules = directory.incidents.current, !rules.burnRates.isEmpty,
            let level = PolicyHash(record.serviceLevel).flatMap({ directory.policies.serviceLevel($0)?.metadata.id }),
            let rate = rules.burnRates.first(where: { $0.serviceLevel == level })
        else { return nil }
        let (hash, minute) = (rules.hash.text, BurnMinuteRecord.minute(of: place.at.milliseconds))
        let known = try writer.record(BurnMinuteRecord.self, .text(hash), .text(level), .integer(minute))
        if var row = known {
            change(&row)
            try writer.update(row)
        } else {
            var row = BurnMinuteRecord(rules: hash, serviceLevel: level, minute: minute)
            change(&row)
            try writer.insert(row)
            try forgetMinutes(like: row)
        }
        return (rate, hash)
    }

    /// No window reaches so far back. Two for each that is new, so that those of a long silence go too.
    private func forgetMinutes(like row: BurnMinuteRecord) throws {
        let old = try writer.records(
            Scan(
                BurnMinuteRecord.self, equals: [.text(row.rules), .text(row.serviceLevel)],
                below: [.integer(row.minute - BurnRate.mostMinutes)], limit: 2))
        for row in old { try writer.delete(BurnMinuteRecord.self, key: row.key) }
    }
}
