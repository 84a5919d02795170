import Foundation
import HTTPClient
import HTTPServer

extension HTTPServer {
    /// A server on a free loopback port.
    convenience init(
        _ adjust: (inout Configuration) -> Void = { _ in }, handler: @escaping Handler
    ) throws(HTTPServerError) {
        var configuration = Configuration(address: .tcp(host: "127.0.0.1", port: 0))
        adjust(&configuration)
        try self.init(configuration, handler: handler)
    }

    var port: UInt16 {
        guard case .tcp(_, let port) = address else { return 0 }
        return port
    }

    var url: String { "http://\(address)" }
}

/// Answers with what it got: method, segments and query in headers, the body as body.
let echo: HTTPServer.Handler = { request, responder in
    responder.answer(
        HTTPResponse(
            .ok,
            headers: [
                "X-Method": request.method.rawValue,
                "X-Segments": "[" + request.segments.joined(separator: "|") + "]",
                "X-Query": "[" + request.query.map { "\($0.name)=\($0.value)" }.joined(separator: "|") + "]",
                "X-Token": "[" + request.headers.values(of: "x-token").joined(separator: "|") + "]",
                "X-Host": request.headers["Host"] ?? "-",
                "X-Peer": request.peer,
            ], body: request.body))
}

/// A folder that is removed with its last user.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "punctual-" + UUID().uuidString.prefix(8)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
