import CanonicalJSON
import Issuance
import Simulation
import Temporal
import Testing

@Suite("A promise")
struct PromiseTests {
    @Test("3.1/1 met at the last instant pays nothing; one millisecond later it pays, before it issues")
    func boundary() throws {
        for (late, payments) in [(Milliseconds.zero, 0), (Milliseconds(1), 1)] {
            let world = try World()
            let id = try world.waiting()
            world.world.clock.advance(by: Default.target + late)
            try world.world.perform(.approve(note: nil), on: id, of: world.tenant, key: "b")
            #expect(try world.rows(PaymentRecord.self).count == payments)
            let story = try world.story(of: id)
            #expect(story.last == "credential.issued")
            #expect(story.contains("sla.breach") == (payments == 1))
            try world.pass(.hours(1000))
            #expect(try world.rows(PaymentRecord.self).count == payments)
        }
    }

    @Test("that is broken pays by itself, tops up at each tier, and tells of each")
    func tiers() throws {
        let world = try World()
        let id = try world.waiting()
        try world.pass(Default.target)
        #expect(try world.story(of: id) == ["request.accepted"])
        try world.pass(Milliseconds(1))
        #expect(
            try world.story(of: id) == [
                "request.accepted", "sla.breach", "notice.queued", "compensation.post", "notice.queued",
            ])
        try world.pass(Default.secondTier)
        try world.pass(.hours(24))
        let payments = try world.rows(PaymentRecord.self).sorted { $0.seq < $1.seq }
        #expect(payments.map(\.minor) == [500, 500, 7, 1000, 23])
        #expect(payments.map(\.unit) == ["PFC", "PFC", "DAYS", "PFC", "DAYS"])
        #expect(Set(payments.map(\.claimKey)).count == payments.count)
        #expect(try world.rows(NoticeRecord.self).count == payments.count + 1)
        let credits = try world.world.service.credits(of: "urn:example:person:1", at: world.tenant)
        #expect(credits["balance"] == ["PFC": 2000])
        #expect(credits["transactions"]?.arrayValue?.count == 3)
    }

    @Test("pays the same whether the service was awake at every tier or slept through all of them")
    func sleeping() throws {
        func paid(_ steps: [Milliseconds]) throws -> [String] {
            let world = try World()
            _ = try world.waiting()
            for step in steps { try world.pass(step) }
            return try world.rows(PaymentRecord.self).map { "\($0.tier)/\($0.benefit) \($0.minor) \($0.unit)" }.sorted()
        }
        let awake = try paid([.hours(25), .hours(4), .hours(24), .hours(200)])
        #expect(awake.count == 7)
        #expect(try paid([.hours(253)]) == awake)
    }

    @Test("3.2/3 is assessed as often as you like and pays once")
    func once() throws {
        let world = try World()
        _ = try world.waiting()
        try world.pass(.hours(25))
        let size = try world.rows(EntryRecord.self).count
        for _ in 0..<5 {
            try world.pass(.zero)
            try world.world.restart()
        }
        #expect(try world.rows(EntryRecord.self).count == size)
    }

    @Test("of a person with more lots than a list shows counts in full, until each expires")
    func manyLots() throws {
        let world = try World()
        for number in 0..<1001 { _ = try world.waiting("ask-\(number)") }
        try world.pass(Default.target + Milliseconds(1))
        func credits() throws -> JSONObject {
            try world.world.service.credits(of: "urn:example:person:1", at: world.tenant)
        }
        #expect(try credits()["balance"] == ["PFC": 500_500])
        #expect(try credits()["lots"]?.arrayValue?.count == 1000)
        world.world.clock.advance(by: .days(365) + Milliseconds(-1))
        #expect(try credits()["balance"] == ["PFC": 500_500])
        world.world.clock.advance(by: Milliseconds(1))
        #expect(try credits()["balance"] == ["PFC": 0])
        #expect(try credits()["lots"] == [])
    }

    @Test("of one person with several late requests gives premium access end to end")
    func premium() throws {
        let world = try World()
        _ = try world.waiting("a")
        _ = try world.waiting("b")
        try world.pass(.hours(29))
        let windows = try world.rows(PremiumRecord.self).sorted { $0.from < $1.from }
        #expect(windows.count == 2)
        #expect(windows[0].until == windows[1].from)
        #expect(windows.map { $0.until - $0.from } == [7 * 86_400_000, 7 * 86_400_000])
    }

    @Test("balances: every transaction sums to zero, and nothing stays owed")
    func journal() throws {
        let world = try World()
        _ = try world.waiting("a")
        _ = try world.waiting("b", holder: "urn:example:person:2")
        try world.pass(.hours(300))
        let lines = try world.rows(JournalLineRecord.self)
        #expect(lines.count == 7 * 2 * 2 * 2)
        for transaction in Dictionary(grouping: lines, by: \.transaction).values {
            #expect(transaction.reduce(0) { $0 + $1.minor } == 0)
            #expect(Set(transaction.map(\.unit)).count == 1)
        }
        for (account, lines) in Dictionary(grouping: lines, by: \.account) where account.hasPrefix("provision:") {
            #expect(lines.reduce(0) { $0 + $1.minor } == 0)
        }
    }

    @Test("3.2/18 is the one in force when it was made, whatever is published later")
    func versions() throws {
        let world = try World()
        let before = try world.waiting("a")
        let policy = try JSON(parsing: world.world.service.policyDocument(levelHash(in: world)))
        var document = policy.objectValue ?? [:]
        var metadata = document["metadata"]?.objectValue ?? [:]
        metadata["version"] = 2
        document["metadata"] = .object(metadata)
        var spec = document["spec"]?.objectValue ?? [:]
        var objective = spec["objectives"]?.arrayValue?.first?.objectValue ?? [:]
        objective["target"] = ["elapsed": "PT1H"]
        spec["objectives"] = [.object(objective)]
        document["spec"] = .object(spec)
        world.world.clock.advance(by: Milliseconds(1))
        try world.world.publish(.object(document))
        let after = try world.waiting("b")
        try world.pass(.hours(1) + Milliseconds(2))
        #expect(try world.rows(PaymentRecord.self).map(\.request) == [after.text])
        try world.pass(.hours(23))
        #expect(Set(try world.rows(PaymentRecord.self).map(\.request)) == [before.text, after.text])
    }

    private func levelHash(in world: World) throws -> String {
        let list = try world.world.service.policyList()["policies"]?.arrayValue ?? []
        return list.first { $0["kind"] == "ServiceLevel" }?["hash"]?.stringValue ?? ""
    }
}

@Suite("A policy")
struct PublicationTests {
    @Test("that does not fit into an entry is refused with a reason, not with a failure")
    func tooDeep() throws {
        for (levels, isAccepted) in [(5, true), (6, false)] {
            let world = try World()
            let hash = try world.world.service.policyList()["policies"]?.arrayValue?.first?["hash"]?.stringValue ?? ""
            var document = try JSON(parsing: world.world.service.policyDocument(hash)).objectValue ?? [:]
            var metadata = document["metadata"]?.objectValue ?? [:]
            metadata["version"] = 2
            document["metadata"] = .object(metadata)
            var spec = document["spec"]?.objectValue ?? [:]
            var condition: JSON = ["all": []]
            for _ in 0..<levels { condition = ["all": [condition]] }
            spec["appliesTo"] = condition
            document["spec"] = .object(spec)
            world.world.clock.advance(by: Milliseconds(1))
            do {
                try world.world.publish(.object(document))
                #expect(isAccepted)
            } catch let refusal as Refusal {
                #expect(!isAccepted)
                #expect(refusal.code == .invalidPolicy)
                #expect(refusal.detail.contains("nested"))
            }
        }
    }
}
