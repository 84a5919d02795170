import CanonicalJSON

/// Rules 30 to 34: what becomes of an award between the policy that gives it and the wallet.
extension Recomputation {
    mutating func judgeSettling(_ event: Event, _ type: EntryType) throws(EntryProblem) {
        switch type {
        case .capped: try cap(event, CappedFacts(event.frame))
        case .owed: owe(event, try OwedFacts(event.frame))
        case .waiting: wait(event, try ClaimFacts(waiting: event.frame))
        case .paid: pay(event, try ClaimFacts(paid: event.frame))
        case .declined: decline(event, try ClaimFacts(declined: event.frame))
        case .late: tellLate(event, try LateFacts(event.frame))
        case .reversed: reverse(event, try ClaimFacts(reversed: event.frame))
        case .approvalAsked: ask(event, try ClaimFacts(asked: event.frame))
        case .approvalGiven: give(event, try ClaimFacts(word: event.frame))
        case .approvalRefused: refuse(event, try ClaimFacts(word: event.frame))
        default: break
        }
    }

    /// A name for the holder of a request, where an opening says whose it is.
    func holder(_ rid: String) -> String? { openedHolder?(rid) }

    // Caps

    private mutating func cap(_ event: Event, _ facts: CappedFacts) throws(EntryProblem) {
        announce(event, .declined)
        let key = event.frame.text(facts.posting.claimKey)
        guard settling.capped[key] == nil, settling.owed[key] == nil, settling.paid[key] == nil else {
            report(.wrongCap, event, "what caps take of \(key) was said before, or it was given already")
            return
        }
        settling.capped[key] = facts.posting.minor
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
    private func award(_ event: Event, _ facts: PostingFacts, _ place: Int) -> Int64? {
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

    private func takes(_ event: Event, _ facts: CappedFacts) throws(EntryProblem) -> [(rule: String, minor: Int64)] {
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
    private mutating func validateTakes(
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

    private func unit(_ event: Event) -> CanonicalText? {
        guard let json = try? JSON(parsing: Array(event.frame.bytes[event.frame.facts])) else { return nil }
        return json["unit"]?.stringValue.map { CanonicalText($0) }
    }

    /// What was given in the window of a cap; nil where nobody can tell. Of a request in no incident, nothing counts.
    private func given(_ cap: PaymentTerms.Cap, _ event: Event) -> Int64? {
        if cap.scope == .incident, requests.place(of: event.rid).flatMap(incident) == nil { return 0 }
        guard let key = sumKey(cap.scope, cap.unit, event.rid) else { return nil }
        return settling.sums.sum(key, since: CivilWindow.begin(of: cap.window, at: event.t))
    }

    private func sumKey(_ scope: PaymentTerms.Scope, _ unit: CanonicalText, _ rid: String) -> SumTable.Key? {
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
    private func incident(of place: Int) -> Int64? {
        incidents.incident(of: place).flatMap { incidents.root($0) }?.seq
    }

    /// Adds what an entry gives to what caps see.
    private mutating func count(_ minor: Int64, _ unit: CanonicalText, _ event: Event) {
        for scope in [PaymentTerms.Scope.user, .incident, .tenant] where settling.sums.counts(scope, unit) {
            if let key = sumKey(scope, unit, event.rid) { settling.sums.add(minor, to: key, at: event.t) }
        }
    }

    // What is given

    /// Looks at a posting that was not owed before: caps, and whether it should have waited.
    mutating func settlePosting(_ event: Event, _ facts: PostingFacts, _ place: Int) {
        guard let index = requests.records[place].terms else { return }
        let terms = policies.terms[index].compensation.payment
        let (key, unit) = (event.frame.text(facts.claimKey), event.frame.text(facts.unit))
        let isLateBenefit = facts.isLateBenefit(in: event.frame)
        validateUncapped(event, facts, terms, key)
        if asks(terms, unit, facts.minor, event) == true {
            report(.wrongWait, event, "a cap with needs-approval is exceeded, and nobody was asked")
        }
        if let problem = minimumProblem(terms, unit, facts.minor, event) { report(.wrongWait, event, problem) }
        let dueAt = requests.records[place].clock.due ?? event.t
        let placeInQueue = BudgetTable.Place(rank: 0, dueAt: dueAt, claimKey: key)
        validateBudget(event, index, unit, facts.minor, placeInQueue)
        count(facts.minor, unit, event)
        spend(event, index, unit, facts.minor)
        emptyPot(terms, unit, event)
        remember(event, facts, index, key, unit)
        if isLateBenefit { return giveLate(event, facts, index, place) }
        guard let slot = policies.terms[index].compensation.slot(tier: facts.tier, benefit: facts.benefit) else {
            return
        }
        let deadline = dueAt + policies.terms[index].compensation.slots[slot].over + terms.within
        noteLate(event, index, since: deadline)
    }

    private mutating func remember(
        _ event: Event, _ facts: PostingFacts, _ index: Int, _ key: CanonicalText, _ unit: CanonicalText
    ) {
        guard !policies.terms[index].compensation.payment.reasons.isEmpty else { return }
        settling.paid[key] = SettlingBook.Paid(
            rid: event.rid, terms: index, type: Array(event.frame.bytes[facts.benefitType]), unit: unit,
            minor: facts.minor, at: event.t, until: facts.until)
    }

    /// What no `compensation.capped` stands before may not exceed a cap.
    mutating func validateUncapped(
        _ event: Event, _ facts: PostingFacts, _ terms: PaymentTerms, _ key: CanonicalText
    ) {
        guard settling.capped[key] == nil else { return }
        for cap in terms.caps where cap.truncates && cap.unit == event.frame.text(facts.unit) {
            guard let given = given(cap, event) else {
                settling.unjudged += 1
                continue
            }
            if facts.minor > max(0, cap.limit - given) {
                report(
                    .wrongCap, event,
                    "caps/\(cap.index) leaves \(max(0, cap.limit - given)) \(cap.unit), and \(facts.minor) are given")
            }
        }
    }

    /// Whether a cap makes people be asked; nil where nobody can tell.
    func asks(_ terms: PaymentTerms, _ unit: CanonicalText, _ minor: Int64, _ event: Event) -> Bool? {
        var isKnown = true
        for cap in terms.caps where !cap.truncates && cap.unit == unit {
            guard let given = given(cap, event) else {
                isKnown = false
                continue
            }
            if given + minor > cap.limit { return true }
        }
        return isKnown ? false : nil
    }

    private mutating func minimumProblem(
        _ terms: PaymentTerms, _ unit: CanonicalText, _ minor: Int64, _ event: Event
    ) -> String? {
        guard let minimum = terms.minimum, minimum.unit == unit, minor < minimum.minor else { return nil }
        guard let holder = holder(event.rid) else {
            settling.unjudged += 1
            return nil
        }
        let pot = settling.pots[SettlingBook.PotKey(holder: holder, unit: unit)] ?? []
        let sum = pot.reduce(minor) { $0 + (settling.owed[$1]?.minor ?? 0) }
        return sum < minimum.minor ? "\(sum) \(unit) have come together, which is less than \(minimum.minor)" : nil
    }

    /// Enough has come together: the waits of all in the pot have ended.
    private mutating func emptyPot(_ terms: PaymentTerms, _ unit: CanonicalText, _ event: Event) {
        guard let minimum = terms.minimum, minimum.unit == unit, let holder = holder(event.rid) else { return }
        for key in settling.pots.removeValue(forKey: SettlingBook.PotKey(holder: holder, unit: unit)) ?? [] {
            guard var owed = settling.owed[key] else { continue }
            owed.isReleased = true
            owed.payBy = max(owed.payBy, event.t + policies.terms[owed.terms].compensation.payment.within)
            settling.owed[key] = owed
        }
    }

    // What is owed

    private mutating func owe(_ event: Event, _ facts: OwedFacts) {
        announce(event, .owed)
        let posting = facts.posting
        let (key, unit) = (event.frame.text(posting.claimKey), event.frame.text(posting.unit))
        guard settling.owed[key] == nil else {
            report(.doublePayment, event, "\(key) was owed before")
            return
        }
        validateAccrual(event, posting)
        guard let (place, index) = boundTerms(event) else { return }
        requests.records[place].isCompensated = true
        let terms = policies.terms[index]
        let payment = terms.compensation.payment
        validateUncapped(event, posting, payment, key)
        if posting.isLateBenefit(in: event.frame) {
            giveLate(event, posting, index, place)
        } else {
            markPosted(event, posting, place, terms)
        }
        var owed = SettlingBook.Owed(
            rid: event.rid, seq: event.seq, terms: index, type: Array(event.frame.bytes[posting.benefitType]),
            unit: unit, minor: posting.minor, objective: event.plain(posting.objective),
            isDiscretionary: facts.isDiscretionary, dueAt: facts.dueAt, payBy: facts.payBy, why: "", until: nil,
            since: event.t)
        begin(&owed, key, event.plain(facts.why), facts.until, event)
        count(posting.minor, unit, event)
        settling.owed[key] = owed
    }

    private mutating func wait(_ event: Event, _ facts: ClaimFacts) {
        let key = event.frame.text(facts.claimKey)
        guard var owed = settling.owed[key], owed.isOpen, owed.rid == event.rid, let why = facts.why else {
            return reportNotOwed(event, key)
        }
        let next = event.plain(why)
        if !hasEnded(owed, event.t) { report(.wrongWait, event, "it waits for \(owed.why), which has not come") }
        if Self.order(of: next) <= Self.order(of: owed.why) {
            report(.wrongWait, event, "a wait for \(next) cannot follow one for \(owed.why)")
        }
        if owed.why == "hold" {
            owed.payBy = max(owed.payBy, event.t + policies.terms[owed.terms].compensation.payment.within)
        }
        begin(&owed, key, next, facts.until, event)
        settling.owed[key] = owed
    }

    /// The begin of a wait: whether the policy has it, and it is as long as it may be.
    private mutating func begin(
        _ owed: inout SettlingBook.Owed, _ key: CanonicalText, _ why: String, _ until: Int64?, _ event: Event
    ) {
        let terms = policies.terms[owed.terms].compensation.payment
        if why == "budget", owed.why != "minimum" { emptyPot(terms, owed.unit, event) }
        (owed.why, owed.until, owed.since) = (why, until, event.t)
        switch why {
        case "hold": if !terms.mayHold { report(.wrongWait, event, "the policy holds nothing for a review") }
        case "approval":
            let ends = terms.approvals.map { event.t + $0.within }
            guard let until, ends.contains(until) else {
                report(.wrongWait, event, "no approval rule of the policy ends at \(until.map(shown) ?? "none")")
                return
            }
            settling.unasked[key] = event.seq
        case "minimum":
            guard let minimum = terms.minimum, minimum.unit == owed.unit, owed.minor < minimum.minor else {
                report(.wrongWait, event, "\(owed.minor) \(owed.unit) is not below a minimum of the policy")
                return
            }
            guard let holder = holder(event.rid) else {
                settling.unjudged += 1
                owed.isReleased = nil
                return
            }
            settling.pots[SettlingBook.PotKey(holder: holder, unit: owed.unit), default: []].append(key)
        case "budget": beginQueue(owed, key, event)
        default: report(.wrongWait, event, "\(why) is nothing that a payment waits for")
        }
    }

    /// Whether what an award waits for has come; where nobody can tell, yes.
    private func hasEnded(_ owed: SettlingBook.Owed, _ t: Int64) -> Bool {
        switch owed.why {
        case "approval": owed.until.map { t >= $0 } ?? false || Int64(owed.given.count) >= max(owed.approvers, 1)
        case "minimum": owed.isReleased ?? true
        default: true
        }
    }

    private static func order(of why: String) -> Int {
        ["hold": 0, "approval": 1, "minimum": 2, "budget": 3][why] ?? 4
    }

    // What is paid

    private mutating func pay(_ event: Event, _ facts: ClaimFacts) {
        announce(event, .compensated)
        let key = event.frame.text(facts.claimKey)
        guard var owed = settling.owed[key], owed.rid == event.rid else { return reportNotOwed(event, key) }
        guard owed.isOpen else {
            report(.doublePayment, event, "\(key) was paid or declined before")
            return
        }
        if let problem = tally.grant(owed.minor, of: owed.unit) { report(.overflow, event, problem) }
        if !hasEnded(owed, event.t) {
            // What waits for the minimum is paid early to somebody who is erased next.
            if owed.why == "minimum" {
                settling.paidEarly[event.rid] = event.seq
            } else {
                report(.wrongWait, event, "it waits for \(owed.why), which has not come, and is paid")
            }
        }
        validateJournal(event, facts.journal, [.pay], owed, key)
        if owed.type.elementsEqual("\"cash-refund\"".utf8) { noteRefund(event, key, owed.unit, owed.minor) }
        validateGrant(event, facts, owed)
        let terms = policies.terms[owed.terms].compensation.payment
        let queue = queue(owed.terms, owed.unit)
        if let queue { settling.budgets.leave(queue, key) }
        if owed.why != "budget", owed.why != "minimum" { emptyPot(terms, owed.unit, event) }
        for (pot, keys) in settling.pots where keys.contains(key) { settling.pots[pot] = keys.filter { $0 != key } }
        let rank = owed.isDiscretionary ? 1 : 0
        validateBudget(
            event, owed.terms, owed.unit, owed.minor,
            BudgetTable.Place(rank: rank, dueAt: owed.dueAt, claimKey: key))
        spend(event, owed.terms, owed.unit, owed.minor)
        if owed.objective != "compensate", owed.why == "approval" || owed.why == "budget" || owed.isReleased == true,
            event.t > owed.payBy
        {
            report(.latePayment, event, "paid at \(shown(event.t)), after \(shown(owed.payBy))")
            if !terms.ifLate.isEmpty, settling.late[lateKey(event.rid, owed.terms)] == nil {
                report(.missedLateBenefit, event, "the payment is late, and no compensation.late stands before it")
            }
        }
        owed.isOpen = false
        settling.owed[key] = owed
        grantLot(event, key, owed.minor, owed.unit, from: facts.from, until: facts.until)
        guard !terms.reasons.isEmpty else { return }
        settling.paid[key] = SettlingBook.Paid(
            rid: event.rid, terms: owed.terms, type: owed.type, unit: owed.unit, minor: owed.minor, at: event.t,
            until: facts.until)
    }

    private mutating func validateGrant(_ event: Event, _ facts: ClaimFacts, _ owed: SettlingBook.Owed) {
        if owed.type.elementsEqual("\"premium-extension\"".utf8) {
            if facts.from != nil || facts.until != nil {
                report(.wrongPremiumWindow, event, "a premium extension must not say from or until in the clear")
            }
            if let problem = windows.problem(of: event, days: owed.minor) {
                report(.wrongPremiumWindow, event, problem)
            }
        } else if owed.type.elementsEqual("\"credit\"".utf8), facts.from != event.t || facts.until == nil {
            report(.wrongCreditWindow, event, "what is paid runs from the entry that pays it, \(shown(event.t))")
        }
    }

    private mutating func decline(_ event: Event, _ facts: ClaimFacts) {
        announce(event, .declined)
        let key = event.frame.text(facts.claimKey)
        guard var owed = settling.owed[key], owed.isOpen, owed.rid == event.rid, let rule = facts.rule else {
            return reportNotOwed(event, key)
        }
        validateJournal(event, facts.journal, [.decline], owed, key)
        let name = event.plain(rule)
        if !owed.isDiscretionary {
            report(.wrongDecline, event, "what is guaranteed is a debt, and is declined")
        } else if name == "approval" ? !owed.isRefused : name != "budget" || !declinesFavours(owed.terms, event.t) {
            report(.wrongDecline, event, "nobody refused it, and no budget declines favours")
        }
        if let queue = queue(owed.terms, owed.unit) { settling.budgets.leave(queue, key) }
        settling.declined[owed.unit, default: 0] += owed.minor
        owed.isOpen = false
        settling.owed[key] = owed
    }

    private mutating func reportNotOwed(_ event: Event, _ key: CanonicalText) {
        report(.wrongWait, event, "\(key) is not owed for this request")
    }
}
