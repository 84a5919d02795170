import CanonicalJSON
import Compensation
import Issuance
import Simulation
import Temporal
import Testing
import TransparencyLog

/// A world with a policy for claims, and people who hear them.
struct ClaimWorld {
    let world: World
    let tenant: TenantID
    /// Those who review, approve and assess.
    let reviewers: [StaffID]
    let finance: StaffID
    let assessor: StaffID
    let agent: StaffID
    var simulated: SimulatedWorld { world.world }

    static let decideWithin = Milliseconds.days(10)
    static let appealWithin = Milliseconds.days(30)
    static let appealDecideWithin = Milliseconds.days(15)
    static let fileWithin = Milliseconds.days(90)
    static let opinionWithin = Milliseconds.days(20)

    /// The document with all there is; silence grants up to 100 credits, more than that needs two.
    static func policy(onSilence: String = "grant", _ changes: [String: JSON?] = [:]) -> JSON {
        var spec: JSONObject = [
            "fileWithin": ["calendarDays": 90], "decideWithin": ["calendarDays": 10],
            "appealWithin": ["calendarDays": 30], "appealDecideWithin": ["elapsed": "PT360H"],
            "onSilence": .string(onSilence), "evidence": ["screenshot", "cost-receipt"],
            "fourEyesOver": ["unit": "PFC", "minor": 1000],
            "independentAssessor": [
                "when": ["fact": "claim.requested", "op": "ge", "value": 3000], "within": ["calendarDays": 20],
            ],
        ]
        for (member, value) in changes { spec[member] = value }
        return [
            "apiVersion": "punctual/v1", "kind": "Claims",
            "metadata": [
                "id": "claims", "version": 1, "tenant": "default", "effectiveFrom": "1970-01-01T00:00:00Z",
                "title": ["en": "Claims"],
            ],
            "spec": .object(spec),
        ]
    }

    init(seed: UInt64 = 1, onSilence: String = "grant", reviewers count: Int = 5) throws {
        let made = try World(seed: seed)
        world = made
        tenant = made.tenant
        try made.world.publish(Self.policy(onSilence: onSilence))
        made.world.clock.advance(by: Milliseconds(1))
        reviewers = try (0..<count).map { try made.world.addStaff("Reviewer \($0)", [.customerExperience]).id }
        finance = try made.world.addStaff("Finance", [.finance]).id
        assessor = try made.world.addStaff("Assessor", [.independentAssessor], until: "2036-01-01T00:00:00Z").id
        agent = try made.world.addStaff("Agent", [.agent, .customerExperience]).id
    }

    static let impact: JSON = ["category": "impact", "text": "I missed the enrolment."]

    static func asking(_ minor: Int64, _ category: String = "impact") -> JSON {
        [
            "category": .string(category), "text": "I paid for a hotel.",
            "requested": ["benefitType": "credit", "unit": "PFC", "minor": .integer(minor)],
        ]
    }

    static func granting(_ minor: Int64) -> JSON {
        ["outcome": "granted", "grant": ["benefitType": "credit", "unit": "PFC", "minor": .integer(minor)]]
    }

    func file(
        _ body: JSON = Self.impact, about request: RequestID, by: StaffID? = nil, key: String = "file"
    ) throws -> ClaimID {
        let answer = try simulated.fileClaim(body, about: request, of: tenant, by: by, key: key)
        return try #require(answer.body["id"]?.stringValue.flatMap { ClaimID($0) })
    }

    func record(_ id: ClaimID) throws -> ClaimRecord {
        try #require(world.rows(ClaimRecord.self).first { $0.id == id.text })
    }

    /// Whoever was drawn last.
    func assignee(_ id: ClaimID) throws -> StaffID {
        try #require(record(id).assignee.flatMap { StaffID($0) })
    }

    func decide(_ id: ClaimID, _ body: JSON, key: String = "decide") throws -> Answer {
        try simulated.decideClaim(body, id, of: tenant, by: assignee(id), key: key)
    }

    /// A denial that names a rule of the policy for claims.
    func denial(_ pointer: String = "/spec/fileWithin") throws -> JSON {
        let policy = try #require(world.rows(ClaimRecord.self).last?.policy)
        return ["outcome": "denied", "rules": [["policy": .string(policy), "pointer": .string(pointer)]]]
    }

    /// The credits that were given for a request.
    func credits(of request: RequestID) throws -> [Int64] {
        try world.rows(PaymentRecord.self).filter { $0.request == request.text && $0.benefitType == "credit" }
            .sorted { $0.seq < $1.seq }.map(\.minor)
    }

    /// Whatever the command throws must be a refusal of that code, and nothing may be written.
    func refuse(_ code: Refusal.Code, _ body: () throws -> Void) throws {
        let before = try world.rows(EntryRecord.self).count
        let refusal = #expect(throws: Refusal.self) { try body() }
        #expect(refusal?.code == code, "\(String(describing: refusal))")
        #expect(try world.rows(EntryRecord.self).count == before)
    }

    /// The tables follow from the log.
    func audit() throws {
        try simulated.store.read { reader in
            let copy = MemoryStore(Tables.all)
            try copy.write { try Replay.rebuild(from: reader, into: $0) }
            let difference = try copy.read { try Replay.firstDifference(between: reader, and: $0) }
            #expect(difference == nil)
        }
    }
}
