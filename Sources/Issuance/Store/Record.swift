/// A value that is kept as one row. Its table says the columns; `values` and `init(row:)` go through them in that order.
package protocol Record: Hashable, Sendable {
    static var table: Table { get }
    var values: [ColumnValue] { get }
    init(row: inout RowReader) throws(StoreError)
}

extension Record {
    /// The values of the primary key.
    package var key: [ColumnValue] { Array(values.prefix(Self.table.keyCount)) }
}

/// Reads one row column by column, in the order of the table. A value of another kind than asked for means that the
/// database was changed by something else than us, and is reported as corruption, never guessed at.
package struct RowReader: Sendable {
    private let table: Table
    private let values: [ColumnValue]
    private var position = 0

    package init(_ table: Table, _ values: [ColumnValue]) {
        self.table = table
        self.values = values
    }

    package mutating func integer() throws(StoreError) -> Int64 { try required(optionalInteger()) }
    package mutating func text() throws(StoreError) -> String { try required(optionalText()) }
    package mutating func blob() throws(StoreError) -> [UInt8] { try required(optionalBlob()) }

    package mutating func optionalInteger() throws(StoreError) -> Int64? {
        switch try next() {
        case .null: nil
        case .integer(let value): value
        default: throw unexpected()
        }
    }

    package mutating func optionalText() throws(StoreError) -> String? {
        switch try next() {
        case .null: nil
        case .text(let value): value
        default: throw unexpected()
        }
    }

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
        guard position < values.count else { throw unexpected() }
        defer { position += 1 }
        return values[position]
    }

    private func required<Value>(_ value: Value?) throws(StoreError) -> Value {
        guard let value else { throw unexpected() }
        return value
    }

    private func unexpected() -> StoreError {
        let column = position > 0 && position <= table.columns.count ? table.columns[position - 1].name : "?"
        return .corrupt("table \(table.name), column \(column): a value that this program never writes")
    }
}

extension ColumnValue {
    package static func optional(_ value: Int64?) -> ColumnValue { value.map(ColumnValue.integer) ?? .null }
    package static func optional(_ value: String?) -> ColumnValue { value.map(ColumnValue.text) ?? .null }
    package static func optional(_ value: [UInt8]?) -> ColumnValue { value.map(ColumnValue.blob) ?? .null }
}
