import CCurl
import Glibc

/// Why there is no answer, in a sentence for the person who asked.
package enum HTTPClientError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Nothing was sent: this request can never be.
    case invalidRequest(String)
    /// Nothing was sent: the server could not be reached. Asking again later is safe.
    case unreachable(String)
    /// Nothing was sent: the other side could not prove who it is.
    case untrusted(String)
    /// The server may have acted on the request, but its answer did not come in time.
    case timedOut(String)
    /// The server may have acted on the request, but its answer was broken off or is not HTTP.
    case interrupted(String)
    /// The server acted on the request, but its answer is longer than `Options.maximumResponseBytes`.
    case responseTooLarge(String)

    /// The sentence.
    package var description: String {
        switch self {
        case .invalidRequest(let text), .unreachable(let text), .untrusted(let text), .timedOut(let text),
            .interrupted(let text), .responseTooLarge(let text):
            text
        }
    }
}

extension HTTPClientError {
    static func responseTooLarge(_ request: HTTPClient.Request, _ options: HTTPClient.Options) -> HTTPClientError {
        .responseTooLarge(
            """
            \(peer(request, options)) sent more than \(options.maximumResponseBytes) bytes, which is the limit here
            """)
    }

    /// Reads a failure of libcurl; `systemError` is the last `errno` it met, `isSent` whether a byte left.
    init(
        _ code: CURLcode, systemError: Int32, isSent: Bool, reason: String, _ request: HTTPClient.Request,
        _ options: HTTPClient.Options
    ) {
        let peer = peer(request, options)
        switch code {
        // Once something was sent, the second one is said of an answer that is no HTTP.
        case CURLE_URL_MALFORMAT where !isSent, CURLE_UNSUPPORTED_PROTOCOL where !isSent:
            self = .invalidRequest("“\(request.url)” is not a web address: \(reason)")
        case CURLE_COULDNT_RESOLVE_HOST:
            self = .unreachable("no address is known for \(peer); is the name right, and the network up?")
        case CURLE_COULDNT_CONNECT:
            self = .unreachable("nothing answers at \(peer): \(connectionAdvice(systemError, reason))")
        case CURLE_OPERATION_TIMEDOUT:
            let text = "\(peer) did not answer in time: \(reason)"
            self = isSent ? .timedOut(text) : .unreachable(text)
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE:
            self = .untrusted("no trusted connection to \(peer): \(reason)")
        default:
            self = .interrupted("\(peer) did not give a whole answer: \(reason)")
        }
    }
}

private func connectionAdvice(_ systemError: Int32, _ reason: String) -> String {
    switch systemError {
    case ECONNREFUSED: "connection refused; is the service running?"
    case ENOENT: "there is no such socket; is the service running?"
    case EACCES, EPERM: "this user may not connect; who runs the service?"
    case ENETUNREACH, EHOSTUNREACH: "there is no way to it; is the network up?"
    default: reason
    }
}

/// Whom we ask, for people: the socket's path, or host and port without anything secret that a URL may hold.
private func peer(_ request: HTTPClient.Request, _ options: HTTPClient.Options) -> String {
    if let path = options.unixSocketPath { return path }
    let rest = request.url.drop { $0 != "/" }.drop { $0 == "/" }
    let authority = rest.prefix { !"/?#".contains($0) }
    return String(authority.split(separator: "@").last ?? authority)
}
