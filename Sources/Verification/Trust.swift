package import Credentials
package import Cryptography
package import LinkedData
package import OpenTimestamps
package import Temporal
package import TransparencyLog

/// What the verifier brings: everything that the evidence cannot say about itself.
package struct Trust: Sendable {
    /// The instant at which to judge.
    package var instant: Instant

    /// The issuers that the verifier means, by identifiers learnt from elsewhere; empty: whoever signed. A `did:key` or
    /// `did:jwk` means that key, under whatever name it signs; any other identifier means the keys in the document that
    /// was handed in for it.
    package var issuers: [URI] = []

    /// Keys that the verifier was handed, by name or bare; for whose they are, the verifier stands up.
    package var keyDocuments: [KeyDocument] = []

    /// The keys of the log, learnt from elsewhere; more than one while a key is replaced.
    package var logKeys: [VerifierKey] = []

    /// The logs that the verifier believes, beside `logKeys`, and the witnesses that must have cosigned; nil: no
    /// witness is asked for.
    package var logPolicy: LogPolicy?

    /// The roots of the timestamp authorities that the verifier believes; nil: their timestamps are left unread.
    package var timestampRoots: TrustedRoots?

    /// The headers of blocks that the verifier believes; nil: what is anchored in blocks is left unread.
    package var blockHeaders: BlockHeaders?

    /// The least work that such a header must have; only tests ask for less than Bitcoin.
    package var blockLimit = Target.bitcoinLimit

    /// The origin of the log; nil: the name of the key that signed.
    package var logOrigin: String?

    /// How old a status list may be; nil: any age, which is stated.
    package var maximumStatusAge: Milliseconds?

    /// Whether a credential may pass when its status list is not at hand. A list that is at hand is always read.
    package var mayLackStatusList = false

    /// Gives the status list at a URL, when none among the evidence is it; nil: it is not at hand. Whatever it gives is
    /// verified.
    package var statusList: (@Sendable (URI) -> Evidence?)?

    /// The JSON-LD contexts that are known.
    package var contexts: ContextRegistry = .published

    /// The JSON Schemas that are known, compiled.
    package var schemas = SchemaCheck([])

    /// Whether a credential may pass when a schema that it names is not at hand, or not of a kind that is known. A
    /// schema that is at hand is always asked.
    package var mayLackSchemas = false

    /// The bytes at URLs that credentials may refer to with a digest.
    package var resources: [String: [UInt8]] = [:]

    /// What the holder must have signed in answer to (`challenge` of proofs, `nonce` of tokens); nil: nothing was
    /// asked.
    package var challenge: String?

    /// Whom the holder must have signed for (`domain` of proofs, `aud` of tokens), all of them; nil: anybody.
    package var domains: [String]?

    /// Whether an embedded proof must say when it was made, as some interfaces of the W3C want it.
    package var requiresCreated = false

    /// How far the clock of a holder may be off, and how old the proof may be that a holder makes for a token.
    package var maximumHolderProofAge = Milliseconds.minutes(10)

    /// Whether the steps on the way to the answers are written down, which takes as long again.
    package var showsSteps = false

    /// Nobody and nothing known but the instant.
    package init(at instant: Instant) { self.instant = instant }

    /// The logs that are believed and the witnesses that are asked for, however the verifier named them.
    var policy: LogPolicy { logPolicy?.trusting(logKeys) ?? LogPolicy(trusting: logKeys) }
}
