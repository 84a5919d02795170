/// An institution that may request credentials.
package struct InstitutionRecord: Record {
    package var tenant: String
    package var name: String
    /// SHA-256 of the API key; the key itself is shown once and kept nowhere.
    package var keyDigest: [UInt8]
    package var seq: Int64

    package static let table = Table(
        "institution", key: [.text("tenant")], [.text("name"), .blob("key_digest"), .integer("seq")],
        indexes: [.init("institution_by_key", ["key_digest"], isUnique: true)])

    package init(tenant: String, name: String, keyDigest: [UInt8], seq: Int64) {
        self.tenant = tenant
        self.name = name
        self.keyDigest = keyDigest
        self.seq = seq
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(
            tenant: try row.text(), name: try row.text(), keyDigest: try row.blob(), seq: try row.integer())
    }

    package var values: [ColumnValue] { [.text(tenant), .text(name), .blob(keyDigest), .integer(seq)] }
}

/// A published policy document. Never changes: a later version is another document with another hash.
package struct PolicyRecord: Record {
    package var hash: String
    package var effectiveAt: Int64
    package var document: [UInt8]
    package var seq: Int64

    package static let table = Table(
        "policy", key: [.text("hash")], [.integer("effective_at"), .blob("document"), .integer("seq")],
        indexes: [.init("policy_by_seq", ["seq"], isUnique: true)], isAppendOnly: true)

    package init(hash: String, effectiveAt: Int64, document: [UInt8], seq: Int64) {
        self.hash = hash
        self.effectiveAt = effectiveAt
        self.document = document
        self.seq = seq
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(
            hash: try row.text(), effectiveAt: try row.integer(), document: try row.blob(), seq: try row.integer())
    }

    package var values: [ColumnValue] { [.text(hash), .integer(effectiveAt), .blob(document), .integer(seq)] }
}

/// What was answered under an idempotency key: the entry of the command, or the refusal that it met.
///
/// The answer itself is a function of the entry and its openings, so a retry gets the same bytes for ever without a
/// second copy. A refused command leaves no entry; its row is the only one that the log cannot bring back.
package struct AnswerRecord: Record {
    package var tenant: String
    package var key: String
    /// SHA-256 of what was asked under this key.
    package var digest: [UInt8]
    package var seq: Int64?
    /// The code of a `Refusal`, a line feed, and its sentence.
    package var refusal: String?
    /// Of a refusal: the request that was asked about, by which it is found when that is erased.
    package var request: String?

    package static let table = Table(
        "answer", key: [.text("tenant"), .text("idempotency_key")],
        [.blob("digest"), .integer("seq").optional, .text("refusal").optional, .text("request").optional],
        indexes: [.init("answer_by_request", ["request"])])

    package init(
        tenant: String, key: String, digest: [UInt8], seq: Int64?, refusal: String?, request: String? = nil
    ) {
        self.tenant = tenant
        self.key = key
        self.digest = digest
        self.seq = seq
        self.refusal = refusal
        self.request = request
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(
            tenant: try row.text(), key: try row.text(), digest: try row.blob(), seq: try row.optionalInteger(),
            refusal: try row.optionalText(), request: try row.optionalText())
    }

    package var values: [ColumnValue] {
        [.text(tenant), .text(key), .blob(digest), .optional(seq), .optional(refusal), .optional(request)]
    }
}
