import CanonicalJSON
import Compensation
import ServiceLevels
import Temporal
import TestSupport
import Testing

/// Random policies and random moments of looking at them.
@Suite("Compensation, whatever the policy and whenever we look")
struct CompensationPropertyTests {
    /// A policy that may be published: growing tiers, growing amounts, now and then a cap that cuts.
    private static func policy(using random: inout SeededRandom) throws -> CompensationPolicy {
        var (over, credits, days): (Int64, Int64, Int64) = (0, 0, 0)
        let first = Int64.random(in: 1...50, using: &random)
        var tiers: [JSON] = []
        for index in 0..<Int.random(in: 1...16, using: &random) {
            credits += index == 0 ? first : .random(in: 0...20, using: &random)
            days += .random(in: (index == 0 ? 0 : 1)...3, using: &random)
            var benefits: [JSON] = [
                [
                    "type": "credit", "class": "guaranteed", "amount": ["unit": "PFC", "minor": .integer(credits)],
                    "expires": ["calendarDays": 9],
                ]
            ]
            if days > 0 {
                let amount: JSON = ["unit": "DAYS", "minor": .integer(days)]
                benefits.append(["type": "premium-extension", "class": "guaranteed", "amount": amount])
                if Bool.random(using: &random) { benefits.swapAt(0, 1) }
            }
            let from: JSON = over == 0 ? "deadline" : ["elapsed": .string("PT\(over)S")]
            tiers.append(["over": from, "benefits": .array(benefits)])
            over += .random(in: 1...50, using: &random)
        }
        let caps: JSON =
            Bool.random(using: &random)
            ? []
            : [
                [
                    "scope": "request", "overflow": "truncate",
                    "limit": ["unit": "PFC", "minor": .integer(first + .random(in: 0...100, using: &random))],
                ]
            ]
        let document = Fixture.compensation.replacing("/spec/model/tiers", by: .array(tiers))
            .replacing("/spec/caps", by: caps)
        return try CompensationPolicy(PolicyDocument(document))
    }

    private static func clock(stop: Instant? = nil) throws -> PromiseClock {
        var clock = PromiseClock(try ServiceLevel(PolicyDocument(Fixture.serviceLevel)), start: Fixture.accepted)
        if let stop { try clock.stop(at: stop, reason: .issued) }
        return clock
    }

    private static func late(_ milliseconds: Int64) -> Instant { Fixture.at(86_400_000 + milliseconds) }

    private static func sum(_ awards: [Award], _ type: BenefitType) -> Int64 {
        awards.filter { $0.type == type }.map(\.amount.minor).reduce(0, +)
    }

    @Test(
        "looking often posts the same as looking once, and what was posted is not posted again",
        arguments: UInt64(0)..<150)
    func paths(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let policy = try Self.policy(using: &random)
        let end = Int64.random(in: -100...900_000, using: &random)
        let looks = (0..<Int.random(in: 0...30, using: &random)).map { _ in
            Int64.random(in: -1000...max(end, 0), using: &random)
        }
        let clock = try Self.clock(
            stop: Bool.random(using: &random) ? Self.late(.random(in: 0...900_000, using: &random)) : nil)
        let stepwise = try policy.history(clock, at: looks.sorted().map(Self.late) + [Self.late(end), Self.late(end)])
        let direct = try policy.history(clock, at: [Self.late(end)])
        #expect(stepwise.map(Posting.init) == direct.map(Posting.init))
        #expect(Set(stepwise.map(\.claimKey)).count == stepwise.count)
        #expect(stepwise.allSatisfy { $0.amount.minor > 0 })
    }

    @Test("waking when told misses nothing and is never in vain after the breach", arguments: UInt64(0)..<150)
    func wakes(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let policy = try Self.policy(using: &random)
        let clock = try Self.clock(
            stop: Bool.random(using: &random) ? Self.late(.random(in: 0...900_000, using: &random)) : nil)
        var (instants, last): ([Instant], Instant?) = ([], nil)
        while instants.count < 100, let next = policy.nextInstantToAssess(clock, lastAssessed: last) {
            #expect(next > last ?? Fixture.accepted)
            instants.append(next)
            last = next
        }
        for (index, instant) in instants.enumerated().dropFirst() {
            let before = try policy.history(clock, at: Array(instants[..<index]))
            #expect(
                try policy.history(clock, at: Array(instants[...index])).count > before.count, "\(instant) is in vain")
        }
        let end = Self.late(10_000_000)
        #expect(
            try policy.history(clock, at: instants).map(Posting.init)
                == policy.history(clock, at: [end]).map(Posting.init))
    }

    @Test("more delay never pays less, and no cap is ever exceeded", arguments: UInt64(0)..<150)
    func monotone(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let policy = try Self.policy(using: &random)
        let clock = try Self.clock()
        var before: [BenefitType: Int64] = [:]
        let delays = (0..<20).map { _ in Int64.random(in: -5000...900_000, using: &random) }.sorted()
        for delay in delays + [1_000_000] {
            let awards = try policy.history(clock, at: [Self.late(delay)])
            for type in BenefitType.allCases {
                let sum = Self.sum(awards, type)
                #expect(sum >= before[type, default: 0])
                if let cap = type.unit.flatMap({ policy.cap(of: $0) }) { #expect(sum <= cap.minor) }
                before[type] = sum
            }
        }
        let top = try #require(policy.tiers.last?.benefits.first { $0.type == .credit }?.amount).minor
        #expect(before[.credit] == min(top, policy.cap(of: .pocketFitCredits)?.minor ?? top))
    }

    @Test("every journal sums to zero, and what is owed is what reached the holder", arguments: UInt64(0)..<50)
    func journal(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let awards = try Self.policy(using: &random).history(Self.clock(), at: [Self.late(900_000)])
        var balances: [String: Int64] = [:]
        for award in awards {
            for transaction in award.journal(request: Fixture.request) {
                #expect(transaction.lines.map(\.amount.minor).reduce(0, +) == 0)
                for line in transaction.lines {
                    balances["\(line.account) \(line.amount.unit)", default: 0] += line.amount.minor
                }
            }
        }
        #expect(balances.values.reduce(0, +) == 0)
        #expect(balances.filter { $0.key.hasPrefix("provision:") }.values.allSatisfy { $0 == 0 })
        #expect(balances["expense:compensation pocketFitCredits"] == Self.sum(awards, .credit))
    }

    @Test(
        "a pause never leads to more, and a policy that is accepted never stops the program", arguments: UInt64(0)..<10)
    func hostile(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var accepted = 0
        for _ in 0..<100 {
            let documents = [
                Bool.random(using: &random) ? Fixture.serviceLevel : Fixture.serviceLevel.mutated(using: &random),
                Fixture.compensation.mutated(using: &random),
            ]
            guard let binding = try? Fixture.book(documents).binding(of: Fixture.facts(), at: Fixture.accepted) else {
                continue
            }
            accepted += 1
            var clock = PromiseClock(binding.serviceLevel, start: Fixture.accepted)
            let now = Fixture.at(.random(in: 0...2_000_000_000, using: &random))
            let plain = try binding.compensation.history(clock, at: [now])
            if let rule = binding.serviceLevel.pauses.randomElement(using: &random) {
                try clock.hold(reason: rule.reason, evidence: rule.evidence, at: Fixture.at(1000))
            }
            let paused = try binding.compensation.history(clock, at: [now])
            for type in BenefitType.allCases { #expect(Self.sum(paused, type) <= Self.sum(plain, type)) }
            #expect(!binding.compensation.plainWords.isEmpty)
            for award in plain { #expect(award.journal(request: Fixture.request).count == 2) }
        }
        #expect(accepted > 10, "a property of accepted policies needs some")
    }
}
