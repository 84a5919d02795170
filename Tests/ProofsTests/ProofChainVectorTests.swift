import CanonicalJSON
import Credentials
import Cryptography
import LinkedData
import Multiformats
import Proofs
import Temporal
import TestSupport
import Testing

@Suite("Published proof sets and chains", .enabled(if: Conformance.isExpected, Conformance.absence))
struct ProofChainVectorTests {
    private func file(_ name: String) throws -> JSON {
        try JSON(parsing: Conformance.bytes("vc-di-eddsa/TestVectors/proof-set-chain/\(name).json"))
    }

    /// The options that a published proof configuration writes.
    private func options(_ config: JSON) throws -> ProofOptions {
        var options = ProofOptions(
            created: try Instant(rfc3339: config["created"]?.stringValue ?? ""), proofPurpose: .assertionMethod,
            verificationMethod: try URI(config["verificationMethod"]?.stringValue ?? ""))
        options.cryptosuite = .eddsaRDFC2022
        options.id = try config["id"]?.stringValue.map { try URI($0) }
        options.previousProofs = (config["previousProof"].map { $0.arrayValue ?? [$0] } ?? []).compactMap(\.stringValue)
        return options
    }

    @Test("Each proof of the set and of the chain is made as published, and every stage verifies")
    func stages() throws {
        let keys = try file("multiKeyPairs")
        var document = try #require(try file("unsigned").objectValue)
        let stages = [
            ("proofSetConfig1", "proofSetConfigSigned1", "signedProofSet1"),
            ("proofSetConfig2", "proofSetConfigSigned2", "signedProofSet2"),
            ("proofChainConfig1", "proofChainConfigSigned1", "signedProofChain1"),
            ("proofChainConfig2", "proofChainConfigSigned2", "signedProofChain2"),
        ]
        for (index, (config, signedConfig, signed)) in stages.enumerated() {
            let key = try PrivateKey(keyPair: keys["keyPair\(index + 1)"] ?? nil)
            document = try DataIntegrity.addProof(to: document, with: options(file(config)), key: key)
            #expect(try document["proof"].map { $0.arrayValue?.last ?? $0 } == file(signedConfig))
            #expect(try JSON.object(document) == file(signed))
            let results = try verify(file(signed))
            #expect(results.count == index + 1)
            #expect(try results.allSatisfy { try JSON.object($0.document) == file("unsigned") })
        }
    }

    @Test("What a chained proof covers is the document with the proofs that it builds on")
    func covered() throws {
        for (number, temporary) in ["proofChainTempDoc1", "proofChainTempDoc2"].enumerated() {
            let suite = WholeDocumentSuite(.eddsaRDFC2022, for: .edDSA, contexts: .published)
            let covered = try #require(try file(temporary).objectValue)
            var config = try #require(try file("proofChainConfig\(number + 1)").objectValue)
            config["@context"] = covered["@context"]
            let hashData = suite.hashing(
                transformedDocument: try suite.transformation(covered),
                canonicalProofConfig: try suite.proofConfiguration(config))
            let key = try PrivateKey(keyPair: file("multiKeyPairs")["keyPair\(number + 3)"] ?? nil)
            let signature = try Multibase.encode(suite.proofSerialization(hashData, key: key), as: .base58btc)
            #expect(try .string(signature) == file("proofChainConfigSigned\(number + 1)")["proofValue"])
        }
    }
}
