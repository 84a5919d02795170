package import CanonicalJSON
package import Cryptography
package import Temporal

/// What a verifier asks of whoever shows a token ([RFC 9901, 7.3](https://www.rfc-editor.org/rfc/rfc9901#section-7.3)).
package struct KeyBindingExpectation: Hashable, Sendable {
    /// `typ` of the holder's token.
    package static let type = "kb+jwt"

    /// The words that the verifier gave.
    package var nonce: String

    /// The name under which the verifier goes.
    package var audience: String

    /// How old the holder's token may be.
    package var maximumAge: Milliseconds

    /// What to expect.
    package init(nonce: String, audience: String, maximumAge: Milliseconds) {
        (self.nonce, self.audience, self.maximumAge) = (nonce, audience, maximumAge)
    }
}

/// A token whose signatures and disclosures are verified.
package struct VerifiedSDJWT: Hashable, Sendable {
    /// The header that the issuer signed.
    package let header: JOSEHeader

    /// What was signed, with what is disclosed and nothing else.
    package let claims: JWTClaims

    /// The names at the top where the claims differ from what was signed: disclosed there, or with digests inside.
    let changedNames: Set<String>

    /// The key that showed the token; nil: the verifier did not ask for that, and a KB-JWT was not looked at.
    package let holderKey: PublicKey?
}

extension SDJWT {
    /// Verifies the issuer's signature, every rule about disclosures, the times in the token, and, if expected, that
    /// its holder shows it ([RFC 9901, 7](https://www.rfc-editor.org/rfc/rfc9901#section-7)).
    ///
    /// - Parameters:
    ///   - issuerKey: a key that the caller knows to be the issuer's.
    ///   - types: the values of `typ` that the caller takes; nil: the caller has looked at it.
    ///   - expectation: nil: it does not matter who shows the token.
    ///   - leeway: how far clocks may be apart.
    /// - Throws: ``JOSEError`` for the first rule that does not hold.
    package func verify(
        issuerKey: PublicKey, types: [String]?, keyBinding expectation: KeyBindingExpectation?, at now: Instant,
        leeway: Milliseconds = .zero, issuedAt form: JWTClaims.IssuedAtForm = .numericDate
    ) throws(JOSEError) -> VerifiedSDJWT {
        if let types { try issuerSigned.header.requireType(types) }
        try issuerSigned.verify(with: issuerKey)
        let disclosed = try disclosedClaims()
        let claims = try JWTClaims(disclosed, issuedAt: form)
        try claims.validate(at: now, leeway: leeway)
        let holderKey = try expectation.map { expectation throws(JOSEError) in
            try verifyKeyBinding(claims, expectation, at: now, leeway: leeway)
        }
        let names = Set(payload.keys).union(disclosed.keys).filter { payload[$0] != disclosed[$0] }
        return VerifiedSDJWT(
            header: issuerSigned.header, claims: claims, changedNames: names, holderKey: holderKey)
    }

    /// What is disclosed, whoever signed it.
    package func disclosedClaims() throws(JOSEError) -> JSONObject {
        try DisclosureProcessing.process(payload, DisclosureTable(disclosures, hash()))
    }

    private func verifyKeyBinding(
        _ claims: JWTClaims, _ expectation: KeyBindingExpectation, at now: Instant, leeway: Milliseconds
    ) throws(JOSEError) -> PublicKey {
        guard let keyBinding else {
            throw .claim("cnf", problem: "binds nobody here: the holder's token (KB-JWT) is missing and asked for")
        }
        guard let key = try claims.confirmationKey() else {
            throw .claim("cnf", problem: "is missing, so nobody can prove to be the holder")
        }
        try keyBinding.header.requireType([KeyBindingExpectation.type])
        try keyBinding.verify(with: key)
        let proof = try JWTClaims(keyBinding.payloadObject())
        try proof.validate(at: now, leeway: leeway)
        guard let issuedAt = proof.issuedAt else { throw .claim("iat", problem: "is missing in the KB-JWT") }
        guard now - issuedAt <= expectation.maximumAge + leeway, issuedAt - now <= leeway else {
            throw .claim("iat", problem: "of the KB-JWT is \(issuedAt): too old, or in the future")
        }
        guard proof.object["nonce"] == .string(expectation.nonce) else {
            throw .claim("nonce", problem: "of the KB-JWT is not the one that was given")
        }
        guard proof.audience.map(JSON.string) == [.string(expectation.audience)] else {
            throw .claim("aud", problem: "of the KB-JWT is not this verifier, \(expectation.audience)")
        }
        guard proof.object["sd_hash"] == .string(try hash().digest(of: withoutKeyBinding)) else {
            throw .claim("sd_hash", problem: "of the KB-JWT is not the hash of the token and its disclosures")
        }
        return key
    }
}
