import CMicroHTTPD

/// Why the server itself refuses a request, before any handler has seen it.
package struct HTTPRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// 4xx or 5xx.
    package let status: HTTPStatus
    /// A sentence for the person who sent the request.
    package let detail: String

    /// Status and sentence.
    package var description: String { "\(status.rawValue): \(detail)" }

    /// The refusal as a problem document ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)).
    package var response: HTTPResponse {
        var headers: HTTPHeaders = ["Content-Type": "application/problem+json"]
        // Room is made within seconds.
        if [.serviceUnavailable, .tooManyRequests].contains(status) { headers.append("Retry-After", "1") }
        return HTTPResponse(status, headers: headers, body: document)
    }

    private var document: [UInt8] {
        let title = unsafe String(cString: MHD_get_reason_phrase_for(UInt32(status.rawValue)))
        let text = #"{"type":"about:blank","title":"\#(title)","status":\#(status.rawValue),"detail":"\#(detail)"}"#
        return Array(text.utf8)
    }

    /// The refusal as it stands on a connection that nobody reads from.
    var rawAnswer: [UInt8] {
        let response = response
        let fields = response.headers.fields.map { "\($0.name): \($0.value)\r\n" }.joined()
        let title = unsafe String(cString: MHD_get_reason_phrase_for(UInt32(status.rawValue)))
        let head =
            "HTTP/1.1 \(status.rawValue) \(title)\r\n\(fields)Content-Length: \(response.body.count)\r\n"
            + "Connection: close\r\n\r\n"
        return Array(head.utf8) + response.body
    }

    // Sentences of our own only, without quotation marks: `response` does not escape them.

    static let malformedTarget = HTTPRefusal(
        status: .badRequest, detail: "The request target is not a path that begins with a slash.")
    static let malformedEncoding = HTTPRefusal(
        status: .badRequest, detail: "A percent encoding in the path or query is broken, is not UTF-8, or holds a NUL.")
    static let malformedMethod = HTTPRefusal(status: .badRequest, detail: "The method is not a token.")
    static let malformedHeader = HTTPRefusal(
        status: .badRequest, detail: "A header name is not a token, or a header value is not plain UTF-8 text.")
    static let ambiguousHost = HTTPRefusal(status: .badRequest, detail: "Exactly one Host header is needed.")
    static let ambiguousLength = HTTPRefusal(
        status: .badRequest, detail: "The length of the body is given twice, or in two ways.")
    static let unknownTransferCoding = HTTPRefusal(
        status: .notImplemented, detail: "The only transfer coding understood is chunked.")
    static let targetTooLong = HTTPRefusal(status: .uriTooLong, detail: "The request target is too long.")
    static let headersTooLarge = HTTPRefusal(
        status: .requestHeaderFieldsTooLarge, detail: "There are too many headers, or they are too long.")
    static let bodyTooLarge = HTTPRefusal(
        status: .contentTooLarge, detail: "The body is longer than this resource takes.")
    static let tooManyConnections = HTTPRefusal(
        status: .tooManyRequests, detail: "Too many connections are open from this address; close some.")
    static let tooMuchInFlight = HTTPRefusal(
        status: .serviceUnavailable, detail: "Too many long bodies are being sent; ask again in a moment.")
    static let stopping = HTTPRefusal(
        status: .serviceUnavailable, detail: "The service is stopping; ask again in a moment.")
}
