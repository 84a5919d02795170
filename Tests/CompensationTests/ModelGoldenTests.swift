import CanonicalJSON
import Compensation
import ServiceLevels
import Temporal
import TestSupport
import Testing

/// One policy of each of the five models, a table of what it gives, and that no number in it can change unseen.
@Suite("The five models")
struct ModelGoldenTests {
    @Test("give what the table says, by lateness, cause, severity and price", arguments: try Example.cases())
    func golden(_ row: Example.Case) throws {
        let policy = try Example.policy(row.policy)
        #expect(try policy.calculate(row.facts()).map(\.row) == row.gives)
        #expect(try policy.calculate(row.facts()) == policy.assess(row.facts()), "3.2/37 the calculator is the engine")
    }

    @Test("every cause and every severity of the format stands in a row, and every policy in several")
    func complete() throws {
        let cases = try Example.cases()
        for name in Example.names { #expect(cases.filter { $0.policy == name }.count >= 5, "\(name)") }
        #expect(Set(cases.map(\.incident.severity)) == Set(Severity.allCases))
        #expect(Set(cases.map(\.incident.cause)).count >= 6)
    }

    @Test("say every number of themselves in words that a person can hold us to", arguments: Example.names)
    func words(_ name: String) throws {
        let document = try Example.document(name)
        for place in JSONPlace.all(in: document) where place.description.hasPrefix("/spec") {
            guard let value = place.value(in: document), Self.isNumeric(value) else { continue }
            for changed in Self.changes(of: value) {
                let other = place.replacing(in: document, with: changed)
                guard let policy = try? CompensationPolicy(PolicyDocument(other)) else { continue }
                let words = try Example.policy(name).plainWords
                #expect(policy.plainWords != words, "\(place) = \(changed.canonicalString)")
            }
        }
    }

    @Test("3.3 policy mutation: change any one number, and a row of the table or a published term no longer holds")
    func mutation() throws {
        let cases = try Example.cases()
        var count = 0
        for name in Example.names {
            let document = try Example.document(name)
            let rows = cases.filter { $0.policy == name }
            for place in JSONPlace.all(in: document) {
                for changed in Self.changes(of: place.value(in: document) ?? .null) {
                    let other = place.replacing(in: document, with: changed)
                    #expect(!Self.holds(other, rows, name), "\(name)\(place) = \(changed.canonicalString)")
                    count += 1
                }
            }
        }
        #expect(count > 180)
    }

    /// The terms that no award shows, in numbers that stand here and not there: payout within, and what can be spent
    /// for how many days, menu and limits of offers, aims.
    private static let terms: [String: [Int64]] = [
        "pocket-fit": [3_600_000, 365, 365, 365, 365, 365, 730, 300_000, 14_400_000],
        "tiered": [7_200_000],
        "flat-refund": [10_800_000, 90],
        "apology-only": [3_600_000],
        "personalised": [3_600_000, 365, 3000, 180, 1500, 120, 172_800_000, 5000, 2000],
    ]

    private static func terms(of policy: CompensationPolicy) -> [Int64] {
        let days = policy.tiers.flatMap(\.benefits).compactMap(\.expires).map { $0.length.count / 86_400_000 }
        var terms = [policy.payoutWithin.nominal.count] + days
        if case .pocketFit(let aim) = policy.model {
            terms += [aim.acknowledgeWithin.length.count, aim.updateEvery.length.count]
        }
        if case .personalised(let menu) = policy.model {
            for benefit in menu.benefits {
                terms += [benefit.amount?.minor ?? 0, (benefit.expires?.length.count ?? 0) / 86_400_000]
            }
            terms += [menu.decideWithin.length.count] + menu.maxOffer.map(\.minor)
        }
        return terms
    }

    private static func holds(_ document: JSON, _ rows: [Example.Case], _ name: String) -> Bool {
        guard let policy = try? CompensationPolicy(PolicyDocument(document)) else { return false }
        guard policy.metadata.version == 1, policy.metadata.effectiveFrom == Instant(milliseconds: 0) else {
            return false
        }
        let isGolden = rows.allSatisfy { row in
            (try? policy.calculate(row.facts()).map(\.row)) == row.gives
        }
        return isGolden && terms(of: policy) == Self.terms[name]
    }

    private static func isNumeric(_ json: JSON) -> Bool {
        if case .integer = json { return true }
        return json.stringValue.map { $0.hasPrefix("PT") } ?? false
    }

    /// A number one greater and one less; a duration with one of its numbers one greater.
    private static func changes(of json: JSON) -> [JSON] {
        switch json {
        case .integer(let value): return [.integer(value + 1), .integer(value - 1)]
        case .string(let text) where text.hasPrefix("PT") || text.hasPrefix("1970"):
            let characters = Array(text)
            return characters.indices.filter { characters[$0].isWholeNumber }.map { index in
                var changed = characters
                let digit = characters[index].wholeNumberValue ?? 0
                changed[index] = digit == 9 ? "0" : Character("\(digit + 1)")
                return .string(String(changed))
            }
        default: return []
        }
    }
}
