import Issuance

/// A store that answers late, as one behind a network does: a change that is refused in `together` says so with the
/// next question, or at the end.
final class LateStore: Store {
    private let inner: any Store

    init(_ inner: any Store) { self.inner = inner }

    func write<Result>(_ body: (any StoreWriter) throws -> Result) throws -> Result {
        try inner.write { try body(LateWriter($0)) }
    }

    func read<Result>(_ body: (any StoreReader) throws -> Result) throws -> Result { try inner.read(body) }
}

private final class LateWriter: StoreWriter {
    private let inner: any StoreWriter
    private var isLate = false
    private var refusal: StoreError?

    init(_ inner: any StoreWriter) { self.inner = inner }

    private func throwRefusal() throws(StoreError) {
        if let refusal { throw refusal }
    }

    private func change(_ body: () throws(StoreError) -> Void) throws(StoreError) {
        try throwRefusal()
        do {
            try body()
        } catch {
            guard isLate else { throw error }
            refusal = error
        }
    }

    func record<R: Record>(_ type: R.Type, key: [ColumnValue]) throws(StoreError) -> R? {
        try throwRefusal()
        return try inner.record(type, key: key)
    }

    func records<R: Record>(_ scan: Scan<R>) throws(StoreError) -> [R] {
        try throwRefusal()
        return try inner.records(scan)
    }

    func insert<R: Record>(_ record: R) throws(StoreError) {
        try change { () throws(StoreError) in try inner.insert(record) }
    }

    func update<R: Record>(_ record: R) throws(StoreError) {
        try change { () throws(StoreError) in try inner.update(record) }
    }

    func update<R: Record>(_ record: R, from old: R) throws(StoreError) {
        try change { () throws(StoreError) in try inner.update(record, from: old) }
    }

    func delete<R: Record>(_ type: R.Type, key: [ColumnValue]) throws(StoreError) {
        try change { () throws(StoreError) in try inner.delete(type, key: key) }
    }

    func savepoint<Result>(_ body: () throws -> Result) throws -> Result {
        try throwRefusal()
        let wasLate = isLate
        isLate = false
        defer { isLate = wasLate }
        return try inner.savepoint(body)
    }

    func together<Result>(_ body: () throws -> Result) throws -> Result {
        isLate = true
        defer { isLate = false }
        let result = try body()
        try throwRefusal()
        return result
    }
}
