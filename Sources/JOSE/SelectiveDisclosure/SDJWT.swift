package import CanonicalJSON

/// A signed token some claims of which are hidden behind digests, with the disclosures of those that may be seen, and
/// possibly a proof that the holder shows it (SD-JWT and SD-JWT+KB,
/// [RFC 9901, 4](https://www.rfc-editor.org/rfc/rfc9901#section-4)).
///
/// Reading one says nothing about who signed it; ``verify(issuerKey:types:keyBinding:at:leeway:)`` does.
package struct SDJWT: Hashable, Sendable {
    /// The most disclosures in one token; the largest published example has some thirty.
    package static let maximumDisclosures = 1024

    /// The token that the issuer signed.
    package let issuerSigned: JWS

    /// Its payload, with digests. Until the signature is verified it is only what somebody claims.
    package let payload: JSONObject

    /// What may be seen, in the order given.
    package let disclosures: [Disclosure]

    /// The holder's token (the KB-JWT), if there is one.
    package let keyBinding: JWS?

    /// Reads a token: `<JWT>~<disclosure>~…~` and perhaps a KB-JWT behind it.
    package init(parsing compact: String) throws(JOSEError) {
        guard compact.utf8.count <= JWS.maximumByteCount else {
            throw .tooMuch(of: "bytes in the token", limit: JWS.maximumByteCount)
        }
        let parts = compact.utf8.split(
            separator: UInt8(ascii: "~"), maxSplits: Self.maximumDisclosures + 2, omittingEmptySubsequences: false
        ).map { String(Substring($0)) }
        guard parts.count >= 2, let last = parts.last else {
            throw .malformed(part: "the token", problem: "has no ~, so it is not an SD-JWT")
        }
        guard parts.count <= Self.maximumDisclosures + 2 else {
            throw .tooMuch(of: "disclosures", limit: Self.maximumDisclosures)
        }
        var disclosures: [Disclosure] = []
        disclosures.reserveCapacity(parts.count - 2)
        for part in parts[1..<(parts.count - 1)] { disclosures.append(try Disclosure(parsing: part)) }
        try self.init(
            JWS(parsing: parts[0]), disclosures: disclosures,
            keyBinding: last.isEmpty ? nil : try JWS(parsing: last))
    }

    init(_ issuerSigned: JWS, disclosures: [Disclosure], keyBinding: JWS? = nil) throws(JOSEError) {
        payload = try issuerSigned.payloadObject()
        (self.issuerSigned, self.disclosures, self.keyBinding) = (issuerSigned, disclosures, keyBinding)
    }

    private init(_ token: SDJWT, disclosures: [Disclosure], keyBinding: JWS?) {
        (issuerSigned, payload) = (token.issuerSigned, token.payload)
        (self.disclosures, self.keyBinding) = (disclosures, keyBinding)
    }

    /// The same token with other disclosures, and so without a KB-JWT, which would cover the old ones.
    func with(_ disclosures: [Disclosure]) -> SDJWT { SDJWT(self, disclosures: disclosures, keyBinding: nil) }

    /// The same token with a KB-JWT.
    func with(_ keyBinding: JWS) -> SDJWT { SDJWT(self, disclosures: disclosures, keyBinding: keyBinding) }

    /// The token as text.
    package var compact: String { withoutKeyBinding + (keyBinding?.compact ?? "") }

    /// What a KB-JWT covers: everything up to and with the last `~`.
    var withoutKeyBinding: String {
        disclosures.reduce(into: issuerSigned.compact + "~") { $0 += $1.encoded + "~" }
    }

    /// How the digests in it are made (`_sd_alg`).
    package func hash() throws(JOSEError) -> DisclosureHash {
        guard let json = payload["_sd_alg"] else { return .sha256 }
        guard case .string(let name) = json else { throw .claim("_sd_alg", problem: "must be a string") }
        guard let hash = DisclosureHash(rawValue: name) else {
            throw .unsupported("the digest algorithm \(name.debugDescription) of _sd_alg")
        }
        return hash
    }
}
