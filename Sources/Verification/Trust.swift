package import Proofs
package import Temporal
package import TransparencyLog

/// What the verifier brings: everything that the evidence cannot say about itself.
package struct Trust: Sendable {
    /// The instant at which to judge.
    package var instant: Instant

    /// The issuers that the verifier means, as keys learnt from elsewhere; empty: whoever signed.
    package var issuers: [DIDKey] = []

    /// The keys of the log, learnt from elsewhere; more than one while a key is replaced.
    package var logKeys: [VerifierKey] = []

    /// The origin of the log; nil: the name of the key that signed.
    package var logOrigin: String?

    /// How old a status list may be; nil: any age, which is stated.
    package var maximumStatusAge: Milliseconds?

    /// Whether a credential may pass when its status list is not at hand. A list that is at hand is always read.
    package var mayLackStatusList = false

    package init(at instant: Instant) { self.instant = instant }
}
