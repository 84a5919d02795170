import Cryptography
import Issuance

/// The rows of one table, copied from one store to another in batches that are bounded.
enum RowMove {
    /// Rows and bytes of one transaction of the target: enough that its sync is nothing beside it, and little memory.
    private static let batch = (rows: 4096, bytes: 4 << 20)

    /// - Parameter progress: hears after each batch how many rows are durable.
    static func copy<R: Record>(
        _ type: R.Type, from reader: any StoreReader, to store: any Store, progress: (Int) -> Void
    ) throws {
        var (rows, bytes, count) = ([R](), 0, 0)
        func flush() throws {
            guard !rows.isEmpty else { return }
            try store.write { writer in
                try writer.together { for row in rows { try writer.insert(row) } }
            }
            count += rows.count
            rows.removeAll(keepingCapacity: true)
            bytes = 0
            progress(count)
        }
        try reader.forEach(type) { row in
            rows.append(row)
            bytes += row.values.reduce(0) { $0 + $1.byteCount }
            if rows.count == batch.rows || bytes >= batch.bytes { try flush() }
        }
        try flush()
    }
}

/// How many rows a table has, and a hash of all their values in the order of its key: the same in every store that has
/// the same rows.
struct TableFingerprint: Hashable {
    let table: String
    let rows: Int
    let digest: SHA256Digest

    /// Of every table whose rows are moved.
    static func all(in reader: any StoreReader, progress: (String, Int) -> Void) throws -> [TableFingerprint] {
        try Tables.records.map { type in try of(type, in: reader) { progress(type.table.name, $0) } }
    }

    private static func of<R: Record>(
        _ type: R.Type, in reader: any StoreReader, progress: (Int) -> Void
    ) throws -> TableFingerprint {
        var hasher = SHA256Hasher()
        var count = 0
        try reader.forEach(type) { row in
            for value in row.values { hasher.update(value) }
            count += 1
            if count % reportedRows == 0 { progress(count) }
        }
        return TableFingerprint(table: R.table.name, rows: count, digest: hasher.finish())
    }

    /// Rarely enough that a terminal keeps up.
    private static let reportedRows = 4096
}

extension SHA256Hasher {
    /// The kind and the length before the bytes, so that no two rows run together the same.
    fileprivate mutating func update(_ value: ColumnValue) {
        switch value {
        case .null: update(0 as UInt8)
        case .integer(let number):
            update(1 as UInt8)
            update(bigEndian: number)
        case .text(let text):
            update(2 as UInt8)
            update(bigEndian: text.utf8.count)
            update(Array(text.utf8))
        case .blob(let bytes):
            update(3 as UInt8)
            update(bigEndian: bytes.count)
            update(bytes)
        }
    }
}

extension ColumnValue {
    fileprivate var byteCount: Int {
        switch self {
        case .null: 1
        case .integer: 8
        case .text(let text): text.utf8.count
        case .blob(let bytes): bytes.count
        }
    }
}
