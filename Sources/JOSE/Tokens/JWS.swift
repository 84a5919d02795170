package import CanonicalJSON
package import Cryptography
import Multiformats

/// A signed token in compact form: header, payload and signature, each in base64url
/// ([RFC 7515, 7.1](https://www.rfc-editor.org/rfc/rfc7515#section-7.1)).
///
/// Reading one says nothing about who signed it; ``verify(with:)`` does.
package struct JWS: Hashable, Sendable {
    /// The most bytes of a token: a payload as large as JSON may be, in base64url, with its header and signature.
    package static let maximumByteCount = 1_600_000

    /// What stands before the payload.
    package let header: JOSEHeader

    /// The payload, decoded. Until the signature is verified it is only what somebody claims.
    package let payload: [UInt8]

    /// The signature, decoded.
    package let signature: [UInt8]

    /// The token as text, as it was given.
    package let compact: String

    /// Reads a token.
    ///
    /// - Throws: ``JOSEError``: there are not three parts, one is not base64url in its one spelling, or the header is
    ///   refused.
    package init(parsing compact: String) throws(JOSEError) {
        guard compact.utf8.count <= Self.maximumByteCount else {
            throw .tooMuch(of: "bytes in the token", limit: Self.maximumByteCount)
        }
        // By bytes: four times as fast as by characters.
        let parts = compact.utf8.split(
            separator: UInt8(ascii: "."), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3 else {
            throw .malformed(part: "the token", problem: "must be three parts with two dots between them")
        }
        header = try JOSEHeader(parsing: Self.decode(parts[0], "the header"))
        payload = try Self.decode(parts[1], "the payload")
        signature = try Self.decode(parts[2], "the signature")
        self.compact = compact
    }

    /// Signs a payload.
    ///
    /// - Parameter header: its algorithm must be the key's; another stops the program.
    package init(signing payload: [UInt8], header: JOSEHeader, key: PrivateKey) throws(JOSEError) {
        precondition(header.algorithm == key.publicKey.algorithm, "a header for another kind of key")
        var text = Base64URL.encode(JSON.object(header.parameters).canonicalBytes)
        text += "."
        text += Base64URL.encode(payload)
        do {
            signature = try key.sign(Array(text.utf8))
        } catch {
            throw .unacceptableKey("\(error)")
        }
        text += "."
        text += Base64URL.encode(signature)
        (self.header, self.payload, compact) = (header, payload, text)
    }

    /// Refuses the token unless its signature is one of this key, by this key's one algorithm
    /// ([RFC 7515, 5.2](https://www.rfc-editor.org/rfc/rfc7515#section-5.2)).
    package func verify(with key: PublicKey) throws(JOSEError) {
        guard header.algorithm == key.algorithm else {
            throw .unacceptableKey(
                "the token says \(header.algorithm.joseName), the key is for \(key.algorithm.joseName)")
        }
        guard key.isValidSignature(signature, for: signingInput) else { throw .invalidSignature }
    }

    /// The payload of a token whose payload must be one JSON object, as every JWT's is
    /// ([RFC 7519, 7.2](https://www.rfc-editor.org/rfc/rfc7519#section-7.2)).
    package func payloadObject() throws(JOSEError) -> JSONObject { try JSONObject(payload: payload) }

    /// Everything before the last dot.
    private var signingInput: [UInt8] {
        Array(compact.utf8.prefix(upTo: compact.utf8.lastIndex(of: UInt8(ascii: ".")) ?? compact.utf8.startIndex))
    }

    static func decode(_ text: Substring.UTF8View, _ part: String) throws(JOSEError) -> [UInt8] {
        do {
            return try Base64URL.decode(String(Substring(text)))
        } catch {
            throw .malformed(part: part, problem: "\(error)")
        }
    }
}

extension JSONObject {
    /// A payload that must be one JSON object.
    package init(payload: [UInt8]) throws(JOSEError) {
        let json: JSON
        do {
            json = try JSON(parsing: payload)
        } catch {
            throw .malformed(part: "the payload", problem: "\(error)")
        }
        guard case .object(let object) = json else {
            throw .malformed(part: "the payload", problem: "is not a JSON object")
        }
        self = object
    }
}
