import CPostgreSQL
import Issuance
import Storage

/// A statement that one connection has prepared, or is going to.
final class PreparedStatement {
    /// Empty for one that is prepared anew each time.
    let name: String
    let text: String
    let types: [Oid]
    /// Whether the server has been told; set when it is sent, taken back when it was not done.
    var isPrepared = false

    init(_ name: String, _ text: String, _ types: [Oid]) {
        self.name = name
        self.text = text
        self.types = types
    }
}

/// What a connection knows of one table.
final class TableStatements {
    let table: Table
    var statements: [Operation: PreparedStatement] = [:]
    /// The columns of unique indexes: an update of one of them may be refused by the server.
    private let uniqueColumns: ColumnSet
    /// The key and each index, as positions of columns.
    private let paths: [[Int]]

    /// What the columns of one index, or of a key, may hold together in one row: PostgreSQL takes 2,704 bytes, some of
    /// them for itself.
    static let pathBytes = 2_600

    init(_ table: Table) {
        self.table = table
        func positions(_ columns: some Sequence<String>) -> [Int] {
            columns.compactMap { name in table.columns.firstIndex { $0.name == name } }
        }
        uniqueColumns = table.indexes.filter(\.isUnique).reduce(0) { columns, index in
            positions(index.columns).reduce(columns) { $0 | 1 << ColumnSet($1) }
        }
        paths =
            [Array(0..<table.keyCount)]
            + table.indexes.map { positions($0.isUnique ? $0.columns : table.path($0.name).map(\.name)) }
    }

    /// Whether the server, and not we, may refuse this, so that the transaction needs a way back.
    func needsGuard(_ operation: Operation) -> Bool {
        switch operation {
        case .update: table.isAppendOnly || uniqueColumns != 0
        case .updateColumns(let columns): table.isAppendOnly || uniqueColumns & columns != 0
        case .delete: table.isAppendOnly
        case .insert, .record, .records: false
        }
    }

    /// Refuses a row that is too long for one of its indexes.
    func check(paths values: [ColumnValue]) throws(StoreError) {
        for path in paths {
            let bytes = path.reduce(0) { $0 + values[$1].storedBytes }
            guard bytes <= Self.pathBytes else {
                throw .unfit(
                    table: table.name,
                    why: "the columns of an index hold \(bytes) bytes; PostgreSQL takes \(Self.pathBytes)")
            }
        }
    }

    /// The types of the parameters of an operation with these values.
    func types(_ operation: Operation, _ values: [ColumnValue]) -> [Oid] {
        switch operation {
        case .insert, .update, .updateColumns: table.columns.map(\.kind.type)
        case .delete, .record: table.key.map(\.kind.type)
        case .records: values.map(\.type)
        }
    }
}

extension ColumnValue {
    /// The type of a value; one that is absent has none of its own.
    fileprivate var type: Oid {
        switch self {
        case .null: 0
        case .integer: Table.Column.Kind.integer.type
        case .text: Table.Column.Kind.text.type
        case .blob: Table.Column.Kind.blob.type
        }
    }
}
