import Issuance
import Storage

extension Connection: StoreWriter {
    func record<R: Record>(_ type: R.Type, key: [ColumnValue]) throws(StoreError) -> R? {
        try R.table.check(key: key)
        let statement = try statement(.record, on: type, with: key)
        defer { statement.reset() }
        return try step(statement, of: type) ? decode(statement) : nil
    }

    func records<R: Record>(_ scan: Scan<R>) throws(StoreError) -> [R] {
        try scan.check()
        let statement = try statement(.records(ScanShape(scan)), on: R.self, with: scan.parameters)
        defer { statement.reset() }
        var records: [R] = []
        while try step(statement, of: R.self) { records.append(try decode(statement)) }
        return records
    }

    func insert<R: Record>(_ record: R) throws(StoreError) {
        let values = record.values
        try R.table.check(row: values)
        guard try run(.insert, on: R.self, with: values) == 1 else { throw .conflict(table: R.table.name) }
    }

    func update<R: Record>(_ record: R) throws(StoreError) {
        let values = record.values
        try R.table.check(row: values)
        guard try run(.update, on: R.self, with: values) == 1 else { throw .missing(table: R.table.name) }
    }

    func update<R: Record>(_ record: R, from old: R) throws(StoreError) {
        let values = record.values
        try R.table.check(row: values)
        let difference = R.table.difference(between: old.values, and: values)
        // A column that is assigned is written again in every index that has it, changed or not.
        let operation = difference == 0 ? Operation.update : .updateColumns(difference)
        guard try run(operation, on: R.self, with: values) == 1 else { throw .missing(table: R.table.name) }
    }

    func delete<R: Record>(_ type: R.Type, key: [ColumnValue]) throws(StoreError) {
        try R.table.check(key: key)
        guard try run(.delete, on: type, with: key) == 1 else { throw .missing(table: R.table.name) }
    }

    func write<R: Record>(_ changes: RowChanges, of type: R.Type) throws(StoreError) {
        let table = R.table
        for key in changes.deleted { try delete(type, key: key) }
        for (new, old) in changes.updated {
            try table.check(row: new)
            let difference = old.map { table.difference(between: $0, and: new) } ?? 0
            let operation = difference == 0 ? Operation.update : .updateColumns(difference)
            guard try run(operation, on: type, with: new) == 1 else { throw .missing(table: table.name) }
        }
        for row in changes.inserted {
            try table.check(row: row)
            guard try run(.insert, on: type, with: row) == 1 else { throw .conflict(table: table.name) }
        }
    }

    func savepoint<Result>(_ body: () throws -> Result) throws -> Result {
        try execute(.savepoint)
        do {
            let result = try body()
            try execute(.release)
            return result
        } catch {
            try throwFailure()
            try execute(.rollbackTo)
            try execute(.release)
            throw error
        }
    }

    /// Runs a statement that changes rows, and gives how many it changed.
    private func run<R: Record>(
        _ operation: Operation, on type: R.Type, with values: [ColumnValue]
    ) throws(StoreError) -> Int {
        let statement = try statement(operation, on: type, with: values)
        defer { statement.reset() }
        _ = try step(statement, of: type)
        return changes
    }

    /// The row that the statement has reached.
    private func decode<R: Record>(_ statement: Statement) throws(StoreError) -> R {
        var row = RowReader(R.self, statement)
        return try R(row: &row)
    }
}
