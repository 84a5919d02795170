package import CanonicalJSON
package import Compensation

/// A person says what the delay of a request did to them (rule 89). Nothing that is owed follows from it.
package struct ImpactDeclared: EventContent {
    package static let type = "impact.declared"
    package let kind: ImpactKind
    package let band: ImpactBand
    /// In their words; beside the log.
    package let note: String?
    package let idempotency: Idempotency

    /// The most declarations of one kind about one request: somebody may correct themselves.
    package static let mostOfKind: Int64 = 4

    package init(kind: ImpactKind, band: ImpactBand, note: String?, idempotency: Idempotency) {
        self.kind = kind
        self.band = band
        self.note = note
        self.idempotency = idempotency
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        kind = try facts.parsed("kind") { ImpactKind(rawValue: $0) }
        band = try facts.parsed("band") { ImpactBand(rawValue: $0) }
        note = try openings.optionalString("note")
        idempotency = try Idempotency(&openings)
    }

    package var facts: JSONObject { ["kind": .string(kind.rawValue), "band": .string(band.rawValue)] }
    package var openings: JSONObject { noted(note, idempotency) }
}
