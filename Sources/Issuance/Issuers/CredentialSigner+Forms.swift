import CanonicalJSON
import Credentials
import Cryptography
import JOSE
import LinkedData
import Proofs
import Temporal

/// The forms that a signature can have.
extension CredentialSigner {
    func sign(
        _ credential: UnsecuredCredential, _ securing: Securing, _ order: SigningOrder, _ circumstances: Circumstances
    ) throws -> JSON {
        switch securing {
        case .eddsaJCS2022, .eddsaRDFC2022, .ecdsaJCS2019, .ecdsaRDFC2019, .ecdsaSD2023:
            return .object(try secure(credential.json, securing, order, circumstances))
        case .vcJWT: return .string(try token(credential, at: circumstances.now))
        case .vcSDJWT:
            var random = circumstances.random
            return .string(
                try refusing { () throws(JOSEError) in
                    try EnvelopingProof.secure(
                        credential.json, as: .credential, hiding: order.disclosable,
                        decoys: order.decoys...order.decoys,
                        claims: confirmation(order).issued(at: circumstances.now), keyID: key.id,
                        key: privateKey, using: &random
                    ).compact
                })
        case .sdJWTVC:
            throw Refusal(
                .invalidCredential,
                "An SD-JWT VC has claims under a vct, not a credential of the W3C data model; use vc+sd-jwt.",
                at: "/credential")
        }
    }

    /// With a proof inside the document.
    private func secure(
        _ credential: JSONObject, _ securing: Securing, _ order: SigningOrder, _ circumstances: Circumstances
    ) throws -> JSONObject {
        do {
            if securing == .ecdsaSD2023 {
                var random = circumstances.random
                return try DataIntegrity.addBaseProof(
                    to: credential, with: proofOptions(circumstances.now), mandatoryPointers: order.mandatoryPointers,
                    key: privateKey, contexts: contexts(circumstances), using: &random)
            }
            return try proofSigner(securing, circumstances).secure(credential, created: circumstances.now)
        } catch let error as ProofError {
            throw Refusal(
                .invalidCredential, "It cannot be signed: \(error).", at: "/credential" + error.pointer.description,
                problem: error.type)
        }
    }

    /// Refuses a credential of which a reader of linked data would lose something, although the signature is over its
    /// text.
    func checkMeaning(of credential: JSONObject, _ contexts: ContextRegistry) throws(Refusal) {
        do throws(LinkedDataError) {
            _ = try JSONLD.quads(of: credential, contexts: contexts)
        } catch {
            throw Refusal(
                .invalidCredential, "It does not say all that it seems to say: \(error).",
                at: "/credential" + error.pointer.description, problem: .proofTransformation)
        }
    }

    func contexts(_ circumstances: Circumstances) -> ContextRegistry {
        circumstances.resources?.contexts ?? .published
    }

    private func proofOptions(_ now: Instant) -> ProofOptions {
        var options = ProofOptions(
            created: now, proofPurpose: .assertionMethod, verificationMethod: verificationMethod)
        options.cryptosuite = .ecdsaSD2023
        return options
    }

    /// The prepared signer where it fits; another for an institution with contexts of its own.
    private func proofSigner(_ securing: Securing, _ circumstances: Circumstances) throws -> ProofSigner {
        guard let suite = securing.cryptosuite else { preconditionFailure("\(securing) has a cryptosuite") }
        let needsOwnContexts = securing.isOverLinkedData && circumstances.resources != nil
        if !needsOwnContexts, let prepared = [usual, documents].first(where: { $0?.cryptosuite == suite }) ?? nil {
            return prepared
        }
        return try ProofSigner(
            key: privateKey, verificationMethod: verificationMethod, cryptosuite: suite,
            contexts: contexts(circumstances))
    }

    /// The whole document as a token ([VC-JOSE-COSE, 3.1](https://www.w3.org/TR/vc-jose-cose/#securing-with-jose)); a
    /// badge in the form of its own specification, which names the media type and some claims otherwise.
    ///
    /// It says when it was signed: a verifier compares that with the time for which the key was in use.
    func token(_ credential: UnsecuredCredential, at now: Instant) throws(Refusal) -> String {
        try refusing { () throws(JOSEError) in
            guard credential.types.contains(where: Self.badgeTypes.contains) else {
                return try EnvelopingProof.secure(
                    credential.json, as: .credential, claims: JSONObject().issued(at: now), keyID: key.id,
                    key: privateKey
                ).compact
            }
            return try EarlierToken.secureBadge(credential, issuedAt: now, keyID: key.id, key: privateKey).compact
        }
    }

    /// The claim that names the holder's key.
    private func confirmation(_ order: SigningOrder) -> JSONObject {
        var claims = JSONObject()
        claims["cnf"] = order.holderKey.map { ["jwk": $0] }
        return claims
    }

    /// An SD-JWT VC ([SD-JWT VC, 3](https://datatracker.ietf.org/doc/draft-ietf-oauth-sd-jwt-vc/)).
    func token(
        _ draft: ClaimsDraft, _ securing: Securing, _ order: SigningOrder, _ circumstances: Circumstances
    ) throws -> String {
        guard securing == .sdJWTVC else {
            throw Refusal(
                .invalidIssuer, "Claims under a vct are secured as dc+sd-jwt; say so in `securing`.", at: "/securing")
        }
        var claims = draft.json
        claims["iss"] = .string(key.did)
        claims["iat"] = .integer(circumstances.now.seconds)
        claims["nbf"] = claims["iat"]
        claims["cnf"] = confirmation(order)["cnf"]
        if !issuer.statuses.isEmpty {
            let place = circumstances.place
            claims["status"] = [
                "status_list": ["idx": .integer(place.index), "uri": .string(tokenListAddress(place.list).description)]
            ]
        }
        var random = circumstances.random
        return try refusing { () throws(JOSEError) in
            try SDJWTCredential.issue(
                claims, hiding: order.disclosable, decoys: order.decoys...order.decoys, keyID: key.id,
                key: privateKey, using: &random
            ).compact
        }
    }

    private func refusing(_ sign: () throws(JOSEError) -> String) throws(Refusal) -> String {
        do throws(JOSEError) {
            return try sign()
        } catch {
            throw Refusal(.invalidCredential, "It cannot be signed: \(error).", at: "/credential")
        }
    }
}

extension JSONObject {
    /// With the claim that says when the token was signed.
    fileprivate func issued(at now: Instant) -> JSONObject {
        var claims = self
        claims["iat"] = now.numericDate
        return claims
    }
}

/// Random bytes of the service as a generator, for what takes one.
struct ByteSource: RandomNumberGenerator, Sendable {
    let randomBytes: @Sendable (Int) -> [UInt8]

    mutating func next() -> UInt64 { randomBytes(8).reduce(0) { $0 << 8 | UInt64($1) } }
}
