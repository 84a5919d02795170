package import CanonicalJSON

/// Money that a posting gave back has left the bank: the operator says so, once for each refund.
package struct RefundSettled: EventContent {
    package static let type = "refund.settled"
    package let claimKey: String
    package let unit: String
    package let minor: Int64
    package let journal: [CompensationPosted.JournalEntry]

    package init(claimKey: String, unit: String, minor: Int64, journal: [CompensationPosted.JournalEntry]) {
        self.claimKey = claimKey
        self.unit = unit
        self.minor = minor
        self.journal = journal
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        claimKey = try facts.string("claimKey")
        unit = try facts.string("unit")
        minor = try facts.integer("minor")
        journal = try facts.journal()
    }

    package var facts: JSONObject {
        [
            "claimKey": .string(claimKey), "unit": .string(unit), "minor": .integer(minor),
            "journal": .array(journal.map(\.json)),
        ]
    }
}
