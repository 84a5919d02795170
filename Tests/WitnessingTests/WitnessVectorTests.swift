import CanonicalJSON
import Cryptography
import HTTPServer
import Multiformats
import Simulation
import Temporal
import TestSupport
import Testing
import TransparencyLog
import Witnessing

@Suite("C2SP tlog: a witness of the published log", .enabled(if: Conformance.isExpected, Conformance.absence))
struct WitnessVectorTests {
    private let vectors: JSON
    private let signer: NoteSigner
    private let origin: String

    init() throws {
        vectors = try JSON(parsing: try Conformance.bytes("tlog/vectors.json"))
        signer = try NoteSigner(skey: try #require(vectors["log_skey"]?.stringValue))
        origin = try #require(vectors["log_name"]?.stringValue)
    }

    private func digest(_ json: JSON?) throws -> SHA256Digest {
        let bytes = try Hex.decode(json?.stringValue ?? "")
        return try #require(SHA256Digest(bytes))
    }

    /// The published root; where only a proof is published, the root of the published leaves.
    private func head(_ size: UInt64) throws -> TreeHead {
        if let root = vectors["roots"]?["\(size)"] { return TreeHead(size: size, root: try digest(root)) }
        var tree = TileAppender()
        for index in 0..<size { tree.append(MerkleTree.leafHash(Array("leaf-\(index)".utf8))) }
        return tree.head
    }

    private func note(_ size: UInt64) throws -> SignedNote {
        let head = try head(size)
        return try SignedNote(signing: try Checkpoint(origin: origin, head: head).text, by: signer)
    }

    @Test("sent the published checkpoint at the published time, it shows monitors the published cosigned one")
    func cosigned() throws {
        let name = try #require(vectors["witness_name"]?.stringValue)
        let seed = try Hex.decode(try #require(vectors["witness_seed_hex"]?.stringValue))
        let cosigner = Cosigner(name: try KeyName(name), privateKey: try Ed25519PrivateKey(seed: seed))
        let time = try Instant(parsingSeconds: try #require(vectors["cosignature_time"]?.integerValue))
        let witness = Witness(
            cosigner, logs: LogPolicy(trusting: [signer.verifierKey]), store: MemoryStore(Witness.tables), now: { time }
        )
        let note = try SignedNote(parsing: try Conformance.bytes("tlog/checkpoint"))
        let answer = try witness.addCheckpoint(AddCheckpointRequest(oldSize: 0, proof: [], note: note).bytes)
        let published = try Conformance.bytes("tlog/checkpoint.cosigned")
        #expect(published.suffix(answer.bytes.count) == answer.bytes[...])
        #expect(try witness.checkpoint(monitorName: Witness.monitorName(origin: origin)) == published)
    }

    @Test("every published consistency proof takes a witness on, and no changed one does")
    func consistency() throws {
        let vectors = try #require(vectors["consistency"]?.arrayValue)
        #expect(vectors.count == 14)
        for vector in vectors {
            let old = UInt64(try #require(vector["Old"]?.integerValue))
            let new = UInt64(try #require(vector["New"]?.integerValue))
            let proof = try #require(vector["Proof"]?.arrayValue).map { try digest($0) }
            let witness = try TestWitness(logs: [signer.verifierKey])
            #expect(try witness.add(AddCheckpointRequest(oldSize: 0, proof: [], note: note(old))).status == .ok)
            var changed = [proof.dropLast(), proof + [SHA256.hash([])]].map { Array($0) }
            for index in proof.indices {
                changed.append(proof)
                changed[changed.count - 1][index] = SHA256.hash(proof[index].bytes)
            }
            for wrong in changed where wrong != proof {
                let request = AddCheckpointRequest(oldSize: old, proof: wrong, note: try note(new))
                #expect(try witness.add(request).status == .unprocessableContent, "\(old) to \(new)")
            }
            let request = AddCheckpointRequest(oldSize: old, proof: proof, note: try note(new))
            #expect(try witness.add(request).status == .ok, "\(old) to \(new)")
        }
    }
}
