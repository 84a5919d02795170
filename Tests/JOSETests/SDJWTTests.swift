import CanonicalJSON
import Cryptography
import JOSE
import Multiformats
import Temporal
import TestSupport
import Testing

/// Tokens put together by hand, so that a table can break one rule at a time.
enum HandMade {
    /// A disclosure of these elements, as text.
    static func disclosure(_ elements: JSON) -> String { Base64URL.encode(elements.canonicalBytes) }

    static func digest(_ disclosure: String) -> JSON {
        .string(Base64URL.encode(SHA256.hash(Array(disclosure.utf8)).bytes))
    }

    static func token(_ payload: JSON, _ disclosures: [String] = [], type: String? = "x+sd-jwt") throws -> SDJWT {
        let header = JOSEHeader(Fixtures.issuer.publicKey.algorithm, type: type)
        let jws = try JWS(signing: payload.canonicalBytes, header: header, key: Fixtures.issuer)
        return try SDJWT(parsing: ([jws.compact] + disclosures + [""]).joined(separator: "~"))
    }
}

@Suite("SD-JWT: RFC 9901")
struct SDJWTTests {
    static let claims: JSONObject = [
        "iss": "https://issuer.example", "sub": "u", "name": "N", "cnf": Fixtures.confirmation,
        "address": ["street": "S", "city": ["name": "C", "code": 1]], "nationalities": ["DE", "FR", "IT"],
    ]

    static func issued(decoys: ClosedRange<Int> = 0...0, seed: UInt64 = 1) throws -> SDJWT {
        var random = SeededRandom(seed: seed)
        return try SDJWT.issue(
            claims,
            hiding: [
                ["name"], ["address"], ["address", "city"], ["address", "city", "name"], ["nationalities", 0],
                ["nationalities", 2],
            ],
            decoys: decoys, header: JOSEHeader(.edDSA, type: "x+sd-jwt"), key: Fixtures.issuer, using: &random)
    }

    static func verify(
        _ token: SDJWT, _ expectation: KeyBindingExpectation? = nil, at now: Instant = Fixtures.now
    ) throws -> VerifiedSDJWT {
        try token.verify(
            issuerKey: Fixtures.issuer.publicKey, types: ["x+sd-jwt"], keyBinding: expectation, at: now)
    }

    @Test("the disclosure of an element in RFC 9901, 4.2.2, and its digest in 4.2.3")
    func publishedDisclosure() throws {
        let disclosure = try Disclosure(parsing: "WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIkZSIl0")
        #expect((disclosure.salt, disclosure.name, disclosure.value) == ("lklxF5jMYlGTPUovMNIvCA", nil, "FR"))
        #expect(disclosure.digest(.sha256) == "w0I8EKcdCtUPkGCNUrfwVp2xEgNjtoIDlOxc9-PlOhs")
    }

    @Test("nothing that is hidden can be read from what is signed")
    func hidden() throws {
        let token = try Self.issued()
        #expect(token.payload.keys == ["_sd", "_sd_alg", "cnf", "iss", "nationalities", "sub"])
        let payload = JSON.object(token.payload)
        #expect(payload.list("_sd").count == 2)
        #expect(payload.list("nationalities").map { $0.objectValue?.keys ?? [] } == [["..."], [], ["..."]])
        #expect(try Self.verify(token).claims.object == Self.claims)
        let bare = try SDJWT(parsing: token.issuerSigned.compact + "~")
        #expect(try Self.verify(bare).claims.object.keys == ["cnf", "iss", "nationalities", "sub"])
    }

    @Test("decoys cannot be told from digests, change nothing, and are as many as asked for")
    func decoys() throws {
        let token = try Self.issued(decoys: 3...3)
        let payload = JSON.object(token.payload)
        #expect(payload.list("_sd").count == 5)
        #expect(payload.list("nationalities").count == 6)
        #expect(payload.list("_sd") == payload.list("_sd").sorted { $0.stringValue ?? "" < $1.stringValue ?? "" })
        #expect(payload.list("_sd").allSatisfy { $0.stringValue?.count == 43 })
        #expect(try Self.verify(token).claims.object == Self.claims)
        let counts = try (0..<20).map {
            try JSON.object(Self.issued(decoys: 0...4, seed: $0).payload).list("_sd").count
        }
        #expect(Set(counts) == [2, 3, 4, 5, 6])
    }

    @Test("the same randomness gives the same token, other randomness other salts")
    func deterministic() throws {
        #expect(try Self.issued() == Self.issued())
        let salts = try Set((0..<50).flatMap { try Self.issued(seed: $0).disclosures.map(\.salt) })
        #expect(salts.count == 300)
        #expect(salts.allSatisfy { $0.count == 22 })
    }

    @Test(
        "a holder shows a claim with what it lies in, and nothing further inside",
        arguments: [
            ([["name"]], ["name": "N"]), ([["address"]], ["address": ["street": "S"]]),
            ([["address", "city"]], ["address": ["street": "S", "city": ["code": 1]]]),
            ([["address", "city", "name"]], ["address": ["street": "S", "city": ["name": "C", "code": 1]]]),
            ([["address", "city", "code"]], ["address": ["street": "S", "city": ["code": 1]]]),
            ([["nationalities", 2]], ["nationalities": ["FR", "IT"]]),
            ([["nationalities", nil]], ["nationalities": ["DE", "FR", "IT"]]), ([["sub"]], [:]), ([], [:]),
        ] as [([ClaimPath], JSONObject)])
    func presenting(paths: [ClaimPath], shown: JSONObject) throws {
        let token = try Self.issued(decoys: 0...2).presenting(paths)
        var expected = Self.claims
        for name in ["name", "address"] { expected[name] = nil }
        expected["nationalities"] = ["FR"]
        for (name, value) in shown { expected[name] = value }
        #expect(try Self.verify(token).claims.object == expected)
        #expect(try SDJWT(parsing: token.compact) == token)
    }

    @Test(
        "a path to nothing is refused by issuer and holder",
        arguments: [
            ["nothing"], ["name", "x"], ["nationalities", 3], ["nationalities", "x"], ["address", 0], ["address", nil],
            ["_sd"], ["_sd_alg", "x"], ["_sd", 0],
        ] as [ClaimPath])
    func noSuchClaim(path: ClaimPath) throws {
        let token = try Self.issued()
        #expect(refusal { try token.presenting([path]) } != nil)
        var random = SeededRandom(seed: 1)
        #expect(
            refusal {
                try SDJWT.issue(
                    Self.claims, hiding: [path], header: JOSEHeader(.edDSA, type: nil), key: Fixtures.issuer,
                    using: &random)
            } != nil)
    }

    @Test(
        "claims with names of the mechanism are not issued",
        arguments: [
            ["_sd": []], ["a": ["_sd": 1]], ["a": [["...": "x"]]], ["_sd_alg": "sha-256"],
        ] as [JSONObject])
    func reservedNames(claims: JSONObject) {
        var random = SeededRandom(seed: 1)
        #expect(
            refusal {
                try SDJWT.issue(
                    claims, hiding: [], header: JOSEHeader(.edDSA, type: nil), key: Fixtures.issuer, using: &random)
            } != nil)
    }

    @Test("a path of every element hides each of them")
    func everyElement() throws {
        var random = SeededRandom(seed: 1)
        let claims: JSONObject = ["list": [["a": 1, "b": 2], ["a": 3], 4]]
        let token = try SDJWT.issue(
            claims, hiding: [["list", nil, "a"]], header: JOSEHeader(.edDSA, type: "x+sd-jwt"), key: Fixtures.issuer,
            using: &random)
        #expect(token.disclosures.map(\.name) == ["a", "a"])
        #expect(try Self.verify(token).claims.object == claims)
        #expect(
            try Self.verify(token.presenting([["list", 1, "a"]])).claims.object == ["list": [["b": 2], ["a": 3], 4]])
    }

    @Test(
        "digests by SHA-384 and SHA-512 are understood, a missing _sd_alg is SHA-256, and others are not",
        arguments: [
            ("sha-384" as JSON, true), ("sha-512", true), (nil, false), ("md5", false), ("SHA-256", false),
            (256, false),
        ])
    func hashes(algorithm: JSON, isUnderstood: Bool) throws {
        let disclosure = HandMade.disclosure(["s", "a", 1])
        let bytes = Array(disclosure.utf8)
        let digest = algorithm == "sha-384" ? SHA384.hash(bytes) : SHA512.hash(bytes)
        let token = try HandMade.token(
            ["_sd": [.string(Base64URL.encode(digest))], "_sd_alg": algorithm], [disclosure])
        #expect((try? Self.verify(token).claims.object) == (isUnderstood ? ["a": 1] : nil))
        let plain = try HandMade.token(["_sd": [HandMade.digest(disclosure)]], [disclosure])
        #expect(try Self.verify(plain).claims.object == ["a": 1])
    }

    /// Texts that are almost one.
    static let malformedTexts: [(String, String)] = {
        guard let token = try? issued() else { return [] }
        let (jws, whole) = (token.issuerSigned.compact, token.compact)
        return [
            ("has no ~", jws), ("begins with ~", "~" + whole), ("has an empty disclosure", jws + "~~"),
            ("has a disclosure that is no base64url", whole + "*~"),
            ("has a disclosure with padding", jws + "~WyJzIiwxXQ==~"),
            ("has a disclosure that is no JSON", whole + "AAAA~"),
            ("has a disclosure that is no list", whole + HandMade.disclosure(["a": 1]) + "~"),
            ("has a disclosure of one element", whole + HandMade.disclosure(["s"]) + "~"),
            ("has a disclosure of four elements", whole + HandMade.disclosure(["s", "a", 1, 2]) + "~"),
            ("has a salt that is no string", whole + HandMade.disclosure([1, "a", 1]) + "~"),
            ("has a name that is no string", whole + HandMade.disclosure(["s", 1, 1]) + "~"),
            ("has a holder's token that is none", whole + "abc"), ("is two tokens", whole + whole),
            (
                "has more disclosures than the limit",
                whole + String(repeating: "WyJzIiwxXQ~", count: SDJWT.maximumDisclosures)
            ),
            ("has more bytes than the limit", whole + String(repeating: "A", count: JWS.maximumByteCount)),
        ]
    }()

    @Test("a text is no SD-JWT that", arguments: malformedTexts)
    func malformed(why: String, text: String) {
        #expect(refusal { try SDJWT(parsing: text) } != nil)
    }

    @Test("a token under another typ, without one, or with another key is refused")
    func typeAndKey() throws {
        let other = try HandMade.token([:], type: "JWT")
        #expect(refusal { try Self.verify(other) } == .wrongType(found: "JWT", expected: ["x+sd-jwt"]))
        #expect(refusal { try Self.verify(try HandMade.token([:], type: nil)) } != nil)
        let token = try Self.issued()
        var random = SeededRandom(seed: 99)
        let stranger = try Ed25519PrivateKey(using: &random).publicKey
        #expect(
            refusal {
                try token.verify(issuerKey: .ed25519(stranger), types: ["x+sd-jwt"], keyBinding: nil, at: Fixtures.now)
            } == .invalidSignature)
    }

    @Test("a token that is over, or has not begun, is refused, also when the time was disclosed")
    func times() throws {
        let past = HandMade.disclosure(["s", "exp", .integer(Fixtures.now.seconds)])
        #expect(
            refusal { try Self.verify(HandMade.token(["exp": Fixtures.now.numericDate])) } == .expired(at: Fixtures.now)
        )
        let hidden = try HandMade.token(["_sd": [HandMade.digest(past)]], [past])
        #expect(refusal { try Self.verify(hidden) } == .expired(at: Fixtures.now))
        #expect(refusal { try Self.verify(HandMade.token(["nbf": .integer(Fixtures.now.seconds + 1)])) } != nil)
    }
}
