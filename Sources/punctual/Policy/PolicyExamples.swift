import CanonicalJSON
import Compensation
import Console
import ServiceLevels
import Temporal

extension Command {
    static let policyExamples = Command(
        syntax: CommandSyntax(
            "policy examples", "Tell what a compensation policy pays for example delays.",
            positionals: [.init("POLICY", "A file; with --data, the hash or the id of a published policy.")],
            options: [.publishedIn, .passphraseFile, .json],
            example: "punctual policy examples pocket-fit.json"),
        run: { arguments, terminal in
            let named = try NamedPolicy(arguments.positionals[0], arguments)
            guard case .compensation(let policy) = named.policy else {
                throw Failure("A \(named.document.kind.inWords) gives nothing; name a compensation policy.", .usage)
            }
            let examples = try WorkedExamples(of: policy)
            guard !arguments.has("json") else {
                var json = examples.json
                json["hash"] = .string(examples.hash.text)
                terminal.print(JSON.object(json).canonicalString)
                return .done
            }
            for line in examples.lines { terminal.print(line) }
            return .done
        })
}

extension WorkedExamples {
    /// For people.
    var lines: [String] {
        ["Of a deadline at \(WorkedExamples.due), of an unknown cause:"] + words.map { "- \($0)" }
            + ["Hash of these examples: \(hash.text)"]
    }
}
