import COpenSSL

/// An Ed25519 verification key. Equal when the 32 bytes are.
///
/// Any 32 bytes make a key: whether they are a point of the curve shows in verification, which then is false.
package final class Ed25519PublicKey: Sendable {
    /// The bytes of a key.
    package static let byteCount = 32
    /// The bytes of a signature, `R` and `S` in halves.
    package static let signatureByteCount = 64

    /// The 32 bytes of [RFC 8032, 5.1.2](https://www.rfc-editor.org/rfc/rfc8032#section-5.1.2).
    package let rawRepresentation: [UInt8]
    private let handle: KeyHandle

    /// - Throws: ``CryptographyError/wrongLength(of:expected:actual:)`` unless there are 32 bytes.
    package init(rawRepresentation bytes: [UInt8]) throws(CryptographyError) {
        guard bytes.count == Self.byteCount else {
            throw .wrongLength(of: "an Ed25519 public key", expected: Self.byteCount, actual: bytes.count)
        }
        guard let key = unsafe EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, bytes, bytes.count) else {
            throw LibraryErrors.take(during: "make an Ed25519 public key")
        }
        rawRepresentation = bytes
        handle = unsafe KeyHandle(owning: key)
    }

    /// Whether `signature` is a signature of this key over `message`, by the policy the room's page states.
    package func isValidSignature(_ signature: [UInt8], for message: [UInt8]) -> Bool {
        guard signature.count == Self.signatureByteCount else { return false }
        return unsafe handle.verify(signature, for: message, digest: nil)
    }
}

extension Ed25519PublicKey: Hashable {
    /// Equal when the 32 bytes are.
    package static func == (left: Ed25519PublicKey, right: Ed25519PublicKey) -> Bool {
        left.rawRepresentation == right.rawRepresentation
    }

    /// Hashes the 32 bytes.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(rawRepresentation)
    }
}
