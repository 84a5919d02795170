import Glibc

/// The thread that accepts connections and hands each to the daemon. It owns the listener, and closes it when it stops.
///
/// While every place is taken, new connections wait in the kernel's queue.
final class Acceptor: Sendable {
    private let gate: Gate
    private let thread: pthread_t

    /// Starts the thread.
    ///
    /// - Parameter isPlain: whether somebody who is refused can be told so without TLS.
    init(_ listener: consuming Listener, _ gate: Gate, _ daemon: Daemon, isPlain: Bool) throws(HTTPServerError) {
        self.gate = gate
        let context = unsafe Unmanaged.passRetained(AcceptorLoop(listener, gate, daemon, isPlain: isPlain))
        var thread = pthread_t()
        let failure = unsafe pthread_create(
            &thread, nil,
            { pointer in
                let loop = unsafe Unmanaged<AcceptorLoop>.fromOpaque(pointer!).takeRetainedValue()
                loop.run()
                return nil
            }, context.toOpaque())
        guard failure == 0 else {
            unsafe context.release()
            throw .refusedByLibrary([unsafe String(cString: strerror(failure))])
        }
        self.thread = thread
    }

    /// Returns when nobody can connect any more.
    func stop() {
        gate.stop()
        pthread_join(thread, nil)
    }
}

/// The state of the acceptor's thread, which alone touches it.
private final class AcceptorLoop {
    private let listener: Listener
    private let gate: Gate
    private let daemon: Daemon
    private var refused = RefusedSockets()
    /// No descriptor was free for the last connection; it stays in the kernel's queue for a while.
    private var isStarved = false
    private static let starvedMilliseconds: Int32 = 100

    private let isPlain: Bool

    init(_ listener: consuming Listener, _ gate: Gate, _ daemon: Daemon, isPlain: Bool) {
        self.isPlain = isPlain
        self.listener = listener
        self.gate = gate
        self.daemon = daemon
    }

    func run() {
        while !gate.isStopping {
            let isAccepting = !isStarved && !gate.isFull
            var events =
                [
                    pollfd(fd: gate.wake, events: Int16(POLLIN), revents: 0),
                    pollfd(fd: isAccepting ? listener.descriptor : -1, events: Int16(POLLIN), revents: 0),
                ] + refused.polled
            let timeout =
                isStarved
                ? AcceptorLoop.starvedMilliseconds
                : refused.isEmpty ? -1 : RefusedSockets.quietMilliseconds
            let count = unsafe poll(&events, nfds_t(events.count), timeout)
            if count == 0, !isStarved { refused.closeAll() }
            isStarved = false
            guard count > 0 else { continue }
            refused.discard(events[2...])
            if events[0].revents != 0 {
                refused.add(gate.hear())
            }
            if events[1].revents != 0 { accept() }
        }
    }

    private func accept() {
        while !gate.isFull {
            var peer = SocketAddress()
            let descriptor = unsafe peer.read { unsafe Glibc.accept(listener.descriptor, $0, $1) }
            guard descriptor >= 0 else {
                isStarved = [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno)
                // Anything else is the queue's end, or one client that gave up while it waited.
                if errno == ECONNABORTED || errno == EINTR { continue }
                return
            }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            if !gate.admit(peer) {
                refuse(descriptor)
            } else if !daemon.add(descriptor, peer) {
                gate.release(peer.text)
            }
        }
    }

    /// Tells whoever has too many connections, as far as the kernel takes it without waiting.
    private func refuse(_ descriptor: Int32) {
        guard isPlain else {
            close(descriptor)
            return
        }
        let answer = HTTPRefusal.tooManyConnections.rawAnswer
        _ = unsafe send(descriptor, answer, answer.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
        shutdown(descriptor, Int32(SHUT_WR))
        refused.add([descriptor])
    }
}
