package import TransparencyLog

/// Whose word on a checkpoint counts.
package struct CheckpointTrust: Sendable {
    private let check: @Sendable (SignedNote) throws(TransparencyLogError) -> VerifiedCheckpoint
    /// The keys of the log, or of the logs of a policy: what a fork is proven against.
    package let logKeys: [VerifierKey]

    /// One or more keys of one log, of which one must have signed.
    ///
    /// - Parameter origin: the name of the log; else that of the key, as the specification recommends.
    package static func keys(_ keys: [VerifierKey], origin: String? = nil) -> CheckpointTrust {
        CheckpointTrust(logKeys: keys) { (note) throws(TransparencyLogError) in
            // Without a stated origin a key vouches for the log of its own name only.
            let claimed = try Checkpoint(parsing: note.text).origin
            let named = keys.filter { $0.name.text.utf8.elementsEqual(claimed.utf8) }
            return try VerifiedCheckpoint(
                note, origin: origin ?? (named.first ?? keys.first)?.name.text ?? claimed,
                logKeys: origin == nil && !named.isEmpty ? named : keys)
        }
    }

    private init(
        logKeys: [VerifierKey],
        check: @escaping @Sendable (SignedNote) throws(TransparencyLogError) -> VerifiedCheckpoint
    ) {
        self.logKeys = logKeys
        self.check = check
    }

    /// The checkpoint in a note, when those signed it who must have.
    package func verify(_ note: SignedNote) throws(TransparencyLogError) -> VerifiedCheckpoint { try check(note) }

    /// The newest checkpoint of a source.
    package func newest(of source: LogSource) throws(MirrorError) -> VerifiedCheckpoint {
        let note = try source.note()
        do {
            return try verify(note)
        } catch {
            throw .untrusted(resource: LogSource.checkpointPath, error)
        }
    }
}
