package import Cryptography
package import JOSE

/// A signed message in CBOR: protected header, payload and signature
/// ([RFC 9052, 4.2](https://www.rfc-editor.org/rfc/rfc9052#section-4.2)), as credentials have it
/// ([VC-JOSE-COSE, 3.3](https://www.w3.org/TR/vc-jose-cose/#securing-with-cose)).
///
/// Reading one says nothing about who signed it; ``verify(with:)`` does. Unprotected parameters are not signed, so
/// they have no effect. CBOR is read in its one deterministic encoding.
package struct COSESign1: Hashable, Sendable {
    /// The most bytes of a message, as for a ``JOSE/JWS``.
    package static let maximumByteCount = JWS.maximumByteCount

    /// `COSE_Sign1` (18) as a tag, which stands in front.
    private static let tag: UInt8 = 0xC0 | 18

    /// The protected header, in the words of JOSE: `alg`, `typ` (label 16), `cty` (label 3), `kid` (label 4).
    package let header: JOSEHeader

    /// What was signed.
    package let payload: [UInt8]

    /// The signature.
    package let signature: [UInt8]

    /// The message, as it was given.
    package let encoded: [UInt8]

    /// The protected header as it is signed.
    private let protected: [UInt8]

    /// Reads a message, with or without its tag.
    ///
    /// - Throws: ``JOSE/JOSEError``: not a `COSE_Sign1` with its payload inside, or a header that is refused: no
    ///   algorithm, one that we do not have, or `crit`.
    package init(parsing encoded: [UInt8]) throws(JOSEError) {
        guard encoded.count <= Self.maximumByteCount else {
            throw .tooMuch(of: "bytes in the message", limit: Self.maximumByteCount)
        }
        let untagged = encoded.first == Self.tag ? encoded.dropFirst() : encoded[...]
        guard case .array(let parts)? = try? CBOR(decoding: untagged), parts.count == 4,
            case .bytes(let protected) = parts[0], case .map = parts[1], case .bytes(let payload) = parts[2],
            case .bytes(let signature) = parts[3]
        else { throw .malformed(part: "the message", problem: "is not a COSE_Sign1 in deterministic CBOR") }
        header = try Self.header(protected)
        (self.protected, self.payload, self.signature) = (protected, payload, signature)
        self.encoded = encoded
    }

    /// Signs a payload.
    ///
    /// - Parameter header: its algorithm must be the key's; another stops the program.
    package init(signing payload: [UInt8], header: JOSEHeader, key: PrivateKey) throws(JOSEError) {
        precondition(header.algorithm == key.publicKey.algorithm, "a header for another kind of key")
        let labels: [(Label, CBOR?)] = [
            (.algorithm, CBOR(header.algorithm)), (.contentType, header.contentType.map(CBOR.text)),
            (.keyID, header.keyID.map { .bytes(Array($0.utf8)) }), (.type, header.type.map(CBOR.text)),
        ]
        protected =
            CBOR.map(
                labels.compactMap { label, value in value.map { CBOR.Entry(key: label.rawValue, value: $0) } }
            ).encoded
        do {
            signature = try key.sign(Self.signedBytes(protected, payload))
        } catch {
            throw .unacceptableKey("\(error)")
        }
        let message = CBOR.array([.bytes(protected), .map([]), .bytes(payload), .bytes(signature)])
        (self.header, self.payload, encoded) = (header, payload, [Self.tag] + message.encoded)
    }

    /// Refuses the message unless its signature is one of this key.
    package func verify(with key: PublicKey) throws(JOSEError) {
        guard header.algorithm == key.algorithm else {
            throw .unacceptableKey(
                "the message says \(header.algorithm.joseName), the key is for \(key.algorithm.joseName)")
        }
        guard key.isValidSignature(signature, for: Self.signedBytes(protected, payload)) else {
            throw .invalidSignature
        }
    }

    /// `Sig_structure` ([RFC 9052, 4.4](https://www.rfc-editor.org/rfc/rfc9052#section-4.4)).
    private static func signedBytes(_ protected: [UInt8], _ payload: [UInt8]) -> [UInt8] {
        CBOR.array([.text("Signature1"), .bytes(protected), .bytes([]), .bytes(payload)]).encoded
    }
}

extension COSESign1 {
    /// Header parameters ([RFC 9052, 3.1](https://www.rfc-editor.org/rfc/rfc9052#section-3.1),
    /// [RFC 9596](https://www.rfc-editor.org/rfc/rfc9596)).
    private enum Label: UInt64 {
        case algorithm = 1
        case critical = 2
        case contentType = 3
        case keyID = 4
        case type = 16
    }

    private static func header(_ protected: [UInt8]) throws(JOSEError) -> JOSEHeader {
        guard case .map(let entries)? = try? CBOR(decoding: protected[...]) else { throw malformed("is not a map") }
        func value(_ label: Label) -> CBOR? { entries.first { $0.key == label.rawValue }?.value }
        guard value(.critical) == nil else { throw .unsupported("the header parameter crit") }
        guard let algorithm = value(.algorithm) else { throw malformed("has no alg") }
        guard let known = SignatureAlgorithm.allCases.first(where: { CBOR($0) == algorithm }) else {
            throw .unsupported("the algorithm of the message")
        }
        return JOSEHeader(
            known, type: try text(value(.type)), contentType: try text(value(.contentType)),
            keyID: try keyID(value(.keyID)))
    }

    private static func text(_ value: CBOR?) throws(JOSEError) -> String? {
        guard let value else { return nil }
        guard case .text(let text) = value else { throw malformed("has a type that is no text") }
        return text
    }

    private static func keyID(_ value: CBOR?) throws(JOSEError) -> String? {
        guard let value else { return nil }
        guard case .bytes(let bytes) = value, let text = String(validating: bytes, as: UTF8.self) else {
            throw malformed("has a kid that is no text in bytes")
        }
        return text
    }

    private static func malformed(_ problem: String) -> JOSEError {
        .malformed(part: "the protected header", problem: problem)
    }
}

extension CBOR {
    /// The algorithm by its number in COSE ([RFC 9053, 2](https://www.rfc-editor.org/rfc/rfc9053#section-2),
    /// [RFC 8812, 2](https://www.rfc-editor.org/rfc/rfc8812#section-2)): -8, -7, -35, -257.
    fileprivate init(_ algorithm: SignatureAlgorithm) {
        self =
            switch algorithm {
            case .edDSA: .negative(7)
            case .es256: .negative(6)
            case .es384: .negative(34)
            case .rs256: .negative(256)
            }
    }
}
