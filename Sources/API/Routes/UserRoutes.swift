import CanonicalJSON
import HTTPServer
import Issuance

/// What institutions ask on behalf of their holders.
func userRoutes(_ service: Service) -> [Route] {
    [
        Route(
            .get, "/v1/users/{id}/credits", .institution, "A holder's balance, lots and transactions",
            .now { call in .json(.ok, try service.credits(of: call.parameter("id"), at: call.tenant)) }),
        Route(
            .get, "/v1/users/{id}/entitlements", .institution, "A holder's windows of premium access",
            .now { call in .json(.ok, try service.entitlements(of: call.parameter("id"), at: call.tenant)) }),
        Route(
            .get, "/v1/users/{id}/notices", .institution, "What a holder was told about delays and payments",
            .now { call in .json(.ok, try service.notices(of: call.parameter("id"), at: call.tenant)) }),
    ]
}
