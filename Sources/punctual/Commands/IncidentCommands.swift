import CanonicalJSON
import Console
import Hosting
import Issuance
import Multiformats

/// Incidents: what is late together, why, and what was learnt.
extension Command {
    static let listIncidents = Command(
        syntax: CommandSyntax(
            "incident list", "The newest incidents: where requests are late, how many, how bad.",
            options: [.data, .json], example: "punctual incident list --data ./issuer"),
        run: { arguments, terminal in
            let list = try reading(arguments) { try $0.list() }
            guard !arguments.has("json") else {
                terminal.print(JSON.object(list).canonicalString)
                return .done
            }
            let incidents = list["incidents"]?.arrayValue ?? []
            if incidents.isEmpty { terminal.print("There was no incident.") }
            for incident in incidents { IncidentWords(incident, terminal).headlines.forEach(terminal.print) }
            return .done
        })

    static let showIncident = Command(
        syntax: CommandSyntax(
            "incident show", "Everything about an incident: history, numbers, evidence, what is open.",
            positionals: [.incident], options: [.data, .json],
            example: "punctual incident show --data ./issuer inc-1042"),
        run: { arguments, terminal in
            let dossier = try reading(arguments) { try $0.dossier(arguments.positionals[0]) }
            if arguments.has("json") {
                terminal.print(JSON.object(dossier).canonicalString)
            } else {
                IncidentWords(.object(dossier), terminal).lines.forEach(terminal.print)
            }
            return .done
        })

    static let reportStage = Command(
        syntax: CommandSyntax(
            "incident report", "Say that a stage fails, or works again: who is late then, is stuck there.",
            options: [
                .data, .stage, .init("state", "STATE", "failing or working.", isRequired: true),
                .init("institution", "ID", "Whose requests; everybody's if not given."), .note, .actorKey,
                .passphraseFile, .json,
            ],
            example: "punctual incident report --data ./issuer --stage ledger --state failing"),
        run: { arguments, terminal in
            let fields = ["stage": "stage", "state": "state", "tenant": "institution"]
            let answer = try change("report", nil, body(arguments, fields), arguments)
            return show(answer, "The stage is reported as ", arguments, terminal)
        })

    static let openIncident = Command(
        syntax: CommandSyntax(
            "incident open", "Open an incident: it takes who is late at a stage, or was since --from.",
            options: [
                .data, .stage, .init("from", "INSTANT", "Since when (RFC 3339); the first who waits if not given."),
                .note, .actorKey, .passphraseFile, .json,
            ],
            example: "punctual incident open --data ./issuer --stage ledger"),
        run: { arguments, terminal in
            let answer = try change("open", nil, body(arguments, ["stage": "stage", "from": "from"]), arguments)
            return show(answer, "Opened ", arguments, terminal)
        })

    static let publishIncidentRules = Command(
        syntax: CommandSyntax(
            "incident rules", "Publish when incidents open and how bad they are: a document as the page has it.",
            positionals: [.init("FILE", "The rules, JSON.")], options: [.data, .passphraseFile, .json],
            example: "punctual incident rules --data ./issuer rules.json"),
        run: { arguments, terminal in
            let document = try JSON(parsing: readFile(arguments.positionals[0], maximumBytes: 1 << 16))
            let answer = try change("rules", nil, ["document": document], arguments)
            terminal.print(
                arguments.has("json")
                    ? answer.canonicalString
                    : "Published \(answer["hash"]?.stringValue ?? ""). It binds incidents that open from now on.")
            return .done
        })

    static let classifyIncident = Command(
        syntax: CommandSyntax(
            "incident classify", "Say why an incident is, and how sure that is. Nothing given is taken back.",
            positionals: [.incident],
            options: [
                .data,
                .init("cause", "CAUSE", "One of the published list, such as deploy or capacity; needed."),
                .init("confidence", "PERCENT", "0 to 100; needed."), .note, .actorKey, .passphraseFile, .json,
            ],
            example: "punctual incident classify --data ./issuer --cause deploy --confidence 8 inc-7"),
        run: { arguments, terminal in
            guard arguments.value("cause") != nil else { throw UsageError("--cause CAUSE is needed.") }
            var asked = body(arguments, ["cause": "cause"])
            asked["confidence"] = .integer(try number("confidence", arguments))
            let answer = try change("classify", arguments.positionals[0], asked, arguments)
            return show(answer, "The cause is noted: ", arguments, terminal)
        })

    static let mergeIncidents = Command(
        syntax: CommandSyntax(
            "incident merge", "Make another incident a part of this one.",
            positionals: [.incident, .init("OTHER", "The incident that becomes a part.")],
            options: [.data, .note, .actorKey, .passphraseFile, .json],
            example: "punctual incident merge --data ./issuer inc-1042 inc-1077"),
        run: { arguments, terminal in
            var asked = body(arguments, [:])
            asked["other"] = .string(arguments.positionals[1])
            let answer = try change("merge", arguments.positionals[0], asked, arguments)
            return show(answer, "Merged into ", arguments, terminal)
        })

    static let splitIncident = Command(
        syntax: CommandSyntax(
            "incident split", "Look at the requests of some institutions by themselves.",
            positionals: [.incident, .init("INSTITUTION", "Whose requests move.", isRepeated: true)],
            options: [.data, .note, .actorKey, .passphraseFile, .json],
            example: "punctual incident split --data ./issuer inc-1042 i0123456789abcdef"),
        run: { arguments, terminal in
            var asked = body(arguments, [:])
            asked["tenants"] = .array(arguments.positionals.dropFirst().map(JSON.string))
            let answer = try change("split", arguments.positionals[0], asked, arguments)
            return show(answer, "Split off ", arguments, terminal)
        })

    static let resolveIncident = Command(
        syntax: CommandSyntax(
            "incident resolve", "Say that an incident is over. It takes no more requests.",
            positionals: [.incident], options: [.data, .note, .actorKey, .passphraseFile, .json],
            example: "punctual incident resolve --data ./issuer inc-1042"),
        run: { arguments, terminal in
            let answer = try change("resolve", arguments.positionals[0], body(arguments, [:]), arguments)
            return show(answer, "Resolved ", arguments, terminal)
        })
}

/// What they have in common.
extension Command {
    /// Answers from the data directory itself, whether the service runs or not.
    static func reading<Result>(
        _ arguments: Arguments, _ body: (IncidentReading) throws -> Result
    ) throws -> Result {
        do {
            return try DataDirectory(arguments.required("data")).openReader().reader.read {
                try body(IncidentReading($0, at: Machine.now()))
            }
        } catch let refusal as Refusal {
            throw Failure(refusal.detail)
        }
    }

    /// In the name of whoever's key is given, or of the machine.
    static func change(
        _ verb: String, _ incident: String?, _ body: JSONObject, _ arguments: Arguments
    ) throws -> JSON {
        let place = incident.map { "/\($0)" } ?? ""
        guard arguments.value("key-file") == nil else {
            let path =
                switch verb {
                case "report": "/v1/stage-reports"
                case "open": "/v1/incidents"
                case "plan": "/v1/incidents\(place)/actions"
                default: "/v1/incidents\(place)/\(verb)"
                }
            return try act(path, .object(body), arguments)
        }
        return try operate(
            "/operator/incidents\(place)/\(verb)", JSON.object(body).canonicalBytes,
            idempotencyKey: "incident-" + Hex.encode(Machine.randomBytes(16)), arguments)
    }

    /// The members of a body from options that were given, and the note.
    static func body(_ arguments: Arguments, _ fields: [String: String]) -> JSONObject {
        var body: JSONObject = [:]
        for (member, option) in fields { body[member] = arguments.value(option).map(JSON.string) }
        body["note"] = arguments.value("note").map(JSON.string)
        return body
    }

    static func number(_ option: String, _ arguments: Arguments) throws -> Int64 {
        guard let number = arguments.value(option).flatMap({ Int64($0) }) else {
            throw UsageError("--\(option) takes a whole number, and is needed.")
        }
        return number
    }

    static func show(
        _ answer: JSON, _ sentence: String, _ arguments: Arguments, _ terminal: Terminal
    ) -> ExitCode {
        let subject =
            answer["cause"]?.stringValue ?? answer["state"]?.stringValue ?? answer["incident"]?.stringValue ?? ""
        terminal.print(arguments.has("json") ? answer.canonicalString : "\(sentence)\(subject).")
        return .done
    }
}

extension CommandSyntax.Positional {
    static let incident = CommandSyntax.Positional("INCIDENT", "Its identifier, such as inc-1042.")
}

extension CommandSyntax.Option {
    static let note = CommandSyntax.Option("note", "TEXT", "Why; beside the log, not in it.")
    static let stage = CommandSyntax.Option(
        "stage", "STAGE", "Where requests are stuck: review, signing, ledger, platform, or a reason for a pause.",
        isRequired: true)
}
