import CanonicalJSON
package import Coverage
package import Cryptography
import TransparencyLog

/// The tree of a coverage statement, made from the store as the log was when it had a size.
///
/// Requests are stored in another order than that of the leaves: the tree is made in passes over all of them, each of
/// which holds the leaves of one range of hashes.
package struct CoverageRows {
    /// About 30 MB of leaves.
    private static let leavesInPass = 1 << 17

    private let reader: any StoreReader
    private let size: Int64
    /// Of the statement.
    package let units: [String]
    /// How many leaves the tree has.
    package let count: Int

    /// - Parameter size: of the log as a whole, or an earlier one.
    package init(_ reader: any StoreReader, size: Int64) throws {
        (self.reader, self.size) = (reader, size)
        var units: Set<String> = []
        try reader.forEach(PaymentRecord.self) { if $0.seq < size { units.insert($0.unit) } }
        try reader.forEach(OwedRecord.self) { if $0.seq < size { units.insert($0.unit) } }
        try reader.forEach(CappedRecord.self) { if $0.seq < size { units.insert($0.unit) } }
        self.units = units.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        var count = 0
        try reader.forEach(RequestRecord.self) { if $0.acceptedSeq < size { count += 1 } }
        self.count = count
    }

    /// Where a request stands among the leaves, or would stand.
    package func rank(of hash: SHA256Digest) throws -> (index: Int, isThere: Bool) {
        var (index, isThere) = (0, false)
        try reader.forEach(RequestRecord.self) { request in
            guard request.acceptedSeq < size else { return }
            let other = CoverageLeaf.hash(ofRequest: request.id)
            if other < hash { index += 1 }
            if other == hash { isThere = true }
        }
        return (index, isThere)
    }

    /// What hashing all leaves gives: the root, and the leaves and paths that were asked for.
    package struct Tree {
        package let root: CoverageNode
        package let leaves: [Int: CoverageLeaf]
        package let paths: [Int: [CoverageNode]]
    }

    /// The tree, with the paths of some leaves.
    package func tree(proving wanted: Set<Int> = []) throws -> Tree {
        var builder = CoverageTreeBuilder(units: units.count, proving: wanted)
        var leaves: [Int: CoverageLeaf] = [:]
        let passes = max(1, (count + Self.leavesInPass - 1) / Self.leavesInPass)
        for pass in 0..<passes {
            for leaf in try sorted(pass, of: passes) {
                if wanted.contains(builder.count) { leaves[builder.count] = leaf }
                try builder.append(leaf)
            }
        }
        let (root, paths) = try builder.finish()
        return Tree(root: root, leaves: leaves, paths: paths)
    }

    /// The leaves whose hashes lie in one of so many equal ranges, sorted.
    private func sorted(_ pass: Int, of passes: Int) throws -> [CoverageLeaf] {
        var leaves: [CoverageLeaf] = []
        var paid = RequestCursor<PaymentRecord>(reader, "payment_by_request") { ($0.request, $0.seq) }
        var owed = RequestCursor<OwedRecord>(reader, "owed_by_request") { ($0.request, $0.seq) }
        var capped = RequestCursor<CappedRecord>(reader, "capped_by_request") { ($0.request, $0.seq) }
        try reader.forEach(RequestRecord.self) { request in
            guard request.acceptedSeq < size else { return }
            let first = CoverageLeaf.hash(ofRequest: request.id).bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            guard (first * passes) >> 32 == pass else { return }
            // Each moves its own cursor, so none may be left out.
            let moved = [
                try paid.reaches(request.id), try owed.reaches(request.id), try capped.reaches(request.id),
            ]
            let isMoved = request.breachedAt != nil || moved.contains(true)
            leaves.append(try leaf(of: request, isMoved: isMoved))
        }
        return leaves.sorted { $0.requestHash < $1.requestHash }
    }

    /// What a leaf commits to.
    package func opening(of request: RequestRecord) throws -> (opening: CoverageOpening, salt: [UInt8]) {
        let opening = try balance(of: request.id)
        let committed = try key(of: request).opening(
            field: CoverageOpening.field(size: opening.size), value: opening.json.canonicalBytes,
            seq: UInt64(request.acceptedSeq))
        return (opening, committed.salt)
    }

    private func leaf(of request: RequestRecord, isMoved: Bool) throws -> CoverageLeaf {
        let opening =
            isMoved
            ? try balance(of: request.id)
            : CoverageOpening(request: request.id, size: UInt64(size), isBreached: false, sums: [:])
        let commitment = try key(of: request).commitment(
            to: opening.json.canonicalBytes[...], field: CoverageOpening.field(size: opening.size),
            seq: UInt64(request.acceptedSeq))
        return try opening.leaf(committed: commitment, units: units)
    }

    private func key(of request: RequestRecord) throws -> SubjectKey {
        guard
            let stored = try reader.record(SubjectRecord.self, .text(request.tenant), .text(request.holder))
        else { throw StoreError.corrupt("the commitment key of request \(request.id) is gone") }
        return try SubjectKey(stored.key32)
    }

    /// Rule 60, from the entries themselves.
    private func balance(of request: String) throws -> CoverageOpening {
        var balance = CoverageBalance()
        var scan = Scan(
            EntryRecord.self, index: "entry_by_request", equals: [.text(request)], below: [.integer(size)], limit: 256)
        while true {
            let records = try reader.records(scan)
            for record in records { try balance.add(try LogEntry(parsing: record.body)) }
            guard records.count == scan.limit, let last = records.last else { break }
            scan.above = [.integer(last.seq)]
        }
        return CoverageOpening(
            request: request, size: UInt64(size), isBreached: balance.isBreached, sums: balance.sums)
    }
}

/// Walks along an index of requests beside a walk over the requests themselves.
private struct RequestCursor<R: Record> {
    private let reader: any StoreReader
    private let place: (R) -> (request: String, seq: Int64)
    private var scan: Scan<R>
    private var rows: ArraySlice<R> = []
    private var isAtEnd = false

    init(_ reader: any StoreReader, _ index: String, _ place: @escaping (R) -> (request: String, seq: Int64)) {
        (self.reader, self.place) = (reader, place)
        scan = Scan(R.self, index: index, limit: 256)
    }

    /// Whether the index has the request; requests are asked about in their order.
    mutating func reaches(_ request: String) throws -> Bool {
        while true {
            while let row = rows.first, place(row).request.utf8.lexicographicallyPrecedes(request.utf8) {
                rows.removeFirst()
            }
            if let row = rows.first { return place(row).request == request }
            if isAtEnd { return false }
            let page = try reader.records(scan)
            isAtEnd = page.count < scan.limit
            if let last = page.last { scan.above = [.text(place(last).request), .integer(place(last).seq)] }
            rows = page[...]
        }
    }
}
