/// One entry of the log: its canonical bytes and their leaf hash (RFC 6962, 2.1). Never changes.
package struct EntryRecord: Record {
    package var seq: Int64
    /// The request that the entry is about, so that its story is found; the entry itself says the same.
    package var request: String?
    package var body: [UInt8]
    package var leafHash: [UInt8]

    package static let table = Table(
        "entry", key: [.integer("seq")], [.text("request").optional, .blob("body"), .blob("leaf_hash")],
        indexes: [.init("entry_by_request", ["request", "seq"])], isAppendOnly: true)

    package init(seq: Int64, request: String?, body: [UInt8], leafHash: [UInt8]) {
        self.seq = seq
        self.request = request
        self.body = body
        self.leafHash = leafHash
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(
            seq: try row.integer(), request: try row.optionalText(), body: try row.blob(), leafHash: try row.blob())
    }

    package var values: [ColumnValue] { [.integer(seq), .optional(request), .blob(body), .blob(leafHash)] }
}

/// One tile of the tree (C2SP tlog-tiles), full or at the right edge: its hashes one after the other.
package struct TileRecord: Record {
    package var level: Int64
    package var index: Int64
    package var hashes: [UInt8]

    package static let table = Table("tile", key: [.integer("level"), .integer("idx")], [.blob("hashes")])

    package init(level: Int64, index: Int64, hashes: [UInt8]) {
        self.level = level
        self.index = index
        self.hashes = hashes
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(level: try row.integer(), index: try row.integer(), hashes: try row.blob())
    }

    package var values: [ColumnValue] { [.integer(level), .integer(index), .blob(hashes)] }
}

/// A signed checkpoint (C2SP tlog-checkpoint), stored in the transaction whose entries it covers. Never changes.
package struct CheckpointRecord: Record {
    package var size: Int64
    package var note: String

    package static let table = Table("checkpoint", key: [.integer("size")], [.text("note")], isAppendOnly: true)

    package init(size: Int64, note: String) {
        self.size = size
        self.note = note
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(size: try row.integer(), note: try row.text())
    }

    package var values: [ColumnValue] { [.integer(size), .text(note)] }
}

/// The one row that orders writers: how long the log is, its root, its last leaf hash and the time of its last entry.
package struct HeadRecord: Record {
    package var size: Int64
    package var root: [UInt8]
    package var lastLeafHash: [UInt8]
    package var lastTime: Int64

    package static let table = Table(
        "head", key: [.integer("one")],
        [.integer("size"), .blob("root"), .blob("last_leaf_hash"), .integer("last_time")])

    package init(size: Int64, root: [UInt8], lastLeafHash: [UInt8], lastTime: Int64) {
        self.size = size
        self.root = root
        self.lastLeafHash = lastLeafHash
        self.lastTime = lastTime
    }

    package init(row: inout RowReader) throws(StoreError) {
        _ = try row.integer()
        self.init(
            size: try row.integer(), root: try row.blob(), lastLeafHash: try row.blob(), lastTime: try row.integer())
    }

    package var values: [ColumnValue] {
        [.integer(1), .integer(size), .blob(root), .blob(lastLeafHash), .integer(lastTime)]
    }
}

/// What an entry commits to: the private facts, kept beside the log so that they can be erased.
package struct OpeningRecord: Record {
    package var seq: Int64
    package var tenant: String
    package var holder: String
    /// The RFC 8785 form of an object: field to value.
    package var document: [UInt8]

    package static let table = Table(
        "opening", key: [.integer("seq")], [.text("tenant"), .text("holder"), .blob("document")])

    package init(seq: Int64, tenant: String, holder: String, document: [UInt8]) {
        self.seq = seq
        self.tenant = tenant
        self.holder = holder
        self.document = document
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(
            seq: try row.integer(), tenant: try row.text(), holder: try row.text(), document: try row.blob())
    }

    package var values: [ColumnValue] { [.integer(seq), .text(tenant), .text(holder), .blob(document)] }
}

/// The key from which the salts of one person's (or institution's) commitments are derived. Destroying it makes the
/// commitments say nothing, everywhere. An institution's own facts have the empty holder.
package struct SubjectRecord: Record {
    package var tenant: String
    package var holder: String
    package var key32: [UInt8]

    package static let table = Table("subject", key: [.text("tenant"), .text("holder")], [.blob("key32")])

    package init(tenant: String, holder: String, key32: [UInt8]) {
        self.tenant = tenant
        self.holder = holder
        self.key32 = key32
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(tenant: try row.text(), holder: try row.text(), key32: try row.blob())
    }

    package var values: [ColumnValue] { [.text(tenant), .text(holder), .blob(key32)] }
}
