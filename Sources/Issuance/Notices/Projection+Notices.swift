import CanonicalJSON
import Compensation
import Temporal

/// Where the log speaks of what a person was told, and of what they are to be told.
extension Projection {
    /// Reads an event of a request for its plan of notices, if it has one.
    func track(_ event: Event, of record: RequestRecord, at place: Place) throws {
        guard directory.policies.hasNotices else { return }
        let known: NoticeStandingRecord?
        if case .requestAccepted(let accepted) = event {
            known = accepted.notices.map { NoticeStandingRecord(request: record.id, plan: $0) }
        } else {
            known = try writer.record(NoticeStandingRecord.self, .text(record.id))
        }
        guard var row = known else { return }
        let plan = try row.plan(in: directory.policies)
        var standing = try row.read()
        let content = event.content
        standing.read(place.seq, type(of: content).type, content.facts, at: place.at, under: plan)
        row.standing = standing.json.canonicalString
        row.nextAt = plan.next(standing, in: try writer.noticeZone(of: record.id, directory.policies))?.milliseconds
        if case .requestAccepted = event { return try writer.insert(row) }
        if let known, row != known { try writer.update(row, from: known) }
        guard case .notice(.sent) = event else { return }
        try writer.insert(
            NoticeRecord(
                seq: place.seq, tenant: record.tenant, holder: record.holder, request: record.id,
                notice: NoticeRecord.sent, about: place.seq, at: place.at.milliseconds))
    }
}

extension NoticeRecord {
    /// What stands for a notice that was sent under a plan, in place of what is told.
    static let sent = "sent"
}
