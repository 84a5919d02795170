package import CanonicalJSON
package import Compensation
package import ServiceLevels
package import Temporal

/// What happens to surveys: rules 68 to 70 of the page "Surveys and the monthly review".
package enum SurveyEvent: Hashable, Sendable {
    case asked(SurveyAsked)
    case spared(SurveySpared)
    case answered(SurveyAnswered)

    /// The content of the entry.
    package var content: any EventContent {
        switch self {
        case .asked(let content): content
        case .spared(let content): content
        case .answered(let content): content
        }
    }

    /// Nil for a type of entry that is about no survey.
    init?(type: String, _ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        switch type {
        case SurveyAsked.type: self = .asked(try SurveyAsked(&facts, &openings))
        case SurveySpared.type: self = .spared(try SurveySpared(&facts, &openings))
        case SurveyAnswered.type: self = .answered(try SurveyAnswered(&facts, &openings))
        default: return nil
        }
    }
}

/// A person is asked how the delay of one request was handled.
package struct SurveyAsked: EventContent {
    package static let type = "survey.asked"
    package let policy: PolicyHash
    /// Where the request stands; nil for none.
    package let incident: IncidentID?
    /// From then on no answer is taken.
    package let until: Instant
    /// The holder; empty once they were erased.
    package let person: String

    init(policy: PolicyHash, incident: IncidentID?, until: Instant, person: String) {
        self.policy = policy
        self.incident = incident
        self.until = until
        self.person = person
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        policy = try facts.parsed("policy") { PolicyHash($0) }
        incident = try facts.optionallyParsed("incident") { IncidentID($0) }
        until = try facts.instant("until")
        person = try openings.string("person")
    }

    package var facts: JSONObject {
        var facts: JSONObject = ["policy": .string(policy.text), "until": .integer(until.milliseconds)]
        facts["incident"] = incident.map { .string($0.text) }
        return facts
    }

    package var openings: JSONObject { ["person": .string(person)] }
}

/// A person is not asked again: they were asked about another request of the same incident.
package struct SurveySpared: EventContent {
    package static let type = "survey.spared"
    package let policy: PolicyHash
    package let incident: IncidentID
    /// The request that they were asked about; empty once they were erased.
    package let survey: String

    init(policy: PolicyHash, incident: IncidentID, survey: String) {
        self.policy = policy
        self.incident = incident
        self.survey = survey
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        policy = try facts.parsed("policy") { PolicyHash($0) }
        incident = try facts.parsed("incident") { IncidentID($0) }
        survey = try openings.string("survey")
    }

    package var facts: JSONObject { ["policy": .string(policy.text), "incident": .string(incident.text)] }
    package var openings: JSONObject { ["survey": .string(survey)] }
}

/// A person answered. What they wrote stays beside the log.
package struct SurveyAnswered: EventContent {
    package static let type = "survey.answered"
    package let answer: SurveyScores.Answer
    package let text: String?
    package let idempotency: Idempotency

    init(_ reply: SurveyReply, idempotency: Idempotency) {
        answer = reply.answer
        text = reply.text
        self.idempotency = idempotency
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        answer = try SurveyScores.Answer(&facts)
        text = try openings.optionalString("text")
        idempotency = try Idempotency(&openings)
    }

    package var facts: JSONObject { ["csat": .integer(answer.csat), "nps": .integer(answer.nps)] }

    package var openings: JSONObject {
        var openings: JSONObject = ["idempotency": idempotency.json]
        openings["text"] = text.map(JSON.string)
        return openings
    }
}

/// An answer, read strictly from a body.
package struct SurveyReply: Hashable, Sendable {
    package let answer: SurveyScores.Answer
    package let text: String?

    /// The most bytes of a text: a page.
    static let maximumBytes = 4096

    /// Reads the members of an answer.
    package init(_ reader: inout ObjectReader) throws(JSONShapeError) {
        answer = try SurveyScores.Answer(&reader)
        text = try reader.optionalString("text") == nil ? nil : reader.words("text", maximumBytes: Self.maximumBytes)
    }
}

extension SurveyScores.Answer {
    init(_ reader: inout ObjectReader) throws(JSONShapeError) {
        let csat = try reader.integer("csat", in: Self.csatRange)
        let nps = try reader.integer("nps", in: Self.npsRange)
        guard let answer = Self(csat: csat, nps: nps) else {
            throw JSONShapeError(pointer: reader.pointer(to: "csat"), problem: "not on the scale")
        }
        self = answer
    }
}
