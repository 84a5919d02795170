import CanonicalJSON
import Console
import HTTPClient

extension Command {
    static let auditCoverage = Command(
        syntax: CommandSyntax(
            "audit coverage", "State what was paid, is owed and was waived; each hour it happens by itself.",
            options: [.data, .passphraseFile, .json],
            example: "punctual audit coverage --data ./issuer"),
        run: { arguments, terminal in
            let stated = try operate("/operator/log/coverage", [], arguments)
            guard !arguments.has("json") else {
                terminal.print(stated.canonicalString)
                return .done
            }
            let numbers = ["size", "requests", "breached"].map { stated[$0]?.integerValue ?? 0 }
            terminal.print("Stated of the first \(numbers[0]) entries: \(numbers[1]) requests, \(numbers[2]) late.")
            for sum in stated["sums"]?.arrayValue ?? [] {
                let amounts = ["paid", "owed", "waived"].map { "\(sum[$0]?.integerValue ?? 0) \($0)" }
                terminal.print("  \(sum["unit"]?.stringValue ?? ""): \(amounts.joined(separator: ", "))")
            }
            terminal.note("The signed statement is at /coverage; every request can be proven to be in it.")
            return .done
        })

    static let coverage = Command(
        syntax: CommandSyntax(
            "coverage", "Fetch the proof that a request is in the published sums, to be verified offline.",
            positionals: [.init("ID", "The identifier of the request.")],
            options: [
                .init("server", "URL", "The address of the service.", isRequired: true),
                .init("key-file", "FILE", "A file with the institution's API key; else PUNCTUAL_API_KEY is asked."),
            ],
            example: "punctual coverage 01932c4e-8a51-7cc2-9d1e-7a3c5e9b2f10 --server http://[::1] --key-file api.key"),
        run: { arguments, terminal in
            let key = String(decoding: try Machine.apiKey(arguments.value("key-file")), as: UTF8.self)
            let url = "\(arguments.required("server"))/v1/requests/\(arguments.positionals[0])/coverage"
            var request = HTTPClient.Request("GET", url)
            request.headers = [HTTPClient.Field("Authorization", "Bearer \(key)")]
            let response: HTTPClient.Response
            do throws(HTTPClientError) {
                response = try HTTPClient().send(request)
            } catch {
                throw Failure("\(error)", .cannotTell)
            }
            let body = try JSON(parsing: response.body)
            guard response.status == 200 else {
                throw Failure(body["detail"]?.stringValue ?? "The service answered \(response.status).")
            }
            terminal.print(body.canonicalString)
            terminal.note("Save it as a file, and verify it offline: vcverify --log-key FILE coverage.json")
            return .done
        })
}
