import CanonicalJSON
import Compensation
import Issuance
import Multiformats
import Simulation
import Temporal
import Testing

private let late = Default.target + Milliseconds(1)

/// What a stranger makes of the entries alone, written apart from the service.
private struct Fold {
    var accepted: Int64 = 0
    var stopped: Int64 = 0
    var breached: Int64 = 0
    var posted: Int64 = 0
    var paid: [String: Int64] = [:]
    /// By request.
    var payments: [String: [String: Int64]] = [:]
    var tenants: [String: String] = [:]
    var incident: [String: String] = [:]
    var history: [String: [String]] = [:]
    var causes: [String: [String]] = [:]

    init(_ entries: [JSON]) {
        for entry in entries {
            let facts = entry["facts"] ?? [:]
            let rid = entry["rid"]?.stringValue ?? ""
            let type = entry["type"]?.stringValue ?? ""
            switch type {
            case "request.accepted":
                accepted += 1
                tenants[rid] = facts["tenant"]?.stringValue
            case "credential.issued", "request.cancelled": stopped += 1
            case "sla.breach": breached += 1
            case "compensation.post":
                posted += 1
                let (unit, minor) = (facts["unit"]?.stringValue ?? "", facts["minor"]?.integerValue ?? 0)
                paid[unit, default: 0] += minor
                payments[rid, default: [:]][unit, default: 0] += minor
            case "incident.joined":
                for request in facts["requests"]?.arrayValue ?? [] {
                    incident[request.stringValue ?? ""] = facts["incident"]?.stringValue
                }
            case "incident.classified":
                causes[facts["incident"]?.stringValue ?? "", default: []].append(facts["cause"]?.stringValue ?? "")
            default: break
            }
            for name in ["incident", "other", "parent"] where type.hasPrefix("incident.") && type != "incident.joined" {
                if let id = facts[name]?.stringValue { history[id, default: []].append(type) }
            }
        }
    }
}

@Suite("Dossier, dashboard and reports are folds of the log")
struct DashboardTests {
    private func lived() throws -> (world: World, fold: Fold, incident: String) {
        let world = try World()
        try world.openIncidents(at: 2)
        let other = try world.world.addInstitution("Aurora")
        let ids = try world.waiting(3)
        _ = try world.waiting(2, "aurora", of: other)
        _ = try world.world.request(requestBody(holder: "urn:example:person:at-once"), from: other, key: "at-once")
        try world.tend(after: late)
        let incident = try #require(try world.incidents().first?.id)
        try world.act(.classify, on: incident, ["cause": "deploy", "confidence": 20])
        try world.act(.classify, on: incident, ["cause": "capacity", "confidence": 80])
        try world.world.perform(.approve(note: nil), on: ids[0], of: world.tenant, key: "approve")
        try world.tend(after: .hours(5))
        try world.world.perform(.cancel(note: nil), on: ids[1], of: world.tenant, key: "cancel")
        let entries = try world.rows(EntryRecord.self).map { try JSON(parsing: $0.body) }
        return (world, Fold(entries), incident)
    }

    @Test("The dashboard is the fold of the log at the same size, also after a restart")
    func dashboard() throws {
        let (world, fold, _) = try lived()
        for _ in 0..<2 {
            let shown = try world.world.service.dashboard()
            #expect(shown["logSize"]?.integerValue == Int64(try world.rows(EntryRecord.self).count))
            #expect(shown["accepted"]?.integerValue == fold.accepted && fold.accepted == 6)
            #expect(shown["stopped"]?.integerValue == fold.stopped && fold.stopped == 3)
            #expect(shown["inFlight"]?.integerValue == 3 && shown["breached"]?.integerValue == fold.breached)
            #expect(shown["posted"]?.integerValue == fold.posted && fold.posted > 0)
            for (unit, minor) in fold.paid { #expect(shown["paid"]?[unit]?.integerValue == minor) }
            #expect(shown["owed"] == [:] && shown["missed"] == 0 && shown["open"] == 0 && shown["incidents"] == 1)
            #expect(shown["atRisk"] == nil)
            try world.world.restart()
        }
    }

    @Test("A promise that is due and not assessed is open, and missed when its time to pay has passed")
    func missed() throws {
        let world = try World()
        _ = try world.waiting(1)
        world.world.clock.advance(by: late)
        #expect(try world.world.service.dashboard()["open"] == 1)
        #expect(try world.world.service.dashboard()["missed"] == 0)
        world.world.clock.advance(by: .hours(1))
        #expect(try world.world.service.dashboard()["missed"] == 0)
        world.world.clock.advance(by: Milliseconds(1))
        #expect(try world.world.service.dashboard()["missed"] == 1)
        try world.pass(.zero)
        #expect(try world.world.service.dashboard()["open"] == 0)
    }

    @Test("A dossier is what a stranger makes of the exported entries")
    func dossier() throws {
        let (world, fold, incident) = try lived()
        let dossier = try world.world.service.incidentDossier(incident)
        let history = dossier["history"]?.arrayValue ?? []
        #expect(history.compactMap { $0["type"]?.stringValue } == fold.history[incident])
        #expect(history.compactMap { $0["cause"]?.stringValue } == fold.causes[incident])
        let members = fold.incident.filter { $0.value == incident }.keys
        #expect(dossier["requests"]?.integerValue == Int64(members.count))
        var (sums, tenants): ([String: Int64], [String: Int64]) = ([:], [:])
        for request in members {
            for (unit, minor) in fold.payments[request] ?? [:] { sums[unit, default: 0] += minor }
            tenants[fold.tenants[request] ?? "", default: 0] += 1
        }
        for (unit, minor) in sums { #expect(dossier["payments"]?[unit]?.integerValue == minor) }
        #expect(dossier["payments"]?.objectValue?.count == sums.count)
        for institution in dossier["institutions"]?.arrayValue ?? [] {
            #expect(institution["requests"]?.integerValue == tenants[institution["id"]?.stringValue ?? ""])
        }
        for line in dossier["evidence"]?.arrayValue ?? [] {
            let seq = try #require(line["entry"]?.integerValue)
            let stored = try #require(try world.rows(EntryRecord.self).first { $0.seq == seq })
            #expect(line["leafHash"]?.stringValue == Base64.encode(stored.leafHash))
        }
        #expect(dossier["plot"]?.arrayValue?.last?["affected"] == 5)
    }

    @Test("The stage report counts who is where, since when, and how long others were")
    func stages() throws {
        let world = try World()
        let ids = try world.waiting(2)
        let hold = RequestAction.hold(reason: "legal-hold", evidence: "court-order", note: nil)
        try world.world.perform(hold, on: ids[1], of: world.tenant, key: "hold")
        world.world.clock.advance(by: .minutes(30))
        try world.world.perform(.resume, on: ids[1], of: world.tenant, key: "resume")
        try world.world.perform(.approve(note: nil), on: ids[1], of: world.tenant, key: "approve")
        world.world.clock.advance(by: .minutes(1))
        let report = try world.world.service.stageReport()
        let stages = report["stages"]?.arrayValue ?? []
        let review = try #require(stages.first { $0["stage"] == "review" })
        #expect(review["present"] == 1 && review["ended"] == 1 && review["meanMilliseconds"] == 0)
        #expect(review["oldest"]?["request"]?.stringValue == ids[0].text)
        let held = try #require(stages.first { $0["stage"] == "legal-hold" })
        #expect(held["longestMilliseconds"]?.integerValue == Milliseconds.minutes(30).count && held["present"] == 0)
    }
}
