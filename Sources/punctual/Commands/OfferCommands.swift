import CanonicalJSON
import Console

/// What support offers for a broken promise, from the command line.
extension Command {
    static let offerMenu = Command(
        syntax: CommandSyntax(
            "offer menu", "What may be offered for a request, and the facts of it.",
            positionals: [.init("REQUEST-ID", "The request whose promise was broken.")],
            options: [.data, .actorKey, .passphraseFile, .json],
            example: "punctual offer menu --data ./issuer --key-file ina.key 01932c4e-8a51-7cc2-9d1e-7a3c5e9b2f10"),
        run: { arguments, terminal in
            let menu = try act("/v1/requests/\(arguments.positionals[0])/menu", nil, arguments)
            if arguments.has("json") {
                terminal.print(menu.canonicalString)
            } else {
                terminal.print("To be chosen by \(menu["decideBy"]?.stringValue ?? "")")
                for row in menu["menu"]?.arrayValue ?? [] {
                    let most = row["most"]?.integerValue.map { ", at most \($0) \(row["unit"]?.stringValue ?? "")" }
                    terminal.print(
                        "  \(row["benefit"]?.integerValue ?? 0)  \(row["benefitType"]?.stringValue ?? "")"
                            + (most ?? ""))
                }
            }
            return .done
        })

    static let makeOffer = Command(
        syntax: CommandSyntax(
            "offer make", "Offer something from the menu to the holder of a request.",
            positionals: [.init("REQUEST-ID", "The request whose promise was broken.")],
            options: [
                .data, .init("benefit", "N", "The place in the menu, as offer menu shows it.", isRequired: true),
                .init("amount", "N", "How much; as the menu says if not given."),
                .init("reason", "WHY", "delay, inconvenience, error or goodwill."),
                .init("channel", "CHANNEL", "web, email, chat, phone, social or institution."),
                .init("text", "TEXT", "What is said with it; beside the log."),
                .init("locale", "XX", "The language of the person, two letters."), .actorKey, .passphraseFile, .json,
            ],
            example: "punctual offer make --data ./issuer --key-file ina.key --benefit 0 --reason delay "
                + "--channel phone --text \"We are sorry\" 01932c4e-8a51-7cc2-9d1e-7a3c5e9b2f10"),
        run: { arguments, terminal in
            guard let benefit = Int64(arguments.required("benefit")) else {
                throw UsageError("--benefit takes a number, as offer menu shows it.")
            }
            var body: JSONObject = [
                "request": .string(arguments.positionals[0]), "benefit": .integer(benefit),
                "reason": .string(try needed("reason", arguments)),
                "channel": .string(try needed("channel", arguments)),
                "text": .string(try needed("text", arguments)),
            ]
            if let text = arguments.value("amount") {
                guard let minor = Int64(text) else { throw UsageError("--amount takes a number.") }
                body["minor"] = .integer(minor)
            }
            body["locale"] = arguments.value("locale").map(JSON.string)
            let made = try act("/v1/offers", .object(body), arguments)
            terminal.print(
                arguments.has("json") ? made.canonicalString : "Offered: \(made["id"]?.stringValue ?? "").")
            return .done
        })

    static let showOffer = Command(
        syntax: CommandSyntax(
            "offer show", "Where an offer stands.", positionals: [.init("OFFER-ID", "The offer.")],
            options: [.data, .actorKey, .receipt, .passphraseFile, .json],
            example: "punctual offer show --data ./issuer --key-file key.txt 01932c4e-8a51-7cc2-9d1e-7a3c5e9b2f10.1"),
        run: { arguments, terminal in
            let offer = try act("/v1/offers/\(arguments.positionals[0])", nil, arguments)
            let amount = "\(offer["minor"]?.integerValue ?? 0) \(offer["unit"]?.stringValue ?? "")"
            terminal.print(
                arguments.has("json")
                    ? offer.canonicalString : "\(offer["state"]?.stringValue ?? ""): \(amount)")
            return .done
        })

    static let acceptOffer = answer("accept", "Take an offer: it is given.", "Accepted.")
    static let declineOffer = answer("decline", "Waive an offer.", "Declined.")

    private static func answer(_ word: String, _ summary: String, _ done: String) -> Command {
        Command(
            syntax: CommandSyntax(
                "offer \(word)", summary, positionals: [.init("OFFER-ID", "The offer.")],
                options: [.data, .actorKey, .receipt, .passphraseFile, .json],
                example: "punctual offer \(word) --data ./issuer --receipt receipt.json "
                    + "01932c4e-8a51-7cc2-9d1e-7a3c5e9b2f10.1"),
            run: { arguments, terminal in
                let answer = try act("/v1/offers/\(arguments.positionals[0])/\(word)", [:], arguments)
                terminal.print(arguments.has("json") ? answer.canonicalString : done)
                return .done
            })
    }
}
