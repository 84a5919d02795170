package import CanonicalJSON
package import Temporal
package import TransparencyLog

/// What is written down before a service stops for good: what a witness said, our newest checkpoint, and the checkpoint
/// that contradicts it, where the witness showed it. Public facts only.
package struct ForkEvidence: Sendable {
    /// What the file says that it is.
    package static let type = "PunctualForkEvidence"

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
    /// Both in the form that anybody verifies with the log's key alone; nil when the other checkpoint is larger than
    /// our log, which shows that an older copy was put back but not yet that it was continued otherwise.
    package let proof: ForkProof?

    /// Evidence made from its parts.
    package init(
        origin: String, witness: LogPolicy.Witness, why: String, seenAt: Instant, ours: SignedNote,
        theirs: SignedNote?, proof: ForkProof?
    ) {
        self.origin = origin
        self.witness = witness
        self.why = why
        self.seenAt = seenAt
        self.ours = ours
        self.theirs = theirs
        self.proof = proof
    }

    /// The file: one object. `proven` says whether there is more than the witness's word.
    package var document: JSON {
        [
            "type": .string(Self.type), "version": 1, "origin": .string(origin),
            "seenAt": .string(seenAt.rfc3339), "why": .string(why), "proven": .bool(theirs != nil),
            "witness": [
                "name": .string(witness.name.description), "vkey": .string(witness.key.vkey),
                "url": witness.url.map(JSON.string) ?? .null,
            ],
            "ours": .string(String(decoding: ours.bytes, as: UTF8.self)),
            "theirs": theirs.map { .string(String(decoding: $0.bytes, as: UTF8.self)) } ?? .null,
            "forkProof": proof?.json ?? .null,
        ]
    }
}
