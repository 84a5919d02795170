import CanonicalJSON
package import Credentials
package import Cryptography
package import JOSE
package import Temporal

/// A published list of statuses, whose signature is verified
/// ([Token Status List](https://datatracker.ietf.org/doc/draft-ietf-oauth-status-list/), section 5.1).
package struct TokenStatusListToken: Hashable, Sendable {
    /// `typ` of the token.
    package static let type = "statuslist+jwt"

    /// Where the list is published: the `uri` of the tokens that refer to it.
    package let subject: URI

    /// Who published it, if it says so.
    package let issuer: String?

    /// When it was made: every answer is as old as that.
    package let issuedAt: Instant

    /// From when on it may not be used any more.
    package let expirationTime: Instant?

    /// After how long a newer list should be fetched.
    package let timeToLive: Milliseconds?

    /// The statuses.
    package let list: TokenStatusList

    /// Signs a list to be published.
    ///
    /// - Parameters:
    ///   - subject: where it will be.
    ///   - issuer: who publishes it, in the words of the tokens that refer to it.
    ///   - timeToLive: at least a second.
    package static func sign(
        _ list: TokenStatusList, subject: URI, issuer: String?, at now: Instant, expirationTime: Instant? = nil,
        timeToLive: Milliseconds? = nil, keyID: String?, key: PrivateKey
    ) throws(JOSEError) -> JWS {
        precondition(timeToLive.map { $0 >= .seconds(1) } ?? true, "a ttl of less than a second")
        var claims: JSONObject = [
            "sub": .string(subject.description), "iat": now.numericDate, "status_list": .object(list.json),
        ]
        claims["iss"] = issuer.map(JSON.string)
        claims["exp"] = expirationTime?.numericDate
        claims["ttl"] = timeToLive.map { .integer($0.count / 1000) }
        var payload: [UInt8] = []
        claims.appendCanonical(to: &payload)
        return try JWS(
            signing: payload, header: JOSEHeader(key.publicKey.algorithm, type: type, keyID: keyID), key: key)
    }

    /// Verifies the token of a list.
    ///
    /// - Parameter key: one that the caller knows to speak about these tokens: usually their issuer's.
    /// - Throws: ``JOSE/JOSEError``: another `typ`, a bad signature, a list that expired or is not one.
    package init(verifying token: JWS, key: PublicKey, at now: Instant) throws(JOSEError) {
        try token.header.requireType([Self.type])
        try token.verify(with: key)
        let claims = try JWTClaims(token.payloadObject())
        try claims.validate(at: now)
        guard let text = claims.subject, let subject = try? URI(text) else {
            throw .claim("sub", problem: "must be the URL of the list")
        }
        guard let issuedAt = claims.issuedAt else { throw .claim("iat", problem: "is missing") }
        (self.subject, issuer) = (subject, claims.issuer)
        (self.issuedAt, expirationTime) = (issuedAt, claims.expirationTime)
        timeToLive = try Self.timeToLive(claims.object["ttl"])
        do {
            list = try TokenStatusList(claims.object["status_list"] ?? nil)
        } catch {
            throw .claim("status_list", problem: "is no list: \(error)")
        }
    }

    private static func timeToLive(_ json: JSON?) throws(JOSEError) -> Milliseconds? {
        guard let json else { return nil }
        // A hundred years are as good as for ever, and keep sums of times in range.
        let longest: Int64 = 100 * 365 * 86_400
        guard let seconds = json.doubleValue, seconds > 0 else {
            throw .claim("ttl", problem: "must be a positive number of seconds")
        }
        return Milliseconds(Int64(min(seconds, Double(longest)) * 1000))
    }

    /// What the list says of a token that refers to it (section 8.3).
    ///
    /// - Throws: ``StatusListError``: ``Credentials/ProblemType/statusVerification`` for another list,
    ///   ``Credentials/ProblemType/range`` for a place beyond the end.
    package func status(of reference: TokenStatusListReference) throws(StatusListError) -> TokenStatus {
        guard reference.uri == subject else {
            throw StatusListError(
                .statusVerification, at: JSONPointer().appending("sub"),
                "is \(subject), and the token means \(reference.uri)")
        }
        guard reference.index < list.count else {
            throw StatusListError(
                .range, at: JSONPointer().appending("status_list").appending("lst"),
                "has \(list.count) statuses, and the token asks for number \(reference.index)")
        }
        return list[reference.index]
    }
}
