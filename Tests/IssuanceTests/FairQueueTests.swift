import Temporal
import TestSupport
import Testing

@testable import Issuance

/// `Fairness` in the catalogue of the room, line by line.
@Suite("The fair queue")
struct FairQueueTests {
    /// One command: whose it is, and the how manyth of its party.
    private struct Item: Hashable {
        let party: Party
        let number: Int
    }

    private static func institution(_ number: Int) -> Party {
        .institution(TenantID(random: [UInt8](repeating: UInt8(number), count: 8)))
    }

    private static func people(_ number: Int) -> Party {
        .people(TenantID(random: [UInt8](repeating: UInt8(number), count: 8)))
    }

    /// A queue beside plain lists of what was put in and what came out.
    private struct Model {
        var queue: FairQueue<Item>
        var sent: [Party: Int] = [:]
        var came: [Party: [Int]] = [:]

        init(capacity: Int = 16_384) { queue = FairQueue(capacity: capacity) }

        mutating func send(_ party: Party, _ count: Int = 1) -> FairQueue<Item>.Overflow? {
            for _ in 0..<count {
                let number = sent[party, default: 0]
                if let overflow = queue.append(Item(party: party, number: number), of: party) { return overflow }
                sent[party] = number + 1
            }
            return nil
        }

        @discardableResult
        mutating func take(_ most: Int = 256) -> [Item] {
            let batch = queue.take(atMost: most)
            for item in batch { came[item.party, default: []].append(item.number) }
            return batch
        }

        func waiting(_ party: Party) -> Int { sent[party, default: 0] - (came[party]?.count ?? 0) }
    }

    @Test("keeps the order of each party, loses nothing, and gives each its share of every batch", arguments: 1...40)
    func shares(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var model = Model()
        let others = (0..<12).map { $0.isMultiple(of: 3) ? Self.people($0) : Self.institution($0) }
        let parties = others + [.chores, .urgent]
        for _ in 0..<120 {
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                let party = parties.randomElement(using: &random) ?? .chores
                // Now and then a rush.
                let count = Int.random(in: 0...9, using: &random) == 0 ? 700 : Int.random(in: 1...20, using: &random)
                _ = model.send(party, count)
            }
            let waiting = Dictionary(uniqueKeysWithValues: parties.map { ($0, model.waiting($0)) })
            let batch = model.take()
            let total = waiting.values.reduce(0, +)
            #expect(batch.count == min(256, total))
            #expect(model.queue.count == total - batch.count)
            let taken = Dictionary(grouping: batch, by: \.party).mapValues(\.count)
            let waiters = others.filter { waiting[$0]! > 0 }
            for party in waiters {
                #expect(taken[party, default: 0] >= min(waiting[party]!, 160 / waiters.count), "\(party)")
            }
            // Nobody has two turns more than somebody who still waits.
            let left = waiters.filter { model.waiting($0) > 0 }.map { taken[$0, default: 0] }
            #expect((left.max() ?? 0) - (left.min() ?? 0) <= 1)
            #expect(taken[.urgent, default: 0] >= min(waiting[.urgent]!, 32))
            #expect(taken[.chores, default: 0] >= min(waiting[.chores]!, 64))
        }
        while !model.queue.isEmpty { model.take() }
        for party in parties {
            #expect(model.came[party] ?? [] == Array(0..<model.sent[party, default: 0]), "\(party)")
        }
        #expect(model.queue.partyCount == 0 && model.queue.depths == (0, 0, 0))
    }

    @Test("whoever sends one command is in the next batch, however much others sent", arguments: [1, 3, 100])
    func oneCommand(floods: Int) {
        var model = Model()
        for number in 0..<floods { _ = model.send(Self.institution(number), 16_384 / floods) }
        _ = model.send(.chores, 4_096)
        model.take()
        _ = model.send(Self.institution(200))
        #expect(model.take().contains { $0.party == Self.institution(200) })
    }

    @Test("people are not behind the million of their institution")
    func people() {
        var model = Model()
        _ = model.send(Self.institution(1), 4_096)
        _ = model.send(Self.people(1), 3)
        #expect(model.take(8).filter { $0.party == Self.people(1) }.count == 3)
    }

    @Test("the round goes on where the batch before it ended")
    func goesOn() {
        var model = Model()
        for number in 0..<10 { _ = model.send(Self.institution(number), 5) }
        let order = (0..<5).flatMap { _ in model.take(4) }.map(\.party)
        #expect(order == (0..<20).map { Self.institution($0 % 10) })
    }

    @Test("is bounded for each party and for all, and has room again as soon as something is taken")
    func bounds() {
        var model = Model()
        #expect(model.send(Self.institution(1), 5_000) == .share)
        #expect(model.waiting(Self.institution(1)) == 4_096)
        #expect(model.queue.overflow(of: Self.people(1)) == nil)
        for number in 2...5 { _ = model.send(Self.institution(number), 5_000) }
        #expect(model.queue.depths.institutions == 16_384)
        #expect(model.send(Self.institution(9)) == .capacity)
        // What comes by the clock and what cannot wait have room of their own.
        #expect(model.send(.chores, 5_000) == .capacity && model.waiting(.chores) == 4_096)
        #expect(model.send(.urgent, 600) == .capacity && model.waiting(.urgent) == 512)
        #expect(model.queue.count == 16_384 + 4_096 + 512)
        model.take()
        for party in [Self.institution(9), .chores, .urgent] { #expect(model.send(party) == nil) }
    }

    @Test("without others the urgent, or chores, have a whole batch")
    func whole() {
        for party in [Party.urgent, .chores, Self.institution(1)] {
            var model = Model()
            _ = model.send(party, 400)
            #expect(model.take().count == 256)
        }
    }

    @Test("says no fewer ahead of a party than really are taken before its next one", arguments: 1...20)
    func ahead(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var model = Model()
        for number in 0..<8 { _ = model.send(Self.institution(number), Int.random(in: 0...300, using: &random)) }
        _ = model.send(.chores, Int.random(in: 0...300, using: &random))
        _ = model.send(.urgent, Int.random(in: 0...60, using: &random))
        let party = Self.institution(Int.random(in: 0...9, using: &random))
        let ahead = model.queue.ahead(of: party)
        let number = model.sent[party, default: 0]
        _ = model.send(party)
        var before = 0
        while true {
            let batch = model.take()
            guard let place = batch.firstIndex(where: { $0.party == party && $0.number == number }) else {
                before += batch.count
                continue
            }
            // A batch is answered as a whole; what of it stands before is what counts.
            #expect(before + place <= ahead + 256, "\(before) + \(place), said \(ahead)")
            break
        }
    }
}

@Suite("The pace of the queue")
struct PaceTests {
    private func at(_ milliseconds: Int64) -> Instant { Instant(milliseconds: 1_000_000 + milliseconds) }

    @Test("is what was taken in the last second", arguments: [(8_000, 8_000, 1), (8_000, 16_001, 3), (100, 16_000, 30)])
    func lastSecond(perSecond: Int, waiting: Int, seconds: Int) {
        var pace = QueuePace()
        for step in 0...30 { pace.took(perSecond / 10, at: at(Int64(step) * 100)) }
        #expect(pace.seconds(for: waiting, at: at(3_050)) == seconds)
    }

    @Test("is slower the longer nothing is taken, and a rest is not held against anybody for ever")
    func stalled() {
        var pace = QueuePace()
        for step in 0...20 { pace.took(800, at: at(Int64(step) * 100)) }
        #expect(pace.seconds(for: 8_000, at: at(2_050)) == 1)
        #expect(pace.seconds(for: 8_000, at: at(60_000)) == 30)
        for step in 0...20 { pace.took(800, at: at(61_000 + Int64(step) * 100)) }
        #expect(pace.seconds(for: 8_000, at: at(63_050)) == 1)
    }

    @Test("survives a clock that steps back, and says the longest when it knows nothing")
    func clock() {
        var pace = QueuePace()
        #expect(pace.seconds(for: 1, at: at(0)) == QueuePace.maximumSeconds)
        pace.took(500, at: at(0))
        pace.took(500, at: at(-5_000))
        #expect(pace.seconds(for: 500, at: at(-5_000)) == 1)
        #expect(pace.seconds(for: 0, at: at(-9_000)) == 1)
    }
}
