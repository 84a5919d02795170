import CanonicalJSON
import Compensation
import Cryptography
import Dispatch
import Issuance
import JOSE
import Multiformats
import Settlement
import Simulation
import Synchronization
import Temporal
import TestSupport
import Testing

/// Rule 39 in a whole service.
@Suite("Coupons")
struct CouponTests {
    static let agent = "00000000000000aa"

    static func world(budget: Int64 = 1_000_000, perAgent: Int64 = 10_000, seed: UInt64 = 5) throws -> World {
        let world = try World(seed: seed)
        try world.world.limitCoupons(at: world.tenant, budget: budget, perAgent: perAgent)
        return world
    }

    static func order(
        _ world: World, _ minor: Int64 = 500, count: Int64 = 1, kind: String = "single-use", days: Int64 = 30,
        holder: String? = nil, thumbprint: String? = nil
    ) -> JSON {
        var body: JSONObject = [
            "kind": .string(kind), "unit": "PFC", "minor": .integer(minor), "count": .integer(count),
            "until": .string((world.world.clock.now + .days(days)).rfc3339), "reason": "goodwill",
        ]
        body["holder"] = holder.map(JSON.string)
        body["keyThumbprint"] = thumbprint.map(JSON.string)
        return .object(body)
    }

    /// Mints, and gives what each coupon is called with its code, and the batch.
    static func mint(
        _ world: World, _ order: JSON, by agent: String? = nil, key: String = "mint"
    ) throws -> (batch: Int64, coupons: [(name: String, code: String)]) {
        let answer = try world.world.mint(order, at: world.tenant, by: agent, key: key)
        let coupons = (answer.body["coupons"]?.arrayValue ?? []).map {
            ($0["coupon"]?.stringValue ?? "", $0["code"]?.stringValue ?? "")
        }
        return (answer.body["batch"]?.integerValue ?? -1, coupons)
    }

    static func code(_ body: () throws -> Answer) -> Refusal.Code? {
        do {
            _ = try body()
            return nil
        } catch {
            return (error as? Refusal)?.code
        }
    }

    static func redeem(
        _ world: World, _ code: String, minor: Int64? = nil, holder: String? = nil, at tenant: TenantID? = nil,
        seconds: Int64? = nil, from address: String = "", key: String
    ) throws -> Answer {
        var body: JSONObject = ["code": .string(code)]
        body["minor"] = minor.map(JSON.integer)
        body["holder"] = holder.map(JSON.string)
        body["timeoutSeconds"] = seconds.map(JSON.integer)
        return try world.world.present(.object(body), at: tenant ?? world.tenant, from: address, key: key)
    }

    @Test("is minted, sent and redeemed once, and no table, entry or opening has its code")
    func life() throws {
        let world = try Self.world()
        let (_, coupons) = try Self.mint(world, Self.order(world, holder: "urn:ada"))
        let (name, code) = try #require(coupons.first)
        func state() throws -> JSON? { try world.world.service.coupon(name, at: world.tenant)["state"] }
        #expect(try state() == "minted")
        try world.world.send(name, to: "urn:ada", at: world.tenant, key: "send")
        #expect(try state() == "sent")
        #expect(try world.world.service.coupon(name, at: world.tenant)["code"] == .string(code))
        let first = try Self.redeem(world, code.lowercased(), holder: "urn:ada", key: "r")
        #expect(first.body["state"] == "redeemed" && first.body["minor"] == 500 && first.body["unit"] == "PFC")
        #expect(try state() == "redeemed")
        try world.world.restart()
        #expect(try Self.redeem(world, code.lowercased(), holder: "urn:ada", key: "r") == first)
        #expect(Self.code { try Self.redeem(world, code, holder: "urn:ada", key: "again") } == .couponUnavailable)
        let compact = code.filter { $0 != "-" }
        func has(_ bytes: [UInt8]) -> Bool {
            let text = String(decoding: bytes, as: UTF8.self).uppercased()
            return text.contains(compact) || text.contains(code)
        }
        #expect(try world.rows(EntryRecord.self).allSatisfy { !has($0.body) })
        #expect(try world.rows(OpeningRecord.self).allSatisfy { !has($0.document) })
        #expect(try world.rows(CouponRecord.self).allSatisfy { !has(Array("\($0)".utf8)) })
        try world.check(allowing: [])
    }

    @Test("3.1/25 other tenant's code is as unknown as one that was made up or mistyped")
    func otherTenant() throws {
        let world = try Self.world()
        let (_, coupons) = try Self.mint(world, Self.order(world))
        let code = coupons[0].code
        let other = try world.world.addInstitution("Another")
        #expect(Self.code { try Self.redeem(world, code, at: other, key: "a") } == .unknownCoupon)
        #expect(Self.code { try Self.redeem(world, String(code.reversed()), key: "b") } == .unknownCoupon)
        #expect(Self.code { try Self.redeem(world, "", key: "c") } == .unknownCoupon)
        #expect(Self.code { try Self.redeem(world, code, key: "d") } == nil)
    }

    @Test("3.1/25 redeem against expire against revoke: what comes first holds, at the boundary too")
    func ends() throws {
        let world = try Self.world()
        let (batch, coupons) = try Self.mint(world, Self.order(world, count: 4, days: 1))
        _ = try Self.redeem(world, coupons[0].code, key: "a")
        try world.world.revokeCoupons(batch: batch, coupon: coupons[1].name, at: world.tenant, key: "b")
        #expect(Self.code { try Self.redeem(world, coupons[1].code, key: "c") } == .couponUnavailable)
        world.world.clock.advance(by: .days(1) - Milliseconds(1))
        _ = try Self.redeem(world, coupons[2].code, key: "d")
        world.world.clock.advance(by: Milliseconds(1))
        #expect(Self.code { try Self.redeem(world, coupons[3].code, key: "e") } == .couponUnavailable)
        #expect(try world.world.service.coupon(coupons[3].name, at: world.tenant)["state"] == "expired")
        let revoked = Self.code { try world.world.revokeCoupons(batch: batch, at: world.tenant, key: "f") }
        #expect(revoked == .couponUnavailable, "nothing is left to revoke")
        try world.world.service.bookExpiredCoupons()
        let sums = try WalletTests.sums(world)
        #expect(sums["coupon:\(batch)"] == 0 && sums["breakage"] == -500 && sums["revenue"] == -1000)
        #expect(sums["expense:compensation"] == 1500)
        try world.check(allowing: [])
    }

    @Test("3.1/25 a cart's reservation: held for others, confirmed once, released, run out against confirm")
    func carts() throws {
        let world = try Self.world()
        let (_, coupons) = try Self.mint(world, Self.order(world, count: 2, days: 1))
        func reserve(_ code: String, _ key: String) throws -> Int64 {
            try Self.redeem(world, code, seconds: 60, key: key).body["reservation"]?.integerValue ?? -1
        }
        let first = try reserve(coupons[0].code, "a")
        #expect(Self.code { try Self.redeem(world, coupons[0].code, key: "b") } == .couponUnavailable)
        #expect(try world.world.service.coupon(coupons[0].name, at: world.tenant)["state"] == "reserved")
        try world.world.resolveCoupon(first, .release, at: world.tenant, key: "c")
        let late = Self.code { try world.world.resolveCoupon(first, .confirm, at: world.tenant, key: "d") }
        #expect(late == .unknownReservation)
        let second = try reserve(coupons[0].code, "e")
        world.world.clock.advance(by: .seconds(60))
        let out = Self.code { try world.world.resolveCoupon(second, .confirm, at: world.tenant, key: "f") }
        #expect(out == .reservationEnded)
        let third = try reserve(coupons[0].code, "g")
        world.world.clock.advance(by: .seconds(60) - Milliseconds(1))
        try world.world.resolveCoupon(third, .confirm, at: world.tenant, key: "h")
        #expect(try world.world.service.coupon(coupons[0].name, at: world.tenant)["state"] == "redeemed")
        // While a cart holds it, it does not expire; afterwards it has.
        world.world.clock.advance(by: .days(1) - .minutes(3))
        let fourth = try reserve(coupons[1].code, "i")
        world.world.clock.advance(by: .seconds(59))
        #expect(try world.world.service.coupon(coupons[1].name, at: world.tenant)["state"] == "reserved")
        try world.world.resolveCoupon(fourth, .release, at: world.tenant, key: "j")
        try world.check(allowing: [])
    }

    @Test("bound to a holder it is refused to a second one, which is written down once as a leak")
    func holders() throws {
        let world = try Self.world()
        let (_, coupons) = try Self.mint(world, Self.order(world, holder: "urn:ada"))
        for (number, holder) in ["urn:eve", "urn:mallory", nil].enumerated() {
            #expect(
                Self.code { try Self.redeem(world, coupons[0].code, holder: holder, key: "x\(number)") } == .couponBound
            )
        }
        world.world.service.finish()
        let types = try world.rows(EntryRecord.self).map { try JSON(parsing: $0.body)["type"]?.stringValue ?? "" }
        #expect(types.count { $0 == "coupon.leaked" } == 1)
        #expect(try world.world.service.coupon(coupons[0].name, at: world.tenant)["leaked"] == true)
        #expect(Self.code { try Self.redeem(world, coupons[0].code, holder: "urn:ada", key: "ok") } == nil)
        try world.check(allowing: [])
    }

    @Test("bound to a key it is redeemed by whoever signs with it, Ed25519 or P-256, for that redemption only")
    func keys() throws {
        var random = SeededRandom(seed: 4)
        for key in [
            PrivateKey.ed25519(try Ed25519PrivateKey(seed: [UInt8](repeating: 7, count: 32))),
            .ecdsa(try ECDSAPrivateKey(curve: .p256, using: &random)),
        ] {
            let world = try Self.world()
            let jwk = JSONWebKey(key.publicKey)
            let thumbprint = Base64URL.encode(jwk.thumbprint.bytes)
            let (_, coupons) = try Self.mint(world, Self.order(world, thumbprint: thumbprint))
            let code = try CouponCode(coupons[0].code)
            func present(_ signer: PrivateKey, signedFor idempotency: String, key: String) throws -> Answer {
                let text = CouponPresentation.signedText(
                    tenant: world.tenant.text, code: code, idempotencyKey: idempotency)
                let body: JSON = [
                    "code": .string(coupons[0].code),
                    "proof": [
                        "jwk": .object(JSONWebKey(signer.publicKey).json),
                        "signature": .string(Base64URL.encode(try signer.sign(text))),
                    ],
                ]
                return try world.world.present(body, at: world.tenant, key: key)
            }
            let thief = PrivateKey.ed25519(try Ed25519PrivateKey(seed: [UInt8](repeating: 8, count: 32)))
            #expect(Self.code { try present(thief, signedFor: "a", key: "a") } == .couponBound)
            #expect(Self.code { try present(key, signedFor: "another", key: "b") } == .couponBound)
            #expect(Self.code { try Self.redeem(world, coupons[0].code, key: "c") } == .couponBound)
            #expect(Self.code { try present(key, signedFor: "d", key: "d") } == nil)
            try world.check(allowing: [])
        }
    }

    @Test("C9 a gift card is redeemed in parts, which never add up to more than it was worth")
    func giftCard() throws {
        let world = try Self.world()
        let (batch, coupons) = try Self.mint(world, Self.order(world, 1000, kind: "gift-card"))
        for (minor, left) in [(300, 700), (699, 1)] as [(Int64, Int64)] {
            _ = try Self.redeem(world, coupons[0].code, minor: minor, key: "part \(minor)")
            #expect(try world.world.service.coupon(coupons[0].name, at: world.tenant)["left"] == .integer(left))
        }
        #expect(Self.code { try Self.redeem(world, coupons[0].code, minor: 2, key: "more") } == .insufficientCredits)
        _ = try Self.redeem(world, coupons[0].code, minor: 1, key: "rest")
        #expect(Self.code { try Self.redeem(world, coupons[0].code, minor: 1, key: "none") } == .couponUnavailable)
        #expect(try WalletTests.sums(world)["coupon:\(batch)"] == 0)
        let single = try Self.mint(world, Self.order(world, 1000), key: "single")
        #expect(
            Self.code { try Self.redeem(world, single.coupons[0].code, minor: 1, key: "p") } == .insufficientCredits)
        try world.check(allowing: [])
    }

    @Test("C2 C10 nothing is minted without limits, beyond the budget of 30 days, or beyond an agent's day")
    func limits() throws {
        let world = try World(seed: 5)
        func mint(_ minor: Int64, _ key: String, by agent: String? = nil) -> Refusal.Code? {
            Self.code { try world.world.mint(Self.order(world, minor), at: world.tenant, by: agent, key: key) }
        }
        #expect(mint(1, "a") == .overLimit)
        try world.world.limitCoupons(at: world.tenant, budget: 100, perAgent: 30)
        #expect(mint(31, "b", by: Self.agent) == .overLimit)
        #expect(mint(30, "c", by: Self.agent) == nil)
        #expect(mint(1, "d", by: Self.agent) == .overLimit)
        #expect(mint(30, "e", by: "00000000000000bb") == nil)
        world.world.clock.advance(by: .hours(24))
        #expect(mint(30, "f", by: Self.agent) == nil)
        #expect(mint(11, "g") == .overLimit)
        #expect(mint(10, "h") == nil)
        world.world.clock.advance(by: .days(30))
        #expect(mint(70, "i") == nil)
        try world.check(allowing: [])
    }

    @Test("3.1/25 with a rotated key new codes have its version, and the live codes of the old one stay good")
    func rotation() throws {
        let world = try Self.world()
        let old = try Self.mint(world, Self.order(world), key: "old").coupons[0]
        #expect(world.world.service.couponKeyVersion == 1)
        try world.world.rotateCouponKey()
        #expect(world.world.service.couponKeyVersion == 2)
        try world.world.restart()
        let new = try Self.mint(world, Self.order(world), key: "new").coupons[0]
        #expect(old.code.first == "1" && new.code.first == "2")
        for (number, coupon) in [old, new].enumerated() {
            #expect(Self.code { try Self.redeem(world, coupon.code, key: "r\(number)") } == nil)
        }
        try world.check(allowing: [])
    }

    @Test("wrong codes of one holder, or from one address, are not looked at after a while, and counted in the log")
    func guard_() throws {
        let world = try Self.world()
        let good = try Self.mint(world, Self.order(world)).coupons[0].code
        for number in 0..<10 {
            #expect(Self.code { try Self.redeem(world, "1", holder: "urn:eve", key: "x\(number)") } == .unknownCoupon)
        }
        #expect(Self.code { try Self.redeem(world, good, holder: "urn:eve", key: "y") } == .tooManyAttempts)
        for number in 0..<90 {
            #expect(Self.code { try Self.redeem(world, "1", from: "192.0.2.1", key: "a\(number)") } == .unknownCoupon)
        }
        for number in 0..<10 {
            #expect(Self.code { try Self.redeem(world, "1", from: "192.0.2.1", key: "b\(number)") } == .unknownCoupon)
        }
        #expect(Self.code { try Self.redeem(world, good, from: "192.0.2.1", key: "c") } == .tooManyAttempts)
        world.world.clock.advance(by: .minutes(15))
        #expect(Self.code { try Self.redeem(world, good, holder: "urn:eve", key: "z") } == nil)
        world.world.service.finish()
        let failed = try world.rows(EntryRecord.self).compactMap { record -> Int64? in
            let json = try JSON(parsing: record.body)
            return json["type"] == "coupon.attempts" ? json["facts"]?["failed"]?.integerValue : nil
        }
        #expect(failed == [1, 10, 100])
        try world.check(allowing: [])
    }

    @Test("3.1/25 100 parallel redemptions have one winner; the same key gets the winner's answer")
    func race() throws {
        let world = try Self.world()
        let code = try Self.mint(world, Self.order(world)).coupons[0].code
        let answers = Mutex<[Refusal.Code?]>([])
        DispatchQueue.concurrentPerform(iterations: 100) { number in
            let outcome = Self.code { try Self.redeem(world, code, key: "r\(number)") }
            answers.withLock { $0.append(outcome) }
        }
        let outcomes = answers.withLock { $0 }
        #expect(outcomes.count { $0 == nil } == 1 && outcomes.count { $0 == .couponUnavailable } == 99)
        #expect(try WalletTests.sums(world)["revenue"] == -500)
        try world.check(allowing: [])
    }

    @Test("3.2/23 C5 C6 the report is the fold of the log: states add up to what was minted, in each group")
    func report() throws {
        let world = try Self.world()
        let first = try Self.mint(world, Self.order(world, 10, count: 5), by: Self.agent, key: "m1")
        let second = try Self.mint(world, Self.order(world, 20, count: 3, days: 1), key: "m2")
        try world.world.send(first.coupons[0].name, by: .chat, at: world.tenant, key: "s")
        _ = try Self.redeem(world, first.coupons[0].code, key: "r")
        try world.world.revokeCoupons(batch: first.batch, coupon: first.coupons[1].name, at: world.tenant, key: "v")
        world.world.clock.advance(by: .days(1))
        let report = try world.world.service.couponReport(at: world.tenant)
        for group in ["all", "agent", "channel", "day", "reason", "batch"] {
            let lines = report[group]?.arrayValue ?? []
            #expect(lines.reduce(0) { $0 + ($1["minted"]?.integerValue ?? 0) } == 8)
            for line in lines {
                let states = line["states"]?.objectValue ?? [:]
                #expect(states.reduce(0) { $0 + ($1.value.integerValue ?? 0) } == line["minted"]?.integerValue)
            }
        }
        #expect(report["all"]?.arrayValue?[0]["states"] == ["expired": 3, "minted": 3, "redeemed": 1, "revoked": 1])
        #expect(report["agent"]?.arrayValue?.map { $0["agent"] } == [.string(Self.agent), "institution"])
        #expect(report["channel"]?.arrayValue?.map { $0["channel"] } == ["chat", "not sent"])
        try world.world.service.bookExpiredCoupons()
        var recomputation = Recomputation()
        for entry in try world.rows(EntryRecord.self) { recomputation.read(entry.body) }
        let folded = recomputation.finish(at: world.world.clock.now).coupons
        #expect(folded == ["minted": 8, "redeemed": 1, "revoked": 1, "expired": 3, "active": 3])
        _ = second
        try world.check(allowing: [])
    }

    @Test("of a person who is erased names nobody, and is worth nothing to anybody")
    func erased() throws {
        let world = try Self.world()
        let (_, coupons) = try Self.mint(world, Self.order(world, holder: "urn:secret"), key: "secret mint")
        try world.world.erase(["urn:secret"], of: world.tenant)
        #expect(try world.rows(CouponRecord.self).allSatisfy { $0.holder.isEmpty })
        #expect(Self.code { try Self.redeem(world, coupons[0].code, key: "x") } == .unknownCoupon)
        #expect(
            Self.code { try Self.redeem(world, coupons[0].code, holder: "urn:secret", key: "y") } == .unknownCoupon)
        world.world.service.finish()
        let openings = try world.rows(OpeningRecord.self).map { String(decoding: $0.document, as: UTF8.self) }
        #expect(!openings.contains { $0.contains("secret") })
        let failure = try world.world.store.read { reader in
            let copy = MemoryStore(Tables.all)
            try copy.write { try Replay.rebuild(from: reader, into: $0) }
            return try copy.read { try Replay.firstDifference(between: reader, and: $0) }
        }
        #expect(failure == nil)
    }
}
