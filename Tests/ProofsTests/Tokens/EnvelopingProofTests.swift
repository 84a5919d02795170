import CanonicalJSON
import Credentials
import Cryptography
import JOSE
import Multiformats
import Proofs
import Temporal
import TestSupport
import Testing

@Suite("VC-JOSE-COSE: documents as tokens")
struct EnvelopingProofTests {
    static let credential: JSONObject = [
        "@context": ["https://www.w3.org/ns/credentials/v2"], "id": "urn:uuid:1", "type": ["VerifiableCredential"],
        "issuer": ["id": "https://issuer.example", "name": "I"], "validFrom": "2023-01-01T00:00:00Z",
        "credentialSubject": ["id": "did:example:s", "name": "N"],
    ]

    static func token(_ payload: JSONObject, type: String? = "vc+jwt", contentType: String? = nil) throws -> JWS {
        let header = JOSEHeader(.edDSA, type: type, contentType: contentType, keyID: "k")
        return try JWS(signing: JSON.object(payload).canonicalBytes, header: header, key: testKey(1))
    }

    static func verify(_ token: JWS, as kind: Envelope.Kind = .credential) throws -> VerifiedToken {
        try EnvelopingProof.verify(token, as: kind, keys: TokenKeys(testKey(1).publicKey), at: now)
    }

    @Test("a credential is its payload, and says so", arguments: [SignatureAlgorithm.edDSA, .es256, .es384])
    func roundTrip(algorithm: SignatureAlgorithm) throws {
        let key = try testKey(2, algorithm)
        let token = try EnvelopingProof.secure(
            Self.credential, as: .credential, keyID: "https://issuer.example#1", key: key)
        #expect((token.header.type, token.header.contentType) == ("vc+jwt", "vc"))
        #expect(try token.payloadObject() == Self.credential)
        let verified = try EnvelopingProof.verify(
            JWS(parsing: token.compact), as: .credential, keys: TokenKeys(key.publicKey), at: now)
        #expect(verified.document == Self.credential)
        #expect(verified.key == key.publicKey)
        #expect(verified.header.keyID == "https://issuer.example#1")
    }

    @Test("claims about the token are not members of the credential")
    func claims() throws {
        var payload = Self.credential
        for (name, value) in [
            ("iss", "https://issuer.example"), ("jti", "urn:uuid:1"), ("sub", "did:example:s"), ("aud", "a"),
            ("nonce", "n"), ("iat", 1), ("nbf", 1), ("exp", 1_900_000_000), ("cnf", [:]),
        ] as [(String, JSON)] { payload[name] = value }
        let verified = try Self.verify(Self.token(payload))
        #expect(verified.document == Self.credential)
        #expect(verified.claims.object == payload)
    }

    @Test(
        "a claim that contradicts the credential is refused, by issuer and verifier",
        arguments: [
            ("iss", "https://other.example"), ("jti", "urn:uuid:2"), ("sub", "did:example:t"), ("vc", [:]), ("vp", "x"),
            ("vc", nil), ("iss", 1), ("exp", "2030-01-01"),
        ] as [(String, JSON)])
    func contradictions(name: String, value: JSON) throws {
        var payload = Self.credential
        payload[name] = value
        let token = try Self.token(payload)
        #expect(throws: JOSEError.self) { try Self.verify(token) }
        #expect(throws: JOSEError.self) {
            try EnvelopingProof.secure(
                Self.credential, as: .credential, claims: [name: value], keyID: "k", key: testKey(1))
        }
    }

    @Test(
        "an iss in the header must be the issuer, too", arguments: ["https://issuer.example", "https://other.example"])
    func issuerInHeader(issuer: String) throws {
        let parameters: JSONObject = ["alg": "EdDSA", "typ": "vc+jwt", "iss": .string(issuer)]
        let input = [parameters, Self.credential]
            .map { Base64URL.encode(JSON.object($0).canonicalBytes) }.joined(separator: ".")
        let token = try JWS(parsing: input + "." + Base64URL.encode(testKey(1).sign(Array(input.utf8))))
        var hints: [String?] = []
        let keys = TokenKeys { hint in
            hints.append(hint.issuer)
            return try testKey(1).publicKey
        }
        let isVerified = (try? EnvelopingProof.verify(token, as: .credential, keys: keys, at: now)) != nil
        #expect(isVerified == (issuer == "https://issuer.example"))
        #expect(hints == [issuer])
    }

    @Test("a claim with the name of a member is not added")
    func overlap() {
        #expect(throws: JOSEError.self) {
            try EnvelopingProof.secure(
                Self.credential, as: .credential, claims: ["issuer": "x"], keyID: "k", key: testKey(1))
        }
    }

    @Test("of several subjects none is the sub")
    func subjects() throws {
        var payload = Self.credential
        payload["credentialSubject"] = [["id": "did:example:a"], ["id": "did:example:b"]]
        payload["sub"] = "did:example:c"
        _ = try Self.verify(Self.token(payload))
    }

    @Test(
        "another typ is refused, and a cty that says presentation",
        arguments: [
            ("JWT", nil), ("vp+jwt", nil), ("vc+sd-jwt", nil), ("vc+ld+jwt", nil), ("", nil), ("vc+jwt", "vp"),
            ("vc+jwt", "application/vp"),
        ] as [(String?, String?)])
    func types(type: String?, contentType: String?) throws {
        let token = try Self.token(Self.credential, type: type, contentType: contentType)
        #expect(throws: JOSEError.self) { try Self.verify(token) }
    }

    @Test("typ may be missing, as in the examples of the specification, and cty may be more specific")
    func missingTypes() throws {
        for contentType in [nil, "vc", "application/vc+ld+json", "application/badge"] {
            _ = try Self.verify(Self.token(Self.credential, type: nil, contentType: contentType))
        }
    }

    @Test("typ and cty may be written as media types")
    func mediaTypes() throws {
        _ = try Self.verify(Self.token(Self.credential, type: "application/vc+jwt", contentType: "application/vc"))
    }

    @Test("exp and nbf are about the signature; validUntil is left to the caller")
    func times() throws {
        var payload = Self.credential
        payload["validUntil"] = "2023-01-02T00:00:00Z"
        _ = try Self.verify(Self.token(payload))
        payload["exp"] = now.numericDate
        #expect(throws: JOSEError.expired(at: now)) { try Self.verify(Self.token(payload)) }
        payload["exp"] = nil
        payload["nbf"] = .integer(now.seconds + 1)
        #expect(throws: JOSEError.self) { try Self.verify(Self.token(payload)) }
    }

    @Test("a presentation answers the verifier's words, for that verifier")
    func presentation() throws {
        let presentation: JSONObject = [
            "@context": ["https://www.w3.org/ns/credentials/v2"], "type": "VerifiablePresentation",
            "holder": "did:example:h",
            "verifiableCredential": [
                .object(EnvelopingProof.envelope(try Self.token(Self.credential), as: .credential))
            ],
        ]
        let token = try EnvelopingProof.secure(
            presentation, as: .presentation, claims: ["nonce": "n", "aud": ["v"], "iss": "did:example:h"], keyID: "k",
            key: testKey(1))
        #expect(token.header.type == "vp+jwt")
        func verify(_ expectations: TokenExpectations) throws -> VerifiedToken {
            try EnvelopingProof.verify(
                token, as: .presentation, expecting: expectations, keys: TokenKeys(testKey(1).publicKey), at: now)
        }
        let read = try UnsecuredPresentation(verified: verify(.init(nonce: "n", audience: "v")).document)
        guard case .enveloped(let envelope) = read.credentials[0] else {
            Issue.record("not an envelope")
            return
        }
        let credential = try EnvelopingProof.verify(envelope, keys: TokenKeys(testKey(1).publicKey), at: now)
        #expect(credential.document == Self.credential)
        #expect(throws: JOSEError.self) { try verify(.init(nonce: "m", audience: "v")) }
        #expect(throws: JOSEError.self) { try verify(.init(nonce: "n", audience: "w")) }
        #expect(throws: JOSEError.self) { try Self.verify(token) }
    }

    @Test("a holder hides members of a credential, and shows it with their key")
    func selective() throws {
        var random = SeededRandom(seed: 4)
        let holder = try testKey(3, .es256)
        let token = try EnvelopingProof.secure(
            Self.credential, as: .credential, hiding: [["credentialSubject", "name"], ["issuer", "name"]],
            claims: ["cnf": ["jwk": .object(JSONWebKey(holder.publicKey).json)]], keyID: "k", key: testKey(1),
            using: &random)
        #expect(token.issuerSigned.header.type == "vc+sd-jwt")
        let shown = try token.presenting([["issuer", "name"]])
            .binding(nonce: "n", audience: "v", key: holder, at: now)
        let envelope = try Envelope(.object(EnvelopingProof.envelope(shown, as: .credential)))
        #expect(envelope.mediaType == "application/vc+sd-jwt")
        let verified = try EnvelopingProof.verify(
            SDJWT(parsing: String(decoding: envelope.content, as: UTF8.self)), as: .credential,
            keyBinding: KeyBindingExpectation(nonce: "n", audience: "v", maximumAge: .minutes(1)),
            keys: TokenKeys(testKey(1).publicKey), at: now)
        var expected = Self.credential
        expected["credentialSubject"] = ["id": "did:example:s"]
        #expect(verified.document == expected)
        #expect(verified.holderKey == holder.publicKey)
        #expect(throws: JOSEError.self) {
            try EnvelopingProof.verify(shown, as: .presentation, keys: TokenKeys(testKey(1).publicKey), at: now)
        }
    }

    @Test(
        "what verifiers need may not be hidden",
        arguments: [
            ["@context"], ["type"], ["issuer"], ["validFrom"], ["credentialStatus", "statusListIndex"], ["exp"],
        ] as [ClaimPath])
    func neverHidden(path: ClaimPath) throws {
        var credential = Self.credential
        credential["credentialStatus"] = ["type": "BitstringStatusListEntry", "statusListIndex": "1"]
        var random = SeededRandom(seed: 1)
        #expect(throws: JOSEError.self) {
            try EnvelopingProof.secure(
                credential, as: .credential, hiding: [path], claims: ["exp": 1_900_000_000], keyID: "k",
                key: testKey(1), using: &random)
        }
    }

    @Test(
        "an envelope with another media type than its token, or with none that is known, is refused",
        arguments: [
            "application/vp+jwt", "application/vc+sd-jwt", "application/jwt", "text/plain", "application/vc+cose",
        ])
    func envelopes(mediaType: String) throws {
        let envelope = try Envelope([
            "@context": "https://www.w3.org/ns/credentials/v2", "type": "EnvelopedVerifiableCredential",
            "id": .string("data:\(mediaType),\(Self.token(Self.credential).compact)"),
        ])
        #expect(throws: JOSEError.self) {
            try EnvelopingProof.verify(envelope, keys: TokenKeys(testKey(1).publicKey), at: now)
        }
    }

    @Test("damaged tokens are refused", arguments: 0..<4 as Range<UInt64>)
    func damage(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let good = Array(try Self.token(Self.credential).compact.utf8)
        for _ in 0..<200 {
            var bytes = good
            bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...127, using: &random)
            let text = String(decoding: bytes, as: UTF8.self)
            guard bytes != good else { continue }
            #expect(throws: (any Error).self) { try Self.verify(JWS(parsing: text)) }
        }
    }
}

@Suite("VC-JOSE-COSE: which key a token names")
struct TokenKeyTests {
    static func method(kid: String?, issuer: String?, _ documents: [JSON] = []) throws -> VerificationMethod {
        let header = JOSEHeader(.edDSA, type: "vc+jwt", keyID: kid)
        return try KeySource(documents: documents.map { try ControlledIdentifierDocument($0) })
            .verificationMethod(of: TokenKeyHint(header: header, issuer: issuer), for: .assertionMethod)
    }

    @Test("a key that is its own identifier is named by it, with or without kid")
    func ownKeys() throws {
        let key = try testKey(1).publicKey
        let did = try testKey(1).did
        let jwk = DIDJWK(key)
        for (kid, issuer) in [
            (did.verificationMethod.description, nil), (nil, did.description), (did.description, nil),
            ("#" + did.multikey.multibase, did.description), (did.multikey.multibase, did.description),
            (nil, jwk.description), (jwk.verificationMethod.description, "https://issuer.example"),
            ("#0", jwk.description),
        ] as [(String?, String?)] {
            #expect(try Self.method(kid: kid, issuer: issuer).publicKey == key, "\(kid ?? "-") \(issuer ?? "-")")
        }
    }

    @Test("a key of a document that is at hand is named by URL or fragment")
    func documents() throws {
        let key = try testKey(1).publicKey
        let document: JSON = [
            "id": "did:web:issuer.example",
            "verificationMethod": [
                [
                    "id": "did:web:issuer.example#a", "type": "JsonWebKey", "controller": "did:web:issuer.example",
                    "publicKeyJwk": .object(JSONWebKey(key).json),
                ]
            ],
            "assertionMethod": ["#a"],
        ]
        for (kid, issuer) in [
            ("did:web:issuer.example#a", nil), ("#a", "did:web:issuer.example"), ("a", "did:web:issuer.example"),
        ]
            as [(String, String?)]
        {
            #expect(try Self.method(kid: kid, issuer: issuer, [document]).publicKey == key)
        }
        #expect(throws: ProofError.self) { try Self.method(kid: "b", issuer: "did:web:issuer.example", [document]) }
        #expect(throws: ProofError.self) { try Self.method(kid: "a", issuer: "did:web:other.example", [document]) }
    }

    @Test(
        "a token that names no key has none",
        arguments: [
            (nil, nil), ("a", nil), (nil, "https://issuer.example"), (nil, "did:web:issuer.example"),
            ("", "did:key:z6Mk"),
        ] as [(String?, String?)])
    func noKey(kid: String?, issuer: String?) {
        #expect(throws: ProofError.self) { try Self.method(kid: kid, issuer: issuer) }
    }

    @Test("a token that carries another key than its issuer has is refused")
    func carried() throws {
        let (key, other) = (try testKey(1), try testKey(2))
        let payload = JSON.object(EnvelopingProofTests.credential).canonicalBytes
        for carried in [key, other] {
            let header = JOSEHeader(.edDSA, type: "vc+jwt", key: JSONWebKey(carried.publicKey))
            let token = try JWS(signing: payload, header: header, key: key)
            let isTaken = (try? EnvelopingProofTests.verify(token)) != nil
            #expect(isTaken == (carried.publicKey == key.publicKey))
        }
    }
}
