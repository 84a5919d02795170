import CanonicalJSON
import Cryptography
import Glibc
import Issuance
import Multiformats
import SQLiteStorage
import Storage
import Temporal
package import TransparencyLog

/// A folder with a copy of a service (`Operations` in this room's catalogue).
struct BackupFolder {
    let path: String

    var database: String { path + "/punctual.sqlite" }
    /// The newest checkpoint that the log signed before the copy.
    var checkpoint: String { path + "/checkpoint" }
    /// What the copy is of, and when it was made.
    var manifest: String { path + "/backup.json" }
    var keys: String { path + "/keys" }
    var witnessPolicy: String { path + "/witnesses.policy" }
    var evidence: String { path + "/fork-evidence.json" }
    /// A manifest is a few lines.
    static let maximumManifestBytes = 1 << 16
    static let type = "PunctualBackup"
}

/// Copying a service while it runs.
extension DataDirectory {
    /// What a backup came to.
    package struct Backup: Sendable {
        /// The end of the log in the copy.
        package let head: TreeHead
        package let holdsKeys: Bool
    }

    /// Copies the service as it is at one moment into a new folder, whether it runs or not, and reads the copy again.
    ///
    /// - Parameters:
    ///   - folder: must not be there; it appears at once, when everything in it is durable and was read again.
    ///   - withKeys: whether the private keys are copied too, as they are: encrypted where they are encrypted.
    ///   - progress: hears now and then what is being done.
    /// - Throws: `HostingError` when the copy is not whole, or something is in the way.
    package func backUp(
        to folder: String, withKeys: Bool, on machine: Machine, progress: (String) -> Void = { _ in }
    ) throws -> Backup {
        guard !isThere(folder) else { throw HostingError("\(folder) is there already; nothing is written over it") }
        let draft = BackupFolder(path: folder + ".partial")
        try removeTree(draft.path)
        do {
            try makePrivateFolder(draft.path)
            let anchored = try AnchorFile.read(anchor).head
            try SQLiteBackup.copy(database, to: draft.database) { left, all in
                progress("copying \((all - left) * 100 / max(all, 1)) %")
            }
            let head = try readAgain(draft, anchored: anchored, on: machine, progress)
            try copyRest(to: draft, withKeys: withKeys)
            try syncFolder(draft.path)
            try rename(draft.path, to: folder)
            try syncFolder(folder.folder)
            return Backup(head: head, holdsKeys: withKeys)
        } catch {
            try? removeTree(draft.path)
            throw error
        }
    }

    /// A copy that nobody has read is a hope.
    ///
    /// - Parameter anchored: read before the copy was begun, so the copy has all of it.
    private func readAgain(
        _ draft: BackupFolder, anchored: TreeHead, on machine: Machine, _ progress: (String) -> Void
    ) throws -> TreeHead {
        // Reading makes empty files beside a database.
        defer { for suffix in ["-wal", "-shm"] { _ = unsafe unlink(draft.database + suffix) } }
        let reader = try SQLiteReader(path: draft.database, schema: .service)
        return try reader.read { reader in
            let log = LogExamination(reader, anchored: anchored, at: machine.now()) {
                progress("reading entry \($0) of the copy")
            }
            if let wrong = log.diagnoses.first(where: { $0.state == .wrong }) {
                throw HostingError("the copy is not whole: \(wrong.check): \(wrong.found)")
            }
            guard let note = try reader.records(Scan(CheckpointRecord.self, isDescending: true, limit: 1)).first?.note
            else { throw HostingError("the log in \(database) has no checkpoint: there is nothing to copy") }
            try createFile(draft.checkpoint, holding: Array(note.utf8), mode: 0o600)
            let checkpoint = try Checkpoint(parsing: try SignedNote(parsing: Array(note.utf8)).text)
            let manifest: JSON = [
                "type": .string(BackupFolder.type), "version": 1, "origin": .string("\(checkpoint.origin)"),
                "size": .integer(Int64(checkpoint.head.size)),
                "root": .string(Base64URL.encode(checkpoint.head.root.bytes)),
                "takenAt": .string(machine.now().rfc3339),
            ]
            try createFile(draft.manifest, holding: manifest.canonicalBytes + [UInt8(ascii: "\n")], mode: 0o600)
            return checkpoint.head
        }
    }

    private func copyRest(to draft: BackupFolder, withKeys: Bool) throws {
        for (from, to) in [(witnessPolicy, draft.witnessPolicy), (forkEvidence, draft.evidence)] where isThere(from) {
            try copyFile(from, to: to)
        }
        guard withKeys else { return }
        try makePrivateFolder(draft.keys)
        for name in names(in: keys) where name.hasSuffix(".pem") {
            try copyFile(keys + "/" + name, to: draft.keys + "/" + name)
        }
        try syncFolder(draft.keys)
    }
}

/// Makes a folder for its owner alone that was not there.
func makePrivateFolder(_ path: String) throws {
    guard unsafe mkdir(path, 0o700) == 0 else { throw HostingError("\(path) cannot be made: \(systemError())") }
}

/// What is in a folder, in order; nothing where it cannot be read.
func names(in folder: String) -> [String] {
    guard let stream = unsafe opendir(folder) else { return [] }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
        let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
            unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
}

/// Removes a folder that we began, with what we put in it: files, and one folder of files.
func removeTree(_ path: String) throws {
    guard isThere(path) else { return }
    for name in names(in: path) {
        let inner = path + "/" + name
        if unsafe unlink(inner) != 0 {
            for name in names(in: inner) { _ = unsafe unlink(inner + "/" + name) }
            _ = unsafe rmdir(inner)
        }
    }
    guard unsafe rmdir(path) == 0 else { throw HostingError("\(path) cannot be removed: \(systemError())") }
}
