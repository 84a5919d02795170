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
        _ credential: JSONObject, _ securing: Securing, _ order: SigningOrder, _ circumstances: Circumstances
    ) throws -> JSON {
        switch securing {
        case .eddsaJCS2022, .eddsaRDFC2022, .ecdsaJCS2019, .ecdsaRDFC2019, .ecdsaSD2023:
            return .object(try secure(credential, securing, order, circumstances))
        case .vcJWT: return .string(try token(credential, type: securing.rawValue))
        case .vcSDJWT: return .string(try selective(credential, type: securing.rawValue, order, circumstances))
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

    /// The whole document as a token
    /// ([VC-JOSE-COSE, 3.1](https://www.w3.org/TR/vc-jose-cose/#securing-with-jose)).
    func token(_ document: JSONObject, type: String) throws -> String {
        let header = JOSEHeader(issuer.algorithm, type: type, contentType: "vc", keyID: key.id)
        let payload = JSON.object(document.withBadgeClaims).canonicalBytes
        return try JWS(signing: payload, header: header, key: privateKey).compact
    }

    private func selective(
        _ claims: JSONObject, type: String, _ order: SigningOrder, _ circumstances: Circumstances
    ) throws -> String {
        var claims = claims
        claims["cnf"] = order.holderKey.map { ["jwk": $0] }
        let header = JOSEHeader(issuer.algorithm, type: type, keyID: key.id)
        var random = circumstances.random
        return try refusing { () throws(JOSEError) in
            try SDJWT.issue(
                claims, hiding: order.disclosable, decoys: order.decoys...order.decoys, header: header,
                key: privateKey, using: &random)
        }
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
        claims["cnf"] = order.holderKey.map { ["jwk": $0] }
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
                key: privateKey, using: &random)
        }
    }

    private func refusing(_ issue: () throws(JOSEError) -> SDJWT) throws(Refusal) -> String {
        do throws(JOSEError) {
            return try issue().compact
        } catch {
            throw Refusal(.invalidCredential, "It cannot be signed: \(error).", at: "/credential")
        }
    }
}

extension JSONObject {
    /// With the registered claims that Open Badges asks for beside the members of a badge
    /// ([Open Badges 3.0, 8.2.4.1](https://www.imsglobal.org/spec/ob/v3p0#jwt-format)).
    fileprivate var withBadgeClaims: JSONObject {
        let types = (self["type"].map { $0.arrayValue ?? [$0] } ?? []).compactMap(\.stringValue)
        guard types.contains("OpenBadgeCredential") || types.contains("AchievementCredential") else { return self }
        var claims = self
        claims["iss"] = self["issuer"]?["id"] ?? self["issuer"]
        claims["jti"] = self["id"]
        claims["sub"] = self["credentialSubject"]?["id"]
        claims["nbf"] = Self.numericDate(self["validFrom"])
        claims["exp"] = Self.numericDate(self["validUntil"])
        return claims
    }

    private static func numericDate(_ json: JSON?) -> JSON? {
        guard let text = json?.stringValue, let instant = try? Instant(rfc3339: text) else { return nil }
        return .integer(instant.seconds)
    }
}

/// Random bytes of the service as a generator, for what takes one.
struct ByteSource: RandomNumberGenerator, Sendable {
    let randomBytes: @Sendable (Int) -> [UInt8]

    mutating func next() -> UInt64 { randomBytes(8).reduce(0) { $0 << 8 | UInt64($1) } }
}
