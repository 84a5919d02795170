import Foundation
import Synchronization

/// The line between one node and the server, which can be cut: what is sent goes nowhere, and nobody is told, as when a
/// network is divided. Or it breaks, and both ends notice.
final class Link: Sendable {
    private struct State {
        var isCut = false
        /// Both ends of every connection.
        var open: Set<Int32> = []
    }

    private let server: String
    private let listener: Int32
    private let state = Mutex(State())

    /// - Parameters:
    ///   - server: the socket of the server.
    ///   - folder: where to listen, as a server would.
    init(to server: String, in folder: String) throws {
        self.server = server
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let bound = unsafe Self.withAddress(folder + "/.s.PGSQL.5432") { address, length in
            unsafe bind(listener, address, length)
        }
        guard bound == 0, listen(listener, 64) == 0 else { throw ClusterFailure("the link cannot listen") }
        Thread.detachNewThread { [self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                Thread.detachNewThread { self.serve(client) }
            }
        }
    }

    /// From here on nothing comes through, in either direction.
    func cut() { state.withLock { $0.isCut = true } }

    /// What was sent meanwhile arrives, as packets that are sent again do.
    func mend() { state.withLock { $0.isCut = false } }

    /// Ends every connection; both ends notice. New ones are made as before.
    func sever() {
        state.withLock { state in
            for socket in state.open { shutdown(socket, Int32(SHUT_RDWR)) }
        }
    }

    /// Accepts nobody any more.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        sever()
    }

    private func serve(_ client: Int32) {
        let server = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let ends = [client, server]
        state.withLock { $0.open.formUnion(ends) }
        defer {
            state.withLock { $0.open.subtract(ends) }
            for end in ends { close(end) }
        }
        let connected = unsafe Self.withAddress(self.server) { address, length in
            unsafe connect(server, address, length)
        }
        guard connected == 0 else { return }
        while true {
            var waiting = ends.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            // Whether it is cut is looked at now and then.
            guard unsafe poll(&waiting, 2, 20) >= 0 else { return }
            if state.withLock(\.isCut) {
                _ = poll(nil, 0, 20)
                continue
            }
            for (from, to) in [(0, 1), (1, 0)] where waiting[from].revents != 0 {
                guard Self.forward(from: ends[from], to: ends[to]) else { return }
            }
        }
    }

    private static func forward(from source: Int32, to target: Int32) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = unsafe recv(source, &bytes, bytes.count, 0)
        guard count > 0 else { return false }
        var rest = bytes[..<count]
        while !rest.isEmpty {
            let sent = unsafe rest.withUnsafeBytes {
                unsafe send(target, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard sent > 0 else { return false }
            rest = rest.dropFirst(sent)
        }
        return true
    }

    private static func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { bytes in
            for (position, byte) in path.utf8.prefix(bytes.count - 1).enumerated() { unsafe bytes[position] = byte }
        }
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe body(pointer, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}

struct ClusterFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
