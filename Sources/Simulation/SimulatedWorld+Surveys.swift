package import CanonicalJSON
package import Issuance

/// Surveys in a simulated world, as the route would have them answered.
extension SimulatedWorld {
    /// Answers from the members of a body.
    @discardableResult
    package func answerSurvey(
        _ body: JSON, about request: RequestID, of tenant: TenantID, key: String
    ) throws -> Answer {
        var reader = try ObjectReader(body)
        let reply = try SurveyReply(&reader)
        try reader.finish()
        let name = Idempotency(key: key, asked: "POST /v1/surveys/\(request)/answer", body)
        let target = TenantRequest(tenant: tenant, id: request, idempotency: name)
        return try waitForAnswer { service.answerSurvey(reply, about: target, $0) }
    }
}
