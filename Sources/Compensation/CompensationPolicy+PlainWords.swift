import ServiceLevels
import Temporal

/// The promise in sentences that a person can hold us to.
extension CompensationPolicy {
    /// Short English sentences with every number of the policy, each of them kept by the rules of this room, but for
    /// those that say they are an aim.
    package var plainWords: [String] {
        var words = [opening]
        words += tiers.map { inWords($0) }
        words += settling.capsInWords
        words += measureInWords + eligibilityInWords + stackingInWords + roundingInWords
        words.append("Each of these is posted within \(payoutWithin.inWords) of the moment it is owed.")
        words += settling.waitsInWords
        words += expiryInWords + premiumInWords + upgradeInWords
        words.append(settling.reversal.inWords)
        if helpsEarlierRequests { words.append(Self.betterOf) }
        return words + aims
    }

    private var opening: String {
        let who = whoIsLate
        let cause = eligibility.paysAll ? ", whatever the cause" : ""
        switch model {
        case .pocketFit, .tiered, .flatRefund(.automatic), .apologyOnly:
            return "\(who) is given this by itself, without asking\(cause):"
        case .flatRefund(.onClaim):
            return "\(who), and files a claim that is found right, is given this\(cause):"
        case .personalised(let menu):
            let offers = menu.benefits.map { benefit in
                benefit.inWords + (benefit.expires.map { " to be spent within \($0)" } ?? "")
            }.joined(separator: " or ")
            let most = menu.maxOffer.map(\.inWords).joined(separator: " and ")
            let bound = most.isEmpty ? "" : ", together at most \(most)"
            return "\(who) may be offered, by a person, \(offers)\(bound)\(cause):"
        }
    }

    private static let betterOf =
        "Requests that an earlier version was promised to get this one when they are late, where it gives nothing less "
        + "and something more; nobody gets less than what was promised first."

    private var whoIsLate: String {
        switch objective {
        case .issue, .compensate, .claim, .offer: "Whoever gets a credential late"
        case .acknowledge: "Whoever is acknowledged late"
        case .firstUpdate: "Whoever hears of their request late for the first time"
        case .updateCadence: "Whoever waits too long for the next news, each time"
        case .claimDecision: "Whoever waits too long for the decision about a claim"
        case .appealDecision: "Whoever waits too long for the decision about an appeal"
        }
    }

    private func inWords(_ tier: Tier) -> String {
        let gifts = tier.benefits.map(\.inWords).joined(separator: " and ")
        let severity =
            switch tier.severityAtLeast {
            case nil, .minor: ""
            case .major: ", in a major or critical incident"
            case .critical: ", in a critical incident"
            }
        guard tier.counts == .delay else {
            return "If nobody has chosen \(tier.overInWords) after the deadline: \(gifts), by itself."
        }
        let late = tier.over == .zero ? "Late at all" : "Late by more than \(tier.overInWords)"
        return "\(late)\(severity): \(gifts), in all."
    }

    private var measureInWords: [String] {
        var words: [String] = []
        if countsWorkingTime {
            words.append(
                "Working time is that of the calendar by which the request was promised; its receipt names it.")
        }
        if measure.basis == .calendarDays {
            words.append("Days are those of that calendar's zone, or of UTC where the promise names no calendar.")
        }
        if let grace = measure.grace {
            words.append("A delay counts from \(grace.inWords) after the deadline; a shorter one is given nothing.")
        }
        if measure.whenUnresolved == .onResolution { words.append("All of it is given when the wait has ended.") }
        return words
    }

    private var eligibilityInWords: [String] {
        var words: [String] = []
        if eligibility.require != .all([]) {
            words.append("Given is only for requests \(eligibility.require.inWords).")
        }
        for rule in eligibility.causes {
            let reason = rule.reason["en"] ?? rule.reason.min { $0.key < $1.key }?.value
            let why = reason.map { " \($0)" } ?? ""
            switch rule.treat {
            case .full: break
            case .none: words.append("A delay by \(rule.cause.rawValue) is given nothing.\(why)")
            case .part(let ratio): words.append("A delay by \(rule.cause.rawValue) is given \(ratio) of it.\(why)")
            case .holdForReview:
                words.append(
                    "A delay by \(rule.cause.rawValue) is owed, and given when a person has looked at it.\(why)")
            }
        }
        if !eligibility.paysAll { words.append("Any other cause, and one that is not known, is given all of it.") }
        return words
    }

    private var stackingInWords: [String] {
        switch stacking.withinRequest {
        case .highestTierTopUp:
            tiers.count > 1 || !eligibility.paysAll
                ? ["More delay tops up what was given before; nothing is counted twice."] : []
        case .once: ["A request is given this once; nothing is added later."]
        }
    }

    private var roundingInWords: [String] {
        let benefits = tiers.flatMap(\.benefits)
        var words: [String] = []
        if benefits.contains(where: { $0.type.isOfPrice }) {
            words.append("Nothing that gives back a price gives back more than was paid for the request.")
        }
        let parts = eligibility.causes.contains { if case .part = $0.treat { true } else { false } }
        guard parts || rounding.quantum > 1 || benefits.contains(where: { $0.amount == nil }) else { return words }
        let side =
            switch rounding.mode {
            case .halfEven: "to the nearer"
            case .upForCustomer: "up to the next"
            case .down: "down to the last"
            }
        let size = rounding.quantum == 1 ? "" : " of \(rounding.quantum) minor units"
        words.append("What is not whole is rounded \(side) whole amount\(size), once, at the end.")
        return words
    }

    private var expiryInWords: [String] {
        let benefits = tiers.flatMap(\.benefits)
        var words: [String] = []
        for (type, name) in [
            (BenefitType.credit, "Credits"), (.coupon, "Coupons"), (.freeIssuance, "Free issuances"),
        ] {
            let spans = Set(benefits.filter { $0.type == type }.compactMap(\.expires)).sorted { $0.length < $1.length }
            guard let shortest = spans.first else { continue }
            let most = spans.count == 1 ? "" : " or longer, as each says"
            words.append("\(name) can be spent for \(shortest)\(most), from the moment they are posted.")
        }
        return words
    }

    private var premiumInWords: [String] {
        guard tiers.flatMap(\.benefits).contains(where: { $0.type == .premiumExtension }) else { return [] }
        switch stacking.premium {
        case .appendToEnd: return ["Premium access is added at the end of what the person has."]
        case .maxEnd: return ["Premium access begins when it is posted; where it overlaps, the later end counts."]
        }
    }

    private var upgradeInWords: [String] {
        guard upgrade != nil else { return [] }
        return [
            "The further check is owed from then on. Somebody of the staff makes it who had not to do with the "
                + "request; when it is passed, the credential is signed again with it and the one before is revoked."
        ]
    }

    private var aims: [String] {
        guard case .pocketFit(let fastResponse) = model else { return [] }
        return [
            "We aim to acknowledge a request within \(fastResponse.acknowledgeWithin) and to send news every "
                + "\(fastResponse.updateEvery); this aim is published but not measured yet."
        ]
    }
}

extension Benefit {
    /// What a person gets: `500 Pocket FIT credits`, `1/4 of what was paid, as money back`.
    package var inWords: String {
        let amount: String
        switch worth {
        case .fixed(let fixed): amount = fixed.inWords
        case .shareOfPrice(let ratio):
            amount = ratio.num == ratio.den ? "all of what was paid" : "\(ratio) of what was paid"
        }
        let favour = self.class == .discretionary ? ", as a favour" : ""
        switch type {
        case .apology: return "our apology"
        case .credit, .freeIssuance: return "\(amount)\(favour)"
        case .premiumExtension: return "\(amount) of premium access\(favour)"
        case .coupon: return "a coupon worth \(amount)\(favour)"
        case .cashRefund: return "\(amount), as money back\(favour)"
        case .feeWaiver: return "\(amount), taken off the price\(favour)"
        case .assuranceUpgrade:
            return "a further check of the credential, signed again with assurance \(level?.rawValue ?? "")"
        case .expedite: return type.rawValue
        }
    }
}

extension Amount {
    /// With its unit: `7 days`.
    package var inWords: String { unit.inWords(minor) }
}
