/// A checkpoint signed by its log: the only authority on what is in the log.
package struct VerifiedCheckpoint: Hashable, Sendable {
    /// What the log signed.
    package let checkpoint: Checkpoint
    /// The note as it came, with all its lines: what to store and to hand on.
    package let note: SignedNote
    /// The lines of the witnesses asked about, each with its time. Whether they suffice is a policy's question.
    package let cosignatures: [VerifiedSignature]

    /// Size and root that the log signed.
    package var head: TreeHead { checkpoint.head }

    /// Verifies a note as a checkpoint of the log `origin`.
    /// - Parameters:
    ///   - logKeys: the keys of the log, one of which must have signed. More than one while a key is replaced.
    ///   - witnesses: further keys whose lines, if there are any, must verify.
    package init(
        _ note: SignedNote, origin: String, logKeys: [VerifierKey], witnesses: [VerifierKey] = []
    ) throws(TransparencyLogError) {
        let signatures = try note.verifiedSignatures(by: logKeys + witnesses)
        guard signatures.contains(where: { logKeys.contains($0.key) }) else {
            throw .notSigned(by: logKeys.map(\.name))
        }
        let checkpoint = try Checkpoint(parsing: note.text)
        guard checkpoint.origin.utf8.elementsEqual(origin.utf8) else {
            throw .wrongOrigin(expected: origin, found: checkpoint.origin)
        }
        self.checkpoint = checkpoint
        self.note = note
        cosignatures = signatures.filter { witnesses.contains($0.key) }
    }
}
