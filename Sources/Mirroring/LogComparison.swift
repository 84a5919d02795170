package import TransparencyLog

/// Two views of one log, held against each other.
package enum LogComparison {
    /// One of the two: a checkpoint, and the tiles behind it where there are any.
    package struct View {
        /// For people.
        package let name: String
        package let checkpoint: VerifiedCheckpoint
        /// Where the tree of the checkpoint can be read; nil for a checkpoint alone.
        package let source: LogSource?

        /// A checkpoint that somebody kept, or the newest one of a source.
        package init(name: String, checkpoint: VerifiedCheckpoint, source: LogSource?) {
            self.name = name
            self.checkpoint = checkpoint
            self.source = source
        }
    }

    /// What two views say of each other.
    package enum Verdict: Sendable {
        /// Both have the same size and root.
        case same
        /// The first is the beginning of the second.
        case secondContinuesFirst
        /// The second is the beginning of the first.
        case firstContinuesSecond
        /// The log signed both, and they contradict each other.
        case forked(ForkProof)
        /// What is missing to say more.
        case cannotTell(String)
    }

    /// Compares two views.
    ///
    /// - Throws: ``MirrorError`` when the tiles that are needed cannot be read, or are not those of their checkpoint.
    package static func compare(_ first: View, _ second: View) throws(MirrorError) -> Verdict {
        let (one, other) = (first.checkpoint, second.checkpoint)
        guard one.checkpoint.origin.utf8.elementsEqual(other.checkpoint.origin.utf8) else {
            return .cannotTell(
                "they are of two logs, \(one.checkpoint.origin) and \(other.checkpoint.origin)")
        }
        if one.head == other.head { return .same }
        let isFirstSmaller = one.head.size <= other.head.size
        let larger = isFirstSmaller ? second : first
        guard let source = larger.source ?? sourceOfEqual(first, second) else {
            return .cannotTell(
                "\(larger.name) is a checkpoint alone; to compare \(one.head.size) with \(other.head.size) entries, "
                    + "the tiles of the larger tree are needed: give the folder or the address that it came from")
        }
        if let proof = try source.fork(of: one, other) { return .forked(proof) }
        return isFirstSmaller ? .secondContinuesFirst : .firstContinuesSecond
    }

    /// Two different roots of one size need no tiles.
    private static func sourceOfEqual(_ first: View, _ second: View) -> LogSource? {
        guard first.checkpoint.head.size == second.checkpoint.head.size else { return nil }
        return LogSource(name: "no tiles") { (_, _) throws(MirrorError) in nil }
    }
}
