import Compensation
import ServiceLevels
import Temporal

/// What follows in the tables from the entries of the page "Benefits".
extension Projection {
    /// Whether more than the delay decides what the request is owed.
    func isMore(_ record: RequestRecord) throws -> Bool {
        guard let hash = PolicyHash(record.compensation), let policy = directory.policies.compensation(hash) else {
            throw StoreError.corrupt("request \(record.id) is bound to a policy that is not in the log")
        }
        return !policy.isPlain
    }

    /// Looks again at the first instant at which something is owed, as far as is known now. What is said of its
    /// incident later makes somebody look again.
    func expectByFacts(_ record: inout RequestRecord, at place: Place) throws {
        let situation = Situation(state: writer, directory: directory, now: place.at, nextSeq: place.seq + 1)
        let promise = try Promise(record, in: writer, directory.policies)
        let facts = try situation.assessmentFacts(of: promise)
        record.assessAt = facts.flatMap { promise.compensation.nextInstantToAssess($0) }?.milliseconds
    }

    /// Money that lies ready for the bank.
    func oweRefund(_ claimKey: String, unit: String, minor: Int64, of record: RequestRecord) throws {
        try writer.insert(
            RefundRecord(claimKey: claimKey, request: record.id, unit: unit, minor: minor, settledAt: nil))
    }

    /// Money that was paid out.
    func settleRefund(_ event: RefundSettled, at place: Place) throws {
        guard var row = try writer.record(RefundRecord.self, .text(event.claimKey)), row.settledAt == nil else {
            throw StoreError.corrupt("\(event.claimKey) is no refund that waits")
        }
        row.settledAt = place.at.milliseconds
        try writer.update(row)
    }
}
