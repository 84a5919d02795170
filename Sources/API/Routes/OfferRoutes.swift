import CanonicalJSON
import HTTPServer
import Issuance

/// What support may offer for a broken promise, and what the holder says to it.
func offerRoutes(_ service: Service) -> [Route] {
    [
        Route(
            .get, "/v1/requests/{id}/menu", .staff([.agent]), "What may be offered for a request, and the facts of it",
            .now { call in .json(.ok, try service.offerMenu(of: call.requestID())) }),
        Route(
            .get, "/operator/reports/parity", .operator,
            "Claims and offers by who decided, institution, channel, language",
            .now { call in
                let text = try call.query(["minimum"])["minimum"]
                guard let minimum = text.map({ Int($0) }) ?? Service.smallestGroup, minimum >= Service.smallestGroup
                else {
                    throw Refusal(.invalidRequest, "Groups have at least \(Service.smallestGroup) members.")
                }
                return .json(.ok, try service.parityReport(minimum: minimum))
            }),
        Route(
            .post, "/v1/offers", .staff([.agent]), "Offer something from the menu", body: .offer,
            .later { call, reply in
                let json = try call.json()
                var body = try ObjectReader(json)
                let request = try body.string("request")
                let draft = try OfferDraft(&body)
                try body.finish()
                guard let id = RequestID(request) else { throw Refusal.unknownRequest }
                let target = TenantRequest(
                    tenant: try service.tenant(of: id), id: id, idempotency: try call.ownIdempotency(json))
                service.makeOffer(draft, about: target, by: call.staff.id) { reply($0.map(HTTPResponse.answer)) }
            }),
        Route(
            .get, "/v1/offers/{id}", .claimant(Call.insideRoles), "One offer",
            .now { call in .json(.ok, try service.offerDocument(try call.offerID(), for: call.claimReader)) }),
        Route(
            .post, "/v1/offers/{id}/accept", .claimant([]), "Take an offer: it is given", body: .nothing,
            .later { call, reply in
                let json = try call.optionalJSON()
                try ObjectReader(json).finish()
                service.acceptOffer(try call.offerTarget(json, service)) { reply($0.map(HTTPResponse.answer)) }
            }),
        Route(
            .post, "/v1/offers/{id}/decline", .claimant([]), "Waive an offer", body: .noteOnly,
            .later { call, reply in
                let json = try call.optionalJSON()
                var body = try ObjectReader(json)
                let note = try body.optionalString("note")
                try body.finish()
                service.declineOffer(try call.offerTarget(json, service), note: note) {
                    reply($0.map(HTTPResponse.answer))
                }
            }),
    ]
}

extension Call {
    fileprivate func offerID() throws(Refusal) -> ClaimID {
        guard let id = ClaimID(parameter("id")) else { throw .unknownOffer }
        return id
    }

    fileprivate func offerTarget(_ json: JSON, _ service: Service) throws -> ClaimTarget {
        let id = try offerID()
        return ClaimTarget(
            id, of: try claimTenant(of: id.request, service), idempotency: try ownIdempotency(json))
    }
}
