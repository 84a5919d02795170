import CanonicalJSON
import Compensation
import Issuance
import ServiceLevels
import Simulation
import Temporal
import TestSupport
import Testing

/// Random lives of requests of institutions in several countries, under a policy and minimums of it that come, grow and
/// end; judged by the recomputation, rebuilt from the log, backtested, and computed once more in another language.
@Suite("Histories under the laws of regions")
struct RegionHistoryTests {
    /// As CI runs it; the seed of a failure is its argument.
    static let seeds = UInt64(0)..<24

    @Test("engine, recomputation and the naive model in Python agree to the last unit", arguments: seeds)
    func agree(_ seed: UInt64) throws {
        let world = try live(seed)
        try world.check(allowing: [])
        let naive = try world.naive()
        #expect(naive.problems == [], "seed \(seed)")
        let paid = try world.rows(PaymentRecord.self)
        let sums = Dictionary(grouping: paid) { "given \($0.benefitType) \($0.unit)" }
            .map { "\($0.key) \($0.value.reduce(0) { $0 + $1.minor })" }
        #expect(naive.totals == sums.sorted(), "seed \(seed)")
    }

    @Test("minimums bind, are met, are refused, and are made better")
    func reach() throws {
        var (raised, kept, helped) = (0, 0, 0)
        for seed in Self.seeds {
            let world = try live(seed)
            let entries = try world.rows(EntryRecord.self).map { try JSON(parsing: $0.body) }
            let laws = entries.compactMap { $0["facts"] }.filter { $0["document"]?["spec"]?["mandatoryMinimum"] != nil }
            let hashes = Set(laws.compactMap { $0["hash"]?.stringValue })
            for facts in entries.filter({ $0["type"] == "request.accepted" }).compactMap({ $0["facts"] })
            where facts["region"] != nil {
                let isRaised = facts["compensation"]?.stringValue.map(hashes.contains) ?? false
                if isRaised { raised += 1 } else { kept += 1 }
            }
            helped += entries.count { $0["type"] == "compensation.better" }
        }
        #expect(raised > 20 && kept > 20 && helped > 3, "\(raised) \(kept) \(helped)")
    }

    private func live(_ seed: UInt64) throws -> World {
        var random = SeededRandom(seed: seed)
        let world = try World(seed: seed, region: "DE")
        var tenants = [world.tenant]
        for region in ["FR", "AT", nil] {
            tenants.append(try world.world.addInstitution("Institution", in: region.flatMap(Region.init)))
        }
        // A policy of credits only, said long before.
        let base = try document(version: 2, tiers: WorkingTimeWorld.tiers(("deadline", 100)))
        try world.world.publish(base.replacing("/metadata/effectiveFrom", by: "2026-02-01T00:00:00Z"))
        world.world.clock.advance(by: .days(59))
        var open: [(RequestID, TenantID)] = []
        for step in 0..<40 {
            switch Int.random(in: 0..<8, using: &random) {
            case 0, 1, 2:
                let tenant = tenants.randomElement(using: &random) ?? world.tenant
                let holder = "urn:example:person:\(Int.random(in: 0..<3, using: &random))"
                let body = requestBody(holder: holder, review: "manual")
                open.append((try world.id(of: world.world.request(body, from: tenant, key: "a\(step)")), tenant))
            case 3 where !open.isEmpty:
                let (id, tenant) = open.remove(at: Int.random(in: 0..<open.count, using: &random))
                try world.world.perform(.approve(note: nil), on: id, of: tenant, key: "b\(step)")
            case 4, 5: publish(world, Int64(step + 3), using: &random)
            default: break
            }
            try wake(world, for: .seconds(Int64.random(in: 1...20_000, using: &random)))
        }
        try wake(world, for: .hours(60))
        return world
    }

    /// A while in which the service looks whenever something comes.
    private func wake(_ world: World, for length: Milliseconds) throws {
        let end = world.world.clock.now + length
        while world.world.clock.now < end {
            let now = world.world.clock.now
            let next = try world.rows(RequestRecord.self).compactMap(\.assessAt).min() ?? .max
            let at = Instant(milliseconds: max(min(next, end.milliseconds), now.milliseconds + 1))
            try world.pass(at - now)
        }
    }

    /// A version of the policy or of one of two minimums; many are refused, which is half of the test.
    private func publish(_ world: World, _ version: Int64, using random: inout SeededRandom) {
        let place = Int.random(in: 0..<3, using: &random)
        let first = Int64.random(in: 1...9, using: &random) * 100
        let tiers = WorkingTimeWorld.tiers(
            ("deadline", first),
            (
                ["elapsed": .string("PT\(Int.random(in: 1...4, using: &random))H")],
                first + Int64.random(in: 1...9, using: &random) * 100
            ))
        guard var document = try? document(version: version, tiers: tiers) else { return }
        if Bool.random(using: &random) { document = document.replacing("/spec/earlierRequests", by: "better-of") }
        if place > 0 {
            let regions: JSON = place == 1 ? ["DE", "AT"] : ["FR"]
            document = document.replacing("/metadata/id", by: place == 1 ? "law-de" : "law-fr")
                .replacing(
                    "/spec/mandatoryMinimum", by: ["of": "pocket-fit", "regions": regions, "source": "Example Act"])
        }
        _ = try? world.world.publish(document)
    }

    private func document(version: Int64, tiers: JSON) throws -> JSON {
        try JSON(parsing: DefaultPolicies.documents[1])
            .replacing("/metadata/version", by: .integer(version))
            .replacing("/spec/model/tiers", by: tiers)
    }
}
