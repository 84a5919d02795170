/// One answer: a plain value.
///
/// The server adds `Date` and `Connection`, and writes `Content-Length` and `Transfer-Encoding` itself: fields of
/// these two names are left out. A field that HTTP cannot carry (a line break in a value, an empty name) turns the
/// whole answer into a bare 500, so that nothing can be smuggled into a header.
package struct HTTPResponse: Sendable, Hashable {
    package var status: HTTPStatus
    package var headers: HTTPHeaders
    /// Handed to the socket without a copy.
    package var body: [UInt8]

    package init(_ status: HTTPStatus, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
