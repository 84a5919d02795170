package import Compensation

/// How many promises of a service level were broken and kept in a minute, under one document of rules (rule 88).
package struct BurnMinuteRecord: Record {
    /// The hash of the document.
    package var rules: String
    /// The id.
    package var serviceLevel: String
    /// Since 1970, of UTC.
    package var minute: Int64
    package var broken: Int64
    package var kept: Int64

    package static let table = Table(
        "burn_minute", key: [.text("rules"), .text("service_level"), .integer("minute")],
        [.integer("broken"), .integer("kept")])

    init(rules: String, serviceLevel: String, minute: Int64) {
        (self.rules, self.serviceLevel, self.minute, broken, kept) = (rules, serviceLevel, minute, 0, 0)
    }

    package init(row: inout RowReader) throws(StoreError) {
        rules = try row.text()
        serviceLevel = try row.text()
        minute = try row.integer()
        broken = try row.integer()
        kept = try row.integer()
    }

    package var values: [ColumnValue] {
        [.text(rules), .text(serviceLevel), .integer(minute), .integer(broken), .integer(kept)]
    }

    /// The minute of an instant.
    static func minute(of milliseconds: Int64) -> Int64 { milliseconds / 60_000 }
}

/// An alert that stands for a stage: an incident is to be opened.
package struct BurnAlertRecord: Record {
    package var stage: Stage
    /// The `sla.breach` at which it sounded.
    package var seq: Int64

    package static let table = Table("burn_alert", key: [.text("stage")], [.integer("seq")])

    init(stage: Stage, seq: Int64) {
        self.stage = stage
        self.seq = seq
    }

    package init(row: inout RowReader) throws(StoreError) {
        stage = try row.choice()
        seq = try row.integer()
    }

    package var values: [ColumnValue] { [.text(stage.rawValue), .integer(seq)] }
}

extension Tables {
    static let burnRecords: [any Record.Type] = [BurnMinuteRecord.self, BurnAlertRecord.self]

    static let promiseChanges: [Table.Change] = (burnRecords + impactRecords).map { .create($0.table) }
}
