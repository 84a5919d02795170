import CanonicalJSON
import Cryptography
import Foundation
import Temporal
import TransparencyLog

/// What an operator can make of their own log: other entries, numbered, chained and signed anew with the real key, and
/// published as files.
struct ForgedLog {
    /// An entry without its place.
    struct Draft {
        /// Where it stood in the real log.
        let seq: UInt64
        var t: Instant
        let type: String
        let rid: String?
        let cm: [String: Commitment]
        var facts: JSONObject
    }

    let origin: String
    private let signer: NoteSigner
    var drafts: [Draft]

    /// The log that `audit export` wrote, with the key in the data directory of its service.
    init(exported folder: String, data: String) throws {
        let files = URL(filePath: folder)
        let note = try SignedNote(parsing: [UInt8](try Data(contentsOf: files.appending(path: "checkpoint"))))
        let head = try Checkpoint(parsing: note.text).head
        let key: Ed25519PrivateKey = try KeyFile.read(path: data + "/keys/log.pem", passphrase: nil)
        origin = try Checkpoint(parsing: note.text).origin
        signer = NoteSigner(name: try KeyName(origin), privateKey: key)
        drafts = []
        var index: UInt64 = 0
        while let place = EntryBundleCoordinate(index: index, treeSize: head.size) {
            let bundle = [UInt8](try Data(contentsOf: files.appending(path: place.path)))
            for bytes in try EntryBundle.decode(bundle, count: place.width) {
                let entry = try LogEntry(parsing: bytes)
                drafts.append(
                    Draft(
                        seq: entry.seq, t: entry.t, type: entry.type, rid: entry.request?.rid, cm: entry.cm,
                        facts: entry.facts))
            }
            index += 1
        }
    }

    /// Drops entries of a type, and the notices about them.
    mutating func drop(_ types: Set<String>) {
        let dropped = Set(drafts.filter { types.contains($0.type) }.map { JSON.integer(Int64($0.seq)) })
        drafts.removeAll { types.contains($0.type) || $0.facts["about"].map(dropped.contains) ?? false }
    }

    /// The entries, numbered and chained.
    private func entries() throws -> [LogEntry] {
        let places = Dictionary(uniqueKeysWithValues: drafts.enumerated().map { (Int64($1.seq), Int64($0)) })
        var (entries, last): ([LogEntry], [String: LogEntry]) = ([], [:])
        for draft in drafts {
            var facts = draft.facts
            if let about = facts["about"]?.integerValue { facts["about"] = .integer(places[about] ?? about) }
            let request = draft.rid.map { rid in
                last[rid].map { LogEntry.Request(rid: rid, rn: ($0.request?.rn ?? 0) + 1, rprev: $0.leafHash) }
                    ?? LogEntry.Request(first: rid)
            }
            let entry = try LogEntry(
                origin: origin, seq: UInt64(entries.count),
                prev: entries.last?.leafHash ?? LogEntry.genesisPrevious(origin: origin), t: draft.t, type: draft.type,
                request: request, cm: draft.cm, facts: facts)
            entries.append(entry)
            if let rid = draft.rid { last[rid] = entry }
        }
        return entries
    }

    /// Signs and publishes it; for a log of one bundle.
    func write(to folder: String) throws {
        let entries = try entries()
        var tree = TileAppender()
        for entry in entries { tree.append(entry.leafHash) }
        func write(_ bytes: [UInt8], _ path: String) throws {
            let file = URL(filePath: folder).appending(path: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: file)
        }
        for tile in tree.takeChangedTiles() { try write(tile.bytes, tile.coordinate.path) }
        if let place = EntryBundleCoordinate(index: 0, treeSize: tree.size) {
            try write(try EntryBundle.encode(entries.map(\.bytes)), place.path)
        }
        let checkpoint = try Checkpoint(origin: origin, head: tree.head)
        try write(try SignedNote(signing: checkpoint.text, by: signer).bytes, "checkpoint")
    }
}
