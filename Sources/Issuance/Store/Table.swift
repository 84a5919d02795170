/// The shape of one kind of row. A store makes its table or its dictionary from this value; nothing else describes it.
package struct Table: Hashable, Sendable {
    /// What the store calls it.
    package let name: String
    /// The columns of the key, then the others.
    package let columns: [Column]
    /// How many of the first columns are the primary key, in key order.
    package let keyCount: Int
    /// The access paths beside the key.
    package let indexes: [Index]
    /// Whether rows may only ever be inserted. Stores refuse an update or delete of such a row.
    package let isAppendOnly: Bool

    /// A table. One that contradicts itself stops the program.
    package init(
        _ name: String, key: [Column], _ columns: [Column] = [], indexes: [Index] = [], isAppendOnly: Bool = false
    ) {
        self.name = name
        self.columns = key + columns
        self.keyCount = key.count
        self.indexes = indexes
        self.isAppendOnly = isAppendOnly
        let names = Set(columns.map(\.name) + key.map(\.name))
        precondition(names.count == self.columns.count, "table \(name) has two columns of one name")
        precondition(
            !key.isEmpty && !key.contains(where: \.isOptional), "table \(name) needs a key that is never empty")
        for index in indexes {
            precondition(names.isSuperset(of: index.columns), "index \(index.name) of table \(name): unknown column")
        }
    }

    /// The columns of the primary key.
    package var key: ArraySlice<Column> { columns.prefix(keyCount) }

    /// A column: its name, what it holds, and whether it may be empty.
    package struct Column: Hashable, Sendable {
        package let name: String
        package let kind: Kind
        package let isOptional: Bool

        /// What a column holds.
        package enum Kind: Hashable, Sendable { case integer, text, blob }

        /// A column of integers that is never empty.
        package static func integer(_ name: String) -> Column { Column(name: name, kind: .integer, isOptional: false) }
        /// A column of texts that is never empty.
        package static func text(_ name: String) -> Column { Column(name: name, kind: .text, isOptional: false) }
        /// A column of bytes that is never empty.
        package static func blob(_ name: String) -> Column { Column(name: name, kind: .blob, isOptional: false) }
        /// The same column, which may be empty.
        package var optional: Column { Column(name: name, kind: kind, isOptional: true) }

        /// Whether a value is of this column's kind, or is absent where the column may be empty.
        package func accepts(_ value: ColumnValue) -> Bool {
            switch (kind, value) {
            case (_, .null): isOptional
            case (.integer, .integer), (.text, .text), (.blob, .blob): true
            default: false
            }
        }
    }

    /// An ordered access path. A row whose first index column is empty is found by the key and not by the index, which
    /// keeps the index of a queue as small as the queue. A unique index allows any number of rows with an empty column.
    package struct Index: Hashable, Sendable {
        package let name: String
        package let columns: [String]
        package let isUnique: Bool

        /// - Parameter name: unique among the indexes of its table.
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

/// Equal and ordered as every store has it: nothing first, then numbers, then text and bytes by their (UTF-8) bytes.
extension ColumnValue: Comparable {
    /// Swift calls two strings equal when they only look the same (U+00E9, and e with U+0301); a store does not.
    package static func == (a: ColumnValue, b: ColumnValue) -> Bool {
        switch (a, b) {
        case (.null, .null): true
        case (.integer(let a), .integer(let b)): a == b
        case (.text(let a), .text(let b)): haveSameBytes(a, b)
        case (.blob(let a), .blob(let b)): a == b
        default: false
        }
    }

    package static func < (a: ColumnValue, b: ColumnValue) -> Bool {
        switch (a, b) {
        case (.integer(let a), .integer(let b)): a < b
        case (.text(let a), .text(let b)): a.utf8.lexicographicallyPrecedes(b.utf8)
        case (.blob(let a), .blob(let b)): a.lexicographicallyPrecedes(b)
        default: a.rank < b.rank
        }
    }

    private static func haveSameBytes(_ a: String, _ b: String) -> Bool {
        var (a, b) = (a, b)
        // In place: through the view of each the comparison takes eight times as long.
        return a.withUTF8 { a in b.withUTF8 { b in unsafe a.count == b.count && a.elementsEqual(b) } }
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
