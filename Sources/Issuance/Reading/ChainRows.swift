import CanonicalJSON
import Cryptography
import TransparencyLog

/// The entries about each request and each issuer, as they were when the log had a size: what an index of it says.
///
/// Reads one snapshot, in pieces, so that the sequencer goes on meanwhile and a million requests need no more memory
/// than a thousand.
struct ChainRows {
    private let reader: any StoreReader
    private let size: Int64
    /// The requests that something has happened to since: of the others the rows say how things were. Nil when that is
    /// too much to remember.
    private let changed: Set<String>?

    /// The most entries after an index whose requests are remembered: 10 MB of names.
    private static let maximumRemembered = 1 << 17

    /// - Parameter size: of the log as a whole, or an earlier one.
    init(_ reader: any StoreReader, size: Int64) throws {
        self.reader = reader
        self.size = size
        let grown = (try reader.record(HeadRecord.self, .integer(1))?.size ?? size) - size
        guard grown <= Self.maximumRemembered else {
            changed = nil
            return
        }
        var changed: Set<String> = []
        var scan = Scan(EntryRecord.self, above: [.integer(size - 1)], limit: 256)
        for start in stride(from: size, to: size + grown, by: 256) {
            scan.above = [.integer(start - 1)]
            for record in try reader.records(scan) {
                if let request = record.request { changed.insert(request) }
            }
        }
        self.changed = changed
    }

    /// The index, with the proofs of the leaves that are asked for.
    func index(proving wanted: Set<ChainLeaf.About> = []) throws -> ChainIndexBuilder {
        var builder = ChainIndexBuilder(size: UInt64(size), proving: wanted)
        // In the order of the leaves: "issuer" comes before "request", and requests are stored by their identifiers.
        for (name, entries) in try issuers().sorted(by: { $0.key < $1.key }) {
            guard let last = entries.last, let hash = SHA256Digest(last.leafHash) else { continue }
            builder.append(ChainLeaf(try .issuer(name), entries: UInt64(entries.count), last: hash))
        }
        try reader.forEach(RequestRecord.self) { request in
            if let leaf = try leaf(of: request) { builder.append(leaf) }
        }
        return builder
    }

    /// The entries about each issuer, by its name: the issuer, its keys, and what became of them.
    func issuers() throws -> [String: [EntryRecord]] {
        var found: [String: [EntryRecord]] = [:]
        var keys: [[UInt8]: String] = [:]
        try reader.forEach(IssuerEntryRecord.self) { row in
            guard row.seq < size else { return }
            guard let record = try reader.record(EntryRecord.self, .integer(row.seq)) else {
                throw StoreError.corrupt("entry \(row.seq) is gone")
            }
            let entry = try LogEntry(parsing: record.body)
            // The keys of the log and those of coupons are in the same table, and no issuer's.
            let others = [LogKeyChanged.type, CouponKeyAdded.type, CouponLimitsSet.type]
            guard !others.contains(entry.type) else { return }
            guard let name = try IssuerEntryKind(rawValue: entry.type)?.issuer(in: entry.facts, &keys) else {
                throw StoreError.corrupt("entry \(row.seq) is about no issuer")
            }
            found[name, default: []].append(record)
        }
        return found
    }

    private func leaf(of request: RequestRecord) throws -> ChainLeaf? {
        guard request.acceptedSeq < size else { return nil }
        let about = try ChainLeaf.About.request(request.id)
        if let changed, !changed.contains(request.id) {
            guard let hash = SHA256Digest(request.lastLeafHash) else {
                throw StoreError.corrupt("request \(request.id): its last leaf hash does not have 32 bytes")
            }
            return ChainLeaf(about, entries: UInt64(request.entryCount), last: hash)
        }
        let before = Scan(
            EntryRecord.self, index: "entry_by_request", equals: [.text(request.id)], below: [.integer(size)],
            isDescending: true, limit: 1)
        guard let record = try reader.records(before).first else {
            throw StoreError.corrupt("the first entry of request \(request.id) is gone")
        }
        let entry = try LogEntry(parsing: record.body)
        return ChainLeaf(about, entries: (entry.request?.rn ?? 0) + 1, last: entry.leafHash)
    }
}
