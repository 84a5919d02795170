import CanonicalJSON
import HTTPServer
import Issuance

/// Surveys about delays, and the reviews of months.
func surveyRoutes(_ service: Service) -> [Route] {
    [
        Route(
            .get, "/v1/surveys", .institution, "Whom this institution's people were asked about, oldest first",
            description: "A page at a time. Parameter: `cursor`, what `next` held in the page before.",
            .now { call in
                let cursor = try call.query(["cursor"])["cursor"].map { text in
                    guard let cursor = Int64(text), cursor >= 0 else {
                        throw Refusal(.invalidRequest, "A cursor is what `next` held in the page before.")
                    }
                    return cursor
                }
                return .json(.ok, try service.surveyList(of: call.tenant, after: cursor))
            }),
        Route(
            .get, "/v1/surveys/{id}", .institution, "What was asked about a request, and what was answered",
            .now { call in .json(.ok, try service.survey(about: call.requestID(), of: call.tenant)) }),
        Route(
            .post, "/v1/surveys/{id}/answer", .institution, "Answer for the person who was asked; the first counts",
            body: .surveyAnswer,
            .later { call, reply in
                let json = try call.json()
                var body = try ObjectReader(json)
                let answer = try SurveyReply(&body)
                try body.finish()
                let target = TenantRequest(
                    tenant: call.tenant, id: try call.requestID(), idempotency: try call.idempotency(json))
                service.answerSurvey(answer, about: target) { reply($0.map(HTTPResponse.answer)) }
            }),
        Route(
            .get, "/reviews", .anyone, "The reviews of all months that are over; a page where a browser asks",
            .now { call in
                let list = try service.reviewList()
                guard call.request.wantsPage else { return .json(.ok, list, headers: ["Vary": "Accept"]) }
                return HTMLPage.reviews(list).response()
            }),
        Route(
            .get, "/reviews/{month}", .anyone,
            "The signed review of a month; a page where a browser asks (not with ?as=json)",
            .now { call in
                let review = try service.signedReview(of: call.parameter("month"))
                if try call.query(["as"])["as"] != "json", call.request.wantsPage {
                    return HTMLPage.review(review["review"] ?? .null).response()
                }
                return .json(.ok, review, headers: ["Vary": "Accept"])
            }),
    ]
}
