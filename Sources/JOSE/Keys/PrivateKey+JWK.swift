package import CanonicalJSON
package import Cryptography

extension PrivateKey {
    /// Reads a private JSON Web Key, for somebody who brings a key along: Ed25519, P-256 or P-384. An RSA private key
    /// comes from a PEM file.
    ///
    /// - Throws: ``JOSEError``: the public members are not those of the secret one, or what ``JSONWebKey/init(_:)``
    ///   refuses.
    package init(jwk json: JSON) throws(JOSEError) {
        let reader = JWKReader(try JWKReader.object(json), operation: "sign")
        let type = try reader.string("kty")
        guard type != "RSA" else { throw .unsupported("an RSA private key as JWK (give it as PKCS#8 in PEM form)") }
        let publicKey = try reader.publicKey()
        var secret = try reader.bytes("d")
        defer { secret.wipe() }
        switch publicKey {
        case .ed25519:
            self = .ed25519(
                try reader.key { () throws(CryptographyError) in try Ed25519PrivateKey(seed: secret) })
        case .ecdsa(let key):
            self = .ecdsa(
                try reader.key { () throws(CryptographyError) in
                    try ECDSAPrivateKey(curve: key.curve, scalar: secret)
                })
        case .rsa: preconditionFailure("refused above")
        }
        guard self.publicKey == publicKey else {
            throw .unacceptableKey("its public members are not those of the secret one")
        }
        try reader.checkUse(for: publicKey.algorithm)
    }
}
