import Temporal

/// Where a request stands on the ladder of its service level; only requests have one whose service level does.
package struct LadderRecord: Record {
    package var request: String
    package var tenant: String
    package var atRiskAt: Int64?
    /// The step that came last; -1 before the first.
    package var step: Int64
    package var stepAt: Int64?
    /// Who took it.
    package var takenBy: String?
    /// Since when a step waits for somebody to take it; nil when none does.
    package var openSince: Int64?
    /// The first instant at which something comes by itself; nil when nothing does.
    package var nextAt: Int64?

    package static let table = Table(
        "ladder", key: [.text("request")],
        [
            .text("tenant"), .integer("at_risk_at").optional, .integer("step"), .integer("step_at").optional,
            .text("taken_by").optional, .integer("open_since").optional, .integer("next_at").optional,
        ],
        indexes: [.init("ladder_by_next", ["next_at"]), .init("ladder_by_open", ["open_since"])])

    init(of request: RequestRecord) {
        self.request = request.id
        tenant = request.tenant
        step = -1
    }

    package init(row: inout RowReader) throws(StoreError) {
        request = try row.text()
        tenant = try row.text()
        atRiskAt = try row.optionalInteger()
        step = try row.integer()
        stepAt = try row.optionalInteger()
        takenBy = try row.optionalText()
        openSince = try row.optionalInteger()
        nextAt = try row.optionalInteger()
    }

    package var values: [ColumnValue] {
        [
            .text(request), .text(tenant), .optional(atRiskAt), .integer(step), .optional(stepAt),
            .optional(takenBy), .optional(openSince), .optional(nextAt),
        ]
    }
}

/// Where the fits stand in the log.
package struct ForecastRecord: Record {
    package var seq: Int64
    package var asOf: Int64

    package static let table = Table("forecast", key: [.integer("seq")], [.integer("as_of")], isAppendOnly: true)

    init(seq: Int64, asOf: Int64) {
        self.seq = seq
        self.asOf = asOf
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(seq: try row.integer(), asOf: try row.integer())
    }

    package var values: [ColumnValue] { [.integer(seq), .integer(asOf)] }

    /// The newest of a log; nil when it has none.
    static func newest(in reader: any StoreReader) throws(StoreError) -> ForecastRecord? {
        try reader.records(Scan(ForecastRecord.self, isDescending: true, limit: 1)).first
    }
}

extension Tables {
    static let forecastRecords: [any Record.Type] = [LadderRecord.self, ForecastRecord.self]

    /// The tables of forecasts and ladders.
    static let forecastChanges: [Table.Change] = forecastRecords.map { .create($0.table) }
}
