package import CanonicalJSON
package import Temporal

/// Somebody was drawn.
package struct ClaimAssigned: EventContent {
    package static let type = "claim.assigned"
    package let claim: Int64
    package let task: ReviewTask
    package let to: StaffID
    /// How many were drawn for the claim before.
    package let draw: Int64

    init(claim: Int64, task: ReviewTask, to: StaffID, draw: Int64) {
        self.claim = claim
        self.task = task
        self.to = to
        self.draw = draw
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        claim = try facts.integer("claim")
        task = try facts.parsed("task") { ReviewTask(rawValue: $0) }
        to = try facts.parsed("to") { StaffID($0) }
        draw = try facts.integer("draw")
    }

    package var facts: JSONObject {
        [
            "claim": .integer(claim), "task": .string(task.rawValue), "to": .string(to.text),
            "draw": .integer(draw),
        ]
    }
}

/// The first of two would grant so much.
package struct ClaimProposed: EventContent {
    package static let type = "claim.proposed"
    package let claim: Int64
    package let stage: ClaimStage
    package let by: StaffID
    package let grant: GivenAmount
    package let note: String?
    package let idempotency: Idempotency

    init(
        claim: Int64, stage: ClaimStage, by: StaffID, grant: GivenAmount, note: String?, idempotency: Idempotency
    ) {
        self.claim = claim
        self.stage = stage
        self.by = by
        self.grant = grant
        self.note = note
        self.idempotency = idempotency
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        claim = try facts.integer("claim")
        stage = try facts.parsed("stage") { ClaimStage(rawValue: $0) }
        by = try facts.parsed("by") { StaffID($0) }
        grant = try GivenAmount(facts.object("grant"))
        note = try openings.optionalString("note")
        idempotency = try Idempotency(&openings)
    }

    package var facts: JSONObject {
        [
            "claim": .integer(claim), "stage": .string(stage.rawValue), "by": .string(by.text), "grant": grant.json,
        ]
    }

    package var openings: JSONObject { noted(note, idempotency) }
}

/// It is decided: by somebody, or by silence.
package struct ClaimDecided: EventContent {
    package static let type = "claim.decided"
    package let claim: Int64
    package let stage: ClaimStage
    package let outcome: ClaimOutcome
    /// What is granted in all; nil when nothing is, and for a refund, whose amount the policy says.
    package let grant: GivenAmount?
    /// The rules that a denial follows.
    package let rules: [CitedRule]
    /// Nil: nobody decided in time.
    package let decider: Decider?

    /// Whoever decided, with their words beside the log.
    package struct Decider: Hashable, Sendable {
        package let by: StaffID
        package let note: String?
        package let idempotency: Idempotency
    }

    init(
        claim: Int64, stage: ClaimStage, outcome: ClaimOutcome, grant: GivenAmount?, rules: [CitedRule] = [],
        decider: Decider?
    ) {
        self.claim = claim
        self.stage = stage
        self.outcome = outcome
        self.grant = grant
        self.rules = rules
        self.decider = decider
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        claim = try facts.integer("claim")
        stage = try facts.parsed("stage") { ClaimStage(rawValue: $0) }
        outcome = try facts.parsed("outcome") { ClaimOutcome(rawValue: $0) }
        grant = try GivenAmount(optional: "grant", &facts)
        rules = try CitedRule.list(&facts)
        let note = try openings.optionalString("note")
        if let by = try facts.optionalStaff("by") {
            decider = Decider(by: by, note: note, idempotency: try Idempotency(&openings))
        } else {
            decider = nil
        }
    }

    package var facts: JSONObject {
        var facts: JSONObject = [
            "claim": .integer(claim), "stage": .string(stage.rawValue), "outcome": .string(outcome.rawValue),
        ]
        facts["grant"] = grant?.json
        facts["rules"] = CitedRule.json(rules)
        facts["by"] = decider.map { .string($0.by.text) }
        return facts
    }

    package var openings: JSONObject { decider.map { noted($0.note, $0.idempotency) } ?? [:] }
}

/// Nobody decided in time, and silence does not grant: somebody else has to, in the same time again.
package struct ClaimEscalated: EventContent {
    package static let type = "claim.escalated"
    package let claim: Int64
    package let stage: ClaimStage
    package let dueAt: Instant

    init(claim: Int64, stage: ClaimStage, dueAt: Instant) {
        self.claim = claim
        self.stage = stage
        self.dueAt = dueAt
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        claim = try facts.integer("claim")
        stage = try facts.parsed("stage") { ClaimStage(rawValue: $0) }
        dueAt = try facts.instant("dueAt")
    }

    package var facts: JSONObject {
        ["claim": .integer(claim), "stage": .string(stage.rawValue), "dueAt": .integer(dueAt.milliseconds)]
    }
}
