import CanonicalJSON
import Console
import Cryptography
import Hosting
import Issuance
import Storage
import Temporal
import Timestamping

extension CommandSyntax.Option {
    /// Whom a service asks when its checkpoints existed.
    static let timestampSources = [
        CommandSyntax.Option(
            "timestamp-authority", "URL", "Ask this authority for timestamps (RFC 3161); may be repeated.",
            isRepeated: true),
        .init("timestamp-roots", "FILE", "PEM certificates that may vouch for the authorities."),
        .init("timestamp-renewal-days", "DAYS", "Renew a timestamp so long before its certificates end; 30."),
        .init(
            "calendar", "URL", "Ask this calendar for timestamps (OpenTimestamps); may be repeated.", isRepeated: true),
    ]
}

extension Command {
    static let timestamps = Command(
        syntax: CommandSyntax(
            "timestamps", "List what others said about when the log's checkpoints existed.",
            options: [
                .data,
                .init("renew", nil, "Renew now what ends soon, while the service does not run."), .json,
            ] + CommandSyntax.Option.timestampSources,
            example: "punctual timestamps --data ./issuer --json"),
        run: { arguments, terminal in
            let directory = DataDirectory(arguments.required("data"))
            if arguments.has("renew") { return try renew(directory, arguments, terminal) }
            let (reader, _) = try directory.openReader()
            var count = 0
            try reader.read { reader in
                try reader.forEach(TimestampRecord.self) { record in
                    count += 1
                    show(KeptTimestamp(record), arguments, terminal)
                }
            }
            if count == 0, !arguments.has("json") { terminal.print("Nobody has stamped this log.") }
            return .done
        })

    /// Whom to ask; nil when nobody is named.
    ///
    /// - Throws: `UsageError`.
    static func timestampSettings(_ arguments: Arguments) throws -> TimestampSettings? {
        let (authorities, calendars) = (arguments.values("timestamp-authority"), arguments.values("calendar"))
        guard !authorities.isEmpty || !calendars.isEmpty else { return nil }
        do {
            let roots = try arguments.value("timestamp-roots").map { path in
                try TrustedRoots(pem: readFile(path, maximumBytes: TrustedRoots.maximumByteCount))
            }
            var settings = try TimestampSettings(authorities: authorities, calendars: calendars, roots: roots)
            if let text = arguments.value("timestamp-renewal-days") {
                // Ten years: no certificate of an authority lasts longer by much.
                guard let days = Int64(text), 1...3650 ~= days else {
                    throw UsageError("--timestamp-renewal-days takes 1 to 3650; \"\(text)\" is not that.")
                }
                settings.rhythm.renewalLead = .days(days)
            }
            return settings
        } catch let error as TimestampingError {
            throw UsageError("\(error).")
        } catch let error as TimestampError {
            throw UsageError("\(error).")
        }
    }

    private static func renew(
        _ directory: DataDirectory, _ arguments: Arguments, _ terminal: Terminal
    ) throws -> ExitCode {
        guard let settings = try timestampSettings(arguments),
            let first = settings.sources.first(where: { $0.kind == .rfc3161 })
        else { throw UsageError("--renew needs --timestamp-authority URL and --timestamp-roots FILE.") }
        let store = try directory.openStore()
        let keeper = TimestampKeeper(
            store: store, settings: settings, now: Machine.now, randomBytes: Machine.randomBytes)
        let survey = try keeper.survey()
        for place in survey.renewals {
            let isAsked = settings.sources.contains { $0.url == place.source }
            guard let record = try keeper.renew(place, by: isAsked ? place.source : first.url) else { continue }
            try store.write { try $0.insert(record) }
            show(KeptTimestamp(record), arguments, terminal)
        }
        for place in survey.lost {
            terminal.note("The timestamp by \(place.source) over size \(place.size) cannot be renewed any more.")
        }
        return survey.lost.isEmpty ? .done : .negative
    }

    private static func show(_ kept: KeptTimestamp, _ arguments: Arguments, _ terminal: Terminal) {
        let record = kept.record
        guard arguments.has("json") else {
            let number = record.number == 0 ? "" : " (renewal \(record.number))"
            return terminal.print("size \(record.size)  \(kept.words)  by \(record.source)\(number)")
        }
        let line: JSON = [
            "size": .integer(record.size), "source": .string(record.source), "number": .integer(record.number),
            "kind": .string(record.kind.rawValue), "says": .string(kept.words),
            "keptAt": .integer(record.keptAt),
        ]
        terminal.print(line.canonicalString)
    }
}

extension KeptTimestamp {
    /// What it says, for a list.
    fileprivate var words: String {
        switch statement {
        case .at(let instant): "existed at \(instant)"
        case .block(let height): "existed before block \(height) of Bitcoin, if its header has this root"
        case .promised: "is promised to be anchored"
        case .unreadable(let why): "cannot be read: \(why)"
        }
    }
}
