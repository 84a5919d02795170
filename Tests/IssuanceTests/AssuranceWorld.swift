import CanonicalJSON
import Compensation
import Issuance
import Simulation
import StatusLists
import Temporal
import TestSupport

/// A world whose pocket-fit promises a further check, with people who make it.
struct AssuranceWorld {
    let world: World
    let checker: StaffID
    let other: StaffID

    init(
        seed: UInt64 = 1, level: String = "substantial",
        statuses: [StatusOffer] = [StatusOffer(.revocation), StatusOffer(.suspension)]
    ) throws {
        world = try World(seed: seed, statuses: statuses)
        world.world.clock.advance(by: .minutes(1))
        try world.world.publish(Self.policy(level))
        checker = try world.world.addStaff("Ina", [.agent]).id
        other = try world.world.addStaff("Ole", [.customerExperience]).id
    }

    /// The shipped policy with its third part.
    static func policy(_ level: String = "substantial") throws -> JSON {
        try JSON(parsing: DefaultPolicies.documents[1]).replacing("/metadata/version", by: 2)
            .replacing(
                "/spec/model/trust",
                by: [["type": "assurance-upgrade", "class": "guaranteed", "level": .string(level)]])
    }

    /// A request that is late by a minute.
    func late(_ key: String = "ask", holder: String = "urn:example:person:1") throws -> RequestID {
        let id = try world.waiting(key, holder: holder)
        try world.pass(Default.target + .minutes(1))
        return id
    }

    /// One that was late and is issued.
    func issued(_ key: String = "ask", holder: String = "urn:example:person:1") throws -> RequestID {
        let id = try late(key, holder: holder)
        try approve(id)
        return id
    }

    func approve(_ id: RequestID) throws { try perform(.approve(note: nil), id, "approve \(id)") }

    func perform(_ action: RequestAction, _ id: RequestID, _ key: String) throws {
        try world.world.perform(action, on: id, of: world.tenant, key: key)
    }

    static func body(failed reason: String? = nil, check: String = "identity-document") -> JSON {
        var body: JSONObject = [
            "check": .string(check), "result": reason == nil ? "passed" : "failed",
            "evidence": .string(String(repeating: "ab", count: 32)), "note": "seen in Bremen",
        ]
        body["reason"] = reason.map(JSON.string)
        return .object(body)
    }

    @discardableResult
    func check(
        _ id: RequestID, by: StaffID? = nil, failed reason: String? = nil, key: String = "1"
    ) throws -> Answer {
        world.world.clock.advance(by: .minutes(1))
        return try world.world.recordCheck(
            Self.body(failed: reason), of: id, of: world.tenant, by: by ?? checker, key: key)
    }

    func upgrade(_ id: RequestID) throws -> JSON? { try world.world.service.statusDocument(id)["upgrade"] }

    func credential(_ id: RequestID) throws -> JSON? {
        try world.world.service.requestDocument(id, of: world.tenant)["credential"]
    }

    func facts(_ type: String) throws -> [JSON] {
        try world.rows(EntryRecord.self).compactMap { row in
            let entry = try JSON(parsing: row.body)
            return entry["type"] == .string(type) ? entry["facts"] : nil
        }
    }
}
