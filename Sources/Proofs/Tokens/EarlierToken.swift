import CanonicalJSON
package import Credentials
package import Cryptography
package import JOSE
package import Temporal

/// Credentials as JWTs in the two forms that were before VC-JOSE-COSE, both with `typ` `JWT` or none:
///
/// - [VCDM 1.1, 6.3.1](https://www.w3.org/TR/vc-data-model-1.1/#json-web-token): the claim `vc` has the credential, and
///   registered claims stand for some of its members;
/// - [Open Badges 3.0, 8.2](https://www.imsglobal.org/spec/ob/v3p0#jwt-proof): the payload is the credential, and
///   registered claims repeat some of its members.
package enum EarlierToken {
    private static let types: [String?] = [nil, "jwt", "application/jwt"]

    /// Signs a badge in the form of Open Badges 3.0.
    ///
    /// - Parameters:
    ///   - issuedAt: when it is signed; nil: unsaid.
    ///   - keyID: the URL where the public key is found; nil: the token carries the key (`jwk`).
    /// - Throws: ``JOSE/JOSEError`` when the badge has no `id`, which the form needs.
    package static func secureBadge(
        _ credential: UnsecuredCredential, issuedAt: Instant? = nil, keyID: String?, key: PrivateKey
    ) throws(JOSEError) -> JWS {
        guard let id = credential.id else {
            throw .claim("jti", problem: "is the id of the credential, which has none")
        }
        var payload = credential.json
        payload["iss"] = .string(credential.issuer.description)
        payload["jti"] = .string(id.description)
        payload["iat"] = issuedAt?.numericDate
        payload["nbf"] = credential.validFrom?.numericDate
        payload["exp"] = credential.validUntil?.numericDate
        payload["sub"] = payload["credentialSubject"]?["id"]
        let header = JOSEHeader(
            key.publicKey.algorithm, type: "JWT", keyID: keyID, key: keyID == nil ? JSONWebKey(key.publicKey) : nil)
        return try JWS(signing: JSON.object(payload).canonicalBytes, header: header, key: key)
    }

    /// Verifies a credential in either form.
    ///
    /// - Throws: ``JOSE/JOSEError``, or what `keys` throws.
    package static func verify(_ token: JWS, keys: TokenKeys, at now: Instant) throws -> VerifiedToken {
        guard types.contains(token.header.type?.lowercased()) else {
            throw JOSEError.wrongType(found: token.header.type, expected: ["JWT"])
        }
        let claims = try JWTClaims(token.payloadObject(), issuedAt: .numericDateOrText)
        let document = try document(of: claims)
        let issuer = claims.issuer ?? TokenClaims.author(of: document, .credential)
        let key = try keys.key(for: TokenKeyHint(header: token.header, issuer: issuer))
        try token.verify(with: key)
        try claims.validate(at: now)
        return VerifiedToken(header: token.header, claims: claims, document: document, key: key, holderKey: nil)
    }

    /// The credential that claims stand for ("JWT Decoding" in VCDM 1.1). A claim and a member that are both there must
    /// say the same.
    private static func document(of claims: JWTClaims) throws(JOSEError) -> JSONObject {
        let document: JSONObject
        switch claims.object["vc"] {
        case .object(let credential)?: document = credential
        case nil where claims.object["@context"] != nil: document = TokenClaims.document(of: claims.object)
        default: throw .claim("vc", problem: "must be a credential, unless the payload itself is one")
        }
        var decoding = TokenDecoding(document)
        try decoding.name("issuer", claims.issuer, claim: "iss")
        try decoding.name("credentialSubject", claims.subject, claim: "sub")
        try decoding.text("id", claims.identifier, claim: "jti")
        let isVersion1 = document["@context"]?.arrayValue?.first == .string(DataModel.v1_1.context)
        try decoding.time(isVersion1 ? "issuanceDate" : "validFrom", claims.notBefore, claim: "nbf")
        try decoding.time(isVersion1 ? "expirationDate" : "validUntil", claims.expirationTime, claim: "exp")
        return decoding.document
    }
}

/// Puts claims where a credential has none of the same meaning, and refuses those that contradict it.
private struct TokenDecoding {
    private(set) var document: JSONObject

    init(_ document: JSONObject) { self.document = document }

    mutating func text(_ member: String, _ claim: String?, claim name: String) throws(JOSEError) {
        try TokenClaims.check(name, claim, is: document[member], member)
        if let claim, document[member] == nil { document[member] = .string(claim) }
    }

    /// A member that is a URL or an object with an `id`; of several subjects nothing is said.
    mutating func name(_ member: String, _ claim: String?, claim name: String) throws(JOSEError) {
        guard let claim, document[member]?.arrayValue == nil else { return }
        try TokenClaims.check(name, claim, is: document[member], member)
        guard case .object(var object)? = document[member] else {
            document[member] = document[member] ?? (member == "issuer" ? .string(claim) : ["id": .string(claim)])
            return
        }
        object["id"] = object["id"] ?? .string(claim)
        document[member] = .object(object)
    }

    /// A time, which the claim may give by the second only.
    mutating func time(_ member: String, _ claim: Instant?, claim name: String) throws(JOSEError) {
        guard let claim else { return }
        guard let text = document[member]?.stringValue else {
            document[member] = .string(claim.dateTimeStamp)
            return
        }
        guard let time = try? DateTimeStamp.instant(text, missingOffset: .isUTC), time.seconds == claim.seconds else {
            throw .claim(name, problem: "is \(claim), but \(member) is \(text.debugDescription)")
        }
    }
}
