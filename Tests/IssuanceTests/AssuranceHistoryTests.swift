import CanonicalJSON
import Foundation
import Issuance
import Settlement
import Simulation
import StatusLists
import Temporal
import TestSupport
import Testing

/// Random lives of late requests whose credentials are checked again, or not: engine, recomputation, replay, what-if
/// and the naive model in Python agree.
@Suite("Random histories of further checks")
struct AssuranceHistoryTests {
    @Test("settle, come again from the log, and mean the same in another language", arguments: UInt64(1)...25)
    func settle(seed: UInt64) throws {
        let life = try AssuranceLife(seed)
        for step in 0..<60 { try life.step(step) }
        try life.it.world.pass(.hours(40))
        try life.it.world.check(allowing: [.lateBreach, .latePayment])
        #expect(try life.it.world.naive().problems == [], "seed \(seed)")
        var recomputation = Recomputation()
        for entry in try life.it.world.rows(EntryRecord.self) { recomputation.read(entry.body) }
        let report = recomputation.finish(at: try life.it.world.logTime())
        let rows = try life.it.world.rows(UpgradeRecord.self)
        for state in UpgradeState.allCases {
            #expect(report.upgrades[state.rawValue, default: 0] == rows.count { $0.state == state }, "\(state)")
        }
    }

    @Test("come to tell something: over all seeds upgrades are done, waived, void and open")
    func cover() throws {
        var states: [UpgradeState: Int] = [:]
        for seed in UInt64(1)...12 {
            let life = try AssuranceLife(seed)
            for step in 0..<60 { try life.step(step) }
            for row in try life.it.world.rows(UpgradeRecord.self) { states[row.state, default: 0] += 1 }
        }
        #expect(UpgradeState.allCases.allSatisfy { states[$0, default: 0] > 2 }, "\(states)")
    }
}

/// One random life.
private final class AssuranceLife {
    let it: AssuranceWorld
    private var random: SeededRandom
    private var requests: [RequestID] = []

    init(_ seed: UInt64) throws {
        it = try AssuranceWorld(seed: seed, level: seed % 2 == 0 ? "high" : "substantial")
        random = SeededRandom(seed: seed &* 104_729)
    }

    func step(_ number: Int) throws {
        let id = requests.randomElement(using: &random)
        let size = try it.world.rows(EntryRecord.self).count
        do {
            try act(Int.random(in: 0..<14, using: &random), id, "step \(number)")
        } catch is Refusal {
            #expect(try it.world.rows(EntryRecord.self).count == size)
        }
    }

    private func act(_ kind: Int, _ id: RequestID?, _ key: String) throws {
        let by = Bool.random(using: &random) ? it.checker : it.other
        let open = try it.world.world.service.openUpgrades()["upgrades"]?.arrayValue ?? []
        let owed = open.first { $0["waitsFor"] == "check" }?["request"]?.stringValue.flatMap { RequestID($0) }
        switch kind {
        case 0..<3:
            requests.append(
                try it.world.waiting(key, holder: "urn:example:person:\(Int.random(in: 1...3, using: &random))"))
        case 3, 4: try it.world.pass(.minutes(Int64.random(in: 1...1600, using: &random)))
        case 5..<7: if let id { try it.perform(.approve(note: nil), id, key) }
        case 7..<9:
            // Mostly one that is owed; else any, which is refused.
            if let id = owed ?? id {
                try it.world.world.recordCheck(
                    AssuranceWorld.body(), of: id, of: it.world.tenant, by: by, key: key)
            }
        case 9, 10:
            let reason = CheckFailure.allCases.randomElement(using: &random)?.rawValue
            if let id = owed ?? id {
                try it.world.world.recordCheck(
                    AssuranceWorld.body(failed: reason), of: id, of: it.world.tenant, by: by, key: key)
            }
        case 11: if let id { try it.perform(.revoke(note: nil), id, key) }
        case 12:
            if let id, Bool.random(using: &random) {
                try it.perform(.cancel(note: nil), id, key)
            } else {
                try it.world.world.erase(["urn:example:person:1"], of: it.world.tenant)
            }
        default:
            if let id {
                try it.perform(
                    .setStatus(.suspension, value: Int64.random(in: 0...1, using: &random), note: nil), id, key)
            }
        }
    }
}
