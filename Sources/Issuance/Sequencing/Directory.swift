package import Compensation
package import ServiceLevels
import Temporal

/// What every request needs to know and few commands change: who issues, who may ask, what is promised. Kept in
/// memory, made from the log at the start and by each event after; a value, so that a transaction that fails leaves it.
package struct Directory: Sendable {
    package private(set) var opened: LogOpened?
    /// The keys that sign checkpoints.
    package private(set) var logKeys = LogKeyBook()
    package private(set) var policies = PolicyBook()
    package private(set) var issuers = IssuerBook()
    /// The contexts and schemas of each institution.
    package private(set) var resources: [TenantID: TenantResources] = [:]
    /// What minting coupons needs to know.
    package private(set) var coupons = CouponBook()
    /// Tenants by the SHA-256 of their API key.
    package private(set) var tenants: [[UInt8]: TenantID] = [:]
    /// By which law institutions stand; those without are not here.
    package private(set) var regions: [TenantID: Region] = [:]
    /// Whether anybody can rely on what is published.
    var hasInstitution: Bool { !tenants.isEmpty }
    /// Who acts for the service.
    package private(set) var staff = StaffBook()
    /// By which rules incidents open, and which stages fail.
    package private(set) var incidents = IncidentBook()
    /// What the log adds up to.
    package private(set) var tally = Tally()
    /// Whether anybody was ever erased; until then no command need be compared with what was erased.
    private(set) var hasErasures = false

    package init() {}

    /// - Parameter instant: the `t` of the event's entry.
    mutating func apply(_ event: Event, at instant: Instant) throws {
        tally.count(event)
        guard event.changesDirectory else { return }
        switch event {
        case .logOpened(let event):
            try logKeys.open(with: event.logKey)
            opened = event
        case .logKeyChanged(let event): try logKeys.apply(event)
        case .institutionAdded(let event):
            tenants[event.keyDigest] = event.tenant
            if regions[event.tenant] == nil { regions[event.tenant] = event.region }
        case .zonePinned(let event): policies = policies.pinning(event.rules)
        case .policyPublished(let event):
            let document = try PolicyDocument(event.document)
            policies = try policies.adding(document, effectiveAt: event.effectiveAt).book
            incidents.apply(event)
        case .policy(.withdrawn(let event)): policies = try policies.removing(event.hash, from: event.from)
        case .policy(.approved(let event)):
            policies = try policies.approving(event.hash, by: event.by.text, at: instant)
        case .issuerAdded, .keyAdded, .keyRetired, .keyRevoked: try issuers.apply(event)
        case .resourceRegistered(let event): try resources[event.tenant, default: TenantResources()].add(event)
        case .subjectErased, .wallet(.erased): hasErasures = true
        case .coupon(let fact): try coupons.apply(fact)
        case .staffAdded(let event): try staff.apply(event)
        case .staffRolesChanged(let event): try staff.apply(event)
        case .staffRemoved(let event): try staff.apply(event)
        case .incident(let event): incidents.apply(event)
        default: break
        }
    }
    /// Takes the sums as they are stored, in place of what the entries read at the start added up to.
    mutating func take(_ stored: Tally) { tally = stored }
}

extension Event {
    /// Whether it changes anything of the directory but the sums; a node that follows asks.
    var changesDirectory: Bool {
        switch self {
        case .logOpened, .logKeyChanged, .institutionAdded, .zonePinned, .policyPublished, .policy, .issuerAdded,
            .keyAdded, .keyRetired, .keyRevoked, .resourceRegistered, .subjectErased, .wallet(.erased), .coupon(.key),
            .coupon(.limits), .staffAdded, .staffRolesChanged, .staffRemoved, .incident(.stageReported),
            .incident(.rulesPublished):
            true
        default: false
        }
    }

    /// Whether it changes what a status list says.
    var changesStatus: Bool {
        switch self {
        case .credentialRevoked, .credentialStatusSet, .assurance(.upgraded): true
        default: false
        }
    }
}
