/// One answer: a plain value.
///
/// The server adds `Date` and `Connection`, and writes `Content-Length` and `Transfer-Encoding` itself: fields of
/// these two names are left out. A field that HTTP cannot carry (a line break in a value, an empty name) turns the
/// whole answer into a bare 500, so that nothing can be smuggled into a header.
package struct HTTPResponse: Sendable, Hashable {
    /// With 204 and 304 the body is not sent.
    package var status: HTTPStatus
    /// Values may not be empty.
    package var headers: HTTPHeaders
    /// Handed to the socket without a copy.
    package var body: [UInt8]

    /// An answer, by default without headers or body.
    package init(_ status: HTTPStatus, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
