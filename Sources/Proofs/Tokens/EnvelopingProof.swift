package import CanonicalJSON
package import Credentials
package import Cryptography
package import JOSE
package import Temporal

/// Credentials and presentations as tokens
/// ([Securing Verifiable Credentials using JOSE and COSE](https://www.w3.org/TR/vc-jose-cose/), section 3): the
/// payload is the document itself.
package enum EnvelopingProof {
    /// Signs a document as a JWT (sections 3.1.1 and 3.1.2).
    ///
    /// - Parameters:
    ///   - keyID: the URL of the key, or a name of it that the issuer's document explains.
    ///   - claims: registered claims beside the document: `nonce` and `aud` of a presentation, `exp` of the signature.
    /// - Throws: ``JOSE/JOSEError``: the document has one of those claims, or a `vc` or `vp`.
    package static func secure(
        _ document: JSONObject, as kind: Envelope.Kind, claims: JSONObject = [:], keyID: String, key: PrivateKey
    ) throws(JOSEError) -> JWS {
        let header = JOSEHeader(
            key.publicKey.algorithm, type: kind.jwtType, contentType: kind.contentType, keyID: keyID)
        let payload = try payload(document, kind, claims)
        return try JWS(signing: JSON.object(payload).canonicalBytes, header: header, key: key)
    }

    /// Signs a document as an SD-JWT (sections 3.2.1 and 3.2.2): its holder may keep hidden what the paths lead to.
    ///
    /// - Parameters as those of ``secure(_:as:claims:keyID:key:)`` and of
    ///   ``JOSE/SDJWT/issue(_:hiding:decoys:header:key:using:)``.
    package static func secure(
        _ document: JSONObject, as kind: Envelope.Kind, hiding paths: [ClaimPath], decoys: ClosedRange<Int> = 0...0,
        claims: JSONObject = [:], keyID: String, key: PrivateKey, using random: inout some RandomNumberGenerator
    ) throws(JOSEError) -> SDJWT {
        if kind == .credential { try refuseHiding(paths) }
        let header = JOSEHeader(
            key.publicKey.algorithm, type: kind.sdJWTType, contentType: kind.contentType, keyID: keyID)
        return try SDJWT.issue(
            payload(document, kind, claims), hiding: paths, decoys: decoys, header: header, key: key, using: &random)
    }

    /// What a verifier needs to tell whether a credential is one and is valid: a holder who could hide these could
    /// hide that it was revoked ([3.2.1](https://www.w3.org/TR/vc-jose-cose/#securing-with-sd-jwt)).
    private static let neverHidden = [
        "@context", "type", "validFrom", "validUntil", "issuanceDate", "expirationDate", "credentialStatus",
        "credentialSchema", "relatedResource", "iss", "nbf", "exp", "cnf",
    ]

    private static func refuseHiding(_ paths: [ClaimPath]) throws(JOSEError) {
        for path in paths {
            guard case .name(let name) = path.steps[0] else { continue }
            guard !neverHidden.contains(name), path != ["issuer"] else {
                throw .claim(path.description, problem: "may not be hidden in a credential: verifiers need it")
            }
        }
    }

    static func payload(
        _ document: JSONObject, _ kind: Envelope.Kind, _ claims: JSONObject
    ) throws(JOSEError) -> JSONObject {
        var payload = document
        for (name, value) in claims {
            guard document[name] == nil else { throw .claim(name, problem: "is a member of the document too") }
            payload[name] = value
        }
        try TokenClaims.check(JWTClaims(payload), in: nil, about: document, kind)
        return payload
    }

    /// Verifies a document that is a JWT.
    ///
    /// Whether the document follows the data model, and whether it is valid now (`validFrom`, `validUntil`), is for the
    /// caller, as with embedded proofs: `exp` and `nbf`, which are checked here, are about the signature.
    ///
    /// - Parameter keys: gives the key that the caller believes to be meant.
    /// - Throws: ``JOSE/JOSEError``, or what `keys` throws.
    package static func verify(
        _ token: JWS, as kind: Envelope.Kind, expecting expectations: TokenExpectations = .init(), keys: TokenKeys,
        at now: Instant
    ) throws -> VerifiedToken {
        try check(token.header, is: kind.jwtType, kind)
        let claims = try JWTClaims(token.payloadObject(), issuedAt: .numericDateOrText)
        let key = try keys.key(for: TokenKeyHint(token.header, claims, kind))
        try token.verify(with: key)
        try claims.validate(at: now, leeway: expectations.leeway)
        try expectations.check(claims)
        return try VerifiedToken(header: token.header, claims: claims, kind: kind, key: key, holderKey: nil)
    }

    /// Verifies a document that is an SD-JWT; what is not disclosed is not in it.
    ///
    /// - Parameter expectation: nil: it does not matter who shows the token.
    /// - Throws: ``JOSE/JOSEError``, or what `keys` throws.
    package static func verify(
        _ token: SDJWT, as kind: Envelope.Kind, keyBinding expectation: KeyBindingExpectation? = nil, keys: TokenKeys,
        at now: Instant, leeway: Milliseconds = .zero
    ) throws -> VerifiedToken {
        let header = token.issuerSigned.header
        try check(header, is: kind.sdJWTType, kind)
        let claims = try JWTClaims(token.disclosedClaims(), issuedAt: .numericDateOrText)
        let key = try keys.key(for: TokenKeyHint(header, claims, kind))
        let verified = try token.verify(
            issuerKey: key, types: nil, keyBinding: expectation, at: now, leeway: leeway,
            issuedAt: .numericDateOrText)
        return try VerifiedToken(
            header: header, claims: verified.claims, kind: kind, key: key, holderKey: verified.holderKey)
    }

    /// `typ` should be there, and `cty` may be more specific than ours, so neither is missed; but neither may say that
    /// this is something else.
    static func check(_ header: JOSEHeader, is type: String, _ kind: Envelope.Kind) throws(JOSEError) {
        try header.requireType([type], mayBeMissing: true)
        for other in Envelope.Kind.allCases where other != kind && header.contains(other.contentType) {
            throw .malformed(
                part: "the header", problem: "cty is \(other.contentType), and must be \(kind.contentType)")
        }
    }
}

extension Envelope.Kind {
    /// `typ` as a JWT ([VC-JOSE-COSE, 3.1](https://www.w3.org/TR/vc-jose-cose/#with-jose)).
    package var jwtType: String { contentType + "+jwt" }

    /// `typ` as an SD-JWT ([3.2](https://www.w3.org/TR/vc-jose-cose/#with-sd-jwt)).
    package var sdJWTType: String { contentType + "+sd-jwt" }

    /// `cty`.
    package var contentType: String { self == .credential ? "vc" : "vp" }
}
