/// Which entries say something about an issuer or one of its keys, or about the keys of the log after the first; what
/// they say is read from them.
package struct IssuerEntryRecord: Record {
    package var seq: Int64

    package static let table = Table("issuer_entry", key: [.integer("seq")], isAppendOnly: true)

    package init(seq: Int64) { self.seq = seq }

    package init(row: inout RowReader) throws(StoreError) { self.init(seq: try row.integer()) }

    package var values: [ColumnValue] { [.integer(seq)] }
}

/// A context or schema of an institution. A new document under the same URL replaces the one before.
package struct ResourceRecord: Record {
    package var tenant: String
    package var kind: ResourceRegistered.Kind
    package var url: String
    /// `sha256:` and the digest of the canonical document.
    package var hash: String
    package var seq: Int64

    package static let table = Table(
        "resource", key: [.text("tenant"), .text("kind"), .text("url")], [.text("hash"), .integer("seq")],
        indexes: [.init("resource_by_hash", ["hash", "kind"])])

    package init(tenant: String, kind: ResourceRegistered.Kind, url: String, hash: String, seq: Int64) {
        self.tenant = tenant
        self.kind = kind
        self.url = url
        self.hash = hash
        self.seq = seq
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(
            tenant: try row.text(), kind: try row.choice(), url: try row.text(), hash: try row.text(),
            seq: try row.integer())
    }

    package var values: [ColumnValue] {
        [.text(tenant), .text(kind.rawValue), .text(url), .text(hash), .integer(seq)]
    }
}
