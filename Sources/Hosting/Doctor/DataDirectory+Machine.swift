import Glibc
import Issuance
import SQLiteStorage

/// What the doctor says of files, space and libraries.
extension DataDirectory {
    /// Below this the disk will be full soon.
    private static let scarceBytes: UInt64 = 64 << 20
    /// Above this something keeps the write-ahead log from beginning again.
    private static let largeLogBytes: UInt64 = 128 << 20

    /// - Parameter address: of the store; nil where nobody knows.
    func examineMachine(_ address: StoreAddress?) -> [Diagnosis] {
        [examineModes(), examineSpace(), examineHeadRoom()]
            + (address == .file ? [examineWriteAheadLog(), examineLibrary()] : [])
    }

    private func examineModes() -> Diagnosis {
        let name = "file modes"
        let paths = [path, keys, database, database + "-wal", anchor, socket, headRoom, forkEvidence, storeFile]
        let open = paths.filter { path in
            var status = stat()
            return unsafe stat(path, &status) == 0 && status.st_mode & 0o077 != 0
        }
        guard !open.isEmpty else { return Diagnosis(name, .fine, "Only the owner may read or write.") }
        return Diagnosis(
            name, .attention, "Group or others have rights on: \(open.joined(separator: ", ")).",
            means: "Others on this machine may read what persons said, or use the operator's socket.",
            do: "chmod go-rwx on them, and ask who has read them.")
    }

    private func examineSpace() -> Diagnosis {
        let name = "disk"
        var status = statvfs()
        guard unsafe statvfs(path, &status) == 0 else { return Diagnosis(name, .unknown, "\(path): \(systemError()).") }
        let free = UInt64(status.f_bavail) * UInt64(status.f_frsize)
        let found = "\(free >> 20) MB are free."
        guard free < Self.scarceBytes else { return Diagnosis(name, .fine, found) }
        return Diagnosis(
            name, .attention, found, means: "When the disk is full the service takes no more requests.",
            do: "Make room. The service goes on by itself.")
    }

    private func examineHeadRoom() -> Diagnosis {
        let name = "head-room"
        let size = "\(HeadRoom.byteCount >> 20) MB"
        if HeadRoom(headRoom).isTaken { return Diagnosis(name, .fine, "\(size) are kept.") }
        return Diagnosis(
            name, .attention, "It is not there: \(size) that are kept for a full disk.",
            means: "On a full disk not even a stop could write. After a full disk it comes back when there is space.",
            do: "Make room; the service takes it at its next start, or when the full disk has space again.")
    }

    private func examineWriteAheadLog() -> Diagnosis {
        let name = "write-ahead log"
        var status = stat()
        let size = unsafe stat(database + "-wal", &status) == 0 ? UInt64(status.st_size) : 0
        if size >= Self.largeLogBytes {
            return Diagnosis(
                name, .attention, "It has \(size >> 20) MB.",
                means: "Somebody reads the database for long, so that it cannot begin again; starts take longer.",
                do: "Look for an audit that does not end.")
        }
        let isRunning = StoreLock.isHeld(database: database)
        return Diagnosis(
            name, .fine,
            size == 0 || isRunning
                ? "It has \(size >> 10) KB."
                : "It has \(size >> 10) KB: the last stop was not a graceful one. The next start takes them over.")
    }

    private func examineLibrary() -> Diagnosis {
        let version = SQLiteLibrary.version
        guard SQLiteLibrary.mayResetLogWrongly else { return Diagnosis("sqlite", .fine, "Version \(version).") }
        return Diagnosis(
            "sqlite", .fine,
            "Version \(version), which may damage a file that two connections write at once. The service writes with "
                + "one.")
    }
}
