import CanonicalJSON
import Credentials
import Cryptography
import LinkedData
import Multiformats
import Proofs
import Temporal
import TestSupport
import Testing

/// One folder of the published vectors: a document, taken through every step of one suite.
struct WholeDocumentVector: Sendable, CustomTestStringConvertible {
    let cryptosuite: Cryptosuite
    let root: String
    let folder: String
    /// What the file names of this folder end with, before their extension.
    let suffix: String
    let unsigned: String
    let keyPair: String

    var testDescription: String { folder }

    private static func vector(
        _ cryptosuite: Cryptosuite, _ folder: String, _ suffix: String, unsigned: String = "unsigned.json"
    ) -> Self {
        let isEdDSA = cryptosuite.algorithms == [.edDSA]
        let ecdsaPair = folder.contains("p384") ? "p384KeyPair.json" : "p256KeyPair.json"
        return Self(
            cryptosuite: cryptosuite, root: isEdDSA ? "vc-di-eddsa/TestVectors/" : "vc-di-ecdsa/TestVectors/",
            folder: folder, suffix: suffix, unsigned: unsigned, keyPair: isEdDSA ? "keyPair.json" : ecdsaPair)
    }

    static let all: [Self] = [
        vector(.eddsaJCS2022, "eddsa-jcs-2022", "JCS"),
        vector(.eddsaRDFC2022, "eddsa-rdfc-2022", "DataInt"),
        vector(.eddsaRDFC2022, "eddsa-rdfc-2022/employ", "DataInt", unsigned: "employmentAuth.json"),
        vector(
            .ed25519Signature2020, "Ed25519Signature2020", "EdSig"),
        vector(.ecdsaRDFC2019, "ecdsa-rdfc-2019-p256", "ECDSAP256"),
        vector(.ecdsaRDFC2019, "ecdsa-rdfc-2019-p256/employ", "ECDSAP256", unsigned: "employmentAuth.json"),
        vector(.ecdsaRDFC2019, "ecdsa-rdfc-2019-p384", "ECDSAP384"),
        vector(.ecdsaRDFC2019, "ecdsa-rdfc-2019-p384/employ", "ECDSAP384", unsigned: "employmentAuth.json"),
        vector(.ecdsaJCS2019, "ecdsa-jcs-2019-p256", "JCSECDSAP256"),
        vector(.ecdsaJCS2019, "ecdsa-jcs-2019-p384", "JCSECDSAP384"),
    ]

    func json(_ name: String) throws -> JSONObject {
        try #require(try JSON(parsing: Conformance.bytes(root + name)).objectValue)
    }

    /// The text of one step, such as `docHash`, without a line break at its end.
    func step(_ name: String) throws -> String {
        let bytes = try Conformance.bytes("\(root)\(folder)/\(name)\(suffix).txt")
        return String(decoding: bytes, as: UTF8.self)
    }

    func key() throws -> PrivateKey { try PrivateKey(keyPair: .object(json(keyPair))) }
    func config() throws -> JSONObject { try json("\(folder)/proofConfig\(suffix).json") }
    func signed() throws -> JSONObject { try json("\(folder)/signed\(suffix).json") }

    func suite() throws -> WholeDocumentSuite {
        WholeDocumentSuite(cryptosuite, for: try key().publicKey.algorithm, contexts: .published)
    }
}

@Suite("The specifications' own steps", .enabled(if: Conformance.isExpected, Conformance.absence))
struct WholeDocumentVectorTests {
    typealias Vector = WholeDocumentVector

    @Test("The key pair: the public key follows from the secret one", arguments: Vector.all)
    func keyPair(vector: Vector) throws {
        let multibase = try vector.json(vector.keyPair)["publicKeyMultibase"]
        #expect(try .string(vector.key().did.multikey.multibase) == multibase)
    }

    @Test("Transformation: the canonical document and its hash", arguments: Vector.all)
    func transformation(vector: Vector) throws {
        let canonical = try vector.suite().transformation(vector.json(vector.unsigned))
        #expect(try String(decoding: canonical, as: UTF8.self) == vector.step("canonDoc"))
        #expect(try Hex.encode(vector.suite().hash(canonical)) == vector.step("docHash"))
    }

    @Test("Proof configuration: its canonical form and its hash", arguments: Vector.all)
    func proofConfiguration(vector: Vector) throws {
        let canonical = try vector.suite().proofConfiguration(vector.config())
        #expect(try String(decoding: canonical, as: UTF8.self) == vector.step("proofCanon"))
        #expect(try Hex.encode(vector.suite().hash(canonical)) == vector.step("proofHash"))
    }

    @Test("Hashing, proof serialization and proof verification", arguments: Vector.all)
    func hashing(vector: Vector) throws {
        let suite = try vector.suite()
        let key = try vector.key()
        let hashData = suite.hashing(
            transformedDocument: try suite.transformation(vector.json(vector.unsigned)),
            canonicalProofConfig: try suite.proofConfiguration(vector.config()))
        #expect(try Hex.encode(hashData) == vector.step("combinedHash"))
        let published = try Hex.decode(vector.step("sigHex"))
        #expect(try Multibase.encode(published, as: .base58btc) == vector.step("sigBTC58"))
        for signature in [published, try suite.proofSerialization(hashData, key: key)] {
            #expect(suite.proofVerification(hashData, proofBytes: signature, key: key.publicKey))
            #expect(!suite.proofVerification(hashData + [0], proofBytes: signature, key: key.publicKey))
            // ECDSA draws a nonce, so only Ed25519 gives the published bytes again.
            #expect(key.publicKey.algorithm != .edDSA || signature == published)
        }
    }

    @Test("Create proof: the signed document, however it is made", arguments: Vector.all)
    func createProof(vector: Vector) throws {
        let signed = try vector.signed()
        let key = try vector.key()
        guard vector.cryptosuite.isForSigning else {
            #expect(throws: ProofError.self) {
                try DataIntegrity.secure(
                    vector.json(vector.unsigned), with: options(key, vector.cryptosuite), key: key)
            }
            return
        }
        let created = try Instant(rfc3339: "2023-02-24T23:36:38Z")
        let proofOptions = options(key, vector.cryptosuite) { $0.created = created }
        let unsigned = try vector.json(vector.unsigned)
        let signer = try ProofSigner(
            key: key, verificationMethod: key.did.verificationMethod, cryptosuite: vector.cryptosuite)
        for made in [
            try DataIntegrity.secure(unsigned, with: proofOptions, key: key),
            try signer.secure(unsigned, created: created),
        ] {
            let published = key.publicKey.algorithm == .edDSA ? signed["proof"]?["proofValue"] : nil
            let expected = JSON.object(signed).withProof("proofValue", published ?? made["proof"]?["proofValue"])
            #expect(JSON.object(made) == expected)
            #expect(throws: Never.self) { try verify(.object(made)) }
        }
    }

    @Test("Verify proof: the signed document verifies and gives back what was signed", arguments: Vector.all)
    func verifyProof(vector: Vector) throws {
        let results = try verify(.object(vector.signed()))
        var unsecured = try vector.signed()
        unsecured["proof"] = nil
        #expect(results.count == 1)
        #expect(results[0].document == unsecured)
        let key = try vector.key()
        #expect(results[0].verificationMethod.publicKey == key.publicKey)
        #expect(results[0].verificationMethod.controller == key.did.uri)
        #expect(results[0].proof.created == (try Instant(rfc3339: "2023-02-24T23:36:38Z")))
        #expect(results[0].proof.cryptosuite == vector.cryptosuite)
    }

    @Test("Whatever is changed in it, it is refused or says the same", arguments: Vector.all)
    func damage(vector: Vector) throws {
        var random = SeededRandom(seed: 31)
        let original = JSON.object(try vector.signed())
        let suite = try vector.suite()
        let expected = try suite.transformation(verify(original)[0].document)
        var refusedCount = 0
        for _ in 0..<100 {
            let json = original.mutated(using: &random)
            guard let results = try? verify(json) else {
                refusedCount += 1
                continue
            }
            #expect(try results.allSatisfy { try suite.transformation($0.document) == expected })
        }
        #expect(refusedCount > 50)
    }

    @Test("A credential signed by the reference implementation verifies")
    func referenceImplementation() throws {
        let lines = try Conformance.bytes("vc-api-transcripts/eddsa.jsonl").split(separator: UInt8(ascii: "\n"))
        let signed = try lines.map { try JSON(parsing: Array($0)) }.filter {
            $0["request"]?["verifiableCredential"]?["proof"]?["cryptosuite"] == "eddsa-jcs-2022"
        }
        #expect(signed.count == 1)
        for entry in signed {
            let credential = try #require(entry["request"]?["verifiableCredential"])
            #expect(entry["status"] == 200)
            let results = try verify(credential)
            #expect(try UnsecuredCredential(verified: results[0].document).issuer.description.hasPrefix("did:key:"))
        }
    }
}
