import Glibc

/// A loopback connection on which a test says exactly what it likes.
final class RawConnection {
    let descriptor: Int32
    private var unread: [UInt8] = []

    /// - Parameter patienceMilliseconds: how long to wait for what the server sends.
    init(port: UInt16, patienceMilliseconds: Int = 20_000) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.descriptor = descriptor
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        unsafe inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        // A test that waits for what never comes fails instead of hanging.
        var patience = timeval(tv_sec: patienceMilliseconds / 1000, tv_usec: patienceMilliseconds % 1000 * 1000)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let code = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        isConnected = code == 0
    }

    let isConnected: Bool

    deinit { close(descriptor) }

    /// Sends as much as the other side takes; false when that was not all.
    @discardableResult
    func send(_ bytes: some Sequence<UInt8>) -> Bool {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let chunk = Array(rest)
            let count = unsafe Glibc.send(descriptor, chunk, chunk.count, Int32(MSG_NOSIGNAL))
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    func send(_ text: String) { _ = send(text.utf8) }

    /// Closes at once with a reset, as a process that dies does with unread data.
    func abort() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    struct Answer: Equatable {
        let status: Int
        let head: String
        let body: String

        var isLast: Bool { head.lowercased().contains("connection: close") }
    }

    /// The next final answer; `nil` when the connection ended first.
    func answer(hasBody: Bool = true) -> Answer? {
        while true {
            guard let head = readHead() else { return nil }
            let status = Int(head.split(separator: " ")[1])!
            if status == 100 { continue }
            let length =
                head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
                .flatMap { Int($0.split(separator: " ")[1]) } ?? 0
            guard let body = read(hasBody ? length : 0) else { return nil }
            return Answer(status: status, head: head, body: body)
        }
    }

    /// The next head, also of an interim answer.
    func readHead() -> String? {
        while true {
            if let end = unread.indices.first(where: { unread[$0...].starts(with: "\r\n\r\n".utf8) }) {
                defer { unread.removeFirst(end + 4) }
                return String(decoding: unread[..<end], as: UTF8.self)
            }
            guard receive() else { return nil }
        }
    }

    /// Reads on until the server ends the connection; false when it does not.
    var isClosed: Bool {
        while receive() {}
        return errno != EAGAIN
    }

    private func read(_ count: Int) -> String? {
        while unread.count < count {
            guard receive() else { return nil }
        }
        defer { unread.removeFirst(count) }
        return String(decoding: unread.prefix(count), as: UTF8.self)
    }

    private func receive() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        errno = 0
        let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        unread += buffer[..<count]
        return true
    }
}

/// Says that nothing more will be sent.
func shutdownWriting(_ connection: RawConnection) {
    shutdown(connection.descriptor, Int32(SHUT_WR))
}
