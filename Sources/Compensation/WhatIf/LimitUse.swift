import ServiceLevels
import Temporal

/// What is given within the published limits across requests: the sums that caps and budgets look at, over all
/// histories. A cap takes what goes over; a budget lets it wait.
package struct LimitUse: Sendable {
    private var used: [Key: Int64] = [:]

    private struct Key: Hashable {
        let limit: Limit
        let subject: String
        let window: String
    }

    private struct Limit: Hashable {
        let name: String
        let most: Amount
    }

    /// What goes over one limit.
    package struct Excess: Hashable, Sendable {
        /// For people: of which policy, for whom, in what time.
        package let limit: String
        /// The limit.
        package let most: Amount
        /// How much goes over in all.
        package let minor: Int64
        /// How many people, incidents, institutions or periods exceed it.
        package let count: Int
    }

    /// In a fixed order.
    package var exceeded: [Excess] {
        var found: [Limit: (minor: Int64, count: Int)] = [:]
        for (key, sum) in used where sum > key.limit.most.minor {
            found[key.limit, default: (0, 0)].minor += sum - key.limit.most.minor
            found[key.limit, default: (0, 0)].count += 1
        }
        return found.map { Excess(limit: $0.name, most: $0.most, minor: $1.minor, count: $1.count) }
            .sorted { ($0.limit, $0.most.minor) < ($1.limit, $1.most.minor) }
    }

    mutating func count(
        _ gift: Outcome.Gift, of history: RequestHistory, under terms: RequestHistory.Terms, in book: PolicyBook
    ) {
        let policy = terms.compensation
        let amount = gift.award.amount
        for cap in policy.settling.caps where cap.limit.unit == amount.unit {
            guard let subject = Self.subject(cap.scope, history),
                let window = Self.window(cap.window, gift.at, terms.calendar.zone)
            else { continue }
            let name = "\(policy.metadata.id), cap of \(cap.scope.rawValue), \(cap.window.rawValue)"
            used[Key(limit: Limit(name: name, most: cap.limit), subject: subject, window: window), default: 0] +=
                amount.minor
        }
        guard let ref = policy.settling.budgetRef,
            let budget = book.budget(ref, of: policy.metadata.tenant, at: gift.at),
            let limit = budget.limit(of: amount.unit)
        else { return }
        let period = "\(budget.instants(at: gift.at, in: book.zone(of: budget)).lowerBound)"
        let name = "\(policy.metadata.id), budget \(ref), \(budget.period.rawValue)"
        let key = Key(limit: Limit(name: name, most: Amount(limit, amount.unit)), subject: "", window: period)
        used[key, default: 0] += amount.minor
    }

    /// Whose sum a cap looks at; nil where nobody is there, and for the request's own cap, which is applied.
    private static func subject(_ scope: Cap.Scope, _ history: RequestHistory) -> String? {
        switch scope {
        case .request: nil
        case .user: history.person.map { "\($0)" }
        case .incident: history.incident
        case .tenant: history.subject.tenant
        }
    }

    /// In which window an instant lies; nil for one that moves with the day, which sums cannot tell.
    private static func window(_ window: Cap.Window, _ instant: Instant, _ zone: TimeZoneRules) -> String? {
        let date = zone.localTime(at: instant).date
        switch window {
        case .day: return "\(date)"
        case .week: return "\(date.adding(days: -date.weekday))"
        case .thirtyDays: return nil
        case .month: return "\(date.month)"
        case .year: return "\(date.year)"
        case .lifetime: return ""
        }
    }
}
