import CanonicalJSON

/// Rule 1 and rules 50 to 52: what is published, ends, changes and is suspended.
extension Recomputation {
    mutating func publish(_ event: Event, _ facts: PublicationFacts) {
        let document: PolicyDocument
        do {
            document = try PolicyDocument(JSON(parsing: Array(event.frame.bytes[facts.document])))
        } catch {
            unknowns.add(seq: event.seq, concernsAll: true, "nobody can tell what this document is about: \(error)")
            return
        }
        if !event.frame.bytes.holds(document.hash.bytes, in: facts.hash) {
            let found = event.frame.bytes.text(facts.hash)
            report(.policyHashMismatch, event, "the hash of the document is \(document.hash), not \(found)")
        }
        let effectiveAt = max(document.effectiveFrom, event.t)
        if facts.effectiveAt != effectiveAt {
            report(
                .wrongEffectiveAt, event,
                "\(document.name) is in force from \(shown(effectiveAt)), not \(shown(facts.effectiveAt))")
        }
        let before = policies
        do {
            try policies.publish(document, seq: event.seq, effectiveAt: effectiveAt)
            if case .success(.calendar(let plan)) = document.spec, !policies.hasZone(of: plan) {
                report(.wrongZone, event, "the log pins no rules of a zone with the hash that \(document.name) names")
                unknowns.add(seq: event.seq, concernsAll: false, "\(document.name), whose zone the log does not pin")
            }
            if case .success(.budget(let budget)) = document.spec, let zone = budget.zone, policies.zone(zone) == nil {
                report(.wrongZone, event, "the log pins no rules of a zone with the hash that \(document.name) names")
            }
            let instants = [effectiveAt, document.effectiveUntil].compactMap(\.self)
            requireNotice(since: before, tenant: document.tenant, at: instants, document.name, event)
            claims.documents[document.hash.text] = document.json
            publishSettling(document, effectiveAt: effectiveAt)
            publishForSurveys(event, document, effectiveAt: effectiveAt)
            publishForNotices(document)
            guard let problem = document.problem else { return }
            unknowns.add(seq: event.seq, concernsAll: document.concernsAll, "\(document.name), \(problem)")
        } catch {
            report(.policyVersionOrder, event, error.sentence)
        }
    }

    mutating func withdraw(_ event: Event, _ facts: WithdrawalFacts) {
        let hash = event.frame.text(facts.hash)
        guard facts.from >= event.t else {
            report(.wrongWithdrawal, event, "withdrawn from \(shown(facts.from)), before the entry that says so")
            return
        }
        let before = policies
        do {
            try policies.withdraw(hash, from: facts.from)
            guard let tenant = policies.tenant(of: hash) else { return }
            let instant = max(facts.from, policies.effectiveAt(of: hash) ?? facts.from)
            requireNotice(since: before, tenant: tenant, at: [instant], "the withdrawal of \(hash)", event)
        } catch {
            report(.wrongWithdrawal, event, error.sentence)
        }
    }

    mutating func approve(_ event: Event, _ facts: ApprovalFacts) {
        do {
            let by = event.frame.text(facts.by).word
            guard staff.may(by, at: event.t, ["policy-approver"]) else {
                report(.notPermitted, event, "\(by) approves, and is no policy-approver at that time")
                return
            }
            try policies.approve(event.frame.text(facts.hash), by: by, at: event.t)
        } catch {
            report(.wrongPolicyApproval, event, error.sentence)
        }
    }

    private mutating func requireNotice(
        since before: PublishedPolicies, tenant: CanonicalText, at instants: [Int64], _ name: String, _ event: Event
    ) {
        guard hasInstitution else { return }
        for instant in instants where instant < event.t + PublishedPolicies.notice {
            guard let loss = before.loss(by: policies, tenant: tenant, at: instant) else { continue }
            report(.shortNotice, event, "by \(name), from \(shown(instant)), fewer than 14 days ahead: \(loss)")
            return
        }
    }
}
