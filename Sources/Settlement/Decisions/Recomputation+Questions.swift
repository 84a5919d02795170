import CanonicalJSON

/// Rule 84: what is asked about an incident as a whole, and what is said.
extension Recomputation {
    private static let types: [StaticString] = ["question.gathered", "question.asked", "question.answered"]

    /// - Returns: false for an entry of another page.
    mutating func judgeQuestion(_ event: Event) throws(EntryProblem) -> Bool {
        guard let name = Self.types.first(where: { event.frame.bytes.holds($0, in: event.frame.type) }) else {
            return false
        }
        guard event.frame.rid == nil else { throw EntryProblem("\(name) names a request") }
        var facts = try event.frame.factsObject()
        do throws(JSONShapeError) {
            let text = try facts.string("question")
            guard text.hasPrefix("q-"), let id = Int64(text.dropFirst(2)), id >= 0, text == "q-\(id)" else {
                throw JSONShapeError(pointer: facts.pointer(to: "question"), problem: "not the name of a question")
            }
            switch "\(name)" {
            case "question.gathered": try gather(id, event, &facts)
            case "question.asked": try ask(id, event, &facts)
            default: try answer(id, event, &facts)
            }
            try facts.finish()
        } catch {
            throw EntryProblem("\(error.pointer): \(error.problem)")
        }
        return true
    }

    private mutating func gather(
        _ id: Int64, _ event: Event, _ facts: inout ObjectReader
    ) throws(JSONShapeError) {
        let name = try facts.string("incident")
        let (policy, rule) = (try facts.canonicalText("compensation"), try facts.integer("rule"))
        let awards = try facts.array("awards").map { (json, _) in CanonicalText(json) }
        guard name.hasPrefix("inc-"), let seq = Int64(name.dropFirst(4)),
            let incident = incidents.all[seq], incident.mergedInto == nil
        else { return report(.wrongApproval, event, "there is no \(name), or it was merged into another") }
        if settling.questions[id] == nil {
            guard id == Int64(event.seq) else {
                return report(.wrongApproval, event, "there is no question q-\(id); one of here is q-\(event.seq)")
            }
            settling.questions[id] = Question(
                incident: seq, policy: policy, rule: rule, approval: approvalRule(rule, of: policy))
        }
        guard var question = settling.questions[id] else { return }
        if question.policy != policy || question.rule != rule || incidents.root(question.incident)?.seq != seq {
            report(.wrongApproval, event, "the question is about another incident, policy or rule")
        }
        let isAscending = zip(awards, awards.dropFirst()).allSatisfy { $0.bytes.lexicographicallyPrecedes($1.bytes) }
        if !(1...256 ~= awards.count) || !isAscending {
            report(.wrongApproval, event, "the awards are not 1 to 256 in ascending order")
        }
        for key in awards { gather(key, into: id, &question, from: seq, event) }
        for (part, sum) in question.sums.sorted(by: { $0.key < $1.key }) {
            guard let most = question.most(of: part, at: event.t), sum > most else { continue }
            report(.wrongApproval, event, "\(sum) \(part.unit) are in the question, which covers \(most)")
        }
        settling.questions[id] = question
    }

    private mutating func gather(
        _ key: CanonicalText, into id: Int64, _ question: inout Question, from incident: Int64, _ event: Event
    ) {
        guard var owed = settling.owed[key], owed.isOpen, owed.why == "approval", owed.question == nil,
            owed.rule == question.rule, policies.terms[owed.terms].compensationHash == question.policy
        else {
            // Of requests that nobody can judge nothing is kept.
            if tally.unjudged > 0 { return }
            return report(.wrongApproval, event, "\(key) does not wait for this approval, or was gathered before")
        }
        let standing = requests.place(of: owed.rid).flatMap { incidents.incident(of: $0) }
        if standing.flatMap({ incidents.root($0) })?.seq != incident {
            report(.wrongApproval, event, "request \(owed.rid) does not stand in inc-\(incident)")
        }
        owed.question = id
        settling.owed[key] = owed
        question.requests.insert(owed.rid)
        let part = Question.Part(unit: owed.unit, isFavour: owed.isDiscretionary)
        question.sums[part] = Int64(clamping: Int128(question.sums[part] ?? 0) + Int128(owed.minor))
    }

    private func approvalRule(_ rule: Int64, of policy: CanonicalText) -> PaymentTerms.Approval? {
        guard let terms = policies.terms.first(where: { $0.compensationHash == policy }) else { return nil }
        let approvals = terms.compensation.payment.approvals
        return approvals.indices.contains(Int(clamping: rule)) ? approvals[Int(rule)] : nil
    }

    private mutating func ask(_ id: Int64, _ event: Event, _ facts: inout ObjectReader) throws(JSONShapeError) {
        let (requests, root) = (try facts.integer("requests"), try facts.string("root"))
        let sums = try facts.value("sums")
        let (approvers, until) = (try facts.integer("approvers"), try facts.integer("until"))
        let roles = try facts.array("roles").compactMap { $0.0.stringValue }
        guard var question = settling.questions[id], question.asked == nil else {
            return report(.wrongApproval, event, "there is no question q-\(id) that was not asked")
        }
        let incident = incidents.root(question.incident)
        if incident?.root == nil || incident?.root != root || incident?.unfrozenSince != nil {
            let said = incident?.root ?? "nothing yet"
            report(.wrongApproval, event, "the incident says of those who stand in it: \(said)")
        }
        let isOther = settling.questions.values.contains { other in
            other.isUnanswered(at: event.t) && other.policy == question.policy && other.rule == question.rule
                && incidents.root(other.incident)?.seq == incident?.seq
        }
        if isOther { report(.wrongApproval, event, "another question about it is not answered yet") }
        if tally.unjudged == 0, requests != question.requests.count || sums != question.json {
            report(
                .wrongApproval, event,
                "it is about \(question.requests.count) requests with \(question.json.canonicalString), "
                    + "not \(requests) with \(sums.canonicalString)")
        }
        if let rule = question.approval,
            rule.approvers != approvers || rule.roles != roles || until != event.t + rule.within
        {
            report(.wrongApproval, event, "the rule asks other people, or for another time")
        }
        (question.asked, question.until) = (question.sums, until)
        settling.questions[id] = question
    }

    private mutating func answer(_ id: Int64, _ event: Event, _ facts: inout ObjectReader) throws(JSONShapeError) {
        let (by, word) = (try facts.string("by"), try facts.string("word"))
        guard ["give", "refuse"].contains(word) else {
            throw JSONShapeError(pointer: facts.pointer(to: "word"), problem: "neither a yes nor a no")
        }
        guard var question = settling.questions[id], question.isUnanswered(at: event.t) else {
            return report(.wrongApproval, event, "nobody is asked q-\(id) (any more)")
        }
        // Where nobody can read the policy, nobody can tell whom it asks, and about what.
        if let roles = question.approval?.roles, !staff.may(by, at: event.t, Set(roles)) {
            return report(.wrongApproval, event, "\(by) has none of the roles that are asked")
        }
        if word == "refuse" {
            guard question.approval == nil || question.sums.keys.contains(where: \.isFavour) else {
                return report(.wrongApproval, event, "what is guaranteed is a debt, and is refused")
            }
            question.isRefused = true
        } else if !question.given.insert(by).inserted {
            report(.wrongApproval, event, "\(by) gave their word before")
        }
        question.isGiven = !question.isRefused && question.given.count >= max(question.approval?.approvers ?? 1, 1)
        settling.questions[id] = question
    }
}

extension Question {
    /// The sums as an entry has them.
    fileprivate var json: JSON {
        .array(
            sums.sorted { $0.key < $1.key }.map { part, minor in
                [
                    "unit": .string(part.unit.word), "class": part.isFavour ? "discretionary" : "guaranteed",
                    "minor": .integer(minor),
                ]
            })
    }
}
