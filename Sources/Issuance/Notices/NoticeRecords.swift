import CanonicalJSON
import Compensation
import ServiceLevels
import Temporal

/// What the person of a request was told and is still to be told; only requests have one that a plan is bound to.
package struct NoticeStandingRecord: Record {
    package var request: String
    /// The hash of the plan.
    package var plan: String
    /// The first instant at which a notice comes; nil when none does.
    package var nextAt: Int64?
    /// ``NoticeStanding`` as JSON.
    package var standing: String

    package static let table = Table(
        "notice_standing", key: [.text("request")],
        [.text("plan"), .integer("next_at").optional, .text("standing")],
        indexes: [.init("notice_standing_by_next", ["next_at"])])

    init(request: String, plan: PolicyHash) {
        self.request = request
        self.plan = plan.text
        standing = NoticeStanding().json.canonicalString
    }

    package init(row: inout RowReader) throws(StoreError) {
        request = try row.text()
        plan = try row.text()
        nextAt = try row.optionalInteger()
        standing = try row.text()
    }

    package var values: [ColumnValue] { [.text(request), .text(plan), .optional(nextAt), .text(standing)] }

    /// What it says.
    func read() throws -> NoticeStanding {
        do {
            return try NoticeStanding(JSON(parsing: Array(standing.utf8)))
        } catch {
            throw StoreError.corrupt("what the person of request \(request) was told cannot be read: \(error)")
        }
    }

    /// The plan that the request is bound to.
    func plan(in policies: PolicyBook) throws -> NoticePlan {
        guard let plan = PolicyHash(plan).flatMap({ policies.notices($0) }) else {
            throw StoreError.corrupt("request \(request) is bound to a plan of notices that is not in the log")
        }
        return plan
    }
}

extension Tables {
    static let noticeRecords: [any Record.Type] = [NoticeStandingRecord.self]

    /// The tables of notices.
    static let noticeChanges: [Table.Change] = noticeRecords.map { .create($0.table) }
}

extension StoreReader {
    /// The clock on the wall for the person of a request: that of its calendar, or UTC.
    func noticeZone(of request: String, _ policies: PolicyBook) throws -> TimeZoneRules {
        guard let row = try record(RequestCalendarRecord.self, .text(request)) else { return .utc }
        guard let calendar = PolicyHash(row.calendar).flatMap({ policies.calendars.calendar($0) }) else {
            throw StoreError.corrupt("request \(request) is bound to a calendar that is not in the log")
        }
        return calendar.zone
    }
}
