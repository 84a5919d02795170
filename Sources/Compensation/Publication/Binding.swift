package import ServiceLevels
package import Temporal

/// What a request is promised.
package struct Binding: Hashable, Sendable {
    /// The promise.
    package let serviceLevel: ServiceLevel
    /// What it pays when it is broken.
    package let compensation: CompensationPolicy
    /// What each of its promises pays, the one above among them.
    package let compensations: [Objective.Metric: CompensationPolicy]
    /// By what its spans are counted; nil where the service level names no calendar.
    package let calendar: Calendar?
    /// Who is told what of it, and when; nil where the tenant of the service level has no plan.
    package let notices: NoticePlan?

    /// A calendar, as it was published.
    package struct Calendar: Hashable, Sendable {
        /// The document.
        package let document: BusinessCalendar
        /// Its hours, by the rules of the zone that it pins.
        package let hours: WorkingCalendar
    }

    /// What is promised.
    package var objective: Objective { serviceLevel.objective }
}

/// Why a request cannot be promised anything, and so is not accepted.
package enum BindingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No service level in force applies to it.
    case noServiceLevel(tenant: String)
    /// The service level that applies has no compensation policy in force.
    case noCompensation(tenant: String, serviceLevel: String)
    /// The service level that applies counts by a calendar that is not in force.
    case noCalendar(tenant: String, calendar: String)

    /// What is missing, and what to do.
    package var description: String {
        switch self {
        case .noServiceLevel(let tenant):
            "no service level in force applies to this request of \(tenant); publish one for \(tenant) or for "
                + PolicyBook.defaultTenant
        case .noCalendar(let tenant, let calendar):
            "the calendar \(calendar) of \(tenant), by which the service level counts, is not in force; publish "
                + "it, and let both take effect at the same instant"
        case .noCompensation(let tenant, let serviceLevel):
            "the service level \(serviceLevel) of \(tenant) has no compensation policy in force; publish one with "
                + "slaRef \(serviceLevel), and let both take effect at the same instant"
        }
    }
}
