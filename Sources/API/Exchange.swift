import CanonicalJSON
import HTTPServer
import Issuance

extension Call {
    /// The body as JSON, of a JSON content type.
    func json() throws -> JSON {
        try requireContentType("application/json")
        return try JSON(
            parsing: request.body,
            limits: JSONLimits(maximumBytes: Route.defaultMaximumBody, maximumDepth: Self.maximumDepth))
    }

    /// The body as JSON, or an empty object when there is none.
    func optionalJSON() throws -> JSON { request.body.isEmpty ? [:] : try json() }

    /// Deep enough for any credential and its embedded evidence.
    static let maximumDepth = 32

    func requireContentType(_ expected: String) throws(Problem) {
        let media = request.headers["Content-Type"]?.split(separator: ";").first.map { $0.lowercased() }
        guard media?.filter({ $0 != " " }) == expected else { throw .notJSON }
    }

    /// The name of the command and the digest of what it asks: the route, the request it is about, and the body.
    func idempotency(_ body: JSON, line: Int? = nil) throws(Problem) -> Idempotency {
        guard let key = request.headers["Idempotency-Key"], !key.isEmpty,
            key.utf8.count <= Idempotency.maximumKeyBytes
        else { throw .noIdempotencyKey }
        return Idempotency(
            key: line.map { "\(key)#\($0)" } ?? key, asked: "\(request.method.rawValue) \(request.path)", body)
    }
}

extension HTTPResponse {
    /// A JSON document in its canonical form.
    static func json(_ status: HTTPStatus, _ body: JSONObject, headers: HTTPHeaders = [:]) -> HTTPResponse {
        var headers = headers
        headers.append("Content-Type", "application/json")
        return HTTPResponse(status, headers: headers, body: JSON.object(body).canonicalBytes)
    }

    static func answer(_ answer: Answer) -> HTTPResponse {
        let status: HTTPStatus =
            switch answer.kind {
            case .created: .created
            case .pending: .accepted
            case .done: .ok
            }
        return .json(status, answer.body)
    }
}
