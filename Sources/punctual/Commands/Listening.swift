import Console
import HTTPServer

extension CommandSyntax.Option {
    /// Where to listen, and whether encrypted.
    static let listening: [CommandSyntax.Option] = [
        .init("listen", "HOST:PORT", "Where to listen; port 0 takes any free one.", isRequired: true),
        .init("tls-certificate", "FILE", "PEM certificate chain; with --tls-key."),
        .init("tls-key", "FILE", "PEM private key of the certificate."),
        .init("insecure-http", nil, "Allow plain HTTP on an address that is not loopback."),
    ]
}

extension Command {
    /// Where to listen, and with which certificate.
    ///
    /// - Throws: `UsageError` for plain HTTP that others than this machine can reach, unless it is asked for.
    static func listening(_ arguments: Arguments) throws -> (HTTPServer.Address, HTTPServer.TLS?) {
        let address = try listenAddress(arguments.required("listen"), "listen")
        let tls = try certificate(arguments)
        if tls == nil, !address.isLoopback, !arguments.has("insecure-http") {
            throw UsageError(
                "\(address) is not loopback: give --tls-certificate and --tls-key, or --insecure-http behind a proxy.")
        }
        return (address, tls)
    }

    /// Where metrics are served; they are in plain HTTP and open to whoever connects, so on loopback only unless it is
    /// asked for.
    static func metricsAddress(_ arguments: Arguments) throws -> HTTPServer.Address? {
        guard let text = arguments.value("metrics") else { return nil }
        let address = try listenAddress(text, "metrics")
        guard address.isLoopback || arguments.has("insecure-http") else {
            throw UsageError("\(address) is not loopback: metrics are open to whoever connects; or --insecure-http.")
        }
        return address
    }

    private static func listenAddress(_ text: String, _ option: String) throws -> HTTPServer.Address {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw UsageError("--\(option) takes HOST:PORT, like 127.0.0.1:8080; \"\(text)\" is not that.")
        }
        let host = text[..<colon].filter { $0 != "[" && $0 != "]" }
        return .tcp(host: host, port: port)
    }

    private static func certificate(_ arguments: Arguments) throws -> HTTPServer.TLS? {
        switch (arguments.value("tls-certificate"), arguments.value("tls-key")) {
        case (nil, nil): return nil
        case (let certificate?, let key?):
            return HTTPServer.TLS(
                certificatePEM: try readFile(certificate, maximumBytes: 1 << 20),
                keyPEM: try readFile(key, maximumBytes: 1 << 16))
        default: throw UsageError("--tls-certificate and --tls-key go together.")
        }
    }
}

extension HTTPServer.Address {
    /// Whether only this machine can reach it.
    fileprivate var isLoopback: Bool {
        switch self {
        case .unix: true
        case .tcp(let host, _): host == "localhost" || host == "::1" || host.hasPrefix("127.")
        }
    }
}
