import CanonicalJSON
import Console
import Glibc
import HTTPClient
import Temporal

extension Command {
    static let status = Command(
        syntax: CommandSyntax(
            "status", "Where is my credential? When is it due, why is it late, what was I given?",
            positionals: [.init("ID", "The identifier of the request.")],
            options: [
                .init("server", "URL", "The address of the service.", isRequired: true),
                .init("language", "TAG", "The language of notices, such as de; English if not given."),
                .init("watch", nil, "Show it again whenever it changes, until the request has ended."),
                .json,
            ],
            example: "punctual status 01932c4e-8a51-7cc2-9d1e-7a3c5e9b2f10 --server http://[::1]"),
        run: { arguments, terminal in
            let client = HTTPClient()
            let url = "\(arguments.required("server"))/v1/requests/\(arguments.positionals[0])/status"
            var shown: JSON?
            while true {
                let status = try fetchStatus(url, client, language: arguments.value("language"))
                if status.withoutClock != shown {
                    show(status, arguments, terminal)
                    shown = status.withoutClock
                }
                if !arguments.has("watch") || status["stoppedAt"] != nil { return .done }
                sleep(1)
            }
        })

    private static func fetchStatus(_ url: String, _ client: HTTPClient, language: String?) throws -> JSON {
        let response: HTTPClient.Response
        do throws(HTTPClientError) {
            let headers = language.map { [HTTPClient.Field("Accept-Language", $0)] } ?? []
            response = try client.send(HTTPClient.Request("GET", url, headers: headers))
        } catch {
            throw Failure("\(error)", .cannotTell)
        }
        let body = try JSON(parsing: response.body)
        guard response.status == 200 else {
            throw Failure(body["detail"]?.stringValue ?? "The service answered \(response.status).")
        }
        return body
    }

    private static func show(_ status: JSON, _ arguments: Arguments, _ terminal: Terminal) {
        if arguments.has("json") { return terminal.print(status.canonicalString) }
        for line in StatusWords(status, terminal).lines { terminal.print(line) }
    }
}

extension JSON {
    /// The status without what changes at every look.
    fileprivate var withoutClock: JSON {
        guard case .object(var object) = self else { return self }
        object["asOf"] = nil
        object["lateMilliseconds"] = nil
        return .object(object)
    }
}
