extension HTTPServer {
    /// Where and how a server listens.
    package struct Configuration: Sendable {
        /// What to listen on.
        package var address: Address
        /// Encrypts every connection when given.
        package var tls: TLS?
        /// What to spend on strangers.
        package var limits = Limits()
        /// How many bytes of body a request may bring, decided from everything but its body (which is empty here).
        package var bodyLimit: @Sendable (HTTPRequest) -> Int = { _ in Limits.defaultBodyBytes }
        /// Threads that read, call the handler and write: two keep two cores busy while one of them waits in a handler.
        package var threads = 2
        /// Hears libmicrohttpd's own messages about connections. They name no header value and no body.
        package var log: (@Sendable (String) -> Void)?

        /// Plain HTTP with the usual limits, and no log.
        package init(address: Address) { self.address = address }
    }

    /// Something to listen on.
    package enum Address: Sendable, Hashable, CustomStringConvertible {
        /// An IPv4 or IPv6 address literal, or `localhost` for 127.0.0.1; port 0 means any free one.
        case tcp(host: String, port: UInt16)
        /// A Unix domain socket, made with mode 0600: only its owner (and root) may connect.
        case unix(path: String)

        /// As it stands in a URL, or the path.
        package var description: String {
            switch self {
            case .tcp(let host, let port):
                host.contains(":") && !host.hasPrefix("[") ? "[\(host)]:\(port)" : "\(host):\(port)"
            case .unix(let path): path
            }
        }
    }

    /// A certificate and its key. TLS 1.2 and 1.3 are spoken.
    package struct TLS: Sendable {
        /// The certificate, then those that lead to its root.
        package var certificatePEM: [UInt8]
        /// The certificate's private key, not encrypted.
        package var keyPEM: [UInt8]

        /// Both are read when the server starts.
        package init(certificatePEM: [UInt8], keyPEM: [UInt8]) {
            self.certificatePEM = certificatePEM
            self.keyPEM = keyPEM
        }
    }

    /// What one server spends on strangers.
    package struct Limits: Sendable {
        /// 64 KiB: a request for one credential with room to spare.
        package static let defaultBodyBytes = 65_536
        /// What is still read and thrown away of a body that was refused, so that a client that sends before it
        /// listens gets the answer instead of a broken connection: 1 MiB, from where curl and others ask first.
        package static let discardedBodyBytes = 1_048_576

        /// 8,000 bytes is the least that RFC 9110 (section 4.1) asks to support; no page of ours needs more.
        package var targetBytes = 8_000
        /// Request line and headers together: the tokens we take are below 4 KiB, browsers send about 1 KiB.
        package var headerSectionBytes = 16_384
        /// Browsers and proxies stay below 40.
        package var headerCount = 100
        /// Half of the 1,024 descriptors that a process may usually open.
        package var connections = 512
        /// One neighbour may not take every connection. Set it to `connections` behind a reverse proxy, whose
        /// requests all come from one address. Unix domain sockets are not counted.
        package var connectionsPerAddress = 128
        /// A connection on which nothing moved for so long is closed; one that waits for its answer is not idle.
        package var idleSeconds = 30
        /// A head has to be here so long after the connection, or after the answer before it: an idle time, and as much
        /// again for what is a kilobyte.
        package var headSeconds = 60
        /// A body or an answer may always take so long, and longer by its length.
        package var transferSeconds = 30
        /// What a body or an answer has to come or go at: 16 KiB each second, which every telephone does.
        package var leastBytesPerSecond = 16_384
        /// What the bodies of all requests under way may take together: eight batches. Beyond it longer ones are
        /// refused with 503.
        package var bodyBytesTogether = 256 << 20
        /// For one connection's headers, in and out, and its read buffer: twice the header section.
        package var connectionMemoryBytes = 32_768

        /// Each as given above.
        package init() {}
    }
}
