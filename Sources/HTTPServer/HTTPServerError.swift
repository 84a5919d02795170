/// Why a server could not start, in words for whoever started it.
package struct HTTPServerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was wrong, where, and what to do.
    package let description: String

    static func notAnAddress(_ host: String) -> HTTPServerError {
        HTTPServerError(
            description: """
                cannot listen on “\(host)”: give an IPv4 or IPv6 address or localhost, for example 127.0.0.1 or ::1
                """)
    }

    static func pathTooLong(_ path: String, longest: Int) -> HTTPServerError {
        HTTPServerError(description: "the socket path \(path) is longer than \(longest) bytes; choose a shorter one")
    }

    static func occupied(_ path: String) -> HTTPServerError {
        HTTPServerError(
            description: """
                \(path) exists and is not a socket that was left behind; is the service running already? Else choose \
                another path
                """)
    }

    static func cannotListen(_ address: HTTPServer.Address, _ reason: String, hint: String) -> HTTPServerError {
        HTTPServerError(description: "cannot listen on \(address): \(reason)\(hint)")
    }

    static func refusedByLibrary(_ messages: [String]) -> HTTPServerError {
        HTTPServerError(
            description: """
                the HTTP server did not start: \(messages.isEmpty ? "no reason" : messages.joined(separator: "; "))
                """)
    }
}
