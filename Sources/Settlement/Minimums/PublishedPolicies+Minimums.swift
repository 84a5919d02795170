import CanonicalJSON

/// Rule 86: what binds in place of a policy, by the law of a region.
extension PublishedPolicies {
    /// The minimum that raises a policy, or the policy itself.
    func raised(_ version: Version, in region: CanonicalText?, acceptedAt: Int64) -> Version {
        guard let region else { return version }
        for (other, minimum) in minimums(of: version.document.tenant, at: acceptedAt)
        where minimum.of == version.document.id && minimum.regions.contains(region) {
            let comparison = MinimumComparison(of: version.document.terms, other.document.terms)
            if comparison.isRaised { return other }
        }
        return version
    }

    /// The first instant, from one on, at which minimums of a tenant contradict each other or what they are of.
    func problemOfMinimums(of tenant: CanonicalText, from instant: Int64) -> String? {
        for moment in changes where moment >= instant {
            let all = minimums(of: tenant, at: moment)
            for (index, (version, minimum)) in all.enumerated() {
                if let problem = problem(version, minimum, beside: all[..<index], at: moment) {
                    return "from \(shown(moment)) on, \(problem)"
                }
            }
        }
        return nil
    }

    /// The regions that a tenant's minimums in force name.
    func regionsOfMinimums(of tenant: CanonicalText, at instant: Int64) -> [CanonicalText] {
        minimums(of: tenant, at: instant).flatMap { Array($0.1.regions) }
    }

    private func minimums(
        of tenant: CanonicalText, at instant: Int64
    ) -> [(Version, PolicyDocument.Minimum)] {
        guard hasMinimums else { return [] }
        return (shelves[Shelf(tenant: tenant, kind: PolicyDocument.compensationKind)] ?? []).compactMap { series in
            guard let version = series.version(inForceAt: instant),
                case .success(.compensation(let compensation)) = version.document.spec,
                let minimum = compensation.minimum
            else { return nil }
            return (version, minimum)
        }
    }

    private func problem(
        _ version: Version, _ minimum: PolicyDocument.Minimum,
        beside others: ArraySlice<(Version, PolicyDocument.Minimum)>, at instant: Int64
    ) -> String? {
        let name = version.document.name
        for (other, second) in others where second.of == minimum.of && !second.regions.isDisjoint(with: minimum.regions)
        {
            return "\(name) and \(other.document.name) are minimums for the same region"
        }
        let shelf = shelves[Shelf(tenant: version.document.tenant, kind: PolicyDocument.compensationKind)] ?? []
        guard let raised = shelf.first(where: { $0.id == minimum.of })?.version(inForceAt: instant) else { return nil }
        guard case .success(.compensation(let compensation)) = raised.document.spec else { return nil }
        if compensation.minimum != nil { return "\(name) is a minimum of a minimum" }
        let comparison = MinimumComparison(of: raised.document.terms, version.document.terms)
        return comparison.agrees ? nil : "\(name) takes something that \(raised.document.name) gives"
    }
}

/// Two documents compared by any calendar: rule 79 with the deadline at 0 and no calendar, for one kind of time.
private struct MinimumComparison {
    private let policy: JSON
    private let minimum: JSON

    init(of policy: JSON, _ minimum: JSON) {
        self.policy = policy
        self.minimum = minimum
    }

    var isRaised: Bool { isOfOneTime && up.isBetter }
    var agrees: Bool { isOfOneTime && (up.isNowhereLess || down.isNowhereLess) }

    private var up: VersionComparison { Self.compare(policy, minimum) }
    private var down: VersionComparison { Self.compare(minimum, policy) }

    private static func compare(_ bound: JSON, _ later: JSON) -> VersionComparison {
        VersionComparison(bound: bound, later: later, due: 0, counting: Counting(hours: nil))
    }

    private var isOfOneTime: Bool {
        let tiers = [policy, minimum].flatMap { $0["model"]?["tiers"]?.arrayValue ?? [] }
        return Set(tiers.flatMap { $0["over"]?.objectValue?.map(\.key) ?? [] }).count <= 1
    }
}
