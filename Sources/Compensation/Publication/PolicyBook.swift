import CanonicalJSON
package import ServiceLevels
package import Temporal

/// All published policies, and which of them a request is bound to (rule 1). A value: publishing makes another book.
package struct PolicyBook: Hashable, Sendable {
    /// Every published document, in the order of publication.
    package private(set) var published: [PublishedPolicy] = []
    private var policies: [PolicyHash: Policy] = [:]
    private var places: [PolicyHash: Int] = [:]
    /// Every credential type that a published policy asks about, in UTF-8: conditions compare bytes.
    private var namedTypes: Set<[UInt8]> = []
    private var timelines: [String: PolicyTimeline] = [:]
    /// What spans of working time are counted by.
    package internal(set) var calendars = CalendarShelf()
    /// The first document of kind `Review` that was published.
    package private(set) var firstReview: PublishedPolicy?
    /// Whether a plan of notices was ever published.
    package private(set) var hasNotices = false
    /// What a published cap adds up.
    private var counted: Set<Counted> = []
    /// Who approved a suspension, and when.
    private var approvals: [PolicyHash: [String: Instant]] = [:]

    private struct Counted: Hashable {
        let scope: Cap.Scope
        let unit: UnitOfAccount
    }

    /// The tenant whose policies hold for every request that those of its own tenant do not apply to.
    package static let defaultTenant = "default"

    /// All documents stay in memory for the requests bound to them: at a few kilobytes each, this many take some tens
    /// of megabytes, and are a new policy every day for ten years.
    package static let maximumPublished = 4096

    /// An empty book.
    package init() {}

    /// Reads a document, refuses one that contradicts what is published or by which somebody would lose at short
    /// notice, and gives the book with it.
    ///
    /// - Parameters:
    ///   - now: the `t` of the entry `policy.published`.
    ///   - isReliedOn: whether the log names an institution; before it does, nobody loses.
    package func publishing(
        _ document: PolicyDocument, at now: Instant, isReliedOn: Bool = true
    ) throws(PolicyError) -> Publication {
        let publication = try adding(document, effectiveAt: max(document.metadata.effectiveFrom, now))
        guard isReliedOn else { return publication }
        let metadata = document.metadata
        try requireNotice(
            of: publication.book, tenant: metadata.tenant,
            at: [publication.policy.effectiveAt, metadata.effectiveUntil].compactMap(\.self), now: now,
            pointer: JSONPointer().appending("metadata").appending("effectiveFrom"))
        return publication
    }

    /// The book with a document that was published. To make a book again from what was stored, add its documents in
    /// order, each at its `effectiveAt`. How long ahead of that it was published is not looked at.
    package func adding(_ document: PolicyDocument, effectiveAt: Instant) throws(PolicyError) -> Publication {
        guard published.count < Self.maximumPublished else {
            let problem = "\(Self.maximumPublished) policies are published, which is the most"
            throw PolicyError(pointer: JSONPointer(), problem: problem)
        }
        let policy = try Policy(document)
        var book = self
        var timeline = timelines[document.metadata.tenant] ?? PolicyTimeline()
        try timeline.requireSuccession(of: policy, from: effectiveAt)
        try timeline.requireReferences(of: policy)
        try timeline.requireHelp(of: policy)
        timeline.add(policy, from: effectiveAt)
        try timeline.requirePromise(paidBy: policy, at: effectiveAt)
        try timeline.requireHours(for: policy, at: effectiveAt)
        if case .compensation(let compensation) = policy {
            book.count(compensation.settling.caps)
            book.namedTypes.formUnion(compensation.eligibility.require.values(of: .type).map { Array($0.utf8) })
        }
        if case .serviceLevel(let level) = policy {
            book.namedTypes.formUnion(level.appliesTo.values(of: .type).map { Array($0.utf8) })
        }
        if case .businessCalendar(let calendar) = policy { try book.calendars.add(calendar, from: effectiveAt) }
        if case .budget(let budget) = policy, let zone = budget.zone {
            _ = try calendars.rules(of: zone.name, zone.tzdata)
        }
        book.policies[document.hash] = policy
        book.timelines[document.metadata.tenant] = timeline
        let published = PublishedPolicy(document: document, effectiveAt: effectiveAt)
        book.places[document.hash] = book.published.count
        book.published.append(published)
        if book.firstReview == nil, document.kind == .review { book.firstReview = published }
        if document.kind == .notification { book.hasNotices = true }
        return Publication(policy: published, book: book)
    }

    /// What a request with these facts is bound to.
    ///
    /// - Parameter instant: the `acceptedAt` of the request.
    package func binding(of facts: Facts, at instant: Instant) throws(BindingError) -> Binding {
        let own = timelines[facts.tenant]?.offer(to: facts, at: instant)
        guard let offer = own ?? timelines[Self.defaultTenant]?.offer(to: facts, at: instant) else {
            throw .noServiceLevel(tenant: facts.tenant)
        }
        guard let compensation = offer.compensations[.issue] else {
            let metadata = offer.serviceLevel.metadata
            throw .noCompensation(tenant: metadata.tenant, serviceLevel: metadata.id)
        }
        let calendar = try boundCalendar(of: offer.serviceLevel, at: instant)
        return Binding(
            serviceLevel: offer.serviceLevel, compensation: compensation, compensations: offer.compensations,
            calendar: calendar, notices: offer.notices)
    }

    /// The calendar in force that a service level names, of its own tenant; nil where it names none.
    private func boundCalendar(
        of level: ServiceLevel, at instant: Instant
    ) throws(BindingError) -> Binding.Calendar? {
        guard let id = level.calendarRef else { return nil }
        for case .businessCalendar(let calendar) in inForce(.businessCalendar, of: level.metadata.tenant, at: instant)
        where calendar.metadata.id == id {
            guard let hours = calendars.calendar(calendar.hash) else { continue }
            return Binding.Calendar(document: calendar, hours: hours)
        }
        throw .noCalendar(tenant: level.metadata.tenant, calendar: id)
    }

    /// Whether a published condition asks about that credential type. One that none asks about makes no difference to
    /// what a request is bound to, so it need not be known.
    package func namesType(_ type: String) -> Bool { namedTypes.contains(Array(type.utf8)) }
}

/// What was published.
extension PolicyBook {
    /// The document of that hash with its begin, in force or not.
    package func publication(of hash: PolicyHash) -> PublishedPolicy? { places[hash].map { published[$0] } }

    /// The policy of that hash, in force or not.
    package func policy(_ hash: PolicyHash) -> Policy? { policies[hash] }

    /// The service level of that hash, in force or not.
    package func serviceLevel(_ hash: PolicyHash) -> ServiceLevel? {
        if case .serviceLevel(let level)? = policies[hash] { level } else { nil }
    }

    /// The compensation policy of that hash, in force or not.
    package func compensation(_ hash: PolicyHash) -> CompensationPolicy? {
        if case .compensation(let compensation)? = policies[hash] { compensation } else { nil }
    }

    /// The policy for claims of that hash, in force or not.
    package func claims(_ hash: PolicyHash) -> ClaimsPolicy? {
        if case .claims(let claims)? = policies[hash] { claims } else { nil }
    }

    /// The plan of notices of that hash, in force or not.
    package func notices(_ hash: PolicyHash) -> NoticePlan? {
        if case .notification(let plan)? = policies[hash] { plan } else { nil }
    }

    /// Whether anybody is ever asked how a delay was handled.
    package var hasReview: Bool { firstReview != nil }

    /// The policy for surveys of that hash, in force or not.
    package func review(_ hash: PolicyHash) -> ReviewPolicy? {
        if case .review(let review)? = policies[hash] { review } else { nil }
    }

    /// The policies of one kind that are in force for one tenant's own, by id; those of ``defaultTenant`` are not
    /// among them.
    package func inForce(_ kind: PolicyDocument.Kind, of tenant: String, at instant: Instant) -> [Policy] {
        timelines[tenant]?.inForce(kind, at: instant) ?? []
    }

    /// The pairs of one tenant's own service levels and what pays for them, by falling priority.
    package func bindings(of tenant: String, at instant: Instant) -> [Binding] {
        (timelines[tenant]?.offers(at: instant) ?? []).compactMap { offer in
            offer.compensations[.issue].map { compensation in
                Binding(
                    serviceLevel: offer.serviceLevel, compensation: compensation, compensations: offer.compensations,
                    calendar: try? boundCalendar(of: offer.serviceLevel, at: instant), notices: offer.notices)
            }
        }
    }

    /// All versions of a tenant's documents.
    func timeline(of tenant: String) -> PolicyTimeline? { timelines[tenant] }

    /// Every tenant that has published a policy.
    var tenants: [String] { Array(timelines.keys) }

    /// The instants at which something begins or ends to bind the requests of a tenant, the last first.
    func begins(for tenant: String) -> [Instant] {
        let all = [tenant, Self.defaultTenant].flatMap { timelines[$0]?.begins ?? [] }
        return Set(all).sorted(by: >)
    }
}

extension PolicyBook {
    /// The budget of that id that is in force for a tenant's own policies; nil when there is none.
    package func budget(_ id: String, of tenant: String, at instant: Instant) -> Budget? {
        for case .budget(let budget) in inForce(.budget, of: tenant, at: instant) where budget.metadata.id == id {
            return budget
        }
        return nil
    }

    /// Whether any published document has a cap of that scope and unit: only then is anything added up (rule 30).
    package func counts(_ scope: Cap.Scope, _ unit: UnitOfAccount) -> Bool {
        counted.contains(Counted(scope: scope, unit: unit))
    }

    private mutating func count(_ caps: [Cap]) {
        for cap in caps { counted.insert(Counted(scope: cap.scope, unit: cap.limit.unit)) }
    }
}

/// What ends a policy before its time, or lets one begin (rules 50 and 52).
extension PolicyBook {
    /// The book in which a document is in force no more; refused at short notice for anybody who would lose.
    ///
    /// - Parameters:
    ///   - from: its end, not before `now`.
    ///   - now: the `t` of the entry `policy.withdrawn`.
    ///   - isReliedOn: whether the log names an institution; before it does, nobody loses.
    package func withdrawing(
        _ hash: PolicyHash, from: Instant, at now: Instant, isReliedOn: Bool = true
    ) throws(PolicyError) -> PolicyBook {
        guard from >= now else {
            let problem = "\(from) has passed; what was promised until now stays promised"
            throw PolicyError(pointer: JSONPointer().appending("from"), problem: problem)
        }
        let book = try removing(hash, from: from)
        guard isReliedOn, let policy = policies[hash] else { return book }
        let begin = publication(of: hash)?.effectiveAt ?? from
        try requireNotice(
            of: book, tenant: policy.metadata.tenant, at: [max(from, begin)], now: now,
            pointer: JSONPointer().appending("from"))
        return book
    }

    /// The book in which a document was withdrawn.
    package func removing(_ hash: PolicyHash, from: Instant) throws(PolicyError) -> PolicyBook {
        guard let policy = policies[hash] else {
            throw PolicyError(
                pointer: JSONPointer().appending("hash"), problem: "no policy with this hash was published")
        }
        var book = self
        try book.timelines[policy.metadata.tenant]?.withdraw(policy, from: from)
        return book
    }

    /// The book in which somebody has approved a suspension.
    ///
    /// - Parameters:
    ///   - staff: 16 lower-case hexadecimal digits; whether they may approve at all is for the caller to know.
    ///   - now: the `t` of the entry `policy.approved`.
    package func approving(_ hash: PolicyHash, by staff: String, at now: Instant) throws(PolicyError) -> PolicyBook {
        guard case .suspension(let suspension)? = policies[hash] else {
            let problem = "no suspension with this hash was published; no other kind of policy is approved"
            throw PolicyError(pointer: JSONPointer().appending("hash"), problem: problem)
        }
        guard suspension.approvers.contains(staff) else {
            let problem = "the document does not name \(staff) among those who approve it"
            throw PolicyError(pointer: JSONPointer().appending("by"), problem: problem)
        }
        guard approvals[hash]?[staff] == nil else {
            throw PolicyError(pointer: JSONPointer().appending("by"), problem: "\(staff) has approved it before")
        }
        var book = self
        book.approvals[hash, default: [:]][staff] = now
        return book
    }

    /// Who approved a suspension, and when.
    package func approvals(of hash: PolicyHash) -> [String: Instant] { approvals[hash] ?? [:] }

    /// From when to when a suspension holds; nil while it was not approved by all.
    package func time(of suspension: Suspension) -> Range<Instant>? {
        publication(of: suspension.hash).flatMap {
            suspension.holds(effectiveAt: $0.effectiveAt, approvals: approvals(of: suspension.hash))
        }
    }

    /// What suspends the payments of a compensation policy for a promise that was broken at that deadline, if anything
    /// does. The same for ever once the deadline has passed.
    package func suspension(of compensation: CompensationPolicy, brokenAt due: Instant) -> Suspension? {
        for case .suspension(let suspension) in inForce(.suspension, of: compensation.metadata.tenant, at: due)
        where suspension.policyRef == compensation.metadata.id {
            if let time = time(of: suspension), time.contains(due) { return suspension }
        }
        return nil
    }
}

/// A document that is public.
package struct PublishedPolicy: Hashable, Sendable {
    /// As it was published.
    package let document: PolicyDocument
    /// From when on it is in force: its own wish or its publication, whichever is later.
    package let effectiveAt: Instant
}

/// A document that may be published, and the book as it is when it was.
package struct Publication: Sendable {
    /// For the entry `policy.published`.
    package let policy: PublishedPolicy
    /// For whoever comes after it.
    package let book: PolicyBook
}
