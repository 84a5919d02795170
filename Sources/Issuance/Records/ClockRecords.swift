import Compensation
import ServiceLevels
import Temporal

extension Tables {
    static let clocksRecords: [any Record.Type] = [ZoneRecord.self, RequestCalendarRecord.self]

    /// The tables of calendars and zones.
    static let clocksChanges: [Table.Change] = clocksRecords.map { .create($0.table) }
}

/// The rules of a zone that the log pinned.
package struct ZoneRecord: Record {
    package var pin: String
    package var zone: String
    package var release: String
    /// The canonical document of the rules.
    package var rules: [UInt8]
    package var seq: Int64

    package static let table = Table(
        "zone", key: [.text("pin")], [.text("zone"), .text("release"), .blob("rules"), .integer("seq")],
        isAppendOnly: true)

    package init(pin: String, zone: String, release: String, rules: [UInt8], seq: Int64) {
        self.pin = pin
        self.zone = zone
        self.release = release
        self.rules = rules
        self.seq = seq
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(
            pin: try row.text(), zone: try row.text(), release: try row.text(), rules: try row.blob(),
            seq: try row.integer())
    }

    package var values: [ColumnValue] { [.text(pin), .text(zone), .text(release), .blob(rules), .integer(seq)] }
}

/// The calendar that a request is bound to; none for a request whose service level names none.
package struct RequestCalendarRecord: Record {
    package var request: String
    /// The hash of the document.
    package var calendar: String

    package static let table = Table(
        "request_calendar", key: [.text("request")], [.text("calendar")], isAppendOnly: true)

    package init(request: String, calendar: String) {
        self.request = request
        self.calendar = calendar
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(request: try row.text(), calendar: try row.text())
    }

    package var values: [ColumnValue] { [.text(request), .text(calendar)] }
}

extension StoreReader {
    /// What the spans of a request's promise are counted by: the calendar that it was bound to, or UTC.
    func calendar(
        of record: RequestRecord, under level: ServiceLevel, _ policies: PolicyBook
    ) throws -> WorkingCalendar {
        guard level.calendarRef != nil else { return .utc }
        guard let row = try self.record(RequestCalendarRecord.self, .text(record.id)),
            let hash = PolicyHash(row.calendar), let calendar = policies.calendars.calendar(hash)
        else { throw StoreError.corrupt("request \(record.id) is bound to a calendar that is not in the log") }
        return calendar
    }

    /// As ``calendar(of:under:_:)``, for a request whose service level is not at hand.
    func calendar(of record: RequestRecord, _ policies: PolicyBook) throws -> WorkingCalendar {
        guard let hash = PolicyHash(record.serviceLevel), let level = policies.serviceLevel(hash) else {
            throw StoreError.corrupt("request \(record.id) is bound to a policy that is not in the log")
        }
        return try calendar(of: record, under: level, policies)
    }

    /// By when something is to be paid to a request that is owed since an instant (rule 77). Reads nothing where the
    /// time is physical.
    func payBy(
        _ policy: CompensationPolicy, from instant: Instant, of request: @autoclosure () throws -> RequestRecord?,
        _ policies: PolicyBook
    ) throws -> Instant {
        if case .elapsed = policy.payoutWithin { return policy.payBy(from: instant, .utc) }
        guard let record = try request() else {
            throw StoreError.corrupt("something is owed for a request that was never accepted")
        }
        return policy.payBy(from: instant, try calendar(of: record, policies))
    }
}
