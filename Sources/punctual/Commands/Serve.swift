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
            options: [.data] + CommandSyntax.Option.listening + [
                .init("vc-api-profile", "PROFILE", "What the VC API says of what does not verify: strict or suite."),
                .init("witness-policy", "FILE", "Whom to ask to cosign the log; witnesses.policy in DIR if not given."),
                .init("derive", nil, "Derive credentials of ecdsa-sd-2023 for whoever asks: for tests."),
                .init("metrics", "HOST:PORT", "Where else to serve /metrics, /livez and /readyz, on this machine."),
                .init("log", "FORM", "How to say what happens: text (the default) or json, one object to a line."),
                .store, .passphraseFile,
            ] + CommandSyntax.Option.timestampSources,
            example: "punctual serve --data ./issuer --listen 127.0.0.1:8080"),
        run: { arguments, terminal in
            TerminationSignals.block()
            let log = try ServiceLog(arguments.value("log"), on: terminal)
            let (address, tls) = try listening(arguments)
            let machine = try Machine.forService(
                passphraseFile: arguments.value("passphrase-file"), observe: { report($0, $1, log) })
            var configuration = Host.Configuration(
                address: address, tls: tls, vcapi: try credentialSettings(arguments), report: { log.note($0) })
            configuration.witnessPolicy = arguments.value("witness-policy")
            configuration.metricsAddress = try metricsAddress(arguments)
            configuration.timestamps = try timestampSettings(arguments)
            let host = try Host(arguments.dataDirectory(), on: machine, configuration)
            terminal.print("Serving on \(tls == nil ? "http" : "https")://\(host.address)")
            if let metrics = host.metricsAddress { terminal.print("Metrics on http://\(metrics)/metrics") }
            ServiceManager.tell(.ready)
            TerminationSignals.wait()
            ServiceManager.tell(.stopping)
            log.note("Stopping: answering what was accepted.")
            // What does not end by itself is not waited for, not even by the end of the program.
            guard host.stop(graceMilliseconds: graceMilliseconds) else { exitAtOnce(.done) }
            return .done
        })

    /// How long a stop waits for what was accepted.
    static let graceMilliseconds = 10_000

    /// One line for each notice, on standard error: what a person who watches the service wants to see. Facts of the
    /// public log only.
    private static func report(_ event: LogEvent, _ seq: Int64, _ log: ServiceLog) {
        if case .notice(.sent(let sent)) = event.event {
            return log.event(
                "told",
                [
                    "entry": .integer(seq), "told": .array(sent.items.map { .string($0.step) }),
                    "request": .string(event.request?.text ?? ""),
                ])
        }
        guard case .noticeQueued(let notice) = event.event else { return }
        log.event(
            "notice",
            [
                "entry": .integer(seq), "notice": .string(notice.notice.rawValue), "about": .integer(notice.about),
                "request": .string(event.request?.text ?? ""),
            ])
    }

    private static func credentialSettings(_ arguments: Arguments) throws -> VCAPI.Settings {
        let name = arguments.value("vc-api-profile") ?? VCAPI.Profile.strict.rawValue
        guard let profile = VCAPI.Profile(rawValue: name) else {
            throw UsageError("--vc-api-profile takes strict or suite; \"\(name)\" is neither.")
        }
        return VCAPI.Settings(profile: profile, derives: arguments.has("derive"))
    }
}
