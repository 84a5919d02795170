import CanonicalJSON

/// Rule 48, and the rest of 46: how claims are decided and appealed, and what that makes to be given.
extension Recomputation {
    mutating func propose(
        _ event: Event, _ claim: inout ClaimTable.Claim, _ terms: ClaimTerms, _ facts: inout ObjectReader
    ) throws(JSONShapeError) {
        let (by, stage) = (try facts.string("by"), try facts.string("stage"))
        let grant = try ClaimAmount(facts.object("grant"))
        requireDrawn(by, event, claim, ["review"])
        requireGrant(grant, event, claim)
        if stage != claim.stage || !terms.needsTwo(grant) || claim.asked != nil {
            report(.wrongVerdict, event, "a proposal is of the running stage, and of more than one may grant")
        }
        claim.proposed = grant
        (claim.assignee, claim.task, claim.draw) = (nil, "second", (event.t, event.seq))
    }

    mutating func decide(
        _ event: Event, _ number: Int64, _ claim: inout ClaimTable.Claim, _ claimable: ClaimTable.Claimable,
        _ terms: ClaimTerms, _ facts: inout ObjectReader
    ) throws(JSONShapeError) {
        let (stage, outcome) = (try facts.string("stage"), try facts.string("outcome"))
        let grant = try ClaimAmount(optional: "grant", &facts)
        let by = try facts.optionalString("by")
        let rules = try rules(&facts)
        guard ["granted", "denied"].contains(outcome) else {
            throw JSONShapeError(pointer: facts.pointer(to: "outcome"), problem: "no outcome")
        }
        if stage != claim.stage || claim.asked != nil || claim.opinionBy != nil || claim.state != .open {
            report(.wrongVerdict, event, "the claim cannot be decided now, at the stage \(stage)")
        }
        if let by {
            requireDrawn(by, event, claim, ["review", "second"])
            requireTwo(grant, event, claim, terms)
        } else {
            requireSilentGrant(grant, event, claim, terms)
        }
        if outcome == "denied" {
            requireRules(rules, event, claimable)
            if grant != nil { report(.wrongVerdict, event, "a denial grants nothing") }
        } else if let grant {
            requireGrant(grant, event, claim)
            owe(grant, event, number, claim, claimable)
        } else if claim.category != "refund" {
            report(.wrongVerdict, event, "a grant says what is granted")
        }
        claim.state = .decided
        (claim.decidedAt, claim.outcome) = (event.t, outcome)
        claim.isMiss = claim.category == "undetected-delay" && outcome == "granted"
        (claim.assignee, claim.task, claim.proposed) = (nil, nil, nil)
    }

    private func rules(_ facts: inout ObjectReader) throws(JSONShapeError) -> [(policy: String, pointer: String)] {
        try (facts.optionalArray("rules") ?? []).map { (json, place) throws(JSONShapeError) in
            var rule = try ObjectReader(json, at: place)
            let cited = (policy: try rule.string("policy"), pointer: try rule.string("pointer"))
            try rule.finish()
            return cited
        }
    }

    private mutating func requireTwo(
        _ grant: ClaimAmount?, _ event: Event, _ claim: ClaimTable.Claim, _ terms: ClaimTerms
    ) {
        guard let grant else { return }
        if claim.task == "review", terms.needsTwo(grant) {
            report(.wrongVerdict, event, "\(grant.minor) \(grant.unit) need two people")
        }
        if let proposed = claim.proposed, !grant.isWithin(proposed) {
            report(.wrongVerdict, event, "the first of two proposed \(proposed.minor) \(proposed.unit), and no more")
        }
    }

    private mutating func requireSilentGrant(
        _ grant: ClaimAmount?, _ event: Event, _ claim: ClaimTable.Claim, _ terms: ClaimTerms
    ) {
        if event.t <= claim.due { report(.wrongVerdict, event, "the time for deciding is not over") }
        guard terms.silenceGrants, let requested = claim.requested, terms.isSmall(requested), grant == requested else {
            return report(.wrongVerdict, event, "silence does not grant this")
        }
    }

    private mutating func requireGrant(_ grant: ClaimAmount, _ event: Event, _ claim: ClaimTable.Claim) {
        guard let requested = claim.requested, !grant.isWithin(requested) else { return }
        report(.wrongVerdict, event, "more than was asked for, or something else")
    }

    private mutating func requireRules(
        _ rules: [(policy: String, pointer: String)], _ event: Event, _ claimable: ClaimTable.Claimable
    ) {
        guard (1...8).contains(rules.count) else {
            return report(.wrongVerdict, event, "a denial names 1 to 8 rules, not \(rules.count)")
        }
        let terms = policies.terms[claimable.terms]
        let bound = [
            terms.serviceLevelHash.text, terms.compensationHash.text, claims.policies[claimable.policy].hash,
        ]
        for rule in rules {
            guard bound.contains(rule.policy), let document = claims.documents[rule.policy],
                Self.holds(document, rule.pointer)
            else {
                report(.wrongVerdict, event, "no policy of the request has the rule \(rule.policy)\(rule.pointer)")
                continue
            }
        }
    }

    /// Whether a JSON Pointer leads to something in the `spec` of a document.
    private static func holds(_ document: JSON, _ pointer: String) -> Bool {
        guard pointer.utf8.starts(with: "/spec/".utf8) else { return false }
        var value = document
        for token in pointer.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            let name = String(decoding: token, as: UTF8.self).replacing("~1", with: "/").replacing("~0", with: "~")
            if let elements = value.arrayValue {
                guard let place = Int(name), "\(place)" == name, let element = elements[safe: place] else {
                    return false
                }
                value = element
            } else {
                guard let member = value[name] else { return false }
                value = member
            }
        }
        return true
    }

    /// What is granted is given at once, less what was given before.
    private mutating func owe(
        _ grant: ClaimAmount, _ event: Event, _ number: Int64, _ claim: ClaimTable.Claim,
        _ claimable: ClaimTable.Claimable
    ) {
        let compensation = policies.terms[claimable.terms].compensation
        let most = min(grant.minor, compensation.caps[CanonicalText(grant.unit)] ?? .max)
        let before = claims.cases[event.rid]?.given[.init(type: grant.type, unit: grant.unit)] ?? 0
        guard most > before else { return }
        claims.cases[event.rid]?.owed = .init(
            seq: event.seq, t: event.t, claim: number, isAppeal: claim.stage == "appeal",
            amount: ClaimAmount(type: grant.type, unit: grant.unit, minor: most - before))
    }

    mutating func escalate(
        _ event: Event, _ claim: inout ClaimTable.Claim, _ terms: ClaimTerms, _ counting: Counting,
        _ facts: inout ObjectReader
    ) throws(JSONShapeError) {
        let (stage, due) = (try facts.string("stage"), try facts.integer("dueAt"))
        if let opinionBy = claim.opinionBy {
            if event.t <= opinionBy { report(.wrongClaim, event, "the time for an opinion is not over") }
            (claim.opinionBy, claim.task) = (nil, "review")
        } else {
            if event.t <= claim.due { report(.wrongClaim, event, "the time for deciding is not over") }
            if let requested = claim.requested, terms.silenceGrants, terms.isSmall(requested) {
                report(.wrongVerdict, event, "silence grants this, and is not escalated")
            }
            claim.due = counting.ends(terms.within(claim.stage), from: event.t)
        }
        if stage != claim.stage || claim.state != .open { report(.wrongClaim, event, "nothing is open at \(stage)") }
        if due != claim.due { reportDeadline(event, expected: claim.due, found: due) }
        (claim.assignee, claim.draw) = (nil, (event.t, event.seq))
    }

    mutating func appeal(
        _ event: Event, _ claim: inout ClaimTable.Claim, _ terms: ClaimTerms, _ counting: Counting,
        _ facts: inout ObjectReader
    ) throws(JSONShapeError) {
        let (due, opinionBy) = (try facts.integer("dueAt"), try facts.optionalInteger("opinionBy"))
        if let by = try facts.optionalString("by") {
            if !staff.may(by, at: event.t, ["agent"]) { report(.notPermitted, event, "\(by) is not there as agent") }
            claims.cases[event.rid]?.actors.insert(by)
        }
        let appealUntil = counting.ends(terms.appealWithin, from: claim.decidedAt)
        if claim.state != .decided || claim.stage != "decision" || event.t > appealUntil {
            report(.wrongClaim, event, "the claim cannot be appealed now")
        }
        let isHeard = terms.assessor?.when.holds(category: claim.category, requested: claim.requested?.minor) ?? false
        let right = isHeard ? terms.assessor.map { counting.ends($0.within, from: event.t) } : nil
        if opinionBy != right { reportDeadline(event, expected: right, found: opinionBy ?? 0) }
        (claim.stage, claim.state, claim.askedCount) = ("appeal", .open, 0)
        claim.due = counting.ends(terms.appealDecideWithin, from: right ?? event.t)
        claim.opinionBy = right
        claim.task = right == nil ? "review" : "opinion"
        (claim.assignee, claim.draw) = (nil, (event.t, event.seq))
        if due != claim.due { reportDeadline(event, expected: claim.due, found: due) }
    }

    mutating func opine(
        _ event: Event, _ claim: inout ClaimTable.Claim, _ terms: ClaimTerms, _ counting: Counting,
        _ facts: inout ObjectReader
    ) throws(JSONShapeError) {
        let (by, due) = (try facts.string("by"), try facts.integer("dueAt"))
        _ = try facts.string("outcome")
        _ = try ClaimAmount(optional: "grant", &facts)
        requireDrawn(by, event, claim, ["opinion"])
        if claim.opinionBy.map({ event.t > $0 }) ?? true { report(.wrongClaim, event, "no opinion is waited for") }
        claim.due = counting.ends(terms.appealDecideWithin, from: event.t)
        (claim.opinionBy, claim.task, claim.assignee) = (nil, "review", nil)
        claim.draw = (event.t, event.seq)
        if due != claim.due { reportDeadline(event, expected: claim.due, found: due) }
    }

    mutating func end(
        _ event: Event, _ claim: inout ClaimTable.Claim, _ terms: ClaimTerms, _ counting: Counting,
        _ facts: inout ObjectReader
    ) throws(JSONShapeError) {
        let outcome = try facts.string("outcome")
        let isOver =
            claim.stage == "appeal" || event.t > counting.ends(terms.appealWithin, from: claim.decidedAt)
        if claim.state != .decided || !isOver || outcome != claim.outcome {
            report(.wrongClaim, event, "the claim is not final now, or ended otherwise")
        }
        claim.state = .final
    }
}
