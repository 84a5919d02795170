import Issuance

/// One row of each shape: the tables of this suite.
enum Sample {
    static let tables = [Entry.table, Session.table, Tile.table, Tag.table, Lossy.table]

    /// Never changed once written; one integer as key.
    struct Entry: Record {
        var seq: Int64
        var body: [UInt8]

        static let table = Table("entry", key: [.integer("seq")], [.blob("body")], isAppendOnly: true)
        var values: [ColumnValue] { [.integer(seq), .blob(body)] }

        init(_ seq: Int64, _ body: [UInt8] = []) {
            self.seq = seq
            self.body = body
        }

        init(row: inout RowReader) throws(StoreError) {
            seq = try row.integer()
            body = try row.blob()
        }
    }

    /// A text as key, columns that may be empty, and every kind of index. Two names are words of SQL.
    struct Session: Record {
        enum State: String { case open, closed }

        var id: String
        var owner = "ann"
        var state = State.open
        var dueAt: Int64?
        var token: [UInt8]?
        var remark: String?

        static let table = Table(
            "order", key: [.text("id")],
            [
                .text("group"), .text("state"), .integer("dueAt").optional, .blob("token").optional,
                .text("remark").optional,
            ],
            indexes: [
                Table.Index("due", ["dueAt"]), Table.Index("group", ["group", "dueAt"]),
                Table.Index("token", ["token"], isUnique: true),
                Table.Index("remark", ["state", "remark"], isUnique: true),
            ])

        var values: [ColumnValue] {
            [
                .text(id), .text(owner), .text(state.rawValue), .optional(dueAt), .optional(token), .optional(remark),
            ]
        }

        init(
            _ id: String, owner: String = "ann", state: State = .open, dueAt: Int64? = nil, token: [UInt8]? = nil,
            remark: String? = nil
        ) {
            self.id = id
            self.owner = owner
            self.state = state
            self.dueAt = dueAt
            self.token = token
            self.remark = remark
        }

        init(row: inout RowReader) throws(StoreError) {
            id = try row.text()
            owner = try row.text()
            state = try row.choice()
            dueAt = try row.optionalInteger()
            token = try row.optionalBlob()
            remark = try row.optionalText()
        }
    }

    /// Two integers as key.
    struct Tile: Record {
        var level: Int64
        var n: Int64
        var hashes: [UInt8]

        static let table = Table("tile", key: [.integer("level"), .integer("n")], [.blob("hashes")])
        var values: [ColumnValue] { [.integer(level), .integer(n), .blob(hashes)] }

        init(_ level: Int64, _ n: Int64, _ hashes: [UInt8] = []) {
            self.level = level
            self.n = n
            self.hashes = hashes
        }

        init(row: inout RowReader) throws(StoreError) {
            level = try row.integer()
            n = try row.integer()
            hashes = try row.blob()
        }
    }

    /// Nothing but a key.
    struct Tag: Record {
        var name: String
        var about: [UInt8]

        static let table = Table("tag", key: [.text("name"), .blob("about")])
        var values: [ColumnValue] { [.text(name), .blob(about)] }

        init(_ name: String, _ about: [UInt8] = []) {
            self.name = name
            self.about = about
        }

        init(row: inout RowReader) throws(StoreError) {
            name = try row.text()
            about = try row.blob()
        }
    }

    /// A record with whatever values the test wants, whether or not they suit its table.
    struct Lossy: Record {
        var values: [ColumnValue]

        static let table = Table("lossy", key: [.integer("id")], [.text("name"), .blob("photo").optional])

        init(_ values: [ColumnValue]) { self.values = values }

        init(row: inout RowReader) throws(StoreError) {
            values = [.integer(try row.integer()), .text(try row.text()), .optional(try row.optionalBlob())]
        }
    }

    /// Claims the name of a table and another shape.
    struct Impostor: Record {
        static let table = Table("tile", key: [.integer("level")])
        var values: [ColumnValue] { [.integer(1)] }
        init() {}
        init(row: inout RowReader) throws(StoreError) { _ = try row.integer() }
    }
}
