package import CanonicalJSON
package import Issuance

/// Offers in a simulated world, as the routes would make and answer them.
extension SimulatedWorld {
    /// Makes an offer from the members of its body beside `request`.
    @discardableResult
    package func makeOffer(
        _ body: JSON, for request: RequestID, of tenant: TenantID, by: StaffID, key: String
    ) throws -> Answer {
        var reader = try ObjectReader(body)
        let draft = try OfferDraft(&reader)
        try reader.finish()
        let target = TenantRequest(
            tenant: tenant, id: request, idempotency: Idempotency(key: "offer \(key)", asked: "POST /v1/offers", body))
        return try waitForAnswer { service.makeOffer(draft, about: target, by: by, $0) }
    }

    /// Accepts or declines.
    @discardableResult
    package func answerOffer(_ id: ClaimID, of tenant: TenantID, accepts: Bool, key: String) throws -> Answer {
        let verb = accepts ? "accept" : "decline"
        let target = ClaimTarget(
            id, of: tenant, idempotency: Idempotency(key: "answer \(key)", asked: "POST /v1/offers/\(id)/\(verb)", [:]))
        return try waitForAnswer {
            accepts ? service.acceptOffer(target, $0) : service.declineOffer(target, note: "no", $0)
        }
    }
}
