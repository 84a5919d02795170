package import CanonicalJSON
import Glibc
import Issuance

/// What was found that only a fork explains, kept where the next start finds it.
extension DataDirectory {
    /// Writes evidence; the first that was written stays.
    package func keepEvidence(_ evidence: JSON) throws {
        guard !isThere(forkEvidence) else { return }
        let draft = forkEvidence + ".new"
        _ = unsafe unlink(draft)
        try createFile(draft, holding: evidence.canonicalBytes + [UInt8(ascii: "\n")], mode: 0o600)
        try rename(draft, to: forkEvidence)
        try syncFolder(path)
    }

    /// - Throws: `StartupRefusal` while there is evidence.
    func refuseEvidence() throws {
        guard isThere(forkEvidence) else { return }
        throw StartupRefusal(
            "There is evidence that the log is not what it was, or that it was forked: \(forkEvidence). Nothing is "
                + "signed while it is there.")
    }
}
