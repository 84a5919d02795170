import CanonicalJSON

/// Rule 30: what published caps take from an award.
extension Recomputation {
    mutating func cap(_ event: Event, _ facts: CappedFacts) throws(EntryProblem) {
        announce(event, .declined)
        let key = event.frame.text(facts.posting.claimKey)
        guard settling.capped[key] == nil, settling.owed[key] == nil, settling.paid[key] == nil else {
            report(.wrongCap, event, "what caps take of \(key) was said before, or it was given already")
            return
        }
        coverage.note(.waived, event, event.frame.text(facts.posting.unit), facts.posting.minor)
        // Behind the comparison with what the policy gives, which sees the award whole.
        defer { settling.capped[key] = facts.posting.minor }
        guard let (place, index) = boundTerms(event) else { return }
        let terms = policies.terms[index]
        let award = award(event, facts.posting, place)
        let takes = try takes(event, facts)
        if takes.reduce(0, { $0 + $1.minor }) != facts.posting.minor {
            report(.wrongCap, event, "the sum of what is taken is not \(facts.posting.minor)")
        }
        guard let award else { return }
        validateTakes(takes, of: award, terms.compensation.payment, event, rid: event.rid)
        // What is taken whole is given by no entry that follows.
        if facts.posting.minor >= award { markPosted(event, facts.posting, place, terms) }
    }

    /// What the policy gives at the place that an entry names, before caps; nil when it is nothing.
    func award(_ event: Event, _ facts: PostingFacts, _ place: Int) -> Int64? {
        guard let index = requests.records[place].terms else { return nil }
        let terms = policies.terms[index].compensation
        if facts.isLateBenefit(in: event.frame) {
            let benefits = terms.payment.ifLate
            return benefits.indices.contains(Int(facts.benefit)) ? benefits[Int(facts.benefit)].minor : nil
        }
        if let models = terms.models {
            return claim(event, facts, place, models).map { $0.sum - requests.records[place].given.sum(of: $0) }
        }
        return terms.slot(tier: facts.tier, benefit: facts.benefit).map { terms.slots[$0].expected }
    }

    func takes(_ event: Event, _ facts: CappedFacts) throws(EntryProblem) -> [(rule: String, minor: Int64)] {
        guard let list = (try? JSON(parsing: Array(event.frame.bytes[facts.takes])))?.arrayValue else {
            throw EntryProblem("takes is no list")
        }
        var takes: [(rule: String, minor: Int64)] = []
        for json in list {
            guard json.objectValue?.count == 2, let rule = json["rule"]?.stringValue,
                let minor = json["minor"]?.integerValue
            else { throw EntryProblem("takes has elements other than {\"minor\", \"rule\"}") }
            takes.append((rule, minor))
        }
        return takes
    }

    /// Goes along the caps in their order and compares what each takes, as far as sums are known.
    mutating func validateTakes(
        _ takes: [(rule: String, minor: Int64)], of award: Int64, _ terms: PaymentTerms, _ event: Event, rid: String
    ) {
        var rest = award
        var stated = takes[...]
        if let first = stated.first, first.rule == "acrossRequests" {
            // Whose requests stand in which incident is not known here; that the policy has the rule is.
            settling.unjudged += 1
            if !terms.isMaxPerIncident { report(.wrongCap, event, "the policy does not look across requests") }
            rest -= first.minor
            stated = stated.dropFirst()
        }
        for cap in terms.caps where cap.truncates && cap.unit == unit(event) {
            let found = stated.first.flatMap { $0.rule == "caps/\(cap.index)" ? $0.minor : nil } ?? 0
            if found > 0 { stated = stated.dropFirst() }
            if let given = given(cap, event) {
                let expected = max(0, rest - max(0, cap.limit - given))
                if expected != found {
                    report(.wrongCap, event, "caps/\(cap.index) takes \(expected) of \(rest), not \(found)")
                }
            } else {
                settling.unjudged += 1
            }
            rest -= found
        }
        if let other = stated.first { report(.wrongCap, event, "the policy has no cap \(other.rule) that takes then") }
    }

    func unit(_ event: Event) -> CanonicalText? {
        guard let json = try? JSON(parsing: Array(event.frame.bytes[event.frame.facts])) else { return nil }
        return json["unit"]?.stringValue.map { CanonicalText($0) }
    }

    /// What was given in the window of a cap; nil where nobody can tell. Of a request in no incident, nothing counts.
    func given(_ cap: PaymentTerms.Cap, _ event: Event) -> Int64? {
        if cap.scope == .incident, requests.place(of: event.rid).flatMap(incident) == nil { return 0 }
        guard let key = sumKey(cap.scope, cap.unit, event.rid) else { return nil }
        let index = requests.place(of: event.rid).flatMap { requests.records[$0].terms }
        let zone = index.flatMap { policies.terms[$0].calendar?.hours.zone }
        return settling.sums.sum(key, since: CivilWindow(zone: zone).begin(of: cap.window, at: event.t))
    }

    func sumKey(_ scope: PaymentTerms.Scope, _ unit: CanonicalText, _ rid: String) -> SumTable.Key? {
        switch scope {
        case .tenant:
            guard let place = requests.place(of: rid) else { return nil }
            return SumTable.Key(scope: "tenant", subject: "\(requests.records[place].tenant)", unit: unit)
        case .user: return holder(rid).map { SumTable.Key(scope: "user", subject: $0, unit: unit) }
        case .incident:
            guard let place = requests.place(of: rid), let incident = incident(of: place) else { return nil }
            return SumTable.Key(scope: "incident", subject: "\(incident)", unit: unit)
        }
    }

    /// The incident that stands for the one in which a request stands.
    func incident(of place: Int) -> Int64? {
        incidents.incident(of: place).flatMap { incidents.root($0) }?.seq
    }

    /// Adds what an entry gives to what caps see.
    mutating func count(_ minor: Int64, _ unit: CanonicalText, _ event: Event) {
        for scope in [PaymentTerms.Scope.user, .incident, .tenant] where settling.sums.counts(scope, unit) {
            if let key = sumKey(scope, unit, event.rid) { settling.sums.add(minor, to: key, at: event.t) }
        }
    }
}
