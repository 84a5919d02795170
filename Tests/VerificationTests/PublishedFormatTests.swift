import CanonicalJSON
import Credentials
import JOSE
import Multiformats
import Proofs
import Temporal
import TestSupport
import Testing
import Verification

/// Other people's data, judged from end to end.
@Suite("Published formats", .enabled(if: Conformance.isExpected, Conformance.absence))
struct PublishedFormatTests {
    private func verdict(_ path: String, _ trust: Trust) throws -> Verdict {
        try verdict(Conformance.bytes(path), trust)
    }

    private func verdict(_ bytes: [UInt8], _ trust: Trust) -> Verdict {
        do throws(EvidenceError) {
            return Verifier(trust: trust).verify([try Evidence(parsing: bytes)])[0]
        } catch {
            return Verdict(error)
        }
    }

    // MARK: Data Integrity

    private static let signedFiles: [String] = [
        "vc-di-eddsa/TestVectors/Ed25519Signature2020/signedEdSig.json",
        "vc-di-eddsa/TestVectors/eddsa-jcs-2022/signedJCS.json",
        "vc-di-eddsa/TestVectors/eddsa-rdfc-2022/signedDataInt.json",
        "vc-di-eddsa/TestVectors/eddsa-rdfc-2022/employ/signedDataInt.json",
        "vc-di-eddsa/TestVectors/proof-set-chain/signedProofSet1.json",
        "vc-di-eddsa/TestVectors/proof-set-chain/signedProofSet2.json",
        "vc-di-eddsa/TestVectors/proof-set-chain/signedProofChain1.json",
        "vc-di-eddsa/TestVectors/proof-set-chain/signedProofChain2.json",
        "vc-di-ecdsa/TestVectors/ecdsa-jcs-2019-p256/signedJCSECDSAP256.json",
        "vc-di-ecdsa/TestVectors/ecdsa-jcs-2019-p384/signedJCSECDSAP384.json",
        "vc-di-ecdsa/TestVectors/ecdsa-rdfc-2019-p256/signedECDSAP256.json",
        "vc-di-ecdsa/TestVectors/ecdsa-rdfc-2019-p384/signedECDSAP384.json",
        "vc-di-ecdsa/TestVectors/ecdsa-rdfc-2019-p256/employ/signedECDSAP256.json",
        "vc-di-ecdsa/TestVectors/ecdsa-rdfc-2019-p384/employ/signedECDSAP384.json",
        "vc-di-ecdsa/TestVectors/ecdsa-sd-2023/employ/addSignedSDBase.json",
        "vc-di-ecdsa/TestVectors/ecdsa-sd-2023/employ/derivedRevealDocument.json",
        "vc-di-ecdsa/TestVectors/ecdsa-sd-2023/prc/addSignedSDBase.json",
        "vc-di-ecdsa/TestVectors/ecdsa-sd-2023/prc/derivedRevealDocument.json",
    ]

    /// One of them is over, and some name an issuer who is not the key.
    private static let notAsked = Check.Name.vouching.union([.validity])

    @Test(
        "every signed document of the W3C's vectors holds, and none whose claims were changed", arguments: signedFiles)
    func dataIntegrity(_ path: String) throws {
        let trust = Trust(at: try Instant(rfc3339: "2024-12-01T00:00:00Z"))
        let verdict = try verdict(path, trust)
        #expect(verdict.conclusion(disregarding: Self.notAsked) == .valid, "\(verdict.lines)")
        let document = try JSON(parsing: Conformance.bytes(path))
        for place in JSONPlace.all(in: document["credentialSubject"] ?? .null) {
            for value in [JSON?.none, "changed"] {
                let subject = place.replacing(in: document["credentialSubject"] ?? .null, with: value)
                guard case .object(var changed) = document, subject != document["credentialSubject"] else { continue }
                changed["credentialSubject"] = subject
                let verdict = self.verdict(JSON.object(changed).canonicalBytes, trust)
                #expect(verdict.conclusion(disregarding: Self.notAsked) != .valid, "\(place)")
            }
        }
    }

    // MARK: The data model

    /// What a signature over the statements of a document, and a verifier of it, say to documents of the data model.
    @Test("of the data model's 96 documents, signed here, the good ones are valid and the bad ones are not")
    func dataModel() throws {
        var counts: [String: Int] = [:]
        // What is wrong with the others is what their issuer adds: a proof, an issuer.
        let added = ["credential-proof-missing-type-fail.json", "credential-no-issuer-fail.json"]
        let folders = ["vc-data-model/input", "vc-data-model/input/names-and-descriptions"]
        for folder in folders {
            for name in try Conformance.files(in: folder) where name.hasSuffix(".json") {
                let isPresentation = name.hasPrefix("presentation")
                let document = try prepared("\(folder)/\(name)")
                let outcome: String
                if let signed = try? signed(document, isPresentation) {
                    var trust = Trust(at: try Instant(rfc3339: "2026-11-21T00:00:00Z"))
                    trust.mayLackSchemas = true
                    trust.mayLackStatusList = true
                    let verdict = Verifier(trust: trust).examine(
                        .object(signed), as: isPresentation ? .presentation : .credential)
                    // Whether a credential is over, and the credentials in a presentation, are other questions.
                    let own = verdict.checks.filter { ![.validity, .key, .issuer, .holder].contains($0.name) }
                    outcome = own.allSatisfy { [.passed, .notApplicable].contains($0.outcome) } ? "valid" : "refused"
                    #expect(outcome == "valid" || !name.hasSuffix("-ok.json"), "\(name) \(verdict.lines)")
                } else {
                    outcome = "not signed"
                    #expect(!name.hasSuffix("-ok.json"), "\(name)")
                }
                #expect(outcome != "valid" || !name.hasSuffix("-fail.json") || added.contains(name), "\(name)")
                counts[outcome, default: 0] += 1
            }
        }
        #expect(counts.values.reduce(0, +) >= 96, "\(counts)")
    }

    /// A document as the suite would send it: it fills in times, and its issuers add themselves.
    private func prepared(_ path: String) throws -> JSONObject {
        let text = String(decoding: try Conformance.bytes(path), as: UTF8.self)
            .replacing("PAST DATE", with: "2020-01-01T00:00:00Z").replacing("FUTURE DATE", with: "2030-01-01T00:00:00Z")
        var document = try JSON(parsing: Array(text.utf8)).objectValue ?? [:]
        // Proofs there are placeholders; that one without a type is refused, the tests of proofs show.
        document["proof"] = nil
        return document
    }

    private func issued(_ credential: JSONObject) throws -> JSONObject {
        guard credential["type"]?.stringValue != "EnvelopedVerifiableCredential" else { return credential }
        var credential = credential.without("proof")
        let identifier = JSON.string(SampleKey.ed25519.identifier.description)
        switch credential["issuer"] {
        case nil: credential["issuer"] = identifier
        case .object(var issuer) where issuer["id"] == nil:
            issuer["id"] = identifier
            credential["issuer"] = .object(issuer)
        default: break
        }
        return try SampleKey.ed25519.secure(credential, .eddsaRDFC2022)
    }

    private func signed(_ document: JSONObject, _ isPresentation: Bool) throws -> JSONObject {
        guard isPresentation else { return try issued(document) }
        var presentation = document
        if let shown = document["verifiableCredential"] {
            let elements = try (shown.arrayValue ?? [shown]).map { element -> JSON in
                guard case .object(let credential) = element else { return element }
                return .object(try issued(credential))
            }
            presentation["verifiableCredential"] = .array(elements)
        }
        var options = SampleKey.ed25519.options(for: .authentication)
        options.cryptosuite = .eddsaRDFC2022
        return try DataIntegrity.secure(presentation, with: options, key: SampleKey.ed25519.key)
    }

    // MARK: VC-JOSE-COSE

    /// The keys of the issuer of all examples; P-521, which is not read here, among them as a bad key.
    private func joseKeys() throws -> KeyDocument {
        let methods = try ["vm-p256", "vm-p384", "vm-ed25519"].map { name -> JSON in
            var method = try JSON(parsing: Conformance.bytes("vc-jose-cose/input/\(name).json")).objectValue ?? [:]
            method["secretKeyJwk"] = nil
            return .object(method)
        }
        let ids = JSON.array(methods.compactMap { $0["id"] })
        return try KeyDocument([
            "id": "https://example.issuer/vc-jose-cose", "verificationMethod": .array(methods),
            "assertionMethod": ids, "authentication": ids,
        ])
    }

    private static let joseFiles: [(file: String, Expected)] = [
        ("credential-jose-minimal.txt", .valid),
        // Its three credentials are a JWT, an SD-JWT and a COSE message.
        ("presentation-jose-multiple.txt", .valid),
        ("credential-issuer-match-signed.txt", .valid),
        ("credential-jose-unknown-extensions.txt", .cannotTell(.form, "ES512")),
        ("credential-minimal.json", .invalid(.dataModel, "/proof is missing")),
        ("presentation-single.json", .invalid(.dataModel, "/proof is missing")),
        ("credential-jose-bad-signature.txt", .invalid(.proof, "does not hold")),
        ("credential-jose-bad-media-type.txt", .cannotTell(.form, "bad+typ")),
        ("presentation-jose-bad-media-type.txt", .cannotTell(.form, "bad+typ")),
        ("credential-jose-vc-vp-claims.txt", .invalid(.dataModel, "the claim vc")),
        ("presentation-jose-bad-credential.txt", .invalid(.dataModel, "not-a-credential")),
        ("credential-sdjwt-selective.txt", .valid),
        ("credential-sdjwt-nested.txt", .cannotTell(.form, "ES512")),
        ("presentation-sdjwt-selective.txt", .valid),
        ("credential-sdjwt-bad-signature.txt", .invalid(.proof, "does not hold")),
        ("credential-sdjwt-bad-media-type.txt", .cannotTell(.form, "bad+typ")),
        ("presentation-sdjwt-bad-media-type.txt", .cannotTell(.form, "bad+typ")),
        ("presentation-sdjwt-bad-credential.txt", .cannotTell(.form, "ES512")),
    ]

    @Test("the tokens of VC-JOSE-COSE are judged as its suite does, but where they are of P-521")
    func jose() throws {
        var trust = Trust(at: try Instant(rfc3339: "2024-12-16T12:00:00Z"))
        trust.keyDocuments = [try joseKeys()]
        trust.mayLackSchemas = true
        for (file, expected) in Self.joseFiles {
            expected.check(try verdict("vc-jose-cose/input/\(file)", trust))
        }
    }

    private static let coseFiles: [(file: String, Expected)] = [
        ("credential-cose-minimal.txt", .valid),
        // Its own signature holds; the credential in it is the beginning of one.
        ("presentation-cose-single.txt", .invalid(.form, "not a signed token")),
        ("credential-cose-bad-signature.txt", .invalid(.proof, "does not hold")),
        ("credential-cose-bad-media-type.txt", .cannotTell(.form, "really/bad")),
        ("presentation-cose-bad-media-type.txt", .cannotTell(.form, "bad/type")),
        ("presentation-cose-bad-credential.txt", .invalid(.dataModel, "bad-credential")),
    ]

    @Test("the COSE messages of VC-JOSE-COSE are judged as its suite does")
    func cose() throws {
        var trust = Trust(at: try Instant(rfc3339: "2024-12-16T12:00:00Z"))
        trust.keyDocuments = [try joseKeys()]
        trust.mayLackSchemas = true
        for (file, expected) in Self.coseFiles {
            // They are published in base64 without padding.
            let text = String(decoding: try token("vc-jose-cose/input/\(file)"), as: UTF8.self)
            let message = try Base64.decode(text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4))
            expected.check(verdict(message, trust))
            guard file == "presentation-cose-single.txt" else { continue }
            let method = try JSON(parsing: Conformance.bytes("vc-jose-cose/input/vm-p384.json"))
            trust.keyDocuments.append(try KeyDocument(method["publicKeyJwk"] ?? .null))
            #expect(verdict(message, trust).check(.proof)?.outcome == .passed)
        }
        let text = try Conformance.bytes("vc-jose-cose/input/credential-cose-minimal-not-base64.txt")
        #expect(verdict(text, trust).conclusion == .invalid)
    }

    // MARK: SD-JWT VC

    @Test(
        "the examples of SD-JWT VC hold, with and without what their holder hides", arguments: ["01", "02", "03-pid"])
    func sdJWT(_ folder: String) throws {
        // The issuer's key of all examples of RFC 9901, appendix A.5.
        let jwk: JSON = [
            "kty": "EC", "crv": "P-256", "x": "b28d4MwZMjw8-00CG4xfnn9SLMVMM19SlqZpVb_uNtQ",
            "y": "Xv5zWwuoaTgdS6hV43yI6gBwTnjukmFQQnJ_kCxzqk8",
        ]
        var trust = Trust(at: try Instant(rfc3339: "2024-12-01T00:00:00Z"))
        trust.keyDocuments = [try KeyDocument(jwk)]
        trust.mayLackStatusList = true
        let path = "sd-jwt/vc-examples/\(folder)/sd_jwt_"
        for file in ["issuance", "presentation"] {
            let verdict = try verdict(token("\(path)\(file).txt"), trust)
            Expected.valid.check(verdict)
            #expect(verdict.kind == .credential)
        }
        let payload = try? JSON(parsing: Conformance.bytes("sd-jwt/vc-examples/\(folder)/kb_jwt_payload.json"))
        guard let payload, let issuedAt = payload["iat"]?.integerValue else { return }
        trust.instant = Instant(milliseconds: (issuedAt + 60) * 1000)
        trust.challenge = payload["nonce"]?.stringValue
        trust.domains = payload["aud"]?.stringValue.map { [$0] }
        let shown = try verdict(token("\(path)presentation.txt"), trust)
        Expected.valid.check(shown)
        #expect(shown.check(.holder)?.outcome == .passed)
        trust.challenge = "another"
        Expected.invalid(.challenge).check(try verdict(token("\(path)presentation.txt"), trust))
    }

    /// The file without the line breaks that make it fit a page.
    private func token(_ path: String) throws -> [UInt8] {
        try Conformance.bytes(path).filter { $0 > 0x20 }
    }

    @Test("the token of the published Token Status List can be told, and its key is not at hand")
    func tokenStatusList() throws {
        let token = try token("token-status-list/status_list_jwt_raw.md")
        let verdict = verdict(token, Trust(at: try Instant(rfc3339: "2024-01-01T00:00:00Z")))
        #expect(verdict.kind == .statusList)
        Expected.cannotTell(.proof, "\"12\" of https://example.com for ES256").check(verdict)
    }
}
