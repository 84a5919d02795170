import CanonicalJSON
import Cryptography
import Multiformats
import Temporal
import TestSupport
import Testing
import TransparencyLog

/// The published log of 70,000 leaves in `tlog`.
@Suite("C2SP tlog: published log of 70,000 leaves", .enabled(if: Conformance.isExpected, Conformance.absence))
struct TLogConformanceTests {
    private let vectors: JSON
    private let tree = SampleTree.published

    init() throws {
        vectors = try JSON(parsing: try Conformance.bytes("tlog/vectors.json"))
    }

    private func list(_ name: String) throws -> [JSON] { try #require(vectors[name]?.arrayValue) }
    private func text(_ name: String) throws -> String { try #require(vectors[name]?.stringValue) }

    private func number(_ name: String, of vector: JSON) throws -> UInt64 {
        UInt64(try #require(vector[name]?.integerValue))
    }

    private func proof(of vector: JSON) throws -> [String] {
        try #require(vector["Proof"]?.arrayValue).map { try #require($0.stringValue) }
    }

    @Test("every published root follows from the tiles of the whole tree")
    func roots() throws {
        let roots = try #require(vectors["roots"]?.objectValue)
        #expect(roots.count == 23)
        for (size, root) in roots {
            #expect(try tree.head(try #require(UInt64(size))).root.description == root.stringValue, "size \(size)")
        }
        #expect(tree.appender.head == (try tree.head(70_000)))
    }

    @Test("every published inclusion proof is the one we make, and holds")
    func inclusion() throws {
        let vectors = try list("inclusion")
        #expect(vectors.count == 16)
        for vector in vectors {
            let (index, size) = (try number("Index", of: vector), try number("Size", of: vector))
            let proof = try tree.inclusion(index, size)
            #expect(proof.map(\.description) == (try self.proof(of: vector)), "\(index) in \(size)")
            let leaf = tree.leaves[Int(index)]
            #expect(leaf.description == vector["LeafHash"]?.stringValue)
            try MerkleTree.verifyInclusion(of: leaf, at: index, in: try tree.head(size), proof: proof)
        }
    }

    @Test("every published consistency proof is the one we make, and holds")
    func consistency() throws {
        let vectors = try list("consistency")
        #expect(vectors.count == 14)
        for vector in vectors {
            let (old, new) = (try number("Old", of: vector), try number("New", of: vector))
            let proof = try tree.consistency(old, new)
            #expect(proof.map(\.description) == (try self.proof(of: vector)), "\(old) to \(new)")
            try MerkleTree.verifyConsistency(from: try tree.head(old), to: try tree.head(new), proof: proof)
        }
    }

    @Test("all tiles and entry bundles have the published hashes, and no others exist")
    func tiles() throws {
        var found = JSONObject()
        for level in TileCoordinate.levels {
            var index: UInt64 = 0
            while let place = TileCoordinate(level: level, index: index, treeSize: 70_000) {
                let tile = try Tile(place, cutFrom: try tree.tile(place))
                found[place.path] = .string(SHA256.hash(tile.bytes).description)
                index += 1
            }
        }
        var index: UInt64 = 0
        while let place = EntryBundleCoordinate(index: index, treeSize: 70_000) {
            let entries = place.entries.map { SampleTree.entry(Int($0)) }
            let bundle = try EntryBundle.encode(entries)
            #expect(try EntryBundle.decode(bundle, count: place.width) == entries)
            found[place.path] = .string(SHA256.hash(bundle).description)
            index += 1
        }
        #expect(found.count == 551)
        #expect(found == vectors["tile_sha256"]?.objectValue)
    }

    private func file(_ name: String) throws -> String {
        String(decoding: try Conformance.bytes("tlog/\(name)"), as: UTF8.self)
    }

    private var logKey: VerifierKey { get throws { try VerifierKey(vkey: try text("log_vkey")) } }
    private var witnessKey: VerifierKey { get throws { try VerifierKey(vkey: try text("witness_vkey")) } }

    @Test("the published keys print as they were read, and follow from their seeds")
    func keys() throws {
        let signer = try NoteSigner(skey: try text("log_skey"))
        #expect(try signer.skey == text("log_skey"))
        #expect(try signer.verifierKey.vkey == text("log_vkey"))
        #expect(try logKey == signer.verifierKey)
        let seed = try Hex.decode(try text("witness_seed_hex"))
        let witness = Cosigner(
            name: try KeyName(try text("witness_name")), privateKey: try Ed25519PrivateKey(seed: seed))
        #expect(try witness.verifierKey.vkey == text("witness_vkey"))
        #expect(try witnessKey == witness.verifierKey)
    }

    @Test("signing and cosigning the tree gives the published notes, byte for byte")
    func notes() throws {
        let checkpoint = try Checkpoint(origin: try text("log_name"), head: try tree.head(70_000))
        var note = try SignedNote(signing: checkpoint.text, by: try NoteSigner(skey: try text("log_skey")))
        #expect(String(decoding: note.bytes, as: UTF8.self) == (try file("checkpoint")))
        let witness = Cosigner(
            name: try KeyName(try text("witness_name")),
            privateKey: try Ed25519PrivateKey(seed: try Hex.decode(try text("witness_seed_hex"))))
        let time = try Instant(parsingSeconds: try #require(vectors["cosignature_time"]?.integerValue))
        try note.add(try witness.cosign(checkpoint, at: time + Milliseconds(999)))
        #expect(String(decoding: note.bytes, as: UTF8.self) == (try file("checkpoint.cosigned")))

        let verified = try VerifiedCheckpoint(
            try SignedNote(parsing: try Conformance.bytes("tlog/checkpoint.cosigned")), origin: try text("log_name"),
            logKeys: [try logKey], witnesses: [try witnessKey])
        #expect(verified.head == checkpoint.head)
        #expect(verified.cosignatures.map(\.cosignedAt) == [time])
    }

    @Test("the published .tlog-proof is the one we write, and holds")
    func proof() throws {
        let published = try Conformance.bytes("tlog/leaf-12345.tlog-proof")
        let proof = try TLogProof(parsing: published)
        #expect(proof.bytes == published)
        #expect(proof.hashes == (try tree.inclusion(12_345, 70_000)))
        let checkpoint = try proof.verify(
            SampleTree.entry(12_345), origin: try text("log_name"), logKeys: [try logKey], witnesses: [try witnessKey])
        #expect(checkpoint.cosignatures.count == 1)
        #expect(throws: TransparencyLogError.self) {
            try proof.verify(SampleTree.entry(12_346), origin: try text("log_name"), logKeys: [try logKey])
        }
    }
}
