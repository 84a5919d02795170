package import CanonicalJSON
package import ServiceLevels
package import Temporal

/// The rules of a time zone are in the log: what calendars that name their hash are counted by, whatever the time zone
/// database says later.
package struct ZonePinned: EventContent {
    package static let type = "zone.pinned"
    package let zone: ZoneName
    /// Of the time zone database that they were taken from.
    package let release: String
    package let rules: TimeZoneRules

    package init(zone: ZoneName, release: String, rules: TimeZoneRules) {
        self.zone = zone
        self.release = release
        self.rules = rules
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        zone = try facts.parsed("zone") { try? ZoneName(parsing: $0) }
        release = try facts.parsed("release") { TZDataRelease.isOne($0) ? $0 : nil }
        rules = try TimeZoneRules(members: &facts, at: JSONPointer().appending("facts"))
        let pin = rules.pin
        _ = try facts.parsed("sha256") { $0 == pin ? $0 : nil }
    }

    package var facts: JSONObject {
        var facts: JSONObject = [
            "zone": .string(zone.text), "release": .string(release), "sha256": .string(rules.pin),
        ]
        for member in ["initial", "rule", "transitions"] { facts[member] = rules.json[member] }
        return facts
    }
}

/// The calendar that a request is bound to, and the rules of its zone.
package struct BoundCalendar: Hashable, Sendable {
    /// The hash of the document.
    package let document: PolicyHash
    /// The hash of the rules: ``TimeZoneRules/pin``.
    package let zone: String

    /// That of a published calendar.
    package init(_ calendar: BusinessCalendar) {
        document = calendar.hash
        zone = calendar.tzdata.sha256
    }

    init?(optional facts: inout ObjectReader) throws(JSONShapeError) {
        guard let text = try facts.optionalString("calendar") else { return nil }
        guard let hash = PolicyHash(text) else {
            throw JSONShapeError(pointer: facts.pointer(to: "calendar"), problem: "expected the hash of a policy")
        }
        document = hash
        zone = try facts.string("zone")
    }

    func add(to facts: inout JSONObject) {
        facts["calendar"] = .string(document.text)
        facts["zone"] = .string(zone)
    }
}

/// A zone as the time zone database of a machine has it.
package struct InstalledZone: Hashable, Sendable {
    /// The release of the database.
    package let release: String
    /// The rules of the zone.
    package let rules: TimeZoneRules

    /// A zone of a database.
    package init(release: String, rules: TimeZoneRules) {
        self.release = release
        self.rules = rules
    }
}

/// Nobody gave the service a time zone database.
package struct NoZoneDatabase: Error, CustomStringConvertible {
    let zone: ZoneName

    /// What is missing.
    package var description: String { "there is no time zone database to take \(zone) from" }
}
