import CanonicalJSON
import Issuance
import Settlement
import Simulation
import Storage
import Temporal
import TestSupport
import Testing

/// Rules 35 to 37 in a whole service.
@Suite("A wallet")
struct WalletTests {
    static let holder = "urn:example:person:1"

    /// A world in which the holder has 500 PFC from one late request, or more from more.
    static func world(requests: Int = 1, seed: UInt64 = 3) throws -> World {
        let world = try World(seed: seed)
        for number in 0..<requests {
            _ = try world.waiting("ask\(number)", holder: holder)
            try world.pass(.minutes(1))
        }
        try world.pass(Default.target)
        return world
    }

    static func body(_ minor: Int64, _ unit: String = "PFC", seconds: Int64? = nil, holder: String = holder) -> JSON {
        var body: JSONObject = ["holder": .string(holder), "unit": .string(unit), "minor": .integer(minor)]
        body["timeoutSeconds"] = seconds.map(JSON.integer)
        body["purpose"] = "a lesson"
        return .object(body)
    }

    static func balance(_ world: World, _ holder: String = holder) throws -> Int64 {
        try world.world.service.credits(of: holder, at: world.tenant)["balance"]?["PFC"]?.integerValue ?? -1
    }

    private func code(_ body: () throws -> Answer) -> Refusal.Code? {
        do {
            _ = try body()
            return nil
        } catch {
            return (error as? Refusal)?.code
        }
    }

    @Test("is spent from several lots at once, all or nothing, and says so without naming two lots in public")
    func spends() throws {
        let world = try Self.world(requests: 3)
        #expect(try Self.balance(world) == 1500)
        let spent = try world.world.spend(Self.body(700), from: world.tenant, key: "s1")
        #expect(spent.body["lots"]?.arrayValue?.count == 2)
        #expect(try Self.balance(world) == 800)
        #expect(code { try world.world.spend(Self.body(801), from: world.tenant, key: "s2") } == .insufficientCredits)
        #expect(try Self.balance(world) == 800)
        let entry = try #require(try world.rows(EntryRecord.self).last)
        let json = try JSON(parsing: entry.body)
        #expect(json["type"] == "credits.spent" && json["rid"] == nil)
        let keys = try world.rows(PaymentRecord.self).map(\.claimKey)
        let text = String(decoding: entry.body, as: UTF8.self)
        #expect(keys.allSatisfy { !text.contains($0) } && !text.contains("lesson") && !text.contains(Self.holder))
        try world.check(allowing: [])
    }

    @Test("the same key is answered the same and spends once; another body under it is refused")
    func idempotent() throws {
        let world = try Self.world()
        let first = try world.world.spend(Self.body(100), from: world.tenant, key: "k")
        try world.world.restart()
        #expect(try world.world.spend(Self.body(100), from: world.tenant, key: "k") == first)
        #expect(code { try world.world.spend(Self.body(101), from: world.tenant, key: "k") } == .idempotencyMismatch)
        #expect(try Self.balance(world) == 400)
    }

    @Test("3.1/23 credits expire at the boundary instant, whether or not the sweep ever runs")
    func expiry() throws {
        for sweeps in [false, true] {
            let world = try Self.world()
            let lot = try #require(try world.rows(LotRecord.self).first)
            world.world.clock.advance(by: Milliseconds(lot.until - 1 - world.world.clock.now.milliseconds))
            if sweeps { try world.world.service.bookBreakage() }
            #expect(try Self.balance(world) == 500)
            _ = try world.world.spend(Self.body(1), from: world.tenant, key: "last")
            world.world.clock.advance(by: Milliseconds(1))
            if sweeps { try world.world.service.bookBreakage() }
            #expect(try Self.balance(world) == 0)
            #expect(
                code { try world.world.spend(Self.body(1), from: world.tenant, key: "late") } == .insufficientCredits)
            let credits = try world.world.service.credits(of: Self.holder, at: world.tenant)
            #expect(credits["lots"] == [])
            #expect(try world.rows(LotRecord.self).map(\.left) == [sweeps ? 0 : 499])
            if sweeps { #expect(try Self.sums(world)["breakage"] == -499) }
        }
    }

    /// The balance of each account but those of single postings.
    static func sums(_ world: World) throws -> [String: Int64] {
        var sums: [String: Int64] = [:]
        for line in try world.rows(JournalLineRecord.self) where line.unit == "PFC" {
            let name = line.account.hasPrefix("wallet:") ? "wallet" : line.account
            sums[name, default: 0] += line.minor
        }
        return sums
    }

    @Test("3.1/23 what is reserved does not expire with its lot; released after its end, it has expired then")
    func expiryDuringReservation() throws {
        for isConfirmed in [true, false] {
            let world = try Self.world()
            for request in try world.rows(RequestRecord.self) {
                let id = try #require(RequestID(request.id))
                try world.world.perform(.approve(note: nil), on: id, of: world.tenant, key: "approve")
            }
            let lot = try #require(try world.rows(LotRecord.self).first)
            world.world.clock.advance(by: Milliseconds(lot.until - 1000 - world.world.clock.now.milliseconds))
            let held = try world.world.spend(Self.body(200, seconds: 60), from: world.tenant, key: "hold")
            let number = try #require(held.body["reservation"]?.integerValue)
            #expect(try Self.balance(world) == 300)
            world.world.clock.advance(by: .seconds(2))
            try world.world.service.bookBreakage()
            #expect(try Self.balance(world) == 0)
            #expect(try Self.sums(world)["breakage"] == -300)
            let resolution: Service.Resolution = isConfirmed ? .confirm : .release
            try world.world.resolve(number, resolution, of: world.tenant, key: "end")
            let sums = try Self.sums(world)
            #expect(sums["revenue", default: 0] == (isConfirmed ? -200 : 0))
            #expect(sums["breakage"] == (isConfirmed ? -300 : -500))
            #expect(sums["wallet", default: 0] + sums["wallets", default: 0] == 0)
            #expect(sums["reserved:\(number)"] == 0)
            try world.check(allowing: [])
        }
    }

    @Test("a reservation is resolved once, and runs out by itself, seen at once and booked later")
    func reservations() throws {
        let world = try Self.world()
        let held = try world.world.spend(Self.body(200, seconds: 60), from: world.tenant, key: "a")
        let number = try #require(held.body["reservation"]?.integerValue)
        #expect(code { try world.world.spend(Self.body(400), from: world.tenant, key: "b") } == .insufficientCredits)
        world.world.clock.advance(by: .seconds(60))
        #expect(try Self.balance(world) == 500, "it ran out, and nothing was booked")
        let late = code { try world.world.resolve(number, .confirm, of: world.tenant, key: "c") }
        #expect(late == .reservationEnded)
        try world.world.spend(Self.body(450), from: world.tenant, key: "d")
        #expect(try Self.balance(world) == 50)
        #expect(try world.rows(ReservationRecord.self).map(\.state) == [.released])
        let next = try world.world.spend(Self.body(50, seconds: 60), from: world.tenant, key: "e")
        let second = try #require(next.body["reservation"]?.integerValue)
        try world.world.resolve(second, .confirm, of: world.tenant, key: "f")
        for (resolution, key) in [(Service.Resolution.confirm, "g"), (.release, "h")] {
            #expect(
                code { try world.world.resolve(second, resolution, of: world.tenant, key: key) } == .reservationEnded)
        }
        #expect(code { try world.world.resolve(9999, .confirm, of: world.tenant, key: "i") } == .unknownReservation)
        let other = try world.world.addInstitution("Another")
        #expect(code { try world.world.resolve(second, .confirm, of: other, key: "j") } == .unknownReservation)
        #expect(try Self.balance(world) == 0)
        try world.check(allowing: [])
    }

    @Test("belongs to one institution's holder: another's of the same name has none of it")
    func tenants() throws {
        let world = try Self.world()
        let other = try world.world.addInstitution("Another")
        #expect(code { try world.world.spend(Self.body(1), from: other, key: "x") } == .insufficientCredits)
        #expect(
            code { try world.world.spend(Self.body(1, holder: "urn:x"), from: world.tenant, key: "y") }
                == .insufficientCredits)
    }

    @Test("a request cannot be paid with a free issuance that the holder does not have; nothing is accepted")
    func freeIssuance() throws {
        let world = try Self.world()
        guard case .object(var body) = requestBody() else { return }
        body["pay"] = "free-issuance"
        let before = try world.rows(EntryRecord.self).count
        #expect(
            code { try world.world.request(.object(body), from: world.tenant, key: "free") } == .insufficientCredits)
        #expect(try world.rows(EntryRecord.self).count == before)
        body["pay"] = "with money"
        #expect(code { try world.world.request(.object(body), from: world.tenant, key: "paid") } == .invalidRequest)
    }

    @Test("shows whether there is premium access at an instant")
    func premium() throws {
        let world = try Self.world()
        try world.pass(Default.secondTier + .minutes(5))
        let window = try #require(try world.rows(PremiumRecord.self).first)
        for (instant, expected) in [
            (window.from - 1, false), (window.from, true), (window.until - 1, true), (window.until, false),
        ] {
            let shown = try world.world.service.entitlements(
                of: Self.holder, at: world.tenant, on: Instant(milliseconds: instant))
            #expect(shown["premium"] == .bool(expected))
        }
    }

    @Test("of a person who is erased is emptied, and the replay arrives at the same rows")
    func erased() throws {
        let world = try Self.world(requests: 2)
        try world.world.spend(Self.body(600), from: world.tenant, key: "secret spend")
        try world.world.spend(Self.body(100, seconds: 600), from: world.tenant, key: "secret hold")
        for request in try world.rows(RequestRecord.self) {
            let id = try #require(RequestID(request.id))
            try world.world.perform(.approve(note: nil), on: id, of: world.tenant, key: "approve " + request.id)
        }
        try world.world.erase([Self.holder], of: world.tenant)
        #expect(try world.rows(LotRecord.self).allSatisfy { $0.left == 0 && $0.holder.isEmpty })
        #expect(try world.rows(HolderEntryRecord.self).isEmpty)
        #expect(try world.rows(ReservationRecord.self).allSatisfy { $0.holder.isEmpty && $0.state == .released })
        let openings = try world.rows(OpeningRecord.self).map { String(decoding: $0.document, as: UTF8.self) }
        #expect(!openings.contains { $0.contains("secret") || $0.contains(Self.holder) })
        #expect(code { try world.world.spend(Self.body(600), from: world.tenant, key: "secret spend") } == .erased)
        let sums = try Self.sums(world)
        #expect(sums["revenue"] == -600 && sums["breakage"] == -400)
        #expect(sums["wallet", default: 0] + sums["wallets", default: 0] == 0)
        try world.check(allowing: [])
    }
}
