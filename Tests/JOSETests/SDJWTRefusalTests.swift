import CanonicalJSON
import Cryptography
import JOSE
import Temporal
import TestSupport
import Testing

/// A signed payload with disclosures that break one rule of RFC 9901, section 7.1.
struct BrokenToken: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let payload: JSON
    let disclosures: [String]

    init(_ why: String, _ payload: JSON, _ disclosures: [String] = []) {
        (testDescription, self.payload, self.disclosures) = (why, payload, disclosures)
    }

    private static func digests(_ disclosures: String...) -> JSON { .array(disclosures.map(HandMade.digest)) }

    static let all: [BrokenToken] = {
        let member = HandMade.disclosure(["s1", "a", 1])
        let sameName = HandMade.disclosure(["s2", "a", 2])
        let element = HandMade.disclosure(["s3", 3])
        let hidden: JSON = ["...": HandMade.digest(element)]
        let inner = HandMade.disclosure(["s4", "outer", ["_sd": digests(member)]])
        return [
            BrokenToken("a disclosure that nothing refers to", ["_sd": []], [member]),
            BrokenToken("a disclosure without any digest", [:], [member]),
            BrokenToken("an inner disclosure without the outer one", ["_sd": digests(inner)], [member]),
            BrokenToken("a disclosure twice", ["_sd": digests(member)], [member, member]),
            BrokenToken("a digest twice in one list", ["_sd": digests(member, member)], [member]),
            BrokenToken("a digest twice, not disclosed", ["_sd": digests(member, member)]),
            BrokenToken("a digest in two objects", ["_sd": digests(member), "b": ["_sd": digests(member)]], [member]),
            BrokenToken("a digest in two elements", ["b": [hidden, hidden]], [element]),
            BrokenToken("a digest as member and element", ["_sd": digests(element), "b": [hidden]]),
            BrokenToken(
                "a digest again in a disclosed value", ["_sd": digests(member, inner)], [member, inner]),
            BrokenToken("an element's disclosure in _sd", ["_sd": digests(element)], [element]),
            BrokenToken("a member's disclosure in an array", ["b": [["...": HandMade.digest(member)]]], [member]),
            BrokenToken("a disclosed name that is there already", ["a": 0, "_sd": digests(member)], [member]),
            BrokenToken("two disclosures of one name", ["_sd": digests(member, sameName)], [member, sameName]),
            BrokenToken("_sd that is a string", ["_sd": HandMade.digest(member)], [member]),
            BrokenToken("_sd that is an object", ["_sd": [:]]),
            BrokenToken("_sd with something else than digests", ["_sd": [1]]),
            BrokenToken("_sd with null", ["_sd": [nil]]),
            BrokenToken("_sd below that is no list", ["b": ["_sd": true]]),
            BrokenToken("... with another member", ["b": [["...": HandMade.digest(element), "c": 1]]], [element]),
            BrokenToken("... that is no string", ["b": [["...": 1]]]),
            BrokenToken("... outside an array", ["...": HandMade.digest(element)]),
            BrokenToken("... in an object in an object", ["b": ["...": "x"]]),
            reserved("_sd", ["x"]), reserved("...", "x"), reserved("_sd_alg", "sha-512"),
            nested(levels: 80),
        ]
    }()

    private static func reserved(_ name: String, _ value: JSON) -> BrokenToken {
        let disclosure = HandMade.disclosure(["s", .string(name), value])
        return BrokenToken("a disclosure with the name \(name)", ["_sd": digests(disclosure)], [disclosure])
    }

    /// Disclosures in disclosures, deeper than any document may be.
    private static func nested(levels: Int) -> BrokenToken {
        var disclosures = [HandMade.disclosure(["s", "x", 1])]
        for _ in 0..<levels {
            disclosures.append(HandMade.disclosure(["s", "x", ["_sd": digests(disclosures[disclosures.count - 1])]]))
        }
        return BrokenToken(
            "disclosures nested too deeply", ["_sd": digests(disclosures[disclosures.count - 1])], disclosures)
    }
}

@Suite("SD-JWT: what RFC 9901, section 7 refuses")
struct SDJWTRefusalTests {
    @Test("a token is refused that has", arguments: BrokenToken.all)
    func broken(token: BrokenToken) throws {
        let token = try HandMade.token(token.payload, token.disclosures)
        #expect(refusal { try SDJWTTests.verify(token) } != nil)
    }

    @Test("undisclosed digests of any text are decoys")
    func unknownDigests() throws {
        let token = try HandMade.token(["_sd": ["", "x", "~"], "b": [["...": ""], 1, ["...": "y"]]])
        #expect(refusal { try SDJWTTests.verify(token) } != nil, "the empty digest is there twice")
        let fine = try HandMade.token(["_sd": ["", "x", "~"], "b": [["...": "z"], 1, ["...": "y"]]])
        #expect(try SDJWTTests.verify(fine).claims.object == ["b": [1]])
    }

    static let expectation = KeyBindingExpectation(
        nonce: "n", audience: "https://verifier.example", maximumAge: .minutes(5))

    static func bound(_ claims: JSON = ["cnf": Fixtures.confirmation]) throws -> SDJWT {
        try HandMade.token(claims).binding(
            nonce: "n", audience: "https://verifier.example", key: Fixtures.holder, at: Fixtures.now)
    }

    @Test("the holder's token is verified, as old as is allowed")
    func keyBinding() throws {
        let token = try SDJWT(parsing: Self.bound().compact)
        let verified = try SDJWTTests.verify(token, Self.expectation, at: Fixtures.now + .minutes(5))
        #expect(verified.holderKey == Fixtures.holder.publicKey)
        #expect(try SDJWTTests.verify(token, nil).holderKey == nil)
    }

    @Test("a holder's token is refused with another expectation or time")
    func otherExpectation() throws {
        let token = try Self.bound()
        var expectation = Self.expectation
        expectation.nonce = "m"
        #expect(refusal { try SDJWTTests.verify(token, expectation) } != nil)
        expectation = Self.expectation
        expectation.audience = "https://other.example"
        #expect(refusal { try SDJWTTests.verify(token, expectation) } != nil)
        for now in [Fixtures.now + .minutes(5) + Milliseconds(1), Fixtures.now - Milliseconds(1)] {
            #expect(refusal { try SDJWTTests.verify(token, Self.expectation, at: now) } != nil)
        }
    }

    @Test("a holder who is not the one in cnf cannot bind")
    func otherHolder() throws {
        let token = try HandMade.token(["cnf": Fixtures.confirmation])
        let unbound = try HandMade.token([:])
        for (token, key) in [(token, Fixtures.issuer), (unbound, Fixtures.holder)] {
            #expect(
                refusal {
                    try token.binding(nonce: "n", audience: "a", key: key, at: Fixtures.now)
                } != nil)
        }
        #expect(refusal { try SDJWTTests.verify(unbound, Self.expectation) } != nil)
    }

    /// A change of header or payload of the holder's token.
    static let changes: [(String, type: String?, [(String, JSON?)])] = [
        ("no typ", nil, []), ("typ JWT", "JWT", []), ("no nonce", "kb+jwt", [("nonce", nil)]),
        ("another nonce", "kb+jwt", [("nonce", "m")]), ("a nonce that is no string", "kb+jwt", [("nonce", 1)]),
        ("no aud", "kb+jwt", [("aud", nil)]),
        ("two audiences", "kb+jwt", [("aud", ["https://verifier.example", "b"])]),
        ("no iat", "kb+jwt", [("iat", nil)]), ("iat as text", "kb+jwt", [("iat", "2027-01-15T08:00:00Z")]),
        ("no sd_hash", "kb+jwt", [("sd_hash", nil)]), ("another sd_hash", "kb+jwt", [("sd_hash", "x")]),
        ("an exp that is over", "kb+jwt", [("exp", .integer(Fixtures.now.seconds))]),
        ("an nbf to come", "kb+jwt", [("nbf", .integer(Fixtures.now.seconds + 1))]),
    ]

    @Test("a holder's token is refused with", arguments: changes)
    func changed(why: String, type: String?, members: [(String, JSON?)]) throws {
        let token = try Self.bound()
        var payload = try #require(token.keyBinding).payloadObject()
        for (name, value) in members { payload[name] = value }
        let proof = try JWS(
            signing: JSON.object(payload).canonicalBytes, header: JOSEHeader(.es256, type: type), key: Fixtures.holder)
        let text = token.issuerSigned.compact + "~" + proof.compact
        #expect(refusal { try SDJWTTests.verify(SDJWT(parsing: text), Self.expectation) } != nil)
    }

    @Test("a holder's token by another key is refused, also by the issuer's")
    func otherKey() throws {
        let token = try Self.bound()
        let payload = try #require(token.keyBinding).payload
        for key in [Fixtures.issuer, Fixtures.keys[2]] {
            let header = JOSEHeader(key.publicKey.algorithm, type: "kb+jwt")
            let text = token.issuerSigned.compact + "~" + (try JWS(signing: payload, header: header, key: key)).compact
            #expect(refusal { try SDJWTTests.verify(SDJWT(parsing: text), Self.expectation) } != nil)
        }
    }

    @Test("a holder's token is for its disclosures: one more, one fewer or another order is refused")
    func otherDisclosures() throws {
        let token = try SDJWTTests.issued().presenting([["name"], ["nationalities", 0]])
            .binding(nonce: "n", audience: "https://verifier.example", key: Fixtures.holder, at: Fixtures.now)
        _ = try SDJWTTests.verify(token, Self.expectation)
        let (jws, proof) = (token.issuerSigned.compact, try #require(token.keyBinding).compact)
        let encoded = token.disclosures.map(\.encoded)
        for disclosures in [[encoded[0]], [encoded[1], encoded[0]], []] {
            let text = ([jws] + disclosures + [proof]).joined(separator: "~")
            #expect(refusal { try SDJWTTests.verify(SDJWT(parsing: text), Self.expectation) } != nil)
        }
    }
}
