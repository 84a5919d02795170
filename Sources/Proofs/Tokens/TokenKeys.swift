import CanonicalJSON
import Credentials
package import Cryptography
package import JOSE

/// What a token says about the key that signed it. Nobody has verified any of it.
package struct TokenKeyHint: Hashable, Sendable {
    /// The header, with `kid` and `jwk`.
    package let header: JOSEHeader

    /// Who is said to have made it: `iss`, as claim or in the header, or else the issuer or holder of the document.
    package let issuer: String?

    /// What was said by a header and claims.
    package init(header: JOSEHeader, issuer: String?) { (self.header, self.issuer) = (header, issuer) }

    init(_ header: JOSEHeader, _ claims: JWTClaims, _ kind: Envelope.Kind) {
        let issuer = claims.issuer ?? TokenClaims.issuer(in: header) ?? TokenClaims.author(of: claims.object, kind)
        self.init(header: header, issuer: issuer)
    }
}

/// Finds the key of a token, in whatever way the caller believes: to name a key is the token's, to trust it is not.
package struct TokenKeys {
    private let find: (TokenKeyHint) throws -> PublicKey

    /// Keys that a function finds; it throws when there is none.
    package init(_ find: @escaping (TokenKeyHint) throws -> PublicKey) { self.find = find }

    /// One key, whatever the token says.
    package init(_ key: PublicKey) { find = { _ in key } }

    /// - Throws: what the caller's function throws, or ``JOSE/JOSEError`` when the token carries another key than the
    ///   one that was found.
    func key(for hint: TokenKeyHint) throws -> PublicKey {
        let key = try find(hint)
        guard hint.header.key.map({ $0.publicKey == key }) ?? true else {
            throw JOSEError.unacceptableKey("the token carries another one (jwk) than its issuer has")
        }
        return key
    }
}

extension KeySource {
    /// The key that a token names: its `kid` as a URL, as a fragment of its issuer's document, or as the only key of
    /// an issuer that is a key itself
    /// ([VC-JOSE-COSE, section 4](https://www.w3.org/TR/vc-jose-cose/#key-discovery)).
    ///
    /// A key that the token carries (`jwk`) is not looked at: anybody can carry one.
    package func verificationMethod(
        of hint: TokenKeyHint, for purpose: ProofPurpose
    ) throws(ProofError) -> VerificationMethod {
        let place = JSONPointer().appending("kid")
        guard let url = Self.url(of: hint) else {
            throw ProofError(
                .invalidVerificationMethodURL, at: place, "names no key: give a URL, or a fragment beside an iss")
        }
        return try verificationMethod(url, for: purpose, at: place)
    }

    private static func url(of hint: TokenKeyHint) -> URI? {
        guard let keyID = hint.header.keyID else { return hint.issuer.flatMap(onlyKey) }
        if keyID.contains("#"), let url = try? URI(keyID) { return url }
        if let url = onlyKey(of: keyID) { return url }
        return hint.issuer.flatMap { try? URI($0 + (keyID.hasPrefix("#") ? "" : "#") + keyID) }
    }

    /// The key of an identifier that is a key itself.
    private static func onlyKey(of identifier: String) -> URI? {
        (try? DIDKey(identifier))?.verificationMethod ?? (try? DIDJWK(identifier))?.verificationMethod
    }
}
