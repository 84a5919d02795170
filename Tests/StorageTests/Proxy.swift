import Foundation
import Synchronization
import TestSupport

/// Stands between a store and its server, and breaks a connection when a word comes by.
final class Proxy: Sendable {
    /// Where the break is.
    enum Place: CaseIterable {
        /// The server never hears the word.
        case before
        /// The server has acted on it, and the answer is lost.
        case after
    }

    private struct Cut {
        let word: [UInt8]
        let place: Place
        let meanwhile: @Sendable () -> Void
    }

    private let server: String
    private let listener: Int32
    private let cut = Mutex<Cut?>(nil)

    /// - Parameters:
    ///   - server: the socket of the server.
    ///   - folder: where to listen, as a server would.
    init(to server: String, in folder: String) throws {
        self.server = server
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.address(folder + "/.s.PGSQL.5432")
        let bound = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(listener, pointer, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0, listen(listener, 16) == 0 else {
            throw DatabaseServer.Failure("the proxy cannot listen")
        }
        Thread.detachNewThread { [self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                Thread.detachNewThread { self.serve(client) }
            }
        }
    }

    /// Accepts nobody any more.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    /// Breaks the next connection on which a word is sent.
    /// - Parameter meanwhile: done when the server has closed its end, and before the store notices.
    func cut(at word: String, _ place: Place, meanwhile: @escaping @Sendable () -> Void = {}) {
        cut.withLock { $0 = Cut(word: Array(word.utf8), place: place, meanwhile: meanwhile) }
    }

    private func serve(_ client: Int32) {
        let server = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { Self.end(client) }
        var address = Self.address(self.server)
        let connected = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe connect(server, pointer, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard connected == 0 else {
            Self.end(server)
            return
        }
        while true {
            var ends = [
                pollfd(fd: client, events: Int16(POLLIN), revents: 0),
                pollfd(fd: server, events: Int16(POLLIN), revents: 0),
            ]
            guard unsafe poll(&ends, 2, -1) > 0 else { break }
            if ends[0].revents != 0 {
                guard let bytes = Self.receive(client) else { break }
                if let cut = takeCut(bytes) {
                    if cut.place == .after {
                        Self.send(bytes, to: server)
                        // In the middle of a batch there is no answer to wait for.
                        ends[1].revents = 0
                        if unsafe poll(&ends[1], 1, 300) > 0 { _ = Self.receive(server) }
                    }
                    Self.end(server)
                    cut.meanwhile()
                    return
                }
                Self.send(bytes, to: server)
            }
            if ends[1].revents != 0 {
                guard let bytes = Self.receive(server) else { break }
                Self.send(bytes, to: client)
            }
        }
        Self.end(server)
    }

    private func takeCut(_ bytes: [UInt8]) -> Cut? {
        cut.withLock { cut in
            guard let found = cut, bytes.firstRange(of: found.word) != nil else { return nil }
            cut = nil
            return found
        }
    }

    /// Also where a process that was started meanwhile has it too.
    private static func end(_ socket: Int32) {
        shutdown(socket, Int32(SHUT_RDWR))
        close(socket)
    }

    private static func receive(_ socket: Int32) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = unsafe recv(socket, &bytes, bytes.count, 0)
        return count > 0 ? Array(bytes.prefix(count)) : nil
    }

    private static func send(_ bytes: [UInt8], to socket: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    private static func address(_ path: String) -> sockaddr_un {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { bytes in
            for (position, byte) in path.utf8.prefix(bytes.count - 1).enumerated() { unsafe bytes[position] = byte }
        }
        return address
    }
}
