import CanonicalJSON
import Glibc
import Issuance
import SQLiteStorage
import Temporal
import TransparencyLog

/// Putting a service back from a backup where nothing is left of it. A backup cannot vouch for its own end: what shows
/// that nothing was signed after it is a checkpoint that somebody else kept.
extension DataDirectory {
    /// Why nothing is signed after a restore; while it is there, the service only reads.
    var unprovenCopy: String { path + "/unproven-copy.json" }

    /// Makes the service again.
    ///
    /// - Parameters:
    ///   - backup: a folder that ``backUp(to:withKeys:on:progress:)`` made.
    ///   - keys: the folder with the private keys; nil for those in the backup.
    ///   - checkpoints: signed notes of this log that others kept, the newest there are. Without one the service comes
    ///     up and only reads.
    ///   - progress: hears now and then how many entries were read.
    /// - Returns: what was done, in sentences.
    /// - Throws: `RecoveryRefusal` when the backup does not hold, or is older than one of the checkpoints; then nothing
    ///   is where the service would be.
    package func restore(
        from backup: String, keys givenKeys: String?, checkpoints: [[UInt8]], on machine: Machine,
        progress: (Int64) -> Void = { _ in }
    ) throws -> [String] {
        let source = BackupFolder(path: backup)
        guard names(in: path).isEmpty else {
            throw RecoveryRefusal(
                "\(path) is not empty. Where a service is left, with its anchor, punctual doctor recover --from COPY "
                    + "is the way: the anchor says what was acknowledged.")
        }
        let expected = try manifest(of: source)
        let draft = DataDirectory(path + ".restoring")
        try removeTree(draft.path)
        do {
            try draft.fill(from: source, keys: givenKeys ?? source.keys)
            // Its own checkpoint says only that the copy is whole.
            let notes = try checkpoints.isEmpty ? [ownCheckpoint(of: source)] : checkpoints
            let head = try RecoveryDraft(path: draft.database).examine(
                in: draft, anchored: nil, notes, on: machine, progress)
            guard Int64(head.size) == expected else {
                throw RecoveryRefusal(
                    "The database has \(head.size) entries, and the backup was made of \(expected): it is another one.")
            }
            try AnchorFile.create(draft.anchor).write(head)
            if checkpoints.isEmpty { try draft.mark(head, at: machine.now()) }
            try syncFolder(draft.path)
            // An empty folder gives way; another one that came meanwhile does not.
            try rename(draft.path, to: path)
            try syncFolder(path.folder)
            return Self.words(head, isProven: !checkpoints.isEmpty)
        } catch {
            try? removeTree(draft.path)
            throw error
        }
    }

    /// Shows that nothing was signed after the copy that this service was restored from, as far as somebody who kept
    /// checkpoints can tell; from the next start on it signs.
    ///
    /// - Throws: `RecoveryRefusal` when the copy is older than a checkpoint, or when there is nothing to show.
    package func prove(with checkpoints: [[UInt8]], on machine: Machine, progress: (Int64) -> Void) throws -> [String] {
        let lock = try StoreLock(database: database)
        defer { withExtendedLifetime(lock) {} }
        guard isThere(unprovenCopy) else {
            throw RecoveryRefusal("This service was not restored without a proof: there is nothing to show.")
        }
        guard !checkpoints.isEmpty else { throw RecoveryRefusal("Bring a checkpoint: --checkpoint FILE.") }
        let anchored = try AnchorFile.read(anchor).head
        let copy = path + "/recovery.sqlite"
        let draft = RecoveryDraft(path: copy)
        draft.remove()
        defer { draft.remove() }
        try copyFile(database, to: copy)
        if isThere(database + "-wal") { try copyFile(database + "-wal", to: copy + "-wal") }
        let head = try draft.examine(in: self, anchored: anchored, checkpoints, on: machine, progress)
        guard unsafe unlink(unprovenCopy) == 0 else {
            throw HostingError("\(unprovenCopy) cannot be removed: \(systemError())")
        }
        try syncFolder(path)
        return Self.words(head, isProven: true)
    }

    private func manifest(of source: BackupFolder) throws -> Int64 {
        guard let bytes = try contents(of: source.manifest, maximumBytes: BackupFolder.maximumManifestBytes),
            let manifest = try? JSON(parsing: bytes.last == UInt8(ascii: "\n") ? Array(bytes.dropLast()) : bytes),
            manifest["type"]?.stringValue == BackupFolder.type, manifest["version"]?.integerValue == 1,
            let size = manifest["size"]?.integerValue
        else {
            throw RecoveryRefusal("\(source.path) is no folder that punctual backup made, or only a part of one.")
        }
        return size
    }

    private func ownCheckpoint(of source: BackupFolder) throws -> [UInt8] {
        guard let note = try contents(of: source.checkpoint, maximumBytes: BackupFolder.maximumManifestBytes) else {
            throw RecoveryRefusal("\(source.path) has no checkpoint: it is only a part of a backup.")
        }
        return note
    }

    private func fill(from source: BackupFolder, keys givenKeys: String) throws {
        try makePrivateFolder(path)
        try makePrivateFolder(keys)
        let files = names(in: givenKeys).filter { $0.hasSuffix(".pem") }
        guard !files.isEmpty else {
            throw RecoveryRefusal(
                "There are no private keys in \(givenKeys): give the folder where they are, with --keys FOLDER.")
        }
        for name in files { try copyFile(givenKeys + "/" + name, to: keys + "/" + name) }
        try syncFolder(keys)
        try copyFile(source.database, to: database)
        for (from, to) in [(source.witnessPolicy, witnessPolicy), (source.evidence, forkEvidence)] where isThere(from) {
            try copyFile(from, to: to)
        }
    }

    private func mark(_ head: TreeHead, at now: Instant) throws {
        let document: JSON = [
            "type": "PunctualUnprovenCopy", "version": 1, "size": .integer(Int64(head.size)),
            "restoredAt": .string(now.rfc3339),
        ]
        try createFile(unprovenCopy, holding: document.canonicalBytes + [UInt8(ascii: "\n")], mode: 0o600)
    }

    private static func words(_ head: TreeHead, isProven: Bool) -> [String] {
        let done = "The service has its \(head.size) entries, which all hold, and the log continues after them."
        guard isProven else {
            return [
                "The service has its \(head.size) entries, which all hold.",
                "It only reads: nothing shows that nothing was signed after the backup, and to sign again what was "
                    + "signed otherwise would fork the log. Bring the newest checkpoint that a witness, a mirror or a "
                    + "verifier kept: punctual restore --data DIR --checkpoint FILE.",
            ]
        }
        return [
            done,
            "What remains unknown: whether entries after the checkpoints that you brought were acknowledged and are "
                + "lost. Nothing here can tell. Ask who kept receipts, mirrors and witnesses.",
        ]
    }
}
