import Compensation
import Issuance
import Settlement
import Simulation
import Temporal
import Testing

@Suite("A database that is older than incidents")
struct IncidentBackfillTests {
    @Test("is filled at the first start with what a replay makes of its log")
    func fills() throws {
        let world = try World()
        let ids = try world.waiting(3)
        let held = try world.waiting(1, "held")[0]
        let hold = RequestAction.hold(reason: "scheduled-maintenance", evidence: "published-window", note: nil)
        try world.world.perform(hold, on: held, of: world.tenant, key: "hold")
        try world.pass(Default.target + .hours(4) + Milliseconds(1))
        try world.world.perform(.approve(note: nil), on: ids[0], of: world.tenant, key: "approve")
        try world.world.perform(.approve(note: nil), on: ids[1], of: world.tenant, key: "approve-1")
        try world.world.erase(["urn:example:person:ask1"], of: world.tenant)
        #expect(try world.affected(held)?.stage == .scheduledMaintenance)
        let rows = try world.rows(AffectedRecord.self)
        let sums = try world.rows(TallyRecord.self)
        #expect(rows.count == 4 && sums.count > 4)
        try world.world.store.write { writer in
            for row in rows.dropFirst() { try writer.delete(AffectedRecord.self, key: row.key) }
            for row in sums { try writer.delete(TallyRecord.self, key: row.key) }
        }
        try world.world.restart()
        #expect(try world.rows(AffectedRecord.self) == rows)
        #expect(try world.rows(TallyRecord.self) == sums)
        try world.check(allowing: [.lateBreach, .latePayment])
    }
}
