import Credentials
import Synchronization

/// The keys that a source has opened lately, by their names. Only names that are keys themselves are kept, so what is
/// kept is always right.
///
/// To open a key takes a twentieth of the time of an Ed25519 signature's verification and half of the time of one on
/// P-256, and a verifier sees the same few issuers again and again.
final class OpenedKeys: Sendable {
    /// Far more issuers than one verifier sees in a while; more are forgotten all at once and opened again.
    private static let maximumCount = 256

    private let methods = Mutex<[URI: VerificationMethod]>([:])

    /// The key of that name, from what is known or else from `open`.
    func method(_ url: URI, open: () throws(ProofError) -> VerificationMethod?) throws(ProofError)
        -> VerificationMethod?
    {
        if let known = methods.withLock({ $0[url] }) { return known }
        guard let method = try open() else { return nil }
        methods.withLock { methods in
            if methods.count >= Self.maximumCount { methods = [:] }
            methods[url] = method
        }
        return method
    }
}
