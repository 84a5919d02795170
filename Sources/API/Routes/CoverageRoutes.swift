import HTTPServer
import Issuance

/// What is stated about all requests, and the proof that one is among them.
func coverageRoutes(_ service: Service) -> [Route] {
    [
        Route(
            .get, "/coverage", .anyone, "The newest statement of what was paid, is owed and was waived, signed",
            .now { _ in .statement(try service.coverage(size: nil), cached: "max-age=60") }),
        Route(
            .get, "/coverage/{size}", .anyone, "The coverage statement about the first so many entries of the log",
            .now { call in
                let text = call.parameter("size")
                guard let size = UInt64(text), String(size) == text else {
                    throw Refusal(.invalidRequest, "`size` must be a decimal number without leading zeros.")
                }
                return .statement(try service.coverage(size: size), cached: "max-age=3600")
            }),
        Route(
            .get, "/v1/requests/{id}/coverage", .institution,
            "One file that shows offline that a request is in the newest coverage statement, or is not",
            .now { call in .json(.ok, try service.coverageProof(of: call.requestID(), for: call.tenant)) }),
        Route(
            .post, "/operator/log/coverage", .operator, "Write a coverage statement about all requests into the log",
            .later { _, reply in service.stateCoverage { reply($0.map(HTTPResponse.answer)) } }),
    ]
}

extension HTTPResponse {
    /// Anybody's to read, also for a page from elsewhere in a browser: it is the same for all.
    fileprivate static func statement(_ note: [UInt8], cached: String) -> HTTPResponse {
        let headers: HTTPHeaders = [
            "Content-Type": "text/plain; charset=utf-8", "Cache-Control": cached, "Access-Control-Allow-Origin": "*",
        ]
        return HTTPResponse(.ok, headers: headers, body: note)
    }
}
