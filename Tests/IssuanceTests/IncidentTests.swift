import CanonicalJSON
import Compensation
import Cryptography
import Issuance
import Multiformats
import Settlement
import Simulation
import Temporal
import Testing
import TransparencyLog

private let late = Default.target + Milliseconds(1)

@Suite("Incidents: opening, joining and freezing (rules 40, 41, 43)")
struct IncidentTests {
    @Test("Requests of one stage that are late together are one incident, and are frozen with its root")
    func opens() throws {
        let world = try World()
        try world.openIncidents(at: 3)
        let ids = try world.waiting(5)
        try world.tend(after: late)
        let incident = try #require(try world.incidents().first)
        #expect(try world.incidents().count == 1)
        #expect(incident.stage == .review && incident.members == 5 && incident.cause == .unknown)
        #expect(incident.id == "inc-\(incident.seq)")
        let due = try world.rows(RequestRecord.self).compactMap(\.dueAt).min()
        #expect(incident.from == due)
        let frozen = try #require(try world.entries("incident.frozen").last?["facts"])
        #expect(frozen["count"] == 5 && frozen["of"] == 5 && frozen["severity"] == "major")
        #expect(frozen["root"]?.stringValue == naiveRoot(ids.map(\.text).sorted()[...]).base64)
        try world.check(allowing: [])
    }

    @Test("One request fewer than the rules ask for opens nothing; the next one does", arguments: [2, 3])
    func threshold(count: Int) throws {
        let world = try World()
        try world.openIncidents(at: 3)
        _ = try world.waiting(count)
        try world.tend(after: late)
        #expect(try world.incidents().count == (count < 3 ? 0 : 1))
        try world.check(allowing: [])
    }

    @Test("Who is late later joins; who was issued before it began does not, who was issued after does")
    func overlaps() throws {
        let world = try World()
        try world.openIncidents(at: 3)
        let early = try world.waiting(1, "early")[0]
        try world.tend(after: .minutes(10))
        // Late by itself, and issued at the very instant at which the others are due.
        let ids = try world.waiting(3, "mid")
        try world.tend(after: Default.target - .minutes(10) + Milliseconds(1))
        world.world.clock.advance(by: .minutes(10) - Milliseconds(1))
        try world.world.perform(.approve(note: nil), on: early, of: world.tenant, key: "approve-early")
        try world.tend(after: Milliseconds(1))
        let incident = try #require(try world.incidents().first)
        #expect(incident.members == 3)
        #expect(try world.affected(early)?.incident == nil)
        let after = try world.waiting(1, "after")[0]
        try world.world.perform(.approve(note: nil), on: ids[0], of: world.tenant, key: "approve-0")
        // Late and issued before anybody groups.
        try world.tend(after: Default.target)
        world.world.clock.advance(by: Milliseconds(1))
        try world.world.perform(.approve(note: nil), on: after, of: world.tenant, key: "approve-after")
        try world.tend(after: .minutes(2))
        #expect(try world.affected(after)?.incident == incident.id)
        #expect(try world.incidents().first?.count == 4)
        try world.check(allowing: [])
    }

    @Test("The stage is what is reported for the institution or for all, else the pause that ran out, else the review")
    func stages() throws {
        let world = try World()
        let other = try world.world.addInstitution("Aurora")
        let (plain, foreign) = (try world.waiting(1, "plain")[0], try world.waiting(1, "foreign", of: other)[0])
        let held = try world.waiting(1, "held")[0]
        let hold = RequestAction.hold(reason: "awaiting-requester", evidence: "notice-delivered", note: nil)
        try world.world.perform(hold, on: held, of: world.tenant, key: "hold")
        try world.act(.report, on: nil, ["stage": "platform", "state": "failing"], by: nil, tenant: world.tenant)
        try world.tend(after: late)
        #expect(try world.affected(plain)?.stage == .platform)
        #expect(try world.affected(foreign)?.stage == .review)
        #expect(try world.affected(held) == nil)
        try world.act(.report, on: nil, ["stage": "platform", "state": "working"], by: nil, tenant: world.tenant)
        try world.pass(.days(31))
        #expect(try world.affected(held)?.stage == .awaitingRequester)
        let last = try world.waiting(1, "last")[0]
        try world.act(.report, on: nil, ["stage": "ledger", "state": "failing"])
        try world.act(.report, on: nil, ["stage": "signing", "state": "failing", "tenant": .string(other.text)])
        try world.tend(after: late)
        // Reported last, but for another institution.
        #expect(try world.affected(last)?.stage == .ledger)
        try world.check(allowing: [.lateBreach, .latePayment])
    }

    @Test("An incident spans institutions, and names how many requests of each stand in it")
    func spans() throws {
        let world = try World()
        try world.openIncidents(at: 4)
        let other = try world.world.addInstitution("Aurora")
        _ = try world.waiting(3)
        _ = try world.waiting(2, "aurora", of: other)
        try world.tend(after: late)
        let id = try #require(try world.incidents().first?.id)
        let dossier = try world.world.service.incidentDossier(id)
        let institutions = dossier["institutions"]?.arrayValue ?? []
        #expect(institutions.compactMap { $0["requests"]?.integerValue }.sorted() == [2, 3])
        #expect(try world.world.service.incidentDossier(id, for: other)["own"] == 2)
        #expect(try world.world.service.incidentDossier(id, for: other)["institutions"] == nil)
        let third = try world.world.addInstitution("Third")
        #expect(throws: Refusal.unknownIncident) { try world.world.service.incidentDossier(id, for: third) }
        #expect(try world.world.service.incidentList(for: third)["incidents"] == [])
        try world.check(allowing: [])
    }

    @Test("It resolves by itself when nobody waits and it was quiet for as long as its rules say")
    func resolves() throws {
        let world = try World()
        try world.openIncidents(at: 2)
        let ids = try world.waiting(2)
        try world.tend(after: late)
        for (index, id) in ids.enumerated() {
            try world.world.perform(.approve(note: nil), on: id, of: world.tenant, key: "approve-\(index)")
        }
        try world.tend(after: .minutes(15) - Milliseconds(1))
        #expect(try world.incidents().first?.resolvedAt == nil)
        try world.tend(after: Milliseconds(1))
        #expect(try world.incidents().first?.resolvedAt == world.world.clock.now.milliseconds)
        #expect(try world.entries("incident.resolved").last?["facts"]?["by"] == nil)
        // Another one of the same stage is another incident.
        _ = try world.waiting(2, "again")
        try world.tend(after: late)
        #expect(try world.incidents().count == 2)
        try world.check(allowing: [])
    }

    @Test("Severity grows with the length, and is frozen again when it does")
    func lasts() throws {
        let world = try World()
        try world.openIncidents(at: 2)
        _ = try world.waiting(2)
        try world.tend(after: late)
        #expect(try world.incidents().first?.severity == .major)
        try world.tend(after: .hours(24) - Milliseconds(1))
        #expect(try world.incidents().first?.severity == .major)
        try world.tend(after: Milliseconds(1))
        #expect(try world.incidents().first?.severity == .critical)
        try world.check(allowing: [])
    }

    @Test("Rules are bound when an incident opens; what is published later is for those that open then")
    func rulesAreBound() throws {
        let world = try World()
        try world.openIncidents(at: 2)
        _ = try world.waiting(2)
        try world.tend(after: late)
        let bound = try #require(try world.incidents().first?.rules)
        try world.openIncidents(at: 50) {
            $0["severity"] = ["share": [], "duration": [], "criticality": [], "levels": []]
        }
        try world.tend(after: .hours(24))
        #expect(try world.incidents().first?.rules == bound)
        #expect(try world.incidents().first?.severity == .critical)
        // The same rules once more are refused.
        #expect(throws: Refusal.self) {
            try world.openIncidents(at: 50) {
                $0["severity"] = ["share": [], "duration": [], "criticality": [], "levels": []]
            }
        }
        try world.check(allowing: [])
    }

    @Test("A service level counts by its name among what is critical")
    func criticality() throws {
        let world = try World()
        let list = try world.world.service.policyList()["policies"]?.arrayValue ?? []
        let level = try #require(list.first { $0["kind"] == "ServiceLevel" }?["id"])
        try world.openIncidents(at: 2) { rules in
            rules["severity"] = [
                "share": [], "duration": [], "criticality": [["serviceLevel": level, "points": 7]],
                "levels": [["from": 7, "severity": "critical"]],
            ]
        }
        _ = try world.waiting(2)
        try world.tend(after: late)
        #expect(try world.incidents().first?.severity == .critical)
        try world.check(allowing: [])
    }

    @Test("Whoever has a request's name verifies offline that it was counted, in sets of every shape", arguments: 1...9)
    func membership(count: Int) throws {
        let world = try World()
        try world.openIncidents(at: 1)
        let ids = try world.waiting(count)
        let outside = try world.waiting(1, "outside")[0]
        try world.world.perform(.approve(note: nil), on: outside, of: world.tenant, key: "approve")
        try world.tend(after: late)
        for id in ids {
            let proof = try world.world.service.membershipProof(of: id)
            let entry = try JSON(
                parsing: world.world.service.entry(UInt64(proof["entry"]?.integerValue ?? -1)))
            let root = try #require(entry["facts"]?["root"]?.stringValue)
            let path = try (proof["path"]?.arrayValue ?? []).map {
                try #require(SHA256Digest(Base64.decode($0.stringValue ?? "")))
            }
            func verify(_ request: String) throws {
                try MerkleTree.verifyInclusion(
                    of: MerkleTree.leafHash(Array(request.utf8)), at: UInt64(proof["index"]?.integerValue ?? -1),
                    in: TreeHead(
                        size: UInt64(entry["facts"]?["count"]?.integerValue ?? -1),
                        root: try #require(SHA256Digest(Base64.decode(root)))), proof: path)
            }
            try verify(id.text)
            #expect(throws: TransparencyLogError.self) { try verify(outside.text) }
        }
        #expect(throws: Refusal.self) { try world.world.service.membershipProof(of: outside) }
    }
}
