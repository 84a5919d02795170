import Glibc

/// Whoever started this service and wants to know when it is ready: systemd with `Type=notify`, or another that sets
/// `NOTIFY_SOCKET` (sd_notify(3)). Without that variable nothing is said.
enum ServiceManager {
    /// What is said.
    enum State: String {
        case ready = "READY=1"
        case stopping = "STOPPING=1"
    }

    /// Says it in one datagram. That nobody hears it is no reason not to serve.
    static func tell(_ state: State) {
        guard let path = unsafe getenv("NOTIFY_SOCKET").map({ unsafe Array(String(cString: $0).utf8) }),
            var name = address(path)
        else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let message = Array(state.rawValue.utf8)
        let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
        unsafe withUnsafePointer(to: &name) { name in
            unsafe name.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                _ = unsafe sendto(descriptor, message, message.count, Int32(MSG_NOSIGNAL), name, length)
            }
        }
    }

    /// A path, or a name in the abstract namespace where it begins with `@`; nil where it is neither or too long.
    private static func address(_ path: [UInt8]) -> sockaddr_un? {
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        guard let first = path.first, first == UInt8(ascii: "/") || first == UInt8(ascii: "@"),
            path.count < MemoryLayout.size(ofValue: name.sun_path)
        else { return nil }
        let bytes = first == UInt8(ascii: "@") ? [0] + path.dropFirst() : path
        unsafe withUnsafeMutableBytes(of: &name.sun_path) { unsafe $0.copyBytes(from: bytes) }
        return name
    }
}
