package import Temporal

/// What becomes of an award when it comes to be (rules 30 to 34).
package struct Disposition: Hashable, Sendable {
    /// What published caps take from it, in the order in which they do; empty when nothing is taken.
    package let takes: [Take]
    /// What is left of it; zero when caps took all.
    package let rest: Amount
    /// What happens to the rest.
    package let outcome: Outcome

    /// What one rule takes.
    package struct Take: Hashable, Sendable {
        /// `acrossRequests`, or `caps/` and an index.
        package let rule: String
        /// How much, greater than zero.
        package let minor: Int64

        /// What one rule takes.
        package init(rule: String, minor: Int64) {
            self.rule = rule
            self.minor = minor
        }
    }

    /// What happens to what caps left.
    package enum Outcome: Hashable, Sendable {
        /// Nothing is left.
        case nothing
        /// It is paid at once.
        case post
        /// It is owed, and paid when the wait has ended.
        case owe(Wait)
        /// It is a favour for which there is no room: it is owed and taken back at once, by that rule.
        case decline(rule: String)
    }

    /// How much all caps took together.
    package var taken: Int64 { takes.reduce(0) { $0 + $1.minor } }
}

/// Why something that is owed is not paid yet.
package struct Wait: Hashable, Sendable {
    /// What it waits for.
    package let why: Why
    /// Where the wait ends by itself; nil when it does not.
    package let until: Instant?

    /// A wait.
    package init(_ why: Why, until: Instant? = nil) {
        self.why = why
        self.until = until
    }

    /// The four things that a payment can wait for, in the order in which they hold it up.
    package enum Why: String, Hashable, Sendable, CaseIterable, Comparable {
        /// The policy wants a person to look at it first.
        case hold
        /// People have to approve it.
        case approval
        /// It is too little to be paid alone.
        case minimum
        /// There is nothing left for it in the period.
        case budget

        private var rank: Int {
            switch self {
            case .hold: 0
            case .approval: 1
            case .minimum: 2
            case .budget: 3
            }
        }

        /// Whether the left one holds up first.
        package static func < (left: Why, right: Why) -> Bool { left.rank < right.rank }
    }

    /// How the wait ends, for people.
    package var inWords: String {
        switch why {
        case .hold: "a person has to look at it first"
        case .approval: "people have to approve it"
        case .minimum: "it is too little to be paid alone"
        case .budget: "this period's budget is spent"
        }
    }
}
