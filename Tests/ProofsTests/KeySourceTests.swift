import CanonicalJSON
import Credentials
import Cryptography
import Multiformats
import Proofs
import TestSupport
import Testing

@Suite("did:key", .enabled(if: Conformance.isExpected, Conformance.absence))
struct DIDKeyConformanceTests {
    @Test("Every published Ed25519 identifier follows from its seed, and names the published key")
    func ed25519() throws {
        let documents = try #require(try JSON(parsing: Conformance.bytes("did-key/ed25519-x25519.json")).objectValue)
        #expect(documents.count == 5)
        for (did, entry) in documents {
            let key = PrivateKey.ed25519(try Ed25519PrivateKey(seed: Hex.decode(entry["seed"]?.stringValue ?? "")))
            #expect(key.did.description == did)
            #expect(try DIDKey(did).publicKey == key.publicKey)
            let method = try #require(entry["didDocument"]?["verificationMethod"]?.arrayValue?.first)
            let url = try URI(method["id"]?.stringValue ?? "")
            #expect(key.did.verificationMethod == url)
            for purpose in [
                ProofPurpose.assertionMethod, .authentication, .capabilityInvocation, .capabilityDelegation,
            ] {
                #expect(entry["didDocument"]?[purpose.rawValue]?.arrayValue == [.string(url.description)])
                let found = try KeySource.didKey.verificationMethod(url, for: purpose, at: JSONPointer())
                #expect(found.id == url && found.controller.description == did)
                let bytes = try #require(found.publicKey.multikey).bytes
                #expect(
                    method["publicKeyBase58"] == .string(Base58.encode(bytes))
                        || method["publicKeyJwk"]?["x"] == .string(Base64URL.encode(bytes)))
            }
            let agreement = try URI(entry["didDocument"]?["keyAgreement"]?.arrayValue?.first?.stringValue ?? "")
            #expect(throws: ProofError.self) {
                try KeySource.didKey.verificationMethod(agreement, for: .assertionMethod, at: JSONPointer())
            }
        }
    }

    @Test("P-256 and P-384 identifiers are read, P-521 ones are refused")
    func nistCurves() throws {
        let documents = try #require(try JSON(parsing: Conformance.bytes("did-key/nist-curves.json")).objectValue)
        for (did, entry) in documents {
            let url = try URI(entry["didDocument"]?["verificationMethod"]?.arrayValue?.first?["id"]?.stringValue ?? "")
            let found = try? KeySource.didKey.verificationMethod(url, for: .assertionMethod, at: JSONPointer())
            let type: Multikey.KeyType? =
                did.contains(":zDn") ? .p256PublicKey : did.contains(":z82") ? .p384PublicKey : nil
            #expect(found?.publicKey.multikey?.type == type, "\(did)")
        }
        #expect(documents.count == 7)
    }
}

@Suite("Where keys come from")
struct KeySourceTests {
    static let key = try! testKey(1).did.multikey.multibase
    static let web: JSONObject = [
        "id": "did:web:issuer.example", "assertionMethod": ["#a", "did:web:issuer.example#old"],
        "verificationMethod": [
            [
                "id": "did:web:issuer.example#a", "type": "Multikey", "controller": "did:web:issuer.example",
                "publicKeyMultibase": .string(key),
            ],
            ["id": "#old", "type": "JsonWebKey", "controller": "did:web:issuer.example", "publicKeyJwk": [:]],
        ],
        "authentication": [
            [
                "id": "#b", "type": "Multikey", "controller": "did:web:issuer.example",
                "publicKeyMultibase": .string(key),
            ]
        ],
    ]

    private func find(
        _ url: String, for purpose: ProofPurpose = .assertionMethod, in document: JSONObject = web
    ) throws -> VerificationMethod {
        let source = KeySource(documents: [try ControlledIdentifierDocument(.object(document))])
        return try source.verificationMethod(try URI(url), for: purpose, at: JSONPointer())
    }

    @Test("A key is found in a document that was handed over, by reference or embedded")
    func finds() throws {
        #expect(try find("did:web:issuer.example#a").publicKey.multikey?.multibase == Self.key)
        #expect(
            try find("did:web:issuer.example#b", for: .authentication).controller.description
                == "did:web:issuer.example")
    }

    @Test("A proof by such a key verifies only with the document")
    func verifies() throws {
        let key = try testKey(1)
        let method = try URI("did:web:issuer.example#a")
        let secured = try DataIntegrity.secure(
            ["a": 1], with: options(key) { $0.verificationMethod = method }, key: key)
        let source = KeySource(documents: [try ControlledIdentifierDocument(.object(Self.web))])
        #expect(try verify(.object(secured), keys: source)[0].verificationMethod.id == method)
        let error = #expect(throws: ProofError.self) { try verify(.object(secured)) }
        #expect(error?.type == .invalidControlledIdentifierDocument)
        let other = try testKey(2)
        let forged = try DataIntegrity.secure(
            ["a": 1], with: options(key) { $0.verificationMethod = method }, key: other)
        #expect(throws: ProofError.self) { try verify(.object(forged), keys: source) }
    }

    @Test("A source that has seen many keys gives each its own, the first time and later")
    func manyKeys() throws {
        let source = KeySource(documents: [])
        var random = SeededRandom(seed: 3)
        let dids = try (0..<300).map { _ in DIDKey(try Ed25519PrivateKey(using: &random).publicKey) }
        for _ in 0..<2 {
            for did in dids {
                let url = did.verificationMethod
                let found = try source.verificationMethod(url, for: .assertionMethod, at: JSONPointer())
                #expect(found.publicKey == did.publicKey && found.id == url && found.controller == did.uri)
                #expect(throws: ProofError.self) {
                    try source.verificationMethod(url, for: ProofPurpose(rawValue: "keyAgreement"), at: JSONPointer())
                }
            }
        }
    }

    @Test("A key of another curve cannot make an Ed25519 proof")
    func wrongCurve() throws {
        let key = try testKey(1)
        let p256 = "zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv"
        let json = JSON.object(try DataIntegrity.secure(["a": 1], with: options(key), key: key))
            .withProof("verificationMethod", .string("did:key:\(p256)#\(p256)"))
        let error = #expect(throws: ProofError.self) { try verify(json) }
        #expect(error?.type == .invalidVerificationMethod)
        #expect(error?.problem.contains("Ed25519") == true)
    }

    @Test(
        "A key that is not there, not for the purpose, not its own or not a Multikey is refused",
        arguments: [
            ("did:web:issuer.example#c", "assertionMethod", ProblemType.invalidVerificationMethod),
            ("did:web:issuer.example", "assertionMethod", .invalidVerificationMethodURL),
            ("did:web:other.example#a", "assertionMethod", .invalidControlledIdentifierDocument),
            ("did:web:issuer.example#a", "authentication", .invalidRelationship),
            ("did:web:issuer.example#b", "assertionMethod", .invalidRelationship),
            ("did:web:issuer.example#a", "keyAgreement", .invalidRelationship),
            ("did:web:issuer.example#old", "assertionMethod", .invalidVerificationMethod),
        ])
    func refuses(url: String, purpose: String, type: ProblemType) {
        let error = #expect(throws: ProofError.self) { try find(url, for: ProofPurpose(rawValue: purpose)) }
        #expect(error?.type == type)
    }

    @Test(
        "A verification method that is damaged is refused when it is asked for",
        arguments: [
            ("type", "Ed25519VerificationKey2018"), ("type", nil), ("controller", "did:web:other.example"),
            ("controller", nil),
            ("publicKeyMultibase", nil), ("publicKeyMultibase", "z6Mk"), ("publicKeyMultibase", 1),
            ("publicKeyMultibase", "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"),
        ] as [(String, JSON?)])
    func damagedMethod(key: String, value: JSON?) throws {
        var document = Self.web
        var method = try #require(document["verificationMethod"]?.arrayValue?.first?.objectValue)
        method[key] = value
        document["verificationMethod"] = .object(method)
        let error = #expect(throws: ProofError.self) { try find("did:web:issuer.example#a", in: document) }
        #expect(error?.type == .invalidVerificationMethod)
    }

    @Test(
        "A document that is damaged is refused when it is read",
        arguments: [
            ("id", nil, "/id"), ("id", "issuer", "/id"), ("verificationMethod", "x", "/verificationMethod"),
            ("verificationMethod", [["type": "Multikey"]], "/verificationMethod/0/id"),
            ("verificationMethod", [["id": 1]], "/verificationMethod/0"),
            ("assertionMethod", [1], "/assertionMethod/0"),
            ("assertionMethod", [["type": "Multikey"]], "/assertionMethod/0"),
            ("authentication", ["key 1"], "/authentication/0"),
        ] as [(String, JSON?, String)])
    func damagedDocument(key: String, value: JSON?, place: String) {
        var document = Self.web
        document[key] = value
        let error = #expect(throws: ProofError.self) { try ControlledIdentifierDocument(.object(document)) }
        #expect(error?.type == .invalidControlledIdentifierDocument)
        #expect(error?.pointer.description == place)
    }

    @Test("Whatever is changed, a document is refused, or gives the key, or gives none")
    func damage() throws {
        var random = SeededRandom(seed: 6)
        let places = JSONPlace.all(in: .object(Self.web))
        let url = try URI("did:web:issuer.example#a")
        var counts = (found: 0, missing: 0, refused: 0)
        for _ in 0..<2000 {
            let place = try #require(places.randomElement(using: &random))
            let value: JSON? = Bool.random(using: &random) ? nil : .random(using: &random)
            let json = place.replacing(in: .object(Self.web), with: value)
            guard let document = try? ControlledIdentifierDocument(json) else {
                counts.refused += 1
                continue
            }
            let source = KeySource(documents: [document])
            if let method = try? source.verificationMethod(url, for: .assertionMethod, at: JSONPointer()) {
                #expect(method.publicKey.multikey?.multibase == Self.key)
                counts.found += 1
            } else {
                counts.missing += 1
            }
        }
        #expect(counts.found > 500 && counts.missing > 100 && counts.refused > 200)
    }

    @Test(
        "Only did:key with a public key in base58btc is a did:key",
        arguments: [
            "", "did:key:", "did:key:z", "did:web:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp",
            "DID:KEY:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp",
            "did:key:6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp",
            "did:key:z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq",
            "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooW",
            "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp#x",
            "did:key:z6LShs9GGnqk85isEBzzshkuVWrVKsRp24GnDuHk8QWkARMW",
            "did:key:1.1:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp",
        ])
    func notDIDKeys(text: String) {
        let error = #expect(throws: ProofError.self) { try DIDKey(text) }
        #expect(error?.type == .invalidVerificationMethodURL)
    }
}
