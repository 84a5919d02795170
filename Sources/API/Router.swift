import CanonicalJSON
package import HTTPServer
package import Issuance
import Multiformats

/// Takes each request to its route, if whoever asks may use it, and turns whatever goes wrong into a problem document.
package struct Router: Sendable {
    package let routes: [Route]
    private let service: Service
    /// Hears of errors that are ours: never bodies, never keys.
    private let report: @Sendable (String) -> Void

    /// Where a request came from.
    package enum Origin: Sendable { case network, dataDirectory }

    package init(
        _ service: Service, vcapi: VCAPI.Settings = VCAPI.Settings(), report: @escaping @Sendable (String) -> Void
    ) {
        self.service = service
        self.report = report
        let described = [
            requestRoutes(service), resourceRoutes(service), userRoutes(service), publicRoutes(service),
            policyRoutes(service), foresightRoutes(service),
            logRoutes(service), coverageRoutes(service), resolutionRoutes(service), operatorRoutes(service),
            issuerRoutes(service),
            walletRoutes(service), couponRoutes(service),
            logKeyRoutes(service), erasureRoutes(service), staffRoutes(service), refundRoutes(service),
            settlingRoutes(service), incidentRoutes(service), claimRoutes(service), offerRoutes(service),
            assuranceRoutes(service), surveyRoutes(service), credentialRoutes(service, vcapi),
        ].flatMap(\.self)
        routes =
            described + [
                Route(
                    .get, "/openapi.json", .anyone, "This list, as OpenAPI 3.1",
                    .now { _ in .json(.ok, OpenAPI.document(described)) })
            ]
    }

    /// Answers one request, at once or later, exactly once.
    package func handle(_ request: HTTPRequest, over origin: Origin, _ responder: HTTPResponder) {
        let reply: Route.Reply = { result in
            switch result {
            case .success(let response): responder.answer(response)
            case .failure(let error): responder.answer(problem(error, request).response)
            }
        }
        do {
            let (route, parameters) = try find(request)
            let caller = try authorize(request, route, over: origin)
            let call = Call(request: request, parameters: parameters, caller: caller)
            switch route.run {
            case .now(let run): reply(.success(try run(call)))
            case .later(let run): try run(call, reply)
            }
        } catch {
            reply(.failure(error))
        }
    }

    /// The most bytes of body that a request may bring.
    package func bodyLimit(_ request: HTTPRequest) -> Int {
        (try? find(request))?.0.maximumBody ?? Route.defaultMaximumBody
    }

    private func find(_ request: HTTPRequest) throws(Problem) -> (Route, [String: String]) {
        var allowed: [String] = []
        for route in routes {
            guard let parameters = route.parameters(of: request.segments) else { continue }
            if route.method == request.method { return (route, parameters) }
            allowed.append(route.method.rawValue)
        }
        if allowed.isEmpty { throw .noSuchPage(request.path) }
        throw .methodNotAllowed(allowed)
    }

    /// Who asks, when that matters; refused when they may not.
    private func authorize(
        _ request: HTTPRequest, _ route: Route, over origin: Origin
    ) throws(Problem) -> Caller {
        switch route.access {
        case .anyone: return .unknown
        case .operator:
            guard origin == .dataDirectory else { throw .notForTheNetwork }
            return .unknown
        case .anyoneOrInstitution where request.headers["Authorization"] == nil: return .unknown
        case .claimant where request.headers["Authorization"]?.hasPrefix(Self.receiptScheme) ?? false:
            return try holder(request)
        case .institution, .anyoneOrInstitution, .staff, .institutionOrStaff, .claimant:
            return try caller(of: route, key: key(in: request))
        }
    }

    /// The scheme of whoever has an intake receipt; behind it stands the receipt itself, in base64url.
    private static let receiptScheme = "Receipt "

    private func holder(_ request: HTTPRequest) throws(Problem) -> Caller {
        let token = request.headers["Authorization"]?.dropFirst(Self.receiptScheme.count) ?? ""
        guard let bytes = try? Base64URL.decode(String(token)), let receipt = try? JSON(parsing: bytes),
            let found = try? service.request(ofReceipt: receipt)
        else { throw .unknownReceipt }
        return .holder(found.0, found.1)
    }

    private func key(in request: HTTPRequest) throws(Problem) -> String {
        let prefix = "Bearer "
        guard let header = request.headers["Authorization"], header.hasPrefix(prefix) else { throw .noKey }
        return String(header.dropFirst(prefix.count))
    }

    /// Whose key it is. One that somebody has, but not somebody who may use the route, is refused as such.
    private func caller(of route: Route, key: String) throws(Problem) -> Caller {
        if let tenant = service.tenant(forKey: key) {
            if case .staff = route.access { throw .onlyForStaff }
            return .institution(tenant)
        }
        guard let member = service.staff(forKey: key) else { throw .unknownKey }
        switch route.access {
        case .staff(let roles), .institutionOrStaff(let roles), .claimant(let roles):
            let onlyLooks = route.method == .get && member.roles.contains(.auditor)
            guard onlyLooks || member.roles.include(oneOf: roles) else {
                throw Problem(refusal: .notPermitted(to: roles))
            }
            return .staff(member)
        default: throw .onlyForInstitutions
        }
    }

    private func problem(_ error: any Error, _ request: HTTPRequest) -> Problem {
        let problem = Problem(error)
        if problem.status == .internalServerError {
            // The pattern and not the path, in which a holder may be named.
            let place = (try? find(request)).map { "/" + $0.0.pattern.joined(separator: "/") } ?? "no route"
            report("internal error at \(request.method.rawValue) \(place): \(error)")
        }
        return problem
    }
}
