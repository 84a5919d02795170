import CanonicalJSON
import ServiceLevels
import Temporal

/// The policies of one tenant, cut into epochs in which the same documents are in force, so that binding a request is a
/// short search and no more.
struct PolicyTimeline: Hashable, Sendable {
    /// By begin. The last one is in force unless a document of the future is published.
    private var epochs: [Epoch] = []
    private var latest: [Name: Version] = [:]

    /// A service level in force, and what pays for its delays.
    struct Offer: Hashable, Sendable {
        let serviceLevel: ServiceLevel
        let compensation: CompensationPolicy?
    }

    private struct Name: Hashable {
        let kind: PolicyDocument.Kind
        let id: String
    }

    private struct Version: Hashable {
        let number: Int64
        let effectiveAt: Instant
    }

    private struct Epoch: Hashable {
        var from: Instant
        var serviceLevels: [String: ServiceLevel] = [:]
        var compensations: [String: CompensationPolicy] = [:]
        /// The service levels by falling priority, then by id.
        var offers: [Offer] = []
    }

    /// The service level of highest priority that applies.
    func offer(to facts: Facts, at instant: Instant) -> Offer? {
        epochs.last { $0.from <= instant }?.offers.first { $0.serviceLevel.appliesTo.holds(for: facts) }
    }

    /// Refuses a version or an instant that is not later than those of the version before.
    func requireLater(_ policy: PublishedPolicy) throws(PolicyError) {
        let metadata = policy.document.metadata
        let place = JSONPointer().appending("metadata")
        guard let before = latest[Name(kind: policy.document.kind, id: metadata.id)] else { return }
        guard metadata.version > before.number else {
            let problem = "version \(before.number) of \(metadata.id) is published; the next one must be greater"
            throw PolicyError(pointer: place.appending("version"), problem: problem)
        }
        guard policy.effectiveAt > before.effectiveAt else {
            let problem =
                "version \(before.number) of \(metadata.id) takes effect at \(before.effectiveAt); the next "
                + "one must take effect later"
            throw PolicyError(pointer: place.appending("effectiveFrom"), problem: problem)
        }
    }

    /// Refuses a compensation policy for a service level that is not published.
    func requireServiceLevel(of policy: CompensationPolicy) throws(PolicyError) {
        guard latest[Name(kind: .serviceLevel, id: policy.slaRef)] == nil else { return }
        let problem = "\(policy.metadata.tenant) has no published service level \(policy.slaRef); publish that first"
        throw PolicyError(pointer: JSONPointer().appending("spec").appending("slaRef"), problem: problem)
    }

    mutating func add(_ level: ServiceLevel, from instant: Instant) {
        let version = Version(number: level.metadata.version, effectiveAt: instant)
        latest[Name(kind: .serviceLevel, id: level.metadata.id)] = version
        change(from: instant) { $0.serviceLevels[level.metadata.id] = level }
    }

    mutating func add(_ compensation: CompensationPolicy, from instant: Instant) {
        let version = Version(number: compensation.metadata.version, effectiveAt: instant)
        latest[Name(kind: .compensation, id: compensation.metadata.id)] = version
        change(from: instant) { $0.compensations[compensation.metadata.id] = compensation }
    }

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
        let compensations = epoch.compensations.values.sorted { $0.metadata.id < $1.metadata.id }
        return epoch.serviceLevels.values
            .sorted { ($1.priority, $0.metadata.id) < ($0.priority, $1.metadata.id) }
            .map { level in
                Offer(
                    serviceLevel: level, compensation: compensations.first { $0.slaRef == level.metadata.id })
            }
    }
}
