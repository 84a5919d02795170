import CanonicalJSON
import Compensation
import Cryptography
import Issuance
import ServiceLevels
import Settlement
import Simulation
import Temporal
import TestSupport
import Testing

@Suite("Rules 85 and 86: the region of an institution, and what its law demands at least")
struct RegionTests {
    private let policy = WorkingTimeWorld.tiers(("deadline", 500), (["elapsed": "PT4H"], 700))
    private let law = WorkingTimeWorld.tiers(("deadline", 500), (["elapsed": "PT3H"], 900))

    /// A world with a minimum for two countries, and a request; due at 01:00 and a millisecond after is late.
    private func office(
        in region: String?, _ policy: JSON? = nil, law: JSON? = nil
    ) throws -> (WorkingTimeWorld, RequestID) {
        let office = try WorkingTimeWorld(["/model/tiers": policy ?? self.policy], region: region)
        try publish(law ?? self.law, in: office)
        return (office, try office.ask("a"))
    }

    private func publish(
        _ tiers: JSON, version: Int64 = 1, _ changes: [String: JSON?] = [:], in office: WorkingTimeWorld
    ) throws {
        var changes = changes
        changes["/model/tiers"] = tiers
        changes["/mandatoryMinimum"] = [
            "of": "office-pay", "regions": ["DE", "AT"], "source": "Example Act, section 7",
        ]
        try office.publish("Compensation", "law", version: version, office.compensation(changes))
    }

    private func hashes(_ office: WorkingTimeWorld) throws -> [String: JSON] {
        var hashes: [String: JSON] = [:]
        for facts in try office.facts("policy.published") {
            if let id = facts["document"]?["metadata"]?["id"]?.stringValue { hashes[id] = facts["hash"] }
        }
        return hashes
    }

    @Test("binds a request of the region at its acceptance, and pays by itself; each way around it is found")
    func raises() throws {
        let (office, id) = try office(in: "DE")
        let start = office.world.world.clock.now
        for (hours, paid) in [(1, ["500 PFC"]), (4, ["500 PFC", "400 PFC"])] {
            let length = start + .hours(Int64(hours)) - office.world.world.clock.now
            try office.world.pass(length)
            #expect(try office.paid().count == paid.count - 1)
            try office.world.pass(Milliseconds(1))
            #expect(try office.paid() == paid)
        }
        // A millisecond after the tier that only the policy has, nothing more is given.
        try office.world.pass(.hours(2))
        #expect(try office.paid().count == 2)
        let hashes = try hashes(office)
        let accepted = try #require(try office.facts("request.accepted").first)
        #expect(accepted["region"] == "DE" && accepted["compensation"] == hashes["law"])
        #expect(try office.facts("institution.added").first?["region"] == "DE")
        let trail = try office.facts("compensation.post").compactMap { $0["trail"]?.arrayValue?.first }
        #expect(trail == Array(repeating: "mandatory minimum of office-pay for institutions in DE or AT", count: 2))
        #expect(
            try office.world.rows(RequestRecord.self).first { $0.id == id.text }?.compensation
                == hashes["law"]?.stringValue)
        try office.check()
        #expect(try office.world.naive().problems == [])

        let base = hashes["office-pay"] ?? .null
        try office.find(.wrongPolicy, "leaves the minimum out") { forger in
            forger.change("request.accepted") { $0["compensation"] = base }
            forger.change("compensation.post") { $0["compensation"] = base }
            forger.drop("compensation.post", 1)
        }
        try office.find(.wrongPolicy, "forgets the region in the request") {
            $0.change("request.accepted") { $0["region"] = nil }
        }
        try office.find(.wrongPolicy, "says another region in the request") {
            $0.change("request.accepted") { $0["region"] = "FR" }
        }
        try office.find(.wrongPolicy, "forgets the region of the institution") {
            $0.change("institution.added") { $0["region"] = nil }
        }
        try office.find(.wrongPolicy, "moves the institution") { forger in
            forger.insert(
                behind: "institution.added", 0, "institution.added",
                ["tenant": .string(office.world.tenant.text), "region": "FR"])
        }
        try office.find(.wrongPolicy, "pays by the policy") {
            $0.change("compensation.post") { $0["compensation"] = base }
        }
        try office.find(.missedPayment, "pays as if it gave less") { $0.drop("compensation.post", 1) }
        try office.find(.wrongPolicy, "never published it") { forger in
            let place = forger.drafts.firstIndex { $0.facts["document"]?["metadata"]?["id"] == "law" }!
            forger.drafts.remove(at: place)
        }
    }

    @Test(
        "an institution elsewhere or nowhere keeps its policy; a minimum invented for it is found",
        arguments: [nil, "FR"])
    func elsewhere(_ region: String?) throws {
        let (office, _) = try office(in: region)
        try office.world.pass(.hours(1) + Milliseconds(1))
        try office.world.pass(.hours(3))
        #expect(try office.paid() == ["500 PFC"])
        try office.world.pass(.hours(1))
        #expect(try office.paid() == ["500 PFC", "200 PFC"])
        try office.check()
        let hashes = try hashes(office)
        try office.find(.wrongPolicy, "invents one") { forger in
            for index in forger.drafts.indices where forger.drafts[index].facts["compensation"] != nil {
                forger.drafts[index].facts["compensation"] = hashes["law"]
            }
        }
        try office.find(.wrongPolicy, "and a region with it") { $0.change("request.accepted") { $0["region"] = "DE" } }
    }

    @Test("where the policy gives more it stands; an operator who binds the region to the lower is found")
    func isMet() throws {
        let less = WorkingTimeWorld.tiers(("deadline", 400), (["elapsed": "PT4H"], 700))
        let (office, _) = try office(in: "DE", law: less)
        try office.world.pass(.hours(1) + Milliseconds(1))
        #expect(try office.paid() == ["500 PFC"])
        try office.check()
        let hashes = try hashes(office)
        try office.find(.wrongPolicy, "lowers") { forger in
            for index in forger.drafts.indices where forger.drafts[index].facts["compensation"] != nil {
                forger.drafts[index].facts["compensation"] = hashes["law"]
            }
        }
    }

    @Test(
        "a minimum that takes something is refused; one that an operator publishes all the same is found, and binds nobody"
    )
    func lowers() throws {
        let office = try WorkingTimeWorld(["/model/tiers": policy], region: "DE")
        let crossed = WorkingTimeWorld.tiers(("deadline", 400), (["elapsed": "PT3H"], 900))
        let refusal = #expect(throws: Refusal.self) { try publish(crossed, in: office) }
        #expect(refusal?.detail.contains("it would give 400 PFC and not 500") ?? false, "\(refusal?.detail ?? "")")
        try publish(law, in: office)
        _ = try office.ask("a")
        try office.check()
        try office.find(.wrongPolicy, "publishes less") { forger in
            let place = forger.drafts.firstIndex { $0.facts["document"]?["metadata"]?["id"] == "law" }!
            let document = (forger.drafts[place].facts["document"] ?? .null).replacing("/spec/model/tiers", by: crossed)
            let hash = JSON.string("sha256:\(SHA256.hash(document.canonicalBytes))")
            forger.drafts[place].facts["document"] = document
            forger.drafts[place].facts["hash"] = hash
            forger.drafts = Array(forger.drafts[...place])
        }
        try office.find(.wrongPolicy, "withdraws it and goes on as before") { forger in
            let hash = forger.drafts.last { $0.type == "policy.published" }?.facts["hash"] ?? .null
            forger.insert(
                behind: "policy.published", forger.drafts.count { $0.type == "policy.published" } - 1,
                "policy.withdrawn",
                ["hash": hash, "from": .integer(forger.drafts.last { $0.type == "policy.published" }?.t ?? 0)])
        }
    }

    @Test("the law becomes better, and so does the policy: whoever is bound to the minimum is helped by either")
    func better() throws {
        for isLaw in [true, false] {
            let office = try WorkingTimeWorld(target: ["business": "PT16H"], ["/model/tiers": policy], region: "DE")
            try publish(law, in: office)
            _ = try office.ask("a")
            let more = WorkingTimeWorld.tiers(("deadline", 600), (["elapsed": "PT3H"], 1000))
            office.world.world.clock.advance(by: .seconds(1))
            if isLaw {
                try publish(more, version: 2, ["/earlierRequests": "better-of"], in: office)
            } else {
                try office.publish(
                    "Compensation", "office-pay", version: 2,
                    office.compensation(["/model/tiers": more, "/earlierRequests": "better-of"]))
            }
            try office.pass(to: "2026-01-16T17:00:00Z", plus: 1)
            try office.pass(to: "2026-01-16T20:00:00Z", plus: 1)
            #expect(try office.paid() == ["600 PFC", "400 PFC"])
            let facts = try #require(try office.facts("compensation.better").first)
            #expect(facts["better"] == (try hashes(office))[isLaw ? "law" : "office-pay"])
            try office.check()
            #expect(try office.world.naive().problems == [])
            try office.find(.wrongPolicy, "forgets it") { $0.drop("compensation.better") }
        }
    }

    @Test("a service level may ask for the region: it is promised a shorter time there")
    func condition() throws {
        for (region, hours) in [("DE", 1), ("FR", 24), (nil, 24)] as [(String?, Int64)] {
            let world = try World(region: region)
            let level = try JSON(parsing: DefaultPolicies.documents[0]).replacing("/metadata/id", by: "short")
                .replacing("/spec/appliesTo", by: ["fact": "request.region", "op": "in", "value": ["DE", "AT"]])
                .replacing("/spec/priority", by: 9)
                .replacing("/spec/objectives/0/target", by: ["elapsed": "PT1H"])
            let pay = try JSON(parsing: DefaultPolicies.documents[1]).replacing("/metadata/id", by: "short-pay")
                .replacing("/spec/slaRef", by: "short")
            try world.world.publish(level)
            try world.world.publish(pay)
            world.world.clock.advance(by: .seconds(1))
            let start = world.world.clock.now
            _ = try world.waiting()
            let record = try #require(try world.rows(RequestRecord.self).first)
            #expect(record.acceptedAt == start.milliseconds && record.dueAt == (start + .hours(hours)).milliseconds)
            try world.pass(.hours(hours))
            try world.pass(Milliseconds(1))
            try world.check(allowing: [])
            #expect(try world.naive().problems == [])
        }
    }
}
