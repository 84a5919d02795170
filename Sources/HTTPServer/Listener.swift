import Glibc

/// A bound, listening, non-blocking socket. Closed, and its Unix path removed, when dropped.
struct Listener: ~Copyable {
    let descriptor: Int32
    /// The address with the port that was really taken.
    let address: HTTPServer.Address

    /// As many finished handshakes as Linux keeps by default while the acceptor is busy.
    fileprivate static let backlog: Int32 = 4_096

    init(_ address: HTTPServer.Address) throws(HTTPServerError) {
        switch address {
        case .tcp(let host, let port): self = try Listener(host: host, port: port)
        case .unix(let path): self = try Listener(path: path)
        }
    }

    private init(descriptor: Int32, address: HTTPServer.Address) {
        self.descriptor = descriptor
        self.address = address
    }

    deinit {
        close(descriptor)
        if case .unix(let path) = address { unsafe unlink(path) }
    }
}

// MARK: - TCP

extension Listener {
    private init(host: String, port: UInt16) throws(HTTPServerError) {
        let asked = HTTPServer.Address.tcp(host: host, port: port)
        guard let name = SocketAddress(host: host, port: port) else { throw .notAnAddress(host) }
        let descriptor = try newSocket(name.family, for: asked)
        var on: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        // A restarted service takes its port back while old connections are still in TIME_WAIT.
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, size)
        if name.family == AF_INET6 { unsafe setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &on, size) }
        try listening(descriptor, on: name, for: asked)
        let taken = SocketAddress(boundBy: descriptor)?.port ?? port
        self.init(descriptor: descriptor, address: .tcp(host: host, port: taken))
    }
}

/// A stream socket that no child process inherits.
private func newSocket(_ family: Int32, for address: HTTPServer.Address) throws(HTTPServerError) -> Int32 {
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    let descriptor = socket(family, type, 0)
    guard descriptor >= 0 else { throw listenFailure(address) }
    return descriptor
}

private func listening(
    _ descriptor: Int32, on name: SocketAddress, for address: HTTPServer.Address
) throws(HTTPServerError) {
    let isBound = unsafe name.withPointer { unsafe bind(descriptor, $0, $1) == 0 }
    guard isBound, listen(descriptor, Listener.backlog) == 0 else {
        let failure = listenFailure(address)
        close(descriptor)
        throw failure
    }
}

/// Reads `errno`, so call it before anything else.
private func listenFailure(_ address: HTTPServer.Address) -> HTTPServerError {
    let number = errno
    let hint =
        switch number {
        case EADDRINUSE: "; stop the other service, or choose another port"
        case EADDRNOTAVAIL: "; this machine has no such address"
        case EACCES: "; ports below 1024 and foreign folders need more rights"
        case ENOENT: "; make the folder first"
        default: ""
        }
    return .cannotListen(address, unsafe String(cString: strerror(number)), hint: hint)
}

// MARK: - Unix domain sockets

extension Listener {
    private init(path: String) throws(HTTPServerError) {
        let asked = HTTPServer.Address.unix(path: path)
        guard let name = SocketAddress(path: path) else {
            throw .pathTooLong(path, longest: SocketAddress.longestPath)
        }
        try removeLeftBehind(path, name)
        let descriptor = try newSocket(AF_UNIX, for: asked)
        // Before the name exists: Linux makes it with the socket's own mode, so at no moment may others connect.
        fchmod(descriptor, 0o600)
        try listening(descriptor, on: name, for: asked)
        self.init(descriptor: descriptor, address: asked)
    }
}

/// Removes the socket of a service that died; leaves everything else alone.
private func removeLeftBehind(_ path: String, _ name: SocketAddress) throws(HTTPServerError) {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else { throw .occupied(path) }
    let probe = try newSocket(AF_UNIX, for: .unix(path: path))
    defer { close(probe) }
    let isDead = unsafe name.withPointer { unsafe connect(probe, $0, $1) == -1 } && errno == ECONNREFUSED
    guard isDead else { throw .occupied(path) }
    unsafe unlink(path)
}
