package import Cryptography
import Glibc
import Issuance
import JOSE
import Multiformats

/// The private keys of issuers: files named by the thumbprint of their public key, made here by the operator's
/// commands, and only read by the service.
extension DataDirectory {
    /// Makes a key.
    ///
    /// - Returns: its name in the vault.
    /// - Throws: `HostingError` for RSA, of which none is made here.
    package func makeIssuerKey(_ algorithm: SignatureAlgorithm, on machine: Machine) throws -> String {
        var random = MachineRandom(bytes: machine.randomBytes)
        switch algorithm {
        case .edDSA: return try keep(.ed25519(Ed25519PrivateKey(using: &random)), on: machine)
        case .es256: return try keep(.ecdsa(ECDSAPrivateKey(curve: .p256, using: &random)), on: machine)
        case .es384: return try keep(.ecdsa(ECDSAPrivateKey(curve: .p384, using: &random)), on: machine)
        case .rs256:
            throw HostingError("RSA keys are not made here; make one with openssl genpkey and give its file")
        }
    }

    /// Takes over a key from a PKCS#8 file of the owner's alone.
    ///
    /// - Parameter passphrase: of that file; nil when it is not encrypted.
    /// - Returns: its name in the vault.
    package func takeIssuerKey(from path: String, passphrase: [UInt8]?, on machine: Machine) throws -> String {
        try keep(try KeyFile.readAny(path: path, passphrase: passphrase), on: machine)
    }

    /// Takes out a key that was just put in, and that the service does not know.
    package func removeIssuerKey(_ thumbprint: String) throws {
        guard unsafe unlink(issuerKey(thumbprint)) == 0 else {
            throw HostingError("\(issuerKey(thumbprint)) cannot be removed: \(systemError())")
        }
    }

    /// The keys that the service finds here.
    func vault(_ machine: Machine) -> KeyVault {
        KeyVault { thumbprint in
            // The name comes in a command: nothing but a thumbprint may become a part of a path.
            guard (try? Base64URL.decode(thumbprint))?.count == SHA256Digest.byteCount else {
                throw Refusal(.invalidIssuer, "A key is named by its thumbprint (RFC 7638).", at: "/key")
            }
            let path = issuerKey(thumbprint)
            guard unsafe access(path, F_OK) == 0 else {
                throw Refusal(
                    .invalidIssuer, "There is no private key \(thumbprint) in the data directory.", at: "/key")
            }
            return try KeyFile.readAny(path: path, passphrase: machine.passphrase)
        }
    }

    private func keep(_ key: PrivateKey, on machine: Machine) throws -> String {
        let thumbprint = Base64URL.encode(JSONWebKey(key.publicKey).thumbprint.bytes)
        try KeyFile.write(key, to: issuerKey(thumbprint), passphrase: machine.passphrase)
        return thumbprint
    }
}

/// The machine's random bytes as a generator.
private struct MachineRandom: RandomNumberGenerator {
    let bytes: (Int) -> [UInt8]

    mutating func next() -> UInt64 { bytes(8).reduce(0) { $0 << 8 | UInt64($1) } }
}
