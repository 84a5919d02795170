package import CanonicalJSON
import ServiceLevels
package import Temporal

/// The most that is given in one unit to one request, one user, for one incident or by one tenant, in a window of time
/// (rule 30). A cap is part of the published promise.
package struct Cap: Hashable, Sendable {
    /// Whose amounts are added up.
    package let scope: Scope
    /// Over which time they are added up.
    package let window: Window
    /// The most that they may be.
    package let limit: Amount
    /// What happens to an amount that goes over it.
    package let overflow: Overflow

    /// Whose amounts are added up.
    package enum Scope: String, Hashable, Sendable, CaseIterable, Comparable {
        case request, user, incident, tenant

        /// In the order in which caps are applied: from the smallest to the largest.
        package static func < (left: Scope, right: Scope) -> Bool { left.rank < right.rank }

        private var rank: Int {
            switch self {
            case .request: 0
            case .user: 1
            case .incident: 2
            case .tenant: 3
            }
        }
    }

    /// Over which time amounts are added up: days, months and years of the civil calendar.
    package enum Window: String, Hashable, Sendable, CaseIterable {
        /// The local date.
        case day = "P1D"
        /// The seven dates from Monday on that hold the local date.
        case week = "P1W"
        /// The local date and the 29 before it.
        case thirtyDays = "P30D"
        /// The month of the civil calendar.
        case month = "P1M"
        /// The year of the civil calendar.
        case year = "P1Y"
        /// All time.
        case lifetime
    }

    /// What happens to an amount that goes over a cap.
    package enum Overflow: String, Hashable, Sendable, CaseIterable {
        /// What goes over is not given.
        case truncate
        /// All of it is owed, and paid when somebody has approved it or was given the time to.
        case needsApproval = "needs-approval"
    }

    /// A cap.
    package init(scope: Scope, window: Window = .lifetime, limit: Amount, overflow: Overflow = .truncate) {
        self.scope = scope
        self.window = window
        self.limit = limit
        self.overflow = overflow
    }

    /// Reads one element of `caps`. A request is one delay and knows no windows; what it is given is never asked for.
    package init(_ json: JSON, at pointer: JSONPointer) throws(JSONShapeError) {
        var reader = try ObjectReader(json, at: pointer)
        scope = try reader.choice("scope")
        limit = try reader.amount("limit")
        if scope == .request {
            try reader.constant("overflow", "truncate")
            try reader.notKept("window")
            (window, overflow) = (.lifetime, .truncate)
        } else {
            window = try reader.optionalString("window") == nil ? .lifetime : try reader.choice("window")
            overflow = try reader.choice("overflow")
        }
        try reader.finish()
    }
}

extension Cap.Window {
    /// The window that holds an instant, or ends with its date, by the wall clock of a zone (rules 30 and 78).
    package func instants(at instant: Instant, in zone: TimeZoneRules) -> Range<Instant> {
        let today = zone.localTime(at: instant).date
        switch self {
        case .day: return zone.instants(of: today..<today.adding(days: 1))
        case .week:
            let monday = today.adding(days: -today.weekday)
            return zone.instants(of: monday..<monday.adding(days: 7))
        case .thirtyDays: return zone.instants(of: today.adding(days: -29)..<today.adding(days: 1))
        case .month: return zone.instants(of: today.month)
        case .year: return zone.instants(of: today.year)
        case .lifetime: return Instant.earliest..<Instant.latest
        }
    }
}

/// How the awards of several requests of one holder in one incident go together (rule 30).
package enum AcrossRequests: String, Hashable, Sendable, CaseIterable {
    /// All are given.
    case sum
    /// Of each type, no more than the request with the most is given.
    case maxPerIncident = "max-per-incident"
}
