import CanonicalJSON
import Credentials
import JOSE
import Proofs
import Temporal
import Testing
import Verification

@Suite("Presentations")
struct PresentationTests {
    private func presentation(
        _ holder: SampleKey = .ed25519, challenge: String? = "abc", domains: [String] = ["verifier.example"],
        _ change: (inout JSONObject) throws -> Void = { _ in }
    ) throws -> JSONObject {
        var document: JSONObject = [
            "@context": ["https://www.w3.org/ns/credentials/v2"], "type": "VerifiablePresentation",
            "holder": .string(holder.identifier.description),
            "verifiableCredential": try [SampleFormat.eddsaRDFC, .envelope].map { try JSON(parsing: $0.bytes()) }.json,
        ]
        try change(&document)
        var options = holder.options(for: .authentication)
        options.cryptosuite = holder == .ed25519 ? .eddsaJCS2022 : .ecdsaJCS2019
        options.challenge = challenge
        options.domains = domains
        return try DataIntegrity.secure(document, with: options, key: holder.key)
    }

    private func verdict(_ json: JSONObject, _ change: (inout Trust) -> Void = { _ in }) throws -> Verdict {
        Verifier(trust: .sample(change)).verify([try Evidence(json)])[0]
    }

    private static func asked(_ trust: inout Trust) {
        trust.challenge = "abc"
        trust.domains = ["verifier.example"]
    }

    @Test("a presentation is judged, and each credential in it by itself")
    func valid() throws {
        let verdict = try verdict(presentation(), Self.asked)
        Expected.valid.check(verdict)
        #expect(verdict.kind == .presentation)
        #expect(verdict.checks.map(\.name) == [.dataModel, .proof, .key, .holder, .challenge])
        #expect(verdict.parts.map(\.kind) == [.credential, .credential])
        #expect(verdict.parts[1].container == .envelope)
    }

    @Test("without a challenge it may be a copy, and that is said")
    func notAsked() throws {
        let verdict = try verdict(presentation())
        Expected.valid.check(verdict)
        #expect(verdict.check(.challenge)?.outcome == .notApplicable)
        #expect(verdict.check(.challenge)?.need == .challenge)
    }

    @Test("it must answer what the verifier gave, and name the verifier")
    func challenges() throws {
        func check(_ json: JSONObject, _ words: String, _ problem: ProblemType) throws {
            let verdict = try verdict(json, Self.asked)
            Expected.invalid(.challenge, words).check(verdict)
            #expect(verdict.check(.challenge)?.problem == problem)
            #expect(verdict.problems().count == 1)
        }
        try check(presentation(challenge: "xyz"), "answers to \"xyz\"", .invalidChallenge)
        try check(presentation(challenge: nil), "answers to nothing", .invalidChallenge)
        try check(presentation(domains: []), "made for nobody", .invalidDomain)
        try check(presentation(domains: ["other.example"]), "made for other.example", .invalidDomain)
        try check(presentation(domains: ["verifier.example", "other.example"]), "made for", .invalidDomain)
    }

    @Test("a holder who is not the key is not proven")
    func holders() throws {
        let other = SampleKey.p256.identifier.description
        let named = try presentation { $0["holder"] = .string(other) }
        Expected.cannotTell(.holder, "nothing shows").check(try verdict(named))
        #expect(try verdict(named).conclusion(disregarding: Check.Name.vouching) == .valid)
        let nameless = try verdict(presentation { $0["holder"] = nil })
        Expected.valid.check(nameless)
        #expect(nameless.check(.holder)?.outcome == .notApplicable)
    }

    @Test("the verifier's issuers are asked of the credentials, not of who shows them")
    func issuers() throws {
        let key = SampleKey.ed25519.identifier
        let byHolder = try presentation(.p384)
        let verdict = try verdict(byHolder) { $0.issuers = [key, SampleKey.p256.identifier] }
        Expected.valid.check(verdict)
        Expected.invalid(.key).check(try self.verdict(byHolder) { $0.issuers = [key] })
    }

    @Test("a changed presentation, or a changed credential in it, is invalid")
    func changed() throws {
        var json = try presentation()
        json["holder"] = nil
        Expected.invalid(.proof).check(try verdict(json))
        var credential = try JSON(parsing: SampleFormat.eddsaJCS.bytes()).objectValue ?? [:]
        credential["validUntil"] = "2099-01-01T00:00:00Z"
        let around = try presentation { $0["verifiableCredential"] = [.object(credential)] }
        let verdict = try verdict(around)
        #expect(verdict.check(.proof)?.outcome == .passed)
        #expect(verdict.conclusion == .invalid)
        #expect(verdict.parts[0].check(.proof)?.outcome == .failed)
    }

    @Test("a credential is no presentation: its proof is for another purpose")
    func purpose() throws {
        let document = try presentation { _ in }.without("proof")
        let asserted = try DataIntegrity.secure(document, with: SampleKey.ed25519.options(), key: SampleKey.ed25519.key)
        Expected.invalid(.proof, "assertionMethod").check(try verdict(asserted))
    }

    private func token(_ claims: JSONObject = [:]) throws -> JSON {
        let envelope = try JSON(parsing: SampleFormat.envelope.bytes())
        let document: JSONObject = [
            "@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiablePresentation"],
            "holder": .string(SampleKey.p256.identifier.description), "verifiableCredential": [envelope],
        ]
        return .string(
            try EnvelopingProof.secure(
                document, as: .presentation, claims: claims, keyID: SampleKey.p256.method.description,
                key: SampleKey.p256.key
            ).compact)
    }

    @Test("a vp+jwt answers by nonce and aud, and ends with exp")
    func tokens() throws {
        func verdict(_ claims: JSONObject) throws -> Verdict {
            Verifier(trust: .sample(Self.asked)).verify([try Evidence(token(claims))])[0]
        }
        let good: JSONObject = ["nonce": "abc", "aud": "verifier.example"]
        Expected.valid.check(try verdict(good))
        Expected.invalid(.challenge).check(try verdict(["nonce": "abc"]))
        Expected.invalid(.challenge).check(try verdict(["aud": "verifier.example"]))
        var ended = good
        ended["exp"] = Instant.judged.numericDate
        Expected.invalid(.validity).check(try verdict(ended))
    }

    @Test("a presentation of data model 1.1 may have tokens among its credentials")
    func version1() throws {
        let document: JSONObject = [
            "@context": [
                "https://www.w3.org/2018/credentials/v1", "https://w3id.org/security/data-integrity/v2",
            ],
            "type": ["VerifiablePresentation"],
            "verifiableCredential": [
                .string(String(decoding: try SampleFormat.claimJWT.bytes(), as: UTF8.self)),
                try JSON(parsing: SampleFormat.version1.bytes()),
            ],
        ]
        let json = try DataIntegrity.secure(
            document, with: SampleKey.ed25519.options(for: .authentication), key: SampleKey.ed25519.key)
        let verdict = try verdict(json)
        #expect(verdict.parts.map(\.conclusion) == [.valid, .valid])
        Expected.valid.check(verdict)
    }

    @Test("an interface judges a document as what it should be")
    func interface() throws {
        let verifier = Verifier(trust: .sample(Self.asked))
        Expected.valid.check(verifier.examine(.object(try presentation()), as: .presentation))
        #expect(verifier.examine(.object(try presentation()), as: .credential).conclusion == .invalid)
        #expect(verifier.examine("no token", as: .credential).conclusion != .valid)
        #expect(
            verifier.examine(try token(["nonce": "abc", "aud": "verifier.example"]), as: .presentation).conclusion
                == .valid)
        #expect(verifier.examine(try token(), as: .credential).conclusion != .valid)
        // What is asked of a credential there, it must answer itself.
        let credential = try JSON(parsing: SampleFormat.eddsaJCS.bytes())
        Expected.invalid(.challenge).check(verifier.examine(credential, as: .credential))
        Expected.valid.check(verifier.verify([try Evidence(credential)])[0])
    }
}

extension [JSON] {
    fileprivate var json: JSON { .array(self) }
}

@Suite("Who shows an SD-JWT")
struct HolderBindingTests {
    private let holder = SampleKey.ed25519

    private func verdict(_ token: SDJWT, _ change: (inout Trust) -> Void = { _ in }) throws -> Verdict {
        var trust = Trust.sample {
            $0.challenge = "abc"
            $0.domains = ["verifier.example"]
        }
        change(&trust)
        return Verifier(trust: trust).verify([try Evidence(.string(token.compact))])[0]
    }

    private func shown(
        nonce: String = "abc", audience: String = "verifier.example", at instant: Instant = .judged - .minutes(1)
    ) throws -> SDJWT {
        try SamplePlainCredential.token().presenting([["given_name"]]).binding(
            nonce: nonce, audience: audience, key: holder.key, at: instant)
    }

    @Test("the holder's proof answers the verifier, and is of now")
    func valid() throws {
        let verdict = try verdict(shown())
        Expected.valid.check(verdict)
        #expect(verdict.check(.holder)?.facts["key"] == .string(holder.identifier.description))
        #expect(verdict.check(.challenge)?.outcome == .passed)
        Expected.valid.check(try self.verdict(shown()) { $0.domains = nil })
    }

    @Test("another answer, for another verifier, too old, or none at all is refused")
    func refused() throws {
        Expected.invalid(.challenge, "nonce").check(try verdict(shown(nonce: "xyz")))
        Expected.invalid(.challenge, "aud").check(try verdict(shown(audience: "other.example")))
        Expected.invalid(.holder, "too old").check(try verdict(shown(at: .judged - .minutes(30))))
        Expected.invalid(.holder, "missing").check(try verdict(SamplePlainCredential.token()))
        let unbound = try SamplePlainCredential.token { $0["cnf"] = nil }
        Expected.invalid(.holder).check(try verdict(unbound))
    }

    @Test("a verifier who asks nothing is told what that leaves open")
    func notAsked() throws {
        let verdict = try verdict(shown()) { ($0.challenge, $0.domains) = (nil, nil) }
        Expected.valid.check(verdict)
        #expect(verdict.check(.holder)?.sentence.contains("you gave no challenge") == true)
        let unbound = try self.verdict(SamplePlainCredential.token { $0["cnf"] = nil }) {
            ($0.challenge, $0.domains) = (nil, nil)
        }
        #expect(unbound.check(.holder)?.sentence.contains("bound to nobody") == true)
    }
}
