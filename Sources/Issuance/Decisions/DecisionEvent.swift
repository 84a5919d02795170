package import CanonicalJSON
import Compensation
package import ServiceLevels
package import Temporal

/// What people are asked about an incident as a whole, and what they say: the entries of the page "Decisions".
package enum DecisionEvent: Hashable, Sendable {
    case gathered(QuestionGathered)
    case asked(QuestionAsked)
    case answered(QuestionAnswered)

    /// The content of the entry.
    package var content: any EventContent {
        switch self {
        case .gathered(let content): content
        case .asked(let content): content
        case .answered(let content): content
        }
    }

    /// Reads the event of an entry of that type.
    ///
    /// - Returns: nil when the type is not one of this page.
    init?(type: String, _ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        switch type {
        case QuestionGathered.type: self = .gathered(try QuestionGathered(&facts, &openings))
        case QuestionAsked.type: self = .asked(try QuestionAsked(&facts, &openings))
        case QuestionAnswered.type: self = .answered(try QuestionAnswered(&facts, &openings))
        default: return nil
        }
    }
}

/// Awards that wait for approval were put into a question.
package struct QuestionGathered: EventContent {
    package static let type = "question.gathered"
    package let question: QuestionID
    package let incident: IncidentID
    package let compensation: PolicyHash
    /// Which of the policy's rules of approval, from 0.
    package let rule: Int64
    /// Claim keys, ascending.
    package let awards: [String]

    /// The most awards of one entry: some 17,000 bytes.
    static let maximumAwards = 256

    init(question: QuestionID, incident: IncidentID, compensation: PolicyHash, rule: Int64, awards: [String]) {
        self.question = question
        self.incident = incident
        self.compensation = compensation
        self.rule = rule
        self.awards = awards
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        question = try facts.parsed("question") { QuestionID($0) }
        incident = try facts.parsed("incident") { IncidentID($0) }
        compensation = try facts.parsed("compensation") { PolicyHash($0) }
        rule = try facts.integer("rule")
        awards = try facts.texts("awards")
    }

    package var facts: JSONObject {
        [
            "question": .string(question.text), "incident": .string(incident.text),
            "compensation": .string(compensation.text), "rule": .integer(rule),
            "awards": .array(awards.map(JSON.string)),
        ]
    }
}

/// People are asked about an incident: once for everybody in it.
package struct QuestionAsked: EventContent {
    package static let type = "question.asked"
    package let question: QuestionID
    /// How many requests it is about.
    package let requests: Int64
    /// That of the last freeze of the incident, in base64.
    package let root: String
    package let sums: QuestionSums
    package let approvers: Int64
    package let roles: [String]
    /// From here on nobody need be asked any more.
    package let until: Instant

    init(
        question: QuestionID, requests: Int64, root: String, sums: QuestionSums, approvers: Int64, roles: [String],
        until: Instant
    ) {
        self.question = question
        self.requests = requests
        self.root = root
        self.sums = sums
        self.approvers = approvers
        self.roles = roles
        self.until = until
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        question = try facts.parsed("question") { QuestionID($0) }
        requests = try facts.integer("requests")
        root = try facts.string("root")
        sums = try QuestionSums(facts.array("sums"))
        approvers = try facts.integer("approvers")
        roles = try facts.texts("roles")
        until = try facts.instant("until")
    }

    package var facts: JSONObject {
        [
            "question": .string(question.text), "requests": .integer(requests), "root": .string(root),
            "sums": sums.json, "approvers": .integer(approvers), "roles": .array(roles.map(JSON.string)),
            "until": .integer(until.milliseconds),
        ]
    }
}

/// Somebody who was asked said yes, or no.
package struct QuestionAnswered: EventContent {
    package static let type = "question.answered"
    package let question: QuestionID
    package let by: String
    /// Whether it is a yes.
    package let isGiven: Bool

    init(question: QuestionID, by: String, isGiven: Bool) {
        self.question = question
        self.by = by
        self.isGiven = isGiven
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        question = try facts.parsed("question") { QuestionID($0) }
        by = try facts.string("by")
        isGiven = try facts.parsed("word") { ["give": true, "refuse": false][$0] }
    }

    package var facts: JSONObject {
        ["question": .string(question.text), "by": .string(by), "word": isGiven ? "give" : "refuse"]
    }
}
