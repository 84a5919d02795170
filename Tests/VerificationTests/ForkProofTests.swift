import CanonicalJSON
import Cryptography
import Temporal
import Testing
import TransparencyLog
import Verification

@Suite("Proofs that a log forked")
struct ForkProofTests {
    private let signer: NoteSigner
    private let stranger: NoteSigner

    init() throws {
        func signer(_ byte: UInt8) throws -> NoteSigner {
            NoteSigner(
                name: try KeyName("log.example"),
                privateKey: try Ed25519PrivateKey(seed: Array(repeating: byte, count: 32)))
        }
        (self.signer, stranger) = (try signer(1), try signer(2))
    }

    private func note(_ text: String, size: UInt64 = 2, by signer: NoteSigner? = nil) throws -> SignedNote {
        let head = TreeHead(size: size, root: SHA256.hash(Array(text.utf8)))
        return try SignedNote(
            signing: try Checkpoint(origin: "log.example", head: head).text, by: signer ?? self.signer)
    }

    private func verdict(
        _ proof: ForkProof, keys: [VerifierKey]? = nil, _ change: (inout Trust) -> Void = { _ in }
    ) throws -> Verdict {
        var trust = Trust(at: .judged)
        trust.logKeys = keys ?? [signer.verifierKey]
        change(&trust)
        let evidence = try Evidence(parsing: proof.json.canonicalBytes)
        #expect(evidence.kind == .forkProof)
        let verdict = Verifier(trust: trust).verify([evidence])[0]
        #expect(verdict.checks.map(\.name) == [.form, .checkpoint, .fork])
        return verdict
    }

    @Test("two roots of one size, both signed: it is valid that the log forked")
    func valid() throws {
        let verdict = try verdict(ForkProof(smaller: note("a"), larger: note("b")))
        #expect(verdict.conclusion == .valid && verdict.kind == .forkProof)
        #expect(verdict.check(.checkpoint)?.facts["origin"] == "log.example")
        #expect(verdict.check(.fork)?.sentence.contains("two histories") == true)
    }

    @Test("without the key of the log nobody can tell; with another key, another log or one history it is invalid")
    func refused() throws {
        let fork = ForkProof(smaller: try note("a"), larger: try note("b"))
        let unknown = try verdict(fork, keys: [])
        #expect(unknown.conclusion == .cannotTell && unknown.check(.checkpoint)?.need == .logKey)
        #expect(try verdict(fork, keys: [stranger.verifierKey]).conclusion == .invalid)
        #expect(try verdict(fork) { $0.logOrigin = "other.example" }.conclusion == .invalid)
        let forged = ForkProof(smaller: try note("a"), larger: try note("b", by: stranger))
        #expect(try verdict(forged).check(.checkpoint)?.outcome == .failed)
        let same = ForkProof(smaller: try note("a"), larger: try note("a"))
        #expect(try verdict(same).check(.checkpoint)?.outcome == .passed)
        #expect(try verdict(same).check(.fork)?.outcome == .failed)
        let unproven = ForkProof(smaller: try note("a"), larger: try note("b", size: 3))
        #expect(try verdict(unproven).check(.fork)?.outcome == .failed)
    }

    @Test("a document that only says that it is a fork proof is none")
    func malformed() throws {
        let evidence = try Evidence(["type": "PunctualForkProof", "version": 1] as JSON)
        let verdict = Verifier(trust: Trust(at: .judged)).verify([evidence])[0]
        #expect(verdict.conclusion == .invalid && verdict.check(.form)?.outcome == .failed)
    }
}
