import CanonicalJSON
import ServiceLevels
import Temporal

/// The policies of one tenant, cut into epochs in which the same documents are in force, so that binding a request is a
/// short search and no more.
struct PolicyTimeline: Hashable, Sendable {
    /// By begin. The last one is in force unless a document of the future is published.
    private var epochs: [Epoch] = []
    private var latest: [Name: Version] = [:]
    /// All versions in force or to come, by begin, with their ends.
    private(set) var versions: [Name: [Term]] = [:]

    /// A service level in force, and what pays for its delays.
    struct Offer: Hashable, Sendable {
        let serviceLevel: ServiceLevel
        /// By the promise that they pay for.
        let compensations: [Objective.Metric: CompensationPolicy]
        /// The first by id.
        let notices: NoticePlan?
    }

    struct Name: Hashable {
        let kind: PolicyDocument.Kind
        let id: String

        init(_ policy: Policy) {
            kind = policy.kind
            id = policy.metadata.id
        }

        init(_ reference: PolicyReference) {
            kind = reference.kind
            id = reference.id
        }
    }

    private struct Version: Hashable {
        let number: Int64
        let hash: PolicyHash
        let effectiveAt: Instant
    }

    /// When a version is in force, as far as it says itself.
    struct Term: Hashable {
        let policy: Policy
        let from: Instant
        var until: Instant?

        func contains(_ instant: Instant) -> Bool { from <= instant && until.map { instant < $0 } ?? true }
    }

    private struct Epoch: Hashable {
        var from: Instant
        var policies: [Name: Policy] = [:]
        /// The service levels by falling priority, then by id.
        var offers: [Offer] = []
    }

    /// The service level of highest priority that applies.
    func offer(to facts: Facts, at instant: Instant) -> Offer? {
        epoch(at: instant)?.offers.first { $0.serviceLevel.appliesTo.holds(for: facts) }
    }

    /// All service levels in force, by falling priority.
    func offers(at instant: Instant) -> [Offer] { epoch(at: instant)?.offers ?? [] }

    /// The policies of one kind in force, by id.
    func inForce(_ kind: PolicyDocument.Kind, at instant: Instant) -> [Policy] {
        guard let named = epoch(at: instant)?.policies else { return [] }
        // By their names, because most kinds have none, and the documents are large.
        let names = named.keys.filter { $0.kind == kind }
        guard !names.isEmpty else { return [] }
        return names.sorted { $0.id < $1.id }.compactMap { named[$0] }
    }

    private func epoch(at instant: Instant) -> Epoch? { epochs.last { $0.from <= instant } }

    /// Refuses a version that cannot follow the one before: by its number, its begin, or what it says it supersedes.
    func requireSuccession(of policy: Policy, from instant: Instant) throws(PolicyError) {
        let metadata = policy.metadata
        let place = JSONPointer().appending("metadata")
        if let until = metadata.effectiveUntil, until <= instant {
            let problem = "it would take effect at \(instant), when it has ended already"
            throw PolicyError(pointer: place.appending("effectiveUntil"), problem: problem)
        }
        let before = latest[Name(policy)]
        if let supersedes = metadata.supersedes, supersedes != before?.hash {
            let problem = before.map { "the version before is \($0.hash)" } ?? "no version of it was published before"
            throw PolicyError(pointer: place.appending("supersedes"), problem: problem)
        }
        guard let before else { return }
        guard metadata.version > before.number else {
            let problem = "version \(before.number) of \(metadata.id) is published; the next one must be greater"
            throw PolicyError(pointer: place.appending("version"), problem: problem)
        }
        guard instant > before.effectiveAt else {
            let problem =
                "version \(before.number) of \(metadata.id) takes effect at \(before.effectiveAt); the next "
                + "one must take effect later"
            throw PolicyError(pointer: place.appending("effectiveFrom"), problem: problem)
        }
    }

    /// Refuses a policy that names another which is not published.
    func requireReferences(of policy: Policy) throws(PolicyError) {
        for reference in policy.references where latest[Name(reference)] == nil {
            let kind = reference.kind.inWords
            let problem = "\(policy.metadata.tenant) has no published \(kind) \(reference.id); publish that first"
            throw PolicyError(
                pointer: JSONPointer().appending("spec").appending(reference.member), problem: problem)
        }
    }

    /// What is paid for is promised.
    func requirePromise(paidBy policy: Policy, at instant: Instant) throws(PolicyError) {
        guard case .compensation(let compensation) = policy, compensation.objective.isBeside else { return }
        let isPromised = inForce(.serviceLevel, at: instant).contains { other in
            guard case .serviceLevel(let level) = other, level.metadata.id == compensation.slaRef else { return false }
            return level.promise(of: compensation.objective) != nil
        }
        guard !isPromised else { return }
        let (name, metric) = (compensation.slaRef, compensation.objective.rawValue)
        throw PolicyError(
            pointer: JSONPointer().appending("spec").appending("objective"),
            problem: "the service level \(name) does not promise \(metric) when this takes effect; publish that first")
    }

    mutating func add(_ policy: Policy, from instant: Instant) {
        let name = Name(policy)
        latest[name] = Version(number: policy.metadata.version, hash: policy.hash, effectiveAt: instant)
        let until = policy.metadata.effectiveUntil
        versions[name, default: []].append(Term(policy: policy, from: instant, until: until))
        change(from: instant) { $0.policies[name] = policy }
        if let until { end(policy, name, from: until) }
    }

    /// Ends a version. One that has not begun by then never does, and the one before it goes on.
    mutating func withdraw(_ policy: Policy, from instant: Instant) throws(PolicyError) {
        let name = Name(policy)
        guard var terms = versions[name], let place = terms.firstIndex(where: { $0.policy.hash == policy.hash }),
            terms[place].until.map({ instant < $0 }) ?? true
        else {
            throw PolicyError(
                pointer: JSONPointer().appending("hash"),
                problem: "it has been withdrawn, or ends before that by itself")
        }
        if terms[place].from < instant { terms[place].until = instant } else { terms.remove(at: place) }
        versions[name] = terms
        end(policy, name, from: instant)
    }

    /// Takes a version out of the epochs from an instant on. If it never begins, the one before it goes on for its
    /// time.
    private mutating func end(_ policy: Policy, _ name: Name, from instant: Instant) {
        let terms = versions[name] ?? []
        let begins = terms.contains { $0.policy.hash == policy.hash }
        let before = begins ? nil : terms.last { $0.policy.metadata.version < policy.metadata.version }
        change(from: instant) { epoch in
            guard epoch.policies[name]?.hash == policy.hash else { return }
            epoch.policies[name] = before.flatMap { $0.contains(epoch.from) ? $0.policy : nil }
        }
    }

    /// The instants at which an epoch begins.
    var begins: [Instant] { epochs.map(\.from) }

    /// Cuts an epoch at the instant, and changes it and all later ones: versions take effect in their order, so a later
    /// epoch holds no later version of the same document.
    private mutating func change(from instant: Instant, _ change: (inout Epoch) -> Void) {
        let before = epochs.lastIndex { $0.from <= instant }
        if before.map({ epochs[$0].from < instant }) ?? true {
            var epoch = before.map { epochs[$0] } ?? Epoch(from: instant)
            epoch.from = instant
            epochs.insert(epoch, at: before.map { $0 + 1 } ?? 0)
        }
        for index in epochs.indices where epochs[index].from >= instant {
            change(&epochs[index])
            epochs[index].offers = Self.offers(epochs[index])
        }
    }

    private static func offers(_ epoch: Epoch) -> [Offer] {
        var levels: [ServiceLevel] = []
        var compensations: [CompensationPolicy] = []
        var plans: [NoticePlan] = []
        for policy in epoch.policies.values {
            if case .serviceLevel(let level) = policy { levels.append(level) }
            if case .compensation(let compensation) = policy { compensations.append(compensation) }
            if case .notification(let plan) = policy { plans.append(plan) }
        }
        compensations.sort { $0.metadata.id < $1.metadata.id }
        let notices = plans.min { $0.metadata.id < $1.metadata.id }
        return levels.sorted { ($1.priority, $0.metadata.id) < ($0.priority, $1.metadata.id) }.map { level in
            let paying = compensations.filter { $0.slaRef == level.metadata.id }
            let byObjective = Dictionary(paying.map { ($0.objective, $0) }) { first, _ in first }
            return Offer(serviceLevel: level, compensations: byObjective, notices: notices)
        }
    }
}
