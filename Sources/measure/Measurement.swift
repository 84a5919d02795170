import Console
import Cryptography
import Figures
import Glibc

/// Something that can be measured.
struct Measurement: Sendable {
    let syntax: CommandSyntax
    let run: @Sendable (Arguments, Surroundings, Terminal) throws -> Report

    /// In the order of the page.
    static let every: [Measurement] = [
        .suites, .canonicalization, .didkit, .clocks, .log, .issuance, .load, .agent, .coupons, .incident, .breach,
        .short,
    ]

    /// Measures the machine, and then this.
    func record(_ arguments: Arguments, _ terminal: Terminal) throws -> Record {
        terminal.progress("measuring the disk and OpenSSL")
        let surroundings = try Machine.surroundings(folder: arguments.folder)
        Memory.forgetPeak()
        let report = try run(arguments, surroundings, terminal)
        let command = syntax.words + arguments.positionals.map { _ in "…" }
        return Record(
            command: command.joined(separator: " "), report, surroundings, peakMemoryBytes: Memory.peakBytes)
    }
}

/// Where the figures are made.
enum Machine {
    static let cores = max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1)

    /// What the disk of a folder and OpenSSL do, for half a second each.
    static func surroundings(folder: String) throws -> Surroundings {
        let syncs = try Disk.syncs(in: folder, nanoseconds: 500_000_000)
        let one = try openSSL(cores: 1)
        return Surroundings(
            processor: processor, cores: cores, isOptimised: isOptimised, syncNanoseconds: syncs.p50,
            signPerSecond: one.sign.perSecond, verifyPerSecond: one.verify.perSecond,
            signOnAllCoresPerSecond: try signing(cores: cores).perSecond)
    }

    /// OpenSSL's Ed25519 over as many bytes as a proof signs, for a second together.
    private static func openSSL(cores: Int) throws -> (sign: Race.Lap, verify: Race.Lap) {
        let key = try Samples.key(.edDSA)
        let publicKey = key.publicKey
        let signature = try key.sign(message)
        let laps = try Race(cores: cores, rounds: 3).laps([
            { _ in _ = try key.sign(message) },
            { _ in guard publicKey.isValidSignature(signature, for: message) else { throw Wrong() } },
        ])
        return (laps[0], laps[1])
    }

    /// Signing alone, for less than half a second: done right before and after what it is compared with.
    static func signing(cores: Int) throws -> Race.Lap {
        let key = try Samples.key(.edDSA)
        return try Race(cores: cores, rounds: 2).laps([{ _ in _ = try key.sign(message) }])[0]
    }

    private static let message = [UInt8](repeating: 0x5A, count: 64)

    private static var processor: String {
        let lines = (try? readFile("/proc/cpuinfo", maximumBytes: 1 << 22)) ?? []
        return value(of: "model name", in: lines) ?? "unknown"
    }

    /// What stands behind a name and a colon.
    static func value(of name: String, in lines: [UInt8]) -> String? {
        let line = lines.split(separator: UInt8(ascii: "\n")).first { $0.starts(with: name.utf8) }
        guard let line, let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let value = line[(colon + 1)...].drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        return String(decoding: value, as: UTF8.self)
    }

    private static var isOptimised: Bool {
        var isDebug = false
        assert(
            {
                isDebug = true
                return true
            }())
        return !isDebug
    }
}

/// Memory of this process.
enum Memory {
    /// The most since the start, or since the last time that it was forgotten.
    static var peakBytes: Int {
        let status = (try? readFile("/proc/self/status", maximumBytes: 1 << 16)) ?? []
        let kilobytes = Machine.value(of: "VmHWM", in: status)?.split(separator: " ").first.flatMap { Int($0) }
        return (kilobytes ?? 0) * 1024
    }

    /// Begins to look for the peak anew; the kernel does so for "5".
    static func forgetPeak() {
        let descriptor = unsafe open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        _ = unsafe write(descriptor, "5", 1)
    }
}
