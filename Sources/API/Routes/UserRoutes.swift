import CanonicalJSON
import HTTPServer
import Issuance

/// What institutions ask on behalf of their holders.
func userRoutes(_ service: Service) -> [Route] {
    [
        Route(
            .get, "/v1/users/{id}/credits", .institution, "A holder's balance, lots and transactions",
            .now { call in .json(.ok, try service.credits(of: call.holder(), at: call.tenant)) }),
        Route(
            .get, "/v1/users/{id}/entitlements", .institution, "A holder's windows of premium access",
            .now { call in .json(.ok, try service.entitlements(of: call.holder(), at: call.tenant)) }),
        Route(
            .get, "/v1/users/{id}/notices", .institution, "What a holder was told about delays and payments",
            .now { call in .json(.ok, try service.notices(of: call.holder(), at: call.tenant)) }),
    ]
}

extension Call {
    /// The holder that the path names. Nobody has an empty id, but what is left of erased persons does.
    fileprivate func holder() throws(Problem) -> String {
        let id = parameter("id")
        guard !id.isEmpty else { throw .noSuchPage(request.path) }
        return id
    }
}
