import CanonicalJSON

/// Rules 31 to 34: budgets, the words of people, late payments, and what is taken back.
extension Recomputation {
    /// Takes up what a published document adds: caps that count from here on, and budgets.
    mutating func publishSettling(_ document: PolicyDocument, effectiveAt: Int64) {
        switch document.spec {
        case .success(.compensation(let compensation)):
            if case .success(let terms) = compensation.terms { settling.sums.count(terms.payment.caps) }
        case .success(.budget(let terms)):
            let version = BudgetTable.Version(hash: document.hash, effectiveAt: effectiveAt, terms: terms)
            let name = Self.budgetName(document.tenant, document.id)
            settling.budgets.add(version, named: name)
            if let zone = terms.zone, policies.zone(zone) == nil { settling.budgets.unreadable.insert(name) }
        case .failure where document.kind == PolicyDocument.budgetKind:
            settling.budgets.unreadable.insert(Self.budgetName(document.tenant, document.id))
        default: break
        }
    }

    private static func budgetName(_ tenant: CanonicalText, _ id: [UInt8]) -> String {
        "\(tenant)/\(String(decoding: id, as: UTF8.self))"
    }

    private func budgetName(_ index: Int) -> String? {
        let terms = policies.terms[index]
        return terms.compensation.payment.budgetRef.map { Self.budgetName(terms.tenant, $0) }
    }

    func queue(_ index: Int, _ unit: CanonicalText) -> BudgetTable.Queue? {
        budgetName(index).map { BudgetTable.Queue(budget: $0, unit: unit) }
    }

    /// The queue of a budget that can be read; counts one that cannot.
    private mutating func judgedQueue(_ index: Int, _ unit: CanonicalText) -> BudgetTable.Queue? {
        guard let queue = queue(index, unit) else { return nil }
        guard settling.budgets.unreadable.contains(queue.budget) else { return queue }
        settling.unjudged += 1
        return nil
    }

    func declinesFavours(_ index: Int, _ t: Int64) -> Bool {
        budgetName(index).flatMap { settling.budgets.version(of: $0, at: t) }?.terms.declinesFavours ?? false
    }

    /// Rule 78: by the clocks that the document names.
    private func period(of version: BudgetTable.Version, at t: Int64) -> Range<Int64> {
        let zone = version.terms.zone.flatMap { policies.zone($0) }
        return CivilWindow(zone: zone).period(isYearly: version.terms.isYearly, at: t)
    }

    private func spent(_ queue: BudgetTable.Queue, _ period: Range<Int64>) -> Int64 {
        let key = SumTable.Key(scope: "budget", subject: queue.budget, unit: queue.unit)
        return settling.sums.sum(key, since: period.lowerBound)
    }

    /// Whether an amount may be paid now; nil when it may, else why not.
    private func budgetProblem(
        _ queue: BudgetTable.Queue, _ minor: Int64, _ place: BudgetTable.Place, _ t: Int64
    ) -> String? {
        if settling.budgets.isQueued(place, in: queue) { return "something that waits for the budget comes before it" }
        guard let version = settling.budgets.version(of: queue.budget, at: t),
            let limit = version.terms.limits[queue.unit]
        else { return nil }
        let spent = spent(queue, period(of: version, at: t))
        let (sum, overflow) = spent.addingReportingOverflow(minor)
        guard spent > 0, overflow || sum > limit else { return nil }
        return "\(spent) of \(limit) \(queue.unit) are spent in this period, and it is \(minor)"
    }

    mutating func validateBudget(
        _ event: Event, _ index: Int, _ unit: CanonicalText, _ minor: Int64, _ place: BudgetTable.Place
    ) {
        guard let queue = judgedQueue(index, unit), let problem = budgetProblem(queue, minor, place, event.t)
        else { return }
        report(.wrongBudget, event, "it may not be paid now: \(problem)")
    }

    /// An award begins to wait for its budget.
    mutating func beginQueue(_ owed: SettlingBook.Owed, _ key: CanonicalText, _ event: Event) {
        guard let queue = queue(owed.terms, owed.unit) else {
            report(.wrongWait, event, "the policy is paid from no budget")
            return
        }
        let place = BudgetTable.Place(rank: owed.isDiscretionary ? 1 : 0, dueAt: owed.dueAt, claimKey: key)
        let isReadable = judgedQueue(owed.terms, owed.unit) != nil
        if isReadable, budgetProblem(queue, owed.minor, place, event.t) == nil {
            report(.wrongBudget, event, "there is room in the budget, and nothing before it; it may not wait")
        }
        settling.budgets.waiting[queue, default: []].append(place)
        expectWarning(BudgetTerms.Part(num: 1, den: 1), queue, event)
    }

    /// Counts a payment, and which warnings it must be followed by.
    mutating func spend(_ event: Event, _ index: Int, _ unit: CanonicalText, _ minor: Int64) {
        guard let queue = queue(index, unit) else { return }
        settling.sums.add(
            minor, to: SumTable.Key(scope: "budget", subject: queue.budget, unit: unit), at: event.t)
        guard let version = settling.budgets.version(of: queue.budget, at: event.t),
            let limit = version.terms.limits[unit]
        else { return }
        let spent = spent(queue, period(of: version, at: event.t))
        for part in version.terms.warnAt {
            let (left, right) = (spent.multipliedFullWidth(by: part.den), limit.multipliedFullWidth(by: part.num))
            if (left.high, left.low) >= (right.high, right.low) { expectWarning(part, queue, event) }
        }
    }

    private mutating func expectWarning(_ part: BudgetTerms.Part, _ queue: BudgetTable.Queue, _ event: Event) {
        guard let version = settling.budgets.version(of: queue.budget, at: event.t) else { return }
        let from = period(of: version, at: event.t).lowerBound
        let warning = BudgetTable.Warning(hash: version.hash, from: from, unit: queue.unit, part: part)
        guard !settling.budgets.warned.contains(warning), settling.budgets.unwarned[warning] == nil else { return }
        settling.budgets.unwarned[warning] = event.seq
    }

    mutating func warn(_ event: Event, _ facts: WarningFacts) {
        let warning = BudgetTable.Warning(
            hash: event.frame.text(facts.budget), from: facts.from, unit: event.frame.text(facts.unit),
            part: BudgetTerms.Part(num: facts.num, den: facts.den))
        let isExpected = settling.budgets.unwarned.removeValue(forKey: warning) != nil
        // What was paid to requests that cannot be judged may have been told too.
        guard isExpected || !settling.budgets.unreadable.isEmpty || tally.unjudged > 0 else {
            report(.wrongBudget, event, "nothing asks for this warning, or it was given in this period before")
            return
        }
        settling.budgets.warned.insert(warning)
    }

    // The words of people

    mutating func ask(_ event: Event, _ facts: ClaimFacts) {
        let key = event.frame.text(facts.claimKey)
        guard var owed = settling.owed[key], settling.unasked.removeValue(forKey: key) != nil,
            let json = facts.roles.flatMap({ try? JSON(parsing: Array(event.frame.bytes[$0])) })
        else {
            guard isBound(event) else { return }
            report(.wrongApproval, event, "\(key) does not begin to wait for an approval here")
            return
        }
        owed.approvers = facts.approvers ?? 1
        let roles = (json.arrayValue ?? []).compactMap(\.stringValue)
        owed.roles = Set(roles)
        let approvals = policies.terms[owed.terms].compensation.payment.approvals
        let isRule = approvals.enumerated().contains { index, rule in
            rule.approvers == owed.approvers && rule.roles == roles && owed.since + rule.within == facts.until
                && facts.askingRule.map { $0 == index } ?? true
        }
        owed.rule = facts.askingRule
        if !isRule || facts.until != owed.until {
            report(.wrongApproval, event, "no approval rule of the policy asks these people for so long")
        }
        settling.owed[key] = owed
    }

    mutating func give(_ event: Event, _ facts: ClaimFacts) {
        guard let (key, by) = word(event, facts) else { return }
        if settling.owed[key]?.given.insert(by).inserted == false {
            report(.wrongApproval, event, "\(by) gave their word before")
        }
    }

    mutating func refuse(_ event: Event, _ facts: ClaimFacts) {
        guard let (key, _) = word(event, facts) else { return }
        if settling.owed[key]?.isDiscretionary == false {
            report(.wrongApproval, event, "what is guaranteed is a debt, and is refused")
        }
        settling.owed[key]?.isRefused = true
    }

    /// Whose word it is and about what; nil where they may not say it.
    private mutating func word(_ event: Event, _ facts: ClaimFacts) -> (CanonicalText, String)? {
        let key = event.frame.text(facts.claimKey)
        guard let owed = settling.owed[key], owed.isOpen, owed.rid == event.rid, let by = facts.by,
            ["approval", "hold"].contains(owed.why), owed.until.map({ event.t < $0 }) ?? true
        else {
            if isBound(event) { report(.wrongApproval, event, "\(key) does not wait for anybody's word (any more)") }
            return nil
        }
        let name = event.plain(by)
        let roles = owed.why == "hold" ? ["customer-experience", "finance"] : owed.roles
        guard staff.may(name, at: event.t, roles) else {
            report(.wrongApproval, event, "\(name) has none of the roles that are asked")
            return nil
        }
        return (key, name)
    }

    // Late payments

    func lateKey(_ rid: String, _ index: Int) -> SettlingBook.LateKey {
        SettlingBook.LateKey(rid: rid, policy: policies.terms[index].compensationHash)
    }

    /// A posting at once: when it is late, the next entry of the request but its notice says so.
    mutating func noteLate(_ event: Event, _ index: Int, since deadline: Int64) {
        guard event.t > deadline, !policies.terms[index].compensation.payment.ifLate.isEmpty else { return }
        let key = lateKey(event.rid, index)
        if settling.late[key] == nil, settling.lateUntold[key] == nil { settling.lateUntold[key] = event.seq }
    }

    mutating func tellLate(_ event: Event, _ facts: LateFacts) {
        announce(event, .late)
        guard let (_, index) = boundTerms(event) else { return }
        let key = lateKey(event.rid, index)
        let claim = event.frame.text(facts.claimKey)
        requireHash(policies.terms[index].compensationHash, in: facts.compensation, "the compensation policy", event)
        let owed = settling.owed[claim].flatMap { $0.isOpen && $0.rid == event.rid ? $0 : nil }
        let isPosted = settling.lateUntold.removeValue(forKey: key) != nil
        if settling.late[key] != nil { report(.wrongLate, event, "this was told of the request before") }
        if policies.terms[index].compensation.payment.ifLate.isEmpty || !isPosted && owed == nil {
            report(.wrongLate, event, "\(claim) is not a payment that is late")
        }
        if event.t <= facts.dueAt { report(.wrongLate, event, "it is due \(shown(facts.dueAt)), which has not passed") }
        if let owed, owed.isReleased != nil, facts.dueAt != owed.payBy {
            report(.wrongLate, event, "its deadline is \(shown(owed.payBy)), not \(shown(facts.dueAt))")
        }
        if owed?.objective == "compensate" { report(.wrongLate, event, "what a late payment gives is never late") }
        settling.late[key] = settling.late[key] ?? []
    }

    /// One of the benefits that a late payment gives.
    mutating func giveLate(_ event: Event, _ facts: PostingFacts, _ index: Int, _ place: Int) {
        let terms = policies.terms[index]
        let key = lateKey(event.rid, index)
        guard settling.late[key] != nil else {
            report(.wrongLate, event, "no compensation.late stands before it")
            return
        }
        guard settling.late[key]?.insert(facts.benefit).inserted == true else {
            report(.doublePayment, event, "late benefit \(facts.benefit) was given before")
            return
        }
        let benefits = terms.compensation.payment.ifLate
        guard facts.tier == 0, benefits.indices.contains(Int(facts.benefit)) else {
            report(.wrongAmount, event, "the policy has no late benefit \(facts.benefit)")
            return
        }
        let benefit = benefits[Int(facts.benefit)]
        let claim = event.frame.text(facts.claimKey)
        let expected = benefit.minor - (settling.capped[claim] ?? 0)
        if facts.minor != expected || event.frame.text(facts.unit) != benefit.unit
            || event.plain(facts.benefitType) != benefit.type
        {
            report(.wrongAmount, event, "expected \(expected) \(benefit.unit) as \(benefit.type)")
        }
    }

    // Taking back

    mutating func reverse(_ event: Event, _ facts: ClaimFacts) {
        announce(event, .reversed)
        let key = event.frame.text(facts.claimKey)
        guard let paid = settling.paid[key], paid.rid == event.rid, let minor = facts.minor, let by = facts.by,
            let reason = facts.reason
        else {
            if isBound(event) { report(.wrongReversal, event, "nothing that may be taken back was paid under \(key)") }
            return
        }
        coverage.note(.paid, event, paid.unit, 0 &- minor)
        coverage.note(.waived, event, paid.unit, minor)
        let terms = policies.terms[paid.terms].compensation.payment
        if !settling.reversed.insert(key).inserted { report(.wrongReversal, event, "it was taken back before") }
        // What a holder gives back is theirs: the policy has no word in it, and nobody of the staff.
        let isWaived = event.plain(reason) == "waived" && event.plain(by) == "holder"
        if !isWaived, !terms.reasons.contains(event.plain(reason)) {
            report(.wrongReversal, event, "the policy takes nothing back for \(event.plain(reason))")
        }
        if !isWaived, let window = terms.reversalWindow, event.t > paid.at + window {
            report(.wrongReversal, event, "it was paid \(shown(paid.at)), longer ago than the policy takes back")
        }
        if minor <= 0 || minor > paid.minor {
            report(.wrongReversal, event, "\(minor) are taken back of \(paid.minor)")
        }
        if let problem = reverseLot(event, key, minor, paid.unit) { report(.wrongReversal, event, problem) }
        if let until = paid.until, event.t >= until { report(.wrongReversal, event, "it has expired") }
        if !isWaived, !staff.may(event.plain(by), at: event.t, ["operator", "customer-experience", "finance"]) {
            report(.wrongReversal, event, "\(event.plain(by)) may take nothing back")
        }
        let original = PostingText.identity("pay", of: event.frame.bytes[facts.claimKey.dropFirst().dropLast()])
        if facts.reversalOf.map({ event.plain($0) }) != original {
            report(.wrongReversal, event, "the transaction that paid is \(original)")
        }
        let part = SettlingBook.Owed(reversing: paid, minor)
        validateJournal(event, facts.journal, [.reversePay, .reverseAccrue], part, key)
        settling.takenBack[paid.unit, default: 0] += minor
        if paid.type.elementsEqual("\"premium-extension\"".utf8) { windows.shorten(holderOf: event.seq) }
    }
}
