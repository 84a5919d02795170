import CanonicalJSON
import ServiceLevels
import Temporal
import TestSupport
import Testing

@Suite("A ladder")
struct LadderTests {
    static let steps: JSON = [
        [
            "at": ["forecast": ["num": 1, "den": 4]], "to": ["operator"], "ackWithin": ["elapsed": "PT15M"],
        ],
        ["at": ["consumed": ["num": 9, "den": 10]], "to": ["customer-experience", "requester"]],
        ["at": ["afterBreach": ["elapsed": "PT30M"]], "to": ["incident-manager", "agent"]],
    ]

    static func level(_ place: String = "/kind", _ value: JSON? = "ServiceLevel") throws -> ServiceLevel {
        let document = Fixture.document
            .replacing(
                "/spec/objectives/0/atRisk", by: ["consumed": ["num": 4, "den": 5], "forecast": ["num": 1, "den": 3]]
            )
            .replacing("/spec/escalation", by: steps)
        return try ServiceLevel(PolicyDocument(document.replacing(place, by: value)))
    }

    @Test("is read as it was published, and said in plain words")
    func reads() throws {
        let level = try Self.level()
        let ladder = try #require(level.ladder)
        #expect(ladder.steps.map(\.to) == [[.operator], [.customerExperience], [.incidentManager, .agent]])
        #expect(ladder.steps.map(\.tellsRequester) == [false, true, false])
        #expect(ladder.steps.map(\.ackWithin) == [.minutes(15), nil, nil])
        #expect(
            level.plainWords.suffix(5) == [
                "A request is at risk when 80 % of the promised time have passed, or earlier when 33.3 % of such "
                    + "requests become late.",
                "When 25 % of such requests become late, or at risk by the time alone, operator of our staff are told. "
                    + "If nobody takes it within 15 minutes, the next step comes.",
                "When 90 % of the promised time have passed, customer experience of our staff, and you, are told.",
                "When we are late by 30 minutes, incident manager and agent of our staff are told.",
                "Each step comes once, in this order, and no more once somebody took the request or it has ended.",
            ])
        #expect(try Fixture.level().ladder == nil)
    }

    @Test(
        "is refused, with the place, when nobody could keep it",
        arguments: [
            Refusal("/spec/objectives/0/atRisk", nil, at: "/spec/escalation", "nothing is at risk"),
            Refusal("/spec/objectives/0/atRisk/consumed", nil, "missing"),
            Refusal("/spec/objectives/0/atRisk/consumed", ["num": 1, "den": 1], "less than one whole"),
            Refusal("/spec/objectives/0/atRisk/consumed/num", 0, "1 to 1000000"),
            Refusal("/spec/objectives/0/atRisk/often", 1, "unknown"),
            Refusal("/spec/escalation/0/to", [], "at least one role"),
            Refusal("/spec/escalation/1/to", ["requester"], "at least one role"),
            Refusal("/spec/escalation/0/to/0", "on-call", "expected one of"),
            Refusal("/spec/escalation/2/to/1", "incident-manager", "each once"),
            Refusal("/spec/escalation/0/ackWithin", ["business": "PT1H"], "does not keep"),
            Refusal(
                "/spec/escalation/0/ackWithin/elapsed", "PT0S", at: "/spec/escalation/0/ackWithin", "does not keep"),
            Refusal("/spec/escalation/2/ackWithin", ["elapsed": "PT1H"], "nothing follows"),
            Refusal("/spec/escalation/2/at/afterBreach", ["workingDays": 1], "does not keep"),
            Refusal("/spec/escalation/1/at", ["consumed": ["num": 1, "den": 2]], "before the request is at risk"),
            Refusal("/spec/escalation/2/at", ["forecast": ["num": 1, "den": 2]], "in their order"),
            Refusal("/spec/escalation/1/at", ["forecast": ["num": 1, "den": 4]], "in their order"),
            Refusal("/spec/escalation/1/at", [:], "missing"),
        ])
    func refuses(_ refusal: Refusal) {
        let error = #expect(throws: PolicyError.self) { try Self.level(refusal.change, refusal.value) }
        #expect(error?.pointer.description.hasPrefix(refusal.pointer) == true, "\(error?.description ?? "")")
        #expect(error?.problem.contains(refusal.problem) == true, "\(error?.description ?? "")")
    }

    @Test("comes when its share of the promised time has passed, by the pauses that began before")
    func instants() throws {
        let level = try Self.level()
        let ladder = try #require(level.ladder)
        var clock = PromiseClock(level, start: Fixture.start)
        func instants() -> [Int64?] {
            ladder.steps.map { step in
                ladder.instant(of: step, by: clock).map { ($0 - Fixture.start).count }
            }
        }
        #expect(instants() == [80_000, 90_000, 1_900_000])
        try clock.hold(reason: .awaitingRequester, evidence: .noticeDelivered, at: Fixture.at(85_000))
        // At most 60 seconds; the share that was reached before stays where it was.
        #expect(instants() == [80_000, 150_000, 1_960_000])
        try clock.resume(at: Fixture.at(95_000))
        #expect(instants() == [80_000, 100_000, 1_910_000])
        try clock.hold(reason: .scheduledMaintenance, evidence: .publishedWindow, at: Fixture.at(96_000))
        #expect(instants() == [80_000, nil, nil])
    }
}

@Suite("A forecast policy")
struct ForecastPolicyTests {
    @Test("is read as it was published")
    func reads() throws {
        let policy = try ForecastPolicy(PolicyDocument(JSON.forecastDocument))
        #expect(
            (policy.minHistory, policy.maxECE.millionths, policy.minBrierSkill.millionths) == (2000, 30_000, 500_000))
        #expect(policy.eta?.quantile.inWords == "90 %")
        #expect(policy.eta?.roundUpTo == .minutes(30))
        #expect(policy.plainWords.last?.contains("90 % of them are kept") == true)
        let silent = try ForecastPolicy(PolicyDocument(JSON.forecastDocument.replacing("/spec/eta", by: nil)))
        #expect(silent.plainWords.last == "No expected time is stated.")
    }

    @Test(
        "is refused, with the place, when it says what nothing acts upon",
        arguments: [
            Refusal("/kind", "Budget", "expected Forecast"),
            Refusal("/spec/method", "logistic", "does not keep"),
            Refusal("/spec/warnAt", ["num": 5, "den": 4], "less than one whole"),
            Refusal("/spec/minHistory", 19, "20 to 20000"),
            Refusal("/spec/minHistory", 20_001, "20 to 20000"),
            Refusal("/spec/calibration/maxECE", nil, "missing"),
            Refusal("/spec/calibration/fallback", "none", "does not keep"),
            Refusal("/spec/calibration/maxMCE", 1, "unknown"),
            Refusal("/spec/eta/neverEarlierThanStated", true, "does not keep"),
            Refusal("/spec/eta/buffer", ["num": 1, "den": 10], "unknown"),
            Refusal("/spec/eta/roundUpTo", "PT0S", "expected a length"),
            Refusal("/spec/seed", 1, "unknown"),
        ])
    func refuses(_ refusal: Refusal) {
        let changed = JSON.forecastDocument.replacing(refusal.change, by: refusal.value)
        let error = #expect(throws: PolicyError.self) { try ForecastPolicy(PolicyDocument(changed)) }
        #expect(error?.pointer.description == refusal.pointer)
        #expect(error?.problem.contains(refusal.problem) == true, "\(error?.description ?? "")")
    }
}
