import CanonicalJSON
import Dispatch
import HTTPServer
import Issuance

/// Persons who are to be forgotten, at the word of their institution or of the operator.
func erasureRoutes(_ service: Service) -> [Route] {
    [
        Route(
            .post, "/v1/erasures", .institution, "Destroy what is kept of holders; entries of the log stay, unopened",
            body: .erasure,
            .later { call, reply in
                let body = try call.json()
                var reader = try ObjectReader(body)
                let draft = try ErasureDraft(&reader)
                try reader.finish()
                try service.erase(draft, of: call.tenant, under: try call.idempotency(body)) {
                    reply($0.map(HTTPResponse.answer))
                }
            }),
        Route(
            .post, "/operator/erasures", .operator, "Destroy what is kept of holders, to the last byte",
            .later { call, reply in
                let (draft, tenant) = try call.operatorErasure()
                let requests = try service.erasurePreview(draft, of: tenant)["requests"]
                try service.erase(draft, of: tenant, under: nil) { result in
                    // That may write the whole database: not on the thread that others wait for.
                    DispatchQueue.global().async {
                        reply(
                            result.flatMap { answer in
                                Result {
                                    var body = answer.body
                                    body["requests"] = requests
                                    body["purged"] = .bool(try service.purge())
                                    return .json(.ok, body)
                                }
                            })
                    }
                }
            }),
        Route(
            .post, "/operator/erasures/preview", .operator, "What that would destroy, and what stands against it",
            .now { call in
                let (draft, tenant) = try call.operatorErasure()
                return .json(.ok, try service.erasurePreview(draft, of: tenant))
            }),
    ]
}

extension Call {
    /// The body of the operator's routes: the holders, and whose they are.
    fileprivate func operatorErasure() throws -> (ErasureDraft, TenantID) {
        var reader = try ObjectReader(try json())
        let name = try reader.string("institution")
        guard let tenant = TenantID(name) else {
            throw Refusal(.invalidRequest, "There is no institution \(name.debugDescription).", at: "/institution")
        }
        let draft = try ErasureDraft(&reader)
        try reader.finish()
        return (draft, tenant)
    }
}
