import Compensation
import ServiceLevels
import Temporal

/// Where the log speaks of what is foreseen.
extension Projection {
    func insert(_ fitted: ForecastFitted, at place: Place) throws {
        try writer.insert(ForecastRecord(seq: place.seq, asOf: fitted.asOf.milliseconds))
    }

    /// Where a request stands on its ladder after an event.
    ///
    /// - Parameter record: its row, as it is stored now.
    func climb(_ event: Event, _ record: RequestRecord, at place: Place) throws {
        guard event.movesLadder else { return }
        guard let hash = PolicyHash(record.serviceLevel), let level = directory.policies.serviceLevel(hash) else {
            throw StoreError.corrupt("request \(record.id) is bound to a policy that is not in the log")
        }
        guard let ladder = level.ladder else { return }
        let known = try writer.record(LadderRecord.self, .text(record.id))
        var row = known ?? LadderRecord(of: record)
        switch event {
        case .foresight(.atRisk): row.atRiskAt = place.at.milliseconds
        case .foresight(.escalated(let said)): (row.step, row.stepAt) = (said.step, place.at.milliseconds)
        case .foresight(.acknowledged(let said)): row.takenBy = said.by.text
        default: break
        }
        let stands = LadderPlace(row, ladder, try Promise(record, in: writer, directory.policies).clock)
        row.nextAt = stands.nextAt?.milliseconds
        row.openSince = stands.isOpen ? row.stepAt : nil
        if let known { try writer.update(row, from: known) } else { try writer.insert(row) }
    }
}

extension Event {
    fileprivate var movesLadder: Bool {
        switch self {
        case .requestAccepted, .requestHeld, .requestResumed, .requestCancelled, .requestDenied, .credentialIssued: true
        case .foresight(.atRisk), .foresight(.escalated), .foresight(.acknowledged): true
        default: false
        }
    }
}
