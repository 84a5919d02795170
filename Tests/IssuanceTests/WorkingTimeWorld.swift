import CanonicalJSON
import Compensation
import Issuance
import ServiceLevels
import Settlement
import Simulation
import Temporal
import TestSupport
import Testing

/// A world whose institution promises and pays by an office in Berlin: 09:00 to 12:30 and 13:30 to 18:00. It is
/// Thursday 2026-01-15, 01:00 there.
struct WorkingTimeWorld {
    let world: World

    /// - Parameters:
    ///   - target: of the promise; by default an hour of physical time.
    ///   - changes: members of the `spec` of the compensation policy, by JSON pointer from there.
    ///   - budget: the `spec` of the budget `monthly`, in the zone of the office.
    ///   - claims: the `spec` of a policy for claims.
    init(
        target: JSON = ["elapsed": "PT1H"], _ changes: [String: JSON?] = [:], budget: JSON? = nil, claims: JSON? = nil
    ) throws {
        world = try World()
        try publish("BusinessCalendar", "office", calendar())
        try publish("ServiceLevel", "office-hours", level(target))
        if let budget { try publish("Budget", "monthly", budget) }
        if let claims { try publish("Claims", "claims", claims) }
        try publish("Compensation", "office-pay", compensation(changes))
        world.world.clock.advance(by: .days(14))
    }

    @discardableResult
    func publish(
        _ kind: String, _ id: String, version: Int64 = 1, from: String = "2026-01-15T00:00:00Z", _ spec: JSON
    ) throws -> Answer {
        try world.world.publish([
            "apiVersion": "punctual/v1", "kind": .string(kind),
            "metadata": [
                "id": .string(id), "version": .integer(version), "tenant": .string(world.tenant.text),
                "effectiveFrom": .string(from), "title": ["en": .string(id)],
            ],
            "spec": spec,
        ])
    }

    var tzdata: JSON {
        get throws {
            let installed = try world.world.surroundings.zone()
            return CalendarTerms.Pin(release: installed.release, sha256: installed.rules.pin).json
        }
    }

    private func calendar() throws -> JSON {
        let day: JSON = [["09:00", "12:30"], ["13:30", "18:00"]]
        return [
            "timeZone": "Europe/Berlin", "tzdata": try tzdata, "rule": "wall-label",
            "week": ["mon": day, "tue": day, "wed": day, "thu": day, "fri": day],
        ]
    }

    private func level(_ target: JSON) -> JSON {
        [
            "appliesTo": ["all": []], "priority": 1, "calendarRef": "office", "onCancel": "stop-clock-keep-breach",
            "objectives": [
                [
                    "metric": "issue", "start": "request.accepted", "stop": "credential.available",
                    "target": target, "boundary": "met-if-at-or-before",
                ]
            ],
            "pause": [],
        ]
    }

    func compensation(_ changes: [String: JSON?]) throws -> JSON {
        var document: JSON = [
            "spec": try JSON(parsing: DefaultPolicies.documents[1])["spec"] ?? .null
        ]
        document = document.replacing("/spec/slaRef", by: "office-hours").replacing("/spec/caps", by: [])
            .replacing("/spec/model", by: ["kind": "tiered", "tiers": Self.tiers(("deadline", 500))])
        for (pointer, value) in changes.sorted(by: { $0.key < $1.key }) {
            document = document.replacing("/spec" + pointer, by: value)
        }
        return document["spec"] ?? .null
    }

    /// Tiers of so many credits.
    static func tiers(_ tiers: (JSON, Int64)...) -> JSON {
        .array(tiers.map { ["over": $0.0, "benefits": [SettlingWorld.credit($0.1)]] })
    }

    /// A budget by the clocks of the office.
    func berlin(_ limit: Int64) throws -> JSON {
        SettlingWorld.budget(limit).replacing("/timeZone", by: "Europe/Berlin").replacing("/tzdata", by: try tzdata)
    }

    func ask(_ key: String, holder: String = "urn:example:person:1") throws -> RequestID {
        try world.waiting(key, holder: holder)
    }

    /// Moves the clock to an instant, and assesses what is due then.
    func pass(to text: String, plus milliseconds: Int64 = 0, isAwake: Bool = true) throws {
        let length = try Instant(rfc3339: text) + Milliseconds(milliseconds) - world.world.clock.now
        if isAwake { return try world.pass(length) }
        world.world.clock.advance(by: length)
    }

    /// What was paid, with when.
    func paid() throws -> [String] {
        try world.rows(PaymentRecord.self).sorted { $0.seq < $1.seq }.map { "\($0.minor) \($0.unit)" }
    }

    func entries(_ type: String) throws -> [JSON] {
        try world.rows(EntryRecord.self).map { try JSON(parsing: $0.body) }.filter { $0["type"]?.stringValue == type }
    }

    func facts(_ type: String) throws -> [JSON] { try entries(type).compactMap { $0["facts"] } }

    /// The recomputation, which knows whose requests are whose, the replay and the backtest agree.
    func check(allowing late: Set<Finding.Kind> = []) throws {
        let report = try Forger(world).report()
        #expect(Set(report.findingCounts.keys).subtracting(late) == [], "\(report.findings.prefix(3))")
        #expect(report.verdict != .cannotTell, "\(report.unknowns)")
        try world.check(allowing: late)
    }

    /// An operator's change is found.
    func find(_ kind: Finding.Kind, _ name: String = "", _ change: (inout Forger) -> Void) throws {
        var forger = try Forger(world)
        let honest = try forger.report()
        change(&forger)
        let report = try forger.report()
        let isMore = report.findingCounts[kind, default: 0] > honest.findingCounts[kind, default: 0]
        #expect(isMore, "\(name): \(report.findings.prefix(4))")
    }
}
