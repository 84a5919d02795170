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

    /// The logs of a policy, each of whose checkpoints must have the cosignatures that the policy asks for.
    package static func witnessed(_ policy: LogPolicy) -> CheckpointTrust {
        CheckpointTrust(logKeys: policy.logs.map(\.key)) { (note) throws(TransparencyLogError) in
            try policy.verify(note).checkpoint
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

    /// The newest checkpoint of a source that holds here: the one that it shows first, or else the newest that
    /// witnesses had cosigned when the source was written.
    package func newestCosigned(of source: LogSource) throws(MirrorError) -> VerifiedCheckpoint {
        do throws(MirrorError) {
            return try newest(of: source)
        } catch {
            for path in [LogExport.cosignedPath, LogSource.witnessedPath] {
                guard let bytes = try source.resource(path, maximumBytes: SignedNote.maximumBytes) else { continue }
                do throws(TransparencyLogError) {
                    return try verify(try SignedNote(parsing: bytes))
                } catch {
                    throw .untrusted(resource: path, error)
                }
            }
            throw error
        }
    }
}
