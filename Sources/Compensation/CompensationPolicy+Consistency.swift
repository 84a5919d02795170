import CanonicalJSON
import ServiceLevels
import Temporal

/// What a schema cannot say: that the parts of a policy agree with each other.
extension CompensationPolicy {
    func requireConsistency() throws(JSONShapeError) {
        try requireOneKindOfTime()
        try requireOneFormPerType()
        try requireGrowingTiers()
        try requireFirstTierWithinCaps()
        try requireEffect()
        for (index, tier) in tiers.enumerated() {
            for (position, benefit) in tier.benefits.enumerated() {
                try requireLasting(benefit, at: place(ofTier: index, benefit: position))
            }
        }
        for (index, benefit) in settling.payout.ifLate.enumerated() {
            try requireLasting(benefit, at: Self.spec.appending("payout").appending("ifLate").appending(index))
        }
        try requireOnceToBeLast()
        try requireOffers()
        try requireLocales()
        try requireSimplicityBesideIssue()
    }

    /// Tiers are told in the kind of time that the policy measures by. Hours of working time and working days cannot be
    /// compared without a calendar, so a policy has one of the two.
    private func requireOneKindOfTime() throws(JSONShapeError) {
        guard listName == nil else { return }
        var isOfHours: Bool?
        for (index, tier) in tiers.enumerated() {
            guard let span = tier.span else { continue }
            let place = place(ofTier: index).appending("over")
            guard measure.basis.tells(span) else {
                throw JSONShapeError(pointer: place, problem: measure.basis.advice)
            }
            guard span.isOfWorkingTime else { continue }
            let isHours = if case .business = span { true } else { false }
            guard isOfHours ?? isHours == isHours else {
                let problem = "an earlier tier is told otherwise; say all as business or all in workingDays"
                throw JSONShapeError(pointer: place, problem: problem)
            }
            isOfHours = isHours
        }
    }

    /// What cannot be compared cannot grow: a type is counted in one way throughout, and a price given back in one.
    private func requireOneFormPerType() throws(JSONShapeError) {
        var first: [BenefitType: Benefit] = [:]
        for (index, tier) in tiers.enumerated() {
            for (position, benefit) in tier.benefits.enumerated() {
                let known = first[benefit.type] ?? benefit
                first[benefit.type] = known
                guard known.amount?.unit != benefit.amount?.unit else { continue }
                let problem = "an earlier tier counts \(benefit.type.rawValue) in another way; use one throughout"
                throw JSONShapeError(pointer: place(ofTier: index, benefit: position), problem: problem)
            }
        }
        guard first[.cashRefund] == nil || first[.feeWaiver] == nil else {
            let problem = "a price is given back as cash-refund or as fee-waiver; keep one of the two"
            throw JSONShapeError(pointer: modelPlace, problem: problem)
        }
    }

    /// More delay never pays less, and is never later than itself.
    private func requireGrowingTiers() throws(JSONShapeError) {
        for index in tiers.indices.dropFirst() {
            let (before, tier) = (tiers[index - 1], tiers[index])
            let isSame = tier.span == before.span && !tier.isReachedBefore(before)
            guard isSame || tier.isLater(than: before) else {
                let problem =
                    "the delay must be longer than that of the tier before, \(before.overInWords)"
                throw JSONShapeError(pointer: place(ofTier: index).appending("over"), problem: problem)
            }
            for earlier in tiers[..<index] where earlier.isReachedBefore(tier) {
                try requireAtLeast(earlier, atTier: index)
            }
        }
    }

    private func requireAtLeast(_ earlier: Tier, atTier index: Int) throws(JSONShapeError) {
        // A further check is made once, and no longer delay takes it back.
        for benefit in earlier.benefits where benefit.type != .assuranceUpgrade {
            guard let (position, kept) = tiers[index].benefit(of: benefit.type) else {
                let problem = "the tier before gives \(benefit.worthInWords); say what this one gives of that, in all"
                throw JSONShapeError(pointer: place(ofTier: index).appending("benefits"), problem: problem)
            }
            guard !kept.gives(lessThan: benefit) else {
                let problem = "the tier before gives \(benefit.worthInWords); a longer delay must not give less"
                throw JSONShapeError(pointer: kept.place(in: place(ofTier: index, benefit: position)), problem: problem)
            }
        }
    }

    /// A cap may shorten what long delays give, not what every delay gives.
    private func requireFirstTierWithinCaps() throws(JSONShapeError) {
        for (index, benefit) in tiers[0].benefits.enumerated() {
            guard let amount = benefit.amount, let cap = cap(of: amount.unit), amount.minor > cap.minor else {
                continue
            }
            let place = place(ofTier: 0, benefit: index).appending("amount").appending("minor")
            throw JSONShapeError(pointer: place, problem: "the first tier gives more than the cap of \(cap)")
        }
    }

    /// A tier that gives nothing which an earlier one did not give already would be a promise of nothing.
    private func requireEffect() throws(JSONShapeError) {
        for (index, tier) in tiers.enumerated() {
            let earlier = tiers[..<index].filter { $0.isReachedBefore(tier) }
            let hasEffect = tier.benefits.contains { benefit in
                earlier.allSatisfy { tier in
                    tier.benefit(of: benefit.type).map { $0.1.gives(lessThan: benefit) } ?? true
                }
            }
            guard !hasEffect else { continue }
            let problem = "the tier gives nothing that those before it do not give; remove it"
            throw JSONShapeError(pointer: place(ofTier: index), problem: problem)
        }
    }

    /// Nobody has less time to spend a benefit than we allow ourselves to give it.
    private func requireLasting(_ benefit: Benefit, at place: JSONPointer) throws(JSONShapeError) {
        guard let expires = benefit.expires, expires.length <= payoutWithin.nominal else { return }
        let problem =
            "the \(benefit.type.rawValue) may be posted \(payoutWithin.inWords) after it is due; it must last longer "
            + "than that"
        throw JSONShapeError(pointer: place.appending("expires"), problem: problem)
    }

    /// What is given once is given at the end, or there is only one thing to give.
    private func requireOnceToBeLast() throws(JSONShapeError) {
        guard stacking.withinRequest == .once, measure.whenUnresolved == .accrue, tiers.count > 1 else { return }
        let problem =
            "with \"once\" and \"accrue\" the first tier would be the only one; choose \"on-resolution\" or "
            + "\"highest-tier-top-up\""
        throw JSONShapeError(
            pointer: Self.spec.appending("stacking").appending("withinRequest"), problem: problem)
    }

    /// What is offered, and what is given on silence, is within what may be offered.
    private func requireOffers() throws(JSONShapeError) {
        guard case .personalised(let menu) = model else { return }
        for (name, benefits) in [("menu", menu.benefits), ("onTimeout", tiers[0].benefits)] {
            for (index, benefit) in benefits.enumerated() where !benefit.type.isUncounted {
                guard let amount = benefit.amount else { continue }
                guard let most = menu.most(of: amount.unit), amount.minor <= most.minor else {
                    let problem = "\(amount) is more than maxOffer allows"
                    throw JSONShapeError(pointer: modelPlace.appending(name).appending(index), problem: problem)
                }
            }
        }
        for (index, benefit) in tiers[0].benefits.enumerated() where benefit.class != .guaranteed {
            let place = modelPlace.appending("onTimeout").appending(index).appending("class")
            throw JSONShapeError(pointer: place, problem: "what silence gives is a debt; expected \"guaranteed\"")
        }
    }

    /// Whoever reads the title in a language reads every reason in it.
    private func requireLocales() throws(JSONShapeError) {
        for (index, rule) in eligibility.causes.enumerated() where !rule.reason.isEmpty {
            guard let missing = metadata.title.keys.sorted().first(where: { rule.reason[$0] == nil }) else { continue }
            let place = Self.spec.appending("eligibility").appending("causes").appending(index).appending("reason")
            throw JSONShapeError(pointer: place, problem: "the title is there in \(missing); say the reason in it too")
        }
    }
}

extension CompensationPolicy {
    private static let spec = JSONPointer().appending("spec")
    private var modelPlace: JSONPointer { Self.spec.appending("model") }

    /// The member that lists the benefits, in a model without a list of tiers.
    private var listName: String? {
        switch model {
        case .pocketFit, .tiered: nil
        case .flatRefund, .apologyOnly: "benefits"
        case .personalised: "onTimeout"
        }
    }

    private func place(ofTier index: Int) -> JSONPointer {
        listName == nil ? modelPlace.appending("tiers").appending(index) : modelPlace
    }

    private func place(ofTier index: Int, benefit: Int) -> JSONPointer {
        place(ofTier: index).appending(listName ?? "benefits").appending(benefit)
    }
}
