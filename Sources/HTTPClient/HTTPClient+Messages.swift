extension HTTPClient {
    /// One header field: a token, and a value without control characters.
    package struct Field: Sendable, Hashable {
        /// Sent as written.
        package let name: String
        /// May be empty.
        package let value: String

        /// A field; what cannot be sent is refused by `send`.
        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// What to send. `Host`, `Content-Length` and `Accept: */*` are added; nothing else is, also no `Content-Type`.
    package struct Request: Sendable, Hashable {
        /// A token, such as `GET`.
        package var method: String
        /// An absolute `http` or `https` URL.
        package var url: String
        /// In the order to send them; names may be repeated.
        package var headers: [Field]
        /// Sent with its length, never chunked.
        package var body: [UInt8]

        /// A request; what cannot be sent is refused by `send`.
        package init(_ method: String, _ url: String, headers: [Field] = [], body: [UInt8] = []) {
            self.method = method
            self.url = url
            self.headers = headers
            self.body = body
        }
    }

    /// What came back, whatever its status: an answer of 500 is an answer.
    package struct Response: Sendable, Hashable {
        /// Three digits. A redirection is not followed.
        package let status: Int
        /// In the order they came.
        package let headers: [Field]
        /// Without any transfer coding.
        package let body: [UInt8]

        /// The value of the first field of that name, which is compared without regard to ASCII case.
        package func header(_ name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }
    }

    /// How to reach the server, and what it may cost.
    package struct Options: Sendable {
        /// Connect through this Unix domain socket; the URL then only fills in `Host` and the path.
        package var unixSocketPath: String?
        /// PEM certificates to trust instead of the machine's own.
        package var certificateAuthorityFile: String?
        /// 5 s: two lost packets are repeated in that time; a host that is not there is not waited for longer.
        package var connectMilliseconds = 5_000
        /// 30 s for the whole of one request, until the last byte of its answer.
        package var totalMilliseconds = 30_000
        /// 16 MiB of body: more than any single document of ours.
        package var maximumResponseBytes = 16_777_216

        /// What suits most requests.
        package init() {}
    }
}
