import CanonicalJSON
import Compensation
import ServiceLevels
import Temporal
import TestSupport
import Testing

/// Histories made up from a seed, by the engine alone: what is under test has no part in making them.
struct SampleHistory {
    let book: PolicyBook
    let policy: CompensationPolicy
    let history: RequestHistory

    static let due = Fixture.accepted + .hours(24)

    /// Nil when the random policy says something that nobody acts upon yet.
    init?(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let kind = RandomPolicy.kinds[Int(seed % UInt64(RandomPolicy.kinds.count))]
        let document = RandomPolicy.document(kind, tenant: "default", serviceLevel: "standard", using: &random)
        guard let policy = try? CompensationPolicy(PolicyDocument(document)) else { return nil }
        try self.init(policy, using: &random)
    }

    init(_ policy: CompensationPolicy, using random: inout SeededRandom) throws {
        book = try Fixture.book()
        self.policy = policy
        let level = try ServiceLevel(PolicyDocument(Fixture.serviceLevel))
        let subject = AssessmentFacts.Subject(
            id: Fixture.request, tenant: "acme", tier: "standard", type: nil,
            price: RandomModels.price(using: &random))
        let end = Self.due + .minutes(Int64.random(in: 1...12_000, using: &random))
        var history = RequestHistory(
            of: subject, under: .init(level, calendar: .utc, policy), from: Fixture.accepted, until: end)
        history.person = UInt64.random(in: 0..<4, using: &random)
        history.brokenAt = Self.due + Milliseconds(1)
        if Bool.random(using: &random) {
            let stop = Self.due + .minutes(Int64.random(in: 1...12_000, using: &random)) - Milliseconds(7)
            if stop < end { history.stop = PromiseClock.Stop(at: stop, reason: .issued) }
        }
        history.stopSeq = 1
        for index in 0..<Int.random(in: 0..<4, using: &random) {
            let at = Self.due + .minutes(Int64.random(in: 1...6000, using: &random)) + Milliseconds(3)
            history.incidents.append(
                .init(RandomModels.incident(using: &random), from: .init(at: at, seq: Int64(index + 10))))
        }
        history.incidents.sort { $0.place < $1.place }
        var looks = (0..<8).map { _ in Self.due + .minutes(Int64.random(in: 0...12_000, using: &random)) }
        looks = ([Self.due + Milliseconds(1), end] + (history.stop.map { [$0.at] } ?? []) + looks)
            .filter { $0 <= end }.sorted()
        var posted = Posted()
        var seq: Int64 = 100
        for look in Set(looks).sorted() {
            let isResolved = history.stop.map { $0.at <= look } ?? false
            let facts = AssessmentFacts(
                due: Self.due, until: min(look, history.stop?.at ?? look), now: look, isResolved: isResolved,
                of: subject, incident: history.incidents.last { $0.place.at < look }?.facts ?? .none, posted: posted)
            for award in try policy.assess(facts) {
                posted.add(award)
                history.awards.append(
                    .init(award.claimKey, award.type, award.amount, at: .init(at: look, seq: seq)))
                seq += 2
            }
        }
        self.history = history
    }
}

@Suite("What if")
struct WhatIfTests {
    @Test("the backtest gives exactly what the engine gave, and no change of one line passes", arguments: 0..<200)
    func backtest(seed: Int) throws {
        guard let sample = try SampleHistory(seed: UInt64(seed)) else { return }
        let history = sample.history
        let outcome = try history.backtest(in: sample.book)
        #expect(outcome.gifts.map(\.award.claimKey) == history.awards.map(\.claimKey))
        #expect(outcome.gifts.map(\.award.amount) == history.awards.map(\.amount))
        for index in history.awards.indices {
            let line = history.awards[index]
            var more = history
            more.awards[index] = .init(
                line.claimKey, line.type, Amount(line.amount.minor + 1, line.amount.unit), at: line.place)
            #expect(throws: BacktestDifference.self) { try more.backtest(in: sample.book) }
            var later = history
            later.awards[index] = .init(
                line.claimKey, line.type, line.amount,
                at: .init(at: Self.beforeDue, seq: line.place.seq))
            #expect(throws: BacktestDifference.self) { try later.backtest(in: sample.book) }
        }
        if let last = history.awards.last {
            var extra = history
            extra.awards.append(.init(last.claimKey, last.type, last.amount, at: .init(at: history.end, seq: 9999)))
            #expect(throws: BacktestDifference.self) { try extra.backtest(in: sample.book) }
        }
    }

    private static let beforeDue = SampleHistory.due - .hours(1)

    @Test("every seed set makes histories that are given something, and every model among them")
    func covers() throws {
        let samples = try (UInt64(0)..<200).compactMap { try SampleHistory(seed: $0) }
        let given = samples.filter { !$0.history.awards.isEmpty }
        #expect(Set(given.map(\.policy.model.kind)).count >= 4, "\(Set(given.map(\.policy.model.kind)))")
        #expect(given.count > 60)
    }

    @Test("doubling every amount of the policy in force doubles the sum, and everybody who was given anything gains")
    func doubled() throws {
        let document = Fixture.compensation.replacing("/spec/caps", by: [])
        let policy = try CompensationPolicy(PolicyDocument(document))
        var doubled = document
        for place in JSONPlace.all(in: document) where place.description.hasSuffix("amount/minor") {
            guard let minor = place.value(in: document)?.integerValue else { continue }
            doubled = place.replacing(in: doubled, with: .integer(2 * minor))
        }
        let candidate = Candidate("double", compensation: try CompensationPolicy(PolicyDocument(doubled)))
        var whatIf = WhatIf([candidate], in: try Fixture.book(), acceptedIn: Instant.earliest..<Instant.latest)
        var (given, people) = (0, Set<UInt64>())
        for seed in UInt64(0)..<60 {
            var random = SeededRandom(seed: seed)
            let sample = try SampleHistory(policy, using: &random)
            try whatIf.add(sample.history)
            given += sample.history.awards.isEmpty ? 0 : 1
            if let person = sample.history.person { people.insert(person) }
        }
        let (before, after) = (whatIf.columns[0], whatIf.columns[1])
        for (unit, sum) in before.sums { #expect(after.sums[unit] == 2 * sum) }
        #expect(whatIf.comparisons[0].gainers == given && whatIf.comparisons[0].losers == 0)
        #expect(before.paidPeople == people.count && before.given == given && whatIf.requests == 60)
        #expect(before.histogram[.pocketFitCredits]?.counts.values.reduce(0, +) == given)
        #expect(whatIf.comparisons[0].worst.isEmpty && !before.asksForCause)
    }

    @Test("by every cause: what a policy treats otherwise is less, and what it does not name is the same")
    func causes() throws {
        let document = try Self.shipped("tiered")
        let policy = try CompensationPolicy(PolicyDocument(document))
        var random = SeededRandom(seed: 3)
        var history = try SampleHistory(policy, using: &random).history
        history.awards = []
        history.stop = nil
        history.end = SampleHistory.due + .hours(30)
        history.incidents = [
            .init(
                IncidentFacts(cause: .unknown, severity: .critical),
                from: .init(at: SampleHistory.due + .minutes(1), seq: 5))
        ]
        let other = Candidate("tiered", compensation: policy, reach: .everybody)
        // Bound to what gives nothing, so that an empty ledger is whole.
        history.terms.compensation = try CompensationPolicy(PolicyDocument(Self.nothing()))
        var whatIf = WhatIf([other], in: try Fixture.book(), acceptedIn: Instant.earliest..<Instant.latest)
        try whatIf.add(history)
        let byCause = whatIf.columns[1].byCause.mapValues { $0[.pocketFitCredits] ?? 0 }
        #expect(byCause[.unknown] == 3600 && byCause[.capacity] == 3600)
        #expect(byCause[.forceMajeure] == 1800 && byCause[.requesterFault] == 0)
        #expect(whatIf.columns[0].sums.isEmpty && whatIf.columns[1].asksForCause)
    }

    /// Pays only for requests of a tier that there is not in the sample.
    private static func nothing() throws -> JSON {
        try shipped("tiered").replacing(
            "/spec/eligibility/require", by: ["fact": "request.tier", "op": "eq", "value": "premium"])
    }

    static func shipped(_ name: String) throws -> JSON {
        let index = ["pocket-fit": 0, "flat-refund": 1, "apology-only": 2, "tiered": 3, "personalised": 4][name]
        return try JSON(parsing: DefaultPolicies.models[try #require(index)])
    }

    @Test(
        "a step of the histogram holds its first and its last amount",
        arguments: [
            (1, 1, 1), (2, 2, 4), (4, 2, 4), (5, 5, 9), (9, 5, 9), (10, 10, 19), (999, 500, 999), (2000, 2000, 4999),
        ]
            as [(Int64, Int64, Int64)])
    func histogram(_ amount: Int64, _ step: Int64, _ last: Int64) {
        #expect(Histogram.step(of: amount) == step && Histogram.last(of: step) == last)
    }

    @Test("a candidate stands in for its own tenant and service level only; a model for everybody")
    func reach() throws {
        let policy = try CompensationPolicy(PolicyDocument(Fixture.compensation))
        var random = SeededRandom(seed: 1)
        let sample = try SampleHistory(policy, using: &random)
        let terms = sample.history.terms
        let foreign = try CompensationPolicy(
            PolicyDocument(Fixture.compensation.replacing("/metadata/tenant", by: "acme")))
        let other = try CompensationPolicy(
            PolicyDocument(Fixture.compensation.replacing("/spec/slaRef", by: "express")))
        func stands(_ policy: CompensationPolicy, _ reach: Candidate.Reach = .succession) throws -> Bool {
            try Candidate("c", compensation: policy, reach: reach)
                .terms(for: terms, from: Fixture.accepted, in: sample.book) != nil
        }
        #expect(try stands(policy) && !stands(foreign) && !stands(other))
        #expect(try stands(foreign, .everybody) && stands(other, .everybody))
        let level = try ServiceLevel(
            PolicyDocument(Fixture.serviceLevel.replacing("/spec/calendarRef", by: "office")))
        #expect(throws: PolicyError.self) {
            try Candidate("c", serviceLevel: level).terms(for: terms, from: Fixture.accepted, in: sample.book)
        }
    }

    // The shipped models that no other table holds

    @Test("the shipped models are five, can be published, and pay for the service level that is shipped")
    func models() throws {
        let policies = try DefaultPolicies.models.map { try CompensationPolicy(PolicyDocument(parsing: $0)) }
        #expect(Set(policies.map(\.model.kind)) == Set(CompensationPolicy.Kind.allCases) && policies.count == 5)
        for document in DefaultPolicies.models {
            #expect(throws: Never.self) {
                try Fixture.book([Fixture.serviceLevel, JSON(parsing: document)])
            }
        }
    }

    /// Hours late, severity, cause, credits, days.
    static let tiered: [(Int64, Severity, Cause, Int64, Int64)] = [
        (1, .critical, .unknown, 0, 0), (2, .minor, .unknown, 300, 0), (2, .major, .unknown, 900, 0),
        (2, .critical, .unknown, 900, 0), (24, .critical, .unknown, 900, 0), (25, .minor, .deploy, 300, 0),
        (25, .major, .capacity, 1800, 14), (25, .critical, .deploy, 3600, 60), (25, .critical, .requesterFault, 0, 0),
        (25, .critical, .forceMajeure, 1800, 30), (9999, .critical, .unknown, 3600, 60),
    ]

    private static func tieredHolds(_ policy: CompensationPolicy) throws -> Bool {
        try tiered.allSatisfy { late, severity, cause, credits, days in
            // Of the twenty-fifth hour only the first millisecond.
            let until = Fixture.accepted + (late == 25 ? .hours(24) + Milliseconds(1) : .hours(late))
            let facts = AssessmentFacts(
                due: Fixture.accepted, until: until, now: until, isResolved: false, of: Fixture.subject,
                incident: IncidentFacts(cause: cause, severity: severity))
            let given = try policy.calculate(facts)
            func sum(_ unit: UnitOfAccount) -> Int64 {
                given.reduce(0) { $0 + ($1.amount.unit == unit ? $1.amount.minor : 0) }
            }
            return sum(.pocketFitCredits) == credits && sum(.days) == days
        }
    }

    @Test("the shipped tiers give what the table says, and change one amount or threshold and they do not")
    func tieredGolden() throws {
        let document = try Self.shipped("tiered")
        #expect(try Self.tieredHolds(CompensationPolicy(PolicyDocument(document))))
        var count = 0
        for place in JSONPlace.all(in: document) where place.description.hasPrefix("/spec/model/tiers") {
            guard place.description.hasSuffix("minor"), let minor = place.value(in: document)?.integerValue else {
                continue
            }
            for changed in [minor - 1, minor + 1] {
                let other = place.replacing(in: document, with: .integer(changed))
                guard let policy = try? CompensationPolicy(PolicyDocument(other)) else { continue }
                #expect(try !Self.tieredHolds(policy), "\(place) = \(changed)")
                count += 1
            }
        }
        #expect(count >= 8)
    }

    @Test("the shipped menu gives a thousand credits and an apology when nobody chose for two days")
    func personalisedGolden() throws {
        let policy = try CompensationPolicy(PolicyDocument(Self.shipped("personalised")))
        func given(_ now: Instant) throws -> [Amount] {
            try policy.calculate(
                AssessmentFacts(
                    due: Fixture.accepted, until: now, now: now, isResolved: false, of: Fixture.subject)
            ).map(\.amount)
        }
        #expect(try given(Fixture.accepted + .hours(48)).isEmpty)
        #expect(
            try given(Fixture.accepted + .hours(48) + Milliseconds(1))
                == [Amount(1000, .pocketFitCredits), Amount(1, .times)])
    }
}
