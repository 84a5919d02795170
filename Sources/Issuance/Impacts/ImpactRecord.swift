package import Compensation

/// What a person says last of one kind of impact (rule 89).
package struct ImpactRecord: Record {
    package var request: String
    package var kind: ImpactKind
    package var band: ImpactBand
    /// The entry.
    package var seq: Int64
    /// How often something of this kind was declared.
    package var times: Int64
    /// Where the request stands; nil for none.
    package var incident: String?

    package static let table = Table(
        "impact", key: [.text("request"), .text("kind")],
        [.text("band"), .integer("seq"), .integer("times"), .text("incident").optional],
        indexes: [.init("impact_by_incident", ["incident", "seq"])])

    init(_ event: ImpactDeclared, of request: String, seq: Int64, incident: String?) {
        self.request = request
        (kind, band, times) = (event.kind, event.band, 1)
        self.seq = seq
        self.incident = incident
    }

    package init(row: inout RowReader) throws(StoreError) {
        request = try row.text()
        kind = try row.choice()
        band = try row.choice()
        seq = try row.integer()
        times = try row.integer()
        incident = try row.optionalText()
    }

    package var values: [ColumnValue] {
        [
            .text(request), .text(kind.rawValue), .text(band.rawValue), .integer(seq), .integer(times),
            .optional(incident),
        ]
    }
}

extension Tables {
    static let impactRecords: [any Record.Type] = [ImpactRecord.self]
}
