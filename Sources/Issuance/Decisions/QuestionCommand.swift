package import CanonicalJSON

/// What happens to questions about incidents. The scheduler gathers and asks; people answer.
package enum QuestionCommand: Hashable, Sendable {
    /// Puts awards that wait, of one incident, policy and rule of approval, into a question; at most as many as one
    /// entry holds.
    case gather(incident: String, policy: String, rule: Int64)
    case ask(QuestionID)
    case answer(QuestionAnswer)
}

/// What somebody who was asked says about an incident.
package struct QuestionAnswer: Hashable, Sendable {
    package let question: QuestionID
    /// Who says it.
    package let by: StaffID
    /// Whether it is a yes.
    package let isGiven: Bool

    package init(question: QuestionID, by: StaffID, isGiven: Bool) {
        self.question = question
        self.by = by
        self.isGiven = isGiven
    }

    /// Reads `{"decision": "give" | "refuse"}`.
    package init(_ body: inout ObjectReader, to question: QuestionID, by: StaffID) throws {
        self.init(question: question, by: by, isGiven: try body.isGiven())
    }
}
