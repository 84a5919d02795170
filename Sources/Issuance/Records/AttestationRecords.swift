/// What a witness said of a checkpoint: one `cosignature/v1` line (C2SP tlog-cosignature), verified before it was kept.
/// From outside the log, so nothing makes it again.
package struct CosignatureRecord: Record {
    /// The size of the checkpoint.
    package var size: Int64
    /// The witness, as a C2SP verifier key.
    package var witness: String
    /// The signature line, without its newline.
    package var line: String

    package static let table = Table("cosignature", key: [.integer("size"), .text("witness")], [.text("line")])

    package init(size: Int64, witness: String, line: String) {
        self.size = size
        self.witness = witness
        self.line = line
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(size: try row.integer(), witness: try row.text(), line: try row.text())
    }

    package var values: [ColumnValue] { [.integer(size), .text(witness), .text(line)] }
}

/// What an authority or a calendar said about when a checkpoint existed, verified before it was kept. From outside the
/// log, so nothing makes it again.
package struct TimestampRecord: Record {
    /// The size of the checkpoint.
    package var size: Int64
    /// Who says so, as the operator configured them: an address.
    package var source: String
    /// 0 for the first; a renewal that covers number n is n + 1.
    package var number: Int64
    package var kind: Kind
    /// When it was kept, by the service's clock, in milliseconds since 1970-01-01T00:00:00Z.
    package var keptAt: Int64
    /// The token as it came: a DER `TimeStampResp`, or an OpenTimestamps file.
    package var token: [UInt8]

    /// The two ways to say it.
    package enum Kind: String, Sendable, CaseIterable {
        /// RFC 3161, by an authority.
        case rfc3161
        /// OpenTimestamps, by a calendar, pending or complete.
        case openTimestamps
    }

    package static let table = Table(
        "timestamp", key: [.integer("size"), .text("source"), .integer("number")],
        [.text("kind"), .integer("kept_at"), .blob("token")])

    package init(size: Int64, source: String, number: Int64, kind: Kind, keptAt: Int64, token: [UInt8]) {
        self.size = size
        self.source = source
        self.number = number
        self.kind = kind
        self.keptAt = keptAt
        self.token = token
    }

    package init(row: inout RowReader) throws(StoreError) {
        size = try row.integer()
        source = try row.text()
        number = try row.integer()
        let name = try row.text()
        guard let kind = Kind(rawValue: name) else { throw .corrupt("a timestamp of an unknown kind, \(name)") }
        self.kind = kind
        keptAt = try row.integer()
        token = try row.blob()
    }

    package var values: [ColumnValue] {
        [
            .integer(size), .text(source), .integer(number), .text(kind.rawValue), .integer(keptAt), .blob(token),
        ]
    }
}
