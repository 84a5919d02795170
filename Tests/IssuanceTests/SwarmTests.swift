import Foundation
import Issuance
import Settlement
import Simulation
import TestSupport
import Testing

/// Random lives in which the store may fail at any commit: each has a mixture of its own of what can happen (a swarm),
/// and after it everything heals. A longer run: `PUNCTUAL_LIVES=10000 swift test --filter SwarmTests`, and from another
/// seed with `PUNCTUAL_SEED`. The seed of a life that fails is the argument of its test.
@Suite("A random history with faults")
struct SwarmTests {
    static let lives: [UInt64] = {
        let environment = ProcessInfo.processInfo.environment
        let first = environment["PUNCTUAL_SEED"].flatMap { UInt64($0) } ?? 1_000
        let count = environment["PUNCTUAL_LIVES"].flatMap { UInt64($0) } ?? 40
        return (first..<first + count).map { $0 }
    }()

    @Test(
        "heals: what was answered is answered again, what was lost is done, all that is owed is paid", arguments: lives)
    func heals(seed: UInt64) throws {
        var swarm = try Swarm(seed: seed)
        for _ in 0..<80 { try swarm.step() }
        try swarm.heal()
        try swarm.history.check(allowing: [.lateBreach, .latePayment])
    }

    @Test("comes to faults of every kind, and to lives without a request, and with many")
    func covers() throws {
        var faults: [Int] = []
        var requests: [Int] = []
        for seed in 1_000..<1_020 as Range<UInt64> {
            var swarm = try Swarm(seed: seed)
            for _ in 0..<80 { try swarm.step() }
            faults.append(swarm.history.faults)
            requests.append(swarm.history.answered.count)
        }
        #expect(faults.reduce(0, +) > 60, "\(faults)")
        #expect((requests.max() ?? 0) > 20 && requests.contains { $0 < 8 }, "\(requests)")
    }
}

/// A life with a mixture of its own, and a store that fails now and then.
private struct Swarm {
    private(set) var history: RandomHistory
    private let kinds: [Int]
    private var random: SeededRandom

    init(seed: UInt64) throws {
        history = try RandomHistory(seed: seed, isAwake: false)
        random = SeededRandom(seed: ~seed)
        var kinds: [Int] = []
        for kind in RandomHistory.steps where Bool.random(using: &random) { kinds.append(kind) }
        // 18 is a crash of its own kind, which expects a store without faults; here they come at any time.
        self.kinds = kinds.filter { $0 != 18 } + [0]
        try restart()
    }

    mutating func step() throws {
        let kind = kinds.randomElement(using: &random) ?? 0
        do {
            try history.step(kind)
        } catch is StoreError {
            history.faults += 1
        } catch is Refusal {
            // While no key signs, nothing is accepted; the command that brings the next one may be what failed.
        }
        if history.world.world.surroundings.halted != nil { try restart() }
    }

    /// No faults from here on: everything that was sent is sent again.
    mutating func heal() throws {
        let world = history.world
        try world.world.restart()
        try history.rotate()
        for (key, body) in history.asked {
            do {
                let answer = try world.world.request(body, from: world.tenant, key: key)
                #expect(history.answered[key].map { $0 == answer } ?? true, "\(key) was answered otherwise")
                #expect(try world.world.request(body, from: world.tenant, key: key) == answer)
            } catch let refusal as Refusal {
                #expect(refusal.code == Refusal.erased.code, "\(key): \(refusal)")
            }
        }
        #expect(try world.rows(RequestRecord.self).count == history.asked.count, "one effect for each key")
        try history.end()
        _ = try world.waiting("after", holder: "urn:example:person:9")
    }

    /// A new process, with faults at transactions that follow from the seed.
    private mutating func restart() throws {
        let seed = random.next()
        let oneIn = Int.random(in: 4...40, using: &random)
        try history.world.world.restart { transaction in
            var random = SeededRandom(seed: seed &+ UInt64(transaction))
            guard Int.random(in: 0..<oneIn, using: &random) == 0 else { return nil }
            return [.full, .lost, .persisted].randomElement(using: &random)
        }
    }
}
