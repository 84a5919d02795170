import Issuance
import Storage

extension Connection: StoreWriter {
    func record<R: Record>(_ type: R.Type, key: [ColumnValue]) throws(StoreError) -> R? {
        let known = try statements(on: type)
        try R.table.check(key: key)
        var found: R?
        try ask(.record, on: known, with: key) { answer throws(StoreError) in found = try Self.decode(answer) }
        return found
    }

    func records<R: Record>(_ scan: Scan<R>) throws(StoreError) -> [R] {
        let known = try statements(on: R.self)
        try scan.check()
        var found: [R] = []
        try ask(.records(ScanShape(scan)), on: known, with: scan.parameters) { answer throws(StoreError) in
            found.append(try Self.decode(answer))
        }
        return found
    }

    func insert<R: Record>(_ record: R) throws(StoreError) {
        try change(.insert, record, record.values, otherwise: .conflict(table: R.table.name))
    }

    func update<R: Record>(_ record: R) throws(StoreError) {
        try change(.update, record, record.values, otherwise: .missing(table: R.table.name))
    }

    func update<R: Record>(_ record: R, from old: R) throws(StoreError) {
        let values = record.values
        try R.table.check(row: values)
        let difference = R.table.difference(between: old.values, and: values)
        // A column that is assigned is written again in every index that has it, changed or not.
        let operation = difference == 0 ? Operation.update : .updateColumns(difference)
        try change(operation, record, values, otherwise: .missing(table: R.table.name))
    }

    func delete<R: Record>(_ type: R.Type, key: [ColumnValue]) throws(StoreError) {
        let known = try statements(on: type)
        try R.table.check(key: key)
        try change(.delete, on: known, with: key, otherwise: .missing(table: R.table.name))
    }

    func savepoint<Result>(_ body: () throws -> Result) throws -> Result {
        try notDeferring {
            try control("SAVEPOINT nested")
            do {
                let result = try body()
                try control("RELEASE nested")
                return result
            } catch {
                try throwFailure()
                try control("ROLLBACK TO nested")
                try control("RELEASE nested")
                throw error
            }
        }
    }

    func together<Result>(_ body: () throws -> Result) throws -> Result { try deferring(body) }

    private func change<R: Record>(
        _ operation: Operation, _ record: R, _ values: [ColumnValue], otherwise: StoreError
    ) throws(StoreError) {
        let known = try statements(on: R.self)
        try R.table.check(row: values)
        try known.check(paths: values)
        try change(operation, on: known, with: values, otherwise: otherwise)
    }

    /// The row that the answer is at.
    private static func decode<R: Record>(_ answer: Answer) throws(StoreError) -> R {
        var row = RowReader(R.self, answer)
        return try R(row: &row)
    }
}
