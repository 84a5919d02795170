import CanonicalJSON
import Compensation
import ServiceLevels
import Temporal
import TestSupport
import Testing

/// What holds for every policy of every model, and every course that a delay may take.
@Suite("Every model, whatever its numbers")
struct ModelPropertyTests {
    private struct Draw {
        let policy: CompensationPolicy
        let price: Amount?
        var random: SeededRandom

        init(_ seed: UInt64) throws {
            random = SeededRandom(seed: seed)
            let kind = RandomPolicy.kinds[Int(seed) % RandomPolicy.kinds.count]
            let document = RandomPolicy.document(kind, using: &random)
            policy = try CompensationPolicy(PolicyDocument(document))
            price = RandomModels.price(using: &random)
        }

        func facts(
            _ late: Int64, stop: Int64? = nil, _ incident: IncidentFacts, _ posted: Posted = Posted()
        ) -> AssessmentFacts {
            let now = Fixture.at(late)
            let until = stop.map { min(now, Fixture.at($0)) } ?? now
            return AssessmentFacts(
                due: Fixture.accepted, until: until, now: now, isResolved: stop.map { $0 <= late } ?? false,
                of: .init(id: Fixture.request, tenant: "acme", tier: "standard", type: nil, price: price),
                incident: incident, posted: posted)
        }
    }

    private static func sums(_ awards: [Award]) -> [String: Int64] {
        awards.reduce(into: [:]) { $0["\($1.type.rawValue) \($1.amount.unit.rawValue)", default: 0] += $1.amount.minor }
    }

    @Test("3.2/12 more delay never pays less for the same facts", arguments: UInt64(0)..<300)
    func monotone(_ seed: UInt64) throws {
        var draw = try Draw(seed)
        let incident = RandomModels.incident(using: &draw.random)
        var before: [String: Int64] = [:]
        for late in stride(from: Int64(-5000), through: 900_000, by: 7919) {
            let sums = Self.sums(try draw.policy.calculate(draw.facts(late, stop: late, incident)))
            for (kind, minor) in before { #expect(sums[kind, default: 0] >= minor, "\(kind) at \(late)") }
            before = sums
        }
    }

    @Test(
        "3.2/20 arriving at a tier step by step pays the same, under the same keys, as at once",
        arguments: UInt64(0)..<300)
    func paths(_ seed: UInt64) throws {
        var draw = try Draw(seed)
        let incident = RandomModels.incident(using: &draw.random)
        let stop = Int64.random(in: 1...600_000, using: &draw.random)
        let looks = (0..<20).map { _ in Int64.random(in: 0...700_000, using: &draw.random) }.sorted() + [700_000]
        var posted = Posted()
        var stepwise: [Award] = []
        for late in looks {
            for award in try draw.policy.assess(draw.facts(late, stop: stop, incident, posted)) {
                posted.add(award)
                stepwise.append(award)
            }
        }
        let direct = try draw.policy.assess(draw.facts(700_000, stop: stop, incident))
        #expect(Set(stepwise.map(Posting.init)) == Set(direct.map(Posting.init)))
        #expect(stepwise.allSatisfy { $0.revision == 0 && $0.amount.minor > 0 })
    }

    @Test(
        "3.2/19, 3.2/4 whatever is said of the incident, nothing is taken back and no key comes twice",
        arguments: UInt64(0)..<300)
    func reclassified(_ seed: UInt64) throws {
        var draw = try Draw(seed)
        var posted = Posted()
        var keys: Set<ClaimKey> = []
        var given: [String: Int64] = [:]
        var highest: [String: Int64] = [:]
        for late in (0..<25).map({ _ in Int64.random(in: 0...400_000, using: &draw.random) }).sorted() {
            let incident = RandomModels.incident(using: &draw.random)
            let isOnce = draw.policy.stacking.withinRequest == .once && !given.isEmpty
            for award in try draw.policy.assess(draw.facts(late, stop: late, incident, posted)) {
                #expect(keys.insert(award.claimKey).inserted)
                posted.add(award)
                given["\(award.type.rawValue) \(award.amount.unit.rawValue)", default: 0] += award.amount.minor
            }
            if isOnce { continue }
            let now = Self.sums(try draw.policy.calculate(draw.facts(late, stop: late, incident)))
            highest.merge(now) { max($0, $1) }
            #expect(given == highest, "given is the most that was ever owed")
        }
    }

    @Test("3.2/10, 3.2/30 no request cap and no price is exceeded, and no unit mixes", arguments: UInt64(0)..<300)
    func bounded(_ seed: UInt64) throws {
        var draw = try Draw(seed)
        let awards = try draw.policy.calculate(
            draw.facts(5_000_000, stop: 5_000_000, RandomModels.incident(using: &draw.random)))
        for award in awards {
            #expect(award.type.isCounted(in: award.amount.unit))
            let sum = Self.sums(awards)["\(award.type.rawValue) \(award.amount.unit.rawValue)"] ?? 0
            if let cap = draw.policy.cap(of: award.amount.unit) { #expect(sum <= cap.minor) }
            if award.type.isOfPrice {
                #expect(draw.price?.unit == award.amount.unit)
                #expect(sum <= draw.price?.minor ?? 0)
            }
            let journal = award.journal(request: Fixture.request)
            #expect(journal.isEmpty == award.type.isUncounted)
            #expect(journal.allSatisfy { $0.lines.map(\.amount.minor).reduce(0, +) == 0 }, "3.2/6")
        }
    }

    @Test("waking when told finds something owed, and nothing is owed before", arguments: UInt64(0)..<200)
    func wakes(_ seed: UInt64) throws {
        var draw = try Draw(seed)
        let incident = RandomModels.incident(using: &draw.random)
        var posted = Posted()
        var late = Int64(1)
        for _ in 0..<40 {
            guard let next = draw.policy.nextInstantToAssess(draw.facts(late, incident, posted)) else {
                #expect(try draw.policy.assess(draw.facts(9_000_000, incident, posted)).isEmpty)
                return
            }
            let instant = (next - Fixture.accepted).count
            if instant > late {
                #expect(try draw.policy.assess(draw.facts(instant - 1, incident, posted)).isEmpty)
            }
            let awards = try draw.policy.assess(draw.facts(instant, incident, posted))
            #expect(!awards.isEmpty)
            for award in awards { posted.add(award) }
            late = instant
        }
        Issue.record("it never ends")
    }

    @Test(
        "3.2/36 a policy that is read never makes the engine throw, stop or loop, also with one member changed",
        arguments: UInt64(0)..<150)
    func robust(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let document = RandomPolicy.document(RandomPolicy.kinds[Int(seed) % 5], using: &random)
        let places = JSONPlace.all(in: document)
        let values: [JSON] = [
            0, 1, -1, 1_000_000, 9_007_199_254_740_991, "", "deadline", "PT99999H", [], [:], true, .null,
            ["num": 1, "den": 1_000_000],
        ]
        for _ in 0..<60 {
            guard let place = places.randomElement(using: &random), let value = values.randomElement(using: &random)
            else { continue }
            let changed = place.replacing(in: document, with: value)
            guard let policy = try? CompensationPolicy(PolicyDocument(changed)) else { continue }
            for price in [nil, Amount(1_000_000_000, .currency("EUR"))] {
                let facts = AssessmentFacts(
                    due: Fixture.accepted, until: Instant.latest, now: Instant.latest, isResolved: true,
                    of: .init(id: "r", tenant: "t", tier: "premium", type: "x", price: price),
                    incident: RandomModels.incident(using: &random))
                let awards = try policy.calculate(facts)
                #expect(awards.count <= 128)
                _ = policy.nextInstantToAssess(facts)
                #expect(!policy.plainWords.isEmpty)
            }
        }
    }
}
