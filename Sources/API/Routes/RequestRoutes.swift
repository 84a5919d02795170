import CanonicalJSON
import HTTPServer
import Issuance
import StatusLists
import Temporal

/// What institutions do with requests.
func requestRoutes(_ service: Service) -> [Route] {
    [
        Route(
            .post, "/v1/requests", .institution, "Request a credential", body: .request,
            .later { call, reply in
                let body = try call.json()
                service.request(
                    try RequestDraft(body), from: call.tenant, under: try call.idempotency(body)
                ) { reply($0.map(HTTPResponse.answer)) }
            }),
        Route(
            .post, "/v1/requests:batch", .institution, "Request up to 10,000 credentials, one in each line (NDJSON)",
            maximumBody: Batch.maximumBody, .later { call, reply in Batch.run(call, service, reply) }),
        Route(
            .get, "/v1/requests", .institution, "List requests, by state if wanted, a page at a time",
            .now { call in try listRequests(call, service) }),
        Route(
            .get, "/v1/requests/{id}", .institution, "One request, with its credential once it is available",
            .now { call in
                .json(.ok, try service.requestDocument(call.requestID(), of: call.tenant))
            }),
        action("approve", .noteOnly, "The review agreed: issue the credential", service) {
            body throws(JSONShapeError) in
            .approve(note: try body.optionalString("note"))
        },
        action("hold", .hold, "Pause the clock, with a reason and evidence that the policy names", service) {
            body throws(JSONShapeError) in
            .hold(
                reason: try body.string("reason"), evidence: try body.string("evidence"),
                from: try body.optionalTime("from"), note: try body.optionalString("note"))
        },
        action("resume", .nothing, "End the pause", service) { _ throws(JSONShapeError) in .resume },
        action("cancel", .noteOnly, "The credential is not wanted any more", service) { body throws(JSONShapeError) in
            .cancel(note: try body.optionalString("note"))
        },
        action("deny", .denial, "The review did not agree: there will be no credential", service) {
            body throws(JSONShapeError) in
            .deny(for: try body.word("reason"), note: try body.optionalString("note"))
        },
        action("updates", .noteOnly, "Tell the requester how it stands", service) { body throws(JSONShapeError) in
            .update(note: try body.optionalString("note"))
        },
        action("revoke", .noteOnly, "The credential is no longer valid", service) { body throws(JSONShapeError) in
            .revoke(note: try body.optionalString("note"))
        },
        action("status", .statusChange, "Change a status other than revocation, such as suspension", service) {
            body throws(JSONShapeError) in try RequestAction(status: &body)
        },
    ]
}

private func action(
    _ name: String, _ schema: BodySchema, _ summary: String, _ service: Service,
    _ read: @escaping @Sendable (inout ObjectReader) throws(JSONShapeError) -> RequestAction
) -> Route {
    Route(
        .post, "/v1/requests/{id}/\(name)", .institution, summary, body: schema,
        .later { call, reply in
            let body = try call.optionalJSON()
            var reader = try ObjectReader(body)
            let action = try read(&reader)
            try reader.finish()
            let target = TenantRequest(
                tenant: call.tenant, id: try call.requestID(), idempotency: try call.idempotency(body))
            service.perform(action, on: target) { reply($0.map(HTTPResponse.answer)) }
        })
}

private func listRequests(_ call: Call, _ service: Service) throws -> HTTPResponse {
    let query = try call.query(["state", "cursor"])
    let state = try query["state"].map { text in
        guard let state = RequestState(rawValue: text) else {
            let known = RequestState.allCases.map(\.rawValue).joined(separator: ", ")
            throw Refusal(.invalidRequest, "There is no state \"\(text)\"; there are \(known).")
        }
        return state
    }
    return .json(.ok, try service.requestList(of: call.tenant, in: state, after: try call.cursor(query["cursor"])))
}

extension RequestAction {
    /// Reads the body of a change of status.
    init(status body: inout ObjectReader) throws(JSONShapeError) {
        self = .setStatus(
            StatusPurpose(rawValue: try body.string("purpose")), value: try body.integer("value"),
            note: try body.optionalString("note"))
    }
}

extension ObjectReader {
    /// A time as RFC 3339 has it, or nil when the member is absent.
    fileprivate mutating func optionalTime(_ key: String) throws(JSONShapeError) -> Instant? {
        guard let text = try optionalString(key) else { return nil }
        do throws(TemporalError) {
            return try Instant(rfc3339: text)
        } catch {
            throw JSONShapeError(pointer: pointer(to: key), problem: "\(error)")
        }
    }
}
