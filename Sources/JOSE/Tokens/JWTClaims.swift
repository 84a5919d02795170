package import CanonicalJSON
package import Cryptography
package import Temporal

/// The claims of a token, the registered ones read ([RFC 7519, 4](https://www.rfc-editor.org/rfc/rfc7519#section-4)).
///
/// A NumericDate may have a fraction, as the RFC allows; what is below a millisecond is dropped.
package struct JWTClaims: Hashable, Sendable {
    /// Every claim, also the ones below.
    package let object: JSONObject

    /// Who made the token (`iss`).
    package let issuer: String?

    /// Whom it is about (`sub`).
    package let subject: String?

    /// Whom it is for (`aud`); empty: nobody is named.
    package let audience: [String]

    /// From when on it counts no more (`exp`).
    package let expirationTime: Instant?

    /// Before when it does not count yet (`nbf`).
    package let notBefore: Instant?

    /// When it was made (`iat`). Nothing follows from it but its age.
    package let issuedAt: Instant?

    /// What identifies it (`jti`).
    package let identifier: String?

    /// How `iat` may be written.
    package enum IssuedAtForm: Sendable {
        /// As RFC 7519 has it.
        case numericDate
        /// Also as a date-time of RFC 3339, which published credentials have there.
        case numericDateOrText
    }

    /// Reads the claims of a payload.
    ///
    /// - Throws: ``JOSEError/claim(_:problem:)`` for a registered claim of another shape.
    package init(_ object: JSONObject, issuedAt form: IssuedAtForm = .numericDate) throws(JOSEError) {
        self.object = object
        issuer = try object.optionalString("iss")
        subject = try object.optionalString("sub")
        identifier = try object.optionalString("jti")
        audience = try object.audience()
        expirationTime = try object.numericDate("exp")
        notBefore = try object.numericDate("nbf")
        if form == .numericDateOrText, let text = object["iat"]?.stringValue {
            issuedAt = try? Instant(rfc3339: text)
            guard issuedAt != nil else { throw .claim("iat", problem: "must be a time") }
        } else {
            issuedAt = try object.numericDate("iat")
        }
    }

    /// Refuses the token before `nbf` and from `exp` on.
    ///
    /// - Parameter leeway: how far the clocks of issuer and verifier may be apart.
    package func validate(at now: Instant, leeway: Milliseconds = .zero) throws(JOSEError) {
        if let expirationTime, now - expirationTime >= leeway { throw .expired(at: expirationTime) }
        if let notBefore, notBefore - now > leeway { throw .notYetValid(before: notBefore) }
    }

    /// The key that whoever shows the token must have (`cnf` with `jwk`,
    /// [RFC 7800, 3.2](https://www.rfc-editor.org/rfc/rfc7800#section-3.2)); nil: the token is not bound to one.
    package func confirmationKey() throws(JOSEError) -> PublicKey? {
        guard let confirmation = object["cnf"] else { return nil }
        guard case .object(let members) = confirmation else { throw .claim("cnf", problem: "must be an object") }
        guard let key = members["jwk"] else { throw .unsupported("a cnf that is not a jwk") }
        return try JSONWebKey(key).publicKey
    }
}

extension Instant {
    /// The NumericDate of the whole second ([RFC 7519, 2](https://www.rfc-editor.org/rfc/rfc7519#section-2)).
    package var numericDate: JSON { .integer(seconds) }
}

extension JSONObject {
    fileprivate func optionalString(_ name: String) throws(JOSEError) -> String? {
        guard let json = self[name] else { return nil }
        guard case .string(let text) = json else { throw .claim(name, problem: "must be a string") }
        return text
    }

    fileprivate func audience() throws(JOSEError) -> [String] {
        switch self["aud"] {
        case nil: return []
        case .string(let text): return [text]
        case .array(let elements):
            let texts = elements.compactMap(\.stringValue)
            guard texts.count == elements.count else { break }
            return texts
        default: break
        }
        throw .claim("aud", problem: "must be a string or a list of strings")
    }

    fileprivate func numericDate(_ name: String) throws(JOSEError) -> Instant? {
        let instant: Instant? =
            switch self[name] {
            case nil: nil
            case .integer(let seconds): try? Instant(parsingSeconds: seconds)
            case .number(let seconds):
                Int64(exactly: (seconds * 1000).rounded(.down)).flatMap { try? Instant(parsing: $0) }
            default: nil
            }
        guard instant != nil || self[name] == nil else {
            throw .claim(name, problem: "must be a number of seconds since 1970, within the years 0001 to 9999")
        }
        return instant
    }
}
