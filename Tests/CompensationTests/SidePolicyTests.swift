import CanonicalJSON
import Compensation
import JSONSchema
import ServiceLevels
import Temporal
import TestSupport
import Testing

/// Policies for promises beside the credential: what they may say, and what is a loss.
@Suite("A policy for another promise than the credential")
struct SidePolicyTests {
    private static let level = Fixture.serviceLevel.replacing(
        "/spec/objectives/1",
        by: [
            "metric": "first-update", "start": "request.accepted", "stop": "update.sent",
            "target": ["elapsed": "PT2H"], "boundary": "met-if-at-or-before",
        ])

    private static let policy = Fixture.compensation.replacing("/metadata/id", by: "pay-news")
        .replacing("/spec/objective", by: "first-update").replacing("/spec/stacking/acrossRequests", by: "sum")
        .replacing(
            "/spec/model",
            by: [
                "kind": "tiered",
                "tiers": [
                    [
                        "over": "deadline",
                        "benefits": [
                            [
                                "type": "credit", "class": "guaranteed", "amount": ["unit": "PFC", "minor": 100],
                                "expires": ["calendarDays": 365],
                            ]
                        ],
                    ]
                ],
            ])

    private static func schema() throws -> JSONSchema { try JSONSchema(JSON(parsing: PolicySchema.document)) }

    @Test("is read, told in plain words, and bound beside that of the credential")
    func reads() throws {
        let policy = try CompensationPolicy(PolicyDocument(Self.policy))
        #expect(policy.objective == .firstUpdate)
        #expect(policy.plainWords.first?.hasPrefix("Whoever hears of their request late for the first time") == true)
        let level = try ServiceLevel(PolicyDocument(Self.level))
        #expect(level.promise(of: .firstUpdate)?.target == .elapsed(.hours(2)))
        #expect(level.plainWords.contains { $0.contains("for the first time within 2 hours") })
        let book = try Fixture.book([Self.level, Fixture.compensation, Self.policy])
        let binding = try book.binding(of: Fixture.facts(), at: Fixture.opened + .seconds(9))
        #expect(binding.compensations[.firstUpdate]?.hash == policy.hash)
        #expect(binding.compensation.objective == .issue)
        #expect(try Self.schema().validate(Self.policy).isEmpty)
        #expect(try Self.schema().validate(Self.level).isEmpty)
    }

    @Test("needs the promise in the service level")
    func needsPromise() throws {
        let error = #expect(throws: PolicyError.self) {
            _ = try Fixture.book([Fixture.serviceLevel, Fixture.compensation, Self.policy])
        }
        #expect(error?.problem.contains("does not promise first-update") == true)
    }

    @Test(
        "is refused where it says what is a matter of the credential, by the reader and by the schema",
        arguments: [
            ("/spec/objective", "compensate"), ("/spec/objective", "claim"), ("/spec/objective", "verify"),
            ("/spec/model/kind", "pocket-fit"), ("/spec/model/tiers/0/severityAtLeast", "major"),
            ("/spec/model/tiers/0/benefits/0/class", "discretionary"),
            ("/spec/model/tiers/0/benefits/0/type", "coupon"),
            ("/spec/measure/grace", ["elapsed": "PT1H"]), ("/spec/measure/whenUnresolved", "on-resolution"),
            ("/spec/stacking/withinRequest", "once"), ("/spec/stacking/acrossRequests", "max-per-incident"),
            ("/spec/budgetRef", "monthly"), ("/spec/payout/ifLate", ifLate),
            ("/spec/rounding", ["mode": "down", "quantumMinor": 5]),
        ] as [(String, JSON)])
    func refused(_ change: String, _ value: JSON) throws {
        let document = Self.policy.replacing(change, by: value)
        #expect(throws: PolicyError.self) { _ = try CompensationPolicy(PolicyDocument(document)) }
        #expect(try !Self.schema().validate(document).isEmpty)
    }

    private static let ifLate: JSON = [
        [
            "type": "credit", "class": "guaranteed", "amount": ["unit": "PFC", "minor": 100],
            "expires": ["calendarDays": 365],
        ]
    ]

    @Test(
        "that gives less, and a service level that promises less news, need notice",
        arguments: [
            ("/spec/model/tiers/0/benefits/0/amount/minor", 99 as JSON), ("/spec/payout/within/elapsed", "PT99H"),
        ])
    func losses(_ change: String, _ value: JSON) throws {
        let book = try Fixture.book([Self.level, Fixture.compensation, Self.policy])
        let worse = Fixture.document(Self.policy, id: "pay-news", version: 2).replacing(change, by: value)
        let now = Fixture.opened + .days(30)
        let error = #expect(throws: PolicyError.self) { _ = try book.publishing(PolicyDocument(worse), at: now) }
        #expect(error?.problem.contains("first-update") == true, "\(String(describing: error))")
        let silent = Fixture.document(Fixture.serviceLevel, version: 2)
        #expect(throws: PolicyError.self) { _ = try book.publishing(PolicyDocument(silent), at: now) }
        let slower = Fixture.document(Self.level, version: 2)
            .replacing("/spec/objectives/1/target/elapsed", by: "PT3H")
        #expect(throws: PolicyError.self) { _ = try book.publishing(PolicyDocument(slower), at: now) }
        let faster = Fixture.document(Self.level, version: 2)
            .replacing("/spec/objectives/1/target/elapsed", by: "PT1H")
        #expect(throws: Never.self) { _ = try book.publishing(PolicyDocument(faster), at: now) }
    }

    @Test("counts, in the cap of the request, what its other promises were given; a claim key names the ordinal")
    func caps() throws {
        let document = Self.policy.replacing("/spec/objective", by: "update-cadence")
        let policy = try CompensationPolicy(PolicyDocument(document))
        let cap = try #require(policy.cap(of: .pocketFitCredits))
        var keys: Set<ClaimKey> = []
        let cases: [(Int64, Int64)] = [(0, 100), (cap.minor - 30, 30), (cap.minor, 0), (cap.minor + 5, 0)]
        for (given, expected) in cases {
            var others = Posted()
            if given > 0 { others.addGranted(.credit, Amount(given, .pocketFitCredits)) }
            let awards = try policy.assess(
                AssessmentFacts(
                    .updateCadence, ordinal: Int(given), due: Fixture.at(0), until: Fixture.at(1), now: Fixture.at(1),
                    isResolved: false, of: Fixture.subject, others: others))
            #expect(awards.map(\.amount.minor).reduce(0, +) == expected)
            keys.formUnion(awards.map(\.claimKey))
        }
        #expect(keys.count == 2)
    }
}
