package import CanonicalJSON
package import Compensation
import Multiformats
package import Temporal

/// Somebody may act for the service from now on. Rule 45 of the page "Claims, reviews and offers".
package struct StaffAdded: EventContent {
    package static let type = "staff.added"
    package let id: StaffID
    package let roles: StaffRoles
    /// From when on they may not any more.
    package let until: Instant?
    /// The most that they may offer in one day (UTC), for each unit that is limited.
    package let limits: [Amount]
    /// Who they are; beside the log.
    package let name: String
    /// SHA-256 of their API key; beside the log.
    package let keyDigest: [UInt8]

    package init(
        id: StaffID, roles: StaffRoles, until: Instant?, limits: [Amount] = [], name: String, keyDigest: [UInt8]
    ) {
        self.id = id
        self.roles = roles
        self.until = until
        self.limits = limits
        self.name = name
        self.keyDigest = keyDigest
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        id = try facts.parsed("id") { StaffID($0) }
        roles = try facts.roles()
        until = try facts.optionalInteger("until").map { Instant(milliseconds: $0) }
        limits = try facts.limits()
        var staff = try openings.object("staff")
        name = try staff.string("name")
        keyDigest = try staff.parsed("keyDigest") { try? Hex.decode($0) }
        try staff.finish()
    }

    package var facts: JSONObject { staffFacts(id, roles, until, limits) }

    package var openings: JSONObject {
        ["staff": ["name": .string(name), "keyDigest": .string(Hex.encode(keyDigest))]]
    }
}

/// Somebody may do other things from now on, or until another instant.
package struct StaffRolesChanged: EventContent {
    package static let type = "staff.roles"
    package let id: StaffID
    package let roles: StaffRoles
    package let until: Instant?
    package let limits: [Amount]

    package init(id: StaffID, roles: StaffRoles, until: Instant?, limits: [Amount] = []) {
        self.id = id
        self.roles = roles
        self.until = until
        self.limits = limits
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        id = try facts.parsed("id") { StaffID($0) }
        roles = try facts.roles()
        until = try facts.optionalInteger("until").map { Instant(milliseconds: $0) }
        limits = try facts.limits()
    }

    package var facts: JSONObject { staffFacts(id, roles, until, limits) }
}

/// Somebody may do nothing any more. What they did stays done, under their id.
package struct StaffRemoved: EventContent {
    package static let type = "staff.removed"
    package let id: StaffID

    package init(id: StaffID) { self.id = id }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        id = try facts.parsed("id") { StaffID($0) }
    }

    package var facts: JSONObject { ["id": .string(id.text)] }
}

private func staffFacts(_ id: StaffID, _ roles: StaffRoles, _ until: Instant?, _ limits: [Amount]) -> JSONObject {
    var facts: JSONObject = ["id": .string(id.text), "roles": roles.json]
    facts["until"] = until.map { .integer($0.milliseconds) }
    if !limits.isEmpty { facts["limits"] = .array(limits.map(\.limitJSON)) }
    return facts
}

extension Amount {
    /// As the log and bodies have it.
    fileprivate var limitJSON: JSON { ["unit": .string(unit.rawValue), "minor": .integer(minor)] }
}

extension ObjectReader {
    /// The member `limits`, where it is there: of each unit at most one.
    mutating func limits() throws(JSONShapeError) -> [Amount] {
        let place = pointer(to: "limits")
        let limits = try (optionalArray("limits") ?? []).map { (json, place) throws(JSONShapeError) in
            var reader = try ObjectReader(json, at: place)
            let unit = try reader.parsed("unit") { UnitOfAccount(rawValue: $0) }
            let minor = try reader.integer("minor")
            try reader.finish()
            guard (0...Benefit.largestAmount).contains(minor) else {
                throw JSONShapeError(pointer: place, problem: "expected 0 to \(Benefit.largestAmount)")
            }
            return Amount(minor, unit)
        }
        guard Set(limits.map(\.unit)).count == limits.count else {
            throw JSONShapeError(pointer: place, problem: "a unit stands here twice; keep one")
        }
        return limits
    }
}
