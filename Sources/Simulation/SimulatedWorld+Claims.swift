package import CanonicalJSON
package import Issuance

/// Claims in a simulated world, as the routes would file and decide them.
extension SimulatedWorld {
    /// Files a claim from the members of its body beside `request`.
    @discardableResult
    package func fileClaim(
        _ body: JSON, about request: RequestID, of tenant: TenantID, by: StaffID? = nil, key: String
    ) throws -> Answer {
        var reader = try ObjectReader(body)
        let draft = try ClaimDraft(&reader)
        try reader.finish()
        let name = Idempotency(key: "file \(key)", asked: "POST /v1/claims", body)
        let target = TenantRequest(tenant: tenant, id: request, idempotency: name)
        return try waitForAnswer { service.fileClaim(draft, about: target, by: by, $0) }
    }

    /// Decides a claim from the body of a decision.
    @discardableResult
    package func decideClaim(
        _ body: JSON, _ id: ClaimID, of tenant: TenantID, by: StaffID, key: String
    ) throws -> Answer {
        let verdict = try verdict(body)
        return try waitForAnswer {
            service.decideClaim(verdict, on: target(id, tenant, key, "decide", body), by: by, $0)
        }
    }

    /// Gives an opinion from the body of one.
    @discardableResult
    package func giveOpinion(
        _ body: JSON, _ id: ClaimID, of tenant: TenantID, by: StaffID, key: String
    ) throws -> Answer {
        let verdict = try verdict(body)
        return try waitForAnswer {
            service.giveOpinion(verdict, on: target(id, tenant, key, "opinion", body), by: by, $0)
        }
    }

    /// Asks for evidence of these kinds.
    @discardableResult
    package func askForEvidence(
        _ kinds: [String], _ id: ClaimID, of tenant: TenantID, by: StaffID, key: String
    ) throws -> Answer {
        let body: JSON = ["kinds": .array(kinds.map(JSON.string)), "note": "please"]
        var reader = try ObjectReader(body)
        let asked = try EvidenceRequest(&reader)
        return try waitForAnswer { service.askForEvidence(asked, on: target(id, tenant, key, "ask", body), by: by, $0) }
    }

    /// Brings a piece of evidence.
    @discardableResult
    package func giveEvidence(_ content: String, _ id: ClaimID, of tenant: TenantID, key: String) throws -> Answer {
        let body: JSON = ["evidence": [["kind": "screenshot", "content": .string(content)]]]
        var reader = try ObjectReader(body)
        let evidence = try ClaimEvidence.given(&reader)
        return try waitForAnswer { service.giveEvidence(evidence, to: target(id, tenant, key, "evidence", body), $0) }
    }

    /// Appeals.
    @discardableResult
    package func appeal(
        _ text: String, _ id: ClaimID, of tenant: TenantID, by: StaffID? = nil, key: String
    ) throws -> Answer {
        let body: JSON = ["text": .string(text)]
        var reader = try ObjectReader(body)
        let words = try ClaimFiled.Words.appeal(&reader)
        return try waitForAnswer { service.appeal(words, on: target(id, tenant, key, "appeal", body), by: by, $0) }
    }

    /// Draws again.
    @discardableResult
    package func assignClaim(_ id: ClaimID) throws -> Answer { try waitForAnswer { service.assignClaim(id, $0) } }

    private func verdict(_ body: JSON) throws -> ClaimVerdict {
        var reader = try ObjectReader(body)
        let verdict = try ClaimVerdict(&reader)
        try reader.finish()
        return verdict
    }

    private func target(
        _ id: ClaimID, _ tenant: TenantID, _ key: String, _ verb: String, _ body: JSON
    ) -> ClaimTarget {
        let name = Idempotency(key: "\(verb) \(key)", asked: "POST /v1/claims/\(id)/\(verb)", body)
        return ClaimTarget(id, of: tenant, idempotency: name)
    }
}
