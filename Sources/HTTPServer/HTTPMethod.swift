/// A request method, spelled as it came: methods are case-sensitive ([RFC 9110, section 9.1](
/// https://www.rfc-editor.org/rfc/rfc9110#section-9.1)).
///
/// A `HEAD` request is given to the handler as `GET`: the server keeps the headers of that answer, with its
/// `Content-Length`, and sends no body.
package struct HTTPMethod: RawRepresentable, Sendable, Hashable {
    /// The token of the request line, such as `GET`.
    package let rawValue: String

    /// Any token; whether somebody answers to it is the router's question.
    package init(rawValue: String) { self.rawValue = rawValue }

    package static let get = HTTPMethod(rawValue: "GET")
    package static let head = HTTPMethod(rawValue: "HEAD")
    package static let post = HTTPMethod(rawValue: "POST")
    package static let put = HTTPMethod(rawValue: "PUT")
    package static let patch = HTTPMethod(rawValue: "PATCH")
    package static let delete = HTTPMethod(rawValue: "DELETE")
    package static let options = HTTPMethod(rawValue: "OPTIONS")
}
