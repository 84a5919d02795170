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
                try body.finish()
                service.addInstitution(named: name) { result in
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
            .post, "/operator/requests/{id}/revoke", .operator, "Revoke the credential of any institution's request",
            .later { call, reply in
                let json = try call.optionalJSON()
                var body = try ObjectReader(json)
                let note = try body.optionalString("note")
                try body.finish()
                let id = try call.requestID()
                let target = TenantRequest(
                    tenant: try service.tenant(of: id), id: id, idempotency: try call.idempotency(json))
                service.perform(.revoke(note: note), on: target) { reply($0.map(HTTPResponse.answer)) }
            }),
    ]
}
