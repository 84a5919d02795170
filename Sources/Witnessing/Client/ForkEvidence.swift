package import CanonicalJSON
package import Temporal
package import TransparencyLog

/// What is written down before a service stops for good: what a witness said, our newest checkpoint, and the checkpoint
/// that contradicts it, where the witness showed it. Public facts only.
package struct ForkEvidence: Sendable {
    /// The name of the log.
    package let origin: String
    /// Who found out.
    package let witness: LogPolicy.Witness
    /// In a sentence.
    package let why: String
    /// When, by the service's clock.
    package let seenAt: Instant
    /// Our newest checkpoint.
    package let ours: SignedNote
    /// The checkpoint with our log's signature that our log does not continue; nil when only the witness's word is
    /// there.
    package let theirs: SignedNote?

    /// Evidence made from its parts.
    package init(
        origin: String, witness: LogPolicy.Witness, why: String, seenAt: Instant, ours: SignedNote,
        theirs: SignedNote?
    ) {
        self.origin = origin
        self.witness = witness
        self.why = why
        self.seenAt = seenAt
        self.ours = ours
        self.theirs = theirs
    }

    /// The file: one object. `proven` says whether the two notes convict by themselves.
    package var document: JSON {
        [
            "type": "PunctualForkEvidence", "version": 1, "origin": .string(origin),
            "seenAt": .string(seenAt.rfc3339), "why": .string(why), "proven": .bool(theirs != nil),
            "witness": [
                "name": .string(witness.name.description), "vkey": .string(witness.key.vkey),
                "url": witness.url.map(JSON.string) ?? .null,
            ],
            "ours": .string(String(decoding: ours.bytes, as: UTF8.self)),
            "theirs": theirs.map { .string(String(decoding: $0.bytes, as: UTF8.self)) } ?? .null,
        ]
    }
}
