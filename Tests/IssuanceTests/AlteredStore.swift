import Issuance

/// A store whose rows somebody changed: what is read goes through a change, what is written is refused.
struct AlteredStore: Store {
    let inner: any Store
    /// Gives a row as it is to be read; nil where it is gone.
    let alter: @Sendable (any Record) -> (any Record)?

    func write<Result>(_ body: (any StoreWriter) throws -> Result) throws -> Result {
        throw StoreError.unavailable("a changed store is only read")
    }

    func read<Result>(_ body: (any StoreReader) throws -> Result) throws -> Result {
        try inner.read { try body(AlteredReader(inner: $0, alter: alter)) }
    }
}

private struct AlteredReader: StoreReader {
    let inner: any StoreReader
    let alter: (any Record) -> (any Record)?

    func record<R: Record>(_ type: R.Type, key: [ColumnValue]) throws(StoreError) -> R? {
        try inner.record(type, key: key).flatMap { alter($0) as? R }
    }

    func records<R: Record>(_ scan: Scan<R>) throws(StoreError) -> [R] {
        var scan = scan
        // A row that is gone is not counted.
        scan.limit = min(scan.limit, Int.max - 1) + 1
        let rows = try inner.records(scan).compactMap { alter($0) as? R }
        return Array(rows.prefix(scan.limit - 1))
    }
}
