import CanonicalJSON

/// Rules 25 to 28: policies under which more than the delay decides.
extension Recomputation {
    /// What an acceptance says that conditions and shares ask for.
    func asked(_ about: RequestFacts, _ event: Event, _ facts: AcceptanceFacts) -> AskedFacts {
        var price: (unit: CanonicalText, minor: Int64)?
        if let range = facts.price, let json = try? JSON(parsing: Array(event.frame.bytes[range])),
            let unit = json["unit"]?.stringValue, let minor = json["minor"]?.integerValue, minor >= 0
        {
            price = (CanonicalText(unit), minor)
        }
        return AskedFacts(tier: about.tier, type: about.credentialType, price: price)
    }

    /// The facts at an instant; nil while nothing is due.
    private func modelFacts(of place: Int, at now: Int64) -> ModelFacts? {
        let record = requests.records[place]
        guard let asked = record.asked, let due = record.clock.due, !record.isVoid else { return nil }
        let said = incidents.facts(of: place)
        return ModelFacts(
            tenant: record.tenant, tier: asked.tier, type: asked.type, price: asked.price, cause: said.cause,
            severity: ["minor", "major", "critical"].firstIndex(of: said.severity.rawValue).map { Int64($0) } ?? 0,
            count: said.count, share: said.total > 0 ? said.count * 1_000_000 / said.total : 0, due: due,
            until: min(now, record.clock.stop ?? now), now: now, isStopped: record.clock.stop != nil,
            counting: record.terms.map { policies.terms[$0].counting } ?? Counting(hours: nil))
    }

    /// What is owed at a place of the policy at the instant of an entry.
    func claim(_ event: Event, _ facts: PostingFacts, _ place: Int, _ terms: ModelTerms) -> ModelTerms.Claim? {
        guard let now = modelFacts(of: place, at: event.t) else { return nil }
        return terms.claims(now).first { Int64($0.tier) == facts.tier && Int64($0.benefit) == facts.benefit }
    }

    /// Compares a posting with the first thing that is owed and was not given.
    mutating func match(
        _ event: Event, _ facts: PostingFacts, _ place: Int, _ terms: ModelTerms, _ bound: Terms, isPaid: Bool
    ) {
        let record = requests.records[place]
        guard !record.isVoid, !record.isErased else {
            report(.entryAfterEnd, event, "the request was \(record.endWord) before and owes nothing")
            return
        }
        guard let due = record.clock.due, let delay = record.clock.delay(at: event.t), delay > 0,
            let now = modelFacts(of: place, at: event.t)
        else {
            reportNoDelay(.paidWithoutBreach, event, record)
            return
        }
        if !record.hasBreach, !record.isBreachReported {
            requests.records[place].isBreachReported = true
            report(.missedBreach, event, "posted, but no sla.breach of this request was written before")
        }
        let claims = terms.claims(now)
        guard let claim = claims.first(where: { Int64($0.tier) == facts.tier && Int64($0.benefit) == facts.benefit })
        else {
            reportUnowed(event, facts, due, terms, bound.counting)
            return
        }
        let open = claims.first { $0.sum > record.given.sum(of: $0) }
        if let open, (open.tier, open.benefit) < (claim.tier, claim.benefit) {
            report(.wrongOrder, event, "benefit \(open.benefit) of tier \(open.tier) stands before it and is owed")
        }
        validate(event, facts, record, claim, isPaid: isPaid)
        let key = event.frame.text(facts.claimKey)
        requests.records[place].given.add(claim, facts.minor + (isPaid ? settling.capped[key] ?? 0 : 0))
        let deadline = bound.payBy(from: reachedAt(claim.tier, of: place, due: due, terms))
        if isPaid, event.t > deadline {
            report(.latePayment, event, "posted at \(shown(event.t)), after \(shown(deadline))")
        }
    }

    private mutating func reportUnowed(
        _ event: Event, _ facts: PostingFacts, _ due: Int64, _ terms: ModelTerms, _ counting: Counting
    ) {
        let tier = Int(truncatingIfNeeded: facts.tier)
        let isLater = terms.tiers.indices.contains(tier) && terms.reachedAt(tier, due: due, by: counting) >= event.t
        report(
            isLater ? .paidTooEarly : .wrongAmount, event,
            "benefit \(facts.benefit) of tier \(facts.tier) is not owed at \(shown(event.t)): expected 0, found "
                + "\(facts.minor)")
    }

    private mutating func validate(
        _ event: Event, _ facts: PostingFacts, _ record: RequestRecord, _ claim: ModelTerms.Claim, isPaid: Bool
    ) {
        let capped = settling.capped[event.frame.text(facts.claimKey)] ?? 0
        let expected = max(0, claim.sum - record.given.sum(of: claim)) - capped
        let count = record.given.count(tier: facts.tier, benefit: facts.benefit)
        let isUnit = event.frame.bytes.holds(claim.unit.bytes, in: facts.unit)
        if expected == 0, count > 0 {
            report(.doublePayment, event, "benefit \(facts.benefit) of tier \(facts.tier) was posted before")
        } else if facts.minor != expected || facts.kind.rawValue != claim.type || !isUnit || facts.revision != count {
            report(
                .wrongAmount, event,
                "expected \(expected) \(claim.unit) as \(claim.type), revision \(count); found \(facts.minor) "
                    + "\(event.frame.bytes.text(facts.unit)) as \(facts.kind.rawValue), revision \(facts.revision)")
        }
        guard isPaid, facts.kind != .premiumExtension else { return }
        let from: Int64? = facts.kind.isSpendable ? event.t : nil
        let until: Int64? = facts.kind.isSpendable ? claim.expires.map { event.t + $0 } ?? Self.latest : nil
        if facts.from != from || facts.until != until {
            let right = "\(from.map(shown) ?? "none") and \(until.map(shown) ?? "none")"
            report(.wrongCreditWindow, event, "from and until are \(right)")
        }
    }

    /// The last millisecond of the year 9999.
    private static let latest: Int64 = 253_402_300_799_999

    /// Rule 28: from when on a claim is late: its tier, the stop under `on-resolution`, and what was said since.
    private func reachedAt(_ tier: Int, of place: Int, due: Int64, _ terms: ModelTerms) -> Int64 {
        let counting = requests.records[place].terms.map { policies.terms[$0].counting } ?? Counting(hours: nil)
        var reached = terms.reachedAt(tier, due: due, by: counting)
        if terms.isOnResolution, let stop = requests.records[place].clock.stop { reached = max(reached, stop) }
        return incidents.incident(of: place) == nil ? reached : max(reached, incidentsSaidAt)
    }

    /// What is owed and was not given by `now`.
    ///
    /// - Returns: how many claims may still be posted in time.
    func missingClaims(of place: Int, at now: Int64, _ findings: inout FindingList) -> Int {
        let record = requests.records[place]
        guard let index = record.terms, let terms = policies.terms[index].compensation.models, !terms.isHuman,
            !record.isErased, let due = record.clock.due, let facts = modelFacts(of: place, at: now)
        else { return 0 }
        if terms.isOnce, !record.given.isEmpty { return 0 }
        var open = 0
        for claim in terms.claims(facts) where claim.sum > record.given.sum(of: claim) {
            let deadline = policies.terms[index].payBy(from: reachedAt(claim.tier, of: place, due: due, terms))
            guard now > deadline else {
                open += 1
                continue
            }
            findings.add(
                .missedPayment, seq: record.seq, rid: record.rid,
                "benefit \(claim.benefit) of tier \(claim.tier), \(claim.sum - record.given.sum(of: claim)) "
                    + "\(claim.unit), is owed since \(shown(due)), and is not posted by \(shown(deadline))")
        }
        return open
    }
}

/// Rule 29: money leaves the bank once, as much as was given back.
extension Recomputation {
    /// Money was given back.
    mutating func noteRefund(_ event: Event, _ key: CanonicalText, _ unit: CanonicalText, _ minor: Int64) {
        refunds[key] = Refund(rid: event.rid, unit: unit, minor: minor)
    }

    mutating func settleRefund(_ event: Event, _ facts: RefundFacts) {
        let key = event.frame.text(facts.claimKey)
        guard let refund = refunds[key], refund.rid == event.rid, !refund.isSettled else {
            report(.wrongRefund, event, "\(key) is no refund of this request that waits for the bank")
            return
        }
        refunds[key]?.isSettled = true
        let journal = PostingText.journal(
            [.settle], key: key.bytes.dropFirst().dropLast(), rid: event.rid, holder: "", unit: refund.unit,
            minor: refund.minor)
        let isSame = facts.minor == refund.minor && event.frame.text(facts.unit) == refund.unit
        if !isSame || !event.frame.bytes.holds(journal, in: facts.journal) {
            report(.wrongRefund, event, "\(refund.minor) \(refund.unit) were given back, not \(facts.minor)")
        }
    }
}
