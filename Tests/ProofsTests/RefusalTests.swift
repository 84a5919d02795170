import CanonicalJSON
import Credentials
import Multiformats
import Proofs
import Temporal
import TestSupport
import Testing

@Suite("Verify proof: what is refused")
struct RefusalTests {
    static let document: JSONObject = [
        "@context": ["https://www.w3.org/ns/credentials/v2", ["A": "https://example.org/A"]],
        "type": ["VerifiableCredential"], "issuer": "https://example.org/issuer", "validFrom": "2023-01-01T00:00:00Z",
        "credentialSubject": [["id": "did:example:s", "n": [1, .number(0.5), true, nil, "", "é", [:], []]]],
    ]

    static func signed(_ change: (inout ProofOptions) -> Void = { _ in }) throws -> JSON {
        let key = try testKey(1)
        return .object(try DataIntegrity.secure(document, with: options(key, .eddsaJCS2022, change), key: key))
    }

    static let members: [(String, JSON?, String, ProblemType, String)] = [
        ("type", nil, "type", .proofVerification, "missing"), ("type", 1, "type", .proofVerification, "string"),
        ("type", "UnknownProofType", "type", .proofVerification, "UnknownProofType"),
        ("type", ["DataIntegrityProof"], "type", .proofVerification, "string"),
        ("cryptosuite", nil, "cryptosuite", .proofVerification, "missing"),
        ("cryptosuite", "unknown-2099", "cryptosuite", .proofVerification, "unknown-2099"),
        ("cryptosuite", "EDDSA-JCS-2022", "cryptosuite", .proofVerification, "EDDSA-JCS-2022"),
        ("cryptosuite", "Ed25519Signature2020", "cryptosuite", .proofVerification, "eddsa-jcs-2022"),
        ("cryptosuite", "ecdsa-jcs-2019", "verificationMethod", .invalidVerificationMethod, "P-256"),
        ("proofPurpose", nil, "proofPurpose", .proofVerification, "missing"),
        ("proofPurpose", "invalidPurpose", "proofPurpose", .proofVerification, "invalidPurpose"),
        ("proofPurpose", "authentication", "proofPurpose", .proofVerification, "assertionMethod"),
        ("proofPurpose", ["assertionMethod"], "proofPurpose", .proofVerification, "string"),
        ("verificationMethod", nil, "verificationMethod", .proofVerification, "missing"),
        ("verificationMethod", .null, "verificationMethod", .proofVerification, "URL"),
        ("verificationMethod", ["id": "did:key:z6Mk"], "verificationMethod", .proofVerification, "URL"),
        ("verificationMethod", "invalidVm", "verificationMethod", .proofVerification, "not a URL"),
        ("verificationMethod", "did:key:invalidVm", "verificationMethod", .invalidVerificationMethodURL, "fragment"),
        (
            "verificationMethod", "did:key:invalidVm#invalidVm", "verificationMethod", .invalidVerificationMethodURL,
            "did:key"
        ),
        ("verificationMethod", "did:key:#", "verificationMethod", .invalidVerificationMethodURL, "did:key"),
        (
            "verificationMethod", "did:example:1#key", "verificationMethod", .invalidControlledIdentifierDocument,
            "at hand"
        ),
        (
            "verificationMethod", "https://example.org/issuer#key", "verificationMethod",
            .invalidControlledIdentifierDocument,
            "https://example.org/issuer"
        ),
        ("proofValue", nil, "proofValue", .proofVerification, "missing"),
        ("proofValue", .null, "proofValue", .proofVerification, "string"),
        ("proofValue", "", "proofValue", .proofVerification, "base58btc"),
        ("proofValue", "z", "proofValue", .proofVerification, "0 bytes"),
        ("proofValue", "z0OIl", "proofValue", .proofVerification, "base58btc"),
        ("proofValue", "z 2", "proofValue", .proofVerification, "base58btc"),
        ("created", "2023-02-30T00:00:00Z", "created", .proofVerification, "dateTimeStamp"),
        ("created", 1_700_000_000, "created", .proofVerification, "string"),
        ("created", "yesterday", "created", .proofVerification, "dateTimeStamp"),
        ("expires", "never", "expires", .proofVerification, "dateTimeStamp"),
        ("expires", .null, "expires", .proofVerification, "string"),
        ("expires", "2023-11-14T22:13:20Z", "expires", .proofVerification, "over"),
        ("id", "not a url", "id", .proofVerification, "not a URL"), ("id", ["a:b"], "id", .proofVerification, "URL"),
        ("domain", 1, "domain", .proofVerification, "string"),
        ("domain", ["a", 1], "domain", .proofVerification, "list"),
        ("challenge", ["a"], "challenge", .proofVerification, "string"),
        ("nonce", 1, "nonce", .proofVerification, "string"),
        ("previousProof", "urn:uuid:1", "previousProof", .proofVerification, "not in the document"),
        ("previousProof", [1], "previousProof", .proofVerification, "list"),
        ("@context", ["https://www.w3.org/ns/credentials/v2"], "", .proofVerification, "does not match"),
        ("@context", nil, "", .proofVerification, "does not match"),
        ("@context", [], "", .proofVerification, "does not match"),
        ("@context", .null, "@context", .proofVerification, "begins"),
        ("@context", ["https://example.org/other"], "@context", .proofVerification, "begins"),
        (
            "@context", [["A": "https://example.org/A"], "https://www.w3.org/ns/credentials/v2"], "@context",
            .proofVerification, "begins"
        ),
        ("nonce", "more", "", .proofVerification, "does not match"),
        ("more", "x", "", .proofVerification, "does not match"),
        ("created", nil, "", .proofVerification, "does not match"),
        ("created", "2023-11-14T22:13:20.000Z", "", .proofVerification, "does not match"),
        ("created", "2023-11-14T23:13:20+01:00", "", .proofVerification, "does not match"),
        ("expires", "2099-01-01T00:00:00Z", "", .proofVerification, "does not match"),
        ("domain", "example.org", "", .proofVerification, "does not match"),
        ("challenge", "abc", "", .proofVerification, "does not match"),
        ("id", "urn:uuid:1", "", .proofVerification, "does not match"),
        ("previousProof", [], "", .proofVerification, "does not match"),
    ]

    @Test("Each member of a proof: removed, of another type, changed, added", arguments: members)
    func member(key: String, value: JSON?, place: String, type: ProblemType, words: String) throws {
        let json = try Self.signed().withProof(key, value)
        let error = #expect(throws: ProofError.self) { try verify(json) }
        #expect(error?.type == type)
        #expect(error?.pointer.description == (place.isEmpty ? "/proof" : "/proof/" + place))
        #expect(error?.problem.contains(words) == true, "\(error?.problem ?? "")")
    }

    private static func spellings(of signature: [UInt8]) -> [String: String] {
        func base58(_ bytes: some Sequence<UInt8>) -> String { Multibase.encode(Array(bytes), as: .base58btc) }
        return [
            "base64url": Multibase.encode(signature, as: .base64url),
            "hexadecimal": Multibase.encode(signature, as: .base16),
            "no prefix": Base58.encode(signature), "upper-case prefix": "Z" + Base58.encode(signature),
            "a byte before": base58([0] + signature), "a byte after": base58(signature + [0]),
            "first byte gone": base58(signature.dropFirst()), "last byte gone": base58(signature.dropLast()),
            "white space before": " " + base58(signature), "white space after": base58(signature) + "\n",
            "halves exchanged": base58(signature[32...] + signature[..<32]),
            "nothing but zeros": base58(repeatElement(0, count: 64)),
            "too long": "z" + String(repeating: "2", count: 100_000),
        ]
    }

    @Test("The signature in any other spelling or length")
    func spelling() throws {
        let signed = try Self.signed()
        let signature = try Multibase.decode(signed["proof"]?["proofValue"]?.stringValue ?? "").bytes
        for (name, spelling) in Self.spellings(of: signature) {
            let json = signed.withProof("proofValue", .string(spelling))
            let error = #expect(throws: ProofError.self, "\(name)") { try verify(json) }
            #expect(error?.type == .proofVerification)
        }
        #expect(throws: Never.self) { try verify(signed) }
    }

    @Test("Every bit of the signature counts")
    func bits() throws {
        let signed = try Self.signed()
        let signature = try Multibase.decode(signed["proof"]?["proofValue"]?.stringValue ?? "").bytes
        for bit in 0..<512 {
            var changed = signature
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            let json = signed.withProof("proofValue", .string(Multibase.encode(changed, as: .base58btc)))
            #expect(throws: ProofError.self, "bit \(bit)") { try verify(json) }
        }
    }

    @Test(
        "A document without a proof, or with something else in its place",
        arguments: [
            nil, .null, "z…", 1, [], [[]], ["proof"], [nil], .array(Array(repeating: [:], count: 17)),
        ] as [JSON?])
    func noProof(proof: JSON?) throws {
        var document = Self.document
        document["proof"] = proof
        let error = #expect(throws: ProofError.self) { try verify(.object(document)) }
        #expect(error?.pointer.description.hasPrefix("/proof") == true)
        #expect(error?.type == (proof?.arrayValue.map { 1...16 ~= $0.count } == true ? .proofVerification : .parsing))
    }

    @Test("Any change anywhere: each value of the document and of the proof, changed, removed or doubled")
    func everyPlace() throws {
        let signed = try Self.signed()
        let places = JSONPlace.all(in: signed)
        #expect(places.count == 31)
        var stillVerified: [String] = []
        for place in places {
            let value = try #require(place.value(in: signed))
            for change in Self.changes(of: value) {
                let json = place.replacing(in: signed, with: change)
                #expect(json != signed)
                do throws {
                    let results = try verify(json)
                    #expect(results[0].document == Self.document)
                    stillVerified.append("\(place)")
                } catch {
                    #expect(error is ProofError)
                }
            }
        }
        // A context behind the signed ones, and a list of one proof instead of the proof: both say the same as before.
        #expect(stillVerified == ["/@context", "/proof"])
    }

    private static func changes(of value: JSON) -> [JSON?] {
        switch value {
        case .null: [nil, false, ""]
        case .bool(let value): [nil, .bool(!value), .null]
        case .integer(let value): [nil, .integer(value + 1), .string(String(value))]
        case .number(let value): [nil, .number(value + 0.25), .integer(1)]
        case .string(let text):
            [nil, .string(text + " "), .string(text.uppercased() + "\u{301}"), .null, [.string(text)]]
        case .array(let elements): [nil, .array(elements + ["x"]), .array([.array(elements)]), elements.first ?? .null]
        case .object(let object):
            [nil, .array([value]), .object(JSONObject(uniqueMembers: object.map { $0 } + [(key: "x", value: 1)]))]
        }
    }

    @Test("A document whose context is not at hand is told from one that is not the JSON-LD it should be")
    func unknownContext() throws {
        let key = try testKey(1)
        for (context, term, type) in [
            (["https://www.w3.org/ns/credentials/v2", "https://example.org/unknown"], "name", .unknownContext),
            (["https://www.w3.org/ns/credentials/v2"], "nobodyDefined", .proofTransformation),
        ] as [(JSON, String, ProblemType)] {
            var document: JSONObject = ["@context": context, "type": "VerifiableCredential"]
            document[term] = "x"
            let signing = #expect(throws: ProofError.self) {
                try DataIntegrity.secure(document, with: options(key, .eddsaRDFC2022), key: key)
            }
            #expect(signing?.type == type)
            let other = try DataIntegrity.secure(document, with: options(key), key: key)
            let json = JSON.object(other).withProof("cryptosuite", "eddsa-rdfc-2022")
            let verifying = #expect(throws: ProofError.self) { try verify(json) }
            #expect(verifying?.type == type)
        }
    }

    @Test("Texts that Unicode calls equivalent are different documents")
    func normalForms() throws {
        let key = try testKey(1)
        let signed = JSON.object(try DataIntegrity.secure(["name": "Zoë"], with: options(key), key: key))
        var other = signed.objectValue ?? [:]
        other["name"] = "Zoe\u{308}"
        #expect(throws: Never.self) { try verify(signed) }
        #expect(throws: ProofError.self) { try verify(.object(other)) }
    }

    @Test("Contexts added behind the signed ones verify, and are not in the verified document")
    func addedContexts() throws {
        guard case .object(var document) = try Self.signed(), case .array(let contexts)? = document["@context"] else {
            return
        }
        document["@context"] = .array(contexts + ["https://example.org/injected"])
        let results = try verify(.object(document))
        #expect(results[0].document == Self.document)
        document["@context"] = .array(["https://example.org/injected"] + contexts)
        #expect(throws: ProofError.self) { try verify(.object(document)) }
    }
}
