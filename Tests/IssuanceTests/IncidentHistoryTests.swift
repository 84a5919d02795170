import CanonicalJSON
import Compensation
import Cryptography
import Issuance
import Settlement
import Simulation
import Temporal
import TestSupport
import Testing

/// Random lives in which incidents open, merge, split, are explained and end, while people ask, wait and leave, and the
/// process dies. Whatever happens, nobody loses what they were given, and a stranger agrees with every entry.
@Suite("A random history with incidents")
struct IncidentHistoryTests {
    @Test("3.2/19 merging, splitting and explaining never reduce what was given", arguments: 1...12)
    func neverReduces(seed: UInt64) throws {
        var history = try IncidentHistory(seed: seed)
        var before: [String: Int64] = [:]
        for _ in 0..<50 {
            try history.step()
            let given = try history.given()
            for (place, minor) in before { #expect(given[place, default: 0] >= minor, "\(place)") }
            before = given
        }
        try history.world.tend(after: .minutes(30))
        try history.world.check(allowing: [.lateBreach, .latePayment, .lateFreeze, .missedIncident])
    }

    @Test("is the same log, byte for byte, when it is lived again")
    func repeats() throws {
        func log() throws -> [[UInt8]] {
            var history = try IncidentHistory(seed: 5)
            for _ in 0..<40 { try history.step() }
            return try history.world.rows(EntryRecord.self).map(\.body)
        }
        #expect(try log() == log())
    }

    @Test("comes to tell something: over all seeds every kind of entry about incidents, crashes and refusals")
    func covers() throws {
        var types: Set<String> = []
        var faults = 0
        for seed in 1...12 {
            var history = try IncidentHistory(seed: UInt64(seed))
            for _ in 0..<50 { try history.step() }
            for record in try history.world.rows(EntryRecord.self) {
                types.insert(try JSON(parsing: record.body)["type"]?.stringValue ?? "")
            }
            faults += history.faults
        }
        let wanted = [
            "stage.reported", "incident.rules", "incident.opened", "incident.joined", "incident.frozen",
            "incident.classified", "incident.merged", "incident.split", "incident.resolved", "incident.assessed",
        ]
        #expect(Set(wanted).subtracting(types) == [])
        #expect(faults > 10)
    }
}

/// One random life.
struct IncidentHistory {
    let world: World
    private let tenants: [TenantID]
    private var random: SeededRandom
    private var open: [(id: RequestID, tenant: TenantID)] = []
    private var counter = 0
    private(set) var faults = 0

    init(seed: UInt64) throws {
        world = try World(seed: seed)
        tenants = [world.tenant, try world.world.addInstitution("Aurora"), try world.world.addInstitution("Borea")]
        random = SeededRandom(seed: seed &* 104_729)
        try world.openIncidents(at: 2)
    }

    mutating func step() throws {
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<5: try ask()
        case 5..<7: try approve()
        case 7..<12: try world.tend(after: .minutes(Int64.random(in: 0...1500, using: &random)))
        case 12: world.world.clock.advance(by: .minutes(Int64.random(in: -5...600, using: &random)))
        case 13: try crash()
        case 14:
            try attempt(
                .report,
                body: ["stage": .string(stage()), "state": Bool.random(using: &random) ? "failing" : "working"])
        case 15: try attempt(.classify, on: incident(), body: ["cause": .string(cause()), "confidence": 50])
        case 16: try attempt(.merge, on: incident(), body: ["other": .string(incident() ?? "inc-0")])
        case 17: try attempt(.split, on: incident(), body: ["tenants": [.string(tenant().text)]])
        case 18: try attempt(.resolve, on: incident())
        default:
            try attempt(
                .open, body: ["stage": .string(stage()), "from": .string((world.world.clock.now - .hours(3)).rfc3339)])
        }
    }

    /// What each request was given of each unit.
    func given() throws -> [String: Int64] {
        var sums: [String: Int64] = [:]
        for payment in try world.rows(PaymentRecord.self) {
            sums[payment.request + payment.unit, default: 0] += payment.minor
        }
        return sums
    }

    private mutating func nextKey() -> String {
        counter += 1
        return "history-\(counter)"
    }

    private mutating func stage() -> String {
        ["review", "signing", "platform"].randomElement(using: &random) ?? ""
    }

    private mutating func cause() -> String { Cause.allCases.randomElement(using: &random)?.rawValue ?? "" }
    private mutating func tenant() -> TenantID { tenants.randomElement(using: &random) ?? world.tenant }
    private mutating func incident() throws -> String? { try world.incidents().randomElement(using: &random)?.id }

    private mutating func ask() throws {
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let tenant = tenant()
            let holder = "urn:example:person:\(Int.random(in: 1...5, using: &random))"
            let answer = try world.world.request(
                requestBody(holder: holder, review: "manual"), from: tenant, key: nextKey())
            open.append((try world.id(of: answer), tenant))
        }
    }

    private mutating func approve() throws {
        guard let place = open.indices.randomElement(using: &random) else { return }
        let (id, tenant) = open.remove(at: place)
        try world.world.perform(.approve(note: nil), on: id, of: tenant, key: nextKey())
    }

    /// What is refused changes nothing.
    private mutating func attempt(_ verb: IncidentVerb, on incident: String? = nil, body: JSONObject = [:]) throws {
        let size = try world.rows(EntryRecord.self).count
        do {
            try world.act(verb, on: incident, body, key: nextKey())
        } catch is Refusal {
            #expect(try world.rows(EntryRecord.self).count == size)
        }
    }

    /// The process dies at some commit while incidents are tended.
    private mutating func crash() throws {
        let kinds: [MemoryStoreFault] = [.full, .lost, .persisted]
        let at = Int.random(in: 1...3, using: &random)
        guard let fault = kinds.randomElement(using: &random) else { return }
        try world.world.restart { $0 == at ? fault : nil }
        faults += 1
        _ = try? world.world.service.assessDue()
        _ = try? world.world.service.tendIncidents()
        try world.world.restart()
        try world.tend()
    }
}
