import ServiceLevels
package import Temporal

/// What an award's way to the wallet depends on, at one instant. Values: the same facts and terms always give the same
/// disposition.
package struct SettlingFacts: Hashable, Sendable {
    /// The instant of the entry.
    package var now: Instant
    /// Whether the policy wants a person to look at it first.
    package var isHeld = false
    /// What may still be given across the requests of its holder in its incident; nil without such a rule.
    package var roomAcrossRequests: Int64?
    /// What was given in the window of each cap of ``SettlingTerms/caps``, by index; zero where nothing stands.
    package var given: [Int: Int64] = [:]
    /// The index of the first approval rule whose condition holds.
    package var approvalRule: Int?
    /// What waits in the holder's pot.
    package var pot: Int64 = 0
    /// What is known of the budget for its unit; nil when nothing limits it.
    package var budget: BudgetRoom?

    /// Facts with nothing in the way.
    package init(now: Instant) { self.now = now }
}

/// What is left of a budget in one unit.
package struct BudgetRoom: Hashable, Sendable {
    /// The most that is spent in the period.
    package let limit: Int64
    /// What was spent in it.
    package let spent: Int64
    /// Whether something that waits stands before.
    package let isQueued: Bool
    /// The first instant after the period.
    package let periodEnd: Instant
    /// Whether a favour waits for its turn when there is no room, or is declined.
    package let queuesFavours: Bool

    /// What is left of a budget.
    package init(limit: Int64, spent: Int64, isQueued: Bool, periodEnd: Instant, queuesFavours: Bool) {
        self.limit = limit
        self.spent = spent
        self.isQueued = isQueued
        self.periodEnd = periodEnd
        self.queuesFavours = queuesFavours
    }

    /// Whether so much can be paid: it fits, or it is the first of its period, and nothing waits before it.
    package func allows(_ minor: Int64) -> Bool {
        guard !isQueued else { return false }
        let (sum, overflow) = spent.addingReportingOverflow(minor)
        return spent == 0 || !overflow && sum <= limit
    }
}

extension SettlingTerms {
    /// What becomes of an award: what caps leave of it, and whether that is paid now. The order of all rules is here
    /// and in ``firstWait(of:_:_:after:)``.
    ///
    /// - Parameters:
    ///   - amount: what the award gives.
    ///   - class: whether it is a debt or a favour.
    package func dispose(_ amount: Amount, _ class: BenefitClass, _ facts: SettlingFacts) -> Disposition {
        var takes: [Disposition.Take] = []
        var rest = amount.minor
        if let room = facts.roomAcrossRequests { take(from: &rest, leaving: room, "acrossRequests", &takes) }
        for (index, cap) in caps.enumerated() where applies(cap, to: amount.unit) && cap.overflow == .truncate {
            let room = cap.limit.minor - min(facts.given[index] ?? 0, cap.limit.minor)
            take(from: &rest, leaving: room, "caps/\(places[index])", &takes)
        }
        let left = Amount(rest, amount.unit)
        guard rest > 0 else { return Disposition(takes: takes, rest: left, outcome: .nothing) }
        guard let wait = firstWait(of: left, `class`, facts, after: nil) else {
            return Disposition(takes: takes, rest: left, outcome: .post)
        }
        let isDeclined = wait.why == .budget && `class` == .discretionary && facts.budget?.queuesFavours == false
        return Disposition(takes: takes, rest: left, outcome: isDeclined ? .decline(rule: "budget") : .owe(wait))
    }

    /// The first thing that holds a payment up, behind one that has ended; nil when it can be paid.
    ///
    /// - Parameter ended: the wait that has ended; it and those before it do not come again.
    package func firstWait(
        of amount: Amount, _ class: BenefitClass, _ facts: SettlingFacts, after ended: Wait.Why?
    ) -> Wait? {
        func isAhead(_ why: Wait.Why) -> Bool { ended.map { $0 < why } ?? true }
        if isAhead(.hold), facts.isHeld { return Wait(.hold) }
        if isAhead(.approval), let rule = ruleOfApproval(of: amount, facts) {
            return Wait(.approval, until: facts.now + approvals[rule].within.length)
        }
        if isAhead(.minimum), let minimum = payout.minimum, minimum.unit == amount.unit {
            let (sum, overflow) = facts.pot.addingReportingOverflow(amount.minor)
            if !overflow, sum < minimum.minor { return Wait(.minimum) }
        }
        // A wait for the budget does not end by itself, it is looked at again.
        if let budget = facts.budget, !budget.allows(amount.minor) { return Wait(.budget, until: budget.periodEnd) }
        return nil
    }

    /// The rule by which people are asked; nil when nobody is.
    package func ruleOfApproval(of amount: Amount, _ facts: SettlingFacts) -> Int? {
        if let rule = facts.approvalRule { return rule }
        let isOver = caps.enumerated().contains { index, cap in
            guard cap.overflow == .needsApproval, applies(cap, to: amount.unit) else { return false }
            let (sum, overflow) = (facts.given[index] ?? 0).addingReportingOverflow(amount.minor)
            return overflow || sum > cap.limit.minor
        }
        return isOver ? 0 : nil
    }

    /// Whether a cap is about this unit, and not the request's own, which rule 6 applies.
    private func applies(_ cap: Cap, to unit: UnitOfAccount) -> Bool { cap.scope != .request && cap.limit.unit == unit }

    private func take(
        from rest: inout Int64, leaving room: Int64, _ rule: String, _ takes: inout [Disposition.Take]
    ) {
        guard rest > max(room, 0) else { return }
        takes.append(Disposition.Take(rule: rule, minor: rest - max(room, 0)))
        rest = max(room, 0)
    }
}
