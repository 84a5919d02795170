/// Whose a status list is. Lists are numbered through the whole service.
package struct StatusListRecord: Record {
    package var list: Int64
    package var issuer: String
    /// The identifier whose credentials have places in it, and whose key signs it.
    package var did: String
    package var seq: Int64

    package static let table = Table(
        "status_list", key: [.integer("list")], [.text("issuer"), .text("did"), .integer("seq")],
        indexes: [.init("status_list_by_did", ["did", "list"])], isAppendOnly: true)

    package init(list: Int64, issuer: String, did: String, seq: Int64) {
        self.list = list
        self.issuer = issuer
        self.did = did
        self.seq = seq
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(
            list: try row.integer(), issuer: try row.text(), did: try row.text(), seq: try row.integer())
    }

    package var values: [ColumnValue] { [.integer(list), .text(issuer), .text(did), .integer(seq)] }
}

/// Which credential has which place in which status list. The key is what keeps two credentials from sharing one.
package struct StatusRecord: Record {
    package var list: Int64
    package var index: Int64
    package var request: String

    package static let table = Table(
        "status", key: [.integer("list"), .integer("idx")], [.text("request")],
        indexes: [.init("status_by_request", ["request"], isUnique: true)], isAppendOnly: true)

    package init(list: Int64, index: Int64, request: String) {
        self.list = list
        self.index = index
        self.request = request
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(list: try row.integer(), index: try row.integer(), request: try row.text())
    }

    package var values: [ColumnValue] { [.integer(list), .integer(index), .text(request)] }
}

/// One change of one status: a list at any instant is the changes until then, in order.
package struct StatusChangeRecord: Record {
    package var list: Int64
    package var purpose: String
    package var seq: Int64
    package var index: Int64
    package var value: Int64
    package var at: Int64
    package var request: String

    package static let table = Table(
        "status_change", key: [.integer("list"), .text("purpose"), .integer("seq")],
        [.integer("idx"), .integer("value"), .integer("changed_at"), .text("request")],
        indexes: [.init("status_change_by_request", ["request", "purpose", "seq"])], isAppendOnly: true)

    package init(
        list: Int64, purpose: String, seq: Int64, index: Int64, value: Int64, at: Int64, request: String
    ) {
        self.list = list
        self.purpose = purpose
        self.seq = seq
        self.index = index
        self.value = value
        self.at = at
        self.request = request
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(
            list: try row.integer(), purpose: try row.text(), seq: try row.integer(), index: try row.integer(),
            value: try row.integer(), at: try row.integer(), request: try row.text())
    }

    package var values: [ColumnValue] {
        [
            .integer(list), .text(purpose), .integer(seq), .integer(index), .integer(value), .integer(at),
            .text(request),
        ]
    }
}
