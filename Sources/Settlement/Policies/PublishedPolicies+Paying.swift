import CanonicalJSON

extension PublishedPolicies {
    /// What pays for another promise of a request that is bound to these terms; the same terms with another
    /// compensation policy. None when no such policy was in force.
    mutating func paying(for objective: String, beside index: Int, acceptedAt: Int64) -> Binding {
        let bound = terms[index]
        let shelf = Shelf(tenant: bound.tenant, kind: PolicyDocument.compensationKind)
        for series in shelves[shelf] ?? [] {
            guard let other = series.version(inForceAt: acceptedAt) else { continue }
            guard case .success(.compensation(let compensation)) = other.document.spec else {
                return .cannotTell(seq: other.seq)
            }
            guard compensation.slaRef == Array(bound.serviceLevelID.utf8), compensation.objective == objective else {
                continue
            }
            let pair = SidePair(bound: index, compensation: other.seq)
            if let known = sidePairs[pair] { return .bound(known) }
            guard case .success(let compensationTerms) = compensation.terms else { return .cannotTell(seq: other.seq) }
            sidePairs[pair] = terms.count
            terms.append(bound.paying(by: other, compensationTerms))
            return .bound(terms.count - 1)
        }
        return .none("nothing pays for \(objective)")
    }
}

extension PublishedPolicies {
    /// All versions of the compensation policy that binds, oldest first.
    func compensations(of bound: Terms) -> [Version] {
        let shelf = Shelf(tenant: bound.tenant, kind: PolicyDocument.compensationKind)
        return shelves[shelf]?.first { $0.id == bound.compensationID }?.versions ?? []
    }

    /// The same terms with another version of the compensation policy; nil when nobody can tell what that says.
    mutating func rebound(_ index: Int, to version: Version) -> Int? {
        let pair = SidePair(bound: index, compensation: version.seq)
        if let known = sidePairs[pair] { return known }
        guard case .success(.compensation(let compensation)) = version.document.spec,
            case .success(let compensationTerms) = compensation.terms
        else { return nil }
        sidePairs[pair] = terms.count
        terms.append(terms[index].paying(by: version, compensationTerms))
        return terms.count - 1
    }
}

extension Terms {
    /// The same promise, paid by another policy.
    func paying(by version: PublishedPolicies.Version, _ compensation: CompensationTerms) -> Terms {
        Terms(
            serviceLevelHash: serviceLevelHash, serviceLevelID: serviceLevelID, serviceLevel: serviceLevel,
            compensationHash: version.document.hash, compensation: compensation, tenant: version.document.tenant,
            compensationID: version.document.id, documents: (documents.serviceLevel, version.document.terms),
            calendar: calendar)
    }
}
