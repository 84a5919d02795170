import CanonicalJSON
import Compensation
import Issuance
import Settlement
import Simulation
import Temporal
import TestSupport
import Testing

@Suite("Rule 89: what a delay did to a person")
struct ImpactTests {
    private func declare(
        _ kind: ImpactKind, _ band: ImpactBand, about id: RequestID, in world: World, key: String
    ) throws {
        let answer = try world.world.perform(
            .declareImpact(kind, band, note: "rent"), on: id, of: world.tenant, key: key)
        #expect(answer.body["kind"]?.stringValue == kind.rawValue && answer.body["band"]?.stringValue == band.rawValue)
    }

    private func find(_ world: World, _ kind: Finding.Kind, _ name: String, _ change: (inout Forger) -> Void) throws {
        var forger = try Forger(world)
        let honest = try forger.report().findingCounts[kind, default: 0]
        change(&forger)
        let report = try forger.report()
        #expect(report.findingCounts[kind, default: 0] > honest, "\(name): \(report.findings.prefix(4))")
    }

    @Test("what is declared is kept apart from what the log shows, counts in its incident, and moves no payment")
    func declares() throws {
        let world = try World()
        try world.openIncidents(at: 2)
        let ids = try world.waiting(3)
        try world.pass(Default.target + Milliseconds(1))
        // Before the incident there is, and after.
        try declare(.money, .severe, about: ids[0], in: world, key: "a")
        try world.tend(after: .minutes(1))
        try declare(.money, .small, about: ids[0], in: world, key: "b")
        try declare(.time, .considerable, about: ids[1], in: world, key: "c")
        let given = try ids.map { try world.given($0) }
        #expect(Set(given).count == 1)
        try world.tend(after: Default.secondTier)
        #expect(try Set(ids.map { try world.given($0) }).count == 1)
        let impact = try #require(try world.world.service.statusDocument(ids[0])["impact"])
        #expect(impact["byLog"]?["stage"] == "review" && impact["byLog"]?["severity"] == "major")
        #expect(impact["declared"]?.arrayValue?.count == 1 && impact["declared"]?.arrayValue?[0]["band"] == "small")
        #expect(try world.world.service.statusDocument(ids[2])["impact"]?["declared"] == nil)
        let incident = try #require(try world.incidents().first?.id)
        #expect(
            try world.world.service.incidentDossier(incident)["declared"]
                == ["money": ["small": 1], "time": ["considerable": 1]])
        let entry = try #require(try world.entries("impact.declared").first)
        #expect(entry["facts"] == ["band": "severe", "kind": "money"])
        try world.check(allowing: [])
        #expect(try world.naive().problems == [])

        try find(world, .misplacedEntry, "of a request that is in time") { forger in
            let place = forger.drafts.firstIndex { $0.type == "impact.declared" }!
            let breach = forger.drafts.firstIndex { $0.type == "sla.breach" && $0.rid == forger.drafts[place].rid }!
            let declared = forger.drafts.remove(at: place)
            forger.drafts.insert(declared, at: breach)
        }
        try find(world, .misplacedEntry, "five times") { forger in
            for _ in 0..<4 { forger.repeat("impact.declared") }
        }
        try find(world, .missedPayment, "gives nothing to whom it did little") { forger in
            let rid = forger.drafts.last { $0.facts["kind"] == "time" }?.rid
            forger.drafts.removeAll { $0.type == "compensation.post" && $0.rid == rid }
        }
    }

    @Test("of no delay, of somebody else's request, of an erased one, and a fifth time, it is refused")
    func refuses() throws {
        let world = try World()
        let other = try world.world.addInstitution("Aurora")
        let id = try world.waiting()
        func refused(of tenant: TenantID? = nil, key: String) throws -> Refusal.Code? {
            let refusal = #expect(throws: Refusal.self) {
                try world.world.perform(
                    .declareImpact(.money, .small, note: nil), on: id, of: tenant ?? world.tenant, key: key)
            }
            return refusal?.code
        }
        #expect(try refused(key: "soon") == .wrongState)
        try world.pass(Default.target + Milliseconds(1))
        #expect(try refused(of: other, key: "other") == .unknownRequest)
        for (index, band) in [ImpactBand.small, .severe, .small, .considerable].enumerated() {
            try declare(.money, band, about: id, in: world, key: "\(index)")
        }
        #expect(try refused(key: "fifth") == .wrongState)
        try world.world.perform(.approve(note: nil), on: id, of: world.tenant, key: "approve")
        try world.world.erase(["urn:example:person:1"], of: world.tenant, key: "erase")
        #expect(try refused(key: "erased") == .erased)
        try world.check(allowing: [])
    }
}
