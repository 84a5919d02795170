package import Cryptography
package import Multiformats

extension PublicKey {
    /// The key that a Multikey is ([CID 1.0, 2.2.2](https://www.w3.org/TR/cid-1.0/#Multikey)).
    /// - Throws: ``CryptographyError`` when it is a secret key, or not a point of its curve.
    package init(_ multikey: Multikey) throws(CryptographyError) {
        switch multikey.type {
        case .ed25519PublicKey: self = .ed25519(try Ed25519PublicKey(rawRepresentation: multikey.bytes))
        case .p256PublicKey: self = .ecdsa(try ECDSAPublicKey(curve: .p256, point: multikey.bytes))
        case .p384PublicKey: self = .ecdsa(try ECDSAPublicKey(curve: .p384, point: multikey.bytes))
        case .ed25519SecretKey, .p256SecretKey, .p384SecretKey:
            throw .invalidKey("it is a secret key where a public one belongs")
        }
    }

    /// The key as a Multikey; nil for RSA, which has no such form.
    package var multikey: Multikey? {
        switch self {
        case .ed25519(let key): Multikey(key)
        case .ecdsa(let key): Multikey(key)
        case .rsa: nil
        }
    }
}

extension Multikey {
    /// An Ed25519 public key.
    init(_ key: Ed25519PublicKey) { self.init(.ed25519PublicKey, of: key.rawRepresentation) }

    /// A point of a NIST curve, compressed.
    init(_ key: ECDSAPublicKey) {
        self.init(key.curve == .p256 ? .p256PublicKey : .p384PublicKey, of: key.compressedPoint)
    }

    private init(_ type: KeyType, of bytes: [UInt8]) {
        do {
            try self.init(type: type, bytes: bytes)
        } catch {
            preconditionFailure("the bytes of a key are as long as its type says: \(error)")
        }
    }
}
