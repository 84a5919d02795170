import COpenSSL

/// The answer of a timestamp authority: its status, and with luck a token
/// ([RFC 3161, 2.4.2](https://www.rfc-editor.org/rfc/rfc3161#section-2.4.2)). Read, not yet believed.
package struct TimestampResponse: Hashable, Sendable {
    /// A token with a chain of certificates has some 2 to 8 KB; no honest one comes near this.
    package static let maximumByteCount = 65_536

    /// The bytes as they came.
    package let der: [UInt8]
    /// Why there is no token, in words; nil when there is one.
    package let refusal: String?
    /// `genTime` as the token says it, not verified, in milliseconds since 1970-01-01T00:00:00Z; nil without a token.
    package let statedMilliseconds: Int64?

    /// Reads a response.
    ///
    /// - Throws: ``TimestampError/malformed(_:)`` for anything else, for bytes after it, for a token whose time cannot
    ///   be told, and for a response that grants without a token or refuses with one.
    package init(_ der: [UInt8]) throws(TimestampError) {
        let response = try TimestampResponseHandle(der)
        self.der = der
        guard let status = response.status else { throw .malformed("its status cannot be read") }
        // 0 is granted, 1 is granted with modifications.
        let isGranted = status == 0 || status == 1
        guard isGranted == response.hasToken else {
            throw .malformed(isGranted ? "it is granted without a token" : "it is refused with a token")
        }
        refusal = isGranted ? nil : response.refusal(status)
        statedMilliseconds = isGranted ? try response.genTimeMilliseconds() : nil
    }

    /// Verifies signature, chain, signer, imprint and nonce.
    ///
    /// - Parameters:
    ///   - imprint: what the token must be over.
    ///   - nonce: what was asked with; nil when that is not known any more, and then any will do.
    ///   - roots: the authorities to believe.
    ///   - instant: when the chain of certificates must be valid, in milliseconds since 1970-01-01T00:00:00Z. For a
    ///     token that is not renewed: now. For a renewed one: the instant of its renewal.
    package func verify(
        imprint: SHA256Digest, nonce: [UInt8]?, roots: TrustedRoots, atMilliseconds instant: Int64
    ) throws(TimestampError) -> Timestamp {
        if let refusal { throw .refused(refusal) }
        let response = try TimestampResponseHandle(der)
        let seconds = Int(instant / 1000)
        let chain = try TimestampChain(of: response, roots: roots, atSeconds: seconds)
        try response.verify(imprint: imprint, nonce: nonce, roots: roots, atSeconds: seconds)
        return try response.timestamp(chain)
    }

    /// The earliest end of validity in the chain of the signer, judged at an instant, without the token itself being
    /// verified; both in milliseconds since 1970-01-01T00:00:00Z. To know when a token that was verified before it was
    /// kept has to be renewed.
    package func chainExpiresMilliseconds(
        roots: TrustedRoots, atMilliseconds instant: Int64
    ) throws(TimestampError) -> Int64 {
        if let refusal { throw .refused(refusal) }
        return try TimestampChain(of: TimestampResponseHandle(der), roots: roots, atSeconds: Int(instant / 1000))
            .expiresMilliseconds
    }
}
