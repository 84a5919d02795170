package import CanonicalJSON
package import Cryptography
import Multiformats

/// Two checkpoints that one log signed and that cannot both be true, with the hashes that show it: evidence that
/// convicts a log before anybody who has its key, offline.
///
/// Either both state the same size with different roots, or the larger tree is shown to begin with other leaves than
/// the smaller one has.
package struct ForkProof: Hashable, Sendable {
    /// Two notes, the hashes of a proof, and what JSON adds: a newline of a note takes two bytes, no other byte more.
    package static let maximumBytes = 4 * SignedNote.maximumBytes + MerkleTree.maximumProofHashes * 64

    private static let type = "PunctualForkProof"
    private static let version: Int64 = 1

    /// The checkpoint of the smaller size, or one of two of the same size; not verified.
    package let smaller: SignedNote
    /// The other one.
    package let larger: SignedNote
    /// `SUBPROOF(smaller, D[larger], false)` of [RFC 6962, 2.1.2](https://www.rfc-editor.org/rfc/rfc6962#section-2.1.2)
    /// in the tree of the larger checkpoint; empty when both sizes are the same.
    ///
    /// That is the proof of consistency, except that for a smaller size that is a power of two the root of the larger
    /// tree's beginning stands first, where a proof of consistency leaves it out as known: here it is what differs.
    package let hashes: [SHA256Digest]

    /// A proof made from its parts; nothing is verified.
    package init(smaller: SignedNote, larger: SignedNote, hashes: [SHA256Digest] = []) {
        self.smaller = smaller
        self.larger = larger
        self.hashes = hashes
    }

    /// Compares two checkpoints of one log.
    ///
    /// - Parameter tile: as for proofs, of the tree whose checkpoint is larger; not asked when the sizes are the same.
    /// - Returns: the proof, verified in all but its signatures; nil when the larger checkpoint continues the smaller.
    /// - Throws: what `tile` throws; ``TransparencyLogError/wrongOrigin(expected:found:)``;
    ///   ``TransparencyLogError/notForked(problem:)`` when the tiles are not those of the larger checkpoint, so that it
    ///   cannot be told.
    package init?(
        comparing one: VerifiedCheckpoint, _ other: VerifiedCheckpoint, tile: (TileCoordinate) throws -> [UInt8]
    ) throws {
        let (smaller, larger) = one.head.size <= other.head.size ? (one, other) : (other, one)
        guard smaller.checkpoint.origin.utf8.elementsEqual(larger.checkpoint.origin.utf8) else {
            throw TransparencyLogError.wrongOrigin(
                expected: smaller.checkpoint.origin, found: larger.checkpoint.origin)
        }
        let (old, new) = (smaller.head, larger.head)
        guard old != new else { return nil }
        var hashes: [SHA256Digest] = []
        if old.size < new.size {
            // Every tree continues the empty one; a checkpoint that gives it another root is nonsense, not a fork.
            guard old.size > 0 else { return nil }
            hashes = try MerkleTree.consistencyProof(from: old.size, to: new.size, tile: tile)
            if old.size & (old.size - 1) == 0 {
                // A tile of the larger tree is as good, and may be the only one that is still there.
                let root = try MerkleTree.root(size: old.size) { place in
                    try tile(TileCoordinate(level: place.level, index: place.index, treeSize: new.size) ?? place)
                }
                hashes.insert(root, at: 0)
            }
            let roots = try MerkleTree.roots(at: old.size, and: new.size, subproof: hashes)
            guard roots.new == new.root else {
                throw TransparencyLogError.notForked(problem: "the tiles are not those of the larger checkpoint")
            }
            guard roots.old != old.root else { return nil }
        }
        self.init(smaller: smaller.note, larger: larger.note, hashes: hashes)
    }
}

/// What a fork proof proves.
package struct ProvenFork: Hashable, Sendable {
    /// The log.
    package let origin: String
    /// What the log signed first, or said of the smaller size.
    package let smaller: TreeHead
    /// What it signed as well.
    package let larger: TreeHead
    /// The root that the larger checkpoint gives the smaller size.
    package let impliedRoot: SHA256Digest
}

extension ForkProof {
    /// Verifies both signatures and that the checkpoints contradict each other.
    ///
    /// - Parameter logKeys: the keys of the log; each checkpoint must be signed by one of them.
    /// - Throws: ``TransparencyLogError/notForked(problem:)`` when they agree, or the hashes do not lead to the larger
    ///   root; what a note or a checkpoint that does not hold throws.
    package func verify(logKeys: [VerifierKey]) throws(TransparencyLogError) -> ProvenFork {
        let origin = try Checkpoint(parsing: smaller.text).origin
        let old = try VerifiedCheckpoint(smaller, origin: origin, logKeys: logKeys).head
        let new = try VerifiedCheckpoint(larger, origin: origin, logKeys: logKeys).head
        guard old.size <= new.size else { throw .notForked(problem: "the smaller checkpoint must stand first") }
        guard old.size < new.size else {
            guard hashes.isEmpty else { throw .notForked(problem: "two checkpoints of one size need no hashes") }
            guard old.root != new.root else { throw .notForked(problem: "both checkpoints say the same") }
            return ProvenFork(origin: origin, smaller: old, larger: new, impliedRoot: new.root)
        }
        guard old.size > 0 else { throw .notForked(problem: "every log continues the empty one") }
        let roots: (old: SHA256Digest, new: SHA256Digest)
        do {
            roots = try MerkleTree.roots(at: old.size, and: new.size, subproof: hashes)
        } catch {
            throw .notForked(problem: "\(error)")
        }
        guard roots.new == new.root else { throw .notForked(problem: "the hashes do not lead to the larger root") }
        guard roots.old != old.root else {
            throw .notForked(problem: "the larger checkpoint continues the smaller one")
        }
        return ProvenFork(origin: origin, smaller: old, larger: new, impliedRoot: roots.old)
    }
}

extension ForkProof {
    /// `{"type":"PunctualForkProof","version":1,"checkpoints":[smaller, larger],"consistency":[base64, …]}`, the notes
    /// as text.
    package var json: JSON {
        func text(_ note: SignedNote) -> JSON { .string(String(decoding: note.bytes, as: UTF8.self)) }
        return [
            "type": .string(Self.type), "version": .integer(Self.version),
            "checkpoints": [text(smaller), text(larger)],
            "consistency": .array(hashes.map { .string($0.base64) }),
        ]
    }

    /// Whether a document says that it is a fork proof, of whatever version.
    package static func isNamed(by json: JSON) -> Bool { json["type"]?.stringValue == type }

    /// Reads the JSON form; an unknown member is refused.
    ///
    /// - Throws: ``TransparencyLogError/malformed(_:problem:)``.
    package init(parsing bytes: [UInt8]) throws(TransparencyLogError) {
        let json: JSON
        do {
            json = try JSON(parsing: bytes, limits: JSONLimits(maximumBytes: Self.maximumBytes, maximumDepth: 4))
        } catch {
            throw .malformed(.forkProof, problem: "\(error)")
        }
        try self.init(json)
    }

    /// Reads the JSON form from a document that is parsed already.
    package init(_ json: JSON) throws(TransparencyLogError) {
        let notes: [String]
        let texts: [String]
        do {
            var reader = try ObjectReader(json)
            guard try reader.string("type") == Self.type, try reader.integer("version") == Self.version else {
                throw JSONShapeError(
                    pointer: reader.pointer(to: "version"), problem: "only \(Self.type), version 1, is known")
            }
            notes = try reader.strings("checkpoints")
            texts = try reader.strings("consistency")
            try reader.finish()
        } catch {
            throw .malformed(.forkProof, problem: "\(error)")
        }
        guard notes.count == 2 else { throw .malformed(.forkProof, problem: "there must be two checkpoints") }
        guard texts.count <= MerkleTree.maximumProofHashes else {
            throw .malformed(.forkProof, problem: "more hashes than a tree has levels")
        }
        var hashes: [SHA256Digest] = []
        for text in texts {
            guard let hash = SHA256Digest(base64: Array(text.utf8).span) else {
                throw .malformed(.forkProof, problem: "a hash is not the canonical base64 of 32 bytes")
            }
            hashes.append(hash)
        }
        self.init(
            smaller: try SignedNote(parsing: Array(notes[0].utf8)),
            larger: try SignedNote(parsing: Array(notes[1].utf8)), hashes: hashes)
    }
}

extension ObjectReader {
    /// An array of nothing but strings.
    fileprivate mutating func strings(_ key: String) throws(JSONShapeError) -> [String] {
        var strings: [String] = []
        for (element, pointer) in try array(key) {
            guard let string = element.stringValue else {
                throw JSONShapeError(pointer: pointer, problem: "expected a string")
            }
            strings.append(string)
        }
        return strings
    }
}
