import CanonicalJSON
import Cryptography
import Foundation
import Mirroring
import Temporal
import TransparencyLog

/// A small log as it is published: checkpoint, tiles, bundles, by their paths.
struct SampleLog: Sendable {
    static let origin = "log.example"

    let entries: [[UInt8]]
    let signer: NoteSigner
    private(set) var resources: [String: [UInt8]] = [:]
    private(set) var head = TreeHead(size: 0, root: MerkleTree.emptyRoot)

    /// A log of any bytes, with everything that a checkpoint of all of them covers.
    ///
    /// - Parameter origin: what the checkpoint says; the key is always named ``origin``.
    init(_ entries: [[UInt8]], origin: String = SampleLog.origin, seed: UInt8 = 1) throws {
        self.entries = entries
        signer = NoteSigner(
            name: try KeyName(Self.origin),
            privateKey: try Ed25519PrivateKey(seed: Array(repeating: seed, count: 32)))
        var tree = TileAppender()
        for entry in entries { tree.append(MerkleTree.leafHash(entry)) }
        head = tree.head
        for tile in tree.takeChangedTiles() {
            let place = tile.coordinate
            if TileCoordinate(level: place.level, index: place.index, treeSize: head.size) == place {
                resources[place.path] = tile.bytes
            }
        }
        var index: UInt64 = 0
        while let place = EntryBundleCoordinate(index: index, treeSize: head.size) {
            resources[place.path] = try EntryBundle.encode(place.entries.map { entries[Int($0)] })
            index += 1
        }
        resources["checkpoint"] = try sign(head, origin: origin).bytes
    }

    func sign(_ head: TreeHead, origin: String = SampleLog.origin) throws -> SignedNote {
        try SignedNote(signing: try Checkpoint(origin: origin, head: head).text, by: signer)
    }

    /// Entries of another log: `leaf-0`, `leaf-1`, ….
    static func foreign(_ count: Int) throws -> SampleLog {
        try SampleLog((0..<count).map { Array("leaf-\($0)".utf8) })
    }

    /// Entries of our own form, about three requests and the log.
    ///
    /// - Parameter text: what an entry says, by its number.
    static func punctual(_ count: Int, text: (Int) -> String = { "entry \($0)" }) throws -> SampleLog {
        try SampleLog(chain((0..<count).map { (["a", "b", nil, "c"][$0 % 4], text($0)) }).map(\.bytes))
    }

    /// Chained entries of these requests with these texts.
    static func chain(_ parts: [(rid: String?, text: String)]) throws -> [LogEntry] {
        var entries: [LogEntry] = []
        var last: [String: LogEntry] = [:]
        for (index, part) in parts.enumerated() {
            let request = part.rid.map { rid in
                last[rid].map { LogEntry.Request(rid: rid, rn: ($0.request?.rn ?? 0) + 1, rprev: $0.leafHash) }
                    ?? LogEntry.Request(first: rid)
            }
            let entry = try LogEntry(
                origin: origin, seq: UInt64(index),
                prev: entries.last?.leafHash ?? LogEntry.genesisPrevious(origin: origin),
                t: Instant(milliseconds: Int64(index)), type: "note", request: request,
                facts: ["text": .string(part.text)])
            entries.append(entry)
            if let rid = part.rid { last[rid] = entry }
        }
        return entries
    }

    var trust: CheckpointTrust { .keys([signer.verifierKey]) }

    /// Read from memory, with changes.
    func source(_ change: (inout [String: [UInt8]]) -> Void = { _ in }) -> LogSource {
        var resources = resources
        change(&resources)
        return LogSource(name: "memory") { [resources] (path, _) throws(MirrorError) in resources[path] }
    }

    /// What the audit says.
    func verify(_ change: (inout [String: [UInt8]]) -> Void = { _ in }) throws(MirrorError) -> MirrorAudit.Summary {
        try MirrorAudit.verify(source(change), trust: trust)
    }
}

/// A folder that goes with its last user.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "punctual-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Every plain file below, by its path.
    func files() throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        for name in names {
            let kind = try FileManager.default.attributesOfItem(atPath: path + "/" + name)[.type]
            guard kind as? FileAttributeType == .typeRegular else { continue }
            files[name] = [UInt8](try Data(contentsOf: URL(filePath: path + "/" + name)))
        }
        return files
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        let file = URL(filePath: path + "/" + name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
    }
}
