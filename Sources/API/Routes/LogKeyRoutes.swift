import CanonicalJSON
import HTTPServer
import Issuance

/// With which keys the log is signed: what the operator does and asks.
func logKeyRoutes(_ service: Service) -> [Route] {
    [
        Route(
            .get, "/operator/log-keys", .operator, "The keys that sign the log's checkpoints, or did",
            .now { _ in .json(.ok, service.logKeyList()) }),
        Route(
            .post, "/operator/log-keys", .operator, "Let one more key in the data directory sign checkpoints",
            .later { call, reply in
                try service.addLogKey(try key(in: call)) { reply($0.map(HTTPResponse.answer)) }
            }),
        Route(
            .post, "/operator/log-keys/retire", .operator, "Let a key sign no more checkpoints",
            .later { call, reply in
                try service.retireLogKey(try key(in: call)) { reply($0.map(HTTPResponse.answer)) }
            }),
    ]
}

private func key(in call: Call) throws -> String {
    var body = try ObjectReader(try call.json())
    let key = try body.string("key")
    try body.finish()
    return key
}
