import CanonicalJSON
import Compensation
import Console
import ServiceLevels
import Temporal

extension Command {
    static let calculatePolicy = Command(
        syntax: CommandSyntax(
            "policy calculate", "Tell what a compensation policy gives for a delay, by the rules that pay it.",
            positionals: [.init("POLICY", "A file; with --data, the hash or the id of a published policy.")],
            options: [
                .init("delay", "LENGTH", "How late, like PT5H or PT90M.", isRequired: true), .publishedIn,
                .init("cause", "CAUSE", "Why, like platform-outage; else unknown, which pays in full."),
                .init("severity", "LEVEL", "minor, major or critical; else minor."),
                .init("price", "AMOUNT", "What was paid, like EUR:1250 (minor units)."),
                .init("tier", "TIER", "standard or premium; else standard."),
                .init("open", nil, "The credential is still not there."), .passphraseFile, .json,
            ],
            example: "punctual policy calculate pocket-fit.json --delay PT5H"),
        run: { arguments, terminal in
            let named = try NamedPolicy(arguments.positionals[0], arguments)
            guard case .compensation(let policy) = named.policy else {
                throw Failure("A \(named.document.kind.inWords) gives nothing; name a compensation policy.", .usage)
            }
            let facts = try CalculatedFacts(arguments, tenant: policy.metadata.tenant).facts
            let awards = try policy.assess(facts)
            if arguments.has("json") {
                terminal.print(report(awards).canonicalString)
                return .done
            }
            terminal.print("Late by \(facts.delay.inWords):")
            for award in awards { terminal.print(line(award)) }
            if awards.isEmpty { terminal.print("nothing is given.") }
            return .done
        })

    private static func line(_ award: Award) -> String {
        let expires = award.expires.map { ", for \($0)" } ?? ""
        let held = award.isHeld ? ", after a review" : ""
        let trail = award.trail.map { "\n    \($0)" }.joined()
        return "  \(award.amount) as \(award.type.rawValue)\(expires)\(held) (tier \(award.tier))\(trail)"
    }

    private static func report(_ awards: [Award]) -> JSON {
        let lines: [JSON] = awards.map { award in
            [
                "type": .string(award.type.rawValue), "unit": .string(award.amount.unit.rawValue),
                "minor": .integer(award.amount.minor), "tier": .integer(Int64(award.tier)),
                "benefit": .integer(Int64(award.benefit)), "class": .string(award.class.rawValue),
                "held": .bool(award.isHeld), "trail": .array(award.trail.map(JSON.string)),
            ]
        }
        return ["awards": .array(lines)]
    }
}

/// The facts that were typed, as the engine takes them.
private struct CalculatedFacts {
    let facts: AssessmentFacts

    init(_ arguments: Arguments, tenant: String) throws {
        let delay: Milliseconds
        do throws(TemporalError) {
            delay = try Milliseconds(iso8601: arguments.required("delay"))
        } catch {
            throw UsageError("--delay: \(error)")
        }
        let incident = IncidentFacts(
            cause: try Self.choice("cause", arguments) ?? .unknown,
            severity: try Self.choice("severity", arguments) ?? .minor)
        let tier = arguments.value("tier") ?? "standard"
        guard ["standard", "premium"].contains(tier) else { throw UsageError("--tier is standard or premium.") }
        let due = Instant(milliseconds: 0)
        facts = AssessmentFacts(
            due: due, until: due + delay, now: due + delay, isResolved: !arguments.has("open"),
            of: .init(id: "", tenant: tenant, tier: tier, type: nil, price: try Self.price(arguments)),
            incident: incident)
    }

    private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, _ arguments: Arguments
    ) throws -> Choice? {
        guard let text = arguments.value(name) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            throw UsageError("--\(name) is one of \(Choice.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return choice
    }

    private static func price(_ arguments: Arguments) throws -> Amount? {
        guard let text = arguments.value("price") else { return nil }
        let parts = text.split(separator: ":")
        guard parts.count == 2, let unit = UnitOfAccount(rawValue: String(parts[0])), unit.isMoney,
            let minor = Int64(parts[1]), (0...JSON.largestInteger).contains(minor)
        else { throw UsageError("--price is a currency and whole minor units, like EUR:1250.") }
        return Amount(minor, unit)
    }
}
