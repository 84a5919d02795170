package import CanonicalJSON
package import Cryptography

/// A public key as JSON ([RFC 7517](https://www.rfc-editor.org/rfc/rfc7517),
/// [RFC 7518, 6](https://www.rfc-editor.org/rfc/rfc7518#section-6),
/// [RFC 8037, 2](https://www.rfc-editor.org/rfc/rfc8037#section-2)).
///
/// Members that say nothing about what the key is or may do (certificates, dates) are ignored, as RFC 7517 has it.
package struct JSONWebKey: Hashable, Sendable {
    /// The key.
    package let publicKey: PublicKey

    /// What its owner calls it (`kid`).
    package let keyID: String?

    /// A key to be written, with the name its owner gives it.
    package init(_ publicKey: PublicKey, keyID: String? = nil) {
        (self.publicKey, self.keyID) = (publicKey, keyID)
    }

    /// Reads a public key that verifies signatures.
    ///
    /// - Throws: ``JOSEError``: a private member is there; `alg`, `use` or `key_ops` says that the key is for
    ///   something else; a number has another length than its kind of key; the point is not on the curve.
    package init(_ json: JSON) throws(JOSEError) {
        let reader = JWKReader(try JWKReader.object(json), operation: "verify")
        publicKey = try reader.publicKey()
        try reader.refusePrivateMembers()
        try reader.checkUse(for: publicKey.algorithm)
        keyID = try reader.optionalString("kid")
    }

    /// The key with as few members as say what it is, and its name.
    package var json: JSONObject {
        var json = requiredMembers
        json["kid"] = keyID.map(JSON.string)
        return json
    }

    /// The members that a thumbprint covers ([RFC 7638, 3.2](https://www.rfc-editor.org/rfc/rfc7638#section-3.2)).
    var requiredMembers: JSONObject {
        switch publicKey {
        case .ed25519(let key):
            ["crv": "Ed25519", "kty": "OKP", "x": .base64URL(key.rawRepresentation)]
        case .ecdsa(let key):
            ["crv": .string(key.curve.description), "kty": "EC", "x": .base64URL(key.x), "y": .base64URL(key.y)]
        case .rsa(let key):
            ["e": .base64URL(key.exponent), "kty": "RSA", "n": .base64URL(key.modulus)]
        }
    }

    /// The hash that names the key everywhere ([RFC 7638](https://www.rfc-editor.org/rfc/rfc7638)), with SHA-256.
    package var thumbprint: SHA256Digest { SHA256.hash(JSON.object(requiredMembers).canonicalBytes) }
}
