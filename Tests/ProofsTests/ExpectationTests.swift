import CanonicalJSON
import Credentials
import Cryptography
import LinkedData
import Proofs
import Temporal
import Testing

@Suite("Verify proof: purpose, domain, challenge and time")
struct ExpectationTests {
    private func signed(_ change: (inout ProofOptions) -> Void) throws -> JSON {
        try RefusalTests.signed(change)
    }

    @Test(
        "The purpose must be the expected one, whatever it is",
        arguments: [
            ProofPurpose.assertionMethod, .authentication, .capabilityInvocation, .capabilityDelegation,
        ])
    func purpose(purpose: ProofPurpose) throws {
        let json = try signed { $0.proofPurpose = purpose }
        #expect(throws: Never.self) { try verify(json, expecting: .init(proofPurpose: purpose)) }
        let other: ProofPurpose = purpose == .authentication ? .assertionMethod : .authentication
        let error = #expect(throws: ProofError.self) { try verify(json, expecting: .init(proofPurpose: other)) }
        #expect(error?.pointer.description == "/proof/proofPurpose")
    }

    @Test("A did:key is not for key agreement")
    func keyAgreement() throws {
        let purpose = ProofPurpose(rawValue: "keyAgreement")
        let json = try signed { $0.proofPurpose = purpose }
        let error = #expect(throws: ProofError.self) { try verify(json, expecting: .init(proofPurpose: purpose)) }
        #expect(error?.type == .invalidRelationship)
    }

    @Test(
        "Domains are compared as sets, and only when the verifier has some",
        arguments: [
            ([], nil, true), (["a"], nil, true), (["a"], ["a"], true), (["a", "b"], ["b", "a"], true),
            (["a"], ["a", "a"], true),
            ([], ["a"], false), (["a"], ["b"], false), (["a", "b"], ["a"], false), (["a"], ["a", "b"], false),
            (["a"], [], false),
            (["e\u{301}"], ["é"], false), (["a"], ["A"], false),
        ] as [([String], [String]?, Bool)])
    func domain(given: [String], expected: [String]?, isAccepted: Bool) throws {
        let json = try signed { $0.domains = given }
        let expectations = ProofExpectations(proofPurpose: .assertionMethod, domains: expected)
        if isAccepted {
            #expect(try verify(json, expecting: expectations)[0].proof.domains == given)
        } else {
            let error = #expect(throws: ProofError.self) { try verify(json, expecting: expectations) }
            #expect(error?.type == .invalidDomain)
        }
    }

    @Test(
        "The challenge must be the given one, and only when the verifier gave one",
        arguments: [
            (nil, nil, true), ("abc", nil, true), ("abc", "abc", true), (nil, "abc", false), ("abc", "abd", false),
            ("abc", "", false), ("e\u{301}", "é", false),
        ] as [(String?, String?, Bool)])
    func challenge(given: String?, expected: String?, isAccepted: Bool) throws {
        let json = try signed { $0.challenge = given }
        let expectations = ProofExpectations(proofPurpose: .assertionMethod, challenge: expected)
        if isAccepted {
            #expect(try verify(json, expecting: expectations)[0].proof.challenge == given)
        } else {
            let error = #expect(throws: ProofError.self) { try verify(json, expecting: expectations) }
            #expect(error?.type == .invalidChallenge)
        }
    }

    @Test("A proof counts until the millisecond before it expires")
    func expires() throws {
        let json = try signed { $0.expires = now }
        #expect(throws: Never.self) { try verify(json, at: now - Milliseconds(1)) }
        for instant in [now, now + Milliseconds(1), .latest] {
            let error = #expect(throws: ProofError.self) { try verify(json, at: instant) }
            #expect(error?.pointer.description == "/proof/expires")
        }
    }

    @Test("A verifier may require that proofs say when they were made")
    func requiresCreated() throws {
        let expectations = ProofExpectations(proofPurpose: .assertionMethod, requiresCreated: true)
        let silent = try signed { $0.created = nil }
        let error = #expect(throws: ProofError.self) { try verify(silent, expecting: expectations) }
        #expect(error?.pointer.description == "/proof/created")
        let telling = try signed { _ in }
        #expect(throws: Never.self) { try verify(telling, expecting: expectations) }
    }

    @Test("created is what the signer says: absent, past or future")
    func created() throws {
        for created in [nil, .earliest, now, .latest] as [Instant?] {
            let json = try signed { $0.created = created }
            #expect(try verify(json)[0].proof.created == created)
        }
    }

    @Test("Times without an offset are taken as UTC, as the specification allows")
    func withoutOffset() throws {
        let key = try testKey(1)
        var proof: JSONObject = [
            "type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "proofPurpose": "assertionMethod",
            "verificationMethod": .string(key.did.verificationMethod.description),
            "created": "2023-02-24T23:36:38", "expires": "2023-11-14T22:13:20",
        ]
        let suite = WholeDocumentSuite(.eddsaJCS2022, for: .edDSA, contexts: .published)
        proof = try suite.createProof(unsecuredDocument: ["a": 1], options: proof, key: key)
        let json: JSON = ["a": 1, "proof": .object(proof)]
        #expect(try verify(json, at: now - Milliseconds(1))[0].proof.expires == now)
        #expect(throws: ProofError.self) { try verify(json, at: now) }
    }
}
