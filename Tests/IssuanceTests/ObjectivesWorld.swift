import CanonicalJSON
import Compensation
import Foundation
import Issuance
import ServiceLevels
import Simulation
import Temporal
import TestSupport
import Testing

/// A world whose institution promises news and decisions beside the credential, and pays for each; it is midnight, UTC,
/// of Thursday 2026-01-15.
struct ObjectivesWorld {
    let world: World
    let acceptedBase: Instant

    static let hour = Milliseconds.hours(1)
    static let firstUpdate = Milliseconds.hours(2)
    static let cadence = Milliseconds.hours(4)
    static let acknowledge = Milliseconds.seconds(5)

    /// Objectives by name, with their targets; claims have none.
    static let all: [(String, JSON?)] = [
        ("acknowledge", ["elapsed": "PT5S"]), ("first-update", ["elapsed": "PT2H"]),
        ("update-cadence", ["elapsed": "PT4H"]), ("claim-decision", nil), ("appeal-decision", nil),
    ]

    /// - Parameters:
    ///   - unpaid: objectives that no policy pays for.
    ///   - cap: the request cap of every policy that pays for a promise.
    init(
        seed: UInt64 = 1, _ objectives: [(String, JSON?)] = Self.all, unpaid: Set<String> = [], cap: Int64 = 600,
        calendar: Bool = false, onCancel: String = "stop-clock-keep-breach", prepare: (World) throws -> Void = { _ in }
    ) throws {
        world = try World(seed: seed)
        let tenant = world.tenant.text
        if calendar { try world.world.publish(Self.calendar(tenant, world)) }
        var level: JSONObject = [
            "appliesTo": ["all": []], "priority": 1, "onCancel": .string(onCancel),
            "objectives": .array([Self.objective("issue", ["elapsed": "PT240H"])] + objectives.map(Self.objective)),
            "pause": [
                [
                    "reason": "awaiting-requester", "evidence": "notice-delivered", "maxTotal": ["calendarDays": 30],
                    "backdateLimit": "PT30M",
                ]
            ],
        ]
        if calendar { level["calendarRef"] = "office" }
        try world.world.publish(Self.document("ServiceLevel", "watched", tenant, .object(level)))
        let file = Conformance.projectRoot.appending(path: "Sources/Compensation/Policies/pocket-fit.json")
        let pocketFit = try JSON(parsing: [UInt8](Data(contentsOf: file)))
        try world.world.publish(
            pocketFit.replacing("/metadata/tenant", by: .string(tenant)).replacing("/metadata/id", by: "pay-issue")
                .replacing("/metadata/effectiveFrom", by: .string(Self.effectiveFrom))
                .replacing("/spec/slaRef", by: "watched"))
        for (metric, _) in objectives where !unpaid.contains(metric) {
            try world.world.publish(Self.paying(metric, tenant, cap: cap))
        }
        try prepare(world)
        world.world.clock.advance(by: .days(14))
        acceptedBase = world.world.clock.now
    }

    private static let effectiveFrom = "2026-01-15T00:00:00Z"

    static func document(_ kind: String, _ id: String, _ tenant: String, _ spec: JSON) -> JSON {
        [
            "apiVersion": "punctual/v1", "kind": .string(kind),
            "metadata": [
                "id": .string(id), "version": 1, "tenant": .string(tenant),
                "effectiveFrom": .string(effectiveFrom), "title": ["en": .string(id)],
            ],
            "spec": spec,
        ]
    }

    private static func calendar(_ tenant: String, _ world: World) throws -> JSON {
        let installed = try world.world.surroundings.zone()
        let pin = CalendarTerms.Pin(release: installed.release, sha256: installed.rules.pin)
        let day: JSON = [["09:00", "12:30"], ["13:30", "18:00"]]
        return document(
            "BusinessCalendar", "office", tenant,
            [
                "timeZone": "Europe/Berlin", "tzdata": pin.json, "exceptions": [], "rule": "wall-label",
                "week": ["mon": day, "tue": day, "wed": day, "thu": day, "fri": day],
            ])
    }

    static func objective(_ metric: String, _ target: JSON?) -> JSON {
        let ends: [String: (JSON, JSON)] = [
            "issue": ("request.accepted", "credential.available"),
            "acknowledge": ("request.accepted", "acknowledged"),
            "first-update": ("request.accepted", "update.sent"), "update-cadence": ("previous.update", "update.sent"),
            "claim-decision": ("claim.filed", "decision.sent"), "appeal-decision": ("appeal.filed", "decision.sent"),
        ]
        var objective: JSONObject = [
            "metric": .string(metric), "start": ends[metric]?.0 ?? .null, "stop": ends[metric]?.1 ?? .null,
            "boundary": "met-if-at-or-before",
        ]
        objective["target"] = target
        return .object(objective)
    }

    /// 100 at once, 250 in all beyond three hours, 400 in all beyond a day; paid within an hour.
    static func paying(_ metric: String, _ tenant: String, cap: Int64 = 600) -> JSON {
        func tier(_ over: JSON, _ minor: Int64) -> JSON {
            [
                "over": over,
                "benefits": [
                    [
                        "type": "credit", "class": "guaranteed", "amount": ["unit": "PFC", "minor": .integer(minor)],
                        "expires": ["calendarDays": 365],
                    ]
                ],
            ]
        }
        return document(
            "Compensation", "pay-\(metric)", tenant,
            [
                "slaRef": "watched", "objective": .string(metric),
                "eligibility": ["require": ["all": []], "causes": [], "otherwise": "full"],
                "measure": ["basis": "elapsed", "whenUnresolved": "accrue"],
                "model": [
                    "kind": "tiered",
                    "tiers": [
                        tier("deadline", 100), tier(["elapsed": "PT3H"], 250), tier(["elapsed": "PT24H"], 400),
                    ],
                ],
                "stacking": [
                    "withinRequest": "highest-tier-top-up", "acrossRequests": "sum", "premium": "append-to-end",
                    "manualClaim": "net-of-automatic",
                ],
                "caps": [
                    ["scope": "request", "limit": ["unit": "PFC", "minor": .integer(cap)], "overflow": "truncate"]
                ],
                "payout": ["within": ["elapsed": "PT1H"]], "reversal": ["reasons": ["duplicate"], "take": "unspent-only"],
            ])
    }
}

extension ObjectivesWorld {
    /// A breach as the log says it.
    struct Breach: Hashable, CustomStringConvertible {
        let objective: String
        let ordinal: Int64
        /// The deadline, since the acceptance.
        let due: Milliseconds

        init(_ objective: String, _ ordinal: Int64 = 0, _ due: Milliseconds) {
            (self.objective, self.ordinal, self.due) = (objective, ordinal, due)
        }

        var description: String { "\(objective) \(ordinal) due \(due.inWords)" }
    }

    func ask(_ key: String = "ask", holder: String = "urn:example:person:1") throws -> RequestID {
        try world.waiting(key, holder: holder)
    }

    /// Goes to so long after the first request, looks, and stays there.
    func go(to length: Milliseconds) throws {
        let target = acceptedBase + length
        try world.pass(target - world.world.clock.now)
    }

    /// Goes there without anybody looking.
    func sleep(to length: Milliseconds) { world.world.clock.advance(by: acceptedBase + length - world.world.clock.now) }

    @discardableResult
    func perform(_ action: RequestAction, _ id: RequestID, key: String = "do") throws -> Answer {
        try world.world.perform(action, on: id, of: world.tenant, key: key)
    }

    func entries(_ type: String, of id: RequestID) throws -> [JSON] {
        try world.rows(EntryRecord.self).filter { $0.request == id.text }.map { try JSON(parsing: $0.body) }
            .filter { $0["type"]?.stringValue == type }
    }

    func breaches(of id: RequestID) throws -> [Breach] {
        try entries("sla.breach", of: id).map { entry in
            let facts = entry["facts"]
            return Breach(
                facts?["objective"]?.stringValue ?? "", facts?["ordinal"]?.integerValue ?? -1,
                Milliseconds((facts?["dueAt"]?.integerValue ?? 0) - acceptedBase.milliseconds))
        }
    }

    /// What was given, as `objective ordinal minor`, in order.
    func given(to id: RequestID) throws -> [String] {
        try entries("compensation.post", of: id).map { entry in
            let facts = entry["facts"]
            let (objective, ordinal) = (facts?["objective"]?.stringValue ?? "", facts?["ordinal"]?.integerValue)
            return "\(objective) \(ordinal.map { "\($0) " } ?? "")\(facts?["minor"]?.integerValue ?? 0)"
        }
    }

    static let hold = RequestAction.hold(reason: "awaiting-requester", evidence: "notice-delivered", note: nil)
    static func hold(from: Instant) -> RequestAction {
        .hold(reason: "awaiting-requester", evidence: "notice-delivered", from: from, note: nil)
    }
}
