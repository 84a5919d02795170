import Console
import Cryptography
import Glibc
import Hosting
import Issuance
import Temporal

/// The real clock, the real random source, the real files: named here and nowhere below.
enum Machine {
    static func now() -> Instant {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// Nanoseconds of a clock that only goes forward.
    static func ticks() -> Int64 {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    static func randomBytes(_ count: Int) -> [UInt8] {
        var random = SecureRandom()
        return random.bytes(count: count)
    }

    /// What a service needs of this machine.
    ///
    /// - Parameter passphraseFile: holds the passphrase of the key files on its first line; without it the environment
    ///   variable `PUNCTUAL_PASSPHRASE` is asked.
    static func forService(
        passphraseFile: String?, observe: @escaping @Sendable (LogEvent, Int64) -> Void = { _, _ in }
    ) throws -> DataDirectory.Machine {
        var machine = DataDirectory.Machine(
            now: now, randomBytes: randomBytes, passphrase: try passphrase(passphraseFile),
            halt: { why in
                Terminal().note("punctual: stopping at once, because only a restart can tell what is true: \(why)")
                _exit(ExitCode.internal.rawValue)
            }, observe: observe)
        machine.zones = .ofMachine
        machine.ticks = ticks
        return machine
    }

    private static func passphrase(_ file: String?) throws -> [UInt8]? {
        if let file { return try firstLine(of: file) }
        return environment("PUNCTUAL_PASSPHRASE")
    }

    private static func environment(_ name: String) -> [UInt8]? {
        unsafe getenv(name).map { unsafe Array(String(cString: $0).utf8) }
    }

    /// An institution's API key: never an argument, which everybody on the machine can read.
    ///
    /// - Parameter file: holds it on its first line; without it the environment variable `PUNCTUAL_API_KEY` is asked.
    static func apiKey(_ file: String?) throws -> [UInt8] {
        let key = try file.map(firstLine) ?? environment("PUNCTUAL_API_KEY")
        guard let key, !key.isEmpty else {
            throw UsageError("An API key is needed: --key-file FILE, or the environment variable PUNCTUAL_API_KEY.")
        }
        return key
    }

    /// A passphrase in a file.
    static func firstLine(of path: String) throws -> [UInt8] {
        Array(try readFile(path, maximumBytes: 4096).prefix { $0 != UInt8(ascii: "\n") })
    }

    /// Writes a file that a person named; one that is there is not overwritten.
    static func writeFile(_ bytes: [UInt8], to path: String) throws {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw UsageError("\(path) cannot be made: \(systemError()).") }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw Failure("\(path) cannot be written: \(systemError()).") }
            rest = rest.dropFirst(count)
        }
    }

    /// Makes a folder where there is none.
    static func makeFolder(_ path: String) throws {
        guard unsafe mkdir(path, 0o755) == 0 || errno == EEXIST else {
            throw UsageError("\(path) cannot be made: \(systemError()).")
        }
    }

    /// Puts a file in the place of one that may be there, at once: nobody reads half of it.
    static func replaceFile(_ bytes: [UInt8], at path: String) throws {
        let draft = path + ".new"
        _ = unsafe unlink(draft)
        try writeFile(bytes, to: draft)
        guard unsafe chmod(draft, 0o644) == 0, unsafe rename(draft, path) == 0 else {
            throw Failure("\(path) cannot be replaced: \(systemError()).")
        }
    }

    /// Gives `body` a folder that is gone afterwards, with everything that `body` made in it and took away again.
    static func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
        let folder = try temporaryFolder()
        defer { _ = unsafe rmdir(folder) }
        return try body(folder)
    }

    /// A new folder where temporary things go.
    static func temporaryFolder() throws -> String {
        let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/punctual-\(String(repeating: "X", count: 6))".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw Failure("\(parent): \(systemError())") }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// What is in a folder; nothing where it cannot be read.
    static func names(in folder: String) -> [String] {
        guard let stream = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    static func systemError() -> String { unsafe String(cString: strerror(errno)) }
}

/// Ends the process with a code.
func exit(_ code: ExitCode) -> Never { Glibc.exit(code.rawValue) }

/// Ends the process with a code, whatever its other threads do.
func exitAtOnce(_ code: ExitCode) -> Never { _exit(code.rawValue) }
