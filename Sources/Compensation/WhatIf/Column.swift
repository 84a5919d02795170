import ServiceLevels
package import Temporal

/// What one choice of policies gives over all histories.
package struct Column: Sendable {
    /// For people.
    package let name: String
    /// For how many requests a candidate stood in.
    package internal(set) var applied = 0
    /// How many promises are broken.
    package private(set) var broken = 0
    /// How many requests are given anything.
    package private(set) var given = 0
    /// How many awards are reached, and may still be paid in time.
    package private(set) var open = 0
    /// By unit.
    package private(set) var sums: [UnitOfAccount: Int64] = [:]
    /// The most for one request, by unit.
    package private(set) var most: [UnitOfAccount: Int64] = [:]
    /// The shortest time from a deadline to something given; nil when nothing is.
    package private(set) var shortest: Milliseconds?
    /// How many requests are given how much, by unit.
    package private(set) var histogram: [UnitOfAccount: Histogram] = [:]
    /// What would be owed if every incident had that cause, by unit.
    package internal(set) var byCause: [Cause: [UnitOfAccount: Int64]] = [:]
    /// Whether that makes a difference.
    package internal(set) var asksForCause = false
    private var limits = LimitUse()
    private var people: Set<UInt64> = []
    private var nameless = 0

    init(_ name: String) { self.name = name }

    /// How many people are given anything. Of those who were erased each request counts as one.
    package var paidPeople: Int { people.count + nameless }

    /// What goes over published limits: caps across requests, and budgets.
    package var exceeded: [LimitUse.Excess] { limits.exceeded }

    /// By unit, over the number of broken promises, to the nearest whole; nil when none is broken.
    package func meanPerBreach(_ unit: UnitOfAccount) -> Int64? {
        guard broken > 0 else { return nil }
        return ((sums[unit] ?? 0) * 2 + Int64(broken)) / (2 * Int64(broken))
    }

    mutating func add(
        _ outcome: Outcome, of history: RequestHistory, under terms: RequestHistory.Terms, in book: PolicyBook
    ) {
        if outcome.isBroken { broken += 1 }
        open += outcome.open
        guard let first = outcome.gifts.first else { return }
        given += 1
        if let person = history.person { people.insert(person) } else { nameless += 1 }
        if let due = outcome.due { shortest = min(shortest ?? first.at - due, first.at - due) }
        for (unit, sum) in outcome.sums {
            sums[unit, default: 0] += sum
            most[unit] = max(most[unit] ?? 0, sum)
            histogram[unit, default: Histogram()].count(sum)
        }
        for gift in outcome.gifts { limits.count(gift, of: history, under: terms, in: book) }
    }
}

/// How often an amount occurs, in steps of 1, 2, 5, 10, 20, 50 and so on: few, whatever the amounts.
package struct Histogram: Hashable, Sendable {
    /// How many amounts lie at or above this and below the next step.
    package private(set) var counts: [Int64: Int] = [:]

    /// Counts an amount greater than zero.
    package mutating func count(_ amount: Int64) { counts[Self.step(of: amount), default: 0] += 1 }

    /// The greatest step that is not above an amount.
    package static func step(of amount: Int64) -> Int64 {
        var ten: Int64 = 1
        while ten <= amount / 10 { ten *= 10 }
        return [5, 2].first { ten * $0 <= amount }.map { ten * $0 } ?? ten
    }

    /// The last amount of the step that begins there.
    package static func last(of step: Int64) -> Int64 {
        var ten = step
        while ten % 10 == 0 { ten /= 10 }
        let factor: Int64 = ten == 2 ? 5 : 2
        let (next, overflow) = (ten == 2 ? step / 2 : step).multipliedReportingOverflow(by: factor)
        return overflow ? .max : next - 1
    }
}
