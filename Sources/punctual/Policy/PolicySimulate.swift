import CanonicalJSON
import Compensation
import Console
import Hosting
import Issuance
import ServiceLevels
import Temporal

/// What other policies would have given over what really happened. Reads a data directory, whether the service runs or
/// not, and writes nothing.
extension Command {
    static let simulatePolicy = Command(
        syntax: CommandSyntax(
            "policy simulate", "Tell what another policy would have given over the real history.",
            options: [
                .init("policy", "FILE", "A compensation policy or a service level.", isRequired: true),
                .init("against", "FILE", "Another, to compare it with besides what is in force."), .data, .accepted,
                .acceptedUntil, .json,
            ],
            example: "punctual policy simulate --data ./issuer --policy tiered.json"),
        run: { arguments, terminal in
            let files = [arguments.value("policy"), arguments.value("against")].compactMap(\.self)
            let candidates = try files.map { try Candidate(file: $0) }
            return try simulate(candidates, isPairwise: true, arguments, terminal) { whatIf in
                arguments.has("json") ? [whatIf.json.canonicalString] : whatIf.lines
            }
        })

    static let comparePolicies = Command(
        syntax: CommandSyntax(
            "policy compare", "Tell what each of the five models would have given over the real history.",
            options: [.data, .accepted, .acceptedUntil, .json], example: "punctual policy compare --data ./issuer"),
        run: { arguments, terminal in
            let candidates = try DefaultPolicies.models.map { bytes in
                let policy = try CompensationPolicy(PolicyDocument(parsing: bytes))
                return Candidate(policy.model.kind.rawValue, compensation: policy, reach: .everybody)
            }
            return try simulate(candidates, isPairwise: false, arguments, terminal) { whatIf in
                arguments.has("json") ? [whatIf.json.canonicalString] : whatIf.table
            }
        })

    private static func simulate(
        _ candidates: [Candidate], isPairwise: Bool, _ arguments: Arguments, _ terminal: Terminal,
        show: (WhatIf) -> [String]
    ) throws -> ExitCode {
        let range = try acceptedRange(arguments)
        do {
            let whatIf = try DataDirectory(arguments.required("data")).openReader().reader.read { reader in
                let histories = try Histories(reader)
                var whatIf = WhatIf(candidates, in: histories.policies, acceptedIn: range, isPairwise: isPairwise)
                try histories.forEach { history in
                    try whatIf.add(history)
                    if whatIf.requests % 1024 == 0 { terminal.progress("request \(whatIf.requests)") }
                }
                return whatIf
            }
            terminal.endProgress()
            for line in show(whatIf) { terminal.print(line) }
            return .done
        } catch let difference as BacktestDifference {
            terminal.endProgress()
            if arguments.has("json") { terminal.print(difference.json.canonicalString) }
            throw Failure(
                "The policies in force do not give what the ledger says, so nothing is shown. \(difference)",
                .doesNotReproduce)
        } catch let error as PolicyError {
            throw Failure("\(error)", .usage)
        }
    }

    private static func acceptedRange(_ arguments: Arguments) throws -> Range<Instant> {
        let from = try instant("from", arguments) ?? Instant.earliest
        let until = try instant("until", arguments) ?? Instant.latest
        guard from < until else { throw UsageError("--from lies before --until.") }
        return from..<until
    }

    /// A date is its first instant in UTC.
    private static func instant(_ name: String, _ arguments: Arguments) throws -> Instant? {
        guard let text = arguments.value(name) else { return nil }
        do throws(TemporalError) {
            return try Instant(rfc3339: text.utf8.count == 10 ? text + "T00:00:00Z" : text)
        } catch {
            throw UsageError("--\(name) is a date like 2026-11-01 or an instant like 2026-11-01T08:00:00Z: \(error)")
        }
    }
}

extension CommandSyntax.Option {
    fileprivate static let accepted = CommandSyntax.Option(
        "from", "DATE", "Only requests accepted from this date or instant on.")
    fileprivate static let acceptedUntil = CommandSyntax.Option(
        "until", "DATE", "Only requests accepted before this date or instant.")
}

extension Candidate {
    /// The policy in a file. Refuses with the place what could not be published, and kinds that give nothing.
    fileprivate init(file: String) throws {
        let bytes = try readFile(file, maximumBytes: NamedPolicy.maximumBytes)
        let name = String(file.split(separator: "/").last ?? "")
        do throws(PolicyError) {
            let document = try PolicyDocument(parsing: bytes)
            switch try Policy(document) {
            case .compensation(let policy):
                self.init(name, compensation: policy)
            case .serviceLevel(let level): self.init(name, serviceLevel: level)
            default:
                throw PolicyError(
                    pointer: JSONPointer().appending("kind"), problem: "expected a Compensation or a ServiceLevel")
            }
        } catch {
            throw Failure("\(file): \(error)", .usage)
        }
    }
}
