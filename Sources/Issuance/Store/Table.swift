/// The shape of one kind of row. A store makes its table or its dictionary from this value; nothing else describes it.
package struct Table: Hashable, Sendable {
    package let name: String
    package let columns: [Column]
    /// How many of the first columns are the primary key, in key order.
    package let keyCount: Int
    package let indexes: [Index]
    /// Whether rows may only ever be inserted. Stores refuse an update or delete of such a row.
    package let isAppendOnly: Bool

    package init(
        _ name: String, key: [Column], _ columns: [Column] = [], indexes: [Index] = [], isAppendOnly: Bool = false
    ) {
        self.name = name
        self.columns = key + columns
        self.keyCount = key.count
        self.indexes = indexes
        self.isAppendOnly = isAppendOnly
    }

    package var key: ArraySlice<Column> { columns.prefix(keyCount) }

    /// A column: its name, what it holds, and whether it may be empty.
    package struct Column: Hashable, Sendable {
        package let name: String
        package let kind: Kind
        package let isOptional: Bool

        package enum Kind: Hashable, Sendable { case integer, text, blob }

        package static func integer(_ name: String) -> Column { Column(name: name, kind: .integer, isOptional: false) }
        package static func text(_ name: String) -> Column { Column(name: name, kind: .text, isOptional: false) }
        package static func blob(_ name: String) -> Column { Column(name: name, kind: .blob, isOptional: false) }
        package var optional: Column { Column(name: name, kind: kind, isOptional: true) }
    }

    /// An ordered access path. A row whose first index column is empty is still found by the key, not by the index.
    package struct Index: Hashable, Sendable {
        package let name: String
        package let columns: [String]
        package let isUnique: Bool

        package init(_ name: String, _ columns: [String], isUnique: Bool = false) {
            self.name = name
            self.columns = columns
            self.isUnique = isUnique
        }
    }
}

/// What one column of one row holds.
package enum ColumnValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])
}

/// Ordered as every store orders them: nothing first, then numbers, then text and bytes by their (UTF-8) bytes.
extension ColumnValue: Comparable {
    package static func < (a: ColumnValue, b: ColumnValue) -> Bool {
        switch (a, b) {
        case (.integer(let a), .integer(let b)): a < b
        case (.text(let a), .text(let b)): a.utf8.lexicographicallyPrecedes(b.utf8)
        case (.blob(let a), .blob(let b)): a.lexicographicallyPrecedes(b)
        default: a.rank < b.rank
        }
    }

    private var rank: Int {
        switch self {
        case .null: 0
        case .integer: 1
        case .text: 2
        case .blob: 3
        }
    }
}
