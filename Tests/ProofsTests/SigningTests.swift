import CanonicalJSON
import Credentials
import Cryptography
import Proofs
import Temporal
import TestSupport
import Testing

@Suite("Add proof")
struct SigningTests {
    @Test("A receipt, which has no @context, is secured and verified like a credential")
    func receipt() throws {
        let key = try testKey(1)
        let receipt: JSONObject = [
            "requestId": "1", "acceptedAt": "2023-11-14T22:13:20Z", "dueAt": "2023-11-15T22:13:20Z",
        ]
        let secured = try DataIntegrity.secure(receipt, with: options(key), key: key)
        #expect(secured["proof"]?["@context"] == nil)
        #expect(try verify(.object(secured))[0].document == receipt)
        var injected = secured
        injected["@context"] = ["https://www.w3.org/ns/credentials/v2"]
        #expect(throws: ProofError.self) { try verify(.object(injected)) }
    }

    @Test("A document that has a proof already is not secured again by mistake")
    func alreadySecured() throws {
        let key = try testKey(1)
        let signer = try ProofSigner(key: key, verificationMethod: key.did.verificationMethod)
        for proof in [.null, [:], []] as [JSON] {
            let document: JSONObject = ["a": 1, "proof": proof]
            let error = #expect(throws: ProofError.self) {
                try DataIntegrity.secure(document, with: options(key), key: key)
            }
            #expect(error?.type == .proofGeneration)
            #expect(throws: ProofError.self) { try signer.secure(document, created: now) }
        }
    }

    @Test(
        "A did:key that is not the signing key is refused, by name or by fragment",
        arguments: [
            "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp#z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp",
            "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp", "did:key:x#x",
        ])
    func wrongKey(method: String) throws {
        let key = try testKey(1)
        let method = try URI(method)
        let error = #expect(throws: ProofError.self) { try ProofSigner(key: key, verificationMethod: method) }
        #expect(error?.type == .proofGeneration)
        #expect(throws: ProofError.self) {
            try DataIntegrity.secure([:], with: options(key) { $0.verificationMethod = method }, key: key)
        }
    }

    @Test("The prepared signer and the general way make the same document, whatever is in it")
    func signerAgrees() throws {
        var random = SeededRandom(seed: 42)
        let key = try testKey(7)
        let signer = try ProofSigner(key: key, verificationMethod: key.did.verificationMethod)
        for count in 0..<200 {
            var document: JSONObject = [:]
            for member in 0..<(count % 12) { document["\(random.next() % 100)-\(member)"] = .random(using: &random) }
            if count % 3 > 0 { document["@context"] = count % 3 == 1 ? ["a:b", ["c": "d"]] : "a:b" }
            let created = Instant(milliseconds: Int64(random.next() % 4_000_000_000_000))
            let secured = try signer.secure(document, created: created)
            #expect(
                try secured == DataIntegrity.secure(document, with: options(key) { $0.created = created }, key: key))
            let result = try verify(.object(secured))[0]
            #expect(result.document == document)
            #expect(result.proof.created == created)
            #expect(try JSON(parsing: JSON.object(secured).canonicalBytes) == .object(secured))
        }
    }
}
