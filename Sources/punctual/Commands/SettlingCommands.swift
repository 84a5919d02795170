import CanonicalJSON
import Console

/// What is owed, what waits for people, and what is taken back.
extension Command {
    static let reportOwed = Command(
        syntax: CommandSyntax(
            "report owed", "What is owed and not paid yet: how much, why, since when.",
            options: [.data, .passphraseFile, .json], example: "punctual report owed --data ./issuer"),
        run: { arguments, terminal in
            let report = try operate("/operator/reports/owed", nil, arguments)
            if arguments.has("json") {
                terminal.print(report.canonicalString)
            } else {
                for line in owedLines(report) { terminal.print(line) }
            }
            return .done
        })

    static let listApprovals = Command(
        syntax: CommandSyntax(
            "approval list", "What waits for the word of people, the soonest end first.",
            options: [.data, .passphraseFile, .json], example: "punctual approval list --data ./issuer"),
        run: { arguments, terminal in
            let list = try operate("/operator/approvals", nil, arguments)
            if arguments.has("json") {
                terminal.print(list.canonicalString)
                return .done
            }
            let questions = list["questions"]?.arrayValue ?? []
            for question in questions { for line in questionLines(question) { terminal.print(line) } }
            let open = list["approvals"]?.arrayValue ?? []
            if open.isEmpty, questions.isEmpty { terminal.print("Nothing waits for anybody's word.") }
            for item in open {
                let given = "\(item["given"]?.arrayValue?.count ?? 0) of \(integer(item, "approvers"))"
                let roles = (item["roles"]?.arrayValue ?? []).compactMap(\.stringValue).joined(separator: ", ")
                terminal.print("\(text(item, "request"))  \(integer(item, "minor")) \(text(item, "unit"))")
                terminal.print("  \(given) said yes; asked: \(roles)")
                terminal.print(
                    item["until"] == nil
                        ? "  until somebody has looked" : "  paid \(text(item, "until")) anyway"
                )
            }
            return .done
        })

    /// In 80 columns: what is asked about an incident as a whole.
    private static func questionLines(_ question: JSON) -> [String] {
        let isAsked = text(question, "state") == "asked"
        let sums = question["sums"]?.arrayValue ?? []
        let roles = (question["roles"]?.arrayValue ?? []).compactMap(\.stringValue).joined(separator: ", ")
        let given = "\(question["given"]?.arrayValue?.count ?? 0) of \(integer(question, "approvers"))"
        let requests = "\(integer(question, "requests")) requests of \(text(question, "incident"))"
        return ["\(text(question, "question"))  \(requests)"]
            + sums.map { "  \(integer($0, "minor")) \(text($0, "unit")) \(text($0, "class"))" }
            + (isAsked
                ? [
                    "  \(given) said yes; asked: \(roles)",
                    "  until \(text(question, "until")); each is paid at its own time anyway",
                ] : ["  is asked next; each is paid at its own time anyway"])
    }

    static let giveApproval = approval(
        "give", "Approve what a request waits for, or an incident as a whole.", "Approved what %s waits for.")

    static let refuseApproval = approval(
        "refuse", "Refuse favours that a request or an incident waits for; what is guaranteed cannot be.",
        "Refused what %s waits for.")

    private static func approval(_ decision: String, _ summary: String, _ done: String) -> Command {
        Command(
            syntax: CommandSyntax(
                "approval \(decision)", summary,
                positionals: [.init("ID", "The request, or a question such as q-42, as approval list shows it.")],
                options: [.data, .actorKey, .passphraseFile, .json],
                example: "punctual approval \(decision) --data ./issuer --key-file finance.key "
                    + "01932c4e-8a51-7cc2-9d1e-7a3c5e9b2f10"),
            run: { arguments, terminal in
                let id = arguments.positionals[0]
                let body: JSON = ["decision": .string(decision)]
                let place = id.hasPrefix("q-") ? "/v1/questions/\(id)/answer" : "/v1/requests/\(id)/approval"
                let answer = try act(place, body, arguments)
                let words = done.split(separator: "%s", maxSplits: 1).joined(separator: id)
                terminal.print(arguments.has("json") ? answer.canonicalString : words)
                return .done
            })
    }

    static let reverse = Command(
        syntax: CommandSyntax(
            "reverse", "Take back what was paid and not spent, for a reason of the policy.",
            positionals: [.init("CLAIM-KEY", "The payment, as credits and the log name it.")],
            options: [
                .data, .actorKey,
                .init("reason", "REASON", "duplicate, fraud, assessment-error or appeal.", isRequired: true),
                .init("minor", "NUMBER", "How much; all that is not spent if not given."), .passphraseFile, .json,
            ],
            example: "punctual reverse --data ./issuer --key-file finance.key --reason duplicate CLAIM-KEY"),
        run: { arguments, terminal in
            var body: JSONObject = [
                "claimKey": .string(arguments.positionals[0]), "reason": .string(arguments.required("reason")),
            ]
            if let minor = arguments.value("minor") {
                guard let number = Int64(minor), number > 0 else {
                    throw UsageError("--minor takes a whole number greater than zero.")
                }
                body["minor"] = .integer(number)
            }
            let answer = try act("/v1/reversals", .object(body), arguments)
            terminal.print(arguments.has("json") ? answer.canonicalString : "Taken back, and the person is told.")
            return .done
        })

    static let waive = Command(
        syntax: CommandSyntax(
            "waive", "Give back, for a holder, what is not spent of a compensation.",
            positionals: [
                .init("REQUEST-ID", "The request that was late."),
                .init("CLAIM-KEY", "The payment, as credits and the log name it."),
            ],
            options: [.data, .claimKey, .receipt, .passphraseFile, .json],
            example: "punctual waive --data ./issuer --receipt receipt.json "
                + "01932c4e-8a51-7cc2-9d1e-7a3c5e9b2f10 CLAIM-KEY"),
        run: { arguments, terminal in
            let (id, key) = (arguments.positionals[0], arguments.positionals[1])
            let answer = try act("/v1/requests/\(id)/waiver", ["claimKey": .string(key)], arguments)
            terminal.print(
                arguments.has("json") ? answer.canonicalString : "Given back; the log says that it was waived.")
            return .done
        })

    /// In 80 columns: a line for each unit and reason, then the oldest awards.
    private static func owedLines(_ report: JSON) -> [String] {
        let groups = report["owed"]?.arrayValue ?? []
        guard !groups.isEmpty else { return ["Nothing is owed: everything that was given is paid."] }
        var lines = ["owed                waits for   awards   oldest"]
        for group in groups {
            let amount = "\(integer(group, "minor")) \(text(group, "unit"))"
            lines.append(
                column(amount, 20) + column(text(group, "why"), 12) + column("\(integer(group, "awards"))", 9)
                    + text(group, "oldest"))
        }
        lines.append("The ledger says the same:")
        for (unit, minor) in report["provision"]?.objectValue ?? [:] {
            lines.append("  \(minor.integerValue ?? 0) \(unit) on the accounts provision:…")
        }
        for award in report["oldest"]?.arrayValue ?? [] {
            lines.append("  \(text(award, "request"))  \(integer(award, "minor")) \(text(award, "unit"))")
            lines.append("    since \(text(award, "since")), to be paid by \(text(award, "payBy"))")
        }
        return lines
    }

    private static func column(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    private static func text(_ json: JSON, _ member: String) -> String { json[member]?.stringValue ?? "" }
    private static func integer(_ json: JSON, _ member: String) -> Int64 { json[member]?.integerValue ?? 0 }
}
