import Cryptography
import Synchronization

/// Every key that signs, prepared once: a credential signer for each.
final class Signers: Sendable {
    private let vault: KeyVault
    private let url: String
    /// By the URL of the key. Bounded by the number of keys, which the issuer book bounds.
    private let prepared = Mutex<[String: CredentialSigner]>([:])

    init(_ vault: KeyVault, url: String) {
        self.vault = vault
        self.url = url
    }

    /// The signer for an issuer that an institution may use.
    ///
    /// - Parameter tenant: nil for whoever reaches the service, who may use open issuers only.
    /// - Throws: `Refusal`: there is no such issuer for them, or it has no key now.
    func signer(for name: IssuerName, of tenant: TenantID?, in issuers: IssuerBook) throws -> CredentialSigner {
        guard let issuer = issuers.issuers[name],
            issuer.isOpen || tenant != nil && [tenant, .default].contains(issuer.tenant)
        else { throw Refusal.unknownIssuer }
        guard let key = issuers.activeKey(of: name) else {
            throw Refusal(
                .invalidIssuer, "The key of the issuer \(name) was revoked and it was not given a new one.",
                at: "/issuer")
        }
        return try signer(for: key, in: issuers)
    }

    /// The signer with that very key.
    func signer(for key: IssuerKey, in issuers: IssuerBook) throws -> CredentialSigner {
        if let known = prepared.withLock({ $0[key.id] }) { return known }
        guard let issuer = issuers.issuers[key.added.issuer] else { throw Refusal.unknownIssuer }
        let signer = try CredentialSigner(issuer, key.added, try vault.key(key.added.thumbprint), url: url)
        prepared.withLock { $0[key.id] = signer }
        return signer
    }
}
