package import Compensation
import ServiceLevels
import Temporal

/// One incident: what it says of the requests that stand in it, and how far what follows from it has been done.
package struct IncidentRecord: Record {
    package var id: String
    /// The sequence number of the entry that began it.
    package var seq: Int64
    package var stage: Stage
    /// When the first promise was broken.
    package var from: Int64
    package var openedAt: Int64
    /// The hash of its rules; nil for those of the page.
    package var rules: String?
    /// The stage whose requests it takes; nil when it takes none (any more).
    package var takes: String?
    package var parent: String?
    /// The one that stands for it now.
    package var mergedInto: String?
    package var resolvedAt: Int64?
    package var cause: Cause
    package var confidence: Int64
    package var severity: Severity
    /// What the last freeze counted.
    package var count: Int64
    package var total: Int64
    package var frozenSeq: Int64
    package var frozenAt: Int64?
    /// How many requests stand in itself; those of merged ones are counted there.
    package var members: Int64
    /// The last entry that added requests, or took some, here or in what was merged into it.
    package var membershipSeq: Int64
    /// The last entry that changed what it says.
    package var changedSeq: Int64
    /// As of which entry all its requests were assessed.
    package var assessedSeq: Int64
    /// How many requests had stopped when it began.
    package var stoppedBefore: Int64
    /// 1 while something is left to do by itself, so that the scheduler finds it.
    package var active: Int64?

    package static let table = Table(
        "incident", key: [.text("id")],
        [
            .integer("seq"), .text("stage"), .integer("starts"), .integer("opened_at"), .text("rules").optional,
            .text("takes").optional, .text("parent").optional, .text("merged_into").optional,
            .integer("resolved_at").optional, .text("cause"), .integer("confidence"), .text("severity"),
            .integer("affected"), .integer("total"), .integer("frozen_seq"), .integer("frozen_at").optional,
            .integer("members"), .integer("membership_seq"), .integer("changed_seq"), .integer("assessed_seq"),
            .integer("stopped_before"), .integer("active").optional,
        ],
        indexes: [
            .init("incident_by_stage", ["takes"], isUnique: true),
            .init("incident_by_merge", ["merged_into", "id"]),
            .init("incident_by_activity", ["active", "seq"]),
            .init("incident_by_seq", ["seq"], isUnique: true),
        ])

    package var values: [ColumnValue] {
        [
            .text(id), .integer(seq), .text(stage.rawValue), .integer(from), .integer(openedAt), .optional(rules),
            .optional(takes), .optional(parent), .optional(mergedInto), .optional(resolvedAt), .text(cause.rawValue),
            .integer(confidence), .text(severity.rawValue), .integer(count), .integer(total), .integer(frozenSeq),
            .optional(frozenAt), .integer(members), .integer(membershipSeq), .integer(changedSeq),
            .integer(assessedSeq), .integer(stoppedBefore), .optional(active),
        ]
    }

    package init(row: inout RowReader) throws(StoreError) {
        id = try row.text()
        seq = try row.integer()
        stage = try row.choice()
        from = try row.integer()
        openedAt = try row.integer()
        rules = try row.optionalText()
        takes = try row.optionalText()
        parent = try row.optionalText()
        mergedInto = try row.optionalText()
        resolvedAt = try row.optionalInteger()
        cause = try row.choice()
        confidence = try row.integer()
        severity = try row.choice()
        count = try row.integer()
        total = try row.integer()
        frozenSeq = try row.integer()
        frozenAt = try row.optionalInteger()
        members = try row.integer()
        membershipSeq = try row.integer()
        changedSeq = try row.integer()
        assessedSeq = try row.integer()
        stoppedBefore = try row.integer()
        active = try row.optionalInteger()
    }

    /// The row that an opening makes.
    init(_ event: IncidentOpened, seq: Int64, at: Instant, stopped: Int64) {
        id = event.incident.text
        self.seq = seq
        stage = event.stage
        from = event.from.milliseconds
        openedAt = at.milliseconds
        rules = event.rules?.text
        takes = event.stage.rawValue
        (cause, confidence, severity) = (.unknown, 0, .minor)
        (count, total, frozenSeq, members) = (0, 0, seq, 0)
        (membershipSeq, changedSeq, assessedSeq) = (seq, seq, seq)
        stoppedBefore = stopped
        active = 1
    }

    /// The row that a split makes: it says what its parent says until it says something of its own.
    init(_ event: IncidentSplit, of said: IncidentRecord, seq: Int64, at: Instant, stopped: Int64) {
        self = said
        id = event.incident.text
        self.seq = seq
        openedAt = at.milliseconds
        (takes, mergedInto, resolvedAt, frozenAt) = (nil, nil, nil, nil)
        parent = event.parent.text
        (frozenSeq, members) = (seq, 0)
        (membershipSeq, changedSeq, assessedSeq) = (seq, seq, seq)
        stoppedBefore = stopped
        active = 1
    }

    /// Whether nothing is left to do but by people.
    mutating func settleActivity() {
        let isDone = resolvedAt != nil && membershipSeq <= frozenSeq && max(changedSeq, membershipSeq) <= assessedSeq
        active = mergedInto != nil || isDone ? nil : 1
    }
}

/// A late request, and the incident it stands in.
package struct AffectedRecord: Record {
    package var request: String
    package var tenant: String
    /// The hash of the service level that binds it.
    package var serviceLevel: String
    package var stage: Stage
    package var due: Int64
    /// When its clock stopped; ``never`` while it waits.
    package var ends: Int64
    package var incident: String?
    /// The entry by which it stands there; that of its breach while it stands in none.
    package var seq: Int64
    /// Its stage, while it waits and stands in no incident.
    package var waiting: String?
    /// Its stage, when it has stopped and stands in no incident.
    package var ended: String?

    /// The end of a window that has none yet.
    package static let never = Int64.max

    package static let table = Table(
        "affected", key: [.text("request")],
        [
            .text("tenant"), .text("service_level"), .text("stage"), .integer("due"), .integer("ends"),
            .text("incident").optional, .integer("seq"), .text("waiting").optional, .text("ended").optional,
        ],
        indexes: [
            .init("affected_by_waiting", ["waiting", "due"]), .init("affected_by_ended", ["ended", "ends"]),
            .init("affected_by_incident", ["incident", "request"]), .init("affected_by_end", ["incident", "ends"]),
        ])

    package var values: [ColumnValue] {
        [
            .text(request), .text(tenant), .text(serviceLevel), .text(stage.rawValue), .integer(due), .integer(ends),
            .optional(incident), .integer(seq), .optional(waiting), .optional(ended),
        ]
    }

    package init(row: inout RowReader) throws(StoreError) {
        request = try row.text()
        tenant = try row.text()
        serviceLevel = try row.text()
        stage = try row.choice()
        due = try row.integer()
        ends = try row.integer()
        incident = try row.optionalText()
        seq = try row.integer()
        waiting = try row.optionalText()
        ended = try row.optionalText()
    }

    /// The row that a breach makes.
    init(_ record: RequestRecord, stage: Stage, due: Int64, seq: Int64) {
        request = record.id
        tenant = record.tenant
        serviceLevel = record.serviceLevel
        self.stage = stage
        self.due = due
        ends = Self.never
        self.seq = seq
        waiting = stage.rawValue
    }

    /// The clock stopped.
    mutating func end(at instant: Instant) {
        ends = instant.milliseconds
        if waiting != nil { (waiting, ended) = (nil, stage.rawValue) }
    }

    /// It stands in an incident from here on.
    mutating func stand(in incident: IncidentID, by seq: Int64) {
        self.incident = incident.text
        self.seq = seq
        (waiting, ended) = (nil, nil)
    }
}
