import CanonicalJSON
import Console
import Hosting
import Multiformats

/// Options that several commands take, written once.
extension CommandSyntax.Option {
    static let data = CommandSyntax.Option("data", "DIR", "The data directory of the service.", isRequired: true)
    static let json = CommandSyntax.Option("json", nil, "Print JSON for programs.")
    /// Whoever acts says so with their key; that it is the machine of the service is not enough.
    static let actorKey = CommandSyntax.Option(
        "key-file", "FILE", "A file with the API key of whoever does this; else PUNCTUAL_API_KEY is asked.")
    static let passphraseFile = CommandSyntax.Option(
        "passphrase-file", "FILE",
        "A file with the passphrase of the keys; else PUNCTUAL_PASSPHRASE is asked, else they are not encrypted.")
}

extension Command {
    /// Sends an operator's request, a question when there is no body, to the running service or the directory itself.
    ///
    /// - Throws: `Failure` with what the service said, when it refused.
    static func operate(
        _ path: String, _ body: [UInt8]?, idempotencyKey: String? = nil, authorization: String? = nil,
        _ arguments: Arguments
    ) throws -> JSON {
        let machine = try Machine.forService(passphraseFile: arguments.value("passphrase-file"))
        let answer = try Operator.send(
            path, body, idempotencyKey: idempotencyKey, authorization: authorization,
            to: DataDirectory(arguments.required("data")), on: machine)
        guard (200...299).contains(answer.status) else {
            let place = answer.body["pointer"]?.stringValue.map { $0.isEmpty ? "" : "at \($0): " } ?? ""
            throw Failure(
                place + (answer.body["detail"]?.stringValue ?? "status \(answer.status)"),
                isRefusal: (400...499).contains(answer.status))
        }
        return answer.body
    }

    /// Sends what somebody asks in their own name: of the staff, or an institution. Every such command is a new one.
    static func act(_ path: String, _ body: JSON?, _ arguments: Arguments) throws -> JSON {
        let authorization: String
        if let receipt = arguments.value("receipt") {
            authorization = "Receipt " + Base64URL.encode(try readFile(receipt, maximumBytes: 1 << 14))
        } else {
            let key = try Machine.apiKey(arguments.value("key-file"))
            authorization = "Bearer " + String(decoding: key, as: UTF8.self)
        }
        let name = body == nil ? nil : "punctual-" + Hex.encode(Machine.randomBytes(16))
        return try operate(
            path, body?.canonicalBytes, idempotencyKey: name, authorization: authorization, arguments)
    }
}
