import CanonicalJSON
import Console

/// Surveys from the command line, in the name of the institution whose people were asked.
extension Command {
    static let listSurveys = Command(
        syntax: CommandSyntax(
            "survey list", "Whom the institution's people were asked about, and who answered; oldest first.",
            options: [
                .data, .init("cursor", "N", "Go on behind the page before."), .actorKey, .passphraseFile, .json,
            ],
            example: "punctual survey list --data ./issuer --key-file key.txt"),
        run: { arguments, terminal in
            let query = arguments.value("cursor").map { "?cursor=\($0)" } ?? ""
            let list = try act("/v1/surveys" + query, nil, arguments)
            guard !arguments.has("json") else {
                terminal.print(list.canonicalString)
                return .done
            }
            let rows = list["surveys"]?.arrayValue ?? []
            if rows.isEmpty { terminal.print("Nobody was asked.") }
            for row in rows { terminal.print(words(row)) }
            if let next = list["next"]?.integerValue { terminal.print("More with --cursor \(next).") }
            return .done
        })

    static let answerSurvey = Command(
        syntax: CommandSyntax(
            "survey answer", "Say for a person how their delay was handled; the first answer counts.",
            positionals: [.init("REQUEST-ID", "The request that they were asked about.")],
            options: [
                .data, .init("csat", "1-5", "How satisfied they are, 5 is most."),
                .init("nps", "0-10", "How likely they recommend us."),
                .init("text", "TEXT", "What they write; beside the log."), .actorKey, .passphraseFile, .json,
            ],
            example: "punctual survey answer --data ./issuer --key-file key.txt --csat 4 --nps 8 "
                + "01932c4e-8a51-7cc2-9d1e-7a3c5e9b2f10"),
        run: { arguments, terminal in
            guard let csat = Int64(try needed("csat", arguments)), let nps = Int64(try needed("nps", arguments)) else {
                throw UsageError("--csat takes a number from 1 to 5, --nps one from 0 to 10.")
            }
            var body: JSONObject = ["csat": .integer(csat), "nps": .integer(nps)]
            body["text"] = arguments.value("text").map(JSON.string)
            let answered = try act("/v1/surveys/\(arguments.positionals[0])/answer", .object(body), arguments)
            terminal.print(arguments.has("json") ? answered.canonicalString : "The answer is in the log.")
            return .done
        })

    private static func words(_ row: JSON) -> String {
        let id = row["id"]?.stringValue ?? ""
        guard let csat = row["csat"]?.integerValue, let nps = row["nps"]?.integerValue else {
            return "\(id)  may answer until \(row["until"]?.stringValue ?? "")"
        }
        return "\(id)  answered \(csat) of 5 and \(nps) of 10"
    }
}
