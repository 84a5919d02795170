import CanonicalJSON
import Credentials
import Cryptography
import Multiformats
import Proofs
import Temporal
import TestSupport
import Testing

@Suite("eddsa-jcs-2022: the specification's own steps", .enabled(if: Conformance.isExpected, Conformance.absence))
struct EdDSAJCS2022VectorTests {
    let vectors = Vectors(folder: "vc-di-eddsa/TestVectors/")
    let unsigned: JSONObject
    let config: JSONObject
    let key: Ed25519PrivateKey

    init() throws {
        unsigned = try vectors.json("unsigned.json").objectValue ?? [:]
        config = try vectors.json("eddsa-jcs-2022/proofConfigJCS.json").objectValue ?? [:]
        key = try vectors.key(vectors.json("keyPair.json"))
    }

    private func step(_ name: String) throws -> String { try vectors.text("eddsa-jcs-2022/" + name) }

    @Test("The key pair: the public key follows from the secret one")
    func keyPair() throws {
        let multibase = try vectors.json("keyPair.json")["publicKeyMultibase"]
        #expect(.string(DIDKey(key.publicKey).publicKey.multibase) == multibase)
    }

    @Test("3.3.3: the transformed document")
    func transformation() throws {
        #expect(String(decoding: EdDSAJCS2022.transformation(unsigned), as: UTF8.self) == (try step("canonDocJCS.txt")))
        let hash = SHA256.hash(EdDSAJCS2022.transformation(unsigned))
        #expect(hash.description == (try step("docHashJCS.txt")))
    }

    @Test("3.3.5: the proof configuration")
    func proofConfiguration() throws {
        let canonical = EdDSAJCS2022.proofConfiguration(config)
        #expect(String(decoding: canonical, as: UTF8.self) == (try step("proofCanonJCS.txt")))
        #expect(SHA256.hash(canonical).description == (try step("proofHashJCS.txt")))
    }

    @Test("3.3.4, 3.3.6 and 3.3.7: the combined hash, the signature and its check")
    func hashing() throws {
        let hashData = EdDSAJCS2022.hashing(
            transformedDocument: EdDSAJCS2022.transformation(unsigned),
            canonicalProofConfig: EdDSAJCS2022.proofConfiguration(config))
        #expect(Hex.encode(hashData) == (try step("combinedHashJCS.txt")))
        let signature = try EdDSAJCS2022.proofSerialization(hashData, key: key)
        #expect(Hex.encode(signature) == (try step("sigHexJCS.txt")))
        #expect(Multibase.encode(signature, as: .base58btc) == (try step("sigBTC58JCS.txt")))
        #expect(EdDSAJCS2022.proofVerification(hashData, proofBytes: signature, key: key.publicKey))
        #expect(!EdDSAJCS2022.proofVerification(hashData + [0], proofBytes: signature, key: key.publicKey))
    }

    @Test("3.3.1: the signed document, however it is made")
    func createProof() throws {
        let signed = try vectors.json("eddsa-jcs-2022/signedJCS.json")
        var withoutContext = config
        withoutContext["@context"] = nil
        let proof = try EdDSAJCS2022.createProof(unsecuredDocument: unsigned, options: withoutContext, key: key)
        #expect(.object(proof) == signed["proof"])
        let options = ProofOptions(
            created: try Instant(rfc3339: "2023-02-24T23:36:38Z"), proofPurpose: .assertionMethod,
            verificationMethod: DIDKey(key.publicKey).verificationMethod)
        #expect(try .object(DataIntegrity.secure(unsigned, with: options, key: key)) == signed)
        let signer = try JCSSigner(key: key, verificationMethod: options.verificationMethod)
        #expect(try .object(signer.secure(unsigned, created: Instant(rfc3339: "2023-02-24T23:36:38Z"))) == signed)
    }

    @Test("3.3.2: the signed document verifies and gives back what was signed")
    func verifyProof() throws {
        let results = try verify(vectors.json("eddsa-jcs-2022/signedJCS.json"))
        #expect(results.count == 1)
        #expect(results[0].document == unsigned)
        #expect(results[0].verificationMethod.publicKey.bytes == key.publicKey.rawRepresentation)
        #expect(results[0].verificationMethod.controller.description == DIDKey(key.publicKey).description)
        #expect(results[0].proof.created == (try Instant(rfc3339: "2023-02-24T23:36:38Z")))
    }

    @Test(
        "Documents of suites that this room does not have are refused by the suite's name",
        arguments: [
            ("eddsa-rdfc-2022/signedDataInt.json", "/proof/cryptosuite", "eddsa-rdfc-2022"),
            ("eddsa-rdfc-2022/employ/signedDataInt.json", "/proof/cryptosuite", "eddsa-rdfc-2022"),
            ("Ed25519Signature2020/signedEdSig.json", "/proof/type", "Ed25519Signature2020"),
            ("proof-set-chain/signedProofSet2.json", "/proof/0/cryptosuite", "eddsa-rdfc-2022"),
            ("proof-set-chain/signedProofChain2.json", "/proof/0/cryptosuite", "eddsa-rdfc-2022"),
        ])
    func otherSuites(file: String, pointer: String, name: String) throws {
        let signed = try vectors.json(file)
        let error = #expect(throws: ProofError.self) { try verify(signed) }
        #expect(error?.pointer.description == pointer)
        #expect(error?.problem.contains(name) == true)
        #expect(error?.type == .proofVerification)
    }

    @Test("A credential signed by the reference implementation verifies, and its wrong spellings do not")
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
