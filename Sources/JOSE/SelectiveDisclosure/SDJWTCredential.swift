package import CanonicalJSON
package import Cryptography
package import Temporal

/// A verified credential as SD-JWT
/// ([SD-JWT VC](https://datatracker.ietf.org/doc/draft-ietf-oauth-sd-jwt-vc/), section 3).
package struct SDJWTCredential: Hashable, Sendable {
    /// `typ` of what we issue.
    package static let type = "dc+sd-jwt"

    /// `typ` as drafts until the year 2024 had it; read, not written.
    package static let formerType = "vc+sd-jwt"

    /// Claims that are never selectively disclosable (section 3.2.2.2).
    package static let alwaysDisclosed = ["iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status"]

    /// The token.
    package let token: VerifiedSDJWT

    /// What kind of credential it is (`vct`).
    package let credentialType: String

    /// Signs a credential.
    ///
    /// - Parameters as those of ``SDJWT/issue(_:hiding:decoys:header:key:using:)``.
    /// - Throws: ``JOSEError``: `vct` is missing, or a claim is to be hidden that may not be.
    package static func issue(
        _ claims: JSONObject, hiding paths: [ClaimPath], decoys: ClosedRange<Int> = 0...0, keyID: String? = nil,
        key: PrivateKey, using random: inout some RandomNumberGenerator
    ) throws(JOSEError) -> SDJWT {
        _ = try credentialType(of: JWTClaims(claims))
        for path in paths {
            guard case .name(let name) = path.steps[0], !alwaysDisclosed.contains(name) else {
                throw .claim(path.description, problem: "may not be hidden in a credential")
            }
        }
        return try SDJWT.issue(
            claims, hiding: paths, decoys: decoys,
            header: JOSEHeader(key.publicKey.algorithm, type: type, keyID: keyID), key: key, using: &random)
    }

    /// Verifies a credential by the rules of SD-JWT and its own.
    ///
    /// - Parameters as those of ``SDJWT/verify(issuerKey:types:keyBinding:at:leeway:issuedAt:)``.
    package init(
        verifying token: SDJWT, issuerKey: PublicKey, keyBinding: KeyBindingExpectation?, at now: Instant,
        leeway: Milliseconds = .zero
    ) throws(JOSEError) {
        self.token = try token.verify(
            issuerKey: issuerKey, types: [Self.type, Self.formerType], keyBinding: keyBinding, at: now,
            leeway: leeway)
        for name in Self.alwaysDisclosed where self.token.changedNames.contains(name) {
            throw .disclosure("the claim \(name) is selectively disclosable, which a credential's may not be")
        }
        credentialType = try Self.credentialType(of: self.token.claims)
    }

    private static func credentialType(of claims: JWTClaims) throws(JOSEError) -> String {
        guard case .string(let type) = claims.object["vct"], !type.isEmpty else {
            throw .claim("vct", problem: "must be there and name the type of the credential")
        }
        if let integrity = claims.object["vct#integrity"], integrity.stringValue == nil {
            throw .claim("vct#integrity", problem: "must be a string")
        }
        if let status = claims.object["status"], status.objectValue == nil {
            throw .claim("status", problem: "must be an object")
        }
        return type
    }
}
