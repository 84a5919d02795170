import CanonicalJSON
import Credentials
import Cryptography
import LinkedData
import Proofs
import Temporal
import TestSupport
import Testing

@Suite("A prepared signer")
struct PreparedSigningTests {
    static let kinds: [(Cryptosuite, SignatureAlgorithm)] = Cryptosuite.allCases.flatMap { suite in
        suite.isForSigning && suite != .ecdsaSD2023 ? suite.algorithms.map { (suite, $0) } : []
    }

    /// Contexts that say something about proofs, in many ways.
    static let contexts: [JSON] = [
        ["https://www.w3.org/ns/credentials/v2"],
        ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
        ["https://www.w3.org/2018/credentials/v1", "https://w3id.org/security/data-integrity/v2"],
        "https://w3id.org/security/data-integrity/v2",
        ["https://www.w3.org/ns/credentials/v2", ["@language": "de", "name": "https://example.org/name"]],
        [["@vocab": "https://example.org/vocabulary#", "verificationMethod": ["@id": "ex:vm", "@type": "@id"]]],
        [["@vocab": "https://example.org/_:b#"]],
        [["@vocab": "https://example.org/", "created": ["@id": "http://purl.org/dc/terms/created"]]],
        [["@vocab": "https://example.org/", "created": ["@id": "ex:created", "@container": "@list"]]],
        [
            [
                "@vocab": "https://example.org/", "created": "http://purl.org/dc/terms/created",
                "proofPurpose": "http://purl.org/dc/terms/created",
            ]
        ],
    ]

    @Test("makes what the general way makes, whatever the contexts, the first time and later", arguments: kinds)
    func agrees(cryptosuite: Cryptosuite, algorithm: SignatureAlgorithm) throws {
        let key = try testKey(3, algorithm)
        let signer = try ProofSigner(
            key: key, verificationMethod: key.did.verificationMethod, cryptosuite: cryptosuite)
        var random = SeededRandom(seed: 7)
        for round in 0..<3 {
            for contexts in Self.contexts {
                let document: JSONObject = ["@context": contexts, "id": .string("urn:x:\(round)"), "name": "x"]
                let created = Instant(milliseconds: Int64(random.next() % 4_000_000_000_000))
                let proofOptions = options(key, cryptosuite) { $0.created = created }
                let general = Result { try DataIntegrity.secure(document, with: proofOptions, key: key) }
                let prepared = Result { try signer.secure(document, created: created) }
                switch (general, prepared) {
                case (.success(let general), .success(let prepared)):
                    let isSame = JSON.object(general) == .object(prepared)
                    #expect(isSame || algorithm != .edDSA)
                    #expect(throws: Never.self, "\(contexts)") { try verify(.object(prepared)) }
                    #expect(throws: Never.self, "\(contexts)") { try verify(.object(general)) }
                case (.failure(let general as ProofError), .failure(let prepared as ProofError)):
                    #expect(general == prepared)
                default: Issue.record("\(contexts): \(general), \(prepared)")
                }
            }
        }
    }

    @Test("forgets contexts rather than growing")
    func bounded() throws {
        let key = try testKey(3)
        let signer = try ProofSigner(
            key: key, verificationMethod: key.did.verificationMethod, cryptosuite: .eddsaRDFC2022)
        for round in 0..<2 {
            for number in 0..<130 {
                let contexts: JSON = [
                    "https://www.w3.org/ns/credentials/v2", ["x": .string("https://x.example/\(number)")],
                ]
                let document: JSONObject = [
                    "@context": contexts, "type": "VerifiableCredential", "x": .string("\(round)"),
                ]
                let prepared = try signer.secure(document, created: now)
                let general = try DataIntegrity.secure(document, with: options(key, .eddsaRDFC2022), key: key)
                #expect(prepared == general)
            }
        }
    }

    @Test("takes no pointers where everything is shown, and randomness where parts are")
    func pointers() throws {
        let document: JSONObject = [
            "@context": ["https://www.w3.org/ns/credentials/v2"], "type": "VerifiableCredential",
            "issuer": "did:example:issuer", "credentialSubject": ["name": "Alice"],
        ]
        var random = SeededRandom(seed: 1)
        for (cryptosuite, algorithm) in Self.kinds {
            let key = try testKey(3, algorithm)
            let signer = try ProofSigner(
                key: key, verificationMethod: key.did.verificationMethod, cryptosuite: cryptosuite)
            #expect(throws: ProofError.self) {
                try signer.secure(document, created: now, mandatoryPointers: ["/issuer"], using: &random)
            }
            let secured = try signer.secure(document, created: now, mandatoryPointers: [], using: &random)
            #expect(throws: Never.self) { try verify(.object(secured)) }
        }
        let key = try testKey(3, .es256)
        let signer = try ProofSigner(
            key: key, verificationMethod: key.did.verificationMethod, cryptosuite: .ecdsaSD2023)
        #expect(throws: ProofError.self) { try signer.secure(document, created: now) }
        let base = try signer.secure(document, created: now, mandatoryPointers: ["/issuer"], using: &random)
        let shown = try DataIntegrity.derive(from: base, revealing: [])
        #expect(try verify(.object(shown))[0].document.keys == ["@context", "issuer", "type"])
    }

    @Test("and a suite take only such keys as the suite is for")
    func wrongKeys() throws {
        for cryptosuite in Cryptosuite.allCases {
            for algorithm in [SignatureAlgorithm.edDSA, .es256, .es384] {
                let key = try testKey(2, algorithm)
                let isFor = cryptosuite.isForSigning && cryptosuite.algorithms.contains(algorithm)
                let signer = try? ProofSigner(
                    key: key, verificationMethod: key.did.verificationMethod, cryptosuite: cryptosuite)
                #expect((signer != nil) == isFor)
                guard !isFor else { continue }
                let error = #expect(throws: ProofError.self) {
                    try DataIntegrity.secure(["@context": []], with: options(key, cryptosuite), key: key)
                }
                #expect(error?.pointer.description == "/proof/cryptosuite" && error?.type == .proofGeneration)
            }
        }
    }
}
