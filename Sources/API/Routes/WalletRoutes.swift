import CanonicalJSON
import HTTPServer
import Issuance

/// What institutions do with their holders' credits.
func walletRoutes(_ service: Service) -> [Route] {
    [
        Route(
            .post, "/v1/credits/redeem", .institution, "Spend credits of a holder, all or nothing",
            body: .redeemCredits,
            spend(service, isReservation: false)),
        Route(
            .post, "/v1/credits/reserve", .institution, "Hold credits of a holder for a while", body: .reserveCredits,
            spend(service, isReservation: true)),
        Route(
            .get, "/v1/users/{id}/credits/{claim}/receipt", .institution, "What a holder was given, as a credential",
            .now { call in
                .json(
                    .ok,
                    try service.compensationReceipt(call.parameter("claim"), of: call.holder(), at: call.tenant))
            }),
        Route(
            .get, "/v1/users/{id}/entitlements/{claim}/pass", .institution,
            "A holder's premium access, as a credential",
            .now { call in
                .json(.ok, try service.premiumPass(call.parameter("claim"), of: call.holder(), at: call.tenant))
            }),
        resolution("confirm", "Spend what is held", .confirm, service),
        resolution("release", "Give back what is held", .release, service),
    ]
}

private func spend(_ service: Service, isReservation: Bool) -> Route.Run {
    .later { call, reply in
        let body = try call.json()
        service.spend(
            try SpendDraft(body, isReservation: isReservation), of: call.tenant, under: try call.idempotency(body)
        ) { reply($0.map(HTTPResponse.answer)) }
    }
}

private func resolution(
    _ name: String, _ summary: String, _ resolution: Service.Resolution, _ service: Service
) -> Route {
    Route(
        .post, "/v1/credits/reservations/{number}/\(name)", .institution, summary, body: .nothing,
        .later { call, reply in
            let body = try call.optionalJSON()
            try ObjectReader(body).finish()
            guard let number = Int64(call.parameter("number")), number >= 0 else {
                throw Refusal(.unknownReservation, "A reservation is named by the number that was answered.")
            }
            service.resolve(number, resolution, of: call.tenant, under: try call.idempotency(body)) {
                reply($0.map(HTTPResponse.answer))
            }
        })
}
