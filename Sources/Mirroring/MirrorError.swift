package import TransparencyLog

/// Why a log that was read resource by resource does not hold, or why nobody can tell.
package enum MirrorError: Error, Hashable, Sendable {
    /// The source gave no answer about a resource. It may hold; ask again later.
    case unreadable(resource: String, reason: String)
    /// The source has no such resource, although the checkpoint says that it must.
    case missing(resource: String)
    /// The source sent more bytes than the resource can have.
    case tooLong(resource: String, maximumBytes: Int)
    /// The bytes are not such a resource.
    case malformed(resource: String, TransparencyLogError)
    /// The checkpoint is not one of the log, or not signed by those who must have signed it.
    case untrusted(resource: String, TransparencyLogError)
    /// A bundle and the tile above it say different things about an entry: one of the two was altered.
    case differentEntry(UInt64, bundle: String, tile: String)
    /// A tile does not hold the hashes that the tiles below it give.
    case differentTile(String)
    /// The rules of our own entries: form, sequence, chain, time, requests, or the root of the checkpoint.
    case entry(AuditFinding)
    /// Every entry and every tile agree, but the checkpoint was signed for others.
    case wrongRoot(String)
    /// The log signed two checkpoints that contradict each other.
    case forked(ForkProof)
    /// The log ends before a checkpoint that somebody kept: its end was cut off, or an older state is shown.
    case behind(size: UInt64, kept: UInt64)
    /// What is in the folder already is not the beginning of what should be written there.
    case notContinued(resource: String, reason: String)
    /// The machine does not let us write.
    case unwritable(path: String, reason: String)

    /// Whether this is a verdict on the log; otherwise nobody can tell.
    package var isVerdict: Bool {
        switch self {
        case .unreadable, .unwritable: false
        default: true
        }
    }
}

extension MirrorError: CustomStringConvertible {
    /// What was found where, and what it means.
    package var description: String {
        switch self {
        case .unreadable(let resource, let reason): "\(resource) cannot be read: \(reason)"
        case .missing(let resource): "\(resource) is not there, and the checkpoint says that it must be"
        case .tooLong(let resource, let maximum): "\(resource) has more than \(maximum) bytes"
        case .malformed(let resource, let error): "\(resource): \(error)"
        case .untrusted(let resource, let error): "\(resource) does not hold: \(error)"
        case .differentEntry(let seq, let bundle, let tile):
            "entry \(seq) in \(bundle) does not have the hash that \(tile) states"
        case .differentTile(let tile): "\(tile) does not hold the hashes of what is below it"
        case .entry(let finding): finding.description
        case .wrongRoot(let root):
            "entries and tiles agree and give the root \(root), but the checkpoint was signed for another"
        case .forked(let proof):
            "the log signed two checkpoints that contradict each other, of "
                + "\((try? Checkpoint(parsing: proof.smaller.text))?.head.size ?? 0) and "
                + "\((try? Checkpoint(parsing: proof.larger.text))?.head.size ?? 0) entries: it forked"
        case .behind(let size, let kept):
            "the log ends after \(size) entries, but signed a checkpoint of \(kept), which was kept"
        case .notContinued(let resource, let reason): "\(resource) is there already, and \(reason)"
        case .unwritable(let path, let reason): "\(path) cannot be written: \(reason)"
        }
    }
}
