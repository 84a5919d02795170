import CanonicalJSON
import HTTPServer
import Issuance

extension Call {
    /// The body as JSON, of a JSON content type.
    func json(maximumBytes: Int = Route.defaultMaximumBody) throws -> JSON {
        try requireContentType("application/json")
        return try JSON(
            parsing: request.body, limits: JSONLimits(maximumBytes: maximumBytes, maximumDepth: Self.maximumDepth))
    }

    /// The body as JSON, or an empty object when there is none.
    func optionalJSON() throws -> JSON { request.body.isEmpty ? [:] : try json() }

    /// Deep enough for any credential and its embedded evidence.
    static let maximumDepth = 32

    /// The parameters behind the question mark, all of which must be among these.
    func query(_ known: [String]) throws(Refusal) -> [String: String] {
        var values: [String: String] = [:]
        for parameter in request.query {
            guard known.contains(parameter.name) else {
                throw Refusal(
                    .invalidRequest,
                    "There is no parameter \"\(parameter.name)\"; there are \(known.joined(separator: " and ")).")
            }
            values[parameter.name] = parameter.value
        }
        return values
    }

    /// Where a page begins.
    func cursor(_ text: String?) throws(Refusal) -> RequestID? {
        guard let text else { return nil }
        guard let cursor = RequestID(text) else {
            throw Refusal(.invalidRequest, "A cursor is what `next` held in the page before.")
        }
        return cursor
    }

    func requireContentType(_ expected: String) throws(Problem) {
        let media = request.headers["Content-Type"]?.split(separator: ";").first.map { $0.lowercased() }
        guard media?.filter({ $0 != " " }) == expected else { throw .notJSON }
    }

    /// The name of the command and the digest of what it asks: the route, the request it is about, and the body.
    ///
    /// - Parameters:
    ///   - ownKey: the name of one line of a batch; without it that is the name of the batch and the line's place.
    func idempotency(_ body: JSON, ownKey: String? = nil, line: Int? = nil) throws(Problem) -> Idempotency {
        guard let key = ownKey ?? request.headers["Idempotency-Key"], !key.isEmpty,
            key.utf8.count <= Idempotency.maximumKeyBytes
        else { throw .noIdempotencyKey }
        let place = ownKey == nil ? line.map { "#\($0)" } ?? "" : ""
        return Idempotency(key: key + place, asked: "\(request.method.rawValue) \(request.path)", body)
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
