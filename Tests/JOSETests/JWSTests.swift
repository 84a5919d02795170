import CanonicalJSON
import Cryptography
import JOSE
import Multiformats
import TestSupport
import Testing

@Suite("JSON Web Signature, compact: RFC 7515")
struct JWSTests {
    @Test("the token of RFC 8037, A.4 is made and verified")
    func publishedEd25519() throws {
        let key = try PrivateKey(jwk: JSONWebKeyTests.ed25519)
        let payload = [UInt8]("Example of Ed25519 signing".utf8)
        let token = try JWS(signing: payload, header: JOSEHeader(.edDSA, type: nil), key: key)
        let expected = """
            eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhij\
            cNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg
            """
        #expect(token.compact == expected)
        let read = try JWS(parsing: expected)
        try read.verify(with: key.publicKey)
        #expect(read == token)
        #expect(read.payload == payload)
    }

    @Test("the token of RFC 7515, A.3 is verified")
    func publishedES256() throws {
        let token = """
            eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290I\
            jp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q
            """
        let key: JSON = [
            "kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        ]
        let read = try JWS(parsing: token)
        try read.verify(with: JSONWebKey(key).publicKey)
        #expect(try read.payloadObject()["iss"] == "joe")
    }

    @Test("each kind of key verifies what it signed, and no other key does", arguments: Fixtures.keys.indices)
    func roundTrip(index: Int) throws {
        let key = Fixtures.keys[index]
        let header = JOSEHeader(
            key.publicKey.algorithm, type: "example+jwt", contentType: "example", keyID: "k",
            key: JSONWebKey(key.publicKey))
        let token = try JWS(signing: [1, 2, 3], header: header, key: key)
        let read = try JWS(parsing: token.compact)
        #expect(read == token)
        #expect(read.header.key?.publicKey == key.publicKey)
        for (other, otherKey) in Fixtures.keys.enumerated() {
            #expect((refusal { try read.verify(with: otherKey.publicKey) } == nil) == (other == index))
        }
    }

    @Test(
        "a header is refused that",
        arguments: [
            ("is no object", "[]"), ("is no JSON", "{"), ("is empty", ""),
            ("has a name twice", #"{"alg":"EdDSA","alg":"EdDSA"}"#),
            ("has no alg", #"{"typ":"JWT"}"#), ("says none", #"{"alg":"none"}"#), ("says None", #"{"alg":"None"}"#),
            ("has an alg that we do not have", #"{"alg":"ES512"}"#), ("has a symmetric alg", #"{"alg":"HS256"}"#),
            ("has an alg in lower case", #"{"alg":"eddsa"}"#), ("has an alg that is no string", #"{"alg":1}"#),
            ("has crit", #"{"alg":"EdDSA","crit":["exp"],"exp":1}"#),
            ("has an empty crit", #"{"alg":"EdDSA","crit":[]}"#),
            ("has b64", #"{"alg":"EdDSA","b64":false}"#), ("has b64 true", #"{"alg":"EdDSA","b64":true}"#),
            ("has a typ that is no string", #"{"alg":"EdDSA","typ":1}"#),
            ("has a cty that is no string", #"{"alg":"EdDSA","cty":{}}"#),
            ("has a kid that is no string", #"{"alg":"EdDSA","kid":42}"#),
            ("has a jwk that is none", #"{"alg":"EdDSA","jwk":{}}"#),
            ("has a private jwk", #"{"alg":"EdDSA","jwk":\#(JSONWebKeyTests.ed25519.canonicalString)}"#),
            ("is nested too deeply", #"{"alg":"EdDSA","x":[[[[[[[[[]]]]]]]]]}"#),
            ("is too long", #"{"alg":"EdDSA","x":"\#(String(repeating: "x", count: JOSEHeader.maximumByteCount))"}"#),
            ("has a byte order mark", "\u{FEFF}" + #"{"alg":"EdDSA"}"#),
        ])
    func refusedHeader(why: String, header: String) throws {
        let token = try Fixtures.token(header: header)
        #expect(refusal { try JWS(parsing: token) } != nil)
    }

    @Test("a header with parameters that mean nothing here is taken, and nothing is fetched")
    func unknownParameters() throws {
        let token = try Fixtures.token(header: #"{"alg":"Ed25519","jku":"https://example.com","x5c":["AA"],"new":{}}"#)
        let read = try JWS(parsing: token)
        try read.verify(with: Fixtures.issuer.publicKey)
        #expect(read.header.algorithm == .edDSA)
        #expect(read.header.parameters["jku"] == "https://example.com")
    }

    static let good: String = {
        (try? Fixtures.token(header: #"{"alg":"EdDSA"}"#, payload: #"{"a":1}"#)) ?? ""
    }()

    @Test(
        "a text is refused that",
        arguments: [
            ("is empty", ""), ("has no dot", "abc"), ("has two parts", String(good.prefix { $0 != "." }) + ".e30"),
            ("has four parts", good + ".AA"), ("has five parts", good + ".AA.AA"), ("has no header", "." + good),
            ("ends with a line", good + "\n"), ("begins with a space", " " + good), ("has padding", good + "="),
            ("is a JSON serialization", #"{"payload":"e30","protected":"e30","signature":"AA"}"#),
            ("is an SD-JWT", good + "~"),
            ("has the other alphabet", good.replacing("-", with: "+").replacing("_", with: "/") + "+"),
            ("is too long", String(repeating: "A", count: JWS.maximumByteCount + 1)),
        ])
    func refusedText(why: String, text: String) {
        #expect(refusal { try JWS(parsing: text) } != nil)
    }

    @Test("typ is compared as a media type: without case, with or without application/")
    func types() throws {
        for type in ["vc+jwt", "VC+JWT", "application/vc+jwt", "Application/VC+jwt"] {
            #expect(refusal { try JOSEHeader(.edDSA, type: type).requireType(["vc+jwt"]) } == nil)
        }
        for type in ["", "vc", "vp+jwt", "application/vp+jwt", "text/vc+jwt", "application/", nil] {
            #expect(
                refusal { try JOSEHeader(.edDSA, type: type).requireType(["vc+jwt"]) }
                    == .wrongType(found: type, expected: ["vc+jwt"]))
        }
        // The Kelvin sign, whose lower case is a k.
        #expect(refusal { try JOSEHeader(.edDSA, type: "\u{212A}B+jwt").requireType(["kb+jwt"]) } != nil)
        try JOSEHeader(.edDSA, type: nil).requireType(["vc+jwt"], mayBeMissing: true)
        #expect(refusal { try JOSEHeader(.edDSA, type: "JWT").requireType(["vc+jwt"], mayBeMissing: true) } != nil)
        #expect(JOSEHeader(.edDSA, type: nil, contentType: "application/VC").contains("vc"))
        #expect(!JOSEHeader(.edDSA, type: nil).contains("vc"))
        #expect(!JOSEHeader(.edDSA, type: nil, contentType: "vp").contains("vc"))
    }

    @Test("every change of one character of a token is refused", arguments: Fixtures.keys.indices)
    func everyCharacter(index: Int) throws {
        let key = Fixtures.keys[index]
        let header = JOSEHeader(key.publicKey.algorithm, type: "JWT")
        let token = Array(try JWS(signing: [UInt8](#"{"iss":"x"}"#.utf8), header: header, key: key).compact.utf8)
        var random = SeededRandom(seed: UInt64(index))
        for place in token.indices {
            for _ in 0..<4 {
                var changed = token
                let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~ =+/\"\n".utf8)
                guard let other = alphabet.randomElement(using: &random), other != token[place] else { continue }
                changed[place] = other
                let text = String(decoding: changed, as: UTF8.self)
                #expect(refusal { try JWS(parsing: text).verify(with: key.publicKey) } != nil, "\(text)")
            }
        }
    }
}
