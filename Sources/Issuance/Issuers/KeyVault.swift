package import Cryptography

/// Where the private keys of issuers are. The service never makes one and never writes one: whoever runs it puts a key
/// into the vault, and then tells the service its name.
package struct KeyVault: Sendable {
    /// The key of that name: the base64url SHA-256 thumbprint of its public key (RFC 7638).
    package let key: @Sendable (_ thumbprint: String) throws -> PrivateKey

    package init(key: @escaping @Sendable (_ thumbprint: String) throws -> PrivateKey) { self.key = key }
}
