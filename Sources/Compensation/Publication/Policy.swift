import CanonicalJSON
package import ServiceLevels

/// A policy with its promise read. The one table of kinds: what is read by which type, what it refers to, how it is
/// said.
package enum Policy: Hashable, Sendable {
    /// The hours by which promises are counted.
    case businessCalendar(BusinessCalendar)
    /// A promise about time.
    case serviceLevel(ServiceLevel)
    /// What a broken one pays.
    case compensation(CompensationPolicy)
    /// A moratorium on what one pays.
    case suspension(Suspension)
    /// What is spent on that in a month or a year.
    case budget(Budget)
    /// How claims are heard.
    case claims(ClaimsPolicy)
    /// Whom we ask how a delay was handled, and what is published of it.
    case review(ReviewPolicy)
    /// How lateness is foreseen.
    case forecast(ForecastPolicy)
    /// Who is told what, and when.
    case notification(NoticePlan)

    /// Reads the promise of a document. Refuses a kind that this version does not act upon, and everything that the
    /// type of the kind refuses.
    package init(_ document: PolicyDocument) throws(PolicyError) {
        switch document.kind {
        case .serviceLevel: self = .serviceLevel(try ServiceLevel(document))
        case .compensation: self = .compensation(try CompensationPolicy(document))
        case .businessCalendar: self = .businessCalendar(try BusinessCalendar(document))
        case .suspension: self = .suspension(try Suspension(document))
        case .budget: self = .budget(try Budget(document))
        case .notification: self = .notification(try NoticePlan(document))
        case .claims: self = .claims(try ClaimsPolicy(document))
        case .forecast: self = .forecast(try Self.forecast(document))
        case .review: self = .review(try ReviewPolicy(document))
        }
    }

    /// There is one forecast for the whole service.
    private static func forecast(_ document: PolicyDocument) throws(PolicyError) -> ForecastPolicy {
        let tenant = PolicyBook.defaultTenant
        guard document.metadata.tenant == tenant else {
            throw PolicyError(
                pointer: JSONPointer().appending("metadata").appending("tenant"),
                problem: "this version makes one forecast for the whole service; publish it for \(tenant)")
        }
        return try ForecastPolicy(document)
    }

    /// Name, owner, version and begin.
    package var metadata: PolicyDocument.Metadata {
        switch self {
        case .businessCalendar(let calendar): calendar.metadata
        case .serviceLevel(let level): level.metadata
        case .compensation(let compensation): compensation.metadata
        case .suspension(let suspension): suspension.metadata
        case .budget(let budget): budget.metadata
        case .claims(let claims): claims.metadata
        case .review(let review): review.metadata
        case .forecast(let forecast): forecast.metadata
        case .notification(let plan): plan.metadata
        }
    }

    /// Its identity.
    package var hash: PolicyHash {
        switch self {
        case .businessCalendar(let calendar): calendar.hash
        case .serviceLevel(let level): level.hash
        case .compensation(let compensation): compensation.hash
        case .suspension(let suspension): suspension.hash
        case .budget(let budget): budget.hash
        case .claims(let claims): claims.hash
        case .review(let review): review.hash
        case .forecast(let forecast): forecast.hash
        case .notification(let plan): plan.hash
        }
    }

    /// Which promise it makes.
    package var kind: PolicyDocument.Kind {
        switch self {
        case .businessCalendar: .businessCalendar
        case .serviceLevel: .serviceLevel
        case .compensation: .compensation
        case .suspension: .suspension
        case .budget: .budget
        case .claims: .claims
        case .review: .review
        case .forecast: .forecast
        case .notification: .notification
        }
    }

    /// The promise in sentences that a person can hold us to.
    package var plainWords: [String] {
        switch self {
        case .businessCalendar(let calendar): calendar.plainWords
        case .serviceLevel(let level): level.plainWords
        case .compensation(let compensation): compensation.plainWords
        case .suspension(let suspension): suspension.plainWords
        case .budget(let budget): budget.plainWords
        case .claims(let claims): claims.plainWords
        case .review(let review): review.plainWords
        case .forecast(let forecast): forecast.plainWords
        case .notification(let plan): plan.plainWords
        }
    }

    /// The same, with what the document says in several languages in one of them, as far as it has it.
    package func plainWords(in locale: String?) -> [String] {
        if case .suspension(let suspension) = self { return suspension.plainWords(in: locale) }
        return plainWords
    }

    /// The policies of the same tenant that it names; each must be published before it.
    var references: [PolicyReference] {
        switch self {
        case .businessCalendar, .budget, .claims, .review, .forecast, .notification: []
        case .serviceLevel(let level):
            level.calendarRef.map { [PolicyReference(.businessCalendar, $0, in: "calendarRef")] } ?? []
        case .compensation(let compensation):
            [PolicyReference(.serviceLevel, compensation.slaRef, in: "slaRef")]
                + (compensation.settling.budgetRef.map { [PolicyReference(.budget, $0, in: "budgetRef")] } ?? [])
        case .suspension(let suspension): [PolicyReference(.compensation, suspension.policyRef, in: "policyRef")]
        }
    }
}

/// A policy that another names.
struct PolicyReference: Hashable, Sendable {
    /// Its kind.
    let kind: PolicyDocument.Kind
    /// Its id.
    let id: String
    /// The member of `spec` that names it.
    let member: String

    init(_ kind: PolicyDocument.Kind, _ id: String, in member: String) {
        self.kind = kind
        self.id = id
        self.member = member
    }
}

extension PolicyDocument.Kind {
    /// The name of the kind in a sentence: `service level`.
    package var inWords: String {
        switch self {
        case .businessCalendar: "calendar"
        case .serviceLevel: "service level"
        case .compensation: "compensation policy"
        case .budget: "budget"
        case .notification: "plan of notices"
        case .claims: "rule for claims"
        case .forecast: "forecast"
        case .review: "review"
        case .suspension: "suspension"
        }
    }
}
