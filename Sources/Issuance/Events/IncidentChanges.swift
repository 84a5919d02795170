package import CanonicalJSON
package import Compensation
import Cryptography
import Temporal

/// Why requests are late, as somebody found out.
package struct IncidentClassified: EventContent {
    package static let type = "incident.classified"
    package let incident: IncidentID
    package let cause: Cause
    /// How sure they are, in percent.
    package let confidence: Int64
    package let author: IncidentAuthor

    package init(incident: IncidentID, cause: Cause, confidence: Int64, author: IncidentAuthor) {
        self.incident = incident
        self.cause = cause
        self.confidence = confidence
        self.author = author
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        incident = try facts.parsed("incident") { IncidentID($0) }
        cause = try facts.parsed("cause") { Cause(rawValue: $0) }
        confidence = try facts.integer("confidence")
        author = try IncidentAuthor(&facts, &openings)
    }

    package var facts: JSONObject {
        author.signing([
            "incident": .string(incident.text), "cause": .string(cause.rawValue), "confidence": .integer(confidence),
        ])
    }

    package var openings: JSONObject { author.openings }
}

/// Two incidents were one.
package struct IncidentMerged: EventContent {
    package static let type = "incident.merged"
    /// The one that stays.
    package let incident: IncidentID
    /// The one that is a part of it from here on.
    package let other: IncidentID
    package let author: IncidentAuthor

    package init(incident: IncidentID, other: IncidentID, author: IncidentAuthor) {
        self.incident = incident
        self.other = other
        self.author = author
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        incident = try facts.parsed("incident") { IncidentID($0) }
        other = try facts.parsed("other") { IncidentID($0) }
        author = try IncidentAuthor(&facts, &openings)
    }

    package var facts: JSONObject {
        author.signing(["incident": .string(incident.text), "other": .string(other.text)])
    }

    package var openings: JSONObject { author.openings }
}

/// What befell the requests of some institutions was something else.
package struct IncidentSplit: EventContent {
    package static let type = "incident.split"
    /// The most institutions that are named: as many names as an entry has room for.
    package static let maximumTenants = 128
    /// The new one.
    package let incident: IncidentID
    package let parent: IncidentID
    /// Whose requests move, in ascending order.
    package let tenants: [TenantID]
    package let author: IncidentAuthor

    package init(incident: IncidentID, parent: IncidentID, tenants: [TenantID], author: IncidentAuthor) {
        self.incident = incident
        self.parent = parent
        self.tenants = tenants.sorted { $0.text.utf8.lexicographicallyPrecedes($1.text.utf8) }
        self.author = author
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        incident = try facts.parsed("incident") { IncidentID($0) }
        parent = try facts.parsed("parent") { IncidentID($0) }
        tenants = try facts.array("tenants").map { (json, place) throws(JSONShapeError) in
            guard let tenant = json.stringValue.flatMap({ TenantID($0) }) else {
                throw JSONShapeError(pointer: place, problem: "expected an institution")
            }
            return tenant
        }
        author = try IncidentAuthor(&facts, &openings)
    }

    package var facts: JSONObject {
        author.signing([
            "incident": .string(incident.text), "parent": .string(parent.text),
            "tenants": .array(tenants.map { .string($0.text) }),
        ])
    }

    package var openings: JSONObject { author.openings }
}

/// It is over.
package struct IncidentResolved: EventContent {
    package static let type = "incident.resolved"
    package let incident: IncidentID
    package let author: IncidentAuthor

    package init(incident: IncidentID, author: IncidentAuthor) {
        self.incident = incident
        self.author = author
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        incident = try facts.parsed("incident") { IncidentID($0) }
        author = try IncidentAuthor(&facts, &openings)
    }

    package var facts: JSONObject { author.signing(["incident": .string(incident.text)]) }
    package var openings: JSONObject { author.openings }
}
