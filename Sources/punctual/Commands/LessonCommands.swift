import API
import CanonicalJSON
import Console
import Hosting
import Issuance

/// What was learnt of incidents, and what the log adds up to.
extension Command {
    static let recordPostmortem = Command(
        syntax: CommandSyntax(
            "incident postmortem", "Record what was learnt of an incident, and what of it everybody may read.",
            positionals: [.incident],
            options: [
                .data, .init("text", "FILE", "All of it; kept beside the log.", isRequired: true),
                .init("public", "FILE", "What the status page shows of it."), .note, .actorKey, .passphraseFile,
                .json,
            ],
            example: "punctual incident postmortem --data ./issuer --text all.txt inc-1042"),
        run: { arguments, terminal in
            var asked = body(arguments, [:])
            asked["text"] = .string(try text(arguments.required("text")))
            asked["public"] = try arguments.value("public").map { .string(try text($0)) }
            let answer = try change("postmortem", arguments.positionals[0], asked, arguments)
            return show(answer, "Recorded for ", arguments, terminal)
        })

    static let incidentActions = Command(
        syntax: CommandSyntax(
            "incident actions", "List what is to be done after an incident, add to it, or say what was done.",
            positionals: [.init("INCIDENT", "Its identifier; without one what is overdue anywhere.", isOptional: true)],
            options: [
                .data, .init("add", "TEXT", "Something to be done; needs --owner and --due."),
                .init("owner", "STAFF-ID", "Who does it."), .init("due", "INSTANT", "Until when (RFC 3339)."),
                .init("done", "NUMBER", "An action of the list that was done."), .note, .actorKey, .passphraseFile,
                .json,
            ],
            example: "punctual incident actions --data ./issuer --done 0 inc-1042"),
        run: { arguments, terminal in
            if arguments.value("add") != nil || arguments.value("done") != nil {
                return try changeActions(arguments, terminal)
            }
            let actions: [JSON] = try reading(arguments) { reading in
                guard let id = arguments.positionals.first else { return try reading.overdueActions() }
                return try reading.dossier(id)["actions"]?.arrayValue ?? []
            }
            if arguments.has("json") {
                terminal.print(JSON.object(["actions": .array(actions)]).canonicalString)
            } else {
                if actions.isEmpty { terminal.print("Nothing is to be done.") }
                for action in actions { terminal.print(IncidentWords.line(of: action)) }
            }
            return actions.contains { $0["state"] == "overdue" } ? .negative : .done
        })

    private static func changeActions(_ arguments: Arguments, _ terminal: Terminal) throws -> ExitCode {
        guard let incident = arguments.positionals.first else { throw UsageError("Say of which INCIDENT.") }
        if arguments.value("done") != nil {
            var asked = body(arguments, [:])
            asked["action"] = .integer(try number("done", arguments))
            return show(try change("done", incident, asked, arguments), "Done for ", arguments, terminal)
        }
        guard arguments.value("owner") != nil, arguments.value("due") != nil else {
            throw UsageError("An action needs --owner STAFF-ID and --due INSTANT.")
        }
        let asked = body(arguments, ["text": "add", "owner": "owner", "dueAt": "due"])
        return show(try change("plan", incident, asked, arguments), "Planned for ", arguments, terminal)
    }

    static let reportNow = Command(
        syntax: CommandSyntax(
            "report now", "What is going on, in numbers that the log adds up to.",
            options: [.data, .json], example: "punctual report now --data ./issuer"),
        run: { arguments, terminal in
            let numbers = try reading(arguments) { try $0.dashboard() }
            if arguments.has("json") {
                terminal.print(JSON.object(numbers).canonicalString)
            } else {
                ReportWords.dashboard(.object(numbers)).forEach(terminal.print)
            }
            return numbers["missed"] == 0 ? .done : .negative
        })

    static let reportStages = Command(
        syntax: CommandSyntax(
            "report stages", "Where requests spend their time, and who has waited longest.",
            options: [.data, .json], example: "punctual report stages --data ./issuer"),
        run: { arguments, terminal in
            let report = try DataDirectory(arguments.required("data")).openReader().reader.read {
                try StageReport.document($0, at: Machine.now())
            }
            if arguments.has("json") {
                terminal.print(JSON.object(report).canonicalString)
            } else {
                ReportWords.stages(.object(report)).forEach(terminal.print)
            }
            return .done
        })

    static let reportIncidents = Command(
        syntax: CommandSyntax(
            "report incidents", "How often what went wrong went wrong again, by cause, and what is overdue.",
            options: [.data, .json], example: "punctual report incidents --data ./issuer"),
        run: { arguments, terminal in
            let report = try reading(arguments) { try $0.recurrenceReport() }
            if arguments.has("json") {
                terminal.print(JSON.object(report).canonicalString)
            } else {
                ReportWords.recurrence(.object(report)).forEach(terminal.print)
            }
            return .done
        })

    static let statusPage = Command(
        syntax: CommandSyntax(
            "status-page", "Write the public status page as files that need no running service.",
            options: [
                .data, .init("out", "DIR", "Where to; the files there are replaced.", isRequired: true), .json,
            ],
            example: "punctual status-page --data ./issuer --out ./public"),
        run: { arguments, terminal in
            let state = try reading(arguments) { try $0.publicState() }
            let folder = arguments.required("out")
            try Machine.makeFolder(folder)
            let page = StatusPage.html(state, isStatic: true)
            try Machine.replaceFile(Array(page.utf8), at: folder + "/index.html")
            try Machine.replaceFile(JSON.object(state).canonicalBytes, at: folder + "/status.json")
            terminal.print(
                arguments.has("json")
                    ? JSON.object(state).canonicalString : "Wrote \(folder)/index.html and \(folder)/status.json.")
            return .done
        })

    private static func text(_ path: String) throws -> String {
        let bytes = try readFile(path, maximumBytes: IncidentPostmortem.maximumTextBytes)
        guard let text = String(validating: bytes, as: UTF8.self) else { throw UsageError("\(path) is not UTF-8.") }
        return text
    }
}
