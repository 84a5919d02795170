import Dispatch
import Glibc
import Synchronization

/// What a connection is waited for, and until when, in seconds since the server began.
struct Patience: Hashable, Sendable {
    /// What is waited for.
    enum Kind: Hashable, Sendable {
        /// The rest of a head, or the whole of the next one.
        case head
        /// A body to come, or an answer to go, of so many bytes.
        case transfer(of: Int)
        /// Our own answer: that is not the client's fault.
        case nothing
    }

    let isHead: Bool
    let since: Int
    let until: Int

    init(_ kind: Kind, since now: Int, _ limits: HTTPServer.Limits) {
        since = now
        isHead = kind == .head
        until =
            switch kind {
            case .head: now + limits.headSeconds
            case .transfer(let bytes): now + limits.transferSeconds + bytes / limits.leastBytesPerSecond
            case .nothing: Int.max
            }
    }

    static func head(since now: Int, _ limits: HTTPServer.Limits) -> Patience { Patience(.head, since: now, limits) }
}

extension Gate {
    /// From now on something else is waited for on this connection.
    func expect(_ kind: Patience.Kind, on socket: Int32) {
        withSockets { sockets, now in
            guard sockets[socket] != nil else { return }
            sockets[socket] = Patience(kind, since: now, limits)
        }
    }

    /// A second has passed: ends the connections that kept us waiting too long. Where every place is taken, also those
    /// that have been idle longest, so that a crowd of idle ones keeps nobody out.
    func tick() {
        let isFull = isFull
        withSockets { sockets, now in
            now += 1
            var ended = sockets.filter { $0.value.until <= now }.map(\.key)
            if isFull, ended.isEmpty {
                let idle = sockets.filter { $0.value.isHead && now - $0.value.since >= Self.idleSecondsWhenFull }
                let places = max(limits.connections / Self.shareOfIdle, 1)
                ended = idle.sorted { $0.value.since < $1.value.since }.prefix(places).map(\.key)
            }
            for socket in ended {
                shutdown(socket, Int32(SHUT_RDWR))
                // Once is enough: the library closes it when it sees that.
                sockets[socket] = Patience(.nothing, since: now, limits)
            }
        }
    }

    /// Somebody who has just come is not idle.
    private static var idleSecondsWhenFull: Int { 2 }
    /// How many of all places are made free at once.
    private static var shareOfIdle: Int { 16 }
}

/// The second hand of a server.
final class Impatience: Sendable {
    /// Cancelled once, at the stop.
    private let timer: Mutex<any DispatchSourceTimer>

    init(_ gate: Gate) {
        let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "punctual.http.patience"))
        timer.schedule(deadline: .now() + .seconds(1), repeating: .seconds(1), leeway: .milliseconds(100))
        timer.setEventHandler { gate.tick() }
        timer.activate()
        self.timer = Mutex(timer)
    }

    func stop() { timer.withLock { $0.cancel() } }
}
