import Issuance

/// Rows in the order of some of their columns.
///
/// They are kept in chunks, so that after a copy (a snapshot, a savepoint) a change copies one chunk and the list of
/// chunks, not all rows.
struct MemoryStoreRows: Sendable {
    /// The positions of the columns that decide the order, which is total.
    let order: [Int]
    /// None is empty.
    private var chunks: [[[ColumnValue]]] = []

    private static let chunkLimit = 128

    init(order: [Int]) { self.order = order }

    /// The first row whose columns begin with these values.
    func first(startingWith values: [ColumnValue]) -> [ColumnValue]? {
        let place = firstPlace { rank($0, values) >= 0 }
        guard place.chunk < chunks.count else { return nil }
        let row = chunks[place.chunk][place.offset]
        return rank(row, values) == 0 ? row : nil
    }

    /// The rows that a scan selects, in its order.
    func rows<R>(_ scan: Scan<R>) -> [[ColumnValue]] {
        let lower = scan.equals + scan.above
        let upper = scan.equals + scan.below
        var start = firstPlace { rank($0, lower) >= (scan.above.isEmpty ? 0 : 1) }
        var end = firstPlace { rank($0, upper) >= (scan.below.isEmpty ? 1 : 0) }
        var found: [[ColumnValue]] = []
        while start < end, found.count < scan.limit {
            if scan.isDescending { end = place(before: end) }
            let place = scan.isDescending ? end : start
            if !scan.isDescending { start = self.place(after: start) }
            let row = chunks[place.chunk][place.offset]
            if scan.below.isEmpty || !isEmptyWhereDecided(row, upper) { found.append(row) }
        }
        return found
    }

    mutating func insert(_ row: [ColumnValue]) {
        guard !chunks.isEmpty else { return chunks.append([row]) }
        var place = firstPlace { rank($0, path(row)) > 0 }
        if place.chunk == chunks.count { place = Place(chunk: place.chunk - 1, offset: chunks[place.chunk - 1].count) }
        chunks[place.chunk].insert(row, at: place.offset)
        guard chunks[place.chunk].count > MemoryStoreRows.chunkLimit else { return }
        let upperHalf = Array(chunks[place.chunk].dropFirst(MemoryStoreRows.chunkLimit / 2))
        chunks[place.chunk].removeLast(upperHalf.count)
        chunks.insert(upperHalf, at: place.chunk + 1)
    }

    /// Removes a row that is there.
    mutating func remove(_ row: [ColumnValue]) {
        let place = firstPlace { rank($0, path(row)) >= 0 }
        chunks[place.chunk].remove(at: place.offset)
        if chunks[place.chunk].isEmpty { chunks.remove(at: place.chunk) }
    }
}

/// Places and order.
extension MemoryStoreRows {
    private struct Place: Comparable {
        var chunk: Int
        var offset: Int

        static func < (a: Place, b: Place) -> Bool { (a.chunk, a.offset) < (b.chunk, b.offset) }
    }

    private func place(after place: Place) -> Place {
        let isLast = place.offset + 1 == chunks[place.chunk].count
        return isLast ? Place(chunk: place.chunk + 1, offset: 0) : Place(chunk: place.chunk, offset: place.offset + 1)
    }

    private func place(before place: Place) -> Place {
        guard place.offset == 0 else { return Place(chunk: place.chunk, offset: place.offset - 1) }
        return Place(chunk: place.chunk - 1, offset: chunks[place.chunk - 1].count - 1)
    }

    /// The first place whose row, like all later ones, fulfils the condition; the end when none does.
    private func firstPlace(where isBehind: ([ColumnValue]) -> Bool) -> Place {
        let chunk = first(below: chunks.count) { isBehind(chunks[$0].last!) }
        guard chunk < chunks.count else { return Place(chunk: chunk, offset: 0) }
        return Place(chunk: chunk, offset: first(below: chunks[chunk].count) { isBehind(chunks[chunk][$0]) })
    }

    /// The first number that fulfils a condition which all larger ones fulfil too; `count` when none does.
    private func first(below count: Int, where condition: (Int) -> Bool) -> Int {
        var range = 0..<count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            range = condition(middle) ? range.lowerBound..<middle : middle + 1..<range.upperBound
        }
        return range.lowerBound
    }

    private func path(_ row: [ColumnValue]) -> [ColumnValue] { order.map { row[$0] } }

    /// Below zero when the row comes before all rows that begin with these values, zero when it is one of them.
    private func rank(_ row: [ColumnValue], _ values: [ColumnValue]) -> Int {
        for (position, value) in zip(order, values) where row[position] != value {
            return row[position] < value ? -1 : 1
        }
        return 0
    }

    /// Whether the first column that differs from these values is empty.
    private func isEmptyWhereDecided(_ row: [ColumnValue], _ values: [ColumnValue]) -> Bool {
        zip(order, values).first { row[$0] != $1 }.map { row[$0.0] == .null } ?? false
    }
}
