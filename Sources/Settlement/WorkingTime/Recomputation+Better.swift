/// Rule 79: a request that is bound to an earlier version gets the better one, where the later says so.
extension Recomputation {
    /// `compensation.better`: from here on the request is bound to the version that is the best for it.
    mutating func better(_ event: Event, _ facts: BetterFacts) {
        guard let (place, index) = boundTerms(event) else { return }
        let record = requests.records[place]
        guard !record.hasBreach, let due = record.clock.due, let delay = record.clock.delay(at: event.t), delay > 0
        else {
            return report(.wrongPolicy, event, "a better version is chosen when the promise breaks, and not here")
        }
        let terms = policies.terms[index]
        requireHash(terms.compensationHash, in: facts.bound, "the compensation policy", event)
        if facts.dueAt != due { reportDeadline(event, expected: due, found: facts.dueAt) }
        guard let best = policies.best(for: index, due: due) else {
            return report(.wrongPolicy, event, "no later version is better than \(terms.compensationHash); that stands")
        }
        requireHash(policies.terms[best].compensationHash, in: facts.better, "the best version", event)
        requests.records[place].terms = best
        requests.records[place].reboundAt = event.t
        claims.claimables[event.rid]?.terms = best
    }

    /// Before a breach stands which version is the best, if it is another.
    mutating func requireBetter(before event: Event, _ index: Int, _ record: RequestRecord, due: Int64) {
        if let at = record.reboundAt {
            guard at != event.t else { return }
            return report(.wrongPolicy, event, "the better version was chosen at \(shown(at)), and not with the breach")
        }
        guard let best = policies.best(for: index, due: due) else { return }
        let (better, bound) = (policies.terms[best].compensationHash, policies.terms[index].compensationHash)
        report(
            .wrongPolicy, event, "\(better) is better than \(bound), and no compensation.better says so before this")
    }
}

extension PublishedPolicies {
    /// The terms with the version that is the best for a request whose promise was broken at a deadline; nil when that
    /// is the one that it is bound to.
    mutating func best(for index: Int, due: Int64) -> Int? {
        guard helpsEarlierRequests else { return nil }
        let bound = terms[index]
        let versions = compensations(of: bound)
        guard let first = versions.firstIndex(where: { $0.document.hash == bound.compensationHash }) else { return nil }
        var best: Version?
        var spec = bound.documents.compensation
        for version in versions[(first + 1)...] where version.effectiveAt <= due && !version.isVoid {
            guard case .success(.compensation(let compensation)) = version.document.spec, compensation.helpsEarlier,
                case .success = compensation.terms
            else { continue }
            let later = version.document.terms
            let comparison = VersionComparison(bound: spec, later: later, due: due, counting: bound.counting)
            if comparison.isBetter { (best, spec) = (version, later) }
        }
        return best.flatMap { rebound(index, to: $0) }
    }
}

extension Terms {
    /// By when something is to be paid that is owed since an instant (rule 77).
    func payBy(from instant: Int64) -> Int64 { counting.ends(compensation.payoutWithin, from: instant) }
}

/// `compensation.better`.
struct BetterFacts {
    let better: Range<Int>
    let bound: Range<Int>
    let dueAt: Int64

    init(_ frame: EntryFrame) throws(EntryProblem) {
        var facts = try FactReader(frame)
        better = try facts.text("better")
        bound = try facts.text("bound")
        dueAt = try facts.integer("dueAt")
        try facts.finish()
    }
}
