import CanonicalJSON
import Console
import HTTPClient

/// What is foreseen, and the requests that somebody has to take.
extension Command {
    static let forecast = Command(
        syntax: CommandSyntax(
            "forecast", "How lateness is foreseen, by which method and why, and how often that was right.",
            options: [
                .init("server", "URL", "The address of the service.", isRequired: true), .json,
            ],
            example: "punctual forecast --server http://[::1]"),
        run: { arguments, terminal in
            let url = "\(arguments.required("server"))/forecast"
            let response: HTTPClient.Response
            do throws(HTTPClientError) {
                response = try HTTPClient().send(HTTPClient.Request("GET", url))
            } catch {
                throw Failure("\(error)", .cannotTell)
            }
            let document = try JSON(parsing: response.body)
            guard response.status == 200 else {
                throw Failure(document["detail"]?.stringValue ?? "The service answered \(response.status).")
            }
            if arguments.has("json") {
                terminal.print(document.canonicalString)
            } else {
                for line in ForecastWords(document).lines { terminal.print(line) }
            }
            return .done
        })

    static let listEscalations = Command(
        syntax: CommandSyntax(
            "escalations", "The requests at risk that wait for somebody of the staff, the oldest first.",
            options: [.data, .passphraseFile, .json], example: "punctual escalations --data ./issuer"),
        run: { arguments, terminal in
            let list = try operate("/operator/escalations", nil, arguments)
            if arguments.has("json") {
                terminal.print(list.canonicalString)
                return .done
            }
            let open = list["escalations"]?.arrayValue ?? []
            if open.isEmpty { terminal.print("Nothing waits for anybody of the staff.") }
            for item in open {
                func text(_ member: String) -> String { item[member]?.stringValue ?? "" }
                let to = (item["to"]?.arrayValue ?? []).compactMap(\.stringValue).joined(separator: ", ")
                terminal.print("\(text("request"))  step \(item["step"]?.integerValue ?? 0), for \(to)")
                terminal.print("  since \(text("since")), due \(text("dueAt"))")
                if item["takeBy"] != nil { terminal.print("  the next step comes \(text("takeBy"))") }
            }
            return .done
        })

    static let takeEscalation = Command(
        syntax: CommandSyntax(
            "escalation ack", "Take a request that was escalated: nobody else is told then.",
            positionals: [.init("REQUEST-ID", "The request, as escalations shows it.")],
            options: [.data, .actorKey, .passphraseFile, .json],
            example: "punctual escalation ack --data ./issuer --key-file agent.key "
                + "01932c4e-8a51-7cc2-9d1e-7a3c5e9b2f10"),
        run: { arguments, terminal in
            let id = arguments.positionals[0]
            let answer = try act("/v1/requests/\(id)/escalation", [:], arguments)
            terminal.print(arguments.has("json") ? answer.canonicalString : "You have \(id); no step follows.")
            return .done
        })
}
