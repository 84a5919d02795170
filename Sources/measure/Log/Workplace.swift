import Compensation
import Console
import Cryptography
import Glibc
import Hosting
import Issuance
import PostgreSQLStorage
import Storage
import Synchronization
import Temporal
import TransparencyLog

/// A folder with a service of its own, gone afterwards.
final class Workplace: Sendable {
    let folder: String
    let directory: DataDirectory
    /// What the last commands wrote, while somebody listens.
    private let heard: Mutex<[(event: LogEvent, at: Instant)]?>
    /// How far the clock of the service is ahead of the machine's.
    private let ahead = Mutex(Milliseconds.zero)

    /// - Parameters:
    ///   - parent: on the disk that is to be measured.
    ///   - store: where the rows are; nil for a file in the folder.
    init(in parent: String, store: StoreAddress? = nil) throws {
        var template = Array("\(parent)/measure-\(String(repeating: "X", count: 6))".utf8CString)
        guard unsafe mkdtemp(&template) != nil else {
            throw UsageError("\(parent): no folder can be made there: \(Disk.systemError()).")
        }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        var directory = DataDirectory(folder + "/service")
        directory.store = store
        self.directory = directory
        heard = Mutex(nil)
        _ = try directory.create(
            DataDirectory.Identity(origin: "issuer.example/audit", policies: DefaultPolicies.documents), on: machine)
    }

    func open() throws -> (service: Service, store: any HostedStore) { try directory.open(on: machine) }

    /// The events that `body` led to.
    func events(of body: () throws -> Void) rethrows -> [LogEvent] { try timedEvents(of: body).map(\.event) }

    /// The events that `body` led to, and when each was durable by the clock of the service.
    func timedEvents(of body: () throws -> Void) rethrows -> [(event: LogEvent, at: Instant)] {
        heard.withLock { $0 = [] }
        defer { heard.withLock { $0 = nil } }
        try body()
        return heard.withLock { $0 ?? [] }
    }

    func logKey() throws -> VerifierKey {
        let text = try readFile(directory.verifierKey, maximumBytes: 4096)
        return try VerifierKey(vkey: String(decoding: text.dropLast(), as: UTF8.self))
    }

    /// The private key of the log, to make a log that the service takes for its own.
    func signingKey() throws -> Ed25519PrivateKey {
        try KeyFile.read(path: directory.path + "/keys/log.pem", passphrase: nil)
    }

    /// Removes everything.
    func remove() {
        if case .database(let url)? = directory.store {
            try? PostgreSQLStore.discard(at: url, schema: .service)
        }
        Self.empty(directory.path + "/keys")
        Self.empty(directory.path)
        Self.empty(folder)
    }

    /// Lets so much time pass for the service, and none for whoever measures.
    func pass(_ length: Milliseconds) { ahead.withLock { $0 = $0 + length } }

    var machine: DataDirectory.Machine {
        DataDirectory.Machine(
            now: { self.now },
            randomBytes: { count in
                var random = SecureRandom()
                return random.bytes(count: count)
            }, halt: { fatalError("the service stopped: \($0)") },
            observe: { event, _ in
                self.heard.withLock { heard in
                    if heard != nil { heard?.append((event, self.now)) }
                }
            })
    }

    /// What the clock of the service shows.
    var now: Instant { Self.now() + ahead.withLock { $0 } }

    static func now() -> Instant {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    private static func empty(_ folder: String) {
        guard let directory = unsafe opendir(folder) else { return }
        defer {
            unsafe closedir(directory)
            _ = unsafe rmdir(folder)
        }
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
                unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { _ = unsafe unlink("\(folder)/\(name)") }
        }
    }
}
