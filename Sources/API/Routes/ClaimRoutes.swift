import CanonicalJSON
import HTTPServer
import Issuance

/// Claims: what people ask for, and what those do who decide it.
func claimRoutes(_ service: Service) -> [Route] {
    [
        Route(
            .get, "/claims/{tenant}", .anyone, "How claims are heard, in plain words",
            .now { call in .json(.ok, try service.claimInstructions(of: call.parameter("tenant"))) }),
        Route(
            .get, "/v1/requests/{id}/claim-form", .claimant([.agent]),
            "What a claim about a request begins with: by when to file, what may be asked for, what was given",
            .now { call in .json(.ok, try service.claimForm(about: call.requestID(), for: call.claimReader)) }),
        Route(
            .post, "/v1/claims", .claimant([.agent]), "File a claim about a request", body: .claim,
            .later { call, reply in
                let json = try call.json()
                var body = try ObjectReader(json)
                let request = try body.string("request")
                let draft = try ClaimDraft(&body)
                try body.finish()
                guard let id = RequestID(request) else { throw Refusal.unknownRequest }
                let target = TenantRequest(
                    tenant: try call.claimTenant(of: id, service), id: id, idempotency: try call.ownIdempotency(json))
                service.fileClaim(draft, about: target, by: call.staffID) { reply($0.map(HTTPResponse.answer)) }
            }),
        Route(
            .get, "/v1/claims", .claimant(Call.insideRoles), "Claims, oldest first, a page at a time",
            description:
                "Parameters: `state`; `mine=true` for those that somebody of the staff was drawn for; `cursor`.",
            .now { call in try listClaims(call, service) }),
        Route(
            .get, "/v1/claims/{id}", .claimant(Call.insideRoles), "One claim with its history",
            .now { call in .json(.ok, try service.claimDocument(try call.claimID(), for: call.claimReader)) }),
        step("evidence", .claimant([.agent]), .evidence, "Add the evidence that was asked for", service) {
            body, target, _, reply throws(JSONShapeError) in
            let evidence = try ClaimEvidence.given(&body)
            try body.finish()
            service.giveEvidence(evidence, to: target, reply)
        },
        step("appeal", .claimant([.agent]), .appeal, "Appeal against the decision", service) {
            body, target, call, reply throws(JSONShapeError) in
            let words = try ClaimFiled.Words.appeal(&body)
            try body.finish()
            service.appeal(words, on: target, by: call.staffID, reply)
        },
        step("ask", .staff(Call.deciderRoles), .evidenceRequest, "Ask whoever claims for evidence", service) {
            body, target, call, reply throws(JSONShapeError) in
            let asked = try EvidenceRequest(&body)
            try body.finish()
            service.askForEvidence(asked, on: target, by: call.staff.id, reply)
        },
        step("decide", .staff(Call.deciderRoles), .verdict, "Decide a claim or an appeal", service) {
            body, target, call, reply throws(JSONShapeError) in
            let verdict = try ClaimVerdict(&body)
            try body.finish()
            service.decideClaim(verdict, on: target, by: call.staff.id, reply)
        },
        step("opinion", .staff([.independentAssessor]), .opinion, "Give an opinion from outside", service) {
            body, target, call, reply throws(JSONShapeError) in
            let verdict = try ClaimVerdict(&body)
            try body.finish()
            service.giveOpinion(verdict, on: target, by: call.staff.id, reply)
        },
        Route(
            .get, "/operator/claims", .operator, "Claims, oldest first, a page at a time",
            .now { call in try listClaims(call, service) }),
        Route(
            .get, "/operator/claims/{id}", .operator, "One claim with its history, without what people wrote",
            .now { call in .json(.ok, try service.claimDocument(try call.claimID(), for: .operator)) }),
        Route(
            .post, "/operator/claims/{id}/assign", .operator, "Draw again, where nobody is there who could decide",
            .later { call, reply in service.assignClaim(try call.claimID()) { reply($0.map(HTTPResponse.answer)) } }),
    ]
}

/// One thing that happens to a claim.
private func step(
    _ name: String, _ access: Route.Access, _ schema: BodySchema, _ summary: String, _ service: Service,
    _ run:
        @escaping @Sendable (
            inout ObjectReader, ClaimTarget, Call, @escaping Sequencer.Completion
        ) throws(JSONShapeError) -> Void
) -> Route {
    Route(
        .post, "/v1/claims/{id}/\(name)", access, summary, body: schema,
        .later { call, reply in
            let json = try call.json()
            var body = try ObjectReader(json)
            let id = try call.claimID()
            let tenant = try call.claimTenant(of: id.request, service)
            let target = ClaimTarget(id, of: tenant, idempotency: try call.ownIdempotency(json))
            try run(&body, target, call) { reply($0.map(HTTPResponse.answer)) }
        })
}

private func listClaims(_ call: Call, _ service: Service) throws -> HTTPResponse {
    let query = try call.query(["state", "mine", "cursor"])
    let state = try query["state"].map { text in
        guard let state = ClaimState(rawValue: text) else {
            let known = ClaimState.allCases.map(\.rawValue).joined(separator: ", ")
            throw Refusal(.invalidRequest, "There is no state \"\(text)\"; there are \(known).")
        }
        return state
    }
    let cursor = try query["cursor"].map { text in
        guard let cursor = Int64(text), cursor >= 0 else {
            throw Refusal(.invalidRequest, "A cursor is what `next` held in the page before.")
        }
        return cursor
    }
    guard [nil, "true", "false"].contains(query["mine"]) else {
        throw Refusal(.invalidRequest, "Write `mine=true` or `mine=false`.")
    }
    return .json(
        .ok,
        try service.claimList(
            for: call.claimReader, in: state, isMine: query["mine"] == "true", after: cursor))
}

extension Call {
    /// Who decides claims.
    static let deciderRoles: [StaffRole] = [.customerExperience, .finance]
    /// Who looks at claims.
    static let insideRoles: [StaffRole] = [.agent, .customerExperience, .finance, .independentAssessor]

    func claimID() throws(Refusal) -> ClaimID {
        guard let id = ClaimID(parameter("id")) else { throw .unknownClaim }
        return id
    }

    /// Whoever of the staff asks; nil for others.
    var staffID: StaffID? { if case .staff(let member) = caller { member.id } else { nil } }

    /// As whom they look at claims.
    var claimReader: ClaimReader {
        switch caller {
        case .unknown: .operator
        case .institution(let tenant): .institution(tenant)
        case .staff(let member): .staff(member)
        case .holder(let request, _): .holder(request)
        }
    }

    /// Whose request it is, which whoever asks may have to do with.
    func claimTenant(of id: RequestID, _ service: Service) throws -> TenantID {
        switch caller {
        case .institution(let tenant): return tenant
        case .holder(let request, let tenant):
            guard request == id else { throw Refusal.unknownRequest }
            return tenant
        case .staff, .unknown: return try service.tenant(of: id)
        }
    }

    /// The name of the command, apart from those of the institution where somebody else asks in its house.
    func ownIdempotency(_ body: JSON) throws(Problem) -> Idempotency {
        let named = try idempotency(body)
        switch caller {
        case .institution, .unknown: return named
        case .staff(let member): return Idempotency(key: "staff \(member.id) \(named.key)", digest: named.digest)
        case .holder(let request, _): return Idempotency(key: "holder \(request) \(named.key)", digest: named.digest)
        }
    }
}
