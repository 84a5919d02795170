/// A value that is kept as one row.
package protocol Record: Hashable, Sendable {
    /// Where it is kept, always the same.
    static var table: Table { get }
    /// What the row holds, in the order of the columns of the table.
    var values: [ColumnValue] { get }
    /// Reads the columns in the same order.
    init(row: inout RowReader) throws(StoreError)
}

extension Record {
    /// The values of the primary key.
    package var key: [ColumnValue] { Array(values.prefix(Self.table.keyCount)) }
}

/// A row where its store has it, so that none is put together only to be taken apart.
package protocol StoredRow {
    /// The value of a column, counted from 0; nil when it is none that a store of ours writes.
    func value(at column: Int) -> ColumnValue?
}

/// Reads one row column by column, in the order of the table. A value of another kind than asked for means that the
/// database was changed by something else than us, and is reported as corruption, never guessed at.
package struct RowReader {
    private let type: any Record.Type
    private let columnCount: Int
    private let row: any StoredRow
    private var position = 0

    /// - Parameter row: one row of the table of this type, as it was found.
    package init<R: Record>(_ type: R.Type, _ row: any StoredRow) {
        self.type = type
        columnCount = type.table.columns.count
        self.row = row
    }

    /// The next column, which is an integer and never empty.
    package mutating func integer() throws(StoreError) -> Int64 { try required(optionalInteger()) }
    /// The next column, which is a text and never empty.
    package mutating func text() throws(StoreError) -> String { try required(optionalText()) }
    /// The next column, which holds bytes and is never empty.
    package mutating func blob() throws(StoreError) -> [UInt8] { try required(optionalBlob()) }

    /// The next column, an integer; nil when it is empty.
    package mutating func optionalInteger() throws(StoreError) -> Int64? {
        switch try next() {
        case .null: nil
        case .integer(let value): value
        default: throw unexpected()
        }
    }

    /// The next column, a text; nil when it is empty.
    package mutating func optionalText() throws(StoreError) -> String? {
        switch try next() {
        case .null: nil
        case .text(let value): value
        default: throw unexpected()
        }
    }

    /// The next column, bytes; nil when it is empty.
    package mutating func optionalBlob() throws(StoreError) -> [UInt8]? {
        switch try next() {
        case .null: nil
        case .blob(let value): value
        default: throw unexpected()
        }
    }

    /// Reads a value of a closed set that is kept as its raw text.
    package mutating func choice<Choice: RawRepresentable<String>>(
        _ type: Choice.Type = Choice.self
    ) throws(StoreError) -> Choice {
        guard let choice = Choice(rawValue: try text()) else { throw unexpected() }
        return choice
    }

    private mutating func next() throws(StoreError) -> ColumnValue {
        guard position < columnCount else { throw unexpected() }
        position += 1
        guard let value = row.value(at: position - 1) else { throw unexpected() }
        return value
    }

    private func required<Value>(_ value: Value?) throws(StoreError) -> Value {
        guard let value else { throw unexpected() }
        return value
    }

    private func unexpected() -> StoreError {
        let table = type.table
        let column = position > 0 && position <= table.columns.count ? table.columns[position - 1].name : "?"
        return .corrupt("table \(table.name), column \(column): a value that this program never writes")
    }
}

extension ColumnValue {
    /// An integer, or empty.
    package static func optional(_ value: Int64?) -> ColumnValue { value.map(ColumnValue.integer) ?? .null }
    /// A text, or empty.
    package static func optional(_ value: String?) -> ColumnValue { value.map(ColumnValue.text) ?? .null }
    /// Bytes, or empty.
    package static func optional(_ value: [UInt8]?) -> ColumnValue { value.map(ColumnValue.blob) ?? .null }
}
