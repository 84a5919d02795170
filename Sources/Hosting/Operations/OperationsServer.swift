import API
import HTTPServer
import Metrics
import Synchronization

/// What the machines that watch over the service ask: `/metrics`, and whether it lives and is ready.
struct OperationsServer: Sendable {
    let page: MetricsPage
    let router: Router
    let report: @Sendable (String) -> Void

    /// The answer, where the request is for the metrics; nil for everything else.
    func metrics(_ request: HTTPRequest) -> HTTPResponse? {
        guard request.path == "/metrics", request.method == .get else { return nil }
        do {
            return HTTPResponse(
                .ok, headers: ["Content-Type": Exposition.contentType, "Cache-Control": "no-store"],
                body: Array(try page.text().utf8))
        } catch {
            report("the metrics could not be read: \(error)")
            return HTTPResponse(.internalServerError)
        }
    }

    /// On an address of its own: nothing else is served there.
    func handle(_ request: HTTPRequest, _ responder: HTTPResponder) {
        if let answer = metrics(request) {
            responder.answer(answer)
        } else if ["/livez", "/readyz", "/healthz"].contains(request.path) {
            router.handle(request, over: .network, responder)
        } else {
            responder.answer(HTTPResponse(.notFound))
        }
    }
}

/// The servers of a host, once they run, to count their connections.
final class Listeners: Sendable {
    /// Under the lock: filled by the start, read by whoever asks for metrics. Weak: a page does not keep a server open.
    private let servers = Mutex<[(name: String, server: WeakServer)]>([])

    private struct WeakServer: Sendable {
        weak var server: HTTPServer?
    }

    func add(_ name: String, _ server: HTTPServer) {
        servers.withLock { $0.append((name, WeakServer(server: server))) }
    }

    var connections: [(listener: String, open: Int)] {
        servers.withLock { $0 }.compactMap { name, weak in weak.server.map { (name, $0.openConnections) } }
    }
}
