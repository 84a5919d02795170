import Compensation

/// What a condition or a share asks of a request beyond its row: only requests of which it is known have one.
package struct RequestTermsRecord: Record {
    package var request: String
    package var credentialType: String?
    package var priceUnit: String?
    package var priceMinor: Int64?

    package static let table = Table(
        "request_terms", key: [.text("request")],
        [.text("credential_type").optional, .text("price_unit").optional, .integer("price_minor").optional])

    package var values: [ColumnValue] {
        [.text(request), .optional(credentialType), .optional(priceUnit), .optional(priceMinor)]
    }

    package init(row: inout RowReader) throws(StoreError) {
        request = try row.text()
        credentialType = try row.optionalText()
        priceUnit = try row.optionalText()
        priceMinor = try row.optionalInteger()
    }

    /// Nil when there is nothing to say.
    init?(_ event: RequestAccepted, of id: RequestID) {
        guard event.credentialType != nil || event.price != nil else { return nil }
        request = id.text
        credentialType = event.credentialType
        priceUnit = event.price?.unit.rawValue
        priceMinor = event.price?.minor
    }

    /// What was paid, where that was said.
    var price: Amount? {
        priceUnit.flatMap(UnitOfAccount.init).flatMap { unit in priceMinor.map { Amount($0, unit) } }
    }
}

/// Money that a posting gave back: ready for the bank until somebody says that it was paid.
package struct RefundRecord: Record {
    package var claimKey: String
    package var request: String
    package var unit: String
    package var minor: Int64
    package var settledAt: Int64?

    package static let table = Table(
        "refund", key: [.text("claim_key")],
        [.text("request"), .text("unit"), .integer("minor"), .integer("settled_at").optional],
        indexes: [.init("refund_by_request", ["request"])])

    package init(claimKey: String, request: String, unit: String, minor: Int64, settledAt: Int64?) {
        self.claimKey = claimKey
        self.request = request
        self.unit = unit
        self.minor = minor
        self.settledAt = settledAt
    }

    package var values: [ColumnValue] {
        [.text(claimKey), .text(request), .text(unit), .integer(minor), .optional(settledAt)]
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(
            claimKey: try row.text(), request: try row.text(), unit: try row.text(), minor: try row.integer(),
            settledAt: try row.optionalInteger())
    }
}

extension Tables {
    /// What the models of compensation added.
    static let modelsChanges: [Table.Change] = [.create(RequestTermsRecord.table), .create(RefundRecord.table)]

    static let modelsProjections: [any Record.Type] = [RequestTermsRecord.self, RefundRecord.self]
}
