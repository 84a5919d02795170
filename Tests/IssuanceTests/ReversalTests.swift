import CanonicalJSON
import Compensation
import Issuance
import Settlement
import Simulation
import Temporal
import Testing

@Suite("Taking back")
struct ReversalTests {
    private let world: SettlingWorld
    private let staff: StaffID

    init() throws {
        let world = try SettlingWorld([
            "/reversal": [
                "reasons": ["duplicate", "fraud"], "take": "unspent-only", "window": ["calendarDays": 30],
            ]
        ])
        self.world = world
        staff = try world.world.world.addStaff("Ina", [.finance]).id
    }

    private func payments() throws -> [PaymentRecord] {
        try world.world.rows(PaymentRecord.self).sorted { $0.seq < $1.seq }
    }

    private func refused(_ key: String, minor: Int64? = nil, by other: StaffID? = nil) {
        #expect(throws: Refusal.self) { try world.reverse(key, .duplicate, minor: minor, by: other ?? staff) }
    }

    @Test("3.2/21 takes what is not spent, once; with the original it comes to nothing, and the person is told")
    func once() throws {
        let id = try world.late("a")
        let key = try #require(payments().first?.claimKey)
        try world.reverse(key, .duplicate, by: staff)
        refused(key)
        var balances: [String: Int64] = [:]
        for line in try world.world.rows(JournalLineRecord.self) { balances[line.account, default: 0] += line.minor }
        #expect(balances.values.allSatisfy { $0 == 0 })
        #expect(try world.world.rows(LotRecord.self).map(\.left) == [0])
        #expect(try world.world.story(of: id).suffix(2) == ["compensation.reversed", "notice.queued"])
        // It counts as given: the next tier gives only the difference.
        try world.world.pass(.hours(4))
        #expect(try payments().map(\.minor) == [500, 500, 7])
        try world.check()
    }

    @Test("A31 whoever does not want it gives it back, whatever the policy says; once, and only of their own request")
    func waived() throws {
        let never = try SettlingWorld(["/reversal": ["reasons": [], "take": "never"]])
        let id = try never.late("a")
        let other = try never.late("b")
        let payments = try never.world.rows(PaymentRecord.self)
        let key = try #require(payments.first { $0.request == id.text && $0.minor == 500 }?.claimKey)
        #expect(throws: Refusal.self, "of another request") { try never.waive(key, of: other) }
        let tenant = try never.world.world.addInstitution("Aurora Flight Academy")
        #expect(throws: Refusal.self, "of another institution") { try never.waive(key, of: id, at: tenant) }
        #expect(throws: Refusal.self, "of nothing") { try never.waive(String(repeating: "0", count: 64), of: id) }
        try never.world.pass(.days(200))
        try never.waive(key, of: id)
        #expect(throws: Refusal.self, "once") { try never.waive(key, of: id) }
        #expect(try never.world.rows(LotRecord.self).first { $0.claimKey == key }?.left == 0)
        #expect(try never.world.story(of: id).suffix(2) == ["compensation.reversed", "notice.queued"])
        let notices = try never.world.world.service.notices(of: "urn:example:person:1", at: never.world.tenant)
        #expect(JSON.object(notices).canonicalString.contains("As you wished, 500"), "\(notices)")
        try never.world.world.stateCoverage()
        let found = try never.report().findings.filter { [.wrongReversal, .wrongCoverage].contains($0.kind) }
        #expect(found.isEmpty, "\(found)")
        try never.check(allowing: [.latePayment, .lateBreach])
    }

    @Test("3.1/21 never more than was paid, nor less than something")
    func notMore() throws {
        _ = try world.late("a")
        let key = try #require(payments().first?.claimKey)
        refused(key, minor: 501)
        refused(key, minor: 0)
        refused(key, minor: -1)
        try world.reverse(key, .fraud, minor: 200, by: staff)
        #expect(try world.world.rows(LotRecord.self).map(\.left) == [300])
        refused(key, minor: 100)
        try world.check()
    }

    @Test("not for another reason, not after the window, not by others, not what was never paid")
    func refusals() throws {
        _ = try world.late("a")
        let key = try #require(payments().first?.claimKey)
        #expect(throws: Refusal.self) { try world.reverse(key, .appeal, by: staff) }
        let agent = try world.world.world.addStaff("Kai", [.agent]).id
        refused(key, by: agent)
        refused(String(repeating: "0", count: 64))
        try world.world.pass(.days(30) + Milliseconds(1))
        refused(key)
        try world.check(allowing: [.latePayment])
    }

    @Test("3.1/23 what has expired is gone already: nothing is left to take back")
    func expired() throws {
        let short = try SettlingWorld([
            "/reversal": ["reasons": ["duplicate"], "take": "unspent-only"],
            "/model/tiers": [
                [
                    "over": "deadline",
                    "benefits": [
                        [
                            "type": "credit", "class": "guaranteed", "amount": ["unit": "PFC", "minor": 5],
                            "expires": ["calendarDays": 2],
                        ]
                    ],
                ]
            ],
        ])
        let staff = try short.world.world.addStaff("Ina", [.finance]).id
        _ = try short.late("a")
        let key = try #require(short.world.rows(PaymentRecord.self).first?.claimKey)
        try short.world.pass(.days(2))
        #expect(throws: Refusal.self) { try short.reverse(key, .duplicate, by: staff) }
    }

    @Test("of premium access only whole days that are still to come")
    func premium() throws {
        _ = try world.late("a")
        try world.world.pass(.hours(4))
        let key = try #require(payments().first { $0.unit == "DAYS" }?.claimKey)
        try world.world.pass(.days(2) + .hours(1))
        try world.reverse(key, .duplicate, by: staff)
        let left = try #require(world.world.rows(PremiumRecord.self).first { $0.claimKey == key })
        #expect(left.until - left.from == 3 * 86_400_000)
        refused(key)
        try world.check(allowing: [.latePayment])
    }

    @Test("a person who was erased has nothing that could be found and taken back")
    func erased() throws {
        let id = try world.late("a")
        let key = try #require(payments().first?.claimKey)
        try world.world.world.perform(.cancel(note: nil), on: id, of: world.world.tenant, key: "c")
        try world.world.world.erase(["urn:example:person:1"], of: world.world.tenant)
        refused(key)
    }

    @Test("a policy that takes nothing back means it")
    func never() throws {
        let never = try SettlingWorld([:])
        let staff = try never.world.world.addStaff("Ina", [.finance]).id
        _ = try never.late("a")
        let key = try #require(never.world.rows(PaymentRecord.self).first?.claimKey)
        #expect(throws: Refusal.self) { try never.reverse(key, .duplicate, by: staff) }
    }
}
