import Glibc

/// Sockets whose requests were refused before their bodies had come.
///
/// Closing a socket with unread bytes resets the connection, and the reset may overtake the answer. So what such a
/// client still sends is read and thrown away until it closes, is quiet for two seconds, or has sent
/// `Limits.discardedBodyBytes`.
struct RefusedSockets: ~Copyable {
    /// The oldest one gives way to another.
    private static let most = 64
    static let quietMilliseconds: Int32 = 2_000

    private var sockets: [(descriptor: Int32, bytesLeft: Int)] = []
    private var scratch = [UInt8](repeating: 0, count: 16_384)

    var isEmpty: Bool { sockets.isEmpty }

    var polled: [pollfd] {
        sockets.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
    }

    deinit {
        for socket in sockets { close(socket.descriptor) }
    }

    mutating func add(_ descriptors: [Int32]) {
        sockets += descriptors.map { ($0, HTTPServer.Limits.discardedBodyBytes) }
        while sockets.count > RefusedSockets.most { close(sockets.removeFirst().descriptor) }
    }

    /// Reads from those that are ready; `events` is `polled` after the poll.
    mutating func discard(_ events: ArraySlice<pollfd>) {
        let ready = Set(events.lazy.filter { $0.revents != 0 }.map(\.fd))
        sockets = sockets.compactMap { socket in
            guard ready.contains(socket.descriptor) else { return socket }
            let count = unsafe recv(socket.descriptor, &scratch, scratch.count, Int32(MSG_DONTWAIT))
            let isBusy = count < 0 && (errno == EAGAIN || errno == EINTR)
            if isBusy || 1..<socket.bytesLeft ~= count { return (socket.descriptor, socket.bytesLeft - max(count, 0)) }
            close(socket.descriptor)
            return nil
        }
    }

    mutating func closeAll() {
        for socket in sockets { close(socket.descriptor) }
        sockets = []
    }
}
