import CanonicalJSON
import HTTPServer
import Issuance

/// What is foreseen, for everybody; and the requests that somebody of the staff has to take.
func foresightRoutes(_ service: Service) -> [Route] {
    [
        Route(
            .get, "/forecast", .anyone,
            "How lateness is foreseen: the table in use, and how often it was right; a page where a browser asks",
            .now { call in
                let document = service.forecastDocument()
                guard call.request.wantsPage else {
                    return .json(.ok, document, headers: ["Cache-Control": "no-cache", "Vary": "Accept"])
                }
                return HTMLPage.forecast(document).response()
            }),
        Route(
            .get, "/v1/escalations", .staff(takers), "The requests that wait for somebody of one's roles to take them",
            .now { call in .json(.ok, try service.escalations(for: call.staff)) }),
        Route(
            .get, "/operator/escalations", .operator, "The requests that wait for anybody of the staff to take them",
            .now { _ in .json(.ok, try service.escalations(for: nil)) }),
        Route(
            .post, "/v1/requests/{id}/escalation", .staff(takers),
            "Take a request that was escalated: nobody else is told then",
            description: "Needs no Idempotency-Key: a request is taken once.",
            .later { call, reply in
                service.takeEscalation(try call.requestID(), by: call.staff.id) { reply($0.map(HTTPResponse.answer)) }
            }),
    ]
}

/// Whom a step of a ladder can be for.
private let takers: [StaffRole] = [.operator, .agent, .finance, .customerExperience, .incidentManager]
