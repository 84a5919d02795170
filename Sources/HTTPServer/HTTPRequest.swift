/// One request, complete with its body: a plain value, which can also be made without a server.
package struct HTTPRequest: Sendable, Hashable {
    /// One `name=value` of the query, decoded; the value is empty when there is no `=`.
    package struct QueryParameter: Sendable, Hashable {
        /// What stands before the first `=`.
        package let name: String
        /// What stands behind it.
        package let value: String
    }

    /// The method; `HEAD` comes from a server as `GET`.
    package let method: HTTPMethod
    /// The path as it was sent, still percent-encoded, without the query; begins with `/` (or is `*`).
    package let path: String
    /// The path cut at each `/` and then decoded, so that a segment may hold a `/`. `/` has none, `/a/` has `a` and
    /// an empty one; `.` and `..` have no meaning here.
    package let segments: [String]
    /// The query's parameters in their order.
    package let query: [QueryParameter]
    /// The header section, without what came behind a chunked body.
    package let headers: HTTPHeaders
    /// The whole body, without any transfer coding.
    package var body: [UInt8]
    /// Who asks: an IP address without its port, `unix` for a Unix domain socket, empty when no connection carried it.
    package let peer: String

    /// Reads a request-target: `/path?query`, `http://authority/path?query` (whose authority replaces `Host`) or `*`.
    ///
    /// - Throws: `HTTPRefusal` when the target is none of these, has a bad percent encoding, or decodes to something
    ///   that is not UTF-8 or holds a NUL ([RFC 9112, section 3.2](
    ///   https://www.rfc-editor.org/rfc/rfc9112#section-3.2)).
    package init(
        _ method: HTTPMethod, _ target: String, headers: HTTPHeaders = [:], body: [UInt8] = [], peer: String = ""
    ) throws(HTTPRefusal) {
        let parsed = try RequestTarget(Array(target.utf8))
        guard parsed.path != "*" || method == .options else { throw .malformedTarget }
        self.method = method
        path = parsed.path
        segments = parsed.segments
        query = parsed.query
        var headers = headers
        if let authority = parsed.authority { headers.replace("Host", with: authority) }
        self.headers = headers
        self.body = body
        self.peer = peer
    }

    /// The value of the first query parameter of that name.
    package func parameter(_ name: String) -> String? {
        query.first { $0.name == name }?.value
    }
}
