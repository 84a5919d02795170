import Glibc

/// The one place where socket addresses are read and written byte by byte.
struct SocketAddress {
    private var storage = sockaddr_storage()
    private var length: socklen_t = 0

    /// One byte of the field ends the path.
    static let longestPath = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

    var family: Int32 { Int32(storage.ss_family) }

    /// An IPv4 or IPv6 literal, the latter also in brackets, or `localhost`.
    init?(host: String, port: UInt16) {
        var literal = host == "localhost" ? "127.0.0.1" : host
        if literal.hasPrefix("["), literal.hasSuffix("]") { literal = String(literal.dropFirst().dropLast()) }
        var v4 = sockaddr_in()
        var v6 = sockaddr_in6()
        if unsafe inet_pton(AF_INET, literal, &v4.sin_addr) == 1 {
            v4.sin_family = sa_family_t(AF_INET)
            v4.sin_port = port.bigEndian
            store(v4)
        } else if unsafe inet_pton(AF_INET6, literal, &v6.sin6_addr) == 1 {
            v6.sin6_family = sa_family_t(AF_INET6)
            v6.sin6_port = port.bigEndian
            store(v6)
        } else {
            return nil
        }
    }

    /// `nil` when the path is empty, too long, or holds a NUL.
    init?(path: String) {
        let bytes = Array(path.utf8)
        guard 1...SocketAddress.longestPath ~= bytes.count, !bytes.contains(0) else { return nil }
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &name.sun_path) { unsafe $0.copyBytes(from: bytes) }
        store(name)
    }

    /// What a socket is bound to.
    init?(boundBy descriptor: Int32) {
        length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        guard unsafe read({ unsafe getsockname(descriptor, $0, $1) }) == 0 else { return nil }
    }

    /// Room for an address that `accept4` fills in.
    init() {
        length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    }

    /// An address given by a library.
    init(copying pointer: UnsafePointer<sockaddr>) {
        let size =
            switch unsafe Int32(pointer.pointee.sa_family) {
            case AF_INET: MemoryLayout<sockaddr_in>.size
            case AF_INET6: MemoryLayout<sockaddr_in6>.size
            default: MemoryLayout<sa_family_t>.size
            }
        unsafe withUnsafeMutableBytes(of: &storage) {
            unsafe $0.copyMemory(from: UnsafeRawBufferPointer(start: pointer, count: size))
        }
        length = socklen_t(size)
    }

    /// The port of an IPv4 or IPv6 address; it has the same place in both.
    var port: UInt16? {
        guard family == AF_INET || family == AF_INET6 else { return nil }
        return unsafe withUnsafeBytes(of: storage) {
            unsafe UInt16(bigEndian: $0.load(fromByteOffset: 2, as: UInt16.self))
        }
    }

    /// The address without its port, or `unix`.
    var text: String {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let offset: Int
        switch family {
        case AF_INET: offset = MemoryLayout<sockaddr_in>.offset(of: \.sin_addr)!
        case AF_INET6: offset = MemoryLayout<sockaddr_in6>.offset(of: \.sin6_addr)!
        default: return "unix"
        }
        unsafe withUnsafeBytes(of: storage) {
            _ = unsafe inet_ntop(family, $0.baseAddress! + offset, &buffer, socklen_t(buffer.count))
        }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Lends the address to a C call that only reads it.
    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        unsafe withUnsafeBytes(of: storage) {
            unsafe body($0.baseAddress!.assumingMemoryBound(to: sockaddr.self), length)
        }
    }

    /// Lends the address to a C call that fills it in.
    mutating func read<Result>(
        _ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Result
    ) -> Result {
        var length = length
        defer { self.length = length }
        return unsafe withUnsafeMutableBytes(of: &storage) {
            unsafe body($0.baseAddress!.assumingMemoryBound(to: sockaddr.self), &length)
        }
    }

    private mutating func store<Address>(_ address: Address) {
        unsafe withUnsafeMutableBytes(of: &storage) {
            unsafe $0.storeBytes(of: address, as: Address.self)
        }
        length = socklen_t(MemoryLayout<Address>.size)
    }
}
