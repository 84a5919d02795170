import Temporal

/// How many requests of one institution and service level stand in an incident.
package struct IncidentPartRecord: Record {
    package var incident: String
    package var tenant: String
    package var serviceLevel: String
    package var members: Int64

    package static let table = Table(
        "incident_part", key: [.text("incident"), .text("tenant"), .text("service_level")], [.integer("members")],
        indexes: [.init("incident_part_by_tenant", ["tenant", "incident"])])

    package init(incident: String, tenant: String, serviceLevel: String, members: Int64) {
        self.incident = incident
        self.tenant = tenant
        self.serviceLevel = serviceLevel
        self.members = members
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(
            incident: try row.text(), tenant: try row.text(), serviceLevel: try row.text(), members: try row.integer())
    }

    package var values: [ColumnValue] { [.text(incident), .text(tenant), .text(serviceLevel), .integer(members)] }
}

/// Which entries are about an incident: its history.
package struct IncidentEventRecord: Record {
    package var incident: String
    package var seq: Int64
    package var type: String

    package static let table = Table(
        "incident_event", key: [.text("incident"), .integer("seq")], [.text("type")],
        indexes: [.init("incident_event_by_type", ["incident", "type", "seq"])], isAppendOnly: true)

    package init(incident: String, seq: Int64, type: String) {
        self.incident = incident
        self.seq = seq
        self.type = type
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(incident: try row.text(), seq: try row.integer(), type: try row.text())
    }

    package var values: [ColumnValue] { [.text(incident), .integer(seq), .text(type)] }
}

/// Something that is to be done so that an incident does not happen again.
package struct IncidentActionRecord: Record {
    package var incident: String
    package var action: Int64
    package var owner: String
    package var dueAt: Int64
    package var doneAt: Int64?
    package var seq: Int64
    /// ``dueAt`` while it is open, so that the overdue are found.
    package var openDue: Int64?

    package static let table = Table(
        "incident_action", key: [.text("incident"), .integer("action")],
        [
            .text("owner"), .integer("due_at"), .integer("done_at").optional, .integer("seq"),
            .integer("open_due").optional,
        ], indexes: [.init("incident_action_by_due", ["open_due"])])

    init(_ event: IncidentAction, seq: Int64) {
        incident = event.incident.text
        action = event.action
        owner = event.owner
        dueAt = event.dueAt.milliseconds
        self.seq = seq
        openDue = event.dueAt.milliseconds
    }

    package init(row: inout RowReader) throws(StoreError) {
        incident = try row.text()
        action = try row.integer()
        owner = try row.text()
        dueAt = try row.integer()
        doneAt = try row.optionalInteger()
        seq = try row.integer()
        openDue = try row.optionalInteger()
    }

    package var values: [ColumnValue] {
        [
            .text(incident), .integer(action), .text(owner), .integer(dueAt), .optional(doneAt), .integer(seq),
            .optional(openDue),
        ]
    }
}

/// The newest report on a stage, of one institution's requests or (with an empty name) of all.
package struct StageReportRecord: Record {
    package var tenant: String
    package var stage: String
    package var seq: Int64

    package static let table = Table("stage_report", key: [.text("tenant"), .text("stage")], [.integer("seq")])

    package init(tenant: String, stage: String, seq: Int64) {
        self.tenant = tenant
        self.stage = stage
        self.seq = seq
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(tenant: try row.text(), stage: try row.text(), seq: try row.integer())
    }

    package var values: [ColumnValue] { [.text(tenant), .text(stage), .integer(seq)] }
}

/// Where the rules of incidents were published.
package struct IncidentRulesRecord: Record {
    package var seq: Int64
    package var hash: String

    package static let table = Table(
        "incident_rules", key: [.integer("seq")], [.text("hash")], isAppendOnly: true)

    package init(seq: Int64, hash: String) {
        self.seq = seq
        self.hash = hash
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(seq: try row.integer(), hash: try row.text())
    }

    package var values: [ColumnValue] { [.integer(seq), .text(hash)] }
}

/// A number that the log adds up to.
package struct TallyRecord: Record {
    package var name: String
    package var value: Int64

    package static let table = Table("tally", key: [.text("name")], [.integer("value")])

    package init(name: String, value: Int64) {
        self.name = name
        self.value = value
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(name: try row.text(), value: try row.integer())
    }

    package var values: [ColumnValue] { [.text(name), .integer(value)] }
}

extension Tables {
    /// What incidents add to the fifth migration. What old logs make of it, `Replay` would make too: a database that is
    /// older is filled from its own rows at the first start.
    static let incidentsChanges: [Table.Change] = incidentRecords.map { .create($0.table) }

    /// The projections of incidents.
    static let incidentRecords: [any Record.Type] = [
        IncidentRecord.self, AffectedRecord.self, IncidentPartRecord.self, IncidentEventRecord.self,
        IncidentActionRecord.self, StageReportRecord.self, IncidentRulesRecord.self, TallyRecord.self,
    ]
}
