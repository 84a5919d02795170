package import CanonicalJSON
import Glibc
import Issuance

/// What was found that only a fork or a damage of the log explains, kept where the next start finds it.
extension DataDirectory {
    /// More is not evidence that we wrote.
    static let maximumEvidenceBytes = 1 << 20

    /// Writes evidence; the first that was written stays.
    package func keepEvidence(_ evidence: JSON) throws {
        guard !isThere(forkEvidence) else { return }
        let draft = forkEvidence + ".new"
        _ = unsafe unlink(draft)
        try createFile(draft, holding: evidence.canonicalBytes + [UInt8(ascii: "\n")], mode: 0o600)
        try rename(draft, to: forkEvidence)
        try syncFolder(path)
    }

    /// The evidence, if there is any; null where the file is not JSON.
    package func evidence() throws -> JSON? {
        guard let bytes = try contents(of: forkEvidence, maximumBytes: Self.maximumEvidenceBytes) else { return nil }
        let text = bytes.last == UInt8(ascii: "\n") ? Array(bytes.dropLast()) : bytes
        return (try? JSON(parsing: text)) ?? .null
    }

    /// - Throws: `StartupRefusal` while there is evidence.
    func refuseEvidence() throws {
        guard isThere(forkEvidence) else { return }
        throw StartupRefusal(
            "There is evidence that the log is not what it was, or that it was forked: \(forkEvidence). Nothing is "
                + "signed while it is there.", .evidence)
    }
}

/// A stored log that is no longer what was signed, as evidence.
enum DamageEvidence {
    static let type = "PunctualLogDamage"

    /// - Parameters:
    ///   - failure: the first thing that was wrong.
    ///   - checkpoint: the note that the entries were held against.
    ///   - at: when it was found, in milliseconds since 1970-01-01T00:00:00Z.
    static func document(_ failure: AuditFailure, checkpoint: String, at: Int64) -> JSON {
        [
            "type": .string(type), "version": 1, "entry": .integer(failure.seq), "problem": .string(failure.problem),
            "checkpoint": .string(checkpoint), "foundAt": .integer(at),
        ]
    }
}
