import CanonicalJSON
import Compensation
import Cryptography
import ServiceLevels
import Temporal
import TestSupport
import Testing

@Suite("Rules 5 and 6: what is owed")
struct AssessmentTests {
    static let hour: Int64 = 3_600_000

    /// What the shipped policy has posted in all when the request is that late: credits, days, postings.
    static let table: [(delay: Int64, credits: Int64, days: Int64, postings: Int)] = [
        (-86_400_000, 0, 0, 0), (0, 0, 0, 0), (1, 500, 0, 1), (4 * hour, 500, 0, 1), (4 * hour + 1, 1000, 7, 3),
        (24 * hour, 1000, 7, 3), (24 * hour + 1, 2000, 30, 5), (168 * hour, 2000, 30, 5), (168 * hour + 1, 4000, 90, 7),
        (100_000 * hour, 4000, 90, 7),
    ]

    @Test("grows at each tier, one millisecond after its threshold and not at it", arguments: table)
    func tiers(_ row: (delay: Int64, credits: Int64, days: Int64, postings: Int)) throws {
        let binding = try Fixture.book().binding(of: Fixture.facts(), at: Fixture.accepted)
        let clock = PromiseClock(binding.serviceLevel, start: Fixture.accepted)
        let awards = try binding.compensation.history(clock, at: [Fixture.at(24 * Self.hour + row.delay)])
        #expect(awards.filter { $0.type == .credit }.map(\.amount.minor).reduce(0, +) == row.credits)
        #expect(awards.filter { $0.type == .premiumExtension }.map(\.amount.minor).reduce(0, +) == row.days)
        #expect(awards.count == row.postings)
    }

    @Test("is posted by tier and then by benefit, each with the difference to what was posted before")
    func order() throws {
        let binding = try Fixture.book().binding(of: Fixture.facts(), at: Fixture.accepted)
        let clock = PromiseClock(binding.serviceLevel, start: Fixture.accepted)
        let awards = try binding.compensation.history(clock, at: [Fixture.at(1000 * Self.hour)])
        #expect(awards.map(\.tier) == [0, 1, 1, 2, 2, 3, 3])
        #expect(awards.map(\.benefit) == [0, 0, 1, 0, 1, 0, 1])
        #expect(
            awards.map(\.amount.description) == [
                "500 PFC", "500 PFC", "7 DAYS", "1000 PFC", "23 DAYS", "2000 PFC", "60 DAYS",
            ])
        #expect(awards.map(\.expires?.length) == [.days(365), .days(365), nil, .days(365), nil, .days(365), nil])
        try #require(awards.count == 7)
        #expect(
            awards[3].trail == [
                "late by 3513600000 ms", "tier 2 is reached: late by more than 86400000 ms",
                "credit of that tier: 2000 PFC",
                "at most 4000 PFC for one request: 2000 PFC", "posted before: 1000 PFC", "posted now: 1000 PFC",
            ])
        #expect(awards[4].trail.count == 5)
    }

    @Test("is cut at the cap of its unit, once, and what a cut tier gives is not posted at all")
    func cap() throws {
        let caps: JSON = [
            ["scope": "request", "limit": ["unit": "PFC", "minor": 1700], "overflow": "truncate"],
            ["scope": "request", "limit": ["unit": "DAYS", "minor": 7], "overflow": "truncate"],
        ]
        let documents = [Fixture.serviceLevel, Fixture.compensation.replacing("/spec/caps", by: caps)]
        let binding = try Fixture.book(documents).binding(of: Fixture.facts(), at: Fixture.accepted)
        let clock = PromiseClock(binding.serviceLevel, start: Fixture.accepted)
        let awards = try binding.compensation.history(clock, at: [Fixture.at(1000 * Self.hour)])
        #expect(awards.map(\.amount.description) == ["500 PFC", "500 PFC", "7 DAYS", "700 PFC"])
        // The last tier gives nothing more, so nobody wakes for it.
        let due = Fixture.at(24 * Self.hour)
        #expect(
            binding.compensation.nextTier(due: due, after: due + .hours(24), .utc) == due + .hours(24) + Milliseconds(1)
        )
        #expect(binding.compensation.nextTier(due: due, after: due + .hours(25), .utc) == nil)
    }

    @Test("stands still from the stop on, and is nothing for a request that became void before it was posted")
    func stopped() throws {
        for (onCancel, postings) in [("stop-clock-keep-breach", 1), ("stop-clock-void", 0)] {
            let level = Fixture.serviceLevel.replacing("/spec/onCancel", by: .string(onCancel))
            let binding = try Fixture.book([level, Fixture.compensation]).binding(
                of: Fixture.facts(), at: Fixture.accepted)
            var clock = PromiseClock(binding.serviceLevel, start: Fixture.accepted)
            try clock.stop(at: Fixture.at(28 * Self.hour), reason: .cancelled)
            #expect(try binding.compensation.history(clock, at: [Fixture.at(1000 * Self.hour)]).count == postings)
        }
    }

    @Test("is an error when what was posted contradicts the policy, and never a second posting of the same")
    func contradiction() throws {
        let binding = try Fixture.book().binding(of: Fixture.facts(), at: Fixture.accepted)
        let clock = PromiseClock(binding.serviceLevel, start: Fixture.accepted)
        let award = try #require(binding.compensation.history(clock, at: [Fixture.at(25 * Self.hour)]).first)
        var posted = Posted()
        posted.add(award.claimKey, award.type, Amount(499, .pocketFitCredits))
        #expect(posted.contains(award.claimKey))
        let facts = try #require(Fixture.facts(of: clock, at: Fixture.at(25 * Self.hour), posted: posted))
        #expect(throws: AssessmentError.contradiction(award.claimKey)) { try binding.compensation.assess(facts) }
        #expect(AssessmentError.contradiction(award.claimKey).description.hasPrefix(award.claimKey.text))
    }

    @Test("is looked at again at the breach, and then one millisecond after each threshold")
    func wakes() throws {
        let binding = try Fixture.book().binding(of: Fixture.facts(), at: Fixture.accepted)
        var clock = PromiseClock(binding.serviceLevel, start: Fixture.accepted)
        var (instants, previous): ([Int64], Instant?) = ([], nil)
        while instants.count < 100, let next = binding.compensation.nextInstantToAssess(clock, lastAssessed: previous) {
            instants.append((next - Fixture.accepted).count)
            previous = next
        }
        #expect(instants == [24, 28, 48, 192].map { $0 * Self.hour + 1 })
        let (policy, due, one) = (binding.compensation, Fixture.at(24 * Self.hour), Milliseconds(1))
        #expect(policy.nextTier(due: due, after: due, .utc) == due + one)
        #expect(policy.nextTier(due: due, after: due + one, .utc) == due + .hours(4) + one)
        #expect(policy.nextTier(due: due, after: due + .hours(168) + one, .utc) == nil)

        try clock.stop(at: Fixture.at(28 * Self.hour), reason: .issued)
        #expect(binding.compensation.nextInstantToAssess(clock, lastAssessed: nil) == Fixture.at(24 * Self.hour + 1))
        #expect(binding.compensation.nextInstantToAssess(clock, lastAssessed: Fixture.at(25 * Self.hour)) == nil)

        // A stop in the first millisecond of a tier still reaches it.
        clock = PromiseClock(binding.serviceLevel, start: Fixture.accepted)
        try clock.stop(at: Fixture.at(28 * Self.hour + 1), reason: .issued)
        let last = Fixture.at(25 * Self.hour)
        #expect(binding.compensation.nextInstantToAssess(clock, lastAssessed: last) == Fixture.at(28 * Self.hour + 1))
    }

    @Test("has a breach before the first tier when the first tier comes later")
    func lateFirstTier() throws {
        let compensation = Fixture.compensation.replacing("/spec/model/tiers/0/over", by: ["elapsed": "PT1H"])
        let binding = try Fixture.book([Fixture.serviceLevel, compensation])
            .binding(of: Fixture.facts(), at: Fixture.accepted)
        let clock = PromiseClock(binding.serviceLevel, start: Fixture.accepted)
        let breach = Fixture.at(24 * Self.hour + 1)
        #expect(binding.compensation.nextInstantToAssess(clock, lastAssessed: nil) == breach)
        #expect(try binding.compensation.history(clock, at: [breach]).isEmpty)
        #expect(
            binding.compensation.nextInstantToAssess(clock, lastAssessed: breach) == Fixture.at(25 * Self.hour + 1))
    }
}

@Suite("Rules 7 and 8: the identity of a posting, and its journal")
struct IdentityTests {
    static let policy = PolicyHash("sha256:" + String(repeating: "ab", count: 32))

    @Test("is the hash of request, objective, policy, tenant, tier and benefit, as another program computes it")
    func claimKey() throws {
        let key = ClaimKey(
            tenant: "acme", request: Fixture.request, objective: .issue, policy: try #require(Self.policy), tier: 2,
            benefit: 1)
        // SHA-256 of {"benefit":1,"objective":"issue","policy":"sha256:abab...","request":"019aa000-...",
        // "tenant":"acme","tier":2} in one line, by sha256sum.
        #expect(key.text == "27a528f2bd88a2a789cd6d57267119ce54ddd617902d6308faabdf9d112422f0")
        #expect(ClaimKey(key.text) == key)
        #expect(ClaimKey(key.text.uppercased()) == nil)
        #expect(ClaimKey(String(key.text.dropLast())) == nil)
    }

    @Test("differs when any part of it differs")
    func parts() throws {
        let (policy, other) = (
            try #require(Self.policy), try #require(PolicyHash("sha256:" + String(repeating: "ac", count: 32)))
        )
        var keys: Set<ClaimKey> = []
        for (tenant, request) in [("a", "r"), ("b", "r"), ("a", "s")] {
            for (policy, tier) in [(policy, 0), (policy, 1), (other, 0)] {
                for benefit in 0...1 {
                    keys.insert(
                        ClaimKey(
                            tenant: tenant, request: request, objective: .issue, policy: policy, tier: tier,
                            benefit: benefit))
                }
            }
        }
        #expect(keys.count == 18)
    }

    @Test("leads to two transactions that move the amount from expense over provision to the holder")
    func journal() throws {
        let binding = try Fixture.book().binding(of: Fixture.facts(), at: Fixture.accepted)
        let clock = PromiseClock(binding.serviceLevel, start: Fixture.accepted)
        for award in try binding.compensation.history(clock, at: [Fixture.at(10_000 * AssessmentTests.hour)]) {
            let journal = award.journal(request: Fixture.request)
            let (unit, minor) = (award.amount.unit.rawValue, award.amount.minor)
            let holder = (award.type == .credit ? "wallet:" : "premium:") + award.claimKey.text
            let lines = journal.flatMap(\.lines).map { "\($0.account) \($0.amount)" }
            #expect(
                lines == [
                    "expense:compensation \(minor) \(unit)", "provision:\(Fixture.request) \(-minor) \(unit)",
                    "provision:\(Fixture.request) \(minor) \(unit)", "\(holder) \(-minor) \(unit)",
                ])
            #expect(
                journal.map(\.id)
                    == ["accrue", "pay"].map { step in
                        String(
                            SHA256.hash(Array("journal v1\n\(award.claimKey.text)\n\(step)".utf8)).description.prefix(
                                32))
                    })
            #expect(journal.allSatisfy { $0.lines.map(\.amount).reduce(Amount(0, award.amount.unit), +).minor == 0 })
        }
    }
}
