import CanonicalJSON
import HTTPServer
import Issuance

/// What the operator does about money that broken promises gave back.
func refundRoutes(_ service: Service) -> [Route] {
    [
        Route(
            .get, "/operator/refunds", .operator, "The refunds that wait for the bank",
            .now { _ in .json(.ok, try service.refunds(withSettled: false)) }),
        Route(
            .get, "/operator/refunds/all", .operator, "All refunds, those that were settled among them",
            .now { _ in .json(.ok, try service.refunds(withSettled: true)) }),
        Route(
            .post, "/operator/refunds/{claimKey}/settle", .operator, "Say that the money of a refund was paid out",
            .later { call, reply in
                service.settleRefund(call.parameter("claimKey")) { reply($0.map(HTTPResponse.answer)) }
            }),
    ]
}
