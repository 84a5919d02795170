import CanonicalJSON
import Compensation
import Console
import ServiceLevels

extension Command {
    static let explainPolicy = Command(
        syntax: CommandSyntax(
            "policy explain", "Say a policy in plain words that we can be held to.",
            positionals: [.init("POLICY", "A file; with --data, the hash or the id of a published policy.")],
            options: [
                .publishedIn, .init("locale", "TAG", "The title and the reasons in this language, where they are."),
                .passphraseFile, .json,
            ],
            example: "punctual policy explain my-service-level.json"),
        run: { arguments, terminal in
            let named = try NamedPolicy(arguments.positionals[0], arguments)
            let (document, metadata) = (named.document, named.document.metadata)
            let locale = arguments.value("locale")
            let title = locale.flatMap { metadata.title[$0] } ?? metadata.titleInWords
            let words = named.policy.plainWords(in: locale)
            if arguments.has("json") {
                let json: JSON = [
                    "hash": .string(document.hash.text), "kind": .string(document.kind.rawValue),
                    "title": .string(title), "words": .array(words.map(JSON.string)),
                ]
                terminal.print(json.canonicalString)
                return .done
            }
            terminal.print(title)
            terminal.print(
                "A \(document.kind.inWords) of \(metadata.tenant): \(metadata.id), version \(metadata.version).")
            terminal.print("It takes effect at \(metadata.effectiveFrom), or when it is published if that is later.")
            if let until = metadata.effectiveUntil { terminal.print("It ends at \(until).") }
            terminal.print("")
            for sentence in words { terminal.print("- \(sentence)") }
            terminal.print("\n\(document.hash)")
            return .done
        })
}
