package import CanonicalJSON
import Multiformats
package import Temporal

/// Somebody may act for the service from now on. Rule 45 of the page "Claims, reviews and offers".
package struct StaffAdded: EventContent {
    package static let type = "staff.added"
    package let id: StaffID
    package let roles: StaffRoles
    /// From when on they may not any more.
    package let until: Instant?
    /// Who they are; beside the log.
    package let name: String
    /// SHA-256 of their API key; beside the log.
    package let keyDigest: [UInt8]

    package init(id: StaffID, roles: StaffRoles, until: Instant?, name: String, keyDigest: [UInt8]) {
        self.id = id
        self.roles = roles
        self.until = until
        self.name = name
        self.keyDigest = keyDigest
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        id = try facts.parsed("id") { StaffID($0) }
        roles = try facts.roles()
        until = try facts.optionalInteger("until").map { Instant(milliseconds: $0) }
        var staff = try openings.object("staff")
        name = try staff.string("name")
        keyDigest = try staff.parsed("keyDigest") { try? Hex.decode($0) }
        try staff.finish()
    }

    package var facts: JSONObject { staffFacts(id, roles, until) }

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

    package init(id: StaffID, roles: StaffRoles, until: Instant?) {
        self.id = id
        self.roles = roles
        self.until = until
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        id = try facts.parsed("id") { StaffID($0) }
        roles = try facts.roles()
        until = try facts.optionalInteger("until").map { Instant(milliseconds: $0) }
    }

    package var facts: JSONObject { staffFacts(id, roles, until) }
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

private func staffFacts(_ id: StaffID, _ roles: StaffRoles, _ until: Instant?) -> JSONObject {
    var facts: JSONObject = ["id": .string(id.text), "roles": roles.json]
    facts["until"] = until.map { .integer($0.milliseconds) }
    return facts
}
