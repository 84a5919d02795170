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
        let bound = policies.terms[index]
        let deadline = bound.payBy(from: bound.counting.ends(bound.compensation.slots[slot].over, from: dueAt))
        noteLate(event, index, since: deadline)
    }

    mutating func remember(
        _ event: Event, _ facts: PostingFacts, _ index: Int, _ key: CanonicalText, _ unit: CanonicalText
    ) {
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
            owed.payBy = max(owed.payBy, policies.terms[owed.terms].payBy(from: event.t))
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
        coverage.note(.owed, event, unit, posting.minor)
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
            owed.payBy = max(owed.payBy, policies.terms[owed.terms].payBy(from: event.t))
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
                (owed.isReleased, owed.payBy) = (nil, .max)
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
        case "approval":
            owed.until.map { t >= $0 } ?? false || Int64(owed.given.count) >= max(owed.approvers, 1)
                || owed.question.flatMap { settling.questions[$0] }?.isGiven ?? false
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
        coverage.note(.owed, event, owed.unit, 0 &- owed.minor)
        coverage.note(.paid, event, owed.unit, owed.minor)
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
        if owed.why == "minimum", let holder = holder(event.rid) {
            settling.pots[SettlingBook.PotKey(holder: holder, unit: owed.unit)]?.removeAll { $0 == key }
        }
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
        if owed.type.elementsEqual("\"coupon\"".utf8) {
            awardCoupon(event, key, owed.minor, owed.unit, until: facts.until)
        } else {
            grantLot(event, key, owed.minor, owed.unit, from: facts.from, until: facts.until)
        }
        settling.paid[key] = SettlingBook.Paid(
            rid: event.rid, terms: owed.terms, type: owed.type, unit: owed.unit, minor: owed.minor, at: event.t,
            until: facts.until)
    }

    private mutating func validateGrant(_ event: Event, _ facts: ClaimFacts, _ owed: SettlingBook.Owed) {
        if owed.type.elementsEqual("\"premium-extension\"".utf8) {
            if facts.from != nil || facts.until != nil {
                report(.wrongPremiumWindow, event, "a premium extension must not say from or until in the clear")
            }
            let isBeside = policies.terms[owed.terms].compensation.isPremiumBeside
            if let problem = windows.problem(of: event, days: owed.minor, isBeside: isBeside) {
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
        coverage.note(.owed, event, owed.unit, 0 &- owed.minor)
        coverage.note(.waived, event, owed.unit, owed.minor)
        validateJournal(event, facts.journal, [.decline], owed, key)
        let name = event.plain(rule)
        if !owed.isDiscretionary {
            report(.wrongDecline, event, "what is guaranteed is a debt, and is declined")
        } else if name == "approval" ? !isRefused(owed) : name != "budget" || !declinesFavours(owed.terms, event.t) {
            report(.wrongDecline, event, "nobody refused it, and no budget declines favours")
        }
        if let queue = queue(owed.terms, owed.unit) { settling.budgets.leave(queue, key) }
        settling.declined[owed.unit, default: 0] += owed.minor
        owed.isOpen = false
        settling.owed[key] = owed
    }

    private func isRefused(_ owed: SettlingBook.Owed) -> Bool {
        owed.isRefused || owed.question.flatMap { settling.questions[$0] }?.isRefused ?? false
    }

    private mutating func reportNotOwed(_ event: Event, _ key: CanonicalText) {
        guard isBound(event) else { return }
        report(.wrongWait, event, "\(key) is not owed for this request")
    }
}
