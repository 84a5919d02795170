import CanonicalJSON
import Issuance
import ServiceLevels
import Settlement
import Simulation
import Temporal
import TestSupport
import Testing

/// Random lives of requests that are promised news, and of claims that are promised decisions: time passes with the
/// service awake or asleep, it crashes, people pause, tell, decide, cancel and are erased. After each the recomputation
/// and the replay, written apart from the engine, must agree with what it did.
@Suite("A random history of promises")
struct ObjectiveHistoryTests {
    @Test("is recomputed: nobody is missed and nobody paid twice", arguments: 1...25)
    func settles(seed: UInt64) throws {
        var history = try ObjectiveHistory(seed: seed)
        for _ in 0..<70 { try history.step() }
        try history.end()
        try history.world.world.check(allowing: [.lateBreach, .latePayment, .lateDecision])
        let overdue = try history.world.world.rows(PromiseRecord.self).filter { row in
            // Of one that is broken a cap may leave nothing of the next tier.
            let now = history.world.world.world.clock.now.milliseconds
            return row.breachedAt == nil && row.assessAt.map { $0 <= now } ?? false
        }
        #expect(overdue.isEmpty, "something is due and was not assessed")
    }

    @Test("comes to tell something: every promise is broken and paid for, over all seeds")
    func covers() throws {
        var broken: Set<String> = []
        var paid: Set<String> = []
        for seed in 1...12 {
            var history = try ObjectiveHistory(seed: UInt64(seed))
            for _ in 0..<70 { try history.step() }
            try history.end()
            for row in try history.world.world.rows(PromiseRecord.self) where row.breachedAt != nil {
                broken.insert(row.objective)
            }
            for row in try history.world.world.rows(PromiseAwardRecord.self) { paid.insert(row.objective) }
        }
        let all: Set = ["first-update", "update-cadence", "claim-decision", "appeal-decision"]
        #expect(broken.isSuperset(of: all) && paid.isSuperset(of: all), "\(broken) \(paid)")
    }
}

private struct ObjectiveHistory {
    let world: ObjectivesWorld
    private var random: SeededRandom
    private var open: [RequestID] = []
    private var claims: [ClaimID] = []
    private var counter = 0

    init(seed: UInt64) throws {
        world = try ObjectivesWorld(seed: seed, cap: 900, calendar: seed % 3 == 0) { world in
            try world.world.publish(
                ClaimWorld.policy(onSilence: seed % 2 == 0 ? "grant" : "escalate", ["independentAssessor": nil])
                    .replacing("/metadata/tenant", by: .string(world.tenant.text)))
            for number in 0..<6 { _ = try world.world.addStaff("Reviewer \(number)", [.customerExperience]) }
        }
        random = SeededRandom(seed: seed &* 6007)
    }

    private var simulated: SimulatedWorld { world.world.world }

    private mutating func key() -> String {
        counter += 1
        return "key-\(counter)"
    }

    mutating func step() throws {
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<3: try ask()
        case 3..<6: try act(.update(note: "so it stands"))
        case 6: try act(.approve(note: nil), ends: true)
        case 7: try act(.cancel(note: nil), ends: true)
        case 8, 9: try act(ObjectivesWorld.hold)
        case 10: try act(.resume)
        case 11: try file()
        case 12: try decide()
        case 13: try evidence()
        case 14: try appeal()
        case 15: try crash()
        case 16: simulated.clock.advance(by: .minutes(Int64.random(in: 1...4000, using: &random)))
        case 17: try atADeadline()
        default: try world.world.pass(.minutes(Int64.random(in: 0...600, using: &random)))
        }
    }

    mutating func end() throws {
        try simulated.restart()
        for _ in 0..<30 { try world.world.pass(.hours(40)) }
    }

    private mutating func ask() throws {
        let holder = "urn:example:person:\(Int.random(in: 1...3, using: &random))"
        open.append(try world.ask(key(), holder: holder))
    }

    /// A refusal is as good as an answer.
    private mutating func act(_ action: RequestAction, ends: Bool = false) throws {
        guard let place = open.indices.randomElement(using: &random) else { return }
        do {
            try world.perform(action, open[place], key: key())
            if ends { open.remove(at: place) }
        } catch is Refusal {}
    }

    private mutating func file() throws {
        guard let id = open.randomElement(using: &random) else { return }
        let body = Bool.random(using: &random) ? ClaimWorld.impact : ClaimWorld.asking(300)
        do {
            let answer = try simulated.fileClaim(body, about: id, of: world.world.tenant, key: key())
            if let claim = answer.body["id"]?.stringValue.flatMap({ ClaimID($0) }) { claims.append(claim) }
        } catch is Refusal {}
    }

    private func row(_ claim: ClaimID) throws -> ClaimRecord? {
        try world.world.rows(ClaimRecord.self).first { $0.id == claim.text }
    }

    private mutating func decide() throws {
        guard let claim = claims.randomElement(using: &random), let row = try row(claim),
            let by = row.assignee.flatMap({ StaffID($0) })
        else { return }
        let body: JSON = [
            "outcome": "denied", "rules": [["policy": .string(row.policy), "pointer": "/spec/fileWithin"]],
        ]
        do {
            try simulated.decideClaim(body, claim, of: world.world.tenant, by: by, key: key())
        } catch is Refusal {}
    }

    private mutating func evidence() throws {
        guard let claim = claims.randomElement(using: &random), let row = try row(claim) else { return }
        do {
            if row.askedUntil != nil {
                try simulated.giveEvidence("a picture", claim, of: world.world.tenant, key: key())
            } else if let by = row.assignee.flatMap({ StaffID($0) }) {
                try simulated.askForEvidence(["screenshot"], claim, of: world.world.tenant, by: by, key: key())
            }
        } catch is Refusal {}
    }

    private mutating func appeal() throws {
        guard let claim = claims.randomElement(using: &random) else { return }
        do {
            try simulated.appeal("No.", claim, of: world.world.tenant, key: key())
        } catch is Refusal {}
    }

    /// The clock goes to a deadline, or one millisecond to its side.
    private mutating func atADeadline() throws {
        let instants = try world.world.rows(PromiseRecord.self).compactMap(\.assessAt)
        guard let instant = instants.randomElement(using: &random) else { return }
        let target = Instant(milliseconds: instant) + Milliseconds(Int64.random(in: -2...1, using: &random))
        if target > simulated.clock.now { try world.world.pass(target - simulated.clock.now) }
    }

    /// The store fails in the middle of what comes next, and the service starts again.
    private mutating func crash() throws {
        let after = Int.random(in: 0..<6, using: &random)
        try simulated.restart { $0 == after ? .lost : nil }
        simulated.clock.advance(by: .minutes(Int64.random(in: 0...900, using: &random)))
        _ = try? simulated.service.assessDue()
        try simulated.restart()
    }
}
