import CanonicalJSON
import Cryptography
import JOSE
import Multiformats
import TestSupport
import Testing

@Suite("JSON Web Key: RFC 7517, RFC 7518 section 6, RFC 8037")
struct JSONWebKeyTests {
    /// The key of RFC 8037, A.1 to A.3.
    static let ed25519: JSON = [
        "kty": "OKP", "crv": "Ed25519", "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    ]

    /// The key of RFC 7517, A.2.
    static let p256: JSON = [
        "kty": "EC", "crv": "P-256", "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM", "d": "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE",
    ]

    /// The key of RFC 7638, 3.1.
    static let rsa: JSON = [
        "kty": "RSA", "e": "AQAB", "alg": "RS256", "kid": "2011-04-29",
        "n": """
        0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjB\
        ZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-\
        65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-\
        bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw
        """,
    ]

    static func isPublic(_ key: JSON) -> JSON { key.replacing("d", by: nil) }

    @Test(
        "thumbprints of RFC 7638, 3.1 and RFC 8037, A.3",
        arguments: [
            (rsa, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"),
            (isPublic(ed25519), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"),
        ])
    func thumbprints(key: JSON, thumbprint: String) throws {
        #expect(try Base64URL.encode(JSONWebKey(key).thumbprint.bytes) == thumbprint)
    }

    @Test("the keys of VC-JOSE-COSE are named by their thumbprints", .enabled(if: Conformance.isExpected))
    func names() throws {
        for name in ["ed25519", "p256", "p384"] {
            let method = try published("vc-jose-cose/input/vm-\(name).json")
            let key = try JSONWebKey(method["publicKeyJwk"] ?? nil)
            #expect(Base64URL.encode(key.thumbprint.bytes) == key.keyID)
            #expect(try PrivateKey(jwk: method["secretKeyJwk"] ?? nil).publicKey == key.publicKey)
        }
    }

    @Test("what is written is read again", arguments: Fixtures.keys.map(\.publicKey))
    func roundTrip(key: PublicKey) throws {
        let written = JSONWebKey(key, keyID: "key-1")
        #expect(try JSONWebKey(.object(written.json)) == written)
        #expect(try JSONWebKey(Self.rsa).json["n"] == Self.rsa["n"])
    }

    @Test("private keys of the RFCs are read, and sign for their public members", arguments: [ed25519, p256])
    func privateKeys(key: JSON) throws {
        let privateKey = try PrivateKey(jwk: key)
        let message = [UInt8]("sample".utf8)
        let publicKey = try JSONWebKey(Self.isPublic(key)).publicKey
        #expect(publicKey.isValidSignature(try privateKey.sign(message), for: message))
    }

    /// A change that makes a good public key a bad one.
    static let refusals: [(String, JSON)] = {
        let (ec, okp) = (isPublic(p256), isPublic(ed25519))
        return [
            ("not an object", []), ("nothing", [:]), ("no kty", ec.replacing("kty", by: nil)),
            ("a kty that we do not have", ec.replacing("kty", by: "oct")),
            ("a kty in lower case", ec.replacing("kty", by: "ec")),
            ("a private member", p256), ("a private member of Ed25519", ed25519),
            ("an RSA prime", rsa.replacing("p", by: "AQAB")),
            ("a curve that we do not have", ec.replacing("crv", by: "P-521")),
            ("another curve", ec.replacing("crv", by: "P-384")),
            ("a curve that is no string", ec.replacing("crv", by: 256)),
            ("a curve for key agreement", okp.replacing("crv", by: "X25519")),
            ("a curve of the other type", ec.replacing("crv", by: "Ed25519")),
            ("no y", ec.replacing("y", by: nil)), ("a y off the curve", ec.replacing("y", by: ec["x"])),
            ("padding", okp.replacing("x", by: .string(okp.text("x") + "="))),
            (
                "a second spelling of the last bits",
                okp.replacing("x", by: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURp")
            ),
            ("white space", okp.replacing("x", by: .string(" " + okp.text("x")))),
            ("the other alphabet", okp.replacing("x", by: "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo")),
            ("a byte less", okp.replacing("x", by: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHUQ")),
            ("a leading zero in n", rsa.replacing("n", by: .string("AA" + rsa.text("n")))),
            ("another algorithm", ec.replacing("alg", by: "ES384")),
            ("an algorithm that we do not have", rsa.replacing("alg", by: "PS256")),
            ("alg none", ec.replacing("alg", by: "none")),
            ("an alg that is no string", ec.replacing("alg", by: nil as JSON)),
            ("use enc", ec.replacing("use", by: "enc")), ("a use that is no string", ec.replacing("use", by: [])),
            ("operations that are no list", ec.replacing("key_ops", by: "verify")),
            ("no operation", ec.replacing("key_ops", by: [])),
            ("an operation twice", ec.replacing("key_ops", by: ["verify", "verify"])),
            ("only sign", ec.replacing("key_ops", by: ["sign"])),
            ("another operation beside", ec.replacing("key_ops", by: ["verify", "deriveKey"])),
            ("a name that is no string", ec.replacing("kid", by: 42)),
        ]
    }()

    @Test("a public key is refused with", arguments: refusals)
    func refused(why: String, key: JSON) {
        #expect(refusal { try JSONWebKey(key) } != nil)
    }

    @Test(
        "members that say the same as the key are fine",
        arguments: [
            isPublic(p256).replacing("alg", by: "ES256").replacing("use", by: "sig"),
            isPublic(p256).replacing("key_ops", by: ["verify"]),
            isPublic(p256).replacing("key_ops", by: ["sign", "verify"]),
            isPublic(ed25519).replacing("alg", by: "EdDSA"), isPublic(ed25519).replacing("alg", by: "Ed25519"),
            isPublic(p256).replacing("x5t", by: "ignored"),
        ])
    func accepted(key: JSON) throws {
        _ = try JSONWebKey(key)
    }

    @Test(
        "a private key is refused with",
        arguments: [
            ("no secret", isPublic(p256)), ("another secret", p256.replacing("d", by: ed25519["d"])),
            ("another public key", ed25519.replacing("x", by: p256["x"])),
            ("a secret of zero", p256.replacing("d", by: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")),
            ("a secret that is too short", p256.replacing("d", by: "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eA")),
            ("RSA", rsa.replacing("d", by: "AQAB")), ("a use for encryption", p256.replacing("use", by: "enc")),
            ("only the operation verify", p256.replacing("key_ops", by: ["verify"])),
        ])
    func refusedPrivate(why: String, key: JSON) {
        #expect(refusal { try PrivateKey(jwk: key) } != nil)
    }
}
