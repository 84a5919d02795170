import CanonicalJSON
import Compensation
import Issuance
import Settlement
import Simulation
import Temporal
import TestSupport
import Testing

@Suite("An incident of 12 % over 40 institutions, at a reduced size")
struct IncidentMassTests {
    /// 2,000 requests of 40 institutions, of which 240 wait while the others are issued at once.
    @Test(
        "3.1/30 a crash at a random point and one poisoned record: all others are grouped, counted and paid once",
        arguments: [3, 4] as [UInt64])
    func mass(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let world = try World(seed: seed)
        let tenants = try [world.tenant] + (1..<40).map { try world.world.addInstitution("Institution \($0)") }
        var late: [RequestID] = []
        for index in 0..<2000 {
            let isLate = index % 25 < 3
            let body = requestBody(holder: "urn:example:person:\(index)", review: isLate ? "manual" : "none")
            let answer = try world.world.request(body, from: tenants[index / 25 % 40], key: "mass-\(index)")
            if isLate { late.append(try world.id(of: answer)) }
        }
        #expect(late.count == 240)
        try world.pass(Default.target - Milliseconds(1))
        world.world.clock.advance(by: Milliseconds(2))
        // The process dies somewhere between the breaches and the freeze.
        let at = Int.random(in: 1...6, using: &random)
        try world.world.restart { $0 == at ? .persisted : nil }
        _ = try? world.world.service.assessDue()
        _ = try? world.world.service.tendIncidents()
        try world.world.restart()
        try world.tend()
        let incident = try #require(try world.incidents().first)
        #expect(try world.incidents().count == 1)
        #expect(incident.members == 240 && incident.count == 240)
        // Those who got theirs at once had stopped before it began: the others are all that ran.
        #expect(incident.total == 240 && incident.severity == .major)
        let parts = try world.rows(IncidentPartRecord.self)
        #expect(Set(parts.map(\.tenant)).count == 40 && parts.reduce(0) { $0 + $1.members } == 240)
        let joined = try world.entries("incident.joined").compactMap { $0["facts"]?["requests"]?.arrayValue?.count }
        #expect(joined.reduce(0, +) == 240 && joined.allSatisfy { $0 <= 256 })
        try poison(late[17], in: world) { $0.compensation = "sha256:" + String(repeating: "0", count: 64) }
        world.world.clock.advance(by: .hours(4))
        let failures = try world.world.service.assessDue()
        #expect(failures.map(\.request) == [late[17].text])
        _ = try world.world.service.tendIncidents()
        for (index, id) in late.enumerated() { #expect(try world.given(id) == (index == 17 ? 500 : 1000)) }
        #expect(try world.world.service.dashboard()["open"] == 1)
        let policy = try #require(try world.rows(RequestRecord.self).first { $0.id == late[0].text }?.compensation)
        try poison(late[17], in: world) { $0.compensation = policy }
        try world.tend()
        #expect(try world.given(late[17]) == 1000)
        #expect(try world.world.service.dashboard()["open"] == 0)
        try world.check(allowing: [])
    }

    private func poison(_ id: RequestID, in world: World, _ change: (inout RequestRecord) -> Void) throws {
        try world.store.write { writer in
            guard var row = try writer.record(RequestRecord.self, .text(id.text)) else { return }
            change(&row)
            try writer.update(row)
        }
    }
}

extension World {
    fileprivate var store: MemoryStore { world.store }
}
