import CanonicalJSON
import Console
import Cryptography
import Hosting
import Temporal

extension Command {
    static let addIssuer = Command(
        syntax: CommandSyntax(
            "issuer add", "Add an issuer with its own identity, key, and way of securing credentials.",
            options: [
                .data,
                .init("name", "NAME", "What it is called in requests and paths.", isRequired: true),
                .init("institution", "ID", "The only institution that may use it; else every one may."),
                .init("method", "METHOD", "did:key (the key is the identifier) or did:web; did:key if not given."),
                .init("algorithm", "ALG", "EdDSA, ES256 or ES384 for a new key; EdDSA if not given."),
                .keyFile, .keyFilePassphrase,
                .init("securing", "HOW", "A cryptosuite, vc+jwt, vc+sd-jwt or dc+sd-jwt; else as suits the key."),
                .init("status", "LIST", "Statuses of its credentials: revocation,suspension,refresh; or none."),
                .init("messages", "LIST", "2, 4, 8 … messages with commas: one more status, told in these words."),
                .init("publish-every", "SPAN", "Change status lists this often only, like PT15M; else at once."),
                .init("open", nil, "Let whoever reaches the service have it issue: for interoperability tests."),
                .passphraseFile, .json,
            ],
            example: "punctual issuer add --data ./issuer --name badges --securing eddsa-rdfc-2022"),
        run: { arguments, terminal in
            let body = try issuerBody(arguments)
            let added = try operate(
                "/operator/issuers", withKeyOf: arguments.value("algorithm"), body, arguments)
            if arguments.has("json") {
                terminal.print(added.canonicalString)
            } else {
                terminal.print("Added the issuer \(arguments.required("name")). Its key is in the data directory.")
                terminal.note("See: punctual key list --data \(arguments.required("data"))")
            }
            return .done
        })

    static let listKeys = Command(
        syntax: CommandSyntax(
            "key list", "Every issuer with its keys; or every request whose credential a key signed.",
            options: [
                .data, .init("signed-by", "KEY", "Ask what this key signed: its URL."), .passphraseFile, .json,
            ],
            example: "punctual key list --data ./issuer"),
        run: { arguments, terminal in
            if let key = arguments.value("signed-by") {
                try listRequests(signedBy: key, arguments, terminal)
            } else {
                let list = try operate("/operator/issuers", nil, arguments)
                if arguments.has("json") {
                    terminal.print(list.canonicalString)
                } else {
                    for issuer in list["issuers"]?.arrayValue ?? [] { show(issuer, terminal) }
                }
            }
            return .done
        })

    static let rotateKey = Command(
        syntax: CommandSyntax(
            "key rotate", "Let a new key sign for an issuer. What the old one signed stays valid.",
            options: [
                .data, .init("issuer", "NAME", "Whose key it is; default if not given."), .keyFile, .keyFilePassphrase,
                .passphraseFile, .json,
            ],
            example: "punctual key rotate --data ./issuer"),
        run: { arguments, terminal in
            let name = arguments.value("issuer") ?? "default"
            let issuers = try operate("/operator/issuers", nil, arguments)["issuers"]?.arrayValue ?? []
            guard let issuer = issuers.first(where: { $0["name"] == .string(name) }) else {
                throw Failure("There is no issuer \(name). See punctual key list.")
            }
            let added = try operate(
                "/operator/keys", withKeyOf: issuer["algorithm"]?.stringValue, ["issuer": .string(name)], arguments)
            terminal.print(
                arguments.has("json")
                    ? added.canonicalString
                    : "The issuer \(name) signs from now on with\n  \(added["key"]?.stringValue ?? "")")
            return .done
        })

    static let revokeKey = Command(
        syntax: CommandSyntax(
            "key revoke", "Say that a key is in wrong hands: what it signed since then is not valid.",
            positionals: [.init("KEY", "The URL of the key, as key list shows it.")],
            options: [
                .data, .init("since", "INSTANT", "From when on; now if not given."), .passphraseFile, .json,
            ],
            example: "punctual key revoke --data ./issuer did:web:issuer.example#z6Mk… --since 2026-11-20T00:00:00Z"),
        run: { arguments, terminal in
            let since = arguments.value("since") ?? Machine.now().rfc3339
            let body: JSON = ["key": .string(arguments.positionals[0]), "since": .string(since)]
            let revoked = try operate("/operator/keys/revoke", body.canonicalBytes, arguments)
            if arguments.has("json") {
                terminal.print(revoked.canonicalString)
            } else {
                terminal.print(
                    "Revoked since \(since). What it signed before stays valid where the log shows that it was.")
                terminal.note("An issuer whose key was revoked needs a new one: punctual key rotate.")
            }
            return .done
        })

    /// Sends an operator's request with the name of a key that is put into the vault for it, and taken out again when
    /// the service refuses: a refused command leaves nothing behind.
    private static func operate(
        _ path: String, withKeyOf algorithm: String?, _ body: JSONObject, _ arguments: Arguments
    ) throws -> JSON {
        let key = try issuerKey(arguments, algorithm: algorithm)
        var body = body
        body["key"] = .string(key)
        do {
            return try operate(path, JSON.object(body).canonicalBytes, arguments)
        } catch let failure as Failure where failure.isRefusal {
            try DataDirectory(arguments.required("data")).removeIssuerKey(key)
            throw failure
        }
    }

    /// The name in the vault of a key that was given as a file, or of a new one.
    private static func issuerKey(_ arguments: Arguments, algorithm: String?) throws -> String {
        let machine = try Machine.forService(passphraseFile: arguments.value("passphrase-file"))
        let directory = DataDirectory(arguments.required("data"))
        if let file = arguments.value("key") {
            let passphrase = try arguments.value("key-passphrase-file").map { try Machine.firstLine(of: $0) }
            return try directory.takeIssuerKey(from: file, passphrase: passphrase, on: machine)
        }
        let name = algorithm ?? SignatureAlgorithm.edDSA.rawValue
        guard let algorithm = SignatureAlgorithm(rawValue: name) else {
            throw UsageError("--algorithm takes EdDSA, ES256 or ES384; \"\(name)\" is none of them.")
        }
        return try directory.makeIssuerKey(algorithm, on: machine)
    }

    private static func issuerBody(_ arguments: Arguments) throws -> JSONObject {
        var body: JSONObject = ["name": .string(arguments.required("name"))]
        body["tenant"] = arguments.value("institution").map(JSON.string)
        body["method"] = arguments.value("method").map(JSON.string)
        body["securing"] = arguments.value("securing").map(JSON.string)
        body["statuses"] = statuses(arguments.value("status") ?? "revocation", messages: arguments.value("messages"))
        if let span = arguments.value("publish-every") {
            body["publicationInterval"] = .integer(try Milliseconds(iso8601: span).count)
        }
        if arguments.has("open") { body["open"] = true }
        return body
    }

    private static func statuses(_ list: String, messages: String?) -> JSON {
        let purposes = list == "none" ? [] : list.split(separator: ",")
        var statuses = purposes.map { JSON.object(["purpose": .string(String($0))]) }
        if let messages {
            let words = messages.split(separator: ",").map { JSON.string(String($0)) }
            statuses.append(["purpose": "message", "messages": .array(words)])
        }
        return .array(statuses)
    }

    private static func show(_ issuer: JSON, _ terminal: Terminal) {
        let facts = ["method", "algorithm", "securing"].compactMap { issuer[$0]?.stringValue }.joined(separator: ", ")
        terminal.print("\(issuer["name"]?.stringValue ?? "")  (\(facts))")
        for key in issuer["keys"]?.arrayValue ?? [] {
            let state = key["state"]?.stringValue ?? ""
            let dates = [("from", "from"), ("retiredAt", "retired"), ("revokedSince", "revoked since")]
                .compactMap { member, word in key[member]?.stringValue.map { "\(word) \($0)" } }
            terminal.print("  \(state): \(dates.joined(separator: ", "))\n    \(key["key"]?.stringValue ?? "")")
        }
    }

    private static func listRequests(signedBy key: String, _ arguments: Arguments, _ terminal: Terminal) throws {
        var cursor: String?
        repeat {
            let query = "key=" + key.percentEncoded + (cursor.map { "&cursor=\($0)" } ?? "")
            let page = try operate("/operator/keys/requests?\(query)", nil, arguments)
            for request in page["requests"]?.arrayValue ?? [] {
                terminal.print(
                    arguments.has("json")
                        ? request.canonicalString
                        : "\(request["id"]?.stringValue ?? "")  \(request["issuedAt"]?.stringValue ?? "")  "
                            + (request["state"]?.stringValue ?? ""))
            }
            cursor = page["next"]?.stringValue
        } while cursor != nil
    }
}

extension CommandSyntax.Option {
    fileprivate static let keyFile = CommandSyntax.Option(
        "key", "FILE", "Take this PKCS#8 key instead of making one; RSA keys are always given.")
    fileprivate static let keyFilePassphrase = CommandSyntax.Option(
        "key-passphrase-file", "FILE", "A file with the passphrase of that key.")
}

extension String {
    /// As a value in a query (RFC 3986, 2.1).
    var percentEncoded: String {
        utf8.reduce(into: "") { text, byte in
            let scalar = Unicode.Scalar(byte)
            let isUnreserved =
                scalar.isASCII && (scalar.properties.isAlphabetic || "0123456789-._~".unicodeScalars.contains(scalar))
            text +=
                isUnreserved ? String(scalar) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
    }
}
