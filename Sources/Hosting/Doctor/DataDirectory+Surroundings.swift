import Glibc
import HTTPServer
import Issuance
import Temporal

/// What the doctor says of a copy that was put back, and of the limits of this machine.
extension DataDirectory {
    /// What a full service opens: its connections, twice the readers of the database, and room for the rest.
    private static let neededDescriptors = UInt64(HTTPServer.Limits().connections + 256)
    /// No log of ours is older, and no clock that is right shows less.
    private static let earliest = Instant(milliseconds: 1_767_225_600_000)

    func examineSurroundings(on machine: Machine) -> [Diagnosis] {
        [examineCopy(), examineClock(machine.now()), examineDescriptors(), examineSystem()].compactMap(\.self)
    }

    private func examineCopy() -> Diagnosis? {
        guard isThere(unprovenCopy) else { return nil }
        return Diagnosis(
            "restored copy", .unknown,
            "This service was put back from a backup, and nothing shows that it is the newest.",
            means: "It only reads: to sign again what was signed otherwise after the backup would fork the log.",
            do: "Bring the newest checkpoint that a witness, a mirror or a verifier kept: punctual restore --data DIR "
                + "--checkpoint FILE.")
    }

    private func examineClock(_ now: Instant) -> Diagnosis? {
        guard now < Self.earliest else { return nil }
        return Diagnosis(
            "date", .attention, "This machine shows \(now.rfc3339).",
            means: "Deadlines would be promised and judged by a wrong date.", do: "Set the clock right (NTP).")
    }

    private func examineDescriptors() -> Diagnosis {
        let name = "open files"
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return Diagnosis(name, .unknown, "\(systemError()).")
        }
        let found = "A process of whoever asks may open \(limit.rlim_cur)."
        guard limit.rlim_cur < Self.neededDescriptors else { return Diagnosis(name, .fine, found) }
        return Diagnosis(
            name, .attention, found, means: "With all connections open the service could not open its database.",
            do: "Let it open \(Self.neededDescriptors): LimitNOFILE= of systemd, or ulimit -n.")
    }

    private func examineSystem() -> Diagnosis {
        var system = utsname()
        guard unsafe uname(&system) == 0 else { return Diagnosis("system", .unknown, "\(systemError()).") }
        func text(_ bytes: UnsafeRawBufferPointer) -> String {
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        let name = unsafe withUnsafeBytes(of: &system.sysname) { unsafe text($0) }
        let release = unsafe withUnsafeBytes(of: &system.release) { unsafe text($0) }
        let machine = unsafe withUnsafeBytes(of: &system.machine) { unsafe text($0) }
        return Diagnosis(
            "versions", .fine, "\(name) \(release) \(machine), libmicrohttpd \(HTTPServer.libraryVersion).")
    }
}
