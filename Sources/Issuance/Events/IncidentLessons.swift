package import CanonicalJSON
package import Temporal

/// What was learnt: all of it for the people of the service, a part of it for everybody.
package struct IncidentPostmortem: EventContent {
    package static let type = "incident.postmortem"
    /// The longest text, in UTF-8 bytes: some pages.
    package static let maximumTextBytes = 32_768
    package let incident: IncidentID
    package let text: String
    /// What the service shows of it; nil for nothing.
    package let publicText: String?
    package let author: IncidentAuthor

    package init(incident: IncidentID, text: String, publicText: String?, author: IncidentAuthor) {
        self.incident = incident
        self.text = text
        self.publicText = publicText
        self.author = author
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        incident = try facts.parsed("incident") { IncidentID($0) }
        text = try openings.string("text")
        publicText = try openings.optionalString("public")
        author = try IncidentAuthor(&facts, &openings)
    }

    package var facts: JSONObject { author.signing(["incident": .string(incident.text)]) }

    package var openings: JSONObject {
        var openings = author.openings
        openings["text"] = .string(text)
        openings["public"] = publicText.map(JSON.string)
        return openings
    }
}

/// Something that is to be done so that it does not happen again.
package struct IncidentAction: EventContent {
    package static let type = "incident.action"
    /// The most of one incident: a longer list is not done.
    package static let maximumActions: Int64 = 256
    package let incident: IncidentID
    /// Its number in the incident, from 0.
    package let action: Int64
    /// Who does it: somebody of the staff.
    package let owner: String
    package let dueAt: Instant
    package let text: String
    package let author: IncidentAuthor

    package init(
        incident: IncidentID, action: Int64, owner: String, dueAt: Instant, text: String, author: IncidentAuthor
    ) {
        self.incident = incident
        self.action = action
        self.owner = owner
        self.dueAt = dueAt
        self.text = text
        self.author = author
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        incident = try facts.parsed("incident") { IncidentID($0) }
        action = try facts.integer("action")
        owner = try facts.string("owner")
        dueAt = try facts.instant("dueAt")
        text = try openings.string("text")
        author = try IncidentAuthor(&facts, &openings)
    }

    package var facts: JSONObject {
        author.signing([
            "incident": .string(incident.text), "action": .integer(action), "owner": .string(owner),
            "dueAt": .integer(dueAt.milliseconds),
        ])
    }

    package var openings: JSONObject {
        var openings = author.openings
        openings["text"] = .string(text)
        return openings
    }
}

/// It was done.
package struct IncidentActionDone: EventContent {
    package static let type = "incident.done"
    package let incident: IncidentID
    package let action: Int64
    package let author: IncidentAuthor

    package init(incident: IncidentID, action: Int64, author: IncidentAuthor) {
        self.incident = incident
        self.action = action
        self.author = author
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        incident = try facts.parsed("incident") { IncidentID($0) }
        action = try facts.integer("action")
        author = try IncidentAuthor(&facts, &openings)
    }

    package var facts: JSONObject {
        author.signing(["incident": .string(incident.text), "action": .integer(action)])
    }

    package var openings: JSONObject { author.openings }
}
