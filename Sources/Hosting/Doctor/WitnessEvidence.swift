import CanonicalJSON
import Witnessing

/// What a witness's evidence comes to, for the person who must mend it.
enum WitnessEvidence {
    /// Two histories were signed. No copy undoes that.
    case fork
    /// The log signed this checkpoint and no longer has it: an older copy was put back, and nothing was signed since
    /// that contradicts it. A copy that has it cures.
    case rollback(checkpoint: [UInt8])
    /// The witness said so, and showed nothing.
    case word

    /// Nil for evidence of another kind.
    init?(_ evidence: JSON) {
        guard evidence["type"]?.stringValue == ForkEvidence.type else { return nil }
        if let proof = evidence["forkProof"], proof != .null {
            self = .fork
        } else if let theirs = evidence["theirs"]?.stringValue {
            self = .rollback(checkpoint: Array(theirs.utf8))
        } else {
            self = .word
        }
    }

    /// In words.
    var description: String {
        switch self {
        case .fork: "A witness showed a proof of a fork: two checkpoints, both signed by this log, of two histories."
        case .rollback:
            "A witness showed a checkpoint that this log signed and no longer has: an older copy was put back. A copy "
                + "that has it cures: punctual doctor recover --from COPY."
        case .word:
            "A witness said that it knows another history of this log, and showed no checkpoint that proves it. Ask "
                + "who runs it. If the witness is wrong, take it out of witnesses.policy and put the file aside by "
                + "hand."
        }
    }
}
