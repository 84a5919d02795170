import CanonicalJSON
import Credentials
import Cryptography
import JOSE
import Proofs
import Temporal
import TestSupport

/// Tokens: credentials and presentations as claims, and SD-JWTs.
extension IssuedHere {
    static func tokens() throws -> [Specimen] {
        try SignatureAlgorithm.allCases.map { algorithm in
            let signer = try Signer.numbered(1, algorithm)
            let claims = SampleDocuments.credential(issuer: signer.did)
            var other = claims
            other["id"] = "urn:uuid:00000000-0000-4000-8000-000000000000"
            let token = try token(claims, signer).compact
            return Specimen(
                name: "vc+jwt, \(algorithm.rawValue)", judges: ["PyJWT", "jwcrypto"],
                request: tokenRequest(token, "vc+jwt", claims),
                forgeries: try Forgeries.tokens(token, other: self.token(other, signer).compact))
        }
    }

    static func tokenPresentation() throws -> [Specimen] {
        let (issuer, holder) = (try Signer.numbered(1, .es384), try Signer.numbered(2, .es256))
        func presentation(of inner: JWS) throws -> (token: String, claims: JSONObject) {
            let document = SampleDocuments.presentation(
                of: [.object(EnvelopingProof.envelope(inner, as: .credential))], holder: holder.did)
            let token = try EnvelopingProof.secure(
                document, as: .presentation,
                claims: ["aud": .string(Binding.audience), "nonce": .string(Binding.nonce)],
                keyID: holder.method.description, key: holder.key)
            return (token.compact, try token.payloadObject())
        }
        let inner = try token(SampleDocuments.credential(issuer: issuer.did), issuer)
        let (shown, claims) = try presentation(of: inner)
        let forged = try presentation(of: JWS(parsing: String(inner.compact.dropLast(4)) + "AAAA"))
        return [
            Specimen(
                name: "vp+jwt", judges: ["PyJWT", "jwcrypto"], request: tokenRequest(shown, "vp+jwt", claims),
                forgeries: try Forgeries.tokens(shown, other: forged.token) + [
                    ("credential inside", ["secured": .string(forged.token), "claims": .object(forged.claims)])
                ])
        ]
    }

    /// A presentation whose holder may leave credentials out; openvc-core has none of these.
    static func selectivePresentation() throws -> [Specimen] {
        var random = SeededRandom(seed: 17)
        let (issuer, holder) = (try Signer.numbered(1, .edDSA), try Signer.numbered(2, .es256))
        let credentials = try ["urn:uuid:1", "urn:uuid:2"].map { id in
            var credential = SampleDocuments.credential(issuer: issuer.did)
            credential["id"] = .string(id)
            return JSON.object(EnvelopingProof.envelope(try token(credential, issuer), as: .credential))
        }
        let shown = try EnvelopingProof.secure(
            SampleDocuments.presentation(of: credentials, holder: holder.did), as: .presentation,
            hiding: [["verifiableCredential", nil]], keyID: holder.method.description, key: holder.key, using: &random
        ).presenting([["verifiableCredential", 1]])
        let claims = SampleDocuments.presentation(of: [credentials[1]], holder: holder.did)
        return [
            Specimen(
                name: "vp+sd-jwt", judges: ["sd-jwt"],
                request: [
                    "format": "sd-jwt", "secured": .string(shown.compact), "typ": "vp+sd-jwt",
                    "claims": .object(claims), "at": .string(Times.checked),
                ],
                forgeries: try Forgeries.sdJWTs(shown, isBound: false))
        ]
    }

    private static func token(_ document: JSONObject, _ signer: Signer) throws -> JWS {
        try EnvelopingProof.secure(document, as: .credential, keyID: signer.method.description, key: signer.key)
    }

    private static func tokenRequest(_ token: String, _ type: String, _ claims: JSONObject) -> JSONObject {
        [
            "format": "token", "secured": .string(token), "typ": .string(type), "claims": .object(claims),
            "at": .string(Times.checked),
        ]
    }

    /// With every disclosure, with some, and with a holder who shows it. The reference implementation takes ES256 from
    /// holders and nothing else; openvc-core has no RSA.
    static func sdJWTs() throws -> [Specimen] {
        var specimens: [Specimen] = []
        for algorithm in SignatureAlgorithm.allCases {
            for holderAlgorithm in [SignatureAlgorithm.es256, .edDSA] {
                let (issuer, holder) = (
                    try Signer.numbered(1, algorithm), try Signer.numbered(2, holderAlgorithm)
                )
                let judges = [
                    holderAlgorithm == .es256 ? "sd-jwt" : nil, algorithm == .rs256 ? nil : "openvc-core",
                ].compactMap { $0 }
                guard !judges.isEmpty else { continue }
                specimens += try sdJWTs(issuer, holder, judges)
            }
        }
        return specimens
    }

    private static func sdJWTs(_ issuer: Signer, _ holder: Signer, _ judges: [String]) throws -> [Specimen] {
        var random = SeededRandom(seed: 5)
        let identity = SampleDocuments.identityClaims(issuer: issuer.did, holderKey: holder.publicJWK)
        let verifiableCredential = try SDJWTCredential.issue(
            identity, hiding: [["given_name"], ["address", "locality"], ["address"], ["nationalities", nil]],
            decoys: 1...3, keyID: issuer.method.description, key: issuer.key, using: &random)
        var credential = SampleDocuments.credential(issuer: issuer.did)
        let dataModel = try EnvelopingProof.secure(
            credential, as: .credential,
            hiding: [["credentialSubject", "alumniOf"], ["credentialSubject", "score"], ["evidence", 1]],
            claims: ["cnf": ["jwk": holder.publicJWK]], keyID: issuer.method.description, key: issuer.key,
            using: &random)
        credential["cnf"] = ["jwk": holder.publicJWK]
        let some = JSON.object(credential).replacing("/credentialSubject/score", by: nil)
        return try sdJWTs(
            "dc+sd-jwt", verifiableCredential, showing: [["given_name"], ["nationalities", 1]],
            leaving: JSON.object(identity).replacing("/address", by: nil)
                .replacing("/nationalities", by: ["FR"]), all: identity, issuer, holder, judges)
            + sdJWTs(
                "vc+sd-jwt", dataModel, showing: [["credentialSubject", "alumniOf"], ["evidence", 1]],
                leaving: some, all: credential, issuer, holder, judges)
    }

    private static func sdJWTs(
        _ type: String, _ issued: SDJWT, showing paths: [ClaimPath], leaving some: JSON, all: JSONObject,
        _ issuer: Signer, _ holder: Signer, _ judges: [String]
    ) throws -> [Specimen] {
        let name = "\(type), \(issuer.algorithm.rawValue), holder \(holder.algorithm.rawValue)"
        func specimen(_ which: String, _ token: SDJWT, _ claims: JSON, isBound: Bool) throws -> Specimen {
            var request: JSONObject = [
                "format": "sd-jwt", "secured": .string(token.compact), "typ": .string(type), "claims": claims,
                "at": .string(Times.created.rfc3339),
            ]
            if isBound {
                (request["nonce"], request["audience"]) = (.string(Binding.nonce), .string(Binding.audience))
            }
            return Specimen(
                name: "\(name), \(which)", judges: judges, request: request,
                forgeries: try Forgeries.sdJWTs(token, isBound: isBound))
        }
        let shown = try issued.presenting(paths)
        let bound = try shown.binding(
            nonce: Binding.nonce, audience: Binding.audience, key: holder.key, at: Times.created)
        return [
            try specimen("everything", issued, .object(all), isBound: false),
            try specimen("a part", shown, some, isBound: false),
            try specimen("a part, shown by its holder", bound, some, isBound: true),
        ]
    }
}
