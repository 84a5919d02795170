import CanonicalJSON
import Cryptography

/// Rules 46 to 48: claims, who decides them, and what is given.
extension Recomputation {
    /// The length within which silence is noted, in milliseconds.
    static let silenceNotedWithin: Int64 = 86_400_000

    /// Judges an entry whose type begins with `claim.`.
    ///
    /// - Returns: false for another entry.
    mutating func judgeClaim(_ event: Event) throws(EntryProblem) -> Bool {
        guard let name = Self.claimTypes.first(where: { event.frame.bytes.holds($0, in: event.frame.type) }) else {
            return false
        }
        guard event.frame.rid != nil else { throw EntryProblem("\(name) must name its request") }
        var facts = try event.frame.factsObject()
        do throws(JSONShapeError) {
            try judgeClaim(event, "\(name)", &facts)
            try facts.finish()
        } catch {
            throw EntryProblem("\(error.pointer): \(error.problem)")
        }
        return true
    }

    private static let claimTypes: [StaticString] = [
        "claim.filed", "claim.evidence-asked", "claim.evidence-given", "claim.assigned", "claim.proposed",
        "claim.decided", "claim.escalated", "claim.appealed", "claim.opinion", "claim.final",
    ]

    private mutating func judgeClaim(
        _ event: Event, _ name: String, _ facts: inout ObjectReader
    ) throws(JSONShapeError) {
        let number = try facts.integer("claim")
        guard let claimable = claims.claimables[event.rid] else {
            facts.ignore(
                "category", "claims", "dueAt", "seed", "channel", "requested", "by", "kinds", "until", "task", "to",
                "draw", "stage", "grant", "outcome", "rules", "opinionBy")
            // Where nobody can tell what binds the request, nobody can tell by what its claims are heard.
            if requests.place(of: event.rid).map({ requests.records[$0].terms == nil }) ?? false { return }
            return report(.wrongClaim, event, "no policy for claims binds the request")
        }
        if claimable.isErased { report(.entryAfterEnd, event, "the request was erased before") }
        guard let terms = claims.policies[claimable.policy].terms else {
            facts.ignore(
                "category", "claims", "dueAt", "seed", "channel", "requested", "by", "kinds", "until", "task", "to",
                "draw", "stage", "grant", "outcome", "rules", "opinionBy")
            return
        }
        if name == "claim.filed" {
            try file(event, number, claimable, terms, &facts)
            let due = counting(claimable).ends(terms.decideWithin, from: event.t)
            promises.cases[event.rid]?.claim(name, number, due: due, at: event.t)
            return
        }
        guard var claim = claims.cases[event.rid]?.claims[safe: Int(number) - 1] else {
            throw JSONShapeError(pointer: facts.pointer(to: "claim"), problem: "there is no such claim")
        }
        requireDraw(claim, before: event, isDraw: name == "claim.assigned")
        if name != "claim.assigned" { claim.draw = nil }
        requireSilence(claim, name, event, facts, terms, counting(claimable))
        switch name {
        case "claim.evidence-asked": try ask(event, &claim, terms, counting(claimable), &facts)
        case "claim.evidence-given": try give(event, &claim, terms, counting(claimable), &facts)
        case "claim.assigned": try assign(event, number, &claim, &facts)
        case "claim.proposed": try propose(event, &claim, terms, &facts)
        case "claim.decided": try decide(event, number, &claim, claimable, terms, &facts)
        case "claim.escalated": try escalate(event, &claim, terms, counting(claimable), &facts)
        case "claim.appealed": try appeal(event, &claim, terms, counting(claimable), &facts)
        case "claim.opinion": try opine(event, &claim, terms, counting(claimable), &facts)
        default: try end(event, &claim, terms, counting(claimable), &facts)
        }
        claims.cases[event.rid]?.claims[Int(number) - 1] = claim
        promises.cases[event.rid]?.claim(name, number, due: claim.due, at: event.t)
    }

    private mutating func file(
        _ event: Event, _ number: Int64, _ claimable: ClaimTable.Claimable, _ terms: ClaimTerms,
        _ facts: inout ObjectReader
    ) throws(JSONShapeError) {
        var known = claims.cases[event.rid] ?? newCase(event.rid)
        let category = try facts.string("category")
        guard ["undetected-delay", "impact", "wrong-amount", "refund", "other"].contains(category) else {
            throw JSONShapeError(pointer: facts.pointer(to: "category"), problem: "no category")
        }
        let channel = try facts.string("channel")
        guard ["web", "email", "chat", "phone", "social", "institution"].contains(channel) else {
            throw JSONShapeError(pointer: facts.pointer(to: "channel"), problem: "no channel")
        }
        let (hash, due, seed) = (try facts.string("claims"), try facts.integer("dueAt"), try facts.string("seed"))
        guard seed.utf8.count == 32, seed.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { throw JSONShapeError(pointer: facts.pointer(to: "seed"), problem: "not 32 hexadecimal digits") }
        let requested = try ClaimAmount(optional: "requested", &facts)
        let by = try facts.optionalString("by")
        if hash != claims.policies[claimable.policy].hash {
            let right = claims.policies[claimable.policy].hash
            report(.wrongPolicy, event, "the claim is heard by \(right), not \(hash)")
        }
        if number != Int64(known.claims.count) + 1 || number > 16 || known.claims.contains(where: { $0.state == .open })
        {
            report(.wrongClaim, event, "claim \(number) cannot be the next: another is open, or the number is wrong")
        }
        let counting = counting(claimable)
        if let stop = claimable.stop, event.t > counting.ends(terms.fileWithin, from: stop) {
            report(.wrongClaim, event, "filed after \(shown(counting.ends(terms.fileWithin, from: stop)))")
        }
        let right = counting.ends(terms.decideWithin, from: event.t)
        if due != right { reportDeadline(event, expected: right, found: due) }
        require(by, event, ["agent"])
        var claim = ClaimTable.Claim(
            seq: event.seq, category: category, requested: requested, seed: seed, policy: claimable.policy,
            due: right)
        claim.draw = (event.t, event.seq)
        if let by { known.actors.insert(by) }
        known.claims.append(claim)
        claims.cases[event.rid] = known
    }

    /// What counts as posted when the first claim of a request is filed.
    private func newCase(_ rid: String) -> ClaimTable.Case {
        var known = ClaimTable.Case()
        guard let place = requests.place(of: rid), let index = requests.records[place].terms else { return known }
        for (slot, terms) in policies.terms[index].compensation.slots.enumerated()
        where requests.records[place].isPosted(slot) {
            known.given[ClaimTable.Kind(terms), default: 0] += terms.expected
        }
        return known
    }

    private mutating func ask(
        _ event: Event, _ claim: inout ClaimTable.Claim, _ terms: ClaimTerms, _ counting: Counting,
        _ facts: inout ObjectReader
    ) throws(JSONShapeError) {
        let (by, until) = (try facts.string("by"), try facts.integer("until"))
        let kinds = try facts.array("kinds").compactMap { $0.0.stringValue }
        requireDrawn(by, event, claim, ["review", "second"])
        claim.askedCount += 1
        if claim.askedCount > 3 || kinds.isEmpty || !terms.evidence.isSuperset(of: kinds) || claim.asked != nil {
            report(.wrongClaim, event, "the policy does not let anybody ask for this, now or so often")
        }
        let right = counting.ends(terms.within(claim.stage), from: event.t)
        if until != right { reportDeadline(event, expected: right, found: until) }
        claim.asked = (event.t, right)
    }

    private mutating func give(
        _ event: Event, _ claim: inout ClaimTable.Claim, _ terms: ClaimTerms, _ counting: Counting,
        _ facts: inout ObjectReader
    ) throws(JSONShapeError) {
        let due = try facts.integer("dueAt")
        guard let asked = claim.asked else { return report(.wrongClaim, event, "nothing was asked for") }
        claim.asked = (asked.from, min(event.t, asked.until))
        claim.due = claim.dueAfterAsking(terms, counting)
        claim.asked = nil
        if due != claim.due { reportDeadline(event, expected: claim.due, found: due) }
    }

    private mutating func assign(
        _ event: Event, _ number: Int64, _ claim: inout ClaimTable.Claim, _ facts: inout ObjectReader
    ) throws(JSONShapeError) {
        let (task, to, draw) = (try facts.string("task"), try facts.string("to"), try facts.integer("draw"))
        let isDue = claim.draw.map { $0.t == event.t } ?? false
        if !isDue, let before = claim.assignee, staff.may(before, at: event.t, Self.roles(for: claim.task ?? "")) {
            report(.wrongReviewer, event, "\(before) was drawn before and can do it")
        }
        let eligible = eligible(for: claim.task ?? "", event)
        let place = ClaimTable.draw(
            seed: claim.seed, rid: event.rid, claim: number, number: claim.draws, among: max(eligible.count, 1))
        if eligible[safe: place] != to || draw != claim.draws || task != claim.task {
            let right = eligible[safe: place] ?? "nobody"
            report(
                .wrongReviewer, event,
                "the lot \(claim.draws) for \(claim.task ?? "nothing") falls on \(right) of \(eligible.count), not on "
                    + "\(to) as lot \(draw) for \(task)")
        }
        claim.assignee = to
        claim.draws += 1
        claim.draw = nil
        claims.cases[event.rid]?.actors.insert(to)
    }

    /// The roles of those who may be drawn for a task.
    static func roles(for task: String) -> Set<String> {
        switch task {
        case "review": ["customer-experience"]
        case "second": ["customer-experience", "finance"]
        case "opinion": ["independent-assessor"]
        default: []
        }
    }

    /// Everybody who may be drawn, by their ids.
    private func eligible(for task: String, _ event: Event) -> [String] {
        let actors = (claims.cases[event.rid]?.actors ?? []).union(claims.offers[event.rid]?.actors ?? [])
        let roles = Self.roles(for: task)
        return staff.members.keys.filter { staff.may($0, at: event.t, roles) && !actors.contains($0) }.sorted()
    }

    /// By what the times of a claim are counted.
    func counting(_ claimable: ClaimTable.Claimable) -> Counting { policies.terms[claimable.terms].counting }

    /// Somebody must be drawn at the same `t`, when there is anybody.
    private mutating func requireDraw(_ claim: ClaimTable.Claim, before event: Event, isDraw: Bool) {
        guard let draw = claim.draw, !isDraw || draw.t != event.t, claim.state == .open else { return }
        guard !eligible(for: claim.task ?? "", event).isEmpty || draw.t != event.t else { return }
        // Of a later instant nobody can tell here who was there then; whoever came since is not counted.
        guard draw.t == event.t else { return }
        report(.wrongReviewer, event, "nobody was drawn for \(claim.task ?? "it") before this, and somebody was there")
    }

    /// After the time for it a claim is not decided by anybody: silence has decided.
    private mutating func requireSilence(
        _ claim: ClaimTable.Claim, _ name: String, _ event: Event, _ facts: ObjectReader, _ terms: ClaimTerms,
        _ counting: Counting
    ) {
        guard claim.state == .open, claim.asked == nil || claim.asked.map({ event.t >= $0.until }) ?? false else {
            return
        }
        if let opinionBy = claim.opinionBy, event.t > opinionBy, name != "claim.escalated" {
            report(.lateDecision, event, "the opinion did not come by \(shown(opinionBy)); the appeal goes on")
        }
        let due = claim.dueAfterAsking(terms, counting)
        guard event.t > due, name != "claim.evidence-given" else { return }
        var reader = facts
        let isSilence = name == "claim.escalated" || name == "claim.decided" && reader.optionalValue("by") == nil
        if !isSilence { report(.lateDecision, event, "nobody decided by \(shown(due)): silence does, before \(name)") }
        if isSilence, event.t > due + Self.silenceNotedWithin {
            report(.lateDecision, event, "that nobody decided by \(shown(due)) is noted more than 24 hours later")
        }
    }

    /// Whoever did it may act in one of these roles.
    private mutating func require(_ by: String?, _ event: Event, _ roles: Set<String>) {
        guard let by, !staff.may(by, at: event.t, roles) else { return }
        report(.notPermitted, event, "\(by) is not there as \(roles.sorted().joined(separator: " or "))")
    }

    /// Whoever did it was drawn for it, and may act.
    mutating func requireDrawn(_ by: String, _ event: Event, _ claim: ClaimTable.Claim, _ tasks: Set<String>) {
        if claim.assignee != by || !tasks.contains(claim.task ?? "") || claim.state != .open {
            report(.wrongReviewer, event, "\(by) was not drawn for this")
        }
        require(by, event, Self.roles(for: claim.task ?? ""))
        claims.cases[event.rid]?.actors.insert(by)
    }
}

extension ClaimTable.Claim {
    /// The deadline, moved by what a question for evidence takes of the span of its stage (rule 77).
    func dueAfterAsking(_ terms: ClaimTerms, _ counting: Counting) -> Int64 {
        guard let asked, asked.from < asked.until else { return due }
        return counting.moving(due, of: terms.within(stage), from: asked.from, to: asked.until) ?? Counting.latest
    }
}

extension Array {
    /// The element at a place, if there is one.
    subscript(safe place: Int) -> Element? { indices.contains(place) ? self[place] : nil }
}
