package import HTTPServer
package import Issuance

/// One thing that can be asked of the service.
package struct Route: Sendable {
    package let method: HTTPMethod
    /// Segments of the path; those in braces are parameters, and a last one `{name...}` is all the rest of the path.
    package let pattern: [String]
    package let access: Access
    /// One sentence for the published description.
    package let summary: String
    /// More for the published description; then the route is one whose commands need no `Idempotency-Key`.
    package let description: String?
    /// What the body is, for the published description; nil where there is none, or it is not described.
    package let body: BodySchema?
    /// The most bytes of body.
    package let maximumBody: Int
    package let run: Run

    /// Who may use a route.
    package enum Access: Hashable, Sendable {
        case anyone
        /// Anyone, and an institution if its key is there.
        case anyoneOrInstitution
        case institution, `operator`
        /// Somebody of the staff who has one of these roles; who is an auditor, where the route only looks.
        case staff([StaffRole])
        /// An institution for what is its own, or somebody of the staff as above.
        case institutionOrStaff([StaffRole])
        /// As above, or whoever has the intake receipt of a request, for that request.
        case claimant([StaffRole])
    }

    /// Answers at once, or when the command has been made durable.
    package enum Run: Sendable {
        case now(@Sendable (Call) throws -> HTTPResponse)
        case later(@Sendable (Call, @escaping Reply) throws -> Void)
    }

    package typealias Reply = @Sendable (Result<HTTPResponse, any Error>) -> Void

    /// Room for a credential of 32 KiB with everything around it.
    package static let defaultMaximumBody = 64 << 10

    init(
        _ method: HTTPMethod, _ path: String, _ access: Access, _ summary: String, description: String? = nil,
        body: BodySchema? = nil, maximumBody: Int = Route.defaultMaximumBody, _ run: Run
    ) {
        self.method = method
        self.pattern = path.split(separator: "/").map(String.init)
        self.access = access
        self.summary = summary
        self.description = description
        self.body = body
        self.maximumBody = maximumBody
        self.run = run
    }

    /// The parameters, when the segments of a path fit the pattern.
    func parameters(of segments: [String]) -> [String: String]? {
        let isOpenEnded = pattern.last?.hasSuffix("...}") ?? false
        guard segments.count == pattern.count || isOpenEnded && segments.count > pattern.count else { return nil }
        var parameters: [String: String] = [:]
        for (position, expected) in pattern.enumerated() {
            let found = segments[position]
            if isOpenEnded, position == pattern.count - 1 {
                parameters[String(expected.dropFirst().dropLast(4))] = segments[position...].joined(separator: "/")
            } else if expected.hasPrefix("{") {
                parameters[String(expected.dropFirst().dropLast())] = found
            } else if expected != found {
                return nil
            }
        }
        return parameters
    }
}

/// Who asks, as far as the route wants to know.
enum Caller: Hashable, Sendable {
    case unknown
    case institution(TenantID)
    case staff(StaffMember)
    /// Whoever has the intake receipt of a request of that institution.
    case holder(RequestID, TenantID)

    /// The institution; nil for others.
    var tenant: TenantID? {
        guard case .institution(let tenant) = self else { return nil }
        return tenant
    }
}

/// A request that found its route and may use it.
package struct Call: Sendable {
    let request: HTTPRequest
    let parameters: [String: String]
    let caller: Caller

    /// Who asks, on routes for institutions.
    var tenant: TenantID {
        guard let tenant = caller.tenant else { preconditionFailure("this route is not one for institutions") }
        return tenant
    }

    /// Who asks, on routes for the staff.
    var staff: StaffMember {
        guard case .staff(let member) = caller else { preconditionFailure("this route is not one for the staff") }
        return member
    }

    /// A path parameter; the pattern guarantees that it is there.
    func parameter(_ name: String) -> String {
        guard let value = parameters[name] else { preconditionFailure("the pattern has no \(name)") }
        return value
    }

    /// The request that the path names.
    func requestID() throws -> RequestID {
        guard let id = RequestID(parameter("id")) else { throw Refusal.unknownRequest }
        return id
    }
}
