/// A way of signing, by its name in JOSE ([RFC 7518, 3.1](https://www.rfc-editor.org/rfc/rfc7518#section-3.1)).
package enum SignatureAlgorithm: String, Hashable, Sendable, CaseIterable {
    /// Ed25519.
    case edDSA = "EdDSA"
    /// ECDSA on P-256 over SHA-256.
    case es256 = "ES256"
    /// ECDSA on P-384 over SHA-384.
    case es384 = "ES384"
    /// RSASSA-PKCS1-v1_5 over SHA-256.
    case rs256 = "RS256"
}

/// A key that verifies, of any kind that this room has.
package enum PublicKey: Hashable, Sendable {
    /// For ``SignatureAlgorithm/edDSA``.
    case ed25519(Ed25519PublicKey)
    /// For ``SignatureAlgorithm/es256`` or ``SignatureAlgorithm/es384``, as its curve says.
    case ecdsa(ECDSAPublicKey)
    /// For ``SignatureAlgorithm/rs256``.
    case rsa(RSAPublicKey)

    /// The one way of signing that this key verifies.
    package var algorithm: SignatureAlgorithm {
        switch self {
        case .ed25519: .edDSA
        case .ecdsa(let key): key.curve == .p256 ? .es256 : .es384
        case .rsa: .rs256
        }
    }

    /// Whether `signature` is this key's over `message`. ECDSA signatures are `r || s`.
    package func isValidSignature(_ signature: [UInt8], for message: [UInt8]) -> Bool {
        switch self {
        case .ed25519(let key): key.isValidSignature(signature, for: message)
        case .ecdsa(let key): key.isValidSignature(signature, for: message)
        case .rsa(let key): key.isValidSignature(signature, for: message)
        }
    }
}

/// A key that signs, of any kind that this room has.
package enum PrivateKey: Sendable {
    /// Ed25519.
    case ed25519(Ed25519PrivateKey)
    /// P-256 or P-384.
    case ecdsa(ECDSAPrivateKey)
    /// RSA, from a file.
    case rsa(RSAPrivateKey)

    /// The key that verifies what this one signs.
    package var publicKey: PublicKey {
        switch self {
        case .ed25519(let key): .ed25519(key.publicKey)
        case .ecdsa(let key): .ecdsa(key.publicKey)
        case .rsa(let key): .rsa(key.publicKey)
        }
    }

    /// The signature over `message`. ECDSA signatures are `r || s` and differ each time.
    package func sign(_ message: [UInt8]) throws(CryptographyError) -> [UInt8] {
        switch self {
        case .ed25519(let key): try key.sign(message)
        case .ecdsa(let key): try key.sign(message)
        case .rsa(let key): try key.sign(message)
        }
    }
}
