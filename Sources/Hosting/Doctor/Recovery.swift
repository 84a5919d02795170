import CanonicalJSON
import Cryptography
import Glibc
import Issuance
import SQLiteStorage
import Storage
import TransparencyLog

/// Why nothing was recovered, and what would help.
package struct RecoveryRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}

/// Puts a service back that its start refuses: a database from a copy that holds what was acknowledged, an anchor from
/// a checkpoint that somebody kept. Nothing is deleted, and nothing is put in place before the whole audit of it holds.
extension DataDirectory {
    /// Recovers.
    ///
    /// - Parameters:
    ///   - copy: a data directory, or a database file; nil keeps the database that is here.
    ///   - checkpoint: a signed note of this log, to make a lost anchor from.
    ///   - progress: hears now and then how many entries were read.
    /// - Returns: what was done, in sentences.
    /// - Throws: `RecoveryRefusal`, and then everything is as it was.
    package func recover(
        from copy: String?, checkpoint: [UInt8]?, on machine: Machine, progress: (Int64) -> Void = { _ in }
    ) throws -> [String] {
        guard try storeAddress() == .file else {
            throw RecoveryRefusal(
                "The log is in \(try storeAddress()), which is put back by its server's own means (a standby, or the "
                    + "archive of its write-ahead log, to its end). Then start: the anchor tells whether all is there.")
        }
        let lock = try StoreLock(database: database)
        defer { withExtendedLifetime(lock) {} }
        let shown = try checkpointToReach()
        let anchored = try? AnchorFile.read(anchor).head
        guard anchored != nil || checkpoint != nil else {
            throw RecoveryRefusal(
                "The anchor is lost too, so it cannot be told whether a database has all that was acknowledged. Bring "
                    + "a checkpoint of this log that somebody kept, the newest there is: --checkpoint FILE.")
        }
        guard copy != nil || anchored == nil else {
            throw RecoveryRefusal("The anchor is there and whole: a checkpoint is not needed. See punctual doctor.")
        }
        let draft = try prepare(copy)
        defer { draft.remove() }
        let checkpoints = [checkpoint, shown].compactMap(\.self)
        let head = try draft.examine(in: self, anchored: anchored, checkpoints, on: machine, progress)
        return try putInPlace(draft, head, isDatabase: copy != nil, isAnchor: anchored == nil)
    }

    /// A damage of the stored log, or an older copy of it, is what a copy cures; a fork is not.
    ///
    /// - Returns: the checkpoint that a copy must have, where a witness showed one.
    private func checkpointToReach() throws -> [UInt8]? {
        guard let evidence = try evidence(), evidence["type"]?.stringValue != DamageEvidence.type else { return nil }
        switch WitnessEvidence(evidence) {
        case .rollback(let checkpoint)?: return checkpoint
        case .word?: throw RecoveryRefusal("\(forkEvidence): \(WitnessEvidence.word.description)")
        case .fork?, nil:
            throw RecoveryRefusal(
                "There is evidence of a fork: \(forkEvidence). No copy undoes what was signed. Only a new log, with a "
                    + "new origin and a new key, is honest; say to those who rely on this one where the new one is.")
        }
    }

    /// A copy of the copy (or of the database that is here), to be examined and then put in place.
    private func prepare(_ copy: String?) throws -> RecoveryDraft {
        let draft = RecoveryDraft(path: path + "/recovery.sqlite")
        draft.remove()
        var source = copy ?? database
        if copy != nil, isThere(source + "/punctual.sqlite") { source += "/punctual.sqlite" }
        guard isThere(source) else { throw RecoveryRefusal("There is no database at \(source).") }
        guard copy == nil || !isSameFile(source, database) else {
            throw RecoveryRefusal("\(source) is the damaged database itself; give a copy of it from elsewhere.")
        }
        guard copy == nil || !StoreLock.isHeld(database: source) else {
            throw RecoveryRefusal("A service runs on \(source); stop it, or give a copy.")
        }
        do {
            try copyFile(source, to: draft.path)
            if isThere(source + "-wal") { try copyFile(source + "-wal", to: draft.path + "-wal") }
        } catch {
            draft.remove()
            throw error
        }
        return draft
    }

    private func putInPlace(
        _ draft: RecoveryDraft, _ head: TreeHead, isDatabase: Bool, isAnchor: Bool
    ) throws -> [String] {
        var done: [String] = []
        let aside = freeNumber()
        if isDatabase {
            // First the log of the old database: beside the new one it would be replayed into it.
            for suffix in ["-wal", "-shm"] where isThere(database + suffix) {
                try rename(database + suffix, to: "\(database)\(suffix).damaged-\(aside)")
            }
            if isThere(database) {
                let name = "\(database).damaged-\(aside)"
                // A second name, so that there is a database at every moment; where names cannot be shared, a gap.
                if unsafe link(database, name) != 0 { try rename(database, to: name) }
                done.append("The database that was here is kept as \(name).")
            }
            try rename(draft.path, to: database)
            try syncFolder(path)
            done.append("The copy, with \(head.size) entries that all hold, is in its place.")
        }
        if isAnchor {
            let new = anchor + ".new"
            _ = unsafe unlink(new)
            try AnchorFile.create(new).write(head)
            if isThere(anchor) { try rename(anchor, to: "\(anchor).damaged-\(aside)") }
            try rename(new, to: anchor)
            done.append("A new anchor says that \(head.size) entries were acknowledged.")
            done.append(
                "What remains unknown: whether entries after the checkpoint that you brought were acknowledged and are "
                    + "lost. Nothing here can tell. Ask who kept receipts, mirrors and witnesses.")
        }
        if isThere(forkEvidence) {
            try rename(forkEvidence, to: "\(forkEvidence).cleared-\(aside)")
            done.append("The evidence of the damage is kept as \(forkEvidence).cleared-\(aside).")
        }
        try syncFolder(path)
        return done
    }

    /// The first number under which nothing was put aside before.
    private func freeNumber() -> Int {
        var number = 1
        let names = [database, database + "-wal", anchor].map { $0 + ".damaged-" } + [forkEvidence + ".cleared-"]
        while names.contains(where: { isThere("\($0)\(number)") }) { number += 1 }
        return number
    }
}

/// A database that may be put in place.
struct RecoveryDraft {
    let path: String

    func remove() { for suffix in ["", "-wal", "-shm", ".lock"] { _ = unsafe unlink(path + suffix) } }

    /// Everything that a start checks, then the whole audit; afterwards all is in the one file.
    ///
    /// - Returns: the head of the log.
    func examine(
        in directory: DataDirectory, anchored: TreeHead?, _ checkpoints: [[UInt8]],
        on machine: DataDirectory.Machine, _ progress: (Int64) -> Void
    ) throws -> TreeHead {
        do {
            let store = try SQLiteStore(path: path, schema: .service, create: false)
            let kept = try checkpoints.map { note in
                try store.read { try LogExamination.verifiedHead(of: note, in: $0) }
            }
            let known = kept.max { $0.size < $1.size }
            let keys = try directory.checkStart(on: store, anchored: anchored ?? known, on: machine)
            // Where the anchor is there too, what somebody kept must fit all the same.
            for head in kept { _ = try directory.checkStart(on: store, anchored: head, on: machine) }
            let head = try store.read { reader in
                let summary = try LogCheck.verify(reader, keys: keys, anchored: anchored ?? known, progress: progress)
                if let failure = try compareTables(reader, in: directory.path, progress) { throw failure }
                return summary.head
            }
            guard try store.close() else { throw HostingError("\(path) is read by somebody else") }
            return head
        } catch let refusal as StartupRefusal {
            throw RecoveryRefusal("This would not start either. \(refusal) \(Self.help)")
        } catch let failure as AuditFailure {
            throw RecoveryRefusal("Its audit fails at \(failure). \(Self.help)")
        } catch let error as TransparencyLogError {
            throw RecoveryRefusal("The checkpoint is not one of this log: \(error). \(Self.help)")
        } catch StoreError.corrupt(let what) {
            throw RecoveryRefusal("It is no database of a service, or a damaged one: \(what). \(Self.help)")
        }
    }

    private static let help =
        "What helps is a copy, with its write-ahead log, of this service's database from after the last acknowledged "
        + "entry: a backup, a snapshot of the file system, a replica."

    private func compareTables(
        _ reader: any StoreReader, in folder: String, _ progress: (Int64) -> Void
    ) throws -> AuditFailure? {
        try DataDirectory.withScratchStore(in: folder) { scratch in
            try scratch.write { try Replay.rebuild(from: reader, into: $0, progress: progress) }
            return try scratch.read { try Replay.firstDifference(between: reader, and: $0) }
        }
    }
}

/// Whether two paths name one file.
private func isSameFile(_ path: String, _ other: String) -> Bool {
    var (one, two) = (stat(), stat())
    guard unsafe stat(path, &one) == 0, unsafe stat(other, &two) == 0 else { return false }
    return one.st_dev == two.st_dev && one.st_ino == two.st_ino
}

/// Copies a file's bytes into one that was not there, for its owner alone, durably.
func copyFile(_ path: String, to other: String) throws {
    let source = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard source >= 0 else { throw HostingError("\(path) cannot be opened: \(systemError())") }
    defer { close(source) }
    let target = unsafe open(other, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard target >= 0 else { throw HostingError("\(other) cannot be made: \(systemError())") }
    defer { close(target) }
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    while true {
        let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(source, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { throw HostingError("\(path) cannot be read: \(systemError())") }
        guard count > 0 else { break }
        var rest = chunk[..<count]
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes { unsafe write(target, $0.baseAddress, $0.count) }
            guard written > 0 else { throw HostingError("\(other) cannot be written: \(systemError())") }
            rest = rest.dropFirst(written)
        }
    }
    guard fsync(target) == 0 else { throw HostingError("\(other) cannot be synced: \(systemError())") }
}
