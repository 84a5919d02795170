import CanonicalJSON
import Compensation
import Issuance
import Settlement
import Simulation
import Temporal
import TestSupport
import Testing

/// Random lives in which people are asked about incidents, with restarts, splits and merges. The seed of a life that
/// fails is the argument of its test.
@Suite("84 A random history of questions")
struct QuestionHistoryTests {
    @Test(
        "is judged right by a stranger, replays, and pays each once: nothing is dropped",
        arguments: 1...12 as ClosedRange<UInt64>)
    func settles(seed: UInt64) throws {
        var life = try QuestionLife(seed: seed)
        for _ in 0..<24 { try life.step() }
        try life.end()
    }

    @Test("comes to the same payments wherever it restarts", arguments: 1...4 as ClosedRange<UInt64>)
    func restarts(seed: UInt64) throws {
        var calm = try QuestionLife(seed: seed, restarts: false)
        var rough = try QuestionLife(seed: seed, restarts: true)
        for _ in 0..<20 {
            try calm.step()
            try rough.step()
        }
        try calm.end()
        try rough.end()
        #expect(try calm.world.settling.paid() == rough.world.settling.paid())
    }

    @Test("comes to tell something: over all seeds questions are gathered, asked, given and refused in vain")
    func covers() throws {
        var types: Set<String> = []
        var states: Set<QuestionRecord.State> = []
        for seed in 1...12 as ClosedRange<UInt64> {
            var life = try QuestionLife(seed: seed)
            for _ in 0..<24 { try life.step() }
            types.formUnion(try life.world.settling.types())
            states.formUnion(try life.world.questions().map(\.state))
        }
        #expect(types.isSuperset(of: ["question.gathered", "question.asked", "question.answered", "approval.given"]))
        #expect(states.isSuperset(of: [.asked, .given]))
    }
}

private struct QuestionLife {
    let world: QuestionWorld
    private let restarts: Bool
    private var random: SeededRandom
    private var count = 0

    init(seed: UInt64, restarts: Bool = true) throws {
        random = SeededRandom(seed: seed)
        self.restarts = restarts
        world = try QuestionWorld(
            joining: seed.isMultiple(of: 2) ? ["num": 1, "den": 2] : nil,
            approvers: seed.isMultiple(of: 3) ? 1 : 2, openAt: 2)
    }

    mutating func step() throws {
        count += 1
        let (kind, chance) = (Int.random(in: 0..<10, using: &random), random.next())
        switch kind {
        case 0..<3: _ = try world.world.waiting(Int(1 + chance % 3), "k\(count)-")
        case 3..<6: try say(chance)
        case 6: try alone(chance)
        case 7: if restarts { try world.world.world.restart() }
        case 8: try regroup(chance)
        default: try world.world.tend(after: .hours(Int64(1 + chance % 20)))
        }
        try world.world.tend(after: .minutes(10))
    }

    private func say(_ chance: UInt64) throws {
        let open = try world.questions().filter { $0.state == .asked }
        guard let question = open.isEmpty ? nil : open[Int(chance % UInt64(open.count))] else { return }
        do {
            try world.answer(question.id, by: world.staff[Int(chance % 3)], give: chance % 7 != 0)
        } catch is Refusal {
            // Said before, too late, or about a debt.
        }
    }

    /// A word about one request still counts for it.
    private func alone(_ chance: UInt64) throws {
        let rows = try world.settling.owed().filter { $0.why == "approval" }.sorted { $0.claimKey < $1.claimKey }
        guard let row = rows.isEmpty ? nil : rows[Int(chance % UInt64(rows.count))],
            let id = RequestID(row.request)
        else { return }
        do {
            try world.settling.decide(id, by: world.staff[Int(chance % 3)])
        } catch is Refusal {
            // Said before.
        }
    }

    private func regroup(_ chance: UInt64) throws {
        let incidents = try world.world.incidents().filter { $0.mergedInto == nil && $0.resolvedAt == nil }
        guard let first = incidents.first else { return }
        if let other = incidents.dropFirst().first {
            try world.world.act(.merge, on: first.id, ["other": .string(other.id)])
        } else if chance.isMultiple(of: 2) {
            try world.world.act(.split, on: first.id, ["tenants": [.string(world.world.tenant.text)]])
        }
    }

    func end() throws {
        try world.world.tend(after: .days(3))
        #expect(try world.settling.owed().isEmpty)
        let late = try world.world.rows(RequestRecord.self).count { $0.breachedAt != nil }
        #expect(try world.settling.paid() == 500 * Int64(late))
        #expect(try world.questions().allSatisfy { $0.open == 0 && $0.openFavours == 0 })
        try world.settling.check(allowing: [.latePayment, .lateFreeze])
    }
}
