import CanonicalJSON
import Credentials
import Cryptography
import JOSE
import Multiformats
import Proofs
import Temporal
import TestSupport
import Testing

/// One case of the published test suite.
struct JOSECase: Sendable, CustomTestStringConvertible {
    let number: Int64
    let name: String
    let json: JSON

    var testDescription: String { name }
    var feature: String { text("feature") }
    var isPresentation: Bool { feature.hasPrefix("presentation") }
    var kind: Envelope.Kind { isPresentation ? .presentation : .credential }
    var mustSucceed: Bool { text("expected_result") == "success" }

    func text(_ key: String) -> String { json[key]?.stringValue ?? "" }

    static func file(_ name: String) throws -> [UInt8] { try Conformance.bytes("vc-jose-cose/input/" + name) }

    /// The token without the line end of its file.
    func input() throws -> String {
        let bytes = try Self.file(text("input_file"))
        return String(decoding: bytes.prefix(bytes.count - (bytes.last == 0x0A ? 1 : 0)), as: UTF8.self)
    }

    func keys() throws -> JSON { try JSON(parsing: Self.file(text("key_file"))) }

    static let all: [JOSECase] = {
        guard Conformance.isExpected, let bytes = try? Conformance.bytes("vc-jose-cose/test-mapping.json"),
            let mapping = try? JSON(parsing: bytes)
        else { return [] }
        return ["JOSE", "SDJWT", "COSE"].flatMap { (mapping[$0]?.objectValue ?? [:]).map { ($0.key, $0.value) } }
            .compactMap { name, json in
                json["number"]?.integerValue.map { JOSECase(number: $0, name: name, json: json) }
            }
            .sorted { $0.number < $1.number }
    }()

    /// Good documents with a P-521 key (ES512), which we do not have: nothing can be said about them.
    static let withoutOurAlgorithm: Set<Int64> = [4, 18, 21]

    /// Must fail by the suite and need not by the specification, which has every reader ignore members that it does not
    /// know. With us they fail because of their P-521 key.
    static let againstTheSpecification: Set<Int64> = [5, 9]
}

@Suite("VC-JOSE-COSE: the published suite", .enabled(if: Conformance.isExpected, Conformance.absence))
struct VCJOSECOSETests {
    /// One of the presentations expires the day after.
    static let now = Instant(milliseconds: 1_734_350_400_000)

    @Test("there are 35 cases")
    func count() {
        #expect(JOSECase.all.map(\.number) == Array(1...35))
    }

    @Test("each case has the published result, or is one that we cannot have", arguments: JOSECase.all)
    func result(of test: JOSECase) throws {
        let error: (any Error)? =
            switch test.text("fn") {
            case "issue": Self.failure { try Self.issue(test) }
            default: Self.failure { try Self.verify(test, at: Self.now) }
            }
        guard !JOSECase.withoutOurAlgorithm.contains(test.number) else {
            guard case .unsupported? = error as? JOSEError else {
                Issue.record("a P-521 key should not be there: \(String(describing: error))")
                return
            }
            return
        }
        #expect((error == nil) == test.mustSucceed, "\(String(describing: error))")
    }

    @Test(
        "what a refused case must be refused for",
        arguments: [
            (12, "signature"), (13, "typ"), (14, "typ"), (15, "vc"), (16, "exp"), (23, "signature"), (24, "typ"),
            (25, "typ"), (10, "three parts"), (11, "three parts"), (5, "P-521"), (9, "ES512"), (26, "P-521"),
            (30, "COSE_Sign1"), (32, "signature"), (33, "typ"), (34, "typ"), (35, "/verifiableCredential/0/id"),
        ] as [(Int, String)])
    func reason(number: Int, words: String) throws {
        let test = JOSECase.all[number - 1]
        let error = try #require(
            Self.failure {
                test.text("fn") == "issue" ? try Self.issue(test) : try Self.verify(test, at: Self.now)
            })
        #expect("\(error)".contains(words), "\(error)")
    }

    @Test("a presentation with something that is no credential is refused before it expires, too")
    func badCredential() throws {
        let error = Self.failure { try Self.verify(JOSECase.all[15], at: Self.now - .days(1)) }
        #expect((error as? CredentialError)?.pointer.description == "/verifiableCredential/0/id")
    }

    static func failure(_ work: () throws -> Void) -> (any Error)? {
        do {
            try work()
            return nil
        } catch {
            return error
        }
    }

    /// Signs the document, reads what was signed, and finds it unchanged.
    private static func issue(_ test: JOSECase) throws {
        let key = try PrivateKey(jwk: test.keys()["secretKeyJwk"] ?? nil)
        let document = try JSON(parsing: JOSECase.file(test.text("input_file"))).objectValue ?? [:]
        try check(document, test.kind)
        let keys = TokenKeys(key.publicKey)
        let verified: VerifiedToken
        if test.feature.hasSuffix("cose") {
            let message = try EnvelopingProof.secureWithCOSE(document, as: test.kind, keyID: "k", key: key)
            verified = try EnvelopingProof.verify(
                COSESign1(parsing: message.encoded), as: test.kind, keys: keys, at: now)
        } else if test.feature.hasSuffix("sdjwt") {
            var random = SeededRandom(seed: 1)
            let token = try EnvelopingProof.secure(
                document, as: test.kind, hiding: paths(test), keyID: "k", key: key, using: &random)
            #expect(token.disclosures.count == paths(test).count)
            verified = try EnvelopingProof.verify(SDJWT(parsing: token.compact), as: test.kind, keys: keys, at: now)
        } else {
            let token = try EnvelopingProof.secure(document, as: test.kind, keyID: "k", key: key)
            verified = try EnvelopingProof.verify(JWS(parsing: token.compact), as: test.kind, keys: keys, at: now)
        }
        #expect(verified.document == document)
    }

    /// `credentialSubject.phoneNumbers[0]`
    private static func paths(_ test: JOSECase) -> [ClaimPath] {
        (test.json["disclosure_paths"]?.arrayValue ?? []).compactMap(\.stringValue).map { text in
            ClaimPath(
                text.split(whereSeparator: { ".[]".contains($0) }).map { step in
                    Int(step).map { .index($0) } ?? .name(String(step))
                })
        }
    }

    /// Verifies the document, and the credentials in it with the keys of the other files.
    private static func verify(_ test: JOSECase, at now: Instant) throws {
        let key = try JSONWebKey(test.keys()["publicKeyJwk"] ?? nil).publicKey
        let text = try test.input()
        let verified: VerifiedToken
        if test.feature.hasSuffix("cose") {
            let message = try COSESign1(parsing: Self.unpaddedBase64(text))
            verified = try EnvelopingProof.verify(message, as: test.kind, keys: TokenKeys(key), at: now)
        } else if test.feature.hasSuffix("sdjwt") {
            verified = try EnvelopingProof.verify(SDJWT(parsing: text), as: test.kind, keys: TokenKeys(key), at: now)
        } else {
            verified = try EnvelopingProof.verify(JWS(parsing: text), as: test.kind, keys: TokenKeys(key), at: now)
        }
        try check(verified.document, test.kind)
    }

    private static func unpaddedBase64(_ text: String) throws -> [UInt8] {
        try Base64.decode(text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4))
    }

    private static func check(_ document: JSONObject, _ kind: Envelope.Kind) throws {
        switch kind {
        case .credential: _ = try UnsecuredCredential(verified: document)
        case .presentation: _ = try UnsecuredPresentation(verified: document)
        }
    }

    @Test("credentials in presentations verify by the keys that they name", arguments: [7, 22])
    func credentialsInPresentations(number: Int) throws {
        let test = JOSECase.all[number - 1]
        let text = try test.input()
        let document =
            try number == 7 ? JWS(parsing: text).payloadObject() : SDJWT(parsing: text).disclosedClaims()
        var byThumbprint: [String: PublicKey] = [:]
        for name in ["ed25519", "p256", "p384"] {
            let key = try JSONWebKey(JSON(parsing: JOSECase.file("vm-\(name).json"))["publicKeyJwk"] ?? nil)
            byThumbprint[key.keyID ?? ""] = key.publicKey
        }
        let keys = TokenKeys { [byThumbprint] hint in
            #expect(hint.issuer == "https://example.issuer/vc-jose-cose")
            return try #require(byThumbprint[hint.header.keyID ?? ""])
        }
        var types: [String] = []
        for case .enveloped(let envelope) in try UnsecuredPresentation(verified: document).credentials {
            types.append(envelope.mediaType)
            let credential = try EnvelopingProof.verify(envelope, keys: keys, at: Self.now)
            #expect(try UnsecuredCredential(verified: credential.document).issuer.description.hasPrefix("https"))
        }
        let expected = ["application/vc+jwt", "application/vc+sd-jwt", "application/vc+cose"]
        #expect(types == (number == 7 ? expected : ["application/vc+jwt"]))
    }
}
