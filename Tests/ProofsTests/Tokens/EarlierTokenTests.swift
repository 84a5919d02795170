import CanonicalJSON
import Credentials
import Cryptography
import JOSE
import Proofs
import Temporal
import TestSupport
import Testing

@Suite("Credentials as JWTs before VC-JOSE-COSE: Open Badges 3.0 and VCDM 1.1")
struct EarlierTokenTests {
    static let badge: JSONObject = [
        "@context": [
            "https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": "urn:uuid:1", "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": ["id": "https://issuer.example", "type": ["Profile"], "name": "I"],
        "validFrom": "2023-01-01T00:00:00.500Z", "validUntil": "2030-01-01T00:00:00Z",
        "credentialSubject": ["id": "did:example:s", "type": ["AchievementSubject"]],
    ]

    static func token(_ payload: JSONObject, type: String? = "JWT") throws -> JWS {
        try JWS(
            signing: JSON.object(payload).canonicalBytes, header: JOSEHeader(.edDSA, type: type, keyID: "k"),
            key: testKey(1))
    }

    static func verify(_ token: JWS) throws -> VerifiedToken {
        try EarlierToken.verify(token, keys: TokenKeys(testKey(1).publicKey), at: now)
    }

    /// The token that is baked into a published picture.
    static func baked(_ file: String) throws -> String {
        let bytes = try Conformance.bytes("open-badges/" + file)
        let alphabet = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.".utf8)
        let texts = bytes.split { !alphabet.contains($0) }
        let token = texts.max { $0.count < $1.count } ?? []
        return String(decoding: token, as: UTF8.self)
    }

    @Test(
        "published badges with RS256 verify by the key that they carry, when the caller takes it",
        .enabled(if: Conformance.isExpected),
        arguments: [
            ("simple-jwt.png", DataModel.v2_0), ("simple-jwt.svg", .v2_0), ("simple-jwt_v1.png", .v1_1),
            ("simple-jwt_v1.svg", .v1_1),
        ])
    func published(file: String, model: DataModel) throws {
        let token = try JWS(parsing: Self.baked(file))
        #expect(token.header.algorithm == .rs256)
        let carried = TokenKeys { hint in try #require(hint.header.key?.publicKey) }
        let verified = try EarlierToken.verify(token, keys: carried, at: now + .days(1000))
        let credential = try UnsecuredCredential(verified: verified.document)
        #expect(credential.dataModel == model)
        #expect(credential.types.contains("OpenBadgeCredential"))
        #expect(credential.issuer.description == verified.claims.issuer)
        #expect(throws: ProofError.self) {
            try EarlierToken.verify(
                token,
                keys: TokenKeys { try KeySource.didKey.verificationMethod(of: $0, for: .assertionMethod).publicKey },
                at: now)
        }
    }

    @Test(
        "published badges whose key is not published are read, and their key is asked for",
        .enabled(if: Conformance.isExpected),
        arguments: [
            ("simple.jwt", nil, "https://example.edu/issuers/565049"),
            (
                "velocity.jwt",
                """
                did:velocity:v2:0x4ade3a40a6092366765fa42a8247d07a6c3bdddd:89849842277648:6168:\
                751347bfd23481074ad4aa6abe9152a3bda15292c8f6fea68a28c1fde065949c#key-1
                """, "did:web:registrar%3A3000:d:www.acmecorp-zrnkgupzazhhustuwbufc.com"
            ),
        ] as [(String, String?, String)])
    func withoutKey(file: String, kid: String?, issuer: String) throws {
        let text = String(decoding: try Conformance.bytes("open-badges/" + file).filter { $0 > 0x20 }, as: UTF8.self)
        var hints: [TokenKeyHint] = []
        #expect(throws: JOSEError.unsupported("asked")) {
            try EarlierToken.verify(
                JWS(parsing: text),
                keys: TokenKeys { hint in
                    hints.append(hint)
                    throw JOSEError.unsupported("asked")
                }, at: now)
        }
        #expect(hints.map(\.header.keyID) == [kid])
        #expect(hints.map(\.issuer) == [issuer])
    }

    @Test(
        "a badge is signed with the claims of Open Badges, by key URL or with its key",
        arguments: [
            (SignatureAlgorithm.edDSA, "https://issuer.example/keys/1"), (.es256, nil), (.es384, nil),
        ] as [(SignatureAlgorithm, String?)])
    func badge(algorithm: SignatureAlgorithm, keyID: String?) throws {
        let key = try testKey(5, algorithm)
        let token = try EarlierToken.secureBadge(UnsecuredCredential(.object(Self.badge)), keyID: keyID, key: key)
        let payload = try token.payloadObject()
        #expect(payload["iss"] == "https://issuer.example")
        #expect(payload["jti"] == "urn:uuid:1")
        #expect(payload["sub"] == "did:example:s")
        #expect(payload["nbf"] == 1_672_531_200)
        #expect(payload["exp"] == 1_893_456_000)
        #expect(token.header.type == "JWT")
        #expect((token.header.keyID, token.header.key?.publicKey) == (keyID, keyID == nil ? key.publicKey : nil))
        let verified = try EarlierToken.verify(JWS(parsing: token.compact), keys: TokenKeys(key.publicKey), at: now)
        #expect(verified.document == Self.badge)
    }

    @Test("a badge without id is not signed")
    func withoutID() throws {
        var badge = Self.badge
        badge["id"] = nil
        let credential = try UnsecuredCredential(.object(badge))
        #expect(throws: JOSEError.self) { try EarlierToken.secureBadge(credential, keyID: nil, key: testKey(1)) }
    }

    @Test("claims stand for members that are not there: VCDM 1.1, JWT decoding")
    func decoding() throws {
        let credential: JSONObject = [
            "@context": ["https://www.w3.org/2018/credentials/v1"], "type": ["VerifiableCredential"],
            "credentialSubject": ["name": "N"],
        ]
        let verified = try Self.verify(
            Self.token([
                "vc": .object(credential), "iss": "https://issuer.example", "sub": "did:example:s", "jti": "urn:uuid:2",
                "nbf": 1_600_000_000, "exp": 1_900_000_000, "iat": 1,
            ]))
        #expect(
            JSON.object(verified.document) == [
                "@context": ["https://www.w3.org/2018/credentials/v1"], "type": ["VerifiableCredential"],
                "id": "urn:uuid:2", "issuer": "https://issuer.example", "issuanceDate": "2020-09-13T12:26:40Z",
                "expirationDate": "2030-03-17T17:46:40Z", "credentialSubject": ["id": "did:example:s", "name": "N"],
            ])
    }

    @Test(
        "a claim that contradicts the credential is refused, in either form",
        arguments: [
            ("iss", "https://other.example"), ("jti", "urn:uuid:3"), ("sub", "did:example:t"), ("nbf", 1_672_531_201),
            ("exp", 1_893_456_001), ("iss", 1),
        ] as [(String, JSON)])
    func contradictions(name: String, value: JSON) throws {
        var payload = Self.badge
        _ = try Self.verify(Self.token(payload))
        payload[name] = value
        #expect(throws: JOSEError.self) { try Self.verify(Self.token(payload)) }
        #expect(throws: JOSEError.self) { try Self.verify(Self.token(["vc": .object(Self.badge), name: value])) }
    }

    @Test(
        "a payload is refused without a credential, or with one that is no object",
        arguments: [
            [:], ["iss": "x"], ["vc": "x"], ["vc": nil], ["vc": []], ["vp": [:]],
        ] as [JSONObject])
    func noCredential(payload: JSONObject) throws {
        #expect(throws: JOSEError.self) { try Self.verify(Self.token(payload)) }
    }

    @Test("another typ is refused", arguments: ["vc+jwt", "vp+jwt", "kb+jwt", "statuslist+jwt", "at+jwt", ""])
    func types(type: String) throws {
        #expect(throws: JOSEError.self) { try Self.verify(Self.token(Self.badge, type: type)) }
    }

    @Test("typ may be absent, and a token is refused after exp, before nbf, and under another key")
    func rest() throws {
        _ = try Self.verify(Self.token(Self.badge, type: nil))
        var payload = Self.badge
        for (name, value) in [("exp", now.numericDate), ("nbf", .integer(now.seconds + 1))] {
            payload = Self.badge
            (payload["validFrom"], payload["validUntil"]) = (nil, nil)
            payload[name] = value
            #expect(throws: JOSEError.self) { try Self.verify(Self.token(payload)) }
        }
        let token = try Self.token(Self.badge)
        #expect(throws: JOSEError.invalidSignature) {
            try EarlierToken.verify(token, keys: TokenKeys(testKey(9).publicKey), at: now)
        }
    }
}
