/// What a condition may ask about. Closed, so that no promise can depend on who a person is: what the format knows
/// beyond these (a person's region, their premium access, how often they were late before) is refused.
package enum Fact: String, Hashable, Sendable, CaseIterable {
    case tenant = "request.tenant"
    case tier = "request.tier"
    case type = "request.type"
    /// By which law the institution stands: a country code of ISO 3166-1 alpha-2. Never that of a person.
    case region = "request.region"
    /// What was paid for the request, in minor units of its currency.
    case pricePaid = "request.pricePaid"
    case cause = "incident.cause"
    case severity = "incident.severity"
    /// How many requests the incident made late.
    case affectedCount = "incident.affectedCount"
    /// How many of a million requests it made late.
    case affectedShare = "incident.affectedShare"
    /// Physical time since the deadline, in whole seconds.
    case delaySeconds = "delay.seconds"
    /// Working time since the deadline, in whole seconds.
    case delayBusinessSeconds = "delay.businessSeconds"
    /// Whole days of the civil calendar since the deadline.
    case delayCalendarDays = "delay.calendarDays"
    /// Whether the clock has stopped.
    case isResolved = "delay.resolved"
    /// What a payment comes to, in minor units of its own unit.
    case benefitTotal = "benefit.total"
    /// What a claim asks for.
    case claimRequested = "claim.requested"
    /// What a claim is about.
    case claimCategory = "claim.category"

    /// What its values are.
    var kind: Kind {
        switch self {
        case .tenant, .tier, .type, .region, .cause, .claimCategory: .text
        case .severity: .rank
        case .isResolved: .truth
        case .pricePaid, .affectedCount, .affectedShare, .delaySeconds, .delayBusinessSeconds, .delayCalendarDays,
            .benefitTotal, .claimRequested:
            .number
        }
    }

    enum Kind {
        case text, number, truth
        /// Texts that have an order.
        case rank
    }

    /// The facts of a request, which hold from its acceptance on.
    package static let ofRequest: Set<Fact> = [.tenant, .tier, .type, .region]
    /// What may decide whether a delay is paid at all: never the delay itself, so that more of it never pays less.
    package static let ofEligibility: Set<Fact> = [
        .tenant, .tier, .type, .pricePaid, .cause, .severity, .affectedCount, .affectedShare,
    ]
    /// What may decide whether people are asked before a payment.
    package static let ofPayment: Set<Fact> = Set(allCases).subtracting([.region, .claimRequested, .claimCategory])
}

/// The facts of one request, as its entry `request.accepted` says them, and what more is known where that counts.
package struct Facts: Hashable, Sendable {
    /// The institution.
    package let tenant: String
    /// `standard` or `premium`.
    package let tier: String
    /// The credential's most specific type.
    package let type: String
    /// That of the institution; empty where it has none.
    package let region: String
    /// Numbers, truths as 0 and 1, ranks from 0 on. A number that is not known is not there.
    private var numbers: [Fact: Int64] = [:]
    private var texts: [Fact: String] = [:]

    /// The facts of one request.
    package init(tenant: String, tier: String, type: String, region: String = "") {
        self.tenant = tenant
        self.tier = tier
        self.type = type
        self.region = region
    }

    /// One text; empty when it is not known.
    package subscript(fact: Fact) -> String {
        switch fact {
        case .tenant: tenant
        case .tier: tier
        case .type: type
        case .region: region
        default: texts[fact] ?? ""
        }
    }

    /// One number; nil when it is not known.
    package func number(_ fact: Fact) -> Int64? { numbers[fact] }

    /// The facts with one number more.
    package mutating func add(_ fact: Fact, _ number: Int64?) { numbers[fact] = number }

    /// The facts with one truth more.
    package mutating func add(_ fact: Fact, _ truth: Bool) { numbers[fact] = truth ? 1 : 0 }

    /// The facts with one text more.
    package mutating func add(_ fact: Fact, _ text: String) { texts[fact] = text }
}
