import CanonicalJSON
import Credentials
import Cryptography
import LinkedData
import Proofs
import TestSupport
import Testing

@Suite("Damaged documents of every suite")
struct DamagedSuiteTests {
    static let kinds: [(Cryptosuite, SignatureAlgorithm)] = Cryptosuite.allCases.flatMap { suite in
        suite.isForSigning ? suite.algorithms.map { (suite, $0) } : []
    }

    static let document: JSONObject = [
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            [
                "Badge": "https://example.org/Badge", "level": "https://example.org/level",
                "friend": ["@id": "https://example.org/friend", "@type": "@id"],
                "steps": ["@id": "https://example.org/steps", "@container": "@list"],
            ],
        ],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33", "type": ["VerifiableCredential", "Badge"],
        "issuer": ["id": "https://vc.example/issuers/5678", "name": "An issuer"],
        "validFrom": "2023-01-01T00:00:00Z",
        "credentialSubject": [
            ["id": "did:example:a", "level": 3, "friend": "did:example:b"],
            ["name": "Bob", "level": [.number(1.5), true], "steps": ["one", "two", "two"]],
        ],
    ]

    /// A document with a proof that verifiers see.
    private func secured(_ cryptosuite: Cryptosuite, _ algorithm: SignatureAlgorithm) throws -> JSON {
        let key = try testKey(8, algorithm)
        let proofOptions = options(key, cryptosuite) { $0.domains = ["a", "b"] }
        guard cryptosuite == .ecdsaSD2023 else {
            return .object(try DataIntegrity.secure(Self.document, with: proofOptions, key: key))
        }
        var random = SeededRandom(seed: 5)
        let base = try DataIntegrity.addBaseProof(
            to: Self.document, with: proofOptions, mandatoryPointers: ["/issuer", "/validFrom"], key: key,
            using: &random)
        return .object(try DataIntegrity.derive(from: base, revealing: ["/credentialSubject/1"]))
    }

    /// What a document says, so that two ways of saying it compare equal.
    private func meaning(_ document: JSONObject, _ cryptosuite: Cryptosuite) throws -> [UInt8] {
        if cryptosuite.canonicalization == .jcs { return JSON.object(document).canonicalBytes }
        return try RDFC10.canonicalize(JSONLD.quads(of: document, contexts: .published)).bytes
    }

    @Test("Whatever is changed, the document is refused, or it still says the same", arguments: kinds)
    func damage(cryptosuite: Cryptosuite, algorithm: SignatureAlgorithm) throws {
        var random = SeededRandom(seed: 0xDA7A)
        let original = try secured(cryptosuite, algorithm)
        let expected = try meaning(verify(original)[0].document, cryptosuite)
        var refusedCount = 0
        for round in 0..<400 {
            var json = original
            if round % 2 == 0 {
                json = original.mutated(using: &random)
            } else {
                let place = try #require(JSONPlace.all(in: original).randomElement(using: &random))
                json = place.replacing(in: original, with: Bool.random(using: &random) ? nil : .random(using: &random))
            }
            do {
                for result in try verify(json) {
                    #expect(try meaning(result.document, cryptosuite) == expected, "\(json.canonicalString)")
                }
            } catch let error as ProofError {
                #expect(!error.problem.isEmpty)
                refusedCount += 1
            }
        }
        #expect(refusedCount > 300)
    }

    @Test("Every change of the proof value is refused", arguments: kinds)
    func proofValue(cryptosuite: Cryptosuite, algorithm: SignatureAlgorithm) throws {
        var random = SeededRandom(seed: 11)
        let original = try secured(cryptosuite, algorithm)
        let value = Array(try #require(original["proof"]?["proofValue"]?.stringValue))
        for _ in 0..<150 {
            var changed = value
            let index = Int.random(in: 1..<value.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: changed.remove(at: index)
            case 1: changed.insert(value[Int.random(in: 1..<value.count, using: &random)], at: index)
            default: changed[index] = value[Int.random(in: 1..<value.count, using: &random)]
            }
            guard changed != value else { continue }
            let json = original.withProof("proofValue", .string(String(changed)))
            #expect(throws: ProofError.self) { try verify(json) }
        }
    }

    @Test("A set of proofs by different suites verifies, and each proof counts")
    func mixedSet() throws {
        var document = Self.document
        for (cryptosuite, algorithm) in Self.kinds where cryptosuite != .ecdsaSD2023 {
            let key = try testKey(8, algorithm)
            document = try DataIntegrity.addProof(to: document, with: options(key, cryptosuite), key: key)
        }
        let results = try verify(.object(document))
        #expect(results.map(\.proof.cryptosuite) == Self.kinds.map(\.0).filter { $0 != .ecdsaSD2023 })
        #expect(results.allSatisfy { $0.document == Self.document })
        for index in results.indices {
            let json = JSON.object(document).replacing("/proof/\(index)/nonce", by: "x")
            #expect(throws: ProofError.self) { try verify(json) }
        }
    }

    @Test("Chains work with every suite, and break with their links", arguments: kinds.filter { $0.0 != .ecdsaSD2023 })
    func chains(cryptosuite: Cryptosuite, algorithm: SignatureAlgorithm) throws {
        let (first, second) = (try testKey(8, algorithm), try testKey(9, algorithm))
        var document = try DataIntegrity.addProof(
            to: Self.document, with: options(first, cryptosuite) { $0.id = URI(ours: "urn:uuid:1") }, key: first)
        document = try DataIntegrity.addProof(
            to: document, with: options(second, cryptosuite) { $0.previousProofs = ["urn:uuid:1"] }, key: second)
        let json = JSON.object(document)
        #expect(try verify(json).count == 2)
        #expect(throws: ProofError.self) { try verify(json.replacing("/proof/0", by: nil)) }
        #expect(throws: ProofError.self) { try verify(json.replacing("/proof/0/id", by: "urn:uuid:2")) }
        #expect(throws: ProofError.self) { try verify(json.replacing("/proof/1/previousProof", by: "urn:uuid:2")) }
        #expect(throws: ProofError.self) { try verify(json.replacing("/proof/1/previousProof", by: nil)) }
        #expect(throws: Never.self) { try verify(json.replacing("/proof/1", by: nil)) }
        let other = try DataIntegrity.addProof(
            to: Self.document, with: options(second, cryptosuite) { $0.id = URI(ours: "urn:uuid:1") }, key: second)
        #expect(throws: ProofError.self) { try verify(json.replacing("/proof/0", by: other["proof"])) }
    }

    @Test("Proofs that build on each other are refused as such")
    func cycle() throws {
        let key = try testKey(8)
        var document = try DataIntegrity.addProof(
            to: Self.document, with: options(key) { $0.id = URI(ours: "urn:uuid:1") }, key: key)
        document = try DataIntegrity.addProof(
            to: document,
            with: options(key) {
                $0.id = URI(ours: "urn:uuid:2")
                $0.previousProofs = ["urn:uuid:1"]
            }, key: key)
        let json = JSON.object(document).replacing("/proof/0/previousProof", by: "urn:uuid:2")
        let error = #expect(throws: ProofError.self) { try verify(json) }
        #expect(error?.problem.contains("build on each other") == true)
    }
}
