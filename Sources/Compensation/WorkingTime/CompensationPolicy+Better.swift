import CanonicalJSON
import ServiceLevels
package import Temporal

/// Which of two versions of a policy is better for a request (rule 79 of the page "Working time" of Issuance).
extension CompensationPolicy {
    /// Whether this version gives nowhere less than another and somewhere more, for a promise that was broken at a
    /// deadline. False also where the two cannot be compared: then what was promised first stands.
    package func isBetter(than bound: CompensationPolicy, due: Instant, _ calendar: WorkingCalendar) -> Bool {
        guard incomparability(with: bound) == nil else { return false }
        let old = bound.steps(due: due, calendar)
        let new = steps(due: due, calendar)
        var isMore = false
        for last in Set((old + new).map(\.last)) {
            let (before, after) = (bound.sums(old, beyond: last), sums(new, beyond: last))
            for (gift, minor) in before where after[gift] ?? 0 < minor { return false }
            isMore = isMore || after.contains { $1 > before[$0] ?? 0 }
        }
        return isMore
    }

    /// Why this version cannot be compared with an earlier one, as the rest of a sentence; nil when it can.
    func incomparability(with bound: CompensationPolicy) -> String? {
        guard besideTiers == bound.besideTiers else {
            return "it differs from the version before in more than its tiers"
        }
        let (old, new) = (bound.tiers.flatMap(\.benefits), tiers.flatMap(\.benefits))
        guard tiers.allSatisfy(\.isSimple), bound.tiers.allSatisfy(\.isSimple) else {
            return "only tiers for every severity that give credit or premium-extension can be compared"
        }
        for benefit in old {
            let heirs = new.filter { $0.type == benefit.type }
            if heirs.contains(where: { $0.lasts(lessThan: benefit) }) {
                return "the \(benefit.type.rawValue) would expire sooner"
            }
            if benefit.class == .guaranteed, heirs.contains(where: { $0.class != .guaranteed }) {
                return "the \(benefit.type.rawValue) would be a favour and no debt"
            }
        }
        return nil
    }

    /// Everything that a document says but its tiers, and whether it helps earlier requests.
    static func besideTiers(_ document: PolicyDocument) -> JSON {
        guard var spec = document.json["spec"]?.objectValue else { return .null }
        spec["earlierRequests"] = nil
        if var model = spec["model"]?.objectValue {
            model["tiers"] = nil
            spec["model"] = .object(model)
        }
        return .object(spec)
    }

    /// A tier of a request, by the last instant that has not reached it.
    private struct Step {
        let last: Instant
        let tier: Int
    }

    private struct Gift: Hashable {
        let type: BenefitType
        let unit: UnitOfAccount
    }

    private func steps(due: Instant, _ calendar: WorkingCalendar) -> [Step] {
        tiers.indices.map { Step(last: threshold(of: $0, due: due, calendar), tier: $0) }
    }

    /// What is given in all a millisecond after an instant: of each type and unit the most, as the cap leaves it.
    private func sums(_ steps: [Step], beyond last: Instant) -> [Gift: Int64] {
        var given: [Gift: Int64] = [:]
        for step in steps where step.last <= last {
            for benefit in tiers[step.tier].benefits {
                guard let amount = benefit.amount else { continue }
                let gift = Gift(type: benefit.type, unit: amount.unit)
                let minor = min(amount.minor, cap(of: amount.unit)?.minor ?? amount.minor)
                given[gift] = max(given[gift] ?? 0, minor)
            }
        }
        return given
    }
}

extension CompensationPolicy.Tier {
    fileprivate var isSimple: Bool {
        severityAtLeast ?? .minor == .minor && counts == .delay
            && benefits.allSatisfy { [.credit, .premiumExtension].contains($0.type) && $0.amount != nil }
    }
}

extension Benefit {
    fileprivate func lasts(lessThan other: Benefit) -> Bool {
        guard let expires else { return false }
        return other.expires.map { expires.length < $0.length } ?? true
    }
}
