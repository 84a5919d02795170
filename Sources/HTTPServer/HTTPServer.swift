import CMicroHTTPD
import Synchronization

/// A running HTTP/1.1 server. It listens from the moment it exists until `stop`, or until it is dropped.
package final class HTTPServer: Sendable {
    /// Called with each complete request, on one of the server's own threads: what takes long is handed on, with the
    /// responder, so that the other connections of the thread are not kept waiting.
    package typealias Handler = @Sendable (HTTPRequest, HTTPResponder) -> Void

    /// Where it listens, with the port that was really taken.
    package let address: Address

    private let core: Core
    /// `nil` once stopped.
    private let running: Mutex<Running?>

    private struct Running: Sendable {
        let daemon: Daemon
        let acceptor: Acceptor
        let impatience: Impatience
    }

    /// The version of libmicrohttpd that is linked.
    package static var libraryVersion: String { unsafe String(cString: MHD_get_version()) }

    /// How many connections are open now.
    package var openConnections: Int { core.gate.openConnections }

    /// How many bytes of bodies that have not been answered yet are held now.
    package var heldBodyBytes: Int { core.heldBodyBytes }

    /// For answers that are ready when `stop` gives up waiting for the others, and for closing connections: half a
    /// second is enough for a client that reads at all, and for our threads.
    private static let lastMilliseconds = 500

    /// Starts listening.
    ///
    /// - Throws: `HTTPServerError` when the address is taken or not of this machine, or the certificate is unusable.
    package init(_ configuration: Configuration, handler: @escaping Handler) throws(HTTPServerError) {
        let listener = try Listener(configuration.address)
        address = listener.address
        core = try Core(configuration, handler: handler)
        let daemon = try Daemon(configuration, core)
        do throws(HTTPServerError) {
            let acceptor = try Acceptor(listener, core.gate, daemon, isPlain: configuration.tls == nil)
            running = Mutex(Running(daemon: daemon, acceptor: acceptor, impatience: Impatience(core.gate)))
        } catch {
            daemon.stop()
            throw error
        }
    }

    /// Stops: refuses new connections, waits for what was begun, then closes everything.
    ///
    /// A request that is not answered in time gets a 503, and its responder's answer is dropped. Any thread may call
    /// this but one that is inside the handler, which would wait for itself. A second call does nothing.
    ///
    /// - Parameter graceMilliseconds: how long to wait for handlers and slow readers.
    /// - Returns: whether all that was begun was answered.
    @discardableResult
    package func stop(graceMilliseconds: Int) -> Bool {
        guard let running = running.withLock({ $0.take() }) else { return true }
        core.beginStopping()
        running.acceptor.stop()
        let isComplete = core.waitUntilAnswered(milliseconds: graceMilliseconds)
        core.abandonWaiting()
        if !isComplete { _ = core.waitUntilAnswered(milliseconds: HTTPServer.lastMilliseconds) }
        // Version 0.9.75 crashes when it refuses a request while it stops, so at that moment there should be none.
        core.gate.closeAll(milliseconds: HTTPServer.lastMilliseconds)
        running.impatience.stop()
        running.daemon.stop()
        return isComplete
    }

    deinit {
        stop(graceMilliseconds: 0)
    }
}
