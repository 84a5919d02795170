package import CanonicalJSON
import Cryptography
import TransparencyLog

/// Proofs from the log for anybody, of any size that it ever had (RFC 6962, 2.1).
extension Service {
    /// That an entry is in the tree of the first `size` entries: `{"index", "size", "leafHash", "root", "hashes"}`.
    ///
    /// - Parameter size: the newest one when nil.
    /// - Throws: `Refusal` with `unknownEntry`.
    package func inclusionProof(index: UInt64, size: UInt64?) throws -> JSONObject {
        try store.read { reader in
            let tree = try PublishedTree(reader, size: size)
            let leaf = try tree.entry(index).leafHash
            return [
                "index": .integer(Int64(index)), "size": .integer(Int64(tree.size)),
                "leafHash": .string(leaf.base64), "root": .string(try tree.root(tree.size).base64),
                "hashes": .array(try tree.inclusion(index).map { .string($0.base64) }),
            ]
        }
    }

    /// That the tree of `size` entries begins with the tree of `old`: `{"from", "to", "fromRoot", "toRoot", "hashes"}`.
    ///
    /// - Parameter size: the newest one when nil.
    /// - Throws: `Refusal` with `unknownEntry`.
    package func consistencyProof(from old: UInt64, to size: UInt64?) throws -> JSONObject {
        try store.read { reader in
            let tree = try PublishedTree(reader, size: size)
            let hashes = try tree.consistency(from: old)
            return [
                "from": .integer(Int64(old)), "to": .integer(Int64(tree.size)),
                "fromRoot": .string(try tree.root(old).base64), "toRoot": .string(try tree.root(tree.size).base64),
                "hashes": .array(hashes.map { .string($0.base64) }),
            ]
        }
    }

    /// The bytes of an entry, as they are hashed.
    ///
    /// - Throws: `Refusal` with `unknownEntry`.
    package func entry(_ index: UInt64) throws -> [UInt8] {
        try store.read { try PublishedTree($0, size: nil).entry(index).bytes }
    }

    /// A [tlog-proof](https://c2sp.org/tlog-proof) of an entry: index, hashes and the newest checkpoint.
    ///
    /// - Parameter isWitnessed: whether it must be the newest with as many cosignatures as the service's policy asks.
    /// - Throws: `Refusal` with `unknownEntry`, also while no such checkpoint covers the entry, or `unknownCheckpoint`.
    package func proofFile(of index: UInt64, witnessed isWitnessed: Bool) throws -> [UInt8] {
        let note = try SignedNote(parsing: isWitnessed ? witnessedCheckpoint() : checkpoint())
        return try store.read { reader in
            let size = try Checkpoint(parsing: note.text).head.size
            let tree = try PublishedTree(reader, size: size)
            return TLogProof(index: index, hashes: try tree.inclusion(index), note: note).bytes
        }
    }
}

/// The tree of the first entries of the stored log.
private struct PublishedTree {
    let size: UInt64
    private let reader: any StoreReader

    init(_ reader: any StoreReader, size asked: UInt64?) throws {
        let newest = try reader.records(Scan(CheckpointRecord.self, isDescending: true, limit: 1)).first
        let present = UInt64(newest?.size ?? 0)
        guard asked ?? 0 <= present else { throw Refusal.unknownEntry("the log has \(present) entries") }
        size = asked ?? present
        self.reader = reader
    }

    func entry(_ index: UInt64) throws -> (bytes: [UInt8], leafHash: SHA256Digest) {
        guard index < size, let record = try reader.record(EntryRecord.self, .integer(Int64(index))) else {
            throw Refusal.unknownEntry("the tree that is asked for has \(size) entries")
        }
        return (record.body, MerkleTree.leafHash(record.body))
    }

    func root(_ size: UInt64) throws -> SHA256Digest {
        try MerkleTree.root(size: size) { try storedTile($0, in: reader) }
    }

    func inclusion(_ index: UInt64) throws -> [SHA256Digest] {
        guard index < size else { throw Refusal.unknownEntry("the tree that is asked for has \(size) entries") }
        return try MerkleTree.inclusionProof(index: index, size: size) { try storedTile($0, in: reader) }
    }

    func consistency(from old: UInt64) throws -> [SHA256Digest] {
        guard old <= size else { throw Refusal.unknownEntry("the tree that is asked for has \(size) entries") }
        return try MerkleTree.consistencyProof(from: old, to: size) { try storedTile($0, in: reader) }
    }
}
