package import TransparencyLog

/// Writes a log as files that any file server can serve, or goes on with what was written before.
///
/// Full tiles and bundles are written once; partial ones for the size of the checkpoint. The checkpoint comes last, so
/// that everything it says is there, whatever interrupts.
package enum LogExport {
    /// Beside `checkpoint`, where witnesses have cosigned: the newest checkpoint that they have.
    package static let cosignedPath = "checkpoint.cosigned"

    /// What was done.
    package struct Summary: Hashable, Sendable {
        /// What the folder now ends in.
        package let head: TreeHead
        /// What it ended in before; nil when it is new.
        package let before: TreeHead?
        /// Tiles and bundles that were written now.
        package let written: Int
    }

    /// Writes what the newest checkpoint of a source covers, and is not there yet.
    ///
    /// - Parameter progress: hears now and then how many entries are done.
    /// - Throws: ``MirrorError/forked(_:)`` when the folder holds another history, signed as well;
    ///   ``MirrorError/notContinued(resource:reason:)`` when it is ahead, or holds files of something else.
    package static func write(
        _ source: LogSource, to folder: String, trust: CheckpointTrust,
        progress: (UInt64) -> Void = { _ in }
    ) throws(MirrorError) -> Summary {
        let checkpoint = try trust.newest(of: source)
        let target = try ExportFolder(folder)
        let before = try comparedBefore(checkpoint, source, LogSource.folder(folder), trust)
        var export = Export(checkpoint.head, before: before?.size ?? 0, from: source, to: target)
        try export.writeBundles(progress)
        try export.writeTiles()
        try target.sync()
        if let cosigned = try source.resource(cosignedPath, maximumBytes: SignedNote.maximumBytes) {
            try target.write(cosigned, to: cosignedPath)
        }
        try target.write(checkpoint.note.bytes, to: LogSource.checkpointPath)
        try target.sync()
        export.removeSuperseded()
        return Summary(head: checkpoint.head, before: before, written: export.written)
    }

    /// The head that the folder ends in, when the new checkpoint continues it; nil when the folder has none.
    private static func comparedBefore(
        _ checkpoint: VerifiedCheckpoint, _ source: LogSource, _ target: LogSource, _ trust: CheckpointTrust
    ) throws(MirrorError) -> TreeHead? {
        let path = LogSource.checkpointPath
        guard try target.resource(path, maximumBytes: SignedNote.maximumBytes) != nil else { return nil }
        let old = try trust.newest(of: target)
        guard old.checkpoint.origin.utf8.elementsEqual(checkpoint.checkpoint.origin.utf8) else {
            throw .notContinued(resource: path, reason: "it is of another log, \(old.checkpoint.origin)")
        }
        if old.head.size > checkpoint.head.size {
            throw .notContinued(
                resource: path,
                reason: "with \(old.head.size) entries it is ahead of the source, which has \(checkpoint.head.size)")
        }
        if let proof = try source.fork(of: old, checkpoint) { throw .forked(proof) }
        return old.head
    }
}

/// One export under way.
private struct Export {
    private let head: TreeHead
    /// What was full at this size was written before, and need not be looked at.
    private let before: UInt64
    private let source: LogSource
    private let target: ExportFolder
    /// What was partial before and is full now, without the ending that says so.
    private var completed: [String] = []
    private(set) var written = 0

    init(_ head: TreeHead, before: UInt64, from source: LogSource, to target: ExportFolder) {
        (self.head, self.before, self.source, self.target) = (head, before, source, target)
    }

    mutating func writeBundles(_ progress: (UInt64) -> Void) throws(MirrorError) {
        var index = before / UInt64(TileCoordinate.fullWidth)
        while let place = EntryBundleCoordinate(index: index, treeSize: head.size) {
            try put(try bundle(place), at: place.path, isFull: place.width == TileCoordinate.fullWidth)
            progress(place.entries.upperBound)
            index += 1
        }
    }

    private func bundle(_ place: EntryBundleCoordinate) throws(MirrorError) -> [UInt8] {
        let entries = try source.entries(place)
        do {
            return try EntryBundle.encode(entries)
        } catch {
            throw .malformed(resource: place.path, error)
        }
    }

    mutating func writeTiles() throws(MirrorError) {
        for level in TileCoordinate.levels {
            var index = before >> UInt64(TileCoordinate.height * (level + 1))
            while let place = TileCoordinate(level: level, index: index, treeSize: head.size) {
                try put(try source.tile(place), at: place.path, isFull: place.width == TileCoordinate.fullWidth)
                index += 1
            }
        }
    }

    /// Writes a file, unless the same one is there already, as after an export that was interrupted.
    private mutating func put(_ bytes: [UInt8], at path: String, isFull: Bool) throws(MirrorError) {
        if let found = try target.read(path, maximumBytes: LogSource.maximumBundleBytes) {
            guard found == bytes else {
                throw .notContinued(resource: path, reason: "it is not what the source has there")
            }
            return
        }
        try target.write(bytes, to: path)
        written += 1
        if isFull { completed.append(path) }
    }

    /// Takes away the partial files whose full ones are there now. Before, somebody with an older checkpoint may have
    /// needed them; now the full ones serve those as well.
    func removeSuperseded() {
        for path in completed { target.removePartials(of: path) }
    }
}
