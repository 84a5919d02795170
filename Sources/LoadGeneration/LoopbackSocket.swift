import Glibc

/// A connection to a port of this machine.
@safe
struct LoopbackSocket: ~Copyable {
    let descriptor: Int32

    /// - Parameter source: the last byte of the address to come from, 127.0.0.`source`.
    init(to port: UInt16, from source: UInt8) throws(LoadError) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw LoadError("A socket cannot be made: \(message(errno)).") }
        var isConnected = unsafe Self.call(descriptor, Self.address(source, 0)) { unsafe bind($0, $1, $2) }
        if isConnected {
            isConnected = unsafe Self.call(descriptor, Self.address(1, port)) { unsafe connect($0, $1, $2) }
        }
        guard isConnected else { throw LoadError("Port \(port) cannot be reached: \(message(errno)).") }
        var on: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        // What is sent waits for nothing.
        _ = unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, size)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }

    deinit { close(descriptor) }

    /// Bytes sent of those behind a position, zero when it would have to wait.
    func send(_ bytes: [UInt8], from position: Int) throws(LoadError) -> Int {
        let count = unsafe bytes.withUnsafeBytes { bytes in
            let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[position...])
            return unsafe Glibc.send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
        }
        if count >= 0 { return count }
        guard errno == EAGAIN || errno == EINTR else { throw LoadError("A connection broke: \(message(errno)).") }
        return 0
    }

    /// Whether the other end has closed, while nothing is expected from it.
    var hasEnded: Bool {
        var byte: UInt8 = 0
        let count = unsafe recv(descriptor, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT))
        return count == 0 || count < 0 && errno != EAGAIN && errno != EINTR
    }

    /// Bytes received into a buffer, nil when there are none yet.
    func receive(into buffer: inout [UInt8]) throws(LoadError) -> Int? {
        let count = unsafe buffer.withUnsafeMutableBytes { buffer in
            unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0)
        }
        if count > 0 { return count }
        guard count < 0 else { throw LoadError("The server ended a connection.") }
        guard errno == EAGAIN || errno == EINTR else { throw LoadError("A connection broke: \(message(errno)).") }
        return nil
    }

    private static func address(_ last: UInt8, _ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = (0x7F00_0000 | UInt32(last)).bigEndian
        return address
    }

    private static func call(
        _ descriptor: Int32, _ address: sockaddr_in, _ body: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Bool {
        unsafe withUnsafePointer(to: address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe body(descriptor, address, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}

func message(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
