import CEpoll
import Figures
import Glibc

/// Keep-alive connections to one port, and requests over them when they are due. One thread at a time may use it.
package final class LoadGenerator {
    /// Makes the bytes of a request, head and body, in an empty array.
    package typealias Maker = (_ number: Int, _ bytes: inout [UInt8]) -> Void

    private final class Connection {
        var socket: LoopbackSocket
        /// When it was connected, or last answered.
        var used: UInt64
        var request: [UInt8] = []
        var sent = 0
        /// When the request was due.
        var due: UInt64 = 0
        /// Whether a request is on its way.
        var isAwaiting = false
        var reader = AnswerReader()
        /// Whether the kernel is asked to say when more can be sent.
        var waitsToSend = false

        init(_ socket: consuming LoopbackSocket, at time: UInt64) {
            self.socket = socket
            used = time
        }
    }

    /// As many connections may come from one address; servers have limits for each.
    private static let connectionsPerAddress = 100
    /// For what one call receives: the answer to a batch of a thousand lines comes in a few.
    private static let bufferBytes = 1 << 18
    /// The most that one wait takes, so that what runs out of patience is noticed.
    private static let longestWait: UInt64 = 50_000_000
    /// A server may end a connection over which nothing went for so long; before it is used again that is looked for.
    private static let idle: UInt64 = 5_000_000_000
    /// A server that answers nothing for a minute never will.
    private static let longestSilence: UInt64 = 60_000_000_000

    private let now: () -> UInt64
    private let port: UInt16
    private let epoll: Int32
    private let connections: [Connection]
    private var buffer = [UInt8](repeating: 0, count: bufferBytes)
    private var ready = [punctual_ready](repeating: punctual_ready(), count: 64)

    /// Connects.
    ///
    /// - Parameters:
    ///   - port: of this machine.
    ///   - connections: how many.
    ///   - now: nanoseconds on a clock that only goes forward.
    package init(port: UInt16, connections: Int, now: @escaping () -> UInt64) throws(LoadError) {
        precondition(1...10_000 ~= connections, "from one connection to ten thousand")
        self.now = now
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epoll >= 0 else { throw LoadError("There is no epoll: \(message(errno)).") }
        self.port = port
        var opened: [Connection] = []
        for number in 0..<connections {
            opened.append(Connection(try Self.connect(port, UInt32(number), epoll), at: now()))
        }
        self.connections = opened
    }

    private static func connect(_ port: UInt16, _ number: UInt32, _ epoll: Int32) throws(LoadError) -> LoopbackSocket {
        let socket = try LoopbackSocket(to: port, from: UInt8(1 + Int(number) / connectionsPerAddress))
        guard punctual_epoll_watch(epoll, EPOLL_CTL_ADD, socket.descriptor, EPOLLIN.rawValue, number) == 0 else {
            throw LoadError("A connection cannot be watched: \(message(errno)).")
        }
        return socket
    }

    deinit { close(epoll) }

    /// Sends the requests of a plan and waits for the answers.
    ///
    /// - Parameter request: makes each; called on this thread when it is sent.
    /// - Throws: `LoadError` when a connection ends or an answer is not understood.
    package func run(_ plan: LoadPlan, request: Maker) throws(LoadError) -> LoadOutcome {
        var outcome = LoadOutcome()
        var free = FreeConnections(connections.count)
        let start = now()
        var (next, latest) = (0, start)
        while true {
            var time = now()
            while next < plan.requests, start + plan.due(next) <= time, let number = free.take() {
                // Without a rate a request is due when there is a connection for it.
                let due = plan.perSecond == nil ? time : start + plan.due(next)
                if time > connections[number].used + Self.idle { try refresh(number) }
                try begin(number, next, due: due, request)
                next += 1
                time = now()
            }
            if next < plan.requests, plan.perSecond != nil, time > start + plan.due(next) + plan.patience {
                outcome.givenUp = plan.requests - next
                next = plan.requests
            }
            if next == plan.requests, free.isComplete { break }
            guard free.isComplete || time < max(latest, start) + Self.longestSilence else {
                throw LoadError("The server has not answered for a minute.")
            }
            var wait = Self.longestWait
            if next < plan.requests, !free.isEmpty {
                let due = start + plan.due(next)
                wait = min(due - min(time, due), wait)
            }
            for event in try waitForEvents(wait) {
                if try proceed(event, &outcome) {
                    latest = now()
                    let connection = connections[Int(event.tag)]
                    outcome.times.record(latest - connection.due)
                    (connection.used, connection.isAwaiting) = (latest, false)
                    free.put(Int(event.tag))
                }
            }
        }
        outcome.nanoseconds = latest - start
        return outcome
    }

    private func waitForEvents(_ nanoseconds: UInt64) throws(LoadError) -> ArraySlice<punctual_ready> {
        let count = unsafe punctual_epoll_wait(epoll, &ready, Int32(ready.count), Int64(nanoseconds))
        guard count >= 0 || errno == EINTR else { throw LoadError("Nothing can be awaited: \(message(errno)).") }
        return ready.prefix(Int(max(count, 0)))
    }

    /// Connects again where the server has ended a connection that was idle.
    private func refresh(_ number: Int) throws(LoadError) {
        let connection = connections[number]
        guard connection.socket.hasEnded else { return }
        connection.socket = try Self.connect(port, UInt32(number), epoll)
        connection.waitsToSend = false
    }

    private func begin(_ number: Int, _ request: Int, due: UInt64, _ make: Maker) throws(LoadError) {
        let connection = connections[number]
        connection.request.removeAll(keepingCapacity: true)
        make(request, &connection.request)
        connection.sent = 0
        (connection.due, connection.isAwaiting) = (due, true)
        connection.reader.reset()
        try send(connection, number)
    }

    private func send(_ connection: Connection, _ number: Int) throws(LoadError) {
        while connection.sent < connection.request.count {
            let count = try connection.socket.send(connection.request, from: connection.sent)
            guard count > 0 else { break }
            connection.sent += count
        }
        let mustWait = connection.sent < connection.request.count
        guard mustWait != connection.waitsToSend else { return }
        connection.waitsToSend = mustWait
        let events = EPOLLIN.rawValue | (mustWait ? EPOLLOUT.rawValue : 0)
        guard punctual_epoll_watch(epoll, EPOLL_CTL_MOD, connection.socket.descriptor, events, UInt32(number)) == 0
        else { throw LoadError("A connection cannot be watched: \(message(errno)).") }
    }

    /// - Returns: whether the answer is complete.
    private func proceed(_ event: punctual_ready, _ outcome: inout LoadOutcome) throws(LoadError) -> Bool {
        let connection = connections[Int(event.tag)]
        guard connection.isAwaiting else {
            try refresh(Int(event.tag))
            return false
        }
        if connection.waitsToSend { try send(connection, Int(event.tag)) }
        while let count = try connection.socket.receive(into: &buffer) {
            outcome.bytes += count
            guard try connection.reader.read(buffer, first: count) else {
                // A full buffer says that more may be there; else the kernel tells when there is.
                if count < buffer.count { return false }
                continue
            }
            if 200..<300 ~= connection.reader.status {
                outcome.accepted += 1
            } else {
                outcome.refused += 1
                outcome.firstRefusal = outcome.firstRefusal ?? connection.reader.status
            }
            return true
        }
        return false
    }
}

/// The connections over which nothing is under way; the one that was used longest ago is next.
private struct FreeConnections {
    private var ring: [Int]
    private var first = 0
    private var count: Int

    init(_ count: Int) { (ring, self.count) = (Array(0..<count), count) }

    var isEmpty: Bool { count == 0 }
    var isComplete: Bool { count == ring.count }

    mutating func take() -> Int? {
        guard count > 0 else { return nil }
        defer {
            first = (first + 1) % ring.count
            count -= 1
        }
        return ring[first]
    }

    mutating func put(_ number: Int) {
        ring[(first + count) % ring.count] = number
        count += 1
    }
}
