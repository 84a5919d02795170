import CanonicalJSON
import HTTPServer
import Issuance

/// Further checks of credentials that were late: what is owed, and who records it.
func assuranceRoutes(_ service: Service) -> [Route] {
    [
        Route(
            .get, "/v1/upgrades", .staff(Service.checkers), "The further checks that are owed, the oldest first",
            .now { _ in .json(.ok, try service.openUpgrades()) }),
        Route(
            .post, "/v1/requests/{id}/check", .staff(Service.checkers),
            "Record a further check; passed, the credential is signed again with it", body: .assuranceCheck,
            .later { call, reply in
                let json = try call.json()
                var body = try ObjectReader(json)
                let draft = try CheckDraft(&body)
                try body.finish()
                let id = try call.requestID()
                let target = TenantRequest(
                    tenant: try service.tenant(of: id), id: id, idempotency: try call.ownIdempotency(json))
                service.recordCheck(draft, of: target, by: call.staff.id) {
                    reply($0.map(HTTPResponse.answer))
                }
            }),
        Route(
            .get, "/operator/upgrades", .operator, "The further checks that are owed, the oldest first",
            .now { _ in .json(.ok, try service.openUpgrades()) }),
    ]
}
