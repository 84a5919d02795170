import CanonicalJSON
import Compensation
import ServiceLevels
import Temporal
import Testing

/// Whether people are treated alike, and what may be said of it: rule 87.
@Suite("87 Consistency")
struct ConsistencyTests {
    private func table(_ groups: [(value: String, count: Int, granted: Int)]) -> ConsistencyTable {
        var table = ConsistencyTable()
        for group in groups {
            for index in 0..<group.count {
                table.add(["agent": group.value], isGranted: index < group.granted, given: ("PFC", 100))
            }
        }
        return table
    }

    private func shown(_ table: ConsistencyTable) -> [String] {
        (table.json()["groups"]?.arrayValue ?? []).compactMap { $0["value"]?.stringValue }
    }

    @Test("nothing is shown of fewer than twenty, and twenty are enough")
    func minimum() {
        #expect(table([("a", 19, 3)]).json() == ["groups": []])
        #expect(shown(table([("a", 20, 3)])) == ["a"])
        #expect(shown(table([("a", 40, 3), ("b", 20, 1), ("c", 20, 1)])) == ["a", "b", "c"])
    }

    @Test(
        "what is left out cannot be found by subtracting: the smallest that would be shown is left out with it",
        arguments: [
            ([("a", 40), ("b", 30), ("c", 5)], ["a"]), ([("a", 40), ("c", 5)], []),
            ([("a", 40), ("b", 30), ("c", 10), ("d", 10)], ["a", "b"]),
            ([("a", 40), ("b", 30), ("c", 19), ("d", 1)], ["a", "b"]),
        ] as [([(String, Int)], [String])])
    func subtraction(groups: [(String, Int)], expected: [String]) {
        #expect(shown(table(groups.map { ($0.0, $0.1, 0) })) == expected)
    }

    @Test("a share in hundredths of a percent, with Wilson's interval, rounded outwards; what was granted adds up")
    func share() {
        let all = table([("a", 50, 20)]).json()["all"]
        #expect(all?["count"] == 50 && all?["granted"] == 20 && all?["share"] == 4000)
        // By hand: (20 + 1.9208 -+ 1.96 * sqrt(20 * 30 / 50 + 0.9604)) / 53.8416.
        #expect(all?["low"] == 2760 && all?["high"] == 5382)
        #expect(all?["given"] == [["unit": "PFC", "count": 20, "minor": 2000]])
        #expect(table([("a", 20, 0)]).json()["all"]?["low"] == 0)
        #expect(table([("a", 20, 20)]).json()["all"]?["high"] == 10_000)
    }
}

/// What a policy pays for example delays, by the engine that pays: rule 87.
@Suite("87 Worked examples")
struct WorkedExampleTests {
    private func examples(_ place: Int) throws -> (CompensationPolicy, WorkedExamples) {
        let policy = try CompensationPolicy(PolicyDocument(parsing: DefaultPolicies.models[place]))
        return (policy, try WorkedExamples(of: policy))
    }

    @Test(
        "each boundary stands there with a millisecond before and after it", arguments: DefaultPolicies.models.indices)
    func boundaries(place: Int) throws {
        let (policy, examples) = try examples(place)
        let delays = Set(examples.rows.map(\.delay.count))
        for tier in policy.tiers.indices {
            let length = (policy.threshold(of: tier, due: WorkedExamples.due, .utc) - WorkedExamples.due).count
            #expect(delays.contains(length + 1) && (length == 0 || delays.isSuperset(of: [length - 1, length])))
        }
        #expect(delays.isSuperset(of: [60_000, 3_600_000, 86_400_000]))
        #expect(zip(examples.rows, examples.rows.dropFirst()).allSatisfy { $0.delay <= $1.delay })
    }

    @Test("each line is what the calculator says", arguments: DefaultPolicies.models.indices)
    func calculator(place: Int) throws {
        let (policy, examples) = try examples(place)
        for row in examples.rows {
            let until = WorkedExamples.due + row.delay
            let awards = try policy.calculate(
                AssessmentFacts(
                    policy.objective, due: WorkedExamples.due, until: until, now: until, isResolved: true,
                    of: .init(
                        id: "other", tenant: "default", tier: "standard", type: nil,
                        price: Amount(10_000, .currency("EUR"))),
                    incident: IncidentFacts(cause: .unknown, severity: row.severity),
                    human: .init(hasVerifiedClaim: true)))
            var sums: [BenefitType: Int64] = [:]
            for award in awards { sums[award.type, default: 0] += award.amount.minor }
            #expect(Dictionary(uniqueKeysWithValues: row.gives.map { ($0.type, $0.amount.minor) }) == sums)
        }
    }

    @Test("the words and the hash change when one number of the policy does")
    func change() throws {
        let policy = try CompensationPolicy(PolicyDocument(parsing: DefaultPolicies.documents[1]))
        let examples = try WorkedExamples(of: policy)
        #expect(examples.words.first?.hasPrefix("Late by a millisecond: 500 Pocket FIT credits as credit") ?? false)
        #expect(examples.hash == (try WorkedExamples(of: policy)).hash)
        #expect(examples.json["examples"]?.arrayValue?.count == examples.rows.count)
        let others = try DefaultPolicies.models.map {
            try WorkedExamples(of: CompensationPolicy(PolicyDocument(parsing: $0))).hash
        }
        #expect(Set(others).count == others.count)
    }
}
