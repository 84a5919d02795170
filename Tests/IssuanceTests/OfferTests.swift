import CanonicalJSON
import Compensation
import Issuance
import Simulation
import Temporal
import Testing
import TransparencyLog

@Suite("Offers")
struct OfferTests {
    private let world: World
    private let agent: StaffID
    private let request: RequestID

    static let policy: JSON = [
        "apiVersion": "punctual/v1", "kind": "Compensation",
        "metadata": [
            "id": "pocket-fit", "version": 2, "tenant": "default", "effectiveFrom": "1970-01-01T00:00:00Z",
            "title": ["en": "Personalised"],
        ],
        "spec": [
            "slaRef": "standard", "eligibility": ["require": ["all": []], "causes": [], "otherwise": "full"],
            "measure": ["basis": "elapsed", "whenUnresolved": "accrue"],
            "model": [
                "kind": "personalised",
                "menu": [
                    [
                        "type": "credit", "class": "guaranteed", "amount": ["unit": "PFC", "minor": 3000],
                        "expires": ["calendarDays": 30],
                    ], ["type": "premium-extension", "class": "guaranteed", "amount": ["unit": "DAYS", "minor": 14]],
                ],
                "decideWithin": ["elapsed": "PT48H"],
                "maxOffer": [["unit": "PFC", "minor": 5000], ["unit": "DAYS", "minor": 14]],
                "onTimeout": [
                    [
                        "type": "credit", "class": "guaranteed", "amount": ["unit": "PFC", "minor": 1000],
                        "expires": ["calendarDays": 365],
                    ]
                ],
            ],
            "stacking": [
                "withinRequest": "highest-tier-top-up", "acrossRequests": "sum", "premium": "append-to-end",
                "manualClaim": "net-of-automatic",
            ],
            "caps": [["scope": "request", "limit": ["unit": "PFC", "minor": 4000], "overflow": "truncate"]],
            "payout": ["within": ["elapsed": "PT1H"]], "reversal": ["reasons": [], "take": "never"],
        ],
    ]

    init() throws {
        world = try World()
        // A version that gives less at once comes after the notice that policies need.
        var policy = Self.policy.objectValue ?? [:]
        var metadata = policy["metadata"]?.objectValue ?? [:]
        metadata["effectiveFrom"] = .string((SimulatedWorld.beginning + .days(15)).rfc3339)
        policy["metadata"] = .object(metadata)
        try world.world.publish(.object(policy))
        world.world.clock.advance(by: .days(16))
        agent = try world.world.addStaff("Agent", [.agent], limits: [Amount(4000, .pocketFitCredits)]).id
        request = try world.waiting()
    }

    private func body(_ benefit: Int64 = 0, _ minor: Int64? = nil) -> JSON {
        var body: JSONObject = [
            "benefit": .integer(benefit), "reason": "delay", "channel": "phone", "text": "We are sorry.",
        ]
        body["minor"] = minor.map(JSON.integer)
        return .object(body)
    }

    private func refuse(_ code: Refusal.Code, _ run: () throws -> Void) {
        let refusal = #expect(throws: Refusal.self) { try run() }
        #expect(refusal?.code == code, "\(String(describing: refusal))")
    }

    private func credits() throws -> [Int64] { try world.rows(PaymentRecord.self).map(\.minor) }

    private func offer(_ benefit: Int64 = 0, _ minor: Int64? = nil, key: String = "offer") throws -> ClaimID {
        let answer = try world.world.makeOffer(
            body(benefit, minor), for: request, of: world.tenant, by: agent, key: key)
        return try #require(answer.body["id"]?.stringValue.flatMap { ClaimID($0) })
    }

    private func audit() throws {
        try world.world.store.read { reader in
            let copy = MemoryStore(Tables.all)
            try copy.write { try Replay.rebuild(from: reader, into: $0) }
            #expect(try copy.read { try Replay.firstDifference(between: reader, and: $0) } == nil)
        }
    }

    @Test("an offer from the menu is made and accepted: it is given, and silence gives nothing more")
    func accepted() throws {
        refuse(.wrongState) { _ = try offer(key: "too early") }
        try world.pass(Default.target + Milliseconds(1))
        let id = try offer(0, 2500)
        #expect(try credits() == [])
        try world.world.answerOffer(id, of: world.tenant, accepts: true, key: "accept")
        #expect(try credits() == [2500])
        try world.pass(.days(5))
        #expect(try credits() == [2500])
        refuse(.wrongState) { _ = try offer(key: "again") }
        try audit()
    }

    @Test("silence gives the default, at the first instant after the time; what was declined is waived")
    func timeout() throws {
        try world.pass(Default.target + Milliseconds(1))
        let id = try offer(1)
        try world.world.answerOffer(id, of: world.tenant, accepts: false, key: "decline")
        refuse(.wrongState) { try world.world.answerOffer(id, of: world.tenant, accepts: true, key: "late") }
        let second = try offer(0, 100, key: "second")
        try world.pass(.hours(48) - Milliseconds(1))
        #expect(try credits() == [])
        try world.pass(Milliseconds(1))
        #expect(try credits() == [1000])
        refuse(.wrongState) { try world.world.answerOffer(second, of: world.tenant, accepts: true, key: "too late") }
        #expect(
            try world.story(of: request).filter { $0.hasPrefix("offer.") } == [
                "offer.made", "offer.declined", "offer.made",
            ])
        try audit()
    }

    @Test("nobody exceeds the menu, the most of an offer, the cap, or what they may give in a day")
    func limits() throws {
        try world.pass(Default.target + Milliseconds(1))
        refuse(.invalidRequest) { _ = try offer(0, 3001) }
        refuse(.invalidRequest) { _ = try offer(0, 0) }
        refuse(.invalidRequest) { _ = try offer(2) }
        refuse(.invalidRequest) { _ = try offer(-1) }
        let other = try world.world.addStaff("Other", [.finance]).id
        refuse(.notPermitted) {
            try world.world.makeOffer(body(), for: request, of: world.tenant, by: other, key: "finance")
        }
        let first = try offer(0, 3000)
        refuse(.wrongState) { _ = try offer(0, 1, key: "beside") }
        try world.world.answerOffer(first, of: world.tenant, accepts: false, key: "no")
        refuse(.notPermitted) { _ = try offer(0, 1001, key: "more than a day's") }
        _ = try offer(0, 1000, key: "the rest of the day")
    }
}
