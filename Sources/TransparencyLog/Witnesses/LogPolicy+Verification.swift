package import Temporal

/// A checkpoint that a policy is satisfied with: signed by a log that it lists, cosigned as its quorum asks.
package struct WitnessedCheckpoint: Hashable, Sendable {
    /// What the log signed, with all lines of the note.
    package let checkpoint: VerifiedCheckpoint
    /// The witnesses of the policy that cosigned it, in the order of the policy: all, not only those that were needed.
    package let cosignatures: [Cosignature]

    /// A witness's word that at an instant no larger head of the log was known to it, and this one continues all that
    /// it saw before.
    package struct Cosignature: Hashable, Sendable {
        /// Who says so.
        package let witness: LogPolicy.Witness
        /// When; the earliest time, if it said so more than once. By then the checkpoint existed.
        package let cosignedAt: Instant
    }

    fileprivate init(checkpoint: VerifiedCheckpoint, cosignatures: [Cosignature]) {
        self.checkpoint = checkpoint
        self.cosignatures = cosignatures
    }

    /// Size and root that the log signed.
    package var head: TreeHead { checkpoint.head }
}

extension LogPolicy {
    /// Verifies a note as a checkpoint that satisfies this policy.
    /// - Throws: ``TransparencyLogError/unknownLog(origin:)``; what ``VerifiedCheckpoint`` throws, so that a line of a
    ///   key of this log or of a witness of the policy that does not verify refuses the note whatever the others say;
    ///   ``TransparencyLogError/quorumUnmet(quorum:missing:)``.
    package func verify(_ note: SignedNote) throws(TransparencyLogError) -> WitnessedCheckpoint {
        let origin = try Checkpoint(parsing: note.text).origin
        let keys = logKeys(origin: origin)
        guard !keys.isEmpty else { throw .unknownLog(origin: origin) }
        return try witnessed(
            VerifiedCheckpoint(note, origin: origin, logKeys: keys, witnesses: witnesses.map(\.key)))
    }

    /// Asks for the quorum of a checkpoint that was verified with all witnesses of this policy.
    /// - Throws: ``TransparencyLogError/quorumUnmet(quorum:missing:)``.
    package func witnessed(_ checkpoint: VerifiedCheckpoint) throws(TransparencyLogError) -> WitnessedCheckpoint {
        let cosignatures = witnesses.compactMap { witness in
            checkpoint.cosignatures.filter { $0.key == witness.key }.compactMap(\.cosignedAt).min()
                .map { WitnessedCheckpoint.Cosignature(witness: witness, cosignedAt: $0) }
        }
        let cosigners = Set(cosignatures.map(\.witness.name))
        guard let quorum, !isMet(quorum, by: cosigners) else {
            return WitnessedCheckpoint(checkpoint: checkpoint, cosignatures: cosignatures)
        }
        throw .quorumUnmet(quorum: quorum.description, missing: missing(from: quorum, without: cosigners))
    }

    /// Whether these witnesses, by their keys, would be enough for the quorum.
    package func isMet(by cosigners: Set<VerifierKey>) -> Bool {
        guard let quorum else { return true }
        return isMet(quorum, by: Set(witnesses.filter { cosigners.contains($0.key) }.map(\.name)))
    }

    /// Whether these cosigners are enough for a witness or group.
    private func isMet(_ name: Name, by cosigners: Set<Name>) -> Bool {
        var met = cosigners
        // Each group comes after its members.
        for group in groups where group.members.count(where: met.contains) >= group.threshold { met.insert(group.name) }
        return met.contains(name)
    }

    /// The witnesses that an unmet name still waits for; those of a group in it that is met are not needed.
    private func missing(from name: Name, without cosigners: Set<Name>) -> [String] {
        guard !isMet(name, by: cosigners) else { return [] }
        guard let group = groups.first(where: { $0.name == name }) else { return [name.description] }
        return group.members.flatMap { missing(from: $0, without: cosigners) }
    }
}
