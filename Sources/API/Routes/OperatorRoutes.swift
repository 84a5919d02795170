import CanonicalJSON
import HTTPServer
import Issuance

/// What the operator's commands do, over the socket in the data directory only.
func operatorRoutes(_ service: Service) -> [Route] {
    [
        Route(
            .post, "/operator/institutions", .operator, "Add an institution; its key is in the answer, this once",
            .later { call, reply in
                var body = try ObjectReader(try call.json())
                let name = try body.string("name")
                let region = try body.optionalRegion()
                try body.finish()
                service.addInstitution(named: name, in: region) { result in
                    reply(
                        result.map { added in
                            var body = added.answer.body
                            body["apiKey"] = .string(added.apiKey)
                            return .json(.created, body)
                        })
                }
            }),
        Route(
            .post, "/operator/policies", .operator, "Publish a policy document",
            .later { call, reply in
                try call.requireContentType("application/json")
                service.publishPolicy(call.request.body) { reply($0.map(HTTPResponse.answer)) }
            }),
        Route(
            .post, "/operator/log/index", .operator, "Write an index of all requests into the log",
            .later { _, reply in service.indexRequests { reply($0.map(HTTPResponse.answer)) } }),
        action("revoke", "Revoke the credential of any institution's request", service) {
            body throws(JSONShapeError) in .revoke(note: try body.optionalString("note"))
        },
        action("updates", "Tell the requester of any institution's request how it stands", service) {
            body throws(JSONShapeError) in .update(note: try body.optionalString("note"))
        },
        action("status", "Change a status of the credential of any institution's request", service) {
            body throws(JSONShapeError) in try RequestAction(status: &body)
        },
    ]
}

private func action(
    _ name: String, _ summary: String, _ service: Service,
    _ read: @escaping @Sendable (inout ObjectReader) throws(JSONShapeError) -> RequestAction
) -> Route {
    Route(
        .post, "/operator/requests/{id}/\(name)", .operator, summary,
        .later { call, reply in
            let json = try call.optionalJSON()
            var body = try ObjectReader(json)
            let action = try read(&body)
            try body.finish()
            let id = try call.requestID()
            let target = TenantRequest(
                tenant: try service.tenant(of: id), id: id, idempotency: try call.idempotency(json))
            service.perform(action, on: target) { reply($0.map(HTTPResponse.answer)) }
        })
}
