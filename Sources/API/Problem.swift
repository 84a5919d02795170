import CanonicalJSON
package import Credentials
package import HTTPServer
import Issuance

/// An error as HTTP says it: [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457).
package struct Problem: Error, Hashable, Sendable {
    package let status: HTTPStatus
    /// The stable end of `urn:punctual:problem:…`.
    package let code: String
    package let title: String
    package let detail: String
    /// Where in the document that was sent (RFC 6901).
    package var pointer: String?
    /// The problem as a specification names it; nil: as we do.
    package var type: ProblemType?
    var headers: HTTPHeaders = [:]

    init(_ status: HTTPStatus, _ code: String, _ title: String, _ detail: String) {
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
    }

    /// The one switch. What we did not foresee becomes a bare 500: its detail is for the log of the service.
    package init(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let refusal as Refusal: self.init(refusal: refusal)
        case let error as JSONError:
            self.init(.badRequest, "malformed-json", "The body is not JSON", error.description)
        case let error as JSONShapeError:
            self.init(
                .badRequest, Refusal.Code.invalidRequest.rawValue, "The body is not what is expected here",
                error.problem)
            pointer = error.pointer.description
        case StoreError.full: self.init(refusal: .noSpace)
        case StoreError.unavailable:
            self.init(
                .serviceUnavailable, "store-away", "The database cannot be reached",
                "Nothing was done. Try again with the same Idempotency-Key.")
            headers = ["Retry-After": "1"]
        default:
            self.init(
                .internalServerError, "internal", "The service failed",
                "This is a fault of ours. Try again with the same Idempotency-Key: nothing is done twice.")
        }
    }

    /// A refusal as an answer.
    ///
    /// - Parameter badRequest: what is a 400 here, whatever it is elsewhere.
    init(refusal: Refusal, badRequest: [Refusal.Code] = []) {
        let (status, title): (HTTPStatus, String) =
            switch refusal.code {
            case .invalidRequest: (.badRequest, "The body is not what is expected here")
            case .invalidCredential: (.unprocessableContent, "The credential cannot be issued as it is")
            case .invalidPolicy: (.unprocessableContent, "The policy cannot be published as it is")
            case .invalidIssuer: (.unprocessableContent, "The issuer cannot be added or used like this")
            case .invalidLogKey: (.unprocessableContent, "The log cannot be signed like this")
            case .unknownIssuer: (.notFound, "There is no such issuer or key")
            case .unknownResource: (.notFound, "There is no such context or schema")
            case .noPolicyApplies: (.unprocessableContent, "No service level applies to this request")
            case .unknownRequest: (.notFound, "There is no such request")
            case .unknownRefund: (.notFound, "There is no such refund")
            case .unknownIncident: (.notFound, "There is no such incident")
            case .unknownPolicy: (.notFound, "There is no such policy")
            case .unknownTile: (.notFound, "The log has no such tile")
            case .unknownEntry: (.notFound, "The log has no such entry")
            case .unknownCheckpoint: (.notFound, "No checkpoint is witnessed yet")
            case .unknownStatusList: (.notFound, "There is no such status list")
            case .wrongState: (.conflict, "The request is not in a state for this")
            case .idempotencyMismatch: (.unprocessableContent, "The Idempotency-Key was used for something else")
            case .erased: (.gone, "The person was erased")
            case .notPermitted: (.forbidden, "Whoever asks may not do this")
            case .unknownClaim: (.notFound, "There is no such claim")
            case .unknownStaff: (.notFound, "There is nobody of this id")
            case .openRequests: (.conflict, "There are open requests")
            case .insufficientCredits: (.conflict, "The wallet does not hold that much")
            case .unknownQuestion: (.notFound, "There is no such question")
            case .unknownReservation: (.notFound, "There is no such reservation")
            case .reservationEnded: (.conflict, "The reservation has ended")
            case .unknownCoupon: (.notFound, "There is no such coupon")
            case .couponBound: (.forbidden, "The coupon is somebody else's")
            case .couponUnavailable: (.conflict, "The coupon cannot be used")
            case .tooManyAttempts: (.tooManyRequests, "Too many codes were wrong")
            case .overLimit: (.conflict, "That is more than may be")
            case .busy: (.serviceUnavailable, "The service is busy")
            case .overShare: (.tooManyRequests, "Too much of this institution is in flight")
            case .noSpace: (.serviceUnavailable, "The service cannot write now")
            case .halted: (.serviceUnavailable, "The service signs nothing any more")
            }
        self.init(
            badRequest.contains(refusal.code) ? .badRequest : status, refusal.code.rawValue, title, refusal.detail)
        pointer = refusal.pointer
        if refusal.code == .busy { headers = ["Retry-After": "1"] }
        if let seconds = refusal.retryAfterSeconds { headers = ["Retry-After": "\(seconds)"] }
        if refusal.code == .noSpace { headers = ["Retry-After": "30"] }
    }

    /// The problem as a JSON object.
    var document: JSONObject {
        var document: JSONObject = [
            "type": .string(type?.rawValue ?? "urn:punctual:problem:\(code)"), "title": .string(title),
            "status": .integer(Int64(status.rawValue)), "detail": .string(detail),
        ]
        document["pointer"] = pointer.map(JSON.string)
        return document
    }

    package var response: HTTPResponse {
        var headers = headers
        headers.append("Content-Type", "application/problem+json")
        return HTTPResponse(status, headers: headers, body: JSON.object(document).canonicalBytes)
    }
}

extension Problem {
    static func noSuchPage(_ path: String) -> Problem {
        Problem(.notFound, "no-such-page", "There is no such page", "Nothing is served at \(path).")
    }

    static func methodNotAllowed(_ allowed: [String]) -> Problem {
        let list = allowed.joined(separator: ", ")
        var problem = Problem(.methodNotAllowed, "method-not-allowed", "Not with this method", "Use \(list) here.")
        problem.headers = ["Allow": list]
        return problem
    }

    static let noKey: Problem = {
        var problem = Problem(
            .unauthorized, "no-key", "An API key is needed",
            "Send the key that `punctual institution add` printed, as `Authorization: Bearer KEY`.")
        problem.headers = ["WWW-Authenticate": "Bearer"]
        return problem
    }()

    static let unknownKey: Problem = {
        var problem = Problem(
            .unauthorized, "unknown-key", "The API key is not known",
            "No institution has this key, and nobody of the staff has it now. Keys are shown once.")
        problem.headers = ["WWW-Authenticate": "Bearer error=\"invalid_token\""]
        return problem
    }()

    static let unknownReceipt: Problem = {
        var problem = Problem(
            .unauthorized, "unknown-receipt", "The receipt is not known",
            "Send the intake receipt as it was signed, in base64url: `Authorization: Receipt …`.")
        problem.headers = ["WWW-Authenticate": "Receipt"]
        return problem
    }()

    static let onlyForStaff = Problem(
        .forbidden, Refusal.Code.notPermitted.rawValue, "Only for the staff",
        "This is for the people of the service, with the key that `punctual staff add` printed.")

    static let onlyForInstitutions = Problem(
        .forbidden, Refusal.Code.notPermitted.rawValue, "Only for institutions",
        "This is for institutions, with the key that `punctual institution add` printed.")

    static let notForTheNetwork = Problem(
        .forbidden, "operator-only", "Only for the operator",
        "This is done with the `punctual` command on the machine of the service.")

    static let noIdempotencyKey = Problem(
        .badRequest, "no-idempotency-key", "An Idempotency-Key is needed",
        "Send a header `Idempotency-Key` with a name of your choice for this command, up to "
            + "\(Idempotency.maximumKeyBytes) bytes, so that it can be repeated safely.")

    static let notJSON = Problem(
        .unsupportedMediaType, "unsupported-media-type", "The body is of another type",
        "Send the body as Content-Type: application/json (or application/x-ndjson for a batch).")
}
