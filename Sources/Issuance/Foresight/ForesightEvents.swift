package import CanonicalJSON
package import ServiceLevels
package import Temporal

/// What is foreseen, and who is told: the entries of the page "Forecast and escalation", rules 64 to 67.
package enum ForesightEvent: Hashable, Sendable {
    case fitted(ForecastFitted)
    case atRisk(RequestAtRisk)
    case escalated(RequestEscalated)
    case acknowledged(EscalationAcknowledged)

    /// The content of the entry.
    package var content: any EventContent {
        switch self {
        case .fitted(let content): content
        case .atRisk(let content): content
        case .escalated(let content): content
        case .acknowledged(let content): content
        }
    }

    /// Reads the event of an entry of that type.
    ///
    /// - Returns: nil when the type is not one of this page.
    init?(type: String, _ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        switch type {
        case ForecastFitted.type: self = .fitted(try ForecastFitted(&facts, &openings))
        case RequestAtRisk.type: self = .atRisk(try RequestAtRisk(&facts, &openings))
        case RequestEscalated.type: self = .escalated(try RequestEscalated(&facts, &openings))
        case EscalationAcknowledged.type: self = .acknowledged(try EscalationAcknowledged(&facts, &openings))
        default: return nil
        }
    }
}

/// Why something came.
package enum EscalationCause: String, Hashable, Sendable, CaseIterable {
    /// The chance of being late reached the published threshold.
    case forecast
    /// The published share of the promised time had passed.
    case consumed
    /// The promise had been broken for so long.
    case breach
    /// Nobody took the step before in time.
    case silence
}

/// What a table said.
package struct Foreseen: Hashable, Sendable {
    /// The chance of being late, in millionths.
    package let chance: Int64
    /// The `forecast.fitted` of the table.
    package let fit: Int64

    package init(chance: Int64, fit: Int64) {
        self.chance = chance
        self.fit = fit
    }

    fileprivate init?(_ facts: inout ObjectReader) throws(JSONShapeError) {
        guard let chance = try facts.optionalInteger("chance") else { return nil }
        self.chance = chance
        fit = try facts.integer("fit")
    }

    fileprivate func add(to facts: inout JSONObject) {
        facts["chance"] = .integer(chance)
        facts["fit"] = .integer(fit)
    }
}

/// A promise may be broken: said once of each objective of a request. Rule 65.
package struct RequestAtRisk: EventContent {
    package static let type = "request.at-risk"
    package let objective: String
    package let cause: EscalationCause
    /// What was foreseen, where that is the cause.
    package let foreseen: Foreseen?

    init(objective: String, cause: EscalationCause, foreseen: Foreseen?) {
        self.objective = objective
        self.cause = cause
        self.foreseen = foreseen
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        objective = try facts.string("objective")
        cause = try facts.parsed("cause") { EscalationCause(rawValue: $0) }
        foreseen = try Foreseen(&facts)
    }

    package var facts: JSONObject {
        var facts: JSONObject = ["objective": .string(objective), "cause": .string(cause.rawValue)]
        foreseen?.add(to: &facts)
        return facts
    }
}

/// A step of the ladder: whose it is now. Rule 66.
package struct RequestEscalated: EventContent {
    package static let type = "request.escalated"
    package let objective: String
    /// Its place in `escalation`, from 0.
    package let step: Int64
    package let cause: EscalationCause
    package let foreseen: Foreseen?
    /// Roles of staff, and `requester` for the person who waits.
    package let to: [String]

    init(objective: String, step: Int64, cause: EscalationCause, foreseen: Foreseen?, to: [String]) {
        self.objective = objective
        self.step = step
        self.cause = cause
        self.foreseen = foreseen
        self.to = to
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        objective = try facts.string("objective")
        step = try facts.integer("step")
        cause = try facts.parsed("cause") { EscalationCause(rawValue: $0) }
        foreseen = try Foreseen(&facts)
        to = try facts.array("to").map { (json, place) throws(JSONShapeError) in
            guard let name = json.stringValue else {
                throw JSONShapeError(pointer: place, problem: "expected a role")
            }
            return name
        }
    }

    package var facts: JSONObject {
        var facts: JSONObject = [
            "objective": .string(objective), "step": .integer(step), "cause": .string(cause.rawValue),
            "to": .array(to.map(JSON.string)),
        ]
        foreseen?.add(to: &facts)
        return facts
    }
}

/// Somebody took the request: no step comes after it. Rule 66.
package struct EscalationAcknowledged: EventContent {
    package static let type = "escalation.acknowledged"
    package let objective: String
    package let step: Int64
    package let by: StaffID

    init(objective: String, step: Int64, by: StaffID) {
        self.objective = objective
        self.step = step
        self.by = by
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        objective = try facts.string("objective")
        step = try facts.integer("step")
        by = try facts.parsed("by") { StaffID($0) }
    }

    package var facts: JSONObject {
        ["objective": .string(objective), "step": .integer(step), "by": .string(by.text)]
    }
}

/// A table was made of what had happened by a midnight. Rule 64.
package struct ForecastFitted: EventContent {
    package static let type = "forecast.fitted"
    /// Strictly before then.
    package let asOf: Instant
    package let policy: PolicyHash
    /// `sha256:` and the digits of the document that is published under `/forecast`.
    package let document: String
    package let method: String
    /// Of how many requests the outcome was known, and how many of them were late.
    package let requests: Int64
    package let late: Int64
    /// In millionths.
    package let brier: Int64
    package let skill: Int64
    package let calibrationError: Int64

    init(
        asOf: Instant, policy: PolicyHash, document: String, method: String, requests: Int64, late: Int64,
        brier: Int64, skill: Int64, calibrationError: Int64
    ) {
        self.asOf = asOf
        self.policy = policy
        self.document = document
        self.method = method
        self.requests = requests
        self.late = late
        self.brier = brier
        self.skill = skill
        self.calibrationError = calibrationError
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        asOf = try facts.instant("asOf")
        policy = try facts.parsed("policy") { PolicyHash($0) }
        document = try facts.string("document")
        method = try facts.string("method")
        requests = try facts.integer("requests")
        late = try facts.integer("late")
        brier = try facts.integer("brier")
        skill = try facts.integer("skill")
        calibrationError = try facts.integer("calibrationError")
    }

    package var facts: JSONObject {
        [
            "asOf": .integer(asOf.milliseconds), "policy": .string(policy.text), "document": .string(document),
            "method": .string(method), "requests": .integer(requests), "late": .integer(late),
            "brier": .integer(brier), "skill": .integer(skill), "calibrationError": .integer(calibrationError),
        ]
    }
}
