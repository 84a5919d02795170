import CanonicalJSON
import HTTPServer
import Issuance

/// What anyone may ask: it says nothing about persons.
func publicRoutes(_ service: Service) -> [Route] {
    [
        Route(
            .get, "/v1/requests/{id}/status", .anyone, "Where a request stands, in plain facts",
            .now { call in
                let wanted = call.request.headers["Accept-Language"]
                return .json(
                    .ok, try service.statusDocument(call.requestID(), in: wanted),
                    headers: ["Cache-Control": "no-store", "Vary": "Accept-Language"])
            }),
        Route(
            .get, "/healthz", .anyone, "Whether the process runs",
            .now { _ in .json(.ok, ["status": "up"]) }),
        Route(
            .get, "/readyz", .anyone, "Whether requests are taken now; where not, what stands in the way",
            .now { _ in
                let obstacles = service.readiness.obstacles.map { JSON.string($0.rawValue) }
                guard !obstacles.isEmpty else { return .json(.ok, ["status": "ready"]) }
                return .json(
                    .serviceUnavailable, ["status": "not-ready", "obstacles": .array(obstacles)],
                    headers: ["Retry-After": "30"])
            }),
    ]
}
