import CanonicalJSON
import Cryptography
import JOSE
import Temporal
import TestSupport
import Testing

@Suite("SD-JWT VC")
struct SDJWTCredentialTests {
    static let claims: JSONObject = [
        "vct": "https://example.com/degree", "iss": "https://issuer.example", "name": "N", "exp": 2_000_000_000,
        "cnf": Fixtures.confirmation, "status": ["status_list": ["idx": 1, "uri": "https://example.com/1"]],
        "vct#integrity": "sha256-x", "nbf": 1_700_000_000,
    ]

    static func issue(_ claims: JSONObject = claims, hiding paths: [ClaimPath] = [["name"]]) throws -> SDJWT {
        var random = SeededRandom(seed: 3)
        return try SDJWTCredential.issue(
            claims, hiding: paths, decoys: 0...2, keyID: "k", key: Fixtures.issuer, using: &random)
    }

    static func verify(_ token: SDJWT) throws -> SDJWTCredential {
        try SDJWTCredential(
            verifying: token, issuerKey: Fixtures.issuer.publicKey, keyBinding: nil, at: Fixtures.now)
    }

    @Test("what is issued has the typ, and verifies")
    func roundTrip() throws {
        let token = try Self.issue()
        #expect(token.issuerSigned.header.type == "dc+sd-jwt")
        let credential = try Self.verify(SDJWT(parsing: token.compact))
        #expect(credential.credentialType == "https://example.com/degree")
        #expect(credential.token.claims.object == Self.claims)
        #expect(credential.token.header.keyID == "k")
    }

    @Test(
        "the former typ is read, others are not",
        arguments: [
            ("dc+sd-jwt", true), ("vc+sd-jwt", true), ("application/dc+sd-jwt", true), ("sd+jwt", false),
            ("JWT", false),
            ("kb+jwt", false), (nil, false),
        ] as [(String?, Bool)])
    func types(type: String?, isRead: Bool) throws {
        let token = try HandMade.token(["vct": "t"], type: type)
        #expect((refusal { try Self.verify(token) } == nil) == isRead)
    }

    @Test(
        "a claim that must be seen is not issued hidden, and not accepted disclosed",
        arguments: SDJWTCredential.alwaysDisclosed)
    func alwaysDisclosed(name: String) throws {
        #expect(refusal { try Self.issue(hiding: [ClaimPath([.name(name)])]) } != nil)
        let disclosure = HandMade.disclosure(["s", .string(name), Self.claims[name] ?? nil])
        var payload = Self.claims
        payload[name] = nil
        payload["_sd"] = [HandMade.digest(disclosure)]
        let token = try HandMade.token(.object(payload), [disclosure], type: "dc+sd-jwt")
        #expect(refusal { try Self.verify(token) } != nil)
    }

    @Test("what lies in such a claim must be seen as well")
    func inside() throws {
        #expect(refusal { try Self.issue(hiding: [["status", "status_list"]]) } != nil)
        let token = try HandMade.token(["vct": "t", "cnf": ["_sd": ["x"]]], type: "dc+sd-jwt")
        #expect(refusal { try Self.verify(token) } != nil)
    }

    @Test(
        "a credential is refused, by issuer and verifier, with",
        arguments: [
            ("no vct", "vct", nil), ("an empty vct", "vct", ""), ("a vct that is no string", "vct", 1),
            ("an integrity that is no string", "vct#integrity", 1), ("a status that is no object", "status", "x"),
            ("an iss that is no string", "iss", 1), ("an exp that is no number", "exp", "x"),
        ] as [(String, String, JSON?)])
    func refused(why: String, name: String, value: JSON?) throws {
        var claims = Self.claims
        claims[name] = value
        #expect(refusal { try Self.issue(claims) } != nil)
        #expect(refusal { try Self.verify(HandMade.token(.object(claims), type: "dc+sd-jwt")) } != nil)
    }

    @Test("the published credentials verify", .enabled(if: Conformance.isExpected), arguments: ["01", "02", "03-pid"])
    func publishedCredentials(folder: String) throws {
        let text = try PublishedSDJWT(folder: "vc-examples/" + folder).text("sd_jwt_presentation.txt")
        let credential = try SDJWTCredential(
            verifying: SDJWT(parsing: text), issuerKey: PublishedSDJWT.issuerKey(), keyBinding: nil,
            at: SDJWTVectorTests.now)
        #expect(credential.credentialType.contains("id"))
    }
}
