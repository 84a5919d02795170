import CanonicalJSON
import Compensation
import Issuance
import Settlement
import Simulation
import Temporal
import TestSupport
import Testing

/// A world whose standard promise of 24 hours has a ladder: at risk after 19 hours and 12 minutes, or earlier by
/// forecast.
struct LadderWorld {
    let world: World
    let keeper: StaffID
    let agent: StaffID

    var simulated: SimulatedWorld { world.world }

    static let atRisk = Milliseconds.minutes(19 * 60 + 12)
    static let silence = Milliseconds.minutes(15)

    init(seed: UInt64 = 1) throws {
        let simulated = try SimulatedWorld(seed: seed)
        // Later than version 1, and before the first institution relies on what was promised.
        simulated.clock.advance(by: Milliseconds(1))
        let standard = try #require(
            try DefaultPolicies.documents.map { try JSON(parsing: $0) }.first { $0["kind"] == "ServiceLevel" })
        try simulated.publish(
            standard.replacing("/metadata/version", by: 2)
                .replacing(
                    "/spec/objectives/0/atRisk",
                    by: ["consumed": ["num": 4, "den": 5], "forecast": ["num": 1, "den": 4]]
                )
                .replacing("/spec/escalation", by: Self.steps))
        keeper = try simulated.addStaff("Kit Lund", [.operator]).id
        agent = try simulated.addStaff("Ada Moe", [.agent]).id
        world = try World(simulated)
    }

    static let steps: JSON = [
        ["at": ["forecast": ["num": 1, "den": 4]], "to": ["operator"], "ackWithin": ["elapsed": "PT15M"]],
        ["at": ["consumed": ["num": 9, "den": 10]], "to": ["customer-experience", "agent", "requester"]],
        ["at": ["afterBreach": ["elapsed": "PT30M"]], "to": ["incident-manager"]],
    ]

    /// Publishes a forecast policy that believes nearly anything.
    func forecast() throws {
        let lenient: JSON = ["num": 999_999, "den": 1_000_000]
        try simulated.publish([
            "apiVersion": "punctual/v1", "kind": "Forecast",
            "metadata": [
                "id": "fc", "version": 1, "tenant": "default", "effectiveFrom": "1970-01-01T00:00:00Z",
                "title": ["en": "Forecast"],
            ],
            "spec": [
                "method": "landmark-slack", "warnAt": ["num": 1, "den": 4], "minHistory": 20,
                "calibration": [
                    "maxECE": lenient, "minBrierSkill": ["num": 1, "den": 1_000_000], "fallback": "consumed-fraction",
                ],
                "eta": ["quantile": ["num": 9, "den": 10], "roundUpTo": "PT30M"],
            ],
        ])
    }

    /// Moves the clock, and lets come what is due then.
    func pass(_ length: Milliseconds) throws {
        try world.pass(length)
        let failures = try simulated.service.climbLadders()
        #expect(failures.isEmpty, "\(failures)")
    }

    /// What was said of a ladder, in order: `request.at-risk consumed`, `request.escalated 0 silence`.
    func ladder(of id: RequestID) throws -> [String] {
        try world.rows(EntryRecord.self).filter { $0.request == id.text }.compactMap { row in
            let entry = try JSON(parsing: row.body)
            let (type, facts) = (entry["type"]?.stringValue ?? "", entry["facts"] ?? [:])
            guard ["request.at-risk", "request.escalated", "escalation.acknowledged"].contains(type) else { return nil }
            let step = facts["step"]?.integerValue.map { " \($0)" } ?? ""
            return type + step + (facts["cause"]?.stringValue.map { " \($0)" } ?? "")
        }
    }

    func approve(_ id: RequestID) throws {
        try simulated.perform(.approve(note: nil), on: id, of: world.tenant, key: "approve \(id.text)")
    }

    @discardableResult
    func take(_ id: RequestID, by staff: StaffID) throws -> Answer {
        try waitForAnswer { simulated.service.takeEscalation(id, by: staff, $0) }
    }

    func check(allowing late: Set<Finding.Kind> = []) throws { try world.check(allowing: late) }
}

extension World {
    /// A world with one institution more.
    init(_ simulated: SimulatedWorld) throws {
        world = simulated
        tenant = try simulated.addInstitution("Nordhafen University")
    }
}
