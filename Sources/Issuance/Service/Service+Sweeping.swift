/// What could not be done about a request. It is tried again at the next call, and holds up nobody else.
package typealias Postponed = (request: String, error: any Error)

/// How everything that comes by the clock alone is found and done.
extension Service {
    /// Hands over the rows whose instant has come, slice by slice in the order of an index. A row that is due again
    /// after its turn waits for the next call, so a call ends.
    ///
    /// - Parameters:
    ///   - index: columns that must equal `equals`, then the instant, in milliseconds.
    ///   - now: the last instant that has come, in milliseconds.
    ///   - handle: does what is due, at most `Sequencer.maximumBatch` rows at once, and says what failed.
    func sweep<R: Record>(
        _ index: String, of table: R.Type, equals: [ColumnValue] = [], upTo now: Int64,
        _ handle: ([R]) throws -> [Postponed]
    ) throws -> [Postponed] {
        try sweep(
            index, of: table, equals: equals, upTo: now,
            begin: { rows in
                let postponed = try handle(rows)
                return { postponed }
            })
    }

    /// As above, of what can be begun and waited for later: one slice is read and another decided while a third is
    /// written.
    func sweep<R: Record>(
        _ index: String, of table: R.Type, equals: [ColumnValue] = [], upTo now: Int64,
        begin: ([R]) throws -> () -> [Postponed]
    ) throws -> [Postponed] {
        var postponed: [Postponed] = []
        var begun: [() -> [Postponed]] = []
        defer { for finish in begun { _ = finish() } }
        var above: [ColumnValue] = [.integer(Int64.min)]
        while true {
            let rows = try store.read { reader in
                try reader.records(
                    Scan(
                        table, index: index, equals: equals, above: above, below: [.integer(now + 1)],
                        limit: Sequencer.maximumBatch))
            }
            guard let last = rows.last else { break }
            begun.append(try begin(rows))
            above = Array(last.place(in: index).dropFirst(equals.count))
            if begun.count == Self.slicesAtOnce { postponed += begun.removeFirst()() }
        }
        while !begun.isEmpty { postponed += begun.removeFirst()() }
        return postponed
    }

    /// One is read, one decided, one written.
    private static var slicesAtOnce: Int { 3 }

    /// Does one command about each request and waits for all of them: in slices, so that no queue overflows.
    func perform(_ commands: [(request: String, command: Command)]) -> [Postponed] {
        outcomes(of: commands).compactMap { outcome in
            if case .failure(let error) = outcome.result { (outcome.request, error) } else { nil }
        }
    }

    /// As ``perform(_:)``, with what came of each, in order.
    func outcomes(
        of commands: [(request: String, command: Command)]
    ) -> [(request: String, result: Result<Answer, any Error>)] {
        stride(from: 0, to: commands.count, by: Sequencer.maximumBatch).flatMap { start in
            let slice = commands[start..<min(start + Sequencer.maximumBatch, commands.count)]
            return zip(slice.map(\.request), sequencer.performAll(slice.map(\.command))).map { ($0, $1) }
        }
    }
}

extension Record {
    /// Where this row stands in an index: the values of its columns, then of the key.
    fileprivate func place(in index: String) -> [ColumnValue] {
        let (columns, values) = (Self.table.columns, values)
        return Self.table.path(index).compactMap { column in
            columns.firstIndex { $0.name == column.name }.map { values[$0] }
        }
    }
}
