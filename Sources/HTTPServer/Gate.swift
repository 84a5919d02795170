import Dispatch
import Glibc
import Synchronization

/// The connections that are open, counted, and what the other threads tell the acceptor: that one ended, which sockets
/// to drain, and when to stop.
final class Gate: Sendable {
    private struct State {
        var open = 0
        var openByAddress: [String: Int] = [:]
        /// Those of `open` that the library has begun to work on, and what each is waited for.
        var sockets: [Int32: Patience] = [:]
        /// Seconds since the start.
        var now = 0
        var refused: [Int32] = []
        /// No new connections.
        var isStopping = false
        /// No connections.
        var isClosing = false
    }

    let limits: HTTPServer.Limits
    private let state = Mutex(State())
    /// Signalled when the last connection ends while closing.
    private let emptied = DispatchSemaphore(value: 0)
    /// Readable after every change that the acceptor must look at: the end of a pipe.
    let wake: Int32
    private let knocker: Int32

    init(limits: HTTPServer.Limits) throws(HTTPServerError) {
        self.limits = limits
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { throw .refusedByLibrary([unsafe String(cString: strerror(errno))]) }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        (wake, knocker) = (ends[0], ends[1])
    }

    deinit {
        for duplicate in hear() { close(duplicate) }
        close(wake)
        close(knocker)
    }

    var isFull: Bool { state.withLock { $0.open >= limits.connections } }

    var openConnections: Int { state.withLock(\.open) }

    var isStopping: Bool { state.withLock { $0.isStopping } }

    func stop() {
        state.withLock { $0.isStopping = true }
        knock()
    }

    /// Takes a place for a new connection, unless its address has too many already.
    func admit(_ peer: SocketAddress) -> Bool {
        state.withLock { state in
            if peer.family != AF_UNIX {
                let others = state.openByAddress[peer.text, default: 0]
                guard others < limits.connectionsPerAddress else { return false }
                state.openByAddress[peer.text] = others + 1
            }
            state.open += 1
            return true
        }
    }

    /// The library works on an admitted connection.
    func begin(_ socket: Int32) {
        state.withLock { state in
            state.sockets[socket] = .head(since: state.now, limits)
            if state.isClosing { shutdown(socket, Int32(SHUT_RDWR)) }
        }
    }

    /// The connections that the library works on, with what each is waited for, and the seconds since the start.
    func withSockets(_ body: (inout [Int32: Patience], inout Int) -> Void) {
        state.withLock { body(&$0.sockets, &$0.now) }
    }

    /// Gives back the place of a connection that ended, before its socket is closed.
    func end(_ socket: Int32, _ peerText: String) {
        state.withLock { $0.sockets[socket] = nil }
        release(peerText)
    }

    /// Gives back the place of a connection.
    func release(_ peerText: String) {
        let (wasFull, isEmptied) = state.withLock { state in
            if let others = state.openByAddress[peerText] {
                state.openByAddress[peerText] = others > 1 ? others - 1 : nil
            }
            state.open -= 1
            return (state.open + 1 >= limits.connections, state.open == 0 && state.isClosing)
        }
        if wasFull { knock() }
        if isEmptied { emptied.signal() }
    }

    /// Ends every connection and waits until the library has noticed.
    func closeAll(milliseconds: Int) {
        let isEmpty = state.withLock { state in
            state.isClosing = true
            for socket in state.sockets.keys { shutdown(socket, Int32(SHUT_RDWR)) }
            return state.open == 0
        }
        if !isEmpty { _ = emptied.wait(timeout: .now() + .milliseconds(milliseconds)) }
    }

    /// Has a duplicate of a refused connection's socket drained: see `RefusedSockets`. Not while stopping, when nobody
    /// is there to do it.
    func drain(_ descriptor: Int32) {
        state.withLock { state in
            let duplicate = state.isStopping ? -1 : fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
            if duplicate >= 0 { state.refused.append(duplicate) }
        }
        knock()
    }

    /// Empties the pipe and takes the sockets to drain.
    func hear() -> [Int32] {
        var knocks = [UInt8](repeating: 0, count: 256)
        while unsafe read(wake, &knocks, knocks.count) == knocks.count {}
        return state.withLock { state in
            defer { state.refused = [] }
            return state.refused
        }
    }

    private func knock() {
        // A full pipe knocks loudly enough.
        _ = unsafe write(knocker, [0], 1)
    }
}
