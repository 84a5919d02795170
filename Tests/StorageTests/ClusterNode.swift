import CanonicalJSON
import Foundation
import Synchronization
import TestSupport

/// A process that is one node, with its line to the server; it can be stopped, killed and started again.
final class ClusterNode: Sendable {
    /// What became of a command.
    enum Outcome: Sendable {
        case acknowledged(id: String)
        case refused(String)
        /// Nobody knows.
        case open(String)
    }

    /// What all nodes said, for the checks at the end.
    final class History: Sendable {
        /// Checkpoints that any node showed.
        let notes = Mutex<Set<String>>([])
        /// Why nodes have stopped by themselves.
        let halts = Mutex<[String]>([])
        /// How processes ended that nobody had killed: by exit code.
        let ends = Mutex<[Int32]>([])
    }

    private struct State {
        var process: Process?
        var input: FileHandle?
        /// Who waits for which command.
        var waiting: [String: @Sendable (Outcome) -> Void] = [:]
    }

    let link: Link
    private let folder: String
    private let words: [String]
    private let history: History
    private let state = Mutex(State())

    /// - Parameters:
    ///   - number: which one it is.
    ///   - anchor: a copy of any anchor of the log.
    init(
        _ number: Int, in parent: String, of server: DatabaseServer, schema: String, anchor: String, tenant: String,
        _ history: History
    )
        throws
    {
        folder = parent + "/\(number)"
        self.history = history
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        try FileManager.default.copyItem(atPath: anchor, toPath: folder + "/anchor")
        link = try Link(to: server.folder + "/.s.PGSQL.5432", in: folder)
        words = ["serve", server.url(schema, folder: folder), folder + "/anchor", tenant]
    }

    /// Starts the process, if it does not run.
    func start() throws {
        try state.withLock { state in
            guard state.process == nil else { return }
            let (process, input, output) = (Self.process(words), Pipe(), Pipe())
            process.standardInput = input
            process.standardOutput = output
            try process.run()
            state.process = process
            state.input = input.fileHandleForWriting
            let handle = output.fileHandleForReading
            Thread.detachNewThread { [self] in
                var rest: [UInt8] = []
                while case let bytes = handle.availableData, !bytes.isEmpty {
                    rest += bytes
                    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                        hear(Array(rest[..<end]))
                        rest.removeFirst(end + 1)
                    }
                }
                ended(process)
            }
        }
    }

    static func process(_ words: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "noderun")
        process.arguments = words
        if ProcessInfo.processInfo.environment["PUNCTUAL_VERBOSE"] == nil {
            process.standardError = FileHandle.nullDevice
        }
        return process
    }

    /// Sends a signal; `SIGCONT` after `SIGSTOP` wakes it up.
    func signal(_ signal: Int32) {
        state.withLock { state in
            if let process = state.process { kill(process.processIdentifier, signal) }
        }
    }

    /// Ends its input, after which it ends by itself.
    func finish() {
        let process = state.withLock { state in
            try? state.input?.close()
            return state.process
        }
        process?.waitUntilExit()
    }

    /// Sends a command.
    /// - Parameter done: called once.
    func send(_ key: String, _ line: String, _ done: @escaping @Sendable (Outcome) -> Void) {
        let isSent = state.withLock { state in
            guard state.process != nil, let input = state.input else { return false }
            state.waiting[key] = done
            return (try? input.write(contentsOf: Data((line + "\n").utf8))) != nil
        }
        if !isSent { answer(key, .open("the node does not run"), orElse: done) }
    }

    /// Waits no longer for a command.
    func forget(_ key: String) { state.withLock { $0.waiting[key] = nil } }

    private func answer(_ key: String, _ outcome: Outcome, orElse done: (@Sendable (Outcome) -> Void)? = nil) {
        let waiting = state.withLock { $0.waiting.removeValue(forKey: key) }
        (waiting ?? done)?(outcome)
    }

    private func hear(_ line: [UInt8]) {
        guard let said = try? JSON(parsing: line) else { return }
        if let note = said["note"]?.stringValue { history.notes.withLock { _ = $0.insert(note) } }
        if let why = said["halted"]?.stringValue { history.halts.withLock { $0.append(why) } }
        if let key = said["acked"]?.stringValue { answer(key, .acknowledged(id: said["id"]?.stringValue ?? "")) }
        if let key = said["refused"]?.stringValue { answer(key, .refused(said["why"]?.stringValue ?? "")) }
        if let key = said["failed"]?.stringValue { answer(key, .open(said["why"]?.stringValue ?? "")) }
    }

    private func ended(_ process: Process) {
        process.waitUntilExit()
        if process.terminationReason == .exit { history.ends.withLock { $0.append(process.terminationStatus) } }
        let waiting = state.withLock { state in
            (state.process, state.input) = (nil, nil)
            defer { state.waiting = [:] }
            return state.waiting
        }
        for done in waiting.values { done(.open("the node has ended")) }
    }
}
