import Dispatch
import Synchronization

/// What the callbacks of one server share.
final class Core: Sendable {
    let handler: HTTPServer.Handler
    let bodyLimit: @Sendable (HTTPRequest) -> Int
    let limits: HTTPServer.Limits
    let gate: Gate
    private let log: (@Sendable (String) -> Void)?
    /// What the library said before it refused to start; `nil` once it runs.
    private let startMessages = Mutex<[String]?>([])
    /// Entered by every request from when it is complete until its last byte is sent.
    private let inFlight = DispatchGroup()
    private let waiting = Mutex(Waiting())
    private let stopping = Atomic(false)
    private let bodyBytes = Atomic(0)

    /// Exchanges whose connections are suspended, or about to be.
    private struct Waiting {
        var exchanges: [ObjectIdentifier: Exchange] = [:]
        /// Set while stopping: nothing may be suspended any more.
        var isClosed = false
    }

    init(_ configuration: HTTPServer.Configuration, handler: @escaping HTTPServer.Handler) throws(HTTPServerError) {
        self.handler = handler
        bodyLimit = configuration.bodyLimit
        limits = configuration.limits
        log = configuration.log
        gate = try Gate(limits: configuration.limits)
    }

    // MARK: Messages

    func note(_ message: String) {
        startMessages.withLock { $0?.append(message) }
        log?(message)
    }

    func takeStartMessages() -> [String] {
        startMessages.withLock { $0.take() } ?? []
    }

    // MARK: Memory for bodies

    /// How much bodies take.
    var heldBodyBytes: Int { bodyBytes.load(ordering: .relaxed) }

    /// How much more bodies may take.
    var bodyBytesLeft: Int { limits.bodyBytesTogether - heldBodyBytes }

    /// Takes memory for a piece of a body; false when there is none.
    func takeBytes(_ count: Int) -> Bool {
        if bodyBytes.add(count, ordering: .relaxed).newValue <= limits.bodyBytesTogether { return true }
        bodyBytes.subtract(count, ordering: .relaxed)
        return false
    }

    func giveBackBytes(_ count: Int) { bodyBytes.subtract(count, ordering: .relaxed) }

    // MARK: Requests in flight

    func begin() { inFlight.enter() }

    func end() { inFlight.leave() }

    /// Registers an exchange before its connection is suspended.
    ///
    /// - Returns: false when the server is stopping and the exchange has to be answered at once.
    func register(_ exchange: Exchange) -> Bool {
        waiting.withLock { waiting in
            guard !waiting.isClosed else { return false }
            waiting.exchanges[ObjectIdentifier(exchange)] = exchange
            return true
        }
    }

    func unregister(_ exchange: Exchange) {
        waiting.withLock { _ = $0.exchanges.removeValue(forKey: ObjectIdentifier(exchange)) }
    }

    // MARK: Stopping

    /// From now on each answer also closes its connection.
    var isStopping: Bool { stopping.load(ordering: .relaxed) }

    func beginStopping() { stopping.store(true, ordering: .relaxed) }

    /// Waits until nothing is in flight; false when that took too long.
    func waitUntilAnswered(milliseconds: Int) -> Bool {
        inFlight.wait(timeout: .now() + .milliseconds(milliseconds)) == .success
    }

    /// Answers for every handler that has not: the library may not stop while a connection is suspended.
    func abandonWaiting() {
        let abandoned = waiting.withLock { waiting in
            waiting.isClosed = true
            return Array(waiting.exchanges.values)
        }
        for exchange in abandoned { exchange.answer(HTTPRefusal.stopping.response) }
    }
}
