import CanonicalJSON
import Compensation
import Issuance
import ServiceLevels
import Settlement
import Simulation
import Temporal
import Testing

@Suite("A suspension of payments")
struct SuspensionTests {
    private let world: World
    private let ina: (id: StaffID, apiKey: String)
    private let ole: (id: StaffID, apiKey: String)

    init() throws {
        world = try World()
        ina = try world.world.addStaff("Ina Berg", [.policyApprover])
        ole = try world.world.addStaff("Ole Dahl", [.policyApprover, .finance])
    }

    /// Publishes a suspension of the default policy for some days from now on.
    private func publish(days: Int64) throws -> String {
        let now = world.world.clock.now
        let document: JSON = [
            "apiVersion": "punctual/v1", "kind": "Suspension",
            "metadata": [
                "id": "moratorium", "version": 1, "tenant": "default", "effectiveFrom": .string(now.rfc3339),
                "title": ["en": "Moratorium"],
            ],
            "spec": [
                "policyRef": "pocket-fit", "from": .string(now.rfc3339),
                "until": .string((now + .days(days)).rfc3339), "reason": ["en": "An emergency."],
                "approvedBy": [.string(ina.id.text), .string(ole.id.text)],
            ],
        ]
        return try world.world.publish(document).body["hash"]?.stringValue ?? ""
    }

    private func approve(_ hash: String, _ staff: StaffID) throws {
        _ = try world.world.approvePolicy(hash, by: staff)
    }

    @Test("pays nothing for a promise that is broken while it holds, says so to the person, and recomputes")
    func holds() throws {
        let hash = try publish(days: 10)
        try approve(hash, ina.id)
        try approve(hash, ole.id)
        let id = try world.waiting()
        try world.pass(Default.target + Milliseconds(1))
        try world.pass(.days(2))
        #expect(try world.story(of: id) == ["request.accepted", "sla.breach", "notice.queued"])
        #expect(try world.rows(PaymentRecord.self).isEmpty)
        #expect(try world.rows(RequestRecord.self).first?.assessAt == nil)
        let notices = try world.world.service.notices(of: "urn:example:person:1", at: world.tenant)
        #expect(notices["notices"]?.arrayValue?.first?["text"]?.stringValue?.contains(hash) == true)
        try check()
        try world.world.restart()
        try world.pass(.days(20))
        #expect(try world.rows(PaymentRecord.self).isEmpty)
        try check()
    }

    @Test("takes two who may: one approval, or one by somebody else, changes nothing")
    func twoApprovers() throws {
        let hash = try publish(days: 10)
        try approve(hash, ina.id)
        #expect(throws: Refusal.self) { try approve(hash, ina.id) }
        let other = try world.world.addStaff("Eva Lund", [.policyApprover])
        #expect(throws: Refusal.self) { try approve(hash, other.id) }
        _ = try world.world.changeRoles(of: ole.id, [.finance])
        #expect(throws: Refusal.self) { try approve(hash, ole.id) }
        _ = try world.waiting()
        try world.pass(Default.target + Milliseconds(1))
        #expect(try world.rows(PaymentRecord.self).count == 1)
        try check()
    }

    @Test("3.1/18: beginning inside a delay, it takes nothing from who was late before")
    func insideDelay() throws {
        _ = try world.waiting()
        try world.pass(Default.target + Milliseconds(1))
        let hash = try publish(days: 10)
        try approve(hash, ina.id)
        try approve(hash, ole.id)
        try world.pass(Default.secondTier)
        #expect(try world.rows(PaymentRecord.self).count == 3)
        try check()
    }

    @Test("ends when it is withdrawn, and the log says who approved it")
    func withdrawn() throws {
        let hash = try publish(days: 100)
        try approve(hash, ina.id)
        try approve(hash, ole.id)
        _ = try world.world.withdrawPolicy(hash)
        _ = try world.waiting()
        try world.pass(Default.target + Milliseconds(1))
        #expect(try world.rows(PaymentRecord.self).count == 1)
        #expect(try world.world.service.publicPolicy(hash).approvals.count == 2)
        #expect(try !world.world.service.publicPolicy(hash).isInForce)
        try check()
    }

    /// A stranger agrees, and the rows follow from the log.
    private func check() throws {
        try world.world.store.read { reader in
            let copy = MemoryStore(Tables.all)
            try copy.write { try Replay.rebuild(from: reader, into: $0) }
            #expect(try copy.read { try Replay.firstDifference(between: reader, and: $0) } == nil)
        }
        var recomputation = Recomputation()
        for row in try world.rows(EntryRecord.self) { recomputation.read(row.body) }
        let report = recomputation.finish(at: world.world.clock.now)
        #expect(report.findings.isEmpty && report.unknowns.isEmpty, "\(report.findings) \(report.unknowns)")
    }
}
