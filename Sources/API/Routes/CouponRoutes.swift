import CanonicalJSON
import HTTPServer
import Issuance

/// Coupons: for institutions, and the same for the operator, whose commands name the institution.
func couponRoutes(_ service: Service) -> [Route] {
    CouponDoor.all.flatMap { couponRoutes(service, $0) } + [
        Route(
            .post, "/operator/coupons/key", .operator, "Make new codes with the next version of the key",
            .later { call, reply in service.rotateCouponKey { reply($0.map(HTTPResponse.answer)) } }),
        Route(
            .get, "/operator/coupons/key", .operator, "The version of the key that makes codes",
            .now { _ in .json(.ok, ["version": .integer(Int64(service.couponKeyVersion))]) }),
        Route(
            .post, "/operator/institutions/{tenant}/coupons/limits", .operator, "Say how much may be minted",
            .later { call, reply in
                var body = try ObjectReader(try call.json())
                let (unit, budget) = (try body.string("unit"), try body.integer("budget"))
                let perAgent = try body.integer("perAgent")
                try body.finish()
                try service.limitCoupons(
                    at: try CouponDoor.operator.tenant(call), unit: unit, budget: budget, perAgent: perAgent
                ) { reply($0.map(HTTPResponse.answer)) }
            }),
        Route(
            .get, "/operator/institutions/{tenant}/users/{id}/credits", .operator, "A holder's wallet",
            .now { call in
                .json(.ok, try service.credits(of: call.holder(), at: try CouponDoor.operator.tenant(call)))
            }),
        Route(
            .get, "/operator/institutions/{tenant}/users/{id}/credits/{claim}/receipt", .operator,
            "What a holder was given, as a credential",
            .now { call in
                .json(
                    .ok,
                    try service.compensationReceipt(
                        call.parameter("claim"), of: call.holder(), at: try CouponDoor.operator.tenant(call)))
            }),
        Route(
            .get, "/operator/institutions/{tenant}/users/{id}/entitlements", .operator, "A holder's premium access",
            .now { call in
                .json(.ok, try service.entitlements(of: call.holder(), at: try CouponDoor.operator.tenant(call)))
            }),
    ]
}

/// Through which door the routes are asked, and so whose coupons they are about.
private struct CouponDoor: Sendable {
    let prefix: String
    let access: Route.Access

    static let institution = CouponDoor(prefix: "/v1/coupons", access: .institution)
    static let `operator` = CouponDoor(prefix: "/operator/institutions/{tenant}/coupons", access: .operator)
    /// Members of staff within their limits, who stand in the log as `by`.
    static let staff = CouponDoor(
        prefix: "/v1/institutions/{tenant}/coupons", access: .staff([.operator, .agent, .customerExperience]))
    static let all = [institution, `operator`, staff]

    func tenant(_ call: Call) throws -> TenantID {
        if access == .institution { return call.tenant }
        let name = call.parameter("tenant")
        guard let tenant = TenantID(name) else {
            throw Refusal(.invalidRequest, "There is no institution \(name.debugDescription).")
        }
        return tenant
    }

    /// The body, and the member of staff who sends it.
    func read(_ call: Call) throws -> (body: JSON, by: String?) {
        guard case .staff = access else { return (try call.optionalJSON(), nil) }
        return (try call.optionalJSON(), call.staff.id.text)
    }
}

private func couponRoutes(_ service: Service, _ door: CouponDoor) -> [Route] {
    func schema(_ schema: BodySchema) -> BodySchema? { door.access == .operator ? nil : schema }
    return [
        Route(
            .get, door.prefix, door.access, "The newest coupons, of one holder if wanted, without their codes",
            .now { call in
                let query = try call.query(["holder"])
                return .json(.ok, try service.coupons(of: query["holder"], at: try door.tenant(call)))
            }),
        Route(
            .get, door.prefix + "/report", door.access, "What became of all coupons, by agent, channel, day and reason",
            .now { call in .json(.ok, try service.couponReport(at: try door.tenant(call))) }),
        Route(
            .get, door.prefix + "/{coupon}", door.access, "One coupon with its code",
            .now { call in .json(.ok, try service.coupon(call.parameter("coupon"), at: try door.tenant(call))) }),
        Route(
            .post, door.prefix, door.access, "Mint a coupon or a batch; the codes are in the answer",
            body: schema(.mintCoupons),
            .later { call, reply in
                let (body, agent) = try door.read(call)
                let (draft, tenant) = (try CouponMintDraft(body), try door.tenant(call))
                service.mintCoupons(draft, at: tenant, by: agent, under: try call.idempotency(try call.json())) {
                    reply($0.map(HTTPResponse.answer))
                }
            }),
        Route(
            .post, door.prefix + "/{coupon}/send", door.access, "Note by which channel a coupon was sent, and to whom",
            body: schema(.sendCoupon),
            .later { call, reply in
                let (body, agent) = try door.read(call)
                var reader = try ObjectReader(body)
                let (channel, holder) = (try reader.string("channel"), try reader.optionalString("holder"))
                try reader.finish()
                guard let channel = CouponChannel(rawValue: channel) else {
                    throw Refusal(.invalidRequest, Refusal.listing(CouponChannel.self), at: "/channel")
                }
                service.sendCoupon(
                    call.parameter("coupon"), by: channel, to: holder, at: try door.tenant(call), agent: agent,
                    under: try call.idempotency(try call.json())
                ) { reply($0.map(HTTPResponse.answer)) }
            }),
        Route(
            .post, door.prefix + "/redeem", door.access, "Redeem a coupon by its code: once, whoever tries",
            body: schema(.redeemCoupon), present(service, door, isReservation: false)),
        Route(
            .post, door.prefix + "/reserve", door.access, "Hold a coupon for a cart", body: schema(.reserveCoupon),
            present(service, door, isReservation: true)),
        resolution("confirm", "Redeem what a cart holds", .confirm, service, door),
        resolution("release", "Give a coupon back from a cart", .release, service, door),
        Route(
            .post, door.prefix + "/revoke", door.access, "Make a coupon, or what is left of its batch, worthless",
            body: schema(.revokeCoupons),
            .later { call, reply in
                let (body, agent) = try door.read(call)
                var reader = try ObjectReader(body)
                let (batch, coupon) = (try reader.integer("batch"), try reader.optionalString("coupon"))
                let (word, note) = (try reader.string("reason"), try reader.optionalString("note"))
                try reader.finish()
                guard let reason = CouponsRevoked.Reason(rawValue: word) else {
                    throw Refusal(.invalidRequest, Refusal.listing(CouponsRevoked.Reason.self), at: "/reason")
                }
                service.revokeCoupons(
                    batch: batch, coupon: coupon, for: reason, note: note, at: try door.tenant(call), by: agent,
                    under: try call.idempotency(try call.json())
                ) { reply($0.map(HTTPResponse.answer)) }
            }),
    ]
}

private func present(_ service: Service, _ door: CouponDoor, isReservation: Bool) -> Route.Run {
    .later { call, reply in
        let body = try call.json()
        try service.present(
            try CouponPresentation(body, isReservation: isReservation), at: try door.tenant(call),
            from: call.request.peer, under: try call.idempotency(body)
        ) { reply($0.map(HTTPResponse.answer)) }
    }
}

private func resolution(
    _ name: String, _ summary: String, _ resolution: Service.Resolution, _ service: Service, _ door: CouponDoor
) -> Route {
    Route(
        .post, door.prefix + "/reservations/{number}/\(name)", door.access, summary,
        body: door.access == .operator ? nil : .nothing,
        .later { call, reply in
            let body = try call.optionalJSON()
            try ObjectReader(body).finish()
            guard let number = Int64(call.parameter("number")), number >= 0 else {
                throw Refusal(.unknownReservation, "A reservation is named by the number that was answered.")
            }
            service.resolveCoupon(number, resolution, of: try door.tenant(call), under: try call.idempotency(body)) {
                reply($0.map(HTTPResponse.answer))
            }
        })
}
