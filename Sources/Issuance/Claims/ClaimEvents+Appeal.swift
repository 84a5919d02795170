package import CanonicalJSON
package import Temporal

/// Somebody does not agree with the decision.
package struct ClaimAppealed: EventContent {
    package static let type = "claim.appealed"
    package let claim: Int64
    /// By when the appeal is decided.
    package let dueAt: Instant
    /// By when somebody from outside gives an opinion; nil where nobody does.
    package let opinionBy: Instant?
    /// Whoever of the staff wrote it down for the person.
    package let by: StaffID?
    package let words: ClaimFiled.Words
    package let idempotency: Idempotency

    init(
        claim: Int64, dueAt: Instant, opinionBy: Instant?, by: StaffID?, words: ClaimFiled.Words,
        idempotency: Idempotency
    ) {
        self.claim = claim
        self.dueAt = dueAt
        self.opinionBy = opinionBy
        self.by = by
        self.words = words
        self.idempotency = idempotency
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        claim = try facts.integer("claim")
        dueAt = try facts.instant("dueAt")
        opinionBy = try facts.optionalInteger("opinionBy").map { Instant(milliseconds: $0) }
        by = try facts.optionalStaff("by")
        words = try ClaimFiled.Words(opening: "appeal", &openings)
        idempotency = try Idempotency(&openings)
    }

    package var facts: JSONObject {
        var facts: JSONObject = ["claim": .integer(claim), "dueAt": .integer(dueAt.milliseconds)]
        facts["opinionBy"] = opinionBy.map { .integer($0.milliseconds) }
        facts["by"] = by.map { .string($0.text) }
        return facts
    }

    package var openings: JSONObject { ["appeal": words.json, "idempotency": idempotency.json] }
}

/// What somebody from outside thinks. It binds nobody, and nobody can change it.
package struct ClaimOpinion: EventContent {
    package static let type = "claim.opinion"
    package let claim: Int64
    package let by: StaffID
    package let outcome: ClaimOutcome
    /// What they would grant.
    package let grant: GivenAmount?
    /// By when the appeal is decided from now on.
    package let dueAt: Instant
    /// Why; beside the log.
    package let text: String
    package let idempotency: Idempotency

    init(
        claim: Int64, by: StaffID, outcome: ClaimOutcome, grant: GivenAmount?, dueAt: Instant, text: String,
        idempotency: Idempotency
    ) {
        self.claim = claim
        self.by = by
        self.outcome = outcome
        self.grant = grant
        self.dueAt = dueAt
        self.text = text
        self.idempotency = idempotency
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        claim = try facts.integer("claim")
        by = try facts.parsed("by") { StaffID($0) }
        outcome = try facts.parsed("outcome") { ClaimOutcome(rawValue: $0) }
        grant = try GivenAmount(optional: "grant", &facts)
        dueAt = try facts.instant("dueAt")
        text = try openings.string("opinion")
        idempotency = try Idempotency(&openings)
    }

    package var facts: JSONObject {
        var facts: JSONObject = [
            "claim": .integer(claim), "by": .string(by.text), "outcome": .string(outcome.rawValue),
            "dueAt": .integer(dueAt.milliseconds),
        ]
        facts["grant"] = grant?.json
        return facts
    }

    package var openings: JSONObject { ["opinion": .string(text), "idempotency": idempotency.json] }
}

/// Nothing can change any more: the appeal is decided, or the time for it is over.
package struct ClaimFinal: EventContent {
    package static let type = "claim.final"
    package let claim: Int64
    package let outcome: ClaimOutcome

    init(claim: Int64, outcome: ClaimOutcome) {
        self.claim = claim
        self.outcome = outcome
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        claim = try facts.integer("claim")
        outcome = try facts.parsed("outcome") { ClaimOutcome(rawValue: $0) }
    }

    package var facts: JSONObject { ["claim": .integer(claim), "outcome": .string(outcome.rawValue)] }
}
