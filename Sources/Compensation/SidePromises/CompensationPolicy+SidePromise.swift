import CanonicalJSON
import ServiceLevels
package import Temporal

/// What a policy gives for a promise beside that of the credential (rule 59 of the page "Objectives").
extension CompensationPolicy {
    /// A policy for another promise gives by its delay alone: what a cause, an incident or a person says is about the
    /// credential.
    func requireSimplicityBesideIssue() throws(JSONShapeError) {
        guard objective.isBeside else { return }
        let spec = JSONPointer().appending("spec")
        let kinds: [BenefitType] = [.credit, .premiumExtension]
        let isGuaranteed = tiers.joinedBenefits.allSatisfy { kinds.contains($0.type) && $0.class == .guaranteed }
        let wishes: [(Bool, String, String)] = [
            (model == .tiered, "model", "for another objective than issue the model is tiered"),
            (isGuaranteed, "model", "for another objective than issue give credits or premium, guaranteed"),
            (tiers.allSatisfy { $0.severityAtLeast == nil }, "model", "severity is a matter of issue only"),
            (eligibility.paysAll, "eligibility", "causes and conditions are a matter of issue only"),
            (
                measure.grace == nil && measure.whenUnresolved == .accrue, "measure",
                "grace and on-resolution are a matter of issue only"
            ),
            (stacking.withinRequest == .highestTierTopUp, "stacking", "use highest-tier-top-up"),
            (stacking.acrossRequests == .sum, "stacking", "use sum"),
            (rounding.quantum == 1, "rounding", "use the quantum 1"),
            (settling.approvals.isEmpty, "approval", "nobody is asked about it"),
            (settling.caps.allSatisfy { $0.scope == .request }, "caps", "only caps of a request may stand here"),
            (settling.budgetRef == nil, "budgetRef", "it is paid at once, whatever a budget says"),
            (settling.payout.minimum == nil, "payout", "it is paid at once, without a minimum"),
            (settling.payout.ifLate.isEmpty, "payout", "it is paid at once, and what is late of it is a finding"),
        ]
        for (isKept, member, advice) in wishes where !isKept {
            throw .notKept(advice, at: spec.appending(member))
        }
    }

    /// The first instant after `now` at which a tier is reached, if the delay lasts until then.
    package func nextTier(
        due: Instant, stop: Instant?, after now: Instant, _ calendar: WorkingCalendar
    ) -> Instant? {
        let reached = tiers.indices.map { threshold(of: $0, due: due, calendar) }.filter { last in
            last >= now && stop.map { last < $0 } ?? true
        }
        return reached.min().map { $0 + Milliseconds(1) }
    }
}

extension [CompensationPolicy.Tier] {
    fileprivate var joinedBenefits: [Benefit] { flatMap(\.benefits) }
}
