package import CanonicalJSON
package import Issuance

/// Further checks in a simulated world, as the route would have them recorded.
extension SimulatedWorld {
    /// Records a check from the members of a body.
    @discardableResult
    package func recordCheck(
        _ body: JSON, of request: RequestID, of tenant: TenantID, by: StaffID, key: String
    ) throws -> Answer {
        var reader = try ObjectReader(body)
        let draft = try CheckDraft(&reader)
        try reader.finish()
        let name = Idempotency(key: "check \(key)", asked: "POST /v1/requests/\(request)/check", body)
        let target = TenantRequest(tenant: tenant, id: request, idempotency: name)
        return try waitForAnswer { service.recordCheck(draft, of: target, by: by, $0) }
    }
}
