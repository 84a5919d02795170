import Dispatch
import Glibc

/// A loopback port whose connections are served, one after the other, with what a test wrote down.
final class ScriptedServer {
    private let listener: Int32
    let port: UInt16

    /// For each connection the answers to the requests on it; then it is closed.
    init(_ connections: [[String]]) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        unsafe inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        unsafe withUnsafeMutablePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = unsafe bind(listener, $0, length)
                _ = unsafe getsockname(listener, $0, &length)
            }
        }
        listen(listener, 8)
        self.listener = listener
        port = UInt16(bigEndian: address.sin_port)
        DispatchQueue(label: "scripted server").async {
            for answers in connections {
                let connection = accept(listener, nil, nil)
                for answer in answers where readHead(connection) {
                    _ = unsafe send(connection, answer, answer.utf8.count, Int32(MSG_NOSIGNAL))
                }
                close(connection)
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    var url: String { "http://127.0.0.1:\(port)/" }
}

private func readHead(_ connection: Int32) -> Bool {
    var head: [UInt8] = []
    while head.suffix(4) != Array("\r\n\r\n".utf8)[...] {
        var byte: UInt8 = 0
        guard unsafe recv(connection, &byte, 1, 0) == 1 else { return false }
        head.append(byte)
    }
    return true
}
