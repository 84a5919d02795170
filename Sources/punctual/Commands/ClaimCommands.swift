import CanonicalJSON
import Console

/// Claims from the command line: in the name of an institution or of somebody of the staff, whose key says who it is;
/// or with the intake receipt of the request.
extension Command {
    static let fileClaim = Command(
        syntax: CommandSyntax(
            "claim file", "Ask for what did not come by itself: files a claim about a request.",
            positionals: [.init("REQUEST-ID", "The request that it is about.")],
            options: [
                .data,
                .init(
                    "category", "WHAT", "undetected-delay, impact, wrong-amount, refund or other.", isRequired: true),
                .init("text", "TEXT", "What happened, in a few words; always needed, and beside the log."), .amount,
                .evidence, .init("channel", "CHANNEL", "web, email, chat, phone, social or institution."), .locale,
                .claimKey, .receipt, .passphraseFile, .json,
            ],
            example: "punctual claim file --data ./issuer --key-file key.txt --category impact "
                + "--text \"I missed an enrolment\" --amount credit:1500 01932c4e-8a51-7cc2-9d1e-7a3c5e9b2f10"),
        run: { arguments, terminal in
            var body: JSONObject = [
                "request": .string(arguments.positionals[0]), "category": .string(arguments.required("category")),
                "text": .string(try needed("text", arguments)),
            ]
            body["requested"] = try arguments.value("amount").map(amount)
            body["evidence"] = try evidence(arguments)
            body["channel"] = arguments.value("channel").map(JSON.string)
            body["locale"] = arguments.value("locale").map(JSON.string)
            let filed = try act("/v1/claims", .object(body), arguments)
            if arguments.has("json") {
                terminal.print(filed.canonicalString)
            } else {
                terminal.print("Filed the claim \(filed["id"]?.stringValue ?? "").")
                terminal.print("It is decided by \(filed["dueAt"]?.stringValue ?? "").")
            }
            return .done
        })

    static let showClaim = Command(
        syntax: CommandSyntax(
            "claim show", "Where a claim stands, and what happened to it.",
            positionals: [.init("CLAIM-ID", "The claim: the id of the request, a full stop, a number.")],
            options: [.data, .claimKey, .receipt, .passphraseFile, .json],
            example: "punctual claim show --data ./issuer 01932c4e-8a51-7cc2-9d1e-7a3c5e9b2f10.1"),
        run: { arguments, terminal in
            let id = arguments.positionals[0]
            let claim = try look("/claims/\(id)", arguments)
            guard !arguments.has("json") else {
                terminal.print(claim.canonicalString)
                return .done
            }
            for line in ClaimWords.lines(claim) { terminal.print(line) }
            return .done
        })

    static let listClaims = Command(
        syntax: CommandSyntax(
            "claim list", "Claims, oldest first: those under review, if nothing else is said.",
            options: [
                .data,
                .init("state", "STATE", "filed, evidence-asked, review, decided, appealed, assessor or final."),
                .init("mine", nil, "Only those that whoever asks was drawn for."), .claimKey, .receipt,
                .passphraseFile, .json,
            ],
            example: "punctual claim list --data ./issuer --key-file ina.key --mine"),
        run: { arguments, terminal in
            var cursor: String?
            repeat {
                var query: [String] = []
                if let state = arguments.value("state") { query.append("state=\(state)") }
                if arguments.has("mine") { query.append("mine=true") }
                if let cursor { query.append("cursor=\(cursor)") }
                let path = "/claims" + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
                let page = try look(path, arguments)
                for claim in page["claims"]?.arrayValue ?? [] {
                    terminal.print(arguments.has("json") ? claim.canonicalString : ClaimWords.line(claim))
                }
                cursor = page["next"]?.integerValue.map { String($0) }
            } while cursor != nil
            return .done
        })

    static let askClaim = Command(
        syntax: CommandSyntax(
            "claim ask", "Ask whoever claims for evidence; the time stands still until it is there.",
            positionals: [.init("CLAIM-ID", "The claim.")],
            options: [
                .data,
                .init(
                    "kinds", "LIST",
                    "With commas: request-id, intake-receipt, screenshot, third-party-letter, cost-receipt.",
                    isRequired: true), .note, .claimKey, .passphraseFile, .json,
            ],
            example: "punctual claim ask --data ./issuer --key-file ina.key --kinds cost-receipt "
                + "01932c4e-8a51-7cc2-9d1e-7a3c5e9b2f10.1"),
        run: { arguments, terminal in
            let kinds = arguments.required("kinds").split(separator: ",").map { JSON.string(String($0)) }
            var body: JSONObject = ["kinds": .array(kinds)]
            body["note"] = arguments.value("note").map(JSON.string)
            return try step("ask", body, arguments, terminal) { answer in
                "Asked. The time stands still until it is there, at most until \(answer["until"]?.stringValue ?? "")."
            }
        })

    static let giveEvidence = Command(
        syntax: CommandSyntax(
            "claim give", "Add the evidence that was asked for.",
            positionals: [.init("CLAIM-ID", "The claim.")],
            options: [.data, .evidence, .claimKey, .receipt, .passphraseFile, .json],
            example: "punctual claim give --data ./issuer --key-file key.txt "
                + "--evidence cost-receipt=receipt.txt 01932c4e-8a51-7cc2-9d1e-7a3c5e9b2f10.1"),
        run: { arguments, terminal in
            guard let evidence = try evidence(arguments) else {
                throw UsageError("--evidence KIND=FILE is missing: the evidence that was asked for.")
            }
            return try step("evidence", ["evidence": evidence], arguments, terminal) { answer in
                "Added. It is decided by \(answer["dueAt"]?.stringValue ?? "")."
            }
        })

    static let decideClaim = Command(
        syntax: CommandSyntax(
            "claim decide", "Decide a claim or an appeal that you were drawn for.",
            positionals: [.init("CLAIM-ID", "The claim.")],
            options: [.data] + verdictOptions + [.claimKey, .passphraseFile, .json],
            example: "punctual claim decide --data ./issuer --key-file ina.key --grant credit:1500 "
                + "01932c4e-8a51-7cc2-9d1e-7a3c5e9b2f10.1"),
        run: { arguments, terminal in
            try step("decide", try verdict(arguments), arguments, terminal) { answer in
                answer["state"] == "proposed"
                    ? "Noted. So much needs two: somebody else has to agree."
                    : "Decided: \(answer["outcome"]?.stringValue ?? "")."
            }
        })

    static let appealClaim = Command(
        syntax: CommandSyntax(
            "claim appeal", "Appeal against the decision about a claim, once.",
            positionals: [.init("CLAIM-ID", "The claim.")],
            options: [
                .data, .init("text", "TEXT", "Why it was wrong; beside the log.", isRequired: true), .evidence, .locale,
                .claimKey, .receipt, .passphraseFile, .json,
            ],
            example: "punctual claim appeal --data ./issuer --key-file key.txt --text \"The date is wrong\" "
                + "01932c4e-8a51-7cc2-9d1e-7a3c5e9b2f10.1"),
        run: { arguments, terminal in
            var body: JSONObject = ["text": .string(arguments.required("text"))]
            body["evidence"] = try evidence(arguments)
            body["locale"] = arguments.value("locale").map(JSON.string)
            return try step("appeal", body, arguments, terminal) { answer in
                "Appealed. Somebody else decides by \(answer["dueAt"]?.stringValue ?? "")."
            }
        })

    static let opineOnClaim = Command(
        syntax: CommandSyntax(
            "claim opinion", "Give an opinion from outside on an appeal that you were drawn for.",
            positionals: [.init("CLAIM-ID", "The claim.")],
            options: [.data] + verdictOptions + [.claimKey, .passphraseFile, .json],
            example: "punctual claim opinion --data ./issuer --key-file eva.key --grant credit:500 "
                + "--note \"Half of it is proven\" 01932c4e-8a51-7cc2-9d1e-7a3c5e9b2f10.1"),
        run: { arguments, terminal in
            try step("opinion", try verdict(arguments), arguments, terminal) { answer in
                "Noted: \(answer["outcome"]?.stringValue ?? ""). It cannot be changed."
            }
        })

    static let assignClaim = Command(
        syntax: CommandSyntax(
            "claim assign", "Draw again, where nobody is there who could decide. Nobody chooses who.",
            positionals: [.init("CLAIM-ID", "The claim.")],
            options: [.data, .passphraseFile, .json],
            example: "punctual claim assign --data ./issuer 01932c4e-8a51-7cc2-9d1e-7a3c5e9b2f10.1"),
        run: { arguments, terminal in
            let id = arguments.positionals[0]
            let drawn = try operate("/operator/claims/\(id)/assign", JSON.object([:]).canonicalBytes, arguments)
            terminal.print(
                arguments.has("json") ? drawn.canonicalString : "Drawn: \(drawn["assignee"]?.stringValue ?? "").")
            return .done
        })

    /// The value of an option that is always needed, and would make the line of usage too long.
    static func needed(_ name: String, _ arguments: Arguments) throws(UsageError) -> String {
        guard let value = arguments.value(name) else { throw UsageError("--\(name) is missing; see --help.") }
        return value
    }

    private static func step(
        _ name: String, _ body: JSONObject, _ arguments: Arguments, _ terminal: Terminal, _ words: (JSON) -> String
    ) throws -> ExitCode {
        let answer = try act("/v1/claims/\(arguments.positionals[0])/\(name)", .object(body), arguments)
        terminal.print(arguments.has("json") ? answer.canonicalString : words(answer))
        return .done
    }

    /// Looks in somebody's name where a key or a receipt says whose, else as whoever looks after the service.
    private static func look(_ path: String, _ arguments: Arguments) throws -> JSON {
        guard arguments.value("key-file") != nil || arguments.value("receipt") != nil else {
            return try operate("/operator" + path, nil, arguments)
        }
        return try act("/v1" + path, nil, arguments)
    }

    private static let verdictOptions: [CommandSyntax.Option] = [
        .init("grant", "WHAT:HOW-MUCH", "Grant so much in all, such as credit:1500 or premium-extension:7."),
        .init("deny", nil, "Grant nothing; needs --rule."),
        .init(
            "rule", "HASH#POINTER", "A published rule that a denial follows, such as sha256:…#/spec/fileWithin.",
            isRepeated: true), .note,
    ]

    private static func verdict(_ arguments: Arguments) throws -> JSONObject {
        guard (arguments.value("grant") != nil) != arguments.has("deny") else {
            throw UsageError("Say --grant WHAT:HOW-MUCH or --deny.")
        }
        var body: JSONObject = ["outcome": arguments.has("deny") ? "denied" : "granted"]
        body["grant"] = try arguments.value("grant").map(amount)
        let rules = try arguments.values("rule").map { text -> JSON in
            let parts = text.split(separator: "#", maxSplits: 1)
            guard parts.count == 2 else { throw UsageError("--rule takes HASH#POINTER; \"\(text)\" is not that.") }
            return ["policy": .string(String(parts[0])), "pointer": .string(String(parts[1]))]
        }
        if !rules.isEmpty { body["rules"] = .array(rules) }
        body["note"] = arguments.value("note").map(JSON.string)
        return body
    }

    /// `credit:1500`: a kind of benefit, and how much in its unit; `cash-refund:1500:EUR` where that says no unit.
    static func amount(_ text: String) throws -> JSON {
        let parts = text.split(separator: ":").map(String.init)
        let units = ["credit": "PFC", "premium-extension": "DAYS", "free-issuance": "ISSUANCES"]
        guard (2...3).contains(parts.count), let minor = Int64(parts[1]),
            let unit = parts.count == 3 ? parts[2] : units[parts[0]] ?? (minor == 1 ? "TIMES" : nil)
        else { throw UsageError("An amount is WHAT:HOW-MUCH, such as credit:1500; \"\(text)\" is not that.") }
        return ["benefitType": .string(parts[0]), "unit": .string(unit), "minor": .integer(minor)]
    }

    private static func evidence(_ arguments: Arguments) throws -> JSON? {
        let pieces = try arguments.values("evidence").map { text -> JSON in
            let parts = text.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { throw UsageError("--evidence takes KIND=FILE; \"\(text)\" is not that.") }
            let content = try readFile(String(parts[1]), maximumBytes: 4096)
            return ["kind": .string(String(parts[0])), "content": .string(String(decoding: content, as: UTF8.self))]
        }
        return pieces.isEmpty ? nil : .array(pieces)
    }
}

extension CommandSyntax.Option {
    fileprivate static let amount = CommandSyntax.Option(
        "amount", "WHAT:HOW-MUCH", "How much is asked for, such as credit:1500; else nothing is said.")
    fileprivate static let evidence = CommandSyntax.Option(
        "evidence", "KIND=FILE", "A piece of evidence: a text of at most 4096 bytes.", isRepeated: true)
    fileprivate static let locale = CommandSyntax.Option("locale", "XX", "The language of the person, two letters.")
    static let claimKey = CommandSyntax.Option(
        "key-file", "FILE", "A file with the API key of whoever does this; else PUNCTUAL_API_KEY is asked.")
    static let receipt = CommandSyntax.Option(
        "receipt", "FILE", "The intake receipt of the request, instead of a key.")
}
