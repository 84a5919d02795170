import CanonicalJSON
package import ServiceLevels
package import Temporal

/// All published policies, and which of them a request is bound to (rule 1). A value: publishing makes another book.
package struct PolicyBook: Hashable, Sendable {
    /// Every published document, in the order of publication.
    package private(set) var published: [PublishedPolicy] = []
    private var policies: [PolicyHash: Policy] = [:]
    /// Every credential type that a published policy asks about, in UTF-8: conditions compare bytes.
    private var namedTypes: Set<[UInt8]> = []
    private var timelines: [String: PolicyTimeline] = [:]
    /// What a published cap adds up.
    private var counted: Set<Counted> = []

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

    /// Reads a document, refuses one that contradicts what is published, and gives the book with it.
    ///
    /// To make a book again from what was stored, publish its documents in order, each at its `effectiveAt`.
    ///
    /// - Parameter now: the `t` of the entry `policy.published`.
    package func publishing(_ document: PolicyDocument, at now: Instant) throws(PolicyError) -> Publication {
        guard published.count < Self.maximumPublished else {
            let problem = "\(Self.maximumPublished) policies are published, which is the most"
            throw PolicyError(pointer: JSONPointer(), problem: problem)
        }
        let policy = try Policy(document)
        if case .compensation(let compensation) = policy { try NotYetActedUpon.require(compensation) }
        let effectiveAt = max(document.metadata.effectiveFrom, now)
        var book = self
        var timeline = timelines[document.metadata.tenant] ?? PolicyTimeline()
        try timeline.requireSuccession(of: policy, from: effectiveAt)
        try timeline.requireReferences(of: policy)
        timeline.add(policy, from: effectiveAt)
        if case .compensation(let compensation) = policy {
            try NotYetActedUpon.require(compensation)
            book.count(compensation.settling.caps)
            book.namedTypes.formUnion(compensation.eligibility.require.values(of: .type).map { Array($0.utf8) })
        }
        if case .serviceLevel(let level) = policy {
            book.namedTypes.formUnion(level.appliesTo.values(of: .type).map { Array($0.utf8) })
        }
        book.policies[document.hash] = policy
        book.timelines[document.metadata.tenant] = timeline
        let published = PublishedPolicy(document: document, effectiveAt: effectiveAt)
        book.published.append(published)
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
        guard let compensation = offer.compensation else {
            let metadata = offer.serviceLevel.metadata
            throw .noCompensation(tenant: metadata.tenant, serviceLevel: metadata.id)
        }
        return Binding(serviceLevel: offer.serviceLevel, compensation: compensation)
    }

    /// Whether a published condition asks about that credential type. One that none asks about makes no difference to
    /// what a request is bound to, so it need not be known.
    package func namesType(_ type: String) -> Bool { namedTypes.contains(Array(type.utf8)) }

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

    /// The policies of one kind that are in force for one tenant's own, by id; those of ``defaultTenant`` are not
    /// among them.
    package func inForce(_ kind: PolicyDocument.Kind, of tenant: String, at instant: Instant) -> [Policy] {
        timelines[tenant]?.inForce(kind, at: instant) ?? []
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

/// What a request is promised.
package struct Binding: Hashable, Sendable {
    /// The promise.
    package let serviceLevel: ServiceLevel
    /// What it pays when it is broken.
    package let compensation: CompensationPolicy

    /// What is promised.
    package var objective: Objective { serviceLevel.objective }
}

/// Why a request cannot be promised anything, and so is not accepted.
package enum BindingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No service level in force applies to it.
    case noServiceLevel(tenant: String)
    /// The service level that applies has no compensation policy in force.
    case noCompensation(tenant: String, serviceLevel: String)

    /// What is missing, and what to do.
    package var description: String {
        switch self {
        case .noServiceLevel(let tenant):
            "no service level in force applies to this request of \(tenant); publish one for \(tenant) or for "
                + PolicyBook.defaultTenant
        case .noCompensation(let tenant, let serviceLevel):
            "the service level \(serviceLevel) of \(tenant) has no compensation policy in force; publish one with "
                + "slaRef \(serviceLevel), and let both take effect at the same instant"
        }
    }
}
