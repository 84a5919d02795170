import CanonicalJSON
import HTTPServer
import Issuance
import Temporal

/// Who issues, with which keys: what the operator does and asks.
func issuerRoutes(_ service: Service) -> [Route] {
    [
        Route(
            .get, "/operator/issuers", .operator, "Every issuer with its keys, past and present",
            .now { _ in .json(.ok, service.issuerList()) }),
        Route(
            .post, "/operator/issuers", .operator, "Add an issuer whose key is in the data directory",
            .later { call, reply in
                try service.addIssuer(try NewIssuer(try call.json())) { reply($0.map(HTTPResponse.answer)) }
            }),
        Route(
            .post, "/operator/keys", .operator, "Let a new key sign for an issuer, and the old one no more",
            .later { call, reply in
                var body = try ObjectReader(try call.json())
                let (name, key) = (try body.string("issuer"), try body.string("key"))
                try body.finish()
                guard let name = IssuerName(name) else { throw Refusal.unknownIssuer }
                try service.rotateKey(of: name, to: key) { reply($0.map(HTTPResponse.answer)) }
            }),
        Route(
            .post, "/operator/keys/revoke", .operator, "What a key signed since an instant is not to be believed",
            .later { call, reply in
                var body = try ObjectReader(try call.json())
                let (key, since) = (try body.string("key"), try body.string("since"))
                try body.finish()
                let instant: Instant
                do {
                    instant = try Instant(rfc3339: since)
                } catch {
                    throw Refusal(.invalidRequest, "\(error).", at: "/since")
                }
                service.revokeKey(key, since: instant) { reply($0.map(HTTPResponse.answer)) }
            }),
        Route(
            .get, "/operator/keys/requests", .operator, "The requests whose credential a key signed, a page at a time",
            .now { call in
                let query = try call.query(["key", "cursor"])
                guard let key = query["key"] else { throw Refusal(.invalidRequest, "Name the key: ?key=URL.") }
                return .json(.ok, try service.requests(signedWith: key, after: try call.cursor(query["cursor"])))
            }),
        Route(
            .get, "/operator/status-lists/{list}", .operator, "Why a status list was as it was at an instant",
            .now { call in
                let query = try call.query(["at"])
                guard let id = StatusListID(call.parameter("list")) else { throw Refusal.unknownStatusList }
                guard let text = query["at"], let instant = try? Instant(rfc3339: text) else {
                    throw Refusal(.invalidRequest, "Say when: ?at= and an instant like 2026-11-21T12:00:00Z.")
                }
                return .json(.ok, try service.statusListHistory(id, at: instant))
            }),
    ]
}

/// What verifiers look up about issuers and their credentials.
func resolutionRoutes(_ service: Service) -> [Route] {
    [
        Route(
            .get, "/status-lists/{list}", .anyone, "A signed Bitstring status list credential",
            .now { call in
                guard let id = StatusListID(call.parameter("list")) else { throw Refusal.unknownStatusList }
                return .list(try service.statusList(id), call.request)
            }),
        Route(
            .get, "/token-status-lists/{list}", .anyone, "A signed Token Status List",
            .now { call in
                guard let number = Int64(call.parameter("list")) else { throw Refusal.unknownStatusList }
                return .list(try service.tokenStatusList(number), call.request)
            }),
        Route(
            .get, "/.well-known/did.json", .anyone, "The document of the default issuer's did:web",
            .now { _ in .did(try service.didDocument(of: .default)) }),
        Route(
            .get, "/issuers/{name}/did.json", .anyone, "The document of an issuer's did:web",
            .now { call in
                guard let name = IssuerName(call.parameter("name")) else { throw Refusal.unknownIssuer }
                return .did(try service.didDocument(of: name))
            }),
        Route(
            .get, "/contexts/{hash}", .anyone, "A registered JSON-LD context, by its hash",
            .now { call in .resource(try service.resource(.context, call.parameter("hash")), "application/ld+json") }),
        Route(
            .get, "/schemas/{hash}", .anyone, "A registered JSON Schema, by its hash",
            .now { call in
                .resource(try service.resource(.schema, call.parameter("hash")), "application/schema+json")
            }),
    ]
}

/// What institutions register for their credentials to refer to.
func resourceRoutes(_ service: Service) -> [Route] {
    [
        registration("contexts", .context, "Register a JSON-LD context for this institution's credentials", service),
        registration("schemas", .schema, "Register a JSON Schema for this institution's credentials", service),
    ]
}

private func registration(
    _ path: String, _ kind: ResourceRegistered.Kind, _ summary: String, _ service: Service
) -> Route {
    let maximumBody = Service.maximumResourceBytes + 4096
    return Route(
        .post, "/v1/\(path)", .institution, summary, body: .registration, maximumBody: maximumBody,
        .later { call, reply in
            var body = try ObjectReader(try call.json(maximumBytes: maximumBody))
            let (url, document) = (try body.string("url"), try body.value("document"))
            try body.finish()
            try service.register(kind, document, at: url, for: call.tenant) { reply($0.map(HTTPResponse.answer)) }
        })
}

extension HTTPResponse {
    /// A credential with its proof inside is JSON, and many clients read a body only where its type says so: they get
    /// the exact type when they name it.
    fileprivate static func list(_ list: SignedStatusList, _ request: HTTPRequest) -> HTTPResponse {
        let isNamed = request.headers.values(of: "Accept").contains { $0.contains(list.mediaType) }
        let mediaType = list.mediaType == "application/vc" && !isNamed ? "application/json" : list.mediaType
        let headers: HTTPHeaders = [
            "Content-Type": mediaType, "Cache-Control": "public, max-age=60", "Vary": "Accept",
        ]
        return HTTPResponse(.ok, headers: headers, body: list.bytes)
    }

    fileprivate static func did(_ document: JSONObject) -> HTTPResponse {
        let headers: HTTPHeaders = ["Content-Type": "application/did+json", "Cache-Control": "public, max-age=60"]
        return HTTPResponse(.ok, headers: headers, body: JSON.object(document).canonicalBytes)
    }

    /// What is named by its hash never changes.
    fileprivate static func resource(_ bytes: [UInt8], _ mediaType: String) -> HTTPResponse {
        let headers: HTTPHeaders = [
            "Content-Type": mediaType, "Cache-Control": "public, max-age=31536000, immutable",
        ]
        return HTTPResponse(.ok, headers: headers, body: bytes)
    }
}
