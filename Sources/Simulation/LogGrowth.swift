import CanonicalJSON
package import Cryptography
package import Issuance
import Temporal
package import TransparencyLog

/// Makes a stored log as long as a measurement or a test needs it: entries like those of a busy service, each chained,
/// hashed and put into the tree as the service does it, and a signed checkpoint for each transaction.
///
/// The rows of the requests are left out, so that ten million entries take minutes and gigabytes instead of hours: such
/// a log is audited, proven and taken up like any other, and its tables are not.
package struct LogGrowth {
    /// How many events each of the requests has.
    private static let eventsPerRequest: UInt64 = 4
    /// How many requests are under way at once: as far apart are the events of one.
    private static let requestsAtOnce = 512

    private let store: any Store
    private let signer: NoteSigner
    private let origin: String
    private var tiles: TileAppender
    private var last: SHA256Digest
    private var time: Int64
    /// What each request under way continues; nil for the last event of the one before.
    private var requests: [LogEntry.Request?]

    /// Takes up the log that is stored; nobody else may write to it meanwhile.
    package init(of store: any Store, key: Ed25519PrivateKey) throws {
        self.store = store
        let (origin, head, tiles) = try store.read { reader in
            guard let head = try reader.record(HeadRecord.self, .integer(1)),
                let first = try reader.record(EntryRecord.self, .integer(0))
            else { throw StoreError.corrupt("there is no log to continue") }
            let tiles = try TileAppender(size: UInt64(head.size)) { try storedTile($0, in: reader) }
            return (try LogEntry(parsing: first.body).origin, head, tiles)
        }
        guard let last = SHA256Digest(head.lastLeafHash) else { throw StoreError.corrupt("the head of the log") }
        self.origin = origin
        self.tiles = tiles
        self.last = last
        time = head.lastTime
        signer = NoteSigner(name: try KeyName(origin), privateKey: key)
        requests = [LogEntry.Request?](repeating: nil, count: Self.requestsAtOnce)
    }

    /// How many entries there are.
    package var size: UInt64 { tiles.size }

    /// Appends in one transaction.
    ///
    /// - Parameters:
    ///   - count: how many entries.
    ///   - millisecondsApart: how long it is from one entry to the next, in the time of the log.
    /// - Returns: the head, to be anchored.
    package mutating func grow(by count: Int, millisecondsApart: Int64 = 1) throws -> TreeHead {
        let before = tiles.size
        try store.write { writer in
            for _ in 0..<count {
                time += millisecondsApart
                try append(to: writer)
            }
            try writer.store(tiles.takeChangedTiles(), grownFrom: before)
            let head = tiles.head
            try writer.update(
                HeadRecord(
                    size: Int64(head.size), root: head.root.bytes, lastLeafHash: last.bytes, lastTime: time))
            let note = try SignedNote(signing: Checkpoint(origin: origin, head: head).text, by: signer)
            try writer.insert(
                CheckpointRecord(size: Int64(head.size), note: String(decoding: note.bytes, as: UTF8.self)))
        }
        return tiles.head
    }

    private mutating func append(to writer: any StoreWriter) throws {
        let seq = tiles.size
        let slot = Int(seq % UInt64(Self.requestsAtOnce))
        let request = requests[slot] ?? LogEntry.Request(first: Self.id(of: seq))
        // As long as most entries are: one commitment, a few facts.
        let entry = try LogEntry(
            origin: origin, seq: seq, prev: last, t: Instant(milliseconds: time), type: "request.held",
            request: request, cm: ["idempotency": Commitment(digest: last)],
            facts: ["evidence": "notice-delivered", "reason": "awaiting-requester", "until": .integer(time)])
        try writer.insert(
            EntryRecord(seq: Int64(seq), request: request.rid, body: entry.bytes, leafHash: entry.leafHash.bytes))
        tiles.append(entry.leafHash)
        last = entry.leafHash
        let next = request.rn + 1
        requests[slot] =
            next < Self.eventsPerRequest
            ? LogEntry.Request(rid: request.rid, rn: next, rprev: entry.leafHash) : nil
    }

    /// An identifier like those of requests, another one for each number.
    private static func id(of number: UInt64) -> String {
        let digits = String(number &* 0x9E37_79B9_7F4A_7C15, radix: 16)
        let tail = String(repeating: "0", count: 16 - digits.count) + digits
        return "01932c4e-8a51-7cc2-\(tail.prefix(4))-\(tail.suffix(12))"
    }
}
