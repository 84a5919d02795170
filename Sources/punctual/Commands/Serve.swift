import API
import CanonicalJSON
import Console
import HTTPServer
import Hosting
import Issuance

extension Command {
    static let serve = Command(
        syntax: CommandSyntax(
            "serve", "Serve a data directory over HTTP until told to stop (SIGTERM or Ctrl-C).",
            options: [
                .data,
                .init("listen", "HOST:PORT", "Where to listen; port 0 takes any free one.", isRequired: true),
                .init("tls-certificate", "FILE", "PEM certificate chain; with --tls-key."),
                .init("tls-key", "FILE", "PEM private key of the certificate."),
                .init("insecure-http", nil, "Allow plain HTTP on an address that is not loopback."),
                .init("vc-api-profile", "PROFILE", "What the VC API says of what does not verify: strict or suite."),
                .init("derive", nil, "Derive credentials of ecdsa-sd-2023 for whoever asks: for tests."),
                .passphraseFile,
            ] + CommandSyntax.Option.timestampSources,
            example: "punctual serve --data ./issuer --listen 127.0.0.1:8080"),
        run: { arguments, terminal in
            TerminationSignals.block()
            let address = try listenAddress(arguments.required("listen"))
            let tls = try certificate(arguments)
            if tls == nil, !address.isLoopback, !arguments.has("insecure-http") {
                throw UsageError(
                    "\(address) is not loopback: give --tls-certificate and --tls-key, or --insecure-http behind a "
                        + "proxy."
                )
            }
            let machine = try Machine.forService(
                passphraseFile: arguments.value("passphrase-file"), observe: { report($0, $1, terminal) })
            var configuration = Host.Configuration(
                address: address, tls: tls, vcapi: try credentialSettings(arguments), report: { terminal.note($0) })
            configuration.timestamps = try timestampSettings(arguments)
            let host = try Host(DataDirectory(arguments.required("data")), on: machine, configuration)
            terminal.print("Serving on \(tls == nil ? "http" : "https")://\(host.address)")
            TerminationSignals.wait()
            terminal.note("Stopping: answering what was accepted.")
            host.stop(graceMilliseconds: graceMilliseconds)
            return .done
        })

    /// How long a stop waits for what was accepted.
    private static let graceMilliseconds = 10_000

    /// One line for each notice, on standard error: what a person who watches the service wants to see. Facts of the
    /// public log only.
    private static func report(_ event: LogEvent, _ seq: Int64, _ terminal: Terminal) {
        guard case .noticeQueued(let notice) = event.event else { return }
        let line: JSON = [
            "entry": .integer(seq), "notice": .string(notice.notice.rawValue), "about": .integer(notice.about),
            "request": .string(event.request?.text ?? ""),
        ]
        terminal.note(line.canonicalString)
    }

    private static func listenAddress(_ text: String) throws -> HTTPServer.Address {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw UsageError("--listen takes HOST:PORT, like 127.0.0.1:8080; \"\(text)\" is not that.")
        }
        let host = text[..<colon].filter { $0 != "[" && $0 != "]" }
        return .tcp(host: host, port: port)
    }

    private static func credentialSettings(_ arguments: Arguments) throws -> VCAPI.Settings {
        let name = arguments.value("vc-api-profile") ?? VCAPI.Profile.strict.rawValue
        guard let profile = VCAPI.Profile(rawValue: name) else {
            throw UsageError("--vc-api-profile takes strict or suite; \"\(name)\" is neither.")
        }
        return VCAPI.Settings(profile: profile, derives: arguments.has("derive"))
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
