import CanonicalJSON
import HTTPServer
import Issuance
import Temporal

/// What institutions ask on behalf of their holders.
func userRoutes(_ service: Service) -> [Route] {
    [
        Route(
            .get, "/v1/users/{id}/credits", .institution, "A holder's balance, lots and transactions",
            .now { call in .json(.ok, try service.credits(of: call.holder(), at: call.tenant)) }),
        Route(
            .get, "/v1/users/{id}/entitlements", .institution, "A holder's windows of premium access",
            .now { call in
                let query = try call.query(["at"])
                let instant = try query["at"].map { text in
                    guard let instant = try? Instant(rfc3339: text) else {
                        throw Refusal(.invalidRequest, "`at` is an instant such as 2026-11-22T09:00:00Z.")
                    }
                    return instant
                }
                return .json(.ok, try service.entitlements(of: call.holder(), at: call.tenant, on: instant))
            }),
        Route(
            .get, "/v1/users/{id}/notices", .institution, "What a holder was told about delays and payments",
            .now { call in
                let wanted = call.request.headers["Accept-Language"]
                return .json(.ok, try service.notices(of: call.holder(), at: call.tenant, in: wanted))
            }),
    ]
}

extension Call {
    /// The holder that the path names. Nobody has an empty id, but what is left of erased persons does.
    func holder() throws(Problem) -> String {
        let id = parameter("id")
        guard !id.isEmpty else { throw .noSuchPage(request.path) }
        return id
    }
}
