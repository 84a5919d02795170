import CanonicalJSON
import Issuance
import Settlement
import Simulation
import Temporal
import TestSupport
import Testing

private typealias Breach = ObjectivesWorld.Breach
private let millisecond = Milliseconds(1)

/// Decisions about claims, as promises that pay.
@Suite("A promise to decide")
struct DecisionPromiseTests {
    private func made() throws -> ObjectivesWorld {
        try ObjectivesWorld([("claim-decision", nil), ("appeal-decision", nil)], cap: 10_000) { world in
            try world.world.publish(
                ClaimWorld.policy(onSilence: "escalate", ["independentAssessor": nil])
                    .replacing("/metadata/tenant", by: .string(world.tenant.text)))
            for name in ["Ada", "Bob", "Cem", "Dan"] {
                _ = try world.world.addStaff(name, [.customerExperience])
            }
        }
    }

    private func file(_ world: ObjectivesWorld, _ id: RequestID) throws -> ClaimID {
        let answer = try world.world.world.fileClaim(ClaimWorld.impact, about: id, of: world.world.tenant, key: "file")
        return try #require(answer.body["id"]?.stringValue.flatMap { ClaimID($0) })
    }

    private func decide(_ world: ObjectivesWorld, _ claim: ClaimID, key: String) throws {
        let record = try #require(world.world.rows(ClaimRecord.self).first { $0.id == claim.text })
        let by = try #require(record.assignee.flatMap { StaffID($0) })
        let body: JSON = [
            "outcome": "denied", "rules": [["policy": .string(record.policy), "pointer": "/spec/fileWithin"]],
        ]
        try world.world.world.decideClaim(body, claim, of: world.world.tenant, by: by, key: key)
    }

    @Test("is kept at the deadline, and broken a millisecond later, once, whatever an escalation says")
    func decision() throws {
        let world = try made()
        let id = try world.ask()
        let claim = try file(world, id)
        try world.go(to: .days(10))
        #expect(try world.breaches(of: id).filter { $0.objective != "issue" }.isEmpty)
        try world.go(to: .days(10) + millisecond)
        #expect(try world.breaches(of: id).contains(Breach("claim-decision", 1, .days(10))))
        #expect(try world.given(to: id).contains("claim-decision 1 100"))
        try world.go(to: .days(10) + .hours(3) + millisecond)
        try decide(world, claim, key: "decide")
        try world.go(to: .days(19))
        let given = try world.given(to: id).filter { $0.hasPrefix("claim-decision") }
        #expect(given == ["claim-decision 1 100", "claim-decision 1 150"])
        #expect(try world.breaches(of: id).filter { $0.objective == "claim-decision" }.count == 1)
        try world.world.check(allowing: [.lateBreach, .latePayment])
    }

    @Test("in time owes nothing; of an appeal it is a promise of its own")
    func appeal() throws {
        let world = try made()
        let id = try world.ask()
        let claim = try file(world, id)
        world.sleep(to: .days(10))
        try decide(world, claim, key: "decide")
        try world.world.world.appeal("No.", claim, of: world.world.tenant, key: "appeal")
        try world.go(to: .days(25))
        #expect(try world.breaches(of: id).allSatisfy { $0.objective == "issue" })
        try world.go(to: .days(25) + millisecond)
        #expect(try world.breaches(of: id).contains(Breach("appeal-decision", 1, .days(25))))
        #expect(try world.given(to: id).contains("appeal-decision 1 100"))
        try world.world.check(allowing: [.lateBreach, .latePayment])
    }

    @Test("stands still while evidence was asked for")
    func evidence() throws {
        let world = try made()
        let id = try world.ask()
        let claim = try file(world, id)
        try world.go(to: .days(9))
        let record = try #require(world.world.rows(ClaimRecord.self).first { $0.id == claim.text })
        let by = try #require(record.assignee.flatMap { StaffID($0) })
        try world.world.world.askForEvidence(["screenshot"], claim, of: world.world.tenant, by: by, key: "ask")
        try world.go(to: .days(14))
        try world.world.world.giveEvidence("a picture", claim, of: world.world.tenant, key: "give")
        try world.go(to: .days(15))
        #expect(try world.breaches(of: id).allSatisfy { $0.objective == "issue" })
        try world.go(to: .days(15) + millisecond)
        #expect(try world.breaches(of: id).contains(Breach("claim-decision", 1, .days(15))))
        try world.world.check(allowing: [.lateBreach, .latePayment])
    }
}
