package import Credentials
package import Cryptography
package import Temporal

/// A public key with its name and its owner ([CID 1.0, 2.2](https://www.w3.org/TR/cid-1.0/#verification-methods)).
package struct VerificationMethod: Hashable, Sendable {
    /// The URL of the key, with a fragment.
    package let id: URI

    /// Who has the private key, as far as the source of the key says so.
    package let controller: URI

    /// The key.
    package let publicKey: PublicKey

    /// From when on the key makes no more proofs, as its owner planned it; nil: never.
    package let expires: Instant?

    /// From when on what the key signs is not its owner's; nil: it was not revoked.
    package let revoked: Instant?

    /// A key of somebody.
    package init(id: URI, controller: URI, publicKey: PublicKey, expires: Instant? = nil, revoked: Instant? = nil) {
        (self.id, self.controller, self.publicKey) = (id, controller, publicKey)
        (self.expires, self.revoked) = (expires, revoked)
    }

    /// Why a proof made at `instant` does not count, as a sentence whose subject is the key; nil when it does.
    ///
    /// A proof says itself when it was made (`created`), and whoever stole a key says what they like. A verifier with
    /// better evidence of the time, such as a log, asks again with it.
    package func objection(toProofMadeAt instant: Instant) -> String? {
        if let revoked, instant >= revoked {
            return "was revoked at \(revoked.dateTimeStamp), before the proof was made at \(instant.dateTimeStamp)"
        }
        if let expires, instant >= expires {
            return "was for use until \(expires.dateTimeStamp), and the proof was made at \(instant.dateTimeStamp)"
        }
        return nil
    }
}
