import CanonicalJSON
import Cryptography
import Multiformats
import TestSupport
import Testing
import TransparencyLog

/// A log that shows two histories: both begin with the same leaves.
@Suite("A proof that a log forked")
struct ForkProofTests {
    private let signer: NoteSigner
    private let honest: SampleTree
    private let other: SampleTree
    /// The first leaf in which the histories differ.
    private static let shared = 300

    init() throws {
        signer = try SampleKeys.signer("log.example")
        let leaves = (0..<600).map { MerkleTree.leafHash(SampleTree.entry($0)) }
        let changed = (Self.shared..<600).map { MerkleTree.leafHash(Array("other-\($0)".utf8)) }
        honest = SampleTree(leaves)
        other = SampleTree(leaves[..<Self.shared] + changed)
    }

    private func checkpoint(
        _ tree: SampleTree, _ size: UInt64, origin: String = "log.example", by signer: NoteSigner? = nil
    ) throws -> VerifiedCheckpoint {
        let signer = signer ?? self.signer
        let text = try Checkpoint(origin: origin, head: try tree.head(size)).text
        return try VerifiedCheckpoint(
            try SignedNote(signing: text, by: signer), origin: origin, logKeys: [signer.verifierKey])
    }

    private func proof(_ old: UInt64, _ new: UInt64) throws -> ForkProof? {
        try ForkProof(comparing: try checkpoint(honest, old), try checkpoint(other, new), tile: other.tile)
    }

    @Test(
        "two histories that differ at some leaf are proven to, whatever the sizes, perfect trees too",
        arguments: [
            (301, 301), (301, 302), (301, 600), (400, 401), (400, 512), (512, 513), (512, 600), (511, 512), (599, 600),
            (320, 512), (600, 600),
        ] as [(UInt64, UInt64)])
    func forked(old: UInt64, new: UInt64) throws {
        let proof = try #require(try proof(old, new))
        let read = try ForkProof(parsing: proof.json.canonicalBytes)
        #expect(read == proof)
        let fork = try read.verify(logKeys: [signer.verifierKey])
        #expect(fork.origin == "log.example")
        let heads = (try honest.head(old), try other.head(new), try other.head(old))
        #expect(fork.smaller == heads.0 && fork.larger == heads.1)
        #expect(fork.impliedRoot == heads.2.root && fork.impliedRoot != fork.smaller.root)
        // The order in which somebody met the two does not matter.
        let reversed = try ForkProof(
            comparing: try checkpoint(other, new), try checkpoint(honest, old), tile: other.tile)
        #expect(old == new || reversed == proof)
    }

    @Test(
        "one history, at whatever sizes, gives no proof, and no hashes make one",
        arguments: [(0, 0), (0, 5), (1, 1), (1, 2), (256, 300), (300, 300), (7, 299), (128, 129)] as [(UInt64, UInt64)])
    func honestPairs(old: UInt64, new: UInt64) throws {
        #expect(try proof(old, new) == nil)
        let (smaller, larger) = (try checkpoint(honest, old).note, try checkpoint(other, new).note)
        let growth = try other.consistency(old, new)
        for hashes in [[], growth, [try honest.head(old).root] + growth] {
            #expect(throws: TransparencyLogError.self) {
                try ForkProof(smaller: smaller, larger: larger, hashes: hashes).verify(logKeys: [signer.verifierKey])
            }
        }
    }

    @Test("the tiles of another tree prove nothing")
    func wrongTiles() throws {
        #expect(throws: TransparencyLogError.notForked(problem: "the tiles are not those of the larger checkpoint")) {
            try ForkProof(
                comparing: try checkpoint(honest, 400), try checkpoint(other, 500), tile: honest.tile)
        }
    }

    @Test("a fork of which a half is unsigned, of another log, turned round or cut short is none")
    func refused() throws {
        let fork = try #require(try proof(400, 500))
        let key = signer.verifierKey
        let stranger = try SampleKeys.signer("log.example", 0x70)
        let forged = ForkProof(
            smaller: try checkpoint(honest, 400, by: stranger).note, larger: fork.larger, hashes: fork.hashes)
        #expect(throws: TransparencyLogError.notSigned(by: [key.name])) { try forged.verify(logKeys: [key]) }
        #expect(throws: TransparencyLogError.notSigned(by: [key.name])) {
            try fork.verify(logKeys: [stranger.verifierKey])
        }
        #expect(throws: TransparencyLogError.notSigned(by: [])) { try fork.verify(logKeys: []) }
        let elsewhere = ForkProof(
            smaller: fork.smaller, larger: try checkpoint(other, 500, origin: "log.example/2").note,
            hashes: fork.hashes)
        #expect(throws: TransparencyLogError.wrongOrigin(expected: "log.example", found: "log.example/2")) {
            try elsewhere.verify(logKeys: [key])
        }
        let turned = ForkProof(smaller: fork.larger, larger: fork.smaller, hashes: fork.hashes)
        #expect(throws: TransparencyLogError.self) { try turned.verify(logKeys: [key]) }
        for hashes in [Array(fork.hashes.dropLast()), fork.hashes + [fork.hashes[0]], Array(fork.hashes.reversed())] {
            #expect(throws: TransparencyLogError.self) {
                try ForkProof(smaller: fork.smaller, larger: fork.larger, hashes: hashes).verify(logKeys: [key])
            }
        }
        let equal = try #require(try proof(400, 400))
        #expect(throws: TransparencyLogError.self) {
            try ForkProof(smaller: equal.smaller, larger: equal.larger, hashes: fork.hashes).verify(logKeys: [key])
        }
    }

    @Test("two keys of one log, as while one is replaced, convict it together")
    func rotated() throws {
        let second = try SampleKeys.signer("log.example", 0x20)
        let fork = try #require(
            try ForkProof(
                comparing: try checkpoint(honest, 350), try checkpoint(other, 512, by: second), tile: other.tile))
        let keys = [signer.verifierKey, second.verifierKey]
        #expect(try fork.verify(logKeys: keys).larger.size == 512)
        #expect(throws: TransparencyLogError.self) { try fork.verify(logKeys: [keys[0]]) }
    }

    @Test("no byte of the file can be another one", arguments: [(512, 600), (400, 400)] as [(UInt64, UInt64)])
    func everyByte(old: UInt64, new: UInt64) throws {
        let bytes = try #require(try proof(old, new)).json.canonicalBytes
        let keys = [signer.verifierKey]
        var random = SeededRandom(seed: 11)
        for position in bytes.indices {
            for bits in [1, 0x20, UInt8.random(in: 2..<32, using: &random), 0x80] {
                var changed = bytes
                changed[position] ^= bits
                #expect(throws: TransparencyLogError.self, "byte \(position), bits \(bits)") {
                    try ForkProof(parsing: changed).verify(logKeys: keys)
                }
            }
        }
    }

    @Test("a document of another shape is refused")
    func shape() throws {
        let good = try #require(try proof(400, 500)).json
        func changed(_ key: String, _ value: JSON?) -> [UInt8] {
            var object = good.objectValue ?? [:]
            object[key] = value
            return JSON.object(object).canonicalBytes
        }
        let note = good["checkpoints"]?.arrayValue?.first ?? .null
        let documents: [[UInt8]] = [
            [], Array("[]".utf8), changed("type", "Fork"), changed("version", 2), changed("version", nil),
            changed("checkpoints", [note]), changed("checkpoints", [note, note, note]),
            changed("checkpoints", [note, 1]), changed("checkpoints", nil), changed("consistency", nil),
            changed("consistency", ["AAAA"]), changed("consistency", [.null]), changed("key", "mine"),
            changed("consistency", .array(Array(repeating: .string(MerkleTree.emptyRoot.base64), count: 65))),
        ]
        for bytes in documents {
            let error = #expect(throws: TransparencyLogError.self) { try ForkProof(parsing: bytes) }
            guard case .malformed = error else {
                Issue.record("\(String(decoding: bytes, as: UTF8.self)): \(String(describing: error))")
                continue
            }
        }
        #expect(ForkProof.isNamed(by: good) && !ForkProof.isNamed(by: ["type": "PunctualAuditBundle"]))
    }
}
