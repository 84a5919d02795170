/// What this room refuses.
package enum TransparencyLogError: Error, Hashable, Sendable {
    /// The things that arrive as bytes or text.
    package enum Format: String, Hashable, Sendable {
        case note = "signed note"
        case keyName = "key name"
        case verifierKey = "verifier key"
        case signerKey = "signer key"
        case checkpoint
        case cosignature
        case proof = "tlog-proof"
        case tile
        case tilePath = "tile path"
        case entryBundle = "entry bundle"
        case entry = "log entry"
        case opening
        case subjectKey = "subject key"
        case anchor
        case forkProof = "fork proof"
        case chainLeaf = "leaf of an index of requests"
        case chainIndex = "index of requests"
        case logPolicy = "log policy"
        case addCheckpoint = "add-checkpoint request"
        case cosignatures = "answer of a witness"
    }

    /// Not of this format; `problem` is the first thing that is wrong. Nothing of it may be used.
    case malformed(Format, problem: String)

    /// A key that we know is said to have signed, and has not. The whole note is refused: its sender is broken or lies.
    case invalidSignature(key: KeyName)

    /// None of these keys signed. Ask for a note with such a signature, or check which keys you trust.
    case notSigned(by: [KeyName])

    /// Two different trusted keys share name and key id, so a signature line cannot say which it means. Trust one.
    case ambiguousKeys(name: KeyName)

    /// A good checkpoint, but of another log.
    case wrongOrigin(expected: String, found: String)

    /// A checkpoint of a log that the policy does not list. Ask for one of a log that it lists, or list this one.
    case unknownLog(origin: String)

    /// Signed by its log, but not cosigned by as many witnesses as the policy asks for. `missing` names those of
    /// `quorum`, as the policy calls them, whose cosignatures would help.
    case quorumUnmet(quorum: String, missing: [String])

    /// The leaf is not shown to be in the tree.
    case notIncluded(problem: String)

    /// The larger tree is not shown to begin with the smaller one.
    case notConsistent(problem: String)

    /// The two checkpoints are not shown to contradict each other.
    case notForked(problem: String)

    /// The opening does not belong to the commitment.
    case wrongOpening(field: String)

    /// The private key could not sign; the reason is the library's.
    case signingFailed(key: KeyName, reason: String)
}

extension TransparencyLogError: CustomStringConvertible {
    /// What was wrong, and what to do where that is known.
    package var description: String {
        switch self {
        case .malformed(let format, let problem):
            "not a valid \(format.rawValue): \(problem)"
        case .invalidSignature(let key):
            "the signature of \(key) does not verify; the note is altered or not theirs"
        case .notSigned(let keys):
            "no signature of a trusted key (\(keys.map(\.text).joined(separator: ", ")))"
        case .ambiguousKeys(let name):
            "two trusted keys named \(name) have the same key id; keep only one of them"
        case .wrongOrigin(let expected, let found):
            "the checkpoint is of \(found.debugDescription), not of \(expected.debugDescription)"
        case .unknownLog(let origin):
            "the policy lists no log \(origin.debugDescription)"
        case .quorumUnmet(let quorum, let missing):
            "quorum \(quorum) of the policy is not met: no cosignature of \(missing.joined(separator: ", "))"
        case .notIncluded(let problem):
            "the entry is not proven to be in the log: \(problem)"
        case .notConsistent(let problem):
            "the log is not proven to have only grown: \(problem)"
        case .notForked(let problem):
            "the log is not proven to have forked: \(problem)"
        case .wrongOpening(let field):
            "the opening of field \(field.debugDescription) does not match its commitment"
        case .signingFailed(let key, let reason):
            "key \(key) could not sign: \(reason)"
        }
    }
}
