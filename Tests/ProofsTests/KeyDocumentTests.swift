import CanonicalJSON
import Credentials
import Cryptography
import JOSE
import LinkedData
import Multiformats
import Proofs
import Temporal
import TestSupport
import Testing

@Suite("did:jwk and did:web")
struct IdentifierTests {
    @Test("did:jwk names its key #0 and verifies with it", arguments: [SignatureAlgorithm.edDSA, .es256, .es384])
    func didJWK(algorithm: SignatureAlgorithm) throws {
        let key = try testKey(4, algorithm)
        let did = DIDJWK(key.publicKey)
        #expect(try DIDJWK(did.description) == did)
        #expect(did.verificationMethod.description == did.description + "#0")
        let cryptosuite: Cryptosuite = algorithm == .edDSA ? .eddsaJCS2022 : .ecdsaJCS2019
        let proofOptions = options(key, cryptosuite) { $0.verificationMethod = did.verificationMethod }
        let secured = try DataIntegrity.secure(["a": 1], with: proofOptions, key: key)
        let result = try verify(.object(secured))[0]
        #expect(result.verificationMethod.controller == did.uri)
        #expect(result.verificationMethod.publicKey == key.publicKey)
        let other = try testKey(5, algorithm)
        #expect(throws: ProofError.self) { try DataIntegrity.secure(["a": 1], with: proofOptions, key: other) }
    }

    @Test("The example of the did:jwk specification is read")
    func publishedJWK() throws {
        let text =
            "did:jwk:eyJjcnYiOiJQLTI1NiIsImt0eSI6IkVDIiwieCI6ImFjYklRaXVNczNpOF91c3pFakoydHBUdFJNNEVVM3l6OTFQSDZD"
            + "ZEgyVjAiLCJ5IjoiX0tjeUxqOXZXTXB0bm1LdG00NkdxRHo4d2Y3NEk1TEtncmwyR3pIM25TRSJ9"
        let did = try DIDJWK(text)
        #expect(did.publicKey.algorithm == .es256 && did.description == text)
        let found = try KeySource.didKey.verificationMethod(
            did.verificationMethod, for: .authentication, at: JSONPointer())
        #expect(found.publicKey == did.publicKey)
    }

    @Test(
        "Whatever is no did:jwk of a public key for signatures is refused",
        arguments: [
            "did:jwk:", "did:jwk:e30", "did:jwk:!", "did:jwk", "did:key:eyJ", "did:jwk:bm90IGpzb24",
            "did:jwk:eyJrdHkiOiJPS1AiLCJjcnYiOiJYMjU1MTkiLCJ4IjoiM3A3YmZYdDl3YlRUVzJIQzdPUTFOei1EUThoYmVHZE5yZngt"
                + "RkctSUswOCJ9",
            "did:jwk:eyJrdHkiOiJPS1AiLCJjcnYiOiJFZDI1NTE5IiwieCI6IkFBIn0",
        ])
    func notJWK(text: String) throws {
        let error = #expect(throws: ProofError.self) { try DIDJWK(text) }
        #expect(error?.type == .invalidVerificationMethodURL)
        guard let url = try? URI(text + "#0") else { return }
        #expect(throws: ProofError.self) {
            try KeySource.didKey.verificationMethod(url, for: .assertionMethod, at: JSONPointer())
        }
    }

    @Test("did:jwk has no other key than #0, and none for key agreement")
    func otherFragment() throws {
        let did = DIDJWK(try testKey(1).publicKey)
        for (fragment, purpose) in [("#1", "assertionMethod"), ("#", "assertionMethod"), ("#0", "keyAgreement")] {
            #expect(throws: ProofError.self) {
                try KeySource.didKey.verificationMethod(
                    URI(did.description + fragment), for: ProofPurpose(rawValue: purpose), at: JSONPointer())
            }
        }
    }

    static let addresses: [(String, String)] = [
        ("did:web:example.org", "https://example.org/.well-known/did.json"),
        ("did:web:w3c-ccg.github.io:user:alice", "https://w3c-ccg.github.io/user/alice/did.json"),
        ("did:web:example.com%3A3000:user:alice", "https://example.com:3000/user/alice/did.json"),
        ("did:web:example.com%3A3000", "https://example.com:3000/.well-known/did.json"),
        ("did:web:example.org:a%20b", "https://example.org/a%20b/did.json"),
    ]

    @Test("did:web and the address of its document are each made from the other", arguments: addresses)
    func didWeb(did: String, address: String) throws {
        let web = try DIDWeb(did)
        #expect(web.description == did && web.uri.description == did)
        #expect(web.documentURL.description == address)
        #expect(try DIDWeb(documentURL: URI(address)) == web)
    }

    @Test(
        "Whatever is no did:web is refused",
        arguments: [
            "did:web", "did:web:", "did:web::a", "did:web:example.org:", "did:web:example.org::a", "did:web:..:a",
            "did:web:example.org:..:secret", "did:web:example.org:%2e%2E:secret", "did:web:example.org:a/b",
            "did:web:example.org#key", "did:web:example.org?x",
            "did:web:example.org%3A", "did:web:example.org%3Ax", "did:web:exämple.org", "did:web:user@example.org",
            "did:web:example.org%2Fa", "DID:WEB:example.org", "did:key:example.org", "did:web:example.org:a%zz",
        ])
    func notWeb(text: String) {
        let error = #expect(throws: ProofError.self) { try DIDWeb(text) }
        #expect(error?.type == .invalidVerificationMethodURL)
    }

    @Test(
        "Other addresses are those of no did:web",
        arguments: [
            "http://example.org/.well-known/did.json", "https://example.org/did.json", "https://example.org/did.json?x",
            "https://example.org/a/.well-known/did.json", "https://example.org/a/other.json", "https://example.org",
            "https://user@example.org/.well-known/did.json", "https://example.org/a:b/did.json",
            "https://example.org/a//did.json", "https://[::1]/.well-known/did.json",
        ])
    func notAddress(text: String) throws {
        #expect(DIDWeb(documentURL: try URI(text)) == nil)
    }
}

@Suite("Keys in documents")
struct KeyDocumentTests {
    static let id = "did:web:issuer.example"

    private func document(_ method: JSONObject, purposes: [ProofPurpose] = [.assertionMethod]) throws -> KeySource {
        var document: JSONObject = ["id": .string(Self.id), "verificationMethod": [.object(method)]]
        for purpose in purposes { document[purpose.rawValue] = [.string(Self.id + "#key")] }
        return KeySource(documents: [try ControlledIdentifierDocument(.object(document))])
    }

    private func method(_ type: String, _ members: JSONObject) -> JSONObject {
        var method = members
        method["id"] = .string(Self.id + "#key")
        method["type"] = .string(type)
        method["controller"] = .string(Self.id)
        return method
    }

    private func find(_ source: KeySource) throws -> VerificationMethod {
        try source.verificationMethod(URI(Self.id + "#key"), for: .assertionMethod, at: JSONPointer())
    }

    @Test(
        "A key is read in every form that a verification method may have",
        arguments: [SignatureAlgorithm.edDSA, .es256, .es384])
    func forms(algorithm: SignatureAlgorithm) throws {
        let key = try testKey(6, algorithm)
        let multibase: JSONObject = ["publicKeyMultibase": .string(key.did.multikey.multibase)]
        let jwk: JSONObject = ["publicKeyJwk": .object(JSONWebKey(key.publicKey).json)]
        for (type, members) in [("Multikey", multibase), ("JsonWebKey", jwk), ("JsonWebKey2020", jwk)] {
            #expect(try find(document(method(type, members))).publicKey == key.publicKey)
        }
        let old = method("Ed25519VerificationKey2020", multibase)
        if algorithm == .edDSA {
            #expect(try find(document(old)).publicKey == key.publicKey)
        } else {
            #expect(throws: ProofError.self) { try find(document(old)) }
        }
    }

    @Test("An RSA key is read, and makes no Data Integrity proof")
    func rsa() throws {
        let modulus = [UInt8](repeating: 0xC5, count: 256)
        let jwk: JSON = ["kty": "RSA", "e": "AQAB", "n": .string(Base64URL.encode(modulus))]
        let source = try document(method("JsonWebKey", ["publicKeyJwk": jwk]))
        let found = try find(source)
        #expect(found.publicKey.algorithm == .rs256 && found.publicKey.multikey == nil)
        #expect(DIDKey(found.publicKey) == nil)
        let secured = try DataIntegrity.secure(["a": 1], with: options(testKey(1)), key: testKey(1))
        let json = JSON.object(secured).withProof("verificationMethod", .string(Self.id + "#key"))
        let error = #expect(throws: ProofError.self) { try verify(json, keys: source) }
        #expect(error?.type == .invalidVerificationMethod)
    }

    @Test(
        "A key in a form that is damaged, or that has a secret in it, is refused",
        arguments: [
            ["publicKeyJwk": ["kty": "OKP", "crv": "Ed25519"]], ["publicKeyJwk": "x"], [:],
            [
                "publicKeyJwk": [
                    "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
                    "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
                ]
            ], ["publicKeyMultibase": "z6Mk"],
        ] as [JSONObject])
    func damaged(members: JSONObject) throws {
        for type in ["JsonWebKey", "JsonWebKey2020", "Multikey", "Ed25519VerificationKey2020"] {
            let error = #expect(throws: ProofError.self) { try find(document(method(type, members))) }
            #expect(error?.type == .invalidVerificationMethod)
        }
    }

    @Test(
        "A key makes proofs until it expires or is revoked, by what the proof says of its time, or else by now",
        arguments: ["expires", "revoked"])
    func endOfKey(member: String) throws {
        let key = try testKey(1)
        let end = now + Milliseconds(5000)
        var members: JSONObject = ["publicKeyMultibase": .string(key.did.multikey.multibase)]
        members[member] = .string(end.dateTimeStamp)
        let source = try document(method("Multikey", members))
        let found = try find(source)
        #expect((member == "expires" ? found.expires : found.revoked) == end)
        let secondBefore = end - Milliseconds(1)
        for (created, verified, isAccepted) in [
            (now, end + Milliseconds(1), true), (secondBefore, .latest, true), (end, now, false), (.latest, now, false),
            (nil, secondBefore, true), (nil, end, false), (nil, .latest, false),
        ] as [(Instant?, Instant, Bool)] {
            let proofOptions = options(key) {
                $0.created = created
                $0.verificationMethod = found.id
            }
            let secured = try DataIntegrity.secure(["a": 1], with: proofOptions, key: key)
            if isAccepted {
                #expect(try verify(.object(secured), keys: source, at: verified)[0].verificationMethod == found)
            } else {
                let error = #expect(throws: ProofError.self) {
                    try verify(.object(secured), keys: source, at: verified)
                }
                #expect(error?.type == .invalidVerificationMethod)
                #expect(error?.pointer.description == "/proof/verificationMethod")
            }
        }
        // Better evidence of the time may say otherwise than the proof.
        #expect(found.objection(toProofMadeAt: secondBefore) == nil)
        #expect(found.objection(toProofMadeAt: end) != nil)
    }

    @Test(
        "An end that is no time makes the key unusable", arguments: ["soon", nil, 1, "2023-02-30T00:00:00Z"] as [JSON])
    func malformedEnd(end: JSON) throws {
        for member in ["expires", "revoked"] {
            var members: JSONObject = ["publicKeyMultibase": .string(try testKey(1).did.multikey.multibase)]
            members[member] = end
            #expect(throws: ProofError.self) { try find(document(method("Multikey", members))) }
        }
    }

    @Test("A document that we write is read, with every key, its ends and what it is for")
    func writing() throws {
        let id = URI(ours: Self.id)
        let modulus = [UInt8](repeating: 0xC5, count: 256)
        let rsa = PublicKey.rsa(try RSAPublicKey(modulus: modulus, exponent: [1, 0, 1]))
        let keys = try [testKey(1).publicKey, testKey(2, .es256).publicKey, testKey(3, .es384).publicKey, rsa]
        let methods = keys.enumerated().map { number, key in
            VerificationMethod(
                id: URI(ours: "\(id)#key-\(number)"), controller: id, publicKey: key,
                expires: number == 1 ? now : nil, revoked: number == 2 ? now + Milliseconds(7) : nil)
        }
        let written = ControlledIdentifierDocument.json(
            id: id, methods: methods.map { ($0, [.assertionMethod, .authentication]) })
        let source = KeySource(documents: [try ControlledIdentifierDocument(.object(written))])
        for method in methods {
            for purpose in [ProofPurpose.assertionMethod, .authentication] {
                #expect(try source.verificationMethod(method.id, for: purpose, at: JSONPointer()) == method)
            }
            #expect(throws: ProofError.self) {
                try source.verificationMethod(method.id, for: .capabilityInvocation, at: JSONPointer())
            }
        }
        // Its statements are defined by the contexts that it names.
        #expect(throws: Never.self) { try JSONLD.quads(of: written, contexts: .published) }
    }

    @Test("A key in the fragment of an https URL is read only when asked for, and is nobody's but its own")
    func fragments() throws {
        let key = try testKey(1)
        let address = "https://issuer.example/profiles/1"
        let url = try URI("\(address)#\(key.did.multikey.multibase)")
        let secured = JSON.object(
            try DataIntegrity.secure(["a": 1], with: options(key) { $0.verificationMethod = url }, key: key))
        let error = #expect(throws: ProofError.self) { try verify(secured) }
        #expect(error?.type == .invalidControlledIdentifierDocument)
        let reading = KeySource(documents: [], readingKeysInFragments: true)
        let found = try verify(secured, keys: reading)[0].verificationMethod
        #expect(found.controller == key.did.uri && found.id == url)
        for other in ["\(address)#key-1", "http://issuer.example#\(key.did.multikey.multibase)", address] {
            let json = secured.withProof("verificationMethod", .string(other))
            #expect(throws: ProofError.self) { try verify(json, keys: reading) }
        }
        // The address's own document decides when it is at hand.
        let document = try ControlledIdentifierDocument(["id": .string(address)])
        let withDocument = KeySource(documents: [document], readingKeysInFragments: true)
        #expect(throws: ProofError.self) { try verify(secured, keys: withDocument) }
    }
}
