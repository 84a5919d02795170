import Cryptography
import Foundation
import Issuance
import Settlement
import Simulation
import TestSupport
import Testing
import TransparencyLog

/// Random lives of three nodes on one store: each step on any of them, whose memory is as old as it happens to be, and
/// whose store may fail at any commit while the others go on. After each, all that holds of one service's life holds. A
/// longer run and another seed as in ``SwarmTests``.
@Suite("A random history on several nodes")
struct NodeHistoryTests {
    static let lives: [UInt64] = SwarmTests.lives

    @Test("is one log: nothing acknowledged is lost, nobody is missed or paid twice", arguments: lives)
    func isOne(seed: UInt64) throws {
        var crowd = try Crowd(seed: seed)
        for _ in 0..<80 { try crowd.step() }
        try crowd.heal()
        try crowd.history.check(allowing: [.lateBreach, .latePayment])
        try crowd.checkAnchors()
    }

    @Test(
        "that are awake: recomputed, and by the naive model of another language, nothing at all is wrong",
        arguments: [3, 14, 15, 92] as [UInt64])
    func agrees(seed: UInt64) throws {
        var crowd = try Crowd(seed: seed, isAwake: true)
        for _ in 0..<60 { try crowd.step() }
        try crowd.heal()
        try crowd.history.check(allowing: [])
        #expect(try crowd.history.world.naive().problems == [])
    }

    @Test("comes to faults on every node, and to nodes that follow far")
    func covers() throws {
        var faults = 0
        var followed: Int64 = 0
        for seed in 1_000..<1_010 as Range<UInt64> {
            var crowd = try Crowd(seed: seed)
            for _ in 0..<80 { try crowd.step() }
            faults += crowd.history.faults
            followed = max(followed, crowd.farthest)
        }
        #expect(faults > 20, "\(faults)")
        #expect(followed > 20, "\(followed)")
    }
}

/// A life on several nodes.
private struct Crowd {
    private static let nodes = 3
    /// Steps that ask the service for a list before they act on it: whoever does that reads it again when refused.
    private static let steps = RandomHistory.steps.filter { $0 != 18 }

    private(set) var history: RandomHistory
    private var random: SeededRandom
    private let isAwake: Bool
    /// The most entries that a node was behind.
    private(set) var farthest: Int64 = 0

    /// - Parameter isAwake: whether what is due is looked for in time; then no store fails.
    init(seed: UInt64, isAwake: Bool = false) throws {
        history = try RandomHistory(seed: seed, isAwake: isAwake)
        random = SeededRandom(seed: ~seed)
        self.isAwake = isAwake
        try history.world.world.spread(over: (0..<Self.nodes).map { _ in random.next() })
        for node in 0..<Self.nodes { try restart(node) }
    }

    private var world: SimulatedWorld { history.world.world }

    mutating func step() throws {
        let node = Int.random(in: 0..<Self.nodes, using: &random)
        world.use(node)
        let kind = Self.steps.randomElement(using: &random) ?? 0
        do {
            farthest = max(
                farthest, try history.world.rows(EntryRecord.self).count64 - Int64(world.service.publishedLogSize))
            // As the timer does; or in the meantime. Keys that change by hand are looked up first.
            if (17...21).contains(kind) || Bool.random(using: &random) { try world.service.follow() }
            try history.step(kind)
        } catch is StoreError {
            history.faults += 1
        } catch is Refusal {
            // While no key signs, nothing is accepted; the command that brings the next one may be what failed.
        }
        if world.surroundings.halted != nil { try restart(node) }
    }

    /// A new process, with faults at transactions that follow from the seed.
    private mutating func restart(_ node: Int) throws {
        let (seed, oneIn) = (random.next(), Int.random(in: 4...40, using: &random))
        world.use(node)
        let isAwake = isAwake
        try world.restart { transaction in
            guard !isAwake else { return nil }
            var random = SeededRandom(seed: seed &+ UInt64(transaction))
            guard Int.random(in: 0..<oneIn, using: &random) == 0 else { return nil }
            return [.full, .lost, .persisted].randomElement(using: &random)
        }
    }

    /// No faults from here on: everything that was sent is sent again, to all of them.
    mutating func heal() throws {
        for node in 0..<Self.nodes {
            world.use(node)
            try world.restart()
        }
        try history.rotate()
        for (key, body) in history.asked {
            for node in (0..<Self.nodes).shuffled(using: &random) {
                world.use(node)
                do {
                    let answer = try world.request(body, from: history.world.tenant, key: key)
                    #expect(history.answered[key].map { $0 == answer } ?? true, "\(key) was answered otherwise")
                } catch let refusal as Refusal {
                    #expect(refusal.code == Refusal.erased.code, "\(key): \(refusal)")
                }
            }
        }
        let count = try history.world.rows(RequestRecord.self).count
        #expect(count == history.asked.count, "one effect for each key")
        try history.end()
        _ = try history.world.waiting("after", holder: "urn:example:person:9")
        for node in 0..<Self.nodes {
            world.use(node)
            #expect(world.surroundings.halted == nil, "node \(node) stopped")
        }
    }

    /// Every node's anchor, and the checkpoint that it shows, are of the one log.
    func checkAnchors() throws {
        let key = try VerifierKey(vkey: history.world.logKey(history.world.rows(EntryRecord.self)[0]))
        for node in 0..<Self.nodes {
            world.use(node)
            let anchored = try #require(world.surroundings.anchored)
            #expect(try world.store.read { try $0.root(size: anchored.size) } == anchored.root)
            let note = try SignedNote(parsing: world.service.checkpoint())
            let shown = try VerifiedCheckpoint(note, origin: world.service.logName, logKeys: [key])
            #expect(shown.head.size == UInt64(try history.world.rows(EntryRecord.self).count))
            #expect(world.surroundings.anchored == shown.head, "nothing is shown before it is anchored")
        }
    }
}

extension Array {
    fileprivate var count64: Int64 { Int64(count) }
}
