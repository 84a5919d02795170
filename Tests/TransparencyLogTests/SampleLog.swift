import CanonicalJSON
import Cryptography
import Temporal
import TransparencyLog

/// A small log of our own entries with its signed checkpoint, and the means to spoil it.
struct SampleLog {
    static let origin = "log.example"

    private(set) var entries: [LogEntry] = []
    private(set) var tree = SampleTree(size: 0)
    private let signer: NoteSigner

    init() throws { signer = try SampleKeys.signer(Self.origin) }

    /// What an entry would be if it were appended now; each part can be given wrongly.
    func next(
        origin: String = SampleLog.origin, seq: UInt64? = nil, prev: SHA256Digest? = nil, t: Int64? = nil,
        type: String = "note", request: LogEntry.Request? = nil, text: String = "", facts: JSONObject? = nil
    ) throws -> LogEntry {
        try LogEntry(
            origin: origin, seq: seq ?? UInt64(entries.count),
            prev: prev ?? entries.last?.leafHash ?? LogEntry.genesisPrevious(origin: Self.origin),
            t: Instant(milliseconds: t ?? Int64(entries.count / 3)), type: type, request: request,
            facts: facts ?? ["text": .string(text)])
    }

    /// The next event of a request.
    func event(of rid: String) -> LogEntry.Request {
        guard let last = entries.last(where: { $0.request?.rid == rid }), let rn = last.request?.rn else {
            return LogEntry.Request(first: rid)
        }
        return LogEntry.Request(rid: rid, rn: rn + 1, rprev: last.leafHash)
    }

    mutating func append(_ entry: LogEntry) {
        entries.append(entry)
        tree.append([entry.leafHash])
    }

    /// A log of these requests' events in this order; nil is an entry that belongs to no request.
    init(events: [String?]) throws {
        try self.init()
        for rid in events { append(try next(request: rid.map(event))) }
    }

    /// A checkpoint that the log's key signed, whatever the entries are worth.
    func checkpoint(size: UInt64? = nil, root: SHA256Digest? = nil) throws -> VerifiedCheckpoint {
        let size = size ?? UInt64(entries.count)
        let root = if let root { root } else { try tree.head(size).root }
        let text = try Checkpoint(origin: Self.origin, head: TreeHead(size: size, root: root)).text
        return try VerifiedCheckpoint(
            try SignedNote(signing: text, by: signer), origin: Self.origin, logKeys: [signer.verifierKey])
    }

    /// The events of a request with their proofs in the tree of the newest checkpoint.
    func evidence(of rid: String) throws -> [RequestTimeline.Evidence] {
        try entries.filter { $0.request?.rid == rid }.map(evidence)
    }

    func evidence(_ entry: LogEntry) throws -> RequestTimeline.Evidence {
        RequestTimeline.Evidence(
            entry: entry.bytes, proof: try tree.inclusion(entry.seq, UInt64(entries.count)))
    }
}
