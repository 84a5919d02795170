package import Issuance

/// What a witness keeps of one log: the checkpoint that it cosigned last, which every next one must continue.
package struct WitnessedLogRecord: Record {
    /// The name of the log.
    package var origin: String
    /// Of that checkpoint.
    package var size: Int64
    /// Of that checkpoint, 32 bytes.
    package var root: [UInt8]
    /// The time that the cosignature states, in seconds since 1970-01-01T00:00:00Z.
    package var cosignedAt: Int64
    /// The checkpoint with the lines of the log and the witness's own: what monitors are given.
    package var note: String

    package static let table = Table(
        "witnessed_log", key: [.text("origin")],
        [.integer("size"), .blob("root"), .integer("cosigned_at"), .text("note")])

    package init(origin: String, size: Int64, root: [UInt8], cosignedAt: Int64, note: String) {
        self.origin = origin
        self.size = size
        self.root = root
        self.cosignedAt = cosignedAt
        self.note = note
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(
            origin: try row.text(), size: try row.integer(), root: try row.blob(), cosignedAt: try row.integer(),
            note: try row.text())
    }

    package var values: [ColumnValue] {
        [.text(origin), .integer(size), .blob(root), .integer(cosignedAt), .text(note)]
    }
}

/// A checkpoint that a log signed and that does not continue the one cosigned, or was not shown to. Never changes.
package struct ConflictRecord: Record {
    /// The name of the log.
    package var origin: String
    package var kind: Kind
    /// SHA-256 of `note`.
    package var digest: [UInt8]
    /// By the witness's clock, in milliseconds since 1970-01-01T00:00:00Z.
    package var seenAt: Int64
    /// What came, with the lines of the log.
    package var note: String
    /// What was cosigned before, with the lines of the log and the witness; empty when nothing was.
    package var cosigned: String

    /// What a conflict proves.
    package enum Kind: String, Sendable, CaseIterable {
        /// Two roots of one size, both signed by the log: whoever reads the two notes needs nothing else.
        case twoRoots = "two-roots"
        /// The proof that came with it does not hold. The log lies, or somebody sent a wrong proof with its checkpoint.
        case notProven = "not-proven"
    }

    package static let table = Table(
        "conflict", key: [.text("origin"), .text("kind"), .blob("digest")],
        [.integer("seen_at"), .text("note"), .text("cosigned")], isAppendOnly: true)

    package init(origin: String, kind: Kind, digest: [UInt8], seenAt: Int64, note: String, cosigned: String) {
        self.origin = origin
        self.kind = kind
        self.digest = digest
        self.seenAt = seenAt
        self.note = note
        self.cosigned = cosigned
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(
            origin: try row.text(), kind: try row.choice(), digest: try row.blob(), seenAt: try row.integer(),
            note: try row.text(), cosigned: try row.text())
    }

    package var values: [ColumnValue] {
        [.text(origin), .text(kind.rawValue), .blob(digest), .integer(seenAt), .text(note), .text(cosigned)]
    }
}
