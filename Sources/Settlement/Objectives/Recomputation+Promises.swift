import CanonicalJSON
import Cryptography

/// The promises beside the credential: when each is due, broken, and paid (rules 55 to 59).
extension Recomputation {
    /// A request was accepted: what its service level promises beside the credential begins.
    mutating func promise(_ event: Event, tenant: CanonicalText, terms index: Int, acceptedAt: Int64) {
        let level = policies.terms[index].serviceLevel
        guard !level.others.isEmpty else { return }
        var terms: [(terms: SideTerms, paying: Int?)] = []
        for other in level.others {
            switch policies.paying(for: other.objective, beside: index, acceptedAt: acceptedAt) {
            case .bound(let paying): terms.append((other, paying))
            case .none: terms.append((other, nil))
            case .cannotTell(let seq):
                unknowns.addRequest(to: seq)
                tally.unjudged += 1
                return
            }
        }
        var known = SidePromises.Case(
            seq: event.seq, tenant: tenant, bound: index, counting: policies.terms[index].counting, terms: terms)
        for other in level.others where other.target != nil { known.begin(other.objective, from: acceptedAt) }
        if let place = known.place("acknowledge", 0) { known.promises[place].stop = event.t }
        // Where only the acknowledgement is promised, and was kept, nothing is left to remember.
        let isKept = known.promises.allSatisfy { $0.stop != nil && $0.delay(at: event.t) <= 0 }
        if isKept, level.others.allSatisfy({ $0.objective == "acknowledge" }) { return }
        promises.cases[event.rid] = known
    }

    /// What was missed of news stands before this entry (rule 57).
    mutating func requireMissedUpdates(before event: Event) {
        guard var known = promises.cases[event.rid] else { return }
        var place = 0
        while place < known.promises.count {
            let promise = known.promises[place]
            if promise.isOfUpdates, !promise.isWritten, promise.delay(at: event.t) > 0 {
                report(
                    .missedBreach, event,
                    "\(promise.objective) \(promise.ordinal) was due \(promise.due.map(shown) ?? "") and missed: its "
                        + "sla.breach stands before \(event.typeText)")
                known.write(place)
            }
            place += 1
        }
        promises.cases[event.rid] = known
    }

    /// `request.updated`.
    mutating func update(_ event: Event) {
        guard let place = requests.place(of: event.rid), requests.records[place].clock.stop == nil else {
            return report(.entryAfterEnd, event, "\(event.typeText), but the request had ended before")
        }
        requireMissedUpdates(before: event)
        promises.cases[event.rid]?.update(at: event.t)
    }

    /// An `sla.breach` of such a promise.
    mutating func breakPromise(_ event: Event, _ facts: BreachFacts, ordinal: Int64) {
        let objective = event.plain(facts.objective)
        guard var known = promises.cases[event.rid], let place = known.place(objective, ordinal) else {
            if isUnjudged(event) { return }
            return report(.breachTooEarly, event, "the request has no promise \(objective) \(ordinal) that could break")
        }
        known.unannounced.append((event.seq, .breach))
        defer { promises.cases[event.rid] = known }
        let promise = known.promises[place]
        if known.isErased { return report(.entryAfterEnd, event, "the request was erased before and owes nothing") }
        if promise.isWritten { return report(.duplicateBreach, event, "this breach was written before") }
        guard let due = promise.due, promise.delay(at: event.t) > 0 else {
            let due = promise.due.map(shown) ?? "not yet"
            return report(.breachTooEarly, event, "\(objective) \(ordinal) is due \(due), and not broken")
        }
        if facts.dueAt != due { reportDeadline(event, expected: due, found: facts.dueAt) }
        requireHash(policies.terms[known.bound].serviceLevelHash, in: facts.serviceLevel, "the service level", event)
        let suspension = promise.terms.flatMap { policies.suspension(of: policies.terms[$0], brokenAt: due) }
        let named = facts.suspension.map { event.frame.text($0) }
        if suspension != named {
            let (right, found) = (suspension.map { "\($0)" } ?? "none", named.map { "\($0)" } ?? "none")
            report(.wrongSuspension, event, "the suspension that holds is \(right), not \(found)")
        }
        let deadline = payBy(promise, known, from: due)
        if event.t > deadline {
            report(.lateBreach, event, "written at \(shown(event.t)), after \(shown(deadline))")
        }
        known.write(place)
    }

    private func payBy(_ promise: SidePromises.Promise, _ known: SidePromises.Case, from due: Int64) -> Int64 {
        policies.terms[promise.terms ?? known.bound].payBy(from: due)
    }

    /// Whether nobody can tell what binds the request.
    private func isUnjudged(_ event: Event) -> Bool {
        requests.place(of: event.rid).map { requests.records[$0].terms == nil || promises.cases[event.rid] == nil }
            ?? false
    }

    /// A notice about something of this page; false when it is about something else.
    mutating func isPromiseAnnounced(_ event: Event, _ facts: NoticeFacts) -> Bool {
        guard let told = promises.cases[event.rid]?.unannounced, facts.about >= 0,
            let place = told.firstIndex(where: { $0.seq == UInt64(facts.about) })
        else { return false }
        promises.cases[event.rid]?.unannounced.remove(at: place)
        if told[place].kind != facts.kind {
            let (right, found) = (told[place].kind.rawValue, facts.kind.rawValue)
            report(.wrongNotice, event, "the notice about entry \(facts.about) is \(right), not \(found)")
        }
        return true
    }
}

extension Recomputation {
    /// A posting for such a promise.
    mutating func postPromise(_ event: Event, _ facts: PostingFacts, _ ordinal: Int64) {
        let objective = event.plain(facts.objective)
        if let problem = tally.grant(facts.minor, of: event.frame.text(facts.unit)) {
            report(.overflow, event, problem)
        }
        validateJournal(event, facts)
        validateWindow(event, facts)
        if let place = requests.place(of: event.rid) { requests.records[place].isCompensated = true }
        grantLot(
            event, event.frame.text(facts.claimKey), facts.minor, event.frame.text(facts.unit), from: facts.from,
            until: facts.until)
        guard var known = promises.cases[event.rid], let place = known.place(objective, ordinal) else {
            if isUnjudged(event) { return }
            return report(.paidWithoutBreach, event, "the request has no promise \(objective) \(ordinal)")
        }
        known.unannounced.append((event.seq, .compensated))
        if let index = known.promises[place].terms {
            match(event, facts, &known, place, policies.terms[index])
            count(facts.minor, event.frame.text(facts.unit), event)
            remember(event, facts, index, event.frame.text(facts.claimKey), event.frame.text(facts.unit))
        } else {
            report(.paidWithoutBreach, event, "no policy pays for \(objective)")
        }
        promises.cases[event.rid] = known
    }

    private mutating func match(
        _ event: Event, _ facts: PostingFacts, _ known: inout SidePromises.Case, _ place: Int, _ terms: Terms
    ) {
        let promise = known.promises[place]
        requireHash(terms.compensationHash, in: facts.compensation, "the compensation policy", event)
        validateKey(event, facts, promise, known.tenant, terms.compensationHash.text)
        guard let index = terms.compensation.slot(tier: facts.tier, benefit: facts.benefit) else {
            return report(.wrongAmount, event, "the policy has no benefit \(facts.benefit) in tier \(facts.tier)")
        }
        guard promise.posted >> index & 1 == 0 else {
            return report(.doublePayment, event, "benefit \(facts.benefit) of tier \(facts.tier) was posted before")
        }
        if known.isErased { return report(.entryAfterEnd, event, "the request was erased before and owes nothing") }
        let delay = promise.delay(at: event.t)
        guard let due = promise.due, delay > 0 else {
            return report(.paidWithoutBreach, event, "\(promise.objective) \(promise.ordinal) is not broken")
        }
        if let suspension = policies.suspension(of: terms, brokenAt: due) {
            return report(.paidWhileSuspended, event, "\(suspension) held when the promise was broken")
        }
        known.promises[place].posted |= 1 << index
        if promise.posted >> index != 0 {
            report(.wrongOrder, event, "a benefit that stands behind it in the policy was posted before")
        }
        if !promise.isWritten {
            report(.missedBreach, event, "posted, but no sla.breach of \(promise.objective) was written before")
        }
        let slot = terms.compensation.slots[index]
        let last = terms.counting.ends(slot.over, from: due)
        guard due + delay > last else {
            return report(
                .paidTooEarly, event, "tier \(slot.tier) is reached after \(shown(last)); it is \(delay) ms late")
        }
        let deadline = terms.payBy(from: last)
        if event.t > deadline { report(.latePayment, event, "posted at \(shown(event.t)), after \(shown(deadline))") }
        let expected = Self.expected(index, place, known, terms.compensation)
        let isUnit = event.frame.bytes.holds(slot.unit.bytes, in: facts.unit)
        if facts.minor != expected || facts.kind.rawValue != slot.type.rawValue || !isUnit || facts.revision != 0 {
            report(.wrongAmount, event, "expected \(expected) \(slot.unit) as \(slot.type.rawValue)")
        }
        known.promises[place].given[ClaimTable.Kind(slot), default: 0] += facts.minor
        guard facts.isCredit, let expires = slot.expires else { return }
        if facts.from != event.t || facts.until != event.t + expires {
            report(.wrongCreditWindow, event, "from and until are \(shown(event.t)) and \(shown(event.t + expires))")
        }
    }

    /// What a slot comes to: the highest so far, as the cap of the request leaves it beside what its other promises
    /// were given under that policy, less what this promise was given.
    private static func expected(
        _ index: Int, _ place: Int, _ known: SidePromises.Case, _ terms: CompensationTerms
    ) -> Int64 {
        let slot = terms.slots[index]
        let kind = ClaimTable.Kind(slot)
        let promise = known.promises[place]
        var entitled = terms.slots[...index].reduce(Int64(0)) { sum, other in
            other.type == slot.type && other.unit == slot.unit ? sum + other.expected : sum
        }
        if let cap = terms.caps[slot.unit] {
            let others = known.promises.enumerated().reduce(Int64(0)) { sum, other in
                guard other.offset != place, other.element.terms == promise.terms else { return sum }
                return sum + (other.element.given[kind] ?? 0)
            }
            entitled = min(entitled, max(0, cap - others))
        }
        return max(0, entitled - (promise.given[kind] ?? 0))
    }

    private mutating func validateKey(
        _ event: Event, _ facts: PostingFacts, _ promise: SidePromises.Promise, _ tenant: CanonicalText,
        _ policy: String
    ) {
        var identity: JSONObject = [
            "benefit": .integer(facts.benefit), "objective": .string(promise.objective), "policy": .string(policy),
            "request": .string(event.rid), "tenant": .string(tenant.text), "tier": .integer(facts.tier),
        ]
        if promise.ordinal > 0 { identity["ordinal"] = .integer(promise.ordinal) }
        let key = SHA256.hash(JSON.object(identity).canonicalBytes).description
        guard event.plain(facts.claimKey) != key else { return }
        report(.wrongClaimKey, event, "the claim key is \(key), not \(event.plain(facts.claimKey))")
    }

    /// What is missing of these promises at an instant; returns how many benefits are open.
    func missingPromises(at now: Int64, _ findings: inout FindingList) -> Int {
        var open = 0
        for (rid, one) in promises.cases.sorted(by: { $0.key < $1.key }) {
            var known = one
            for told in known.unannounced {
                findings.add(
                    .missingNotice, seq: told.seq, rid: rid,
                    "no notice.queued about this entry follows; it is \(told.kind.rawValue)")
            }
            if known.isErased { continue }
            var place = 0
            while place < known.promises.count {
                open += missing(of: &known, place, rid, at: now, &findings)
                place += 1
            }
        }
        return open
    }

    private func missing(
        of known: inout SidePromises.Case, _ place: Int, _ rid: String, at now: Int64, _ findings: inout FindingList
    ) -> Int {
        let promise = known.promises[place]
        let delay = promise.delay(at: now)
        guard let due = promise.due, delay > 0 else { return 0 }
        if !promise.isWritten {
            if now > payBy(promise, known, from: due) {
                findings.add(
                    .missedBreach, seq: known.seq, rid: rid,
                    "\(promise.objective) \(promise.ordinal) was due \(shown(due)), and no sla.breach says it broke")
            }
            known.write(place)
        }
        guard let index = promise.terms, policies.suspension(of: policies.terms[index], brokenAt: due) == nil else {
            return 0
        }
        let (bound, terms) = (policies.terms[index], policies.terms[index].compensation)
        var open = 0
        for (number, slot) in terms.slots.enumerated() where promise.posted >> number & 1 == 0 {
            let last = bound.counting.ends(slot.over, from: due)
            guard due + delay > last else { continue }
            let expected = Self.expected(number, place, known, terms)
            guard expected > 0 else { continue }
            let deadline = bound.payBy(from: last)
            known.promises[place].given[ClaimTable.Kind(slot), default: 0] += expected
            guard now > deadline else {
                open += 1
                continue
            }
            findings.add(
                .missedPayment, seq: known.seq, rid: rid,
                "\(expected) \(slot.unit) for \(promise.objective) \(promise.ordinal), due \(shown(due)), is not "
                    + "posted by \(shown(deadline))")
        }
        return open
    }
}
