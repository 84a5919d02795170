import CanonicalJSON
import HTTPServer
import Issuance

/// What is owed, what waits for people, and what is taken back.
func settlingRoutes(_ service: Service) -> [Route] {
    let readers: [StaffRole] = [.operator, .agent, .customerExperience, .finance, .auditor]
    return [
        Route(
            .get, "/v1/reports/owed", .staff(readers), "What is owed, by unit and by what it waits for, oldest first",
            .now { _ in .json(.ok, try service.owedReport()) }),
        Route(
            .get, "/operator/reports/owed", .operator, "What is owed, by unit and by what it waits for, oldest first",
            .now { _ in .json(.ok, try service.owedReport()) }),
        Route(
            .get, "/v1/approvals", .staff(readers), "Everything that waits for the word of people, soonest end first",
            .now { _ in .json(.ok, try service.approvals()) }),
        Route(
            .get, "/operator/approvals", .operator, "Everything that waits for the word of people, soonest end first",
            .now { _ in .json(.ok, try service.approvals()) }),
        Route(
            .get, "/v1/questions/{id}", .staff(readers + [.incidentManager, .independentAssessor]),
            "What is asked about an incident as a whole: how many requests, how much, who said what",
            .now { call in .json(.ok, try service.question(call.questionID())) }),
        Route(
            .get, "/operator/questions/{id}", .operator, "What is asked about an incident as a whole",
            .now { call in .json(.ok, try service.question(call.questionID())) }),
        Route(
            .post, "/v1/questions/{id}/answer", .staff(approvers),
            "Say yes or no to everything that a question about an incident has", description: onceOnly, body: .answer,
            .later { call, reply in
                service.decide(try call.answer()) { reply($0.map(HTTPResponse.answer)) }
            }),
        Route(
            .post, "/v1/requests/{id}/approval", .staff(approvers),
            "Give or refuse one's approval of what a request waits for", description: onceOnly,
            .later { call, reply in
                service.decide(try call.word()) { reply($0.map(HTTPResponse.answer)) }
            }),
        Route(
            .post, "/v1/reversals", .staff([.operator, .customerExperience, .finance]),
            "Take back what was paid and not spent", description: onceOnly,
            .later { call, reply in
                service.reverse(try call.reversal()) { reply($0.map(HTTPResponse.answer)) }
            }),
        Route(
            .post, "/v1/requests/{id}/waiver", .claimant([]), "Give back what is not spent of a compensation",
            description: onceOnly, body: .waiver,
            .later { call, reply in
                let id = try call.requestID()
                var body = try ObjectReader(try call.json())
                let waiver = try Reversal(
                    waiverOf: TenantRequestID(id, of: try call.claimTenant(of: id, service)), &body)
                try body.finish()
                service.reverse(waiver) { reply($0.map(HTTPResponse.answer)) }
            }),
    ]
}

/// Whose word a policy may ask for.
private let approvers: [StaffRole] = [.customerExperience, .finance, .independentAssessor, .incidentManager]

/// Why these commands need no key: what they name can be done once.
private let onceOnly = "Needs no Idempotency-Key: the same word counts once, and the same payment is taken back once."

extension Call {
    /// The question that the address names.
    fileprivate func questionID() throws -> QuestionID {
        guard let id = QuestionID(parameter("id")) else {
            throw Refusal(.unknownQuestion, "A question is named q- and a number, as the list of approvals shows it.")
        }
        return id
    }

    /// What the body says, by whoever asks.
    fileprivate func answer() throws -> QuestionAnswer {
        var body = try ObjectReader(try json())
        let answer = try QuestionAnswer(&body, to: try questionID(), by: staff.id)
        try body.finish()
        return answer
    }

    /// What the body says, by whoever asks.
    fileprivate func word() throws -> ApprovalWord {
        var body = try ObjectReader(try json())
        let word = try ApprovalWord(&body, about: try requestID(), by: staff.id)
        try body.finish()
        return word
    }

    /// What the body says, by whoever asks.
    fileprivate func reversal() throws -> Reversal {
        var body = try ObjectReader(try json())
        let reversal = try Reversal(&body, by: staff.id)
        try body.finish()
        return reversal
    }
}
