import CanonicalJSON
import Credentials
import Cryptography
import JOSE
import Proofs
import StatusLists
import Temporal
import TestSupport
import Testing
import Verification

/// Every format in which a credential comes, of one and the same claims.
enum SampleFormat: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case eddsaJCS = "eddsa-jcs-2022"
    case eddsaRDFC = "eddsa-rdfc-2022"
    case p256JCS = "ecdsa-jcs-2019 on P-256"
    case p384JCS = "ecdsa-jcs-2019 on P-384"
    case p256RDFC = "ecdsa-rdfc-2019 on P-256"
    case p384RDFC = "ecdsa-rdfc-2019 on P-384"
    case base = "ecdsa-sd-2023, base proof"
    case derived = "ecdsa-sd-2023, derived proof"
    case proofSet = "two proofs"
    case proofChain = "two proofs, one on the other"
    case version1 = "data model 1.1"
    case jwt = "vc+jwt by Ed25519"
    case p256JWT = "vc+jwt by P-256"
    case p384JWT = "vc+jwt by P-384"
    case disclosingJWT = "vc+sd-jwt"
    case plainJWT = "dc+sd-jwt"
    case claimJWT = "a JWT with the claim vc"
    case badgeJWT = "a JWT as Open Badges have it"
    case envelope = "an envelope"
    case cose = "vc+cose, in an envelope"

    var testDescription: String { rawValue }

    /// The file.
    func bytes() throws -> [UInt8] {
        switch try file() {
        case .object(let object): JSON.object(object).canonicalBytes
        case let json: Array((json.stringValue ?? "").utf8)
        }
    }

    /// Whether a token stands in a JSON object.
    var isEnvelope: Bool { self == .envelope || self == .cose }

    /// Whether it is a bare token.
    var isToken: Bool {
        switch self {
        case .jwt, .p256JWT, .p384JWT, .disclosingJWT, .plainJWT, .claimJWT, .badgeJWT: true
        default: false
        }
    }

    private func file() throws -> JSON {
        switch self {
        case .eddsaJCS: .object(try SampleKey.ed25519.secure(Self.document(), .eddsaJCS2022))
        case .eddsaRDFC: .object(try SampleKey.ed25519.secure(Self.document(), .eddsaRDFC2022))
        case .p256JCS: .object(try SampleKey.p256.secure(Self.document(), .ecdsaJCS2019))
        case .p384JCS: .object(try SampleKey.p384.secure(Self.document(), .ecdsaJCS2019))
        case .p256RDFC: .object(try SampleKey.p256.secure(Self.document(), .ecdsaRDFC2019))
        case .p384RDFC: .object(try SampleKey.p384.secure(Self.document(), .ecdsaRDFC2019))
        case .base: .object(try Self.baseProof())
        case .derived:
            .object(try DataIntegrity.derive(from: Self.baseProof(), revealing: ["/credentialSubject/alumniOf"]))
        case .proofSet: .object(try Self.twoProofs(buildingOn: []))
        case .proofChain: .object(try Self.twoProofs(buildingOn: ["urn:proof:1"]))
        case .version1: .object(try SampleKey.ed25519.secure(Self.version1(), .eddsaRDFC2022))
        case .jwt: .string(try SampleKey.ed25519.token(Self.document()).compact)
        case .p256JWT: .string(try SampleKey.p256.token(Self.document()).compact)
        case .p384JWT: .string(try SampleKey.p384.token(Self.document()).compact)
        case .disclosingJWT: .string(try Self.disclosing().compact)
        case .plainJWT: .string(try SamplePlainCredential.token().compact)
        case .claimJWT: .string(try Self.claimToken())
        case .badgeJWT: .string(try Self.badgeToken())
        case .cose:
            .object(
                EnvelopingProof.envelope(
                    try EnvelopingProof.secureWithCOSE(
                        Self.document(.p384), as: .credential, keyID: SampleKey.p384.method.description,
                        key: SampleKey.p384.key), as: .credential))
        case .envelope:
            .object(EnvelopingProof.envelope(try SampleKey.p256.token(Self.document()), as: .credential))
        }
    }
}

extension SampleFormat {
    /// The claims, in the name of a key.
    static func document(
        _ key: SampleKey? = nil, _ change: (inout JSONObject) throws -> Void = { _ in }
    ) throws -> JSONObject {
        var document: JSONObject = [
            "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
            "id": "urn:uuid:0190d6a0-7b2e-7cc3-98c4-dc0c0c07398f",
            "type": ["VerifiableCredential", "AlumniCredential"],
            "validFrom": .string(Instant.issued.dateTimeStamp),
            "validUntil": .string((Instant.issued + .days(365)).dateTimeStamp),
            "credentialSubject": ["id": "did:example:ada", "alumniOf": "The School of Examples"],
        ]
        document["issuer"] = key.map { .string($0.identifier.description) }
        try change(&document)
        return document
    }

    private static func version1() throws -> JSONObject {
        try document { document in
            document["@context"] = [
                "https://www.w3.org/2018/credentials/v1", "https://w3id.org/security/data-integrity/v2",
                ["AlumniCredential": "urn:example:AlumniCredential", "alumniOf": "urn:example:alumniOf"],
            ]
            document["issuanceDate"] = document["validFrom"]
            document["expirationDate"] = document["validUntil"]
            document["validFrom"] = nil
            document["validUntil"] = nil
        }
    }

    private static func baseProof() throws -> JSONObject {
        var random = SeededRandom(seed: 1)
        var options = SampleKey.p256.options()
        options.cryptosuite = .ecdsaSD2023
        return try DataIntegrity.addBaseProof(
            to: document(.p256), with: options, mandatoryPointers: ["/issuer", "/validFrom"],
            key: SampleKey.p256.key, using: &random)
    }

    private static func twoProofs(buildingOn previous: [String]) throws -> JSONObject {
        var first = SampleKey.ed25519.options()
        first.id = try URI("urn:proof:1")
        first.cryptosuite = .eddsaRDFC2022
        var second = SampleKey.p256.options()
        second.cryptosuite = .ecdsaRDFC2019
        second.previousProofs = previous
        let once = try DataIntegrity.secure(document(.ed25519), with: first, key: SampleKey.ed25519.key)
        return try DataIntegrity.addProof(to: once, with: second, key: SampleKey.p256.key)
    }

    private static func disclosing() throws -> SDJWT {
        var random = SeededRandom(seed: 2)
        return try EnvelopingProof.secure(
            document(.p256), as: .credential, hiding: [["credentialSubject", "alumniOf"]], decoys: 2...2,
            keyID: SampleKey.p256.method.description, key: SampleKey.p256.key, using: &random)
    }

    private static func claimToken() throws -> String {
        var credential = try version1()
        let subject = credential["credentialSubject"]?["id"]
        credential["issuanceDate"] = nil
        credential["expirationDate"] = nil
        let payload: JSON = [
            "vc": .object(credential), "iss": .string(SampleKey.p256.identifier.description),
            "nbf": Instant.issued.numericDate, "exp": (Instant.issued + .days(365)).numericDate,
            "sub": subject ?? .null, "jti": credential["id"] ?? .null,
        ]
        return try SampleKey.p256.sign(payload, type: "JWT").compact
    }

    private static func badgeToken() throws -> String {
        let credential = try UnsecuredCredential(.object(SampleBadge.document(.p256)))
        return try EarlierToken.secureBadge(credential, keyID: nil, key: SampleKey.p256.key).compact
    }
}

/// Keys from fixed numbers, one of each kind.
enum SampleKey: Sendable, CaseIterable {
    case ed25519, p256, p384

    /// A constant that is a good key is one for every run.
    var key: PrivateKey {
        do {
            return switch self {
            case .ed25519: .ed25519(try sampleKey(1))
            case .p256: .ecdsa(try ECDSAPrivateKey(curve: .p256, scalar: [UInt8](repeating: 7, count: 32)))
            case .p384: .ecdsa(try ECDSAPrivateKey(curve: .p384, scalar: [UInt8](repeating: 7, count: 48)))
            }
        } catch {
            preconditionFailure("a test key that is none: \(error)")
        }
    }

    private var did: DIDKey {
        guard let did = DIDKey(key.publicKey) else { preconditionFailure("a key on a curve has a did:key") }
        return did
    }

    var identifier: URI { did.uri }
    var method: URI { did.verificationMethod }

    func options(at created: Instant = .issued, for purpose: ProofPurpose = .assertionMethod) -> ProofOptions {
        ProofOptions(created: created, proofPurpose: purpose, verificationMethod: method)
    }

    /// The document with a proof, in the name of the key unless it has another.
    func secure(
        _ document: JSONObject, _ cryptosuite: Cryptosuite, as name: URI? = nil, at created: Instant? = .issued
    ) throws -> JSONObject {
        var document = document
        if document["issuer"] == nil { document["issuer"] = .string(identifier.description) }
        var options = ProofOptions(
            created: created, proofPurpose: .assertionMethod, verificationMethod: name ?? method)
        options.cryptosuite = cryptosuite
        return try DataIntegrity.secure(document, with: options, key: key)
    }

    func token(_ document: JSONObject, claims: JSONObject = [:], as name: String? = nil) throws -> JWS {
        var document = document
        if document["issuer"] == nil { document["issuer"] = .string(identifier.description) }
        return try EnvelopingProof.secure(
            document, as: .credential, claims: claims, keyID: name ?? method.description, key: key)
    }

    func sign(_ payload: JSON, type: String, keyID: String? = nil) throws -> JWS {
        let header = JOSEHeader(key.publicKey.algorithm, type: type, keyID: keyID ?? method.description)
        return try JWS(signing: payload.canonicalBytes, header: header, key: key)
    }
}

/// An SD-JWT VC that is bound to the holder's key.
enum SamplePlainCredential {
    static let listAddress = "https://issuer.example/token-status/1"

    static func token(
        issuer: SampleKey = .p256, _ change: (inout JSONObject) -> Void = { _ in }
    ) throws -> SDJWT {
        var random = SeededRandom(seed: 3)
        var claims: JSONObject = [
            "iss": .string(issuer.identifier.description), "vct": "https://issuer.example/alumni",
            "iat": Instant.issued.numericDate, "exp": (Instant.issued + .days(365)).numericDate,
            "given_name": "Ada", "degrees": ["Bachelor", "Master"],
            "cnf": ["jwk": .object(JSONWebKey(SampleKey.ed25519.key.publicKey).json)],
        ]
        change(&claims)
        return try SDJWTCredential.issue(
            claims, hiding: [["given_name"], ["degrees", 1]], keyID: issuer.method.description, key: issuer.key,
            using: &random)
    }
}

/// An Open Badge.
enum SampleBadge {
    static func document(_ key: SampleKey, _ change: (inout JSONObject) -> Void = { _ in }) -> JSONObject {
        var document: JSONObject = [
            "@context": [
                "https://www.w3.org/ns/credentials/v2",
                "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
            ],
            "id": "urn:uuid:0190d6a0-7b2e-7cc3-98c4-dc0c0c073a00",
            "type": ["VerifiableCredential", "OpenBadgeCredential"], "name": "Teamwork",
            "issuer": [
                "id": .string(key.identifier.description), "type": ["Profile"], "name": "The School of Examples",
            ],
            "validFrom": .string(Instant.issued.dateTimeStamp),
            "credentialSubject": [
                "id": "did:example:ada", "type": ["AchievementSubject"],
                "achievement": [
                    "id": "https://example.org/achievements/teamwork", "type": ["Achievement"],
                    "criteria": ["narrative": "Worked with others."], "description": "Works with others.",
                    "name": "Teamwork",
                ],
            ],
        ]
        change(&document)
        return document
    }
}
