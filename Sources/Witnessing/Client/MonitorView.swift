package import Cryptography
package import TransparencyLog

/// What a witness shows monitors of our log, held against the log.
package enum MonitorView: Hashable, Sendable {
    /// It shows nothing that our log signed; why.
    case nothing(String)
    /// It shows a checkpoint that our log continues.
    case agrees(TreeHead)
    /// It shows a checkpoint that our log signed and does not continue: proof for everybody, whatever the witness is.
    case conflicts(SignedNote, why: String)

    /// Reads an answer of a monitor endpoint.
    ///
    /// Only the log's own signature counts: a witness can show an old checkpoint, or none, but not make one up.
    /// - Parameters:
    ///   - size: of our log now.
    ///   - root: the root that our log had at a size up to `size`.
    package init(
        status: Int, body: [UInt8], origin: String, logKeys: [VerifierKey], size: UInt64,
        root: (UInt64) throws -> SHA256Digest
    ) rethrows {
        guard status == 200 else {
            self = .nothing(status == 404 ? "it has cosigned nothing of this log" : "it answered with status \(status)")
            return
        }
        let checkpoint: VerifiedCheckpoint
        do throws(TransparencyLogError) {
            checkpoint = try VerifiedCheckpoint(try SignedNote(parsing: body), origin: origin, logKeys: logKeys)
        } catch {
            self = .nothing("what it shows is no checkpoint of this log: \(error)")
            return
        }
        let shown = checkpoint.head
        if shown.size > size {
            self = .conflicts(
                checkpoint.note, why: "this log signed \(shown.size) entries, and has \(size) of them")
        } else if try root(shown.size) != shown.root {
            self = .conflicts(
                checkpoint.note, why: "this log signed another root for \(shown.size) entries than it has")
        } else {
            self = .agrees(shown)
        }
    }
}
