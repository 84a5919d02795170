import CanonicalJSON
import ServiceLevels
package import Temporal

/// Change notice (rule 51): nobody loses at short notice.
extension PolicyBook {
    /// Long enough to be read by somebody who looks once a week, and to complain.
    package static let changeNotice = Milliseconds.days(14)

    /// Refuses a change by which somebody would lose sooner than ``changeNotice`` after its publication.
    ///
    /// - Parameters:
    ///   - after: the book with the change.
    ///   - tenant: whose documents it changes.
    ///   - instants: those at which it changes what binds.
    ///   - now: the `t` of the entry.
    func requireNotice(
        of after: PolicyBook, tenant: String, at instants: [Instant], now: Instant, pointer: JSONPointer
    ) throws(PolicyError) {
        for instant in instants where instant < now + Self.changeNotice {
            guard let (facts, loss) = loss(in: after, tenant: tenant, at: instant) else { continue }
            let problem =
                "a \(facts.tier) request\(facts.type.isEmpty ? "" : " of type \(facts.type)") of \(facts.tenant) "
                + "\(facts.region.isEmpty ? "" : "in \(facts.region) ")would be worse off at \(instant): \(loss). "
                + "Say so \(Self.changeNotice.inWords) ahead: not before \(now + Self.changeNotice)"
            throw PolicyError(pointer: pointer, problem: problem)
        }
    }

    /// The first facts, of all that a condition can tell apart, for which a request accepted then is promised less.
    private func loss(in after: PolicyBook, tenant: String, at instant: Instant) -> (Facts, String)? {
        for facts in combinations(with: after, tenant: tenant, at: instant) {
            guard let new = try? after.binding(of: facts, at: instant), let old = lastBinding(of: facts, at: instant)
            else { continue }
            let comparison = PromiseComparison(old: old, new: new) { after.publication(of: $0)?.document.json }
            if let loss = comparison.loss { return (facts, loss) }
        }
        return nil
    }

    /// What binds, or bound last within the notice before.
    private func lastBinding(of facts: Facts, at instant: Instant) -> Binding? {
        if let binding = try? binding(of: facts, at: instant) { return binding }
        let earliest = instant - Self.changeNotice
        for begin in begins(for: facts.tenant) where begin > earliest && begin <= instant {
            if let binding = try? binding(of: facts, at: begin - Milliseconds(1)) { return binding }
        }
        return nil
    }

    /// All facts that the conditions in force can tell apart, of every tenant whose requests the change can touch.
    private func combinations(with after: PolicyBook, tenant: String, at instant: Instant) -> [Facts] {
        func levels(of tenant: String) -> [ServiceLevel] {
            [self, after].flatMap { $0.levels(of: tenant, at: instant) }
        }
        var touched: Set<String> = [tenant]
        let shared = levels(of: Self.defaultTenant)
        if tenant == Self.defaultTenant {
            // A text that is no identifier stands for everybody who has no policy of their own and is not named.
            touched.formUnion([""] + tenants + shared.flatMap { $0.appliesTo.values(of: .tenant) })
        }
        return touched.sorted().flatMap { tenant in
            let types = Set([""] + (shared + levels(of: tenant)).flatMap { $0.appliesTo.values(of: .type) })
            let asked = (shared + levels(of: tenant)).flatMap { $0.appliesTo.values(of: .region) }
            let regions = Set([""] + asked + self.regions(of: tenant, with: after, at: instant)).sorted()
            return types.sorted().flatMap { type in
                regions.flatMap { region in
                    ["premium", "standard"].map { Facts(tenant: tenant, tier: $0, type: type, region: region) }
                }
            }
        }
    }

    /// Those that minimums in force ask about which can bind a tenant's requests.
    private func regions(of tenant: String, with after: PolicyBook, at instant: Instant) -> [String] {
        [self, after].flatMap { book in
            [tenant, Self.defaultTenant].flatMap { book.regionsOfMinimums(of: $0, at: instant) }
        }
    }

    private func levels(of tenant: String, at instant: Instant) -> [ServiceLevel] {
        inForce(.serviceLevel, of: tenant, at: instant).compactMap { policy in
            if case .serviceLevel(let level) = policy { level } else { nil }
        }
    }
}
