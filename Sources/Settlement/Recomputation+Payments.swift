/// Rules 5 to 11: breaches, what they give, and who is told.
extension Recomputation {
    mutating func breach(_ event: Event, _ facts: BreachFacts) {
        if let ordinal = facts.ordinal { return breakPromise(event, facts, ordinal: ordinal) }
        guard let place = requests.place(of: event.rid) else {
            report(.breachTooEarly, event, "the request ended in time, or was never accepted")
            return
        }
        let isSecond = requests.records[place].hasBreach
        requests.records[place].unannounced.append(.init(seq: event.seq, kind: .breach))
        requests.records[place].hasBreach = true
        surveys.items[event.rid]?.isLate = true
        surveys.months.count { counts in
            counts.broken += 1
            if !isSecond { counts.affected += 1 }
        }
        noteLate(place, at: event.t)
        if !isSecond { coverage.note(.breach, event) }
        let record = requests.records[place]
        if isSecond {
            report(.duplicateBreach, event, "the breach of this request was written before")
            return
        }
        if record.isVoid || record.isErased {
            report(.entryAfterEnd, event, "the request was \(record.endWord) before and owes nothing")
            return
        }
        guard let index = record.terms else { return }
        let terms = policies.terms[index]
        guard let due = record.clock.due, let delay = record.clock.delay(at: event.t), delay > 0 else {
            reportNoDelay(.breachTooEarly, event, record)
            return
        }
        if facts.dueAt != due { reportDeadline(event, expected: due, found: facts.dueAt) }
        requireHash(terms.serviceLevelHash, in: facts.serviceLevel, "the service level", event)
        requireBetter(before: event, index, record, due: due)
        let suspension = policies.suspension(of: terms, brokenAt: due)
        let named = facts.suspension.map { event.frame.text($0) }
        if suspension != named {
            let (right, found) = (suspension.map { "\($0)" } ?? "none", named.map { "\($0)" } ?? "none")
            report(.wrongSuspension, event, "the suspension that holds is \(right), not \(found)")
        }
        let deadline = terms.payBy(from: due)
        if event.t > deadline {
            report(.lateBreach, event, "written at \(shown(event.t)), after \(shown(deadline))")
        }
    }

    mutating func post(_ event: Event, _ facts: PostingFacts) {
        if let problem = tally.grant(facts.minor, of: event.frame.text(facts.unit)) {
            report(.overflow, event, problem)
        }
        coverage.note(.paid, event, event.frame.text(facts.unit), facts.minor)
        validateJournal(event, facts)
        validateWindow(event, facts)
        if facts.kind == .cashRefund {
            noteRefund(event, event.frame.text(facts.claimKey), event.frame.text(facts.unit), facts.minor)
        }
        guard let place = requests.place(of: event.rid) else {
            report(.paidWithoutBreach, event, "the request ended in time, or was never accepted")
            return
        }
        requests.records[place].unannounced.append(.init(seq: event.seq, kind: .compensated))
        requests.records[place].isCompensated = true
        if facts.kind == .assuranceUpgrade { oweUpgrade(event, requests.records[place]) }
        let (claimKey, unit) = (event.frame.text(facts.claimKey), event.frame.text(facts.unit))
        if facts.kind == .coupon {
            awardCoupon(event, claimKey, facts.minor, unit, until: facts.until)
        } else {
            grantLot(event, claimKey, facts.minor, unit, from: facts.from, until: facts.until)
        }
        guard let index = requests.records[place].terms else { return }
        let key = event.frame.text(facts.claimKey)
        guard settling.owed[key] == nil else {
            report(.doublePayment, event, "\(key) is owed, and paid by compensation.paid only")
            return
        }
        if !facts.isLateBenefit(in: event.frame) {
            match(event, facts, place, policies.terms[index])
            countForClaims(event, facts)
        }
        settlePosting(event, facts, place)
    }

    /// Finds the place in the policy that a posting fills, and compares it with what is owed there.
    ///
    /// - Parameter isPaid: whether the entry pays it too.
    mutating func match(
        _ event: Event, _ facts: PostingFacts, _ place: Int, _ terms: Terms, isPaid: Bool = true
    ) {
        let record = requests.records[place]
        requireHash(terms.compensationHash, in: facts.compensation, "the compensation policy", event)
        validateClaimKey(event, facts, tenant: record.tenant, policy: terms.compensationHash)
        if let models = terms.compensation.models {
            return match(event, facts, place, models, terms, isPaid: isPaid)
        }
        guard let index = terms.compensation.slot(tier: facts.tier, benefit: facts.benefit) else {
            report(
                .wrongAmount, event,
                "the policy has no benefit \(facts.benefit) in tier \(facts.tier): expected 0, found \(facts.minor)")
            return
        }
        guard !record.isPosted(index) else {
            report(.doublePayment, event, "benefit \(facts.benefit) of tier \(facts.tier) was posted before")
            return
        }
        guard !record.isVoid, !record.isErased else {
            report(.entryAfterEnd, event, "the request was \(record.endWord) before and owes nothing")
            return
        }
        if let due = record.clock.due, let suspension = policies.suspension(of: terms, brokenAt: due) {
            report(.paidWhileSuspended, event, "\(suspension) held when the promise was broken; nothing is given")
            return
        }
        requests.records[place].posted |= 1 << index
        if record.posted >> index != 0 {
            report(.wrongOrder, event, "a benefit that stands behind it in the policy was posted before")
        }
        validateTime(event, place, terms, terms.compensation.slots[index], isPaid: isPaid)
        let slot = terms.compensation.slots[index]
        let expected = claims.expected(event.rid, index, terms.compensation) ?? slot.expected
        validateAmount(event, facts, slot, expected: expected, isPaid: isPaid)
    }

    /// Whether the benefit is owed at all by now, and still in time.
    private mutating func validateTime(
        _ event: Event, _ place: Int, _ terms: Terms, _ slot: CompensationTerms.Slot, isPaid: Bool
    ) {
        let record = requests.records[place]
        guard let due = record.clock.due, let delay = record.clock.delay(at: event.t), delay > 0 else {
            reportNoDelay(.paidWithoutBreach, event, record)
            return
        }
        let last = terms.counting.ends(slot.over, from: due)
        guard due + delay > last else {
            report(
                .paidTooEarly, event,
                "tier \(slot.tier) is reached when the delay lasts beyond \(shown(last)); it lasts \(delay) ms, to "
                    + shown(due + delay))
            return
        }
        if !record.hasBreach, !record.isBreachReported {
            requests.records[place].isBreachReported = true
            report(.missedBreach, event, "posted, but no sla.breach of this request was written before")
        }
        let deadline = terms.payBy(from: last)
        if isPaid, event.t > deadline {
            report(.latePayment, event, "posted at \(shown(event.t)), after \(shown(deadline))")
        }
    }

    private mutating func validateAmount(
        _ event: Event, _ facts: PostingFacts, _ slot: CompensationTerms.Slot, expected: Int64, isPaid: Bool
    ) {
        let expected = expected - (settling.capped[event.frame.text(facts.claimKey)] ?? 0)
        let isUnit = event.frame.bytes.holds(slot.unit.bytes, in: facts.unit)
        if facts.minor != expected || facts.kind.rawValue != slot.type.rawValue || !isUnit {
            let unit = event.frame.bytes.text(facts.unit)
            report(
                .wrongAmount, event,
                "expected \(expected) \(slot.unit) as \(slot.type.rawValue), "
                    + "found \(facts.minor) \(unit) as \(facts.kind.rawValue)")
        }
        guard isPaid, facts.isCredit, let expires = slot.expires else { return }
        if facts.from != event.t || facts.until != event.t + expires {
            let (from, until) = (facts.from.map(shown) ?? "none", facts.until.map(shown) ?? "none")
            let right = "\(shown(event.t)) and \(shown(event.t + expires))"
            report(.wrongCreditWindow, event, "from and until are \(right), not \(from) and \(until)")
        }
    }

    /// Of a premium extension, deserved or not: the next one of its holder follows it.
    mutating func validateWindow(_ event: Event, _ facts: PostingFacts) {
        guard facts.kind == .premiumExtension else { return }
        if facts.from != nil || facts.until != nil {
            report(.wrongPremiumWindow, event, "a premium extension must not say from or until in the clear")
        }
        let terms = requests.place(of: event.rid).flatMap { requests.records[$0].terms }
        let isBeside = terms.map { policies.terms[$0].compensation.isPremiumBeside } ?? false
        if let problem = windows.problem(of: event, days: facts.minor, isBeside: isBeside) {
            report(.wrongPremiumWindow, event, problem)
        }
    }

    mutating func reportNoDelay(_ kind: Finding.Kind, _ event: Event, _ record: RequestRecord) {
        guard let due = record.clock.due else {
            report(kind, event, "the clock is paused without an end, and nothing is due")
            return
        }
        let stop = record.clock.stop.map { "; the request ended at \(shown($0))" } ?? ""
        report(kind, event, "at \(shown(event.t)) the promise is not broken: it is due at \(shown(due))\(stop)")
    }

    mutating func validateClaimKey(
        _ event: Event, _ facts: PostingFacts, tenant: CanonicalText, policy: CanonicalText
    ) {
        let key = PostingText.claimKey(
            facts, objective: event.frame.bytes[facts.objective], policy: policy, rid: event.rid, tenant: tenant)
        guard !event.frame.bytes.holds(key, in: facts.claimKey) else { return }
        let found = event.frame.bytes.text(facts.claimKey)
        report(.wrongClaimKey, event, "the claim key is \(String(decoding: key, as: UTF8.self)), not \(found)")
    }

    mutating func validateJournal(_ event: Event, _ facts: PostingFacts) {
        let journal = PostingText.journal(event.frame, facts, rid: event.rid)
        guard !event.frame.bytes.holds(journal, in: facts.journal) else { return }
        let found = event.frame.bytes.text(facts.journal)
        report(.wrongJournal, event, "the journal is \(String(decoding: journal, as: UTF8.self)), not \(found)")
    }

    mutating func notice(_ event: Event, _ facts: NoticeFacts) {
        if isGrantAnnounced(event, facts) || isPromiseAnnounced(event, facts) { return }
        guard let place = requests.place(of: event.rid),
            let index = requests.records[place].unannounced.firstIndex(where: { $0.seq == facts.about })
        else {
            report(.wrongNotice, event, "entry \(facts.about) of this request is nothing that had to be told still")
            return
        }
        let told = requests.records[place].unannounced.remove(at: index)
        if told.kind != facts.kind {
            let (right, found) = (told.kind.rawValue, facts.kind.rawValue)
            report(.wrongNotice, event, "the notice about entry \(facts.about) is \(right), not \(found)")
        }
    }
}
