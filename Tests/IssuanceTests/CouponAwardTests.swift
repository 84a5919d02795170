import CanonicalJSON
import Compensation
import Issuance
import Settlement
import Simulation
import Temporal
import TestSupport
import Testing

/// A policy that gives a coupon, or premium access beside what is there: rules 38 and 39, from the posting to the till.
@Suite("Coupons and access that a policy gives")
struct CouponAwardTests {
    private static func coupon(_ minor: Int64) -> JSON {
        [
            "type": "coupon", "class": "guaranteed", "amount": ["unit": "EUR", "minor": .integer(minor)],
            "expires": ["calendarDays": 90],
        ]
    }

    private static func access(_ days: Int64) -> JSON {
        ["type": "premium-extension", "class": "guaranteed", "amount": ["unit": "DAYS", "minor": .integer(days)]]
    }

    /// Five euros at the deadline, eight more after four hours.
    private static let tiers: JSON = [
        ["over": "deadline", "benefits": [coupon(500), SettlingWorld.credit(100)]],
        ["over": ["elapsed": "PT4H"], "benefits": [coupon(1300), SettlingWorld.credit(100)]],
    ]

    private static func coupons(_ world: SettlingWorld) throws -> [CouponRecord] {
        try world.world.rows(CouponRecord.self).sorted { $0.number < $1.number }
    }

    @Test("each is minted once with its posting, for the holder and nobody else, and is worth its amount at the till")
    func given() throws {
        let world = try SettlingWorld(["/model/tiers": Self.tiers])
        _ = try world.late("a")
        _ = try world.late("b", holder: "urn:example:person:2")
        try world.world.pass(.hours(5))
        let coupons = try Self.coupons(world)
        #expect(coupons.map(\.granted).sorted() == [500, 500, 800, 800])
        #expect(Set(coupons.map(\.number)) == [0, 1, 2, 3])
        #expect(Set(coupons.map(\.holder)) == ["urn:example:person:1", "urn:example:person:2"])
        let first = coupons[0]
        let code = try #require(
            world.service.coupon(first.coupon, at: world.world.tenant)["code"]?.stringValue)
        let other = coupons.first { $0.holder != first.holder }?.holder ?? ""
        #expect(CouponTests.code { try CouponTests.redeem(world.world, code, holder: other, key: "x") } != nil)
        let redeemed = try CouponTests.redeem(world.world, code, holder: first.holder, key: "r")
        #expect(redeemed.body["minor"] == .integer(first.granted) && redeemed.body["unit"] == "EUR")
        try world.world.check(allowing: [.latePayment])
    }

    @Test("what is owed first is minted when it is paid, and not before")
    func owed() throws {
        let world = try SettlingWorld(["/model/tiers": Self.tiers, "/approval": SettlingWorld.approval()])
        _ = try world.late("a")
        #expect(try Self.coupons(world) == [])
        try world.world.pass(.hours(2) + .minutes(1))
        #expect(try Self.coupons(world).map(\.granted) == [500])
        try world.world.check(allowing: [.latePayment])
    }

    @Test("a service that crashes in between mints each once")
    func crashes() throws {
        let world = try SettlingWorld(["/model/tiers": Self.tiers])
        _ = try world.late("a")
        try world.world.world.restart()
        try world.world.pass(.hours(5))
        try world.world.world.restart()
        try world.world.pass(.hours(5))
        #expect(try Self.coupons(world).map(\.granted) == [500, 800])
        try world.world.check(allowing: [.latePayment])
    }

    private static let frauds: [(name: String, change: @Sendable (inout Forger) -> Void)] = [
        ("mints none", { forger in forger.drop("coupon.minted") }),
        ("mints less", { forger in forger.change("coupon.minted") { $0["minor"] = 499 } }),
        ("mints for another posting", { forger in forger.change("coupon.minted") { $0["claimKey"] = "00" } }),
        (
            "mints one that ends sooner",
            { forger in
                forger.change("coupon.minted") { $0["until"] = .integer(($0["until"]?.integerValue ?? 0) - 1) }
            }
        ),
    ]

    @Test("an operator who mints none, another worth, or one for nothing is found out", arguments: frauds.indices)
    func fraud(_ index: Int) throws {
        let world = try SettlingWorld(["/model/tiers": Self.tiers])
        _ = try world.late("a")
        var forger = try Forger(world)
        #expect(try forger.report().findings.map(\.description) == [])
        Self.frauds[index].change(&forger)
        #expect(try forger.report().findings.map(\.kind).contains(.wrongCoupon), "\(Self.frauds[index].name)")
    }

    @Test("access beside what the holder has ends as late as the longer of the two, by the engine and by the stranger")
    func beside() throws {
        func tiers(_ first: Int64, _ second: Int64) -> JSON {
            [
                ["over": "deadline", "benefits": [Self.access(first)]],
                ["over": ["elapsed": "PT24H"], "benefits": [Self.access(second)]],
            ]
        }
        let world = try SettlingWorld(["/model/tiers": tiers(3, 13), "/stacking/premium": "max-end"])
        _ = try world.late("a")
        let start = world.world.world.clock.now
        try world.world.pass(.hours(25))
        let windows = try world.world.rows(PremiumRecord.self).sorted { $0.from < $1.from }
        #expect(windows.count == 2)
        // Three days from the deadline, and ten more that count from a day later: eleven, not thirteen.
        #expect(windows[0].until - windows[0].from == Milliseconds.days(3).count)
        #expect(windows[1].from == windows[0].until)
        let ahead = windows[1].until - start.milliseconds
        #expect(Milliseconds.days(11).count...Milliseconds.days(11).count + Milliseconds.hours(2).count ~= ahead)
        try world.world.check(allowing: [.latePayment])
    }
}
