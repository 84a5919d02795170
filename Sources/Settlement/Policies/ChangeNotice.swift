import CanonicalJSON
import Temporal

/// Rule 51: nobody loses at short notice. Written from the page, and sharing nothing with those who publish.
extension PublishedPolicies {
    /// Fourteen days, in milliseconds.
    static let notice: Int64 = 1_209_600_000

    /// Who loses by a change at an instant, and what, in words; nil when nobody does, or nobody can tell.
    ///
    /// - Parameters:
    ///   - after: the same with the change.
    ///   - tenant: whose document changes.
    func loss(by after: PublishedPolicies, tenant: CanonicalText, at instant: Int64) -> String? {
        var (old, new) = (self, after)
        for facts in combinations(with: after, tenant: tenant, at: instant) {
            guard case .bound(let index) = new.binding(of: facts, acceptedAt: instant),
                let before = old.lastBinding(of: facts, at: instant)
            else { continue }
            if let loss = TermsComparison(old: before, new: new.terms[index]).loss {
                return "\(facts.tier) requests of \(facts.tenant): \(loss)"
            }
        }
        return nil
    }

    /// What binds at an instant, or bound last in the fourteen days before.
    private mutating func lastBinding(of facts: RequestFacts, at instant: Int64) -> Terms? {
        let earlier = changes.reversed().filter { $0 > instant - Self.notice && $0 <= instant }.map { $0 - 1 }
        for moment in [instant] + earlier {
            switch binding(of: facts, acceptedAt: moment) {
            case .bound(let index): return terms[index]
            case .cannotTell: return nil
            case .none: continue
            }
        }
        return nil
    }

    private func combinations(
        with after: PublishedPolicies, tenant: CanonicalText, at instant: Int64
    ) -> [RequestFacts] {
        let nobody = CanonicalText("")
        var tenants: Set<CanonicalText> = [tenant]
        let common = asked(of: Self.defaultTenant, at: instant) + after.asked(of: Self.defaultTenant, at: instant)
        if tenant == Self.defaultTenant {
            tenants.formUnion([nobody] + publishers + common.flatMap { $0.values(of: .tenant) })
        }
        var combinations: [RequestFacts] = []
        for tenant in tenants.sorted(by: { $0.bytes.lexicographicallyPrecedes($1.bytes) }) {
            let conditions = common + asked(of: tenant, at: instant) + after.asked(of: tenant, at: instant)
            let types = Set(conditions.flatMap { $0.values(of: .type) })
            let sorted = types.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
            for type in [nil] + sorted.map(Optional.some) {
                for tier in ["premium", "standard"] {
                    combinations.append(
                        RequestFacts(tenant: tenant, tier: CanonicalText(tier), credentialType: type))
                }
            }
        }
        return combinations
    }
}

/// Whether one pair of documents promises less than another.
struct TermsComparison {
    let old: Terms
    let new: Terms

    /// The first thing that is worse, in words.
    var loss: String? {
        if old.serviceLevelHash != new.serviceLevelHash, let loss = lossOfTime { return loss }
        return old.compensationHash == new.compensationHash ? nil : lossOfMoney
    }

    private var lossOfTime: String? {
        let (old, new) = (old.documents.serviceLevel, new.documents.serviceLevel)
        for objective in old["objectives"]?.arrayValue ?? [] {
            let metric = objective["metric"]?.canonicalString ?? ""
            let same = new["objectives"]?.arrayValue?.first { $0["metric"] == objective["metric"] }
            guard let same else { return "\(metric) is promised no more" }
            if Self.grows(objective["target"], same["target"]) { return "the target of \(metric) grows" }
            if Self.differs(objective, same, but: ["target"]) { return "\(metric) is measured otherwise" }
        }
        for pause in new["pause"]?.arrayValue ?? [] {
            let known = old["pause"]?.arrayValue?.first {
                $0["reason"] == pause["reason"] && $0["evidence"] == pause["evidence"]
            }
            guard let known else { return "a pause for \(pause["reason"]?.canonicalString ?? "") is new" }
            if known["maxTotal"] != nil, Self.grows(known["maxTotal"], pause["maxTotal"]) { return "a pause grows" }
            if Self.differs(known, pause, but: ["maxTotal"]) { return "a pause is another" }
        }
        if new["onCancel"] == "stop-clock-void", old["onCancel"] != "stop-clock-void" { return "cancelling voids" }
        let judged: Set = ["appliesTo", "priority", "objectives", "pause", "onCancel"]
        return Self.differs(old, new, but: judged) ? "the service level says something else besides" : nil
    }

    private var lossOfMoney: String? {
        let thresholds = (old.compensation.slots + new.compensation.slots).map(\.over.nominal) + [0]
        for over in Set(thresholds).sorted() {
            let (before, after) = (old.compensation.given(beyond: over), new.compensation.given(beyond: over))
            for (kind, given) in before where given.minor > 0 {
                guard let now = after[kind], now.minor >= given.minor else {
                    return "later than \(over) ms, \(given.minor) \(kind.unit) become \(after[kind]?.minor ?? 0)"
                }
                if let expires = now.expires, given.expires.map({ expires < $0 }) ?? true {
                    return "later than \(over) ms, what is given expires sooner"
                }
            }
        }
        let (old, new) = (old.documents.compensation, new.documents.compensation)
        if Self.grows(old["payout"]?["within"], new["payout"]?["within"]) { return "it may be paid later" }
        let caps = [old, new].map { $0["caps"]?.arrayValue?.filter { $0["scope"] != "request" } ?? [] }
        let isOther =
            caps[0] != caps[1] || Self.differs(old, new, but: ["slaRef", "model", "caps", "payout", "earlierRequests"])
            || Self.differs(
                old["model"], new["model"],
                // A further check takes nothing from anybody who had none.
                but: ["tiers", "benefits", old["model"]?["trust"] == nil ? "trust" : "tiers"])
            || Self.differs(old["payout"], new["payout"], but: ["within"])
        return isOther ? "the compensation policy says something else besides" : nil
    }

    /// Whether a span is longer than another, or of another kind.
    private static func grows(_ old: JSON?, _ new: JSON?) -> Bool {
        guard old != new else { return false }
        for kind in ["elapsed", "business"] {
            if let old = old?[kind]?.stringValue, let new = new?[kind]?.stringValue,
                let before = try? Milliseconds(iso8601: old), let after = try? Milliseconds(iso8601: new)
            {
                return after > before
            }
        }
        for kind in ["calendarDays", "workingDays"] {
            if let before = old?[kind]?.integerValue, let after = new?[kind]?.integerValue { return after > before }
        }
        return true
    }

    /// Whether a member besides these is not the same in both.
    private static func differs(_ old: JSON?, _ new: JSON?, but judged: Set<String>) -> Bool {
        let (old, new) = (old?.objectValue ?? [:], new?.objectValue ?? [:])
        return Set(old.map(\.key) + new.map(\.key)).subtracting(judged).contains { old[$0] != new[$0] }
    }
}

/// What is counted together: what it is, and in which unit.
struct GivenKind: Hashable {
    let type: CompensationTerms.BenefitType
    let unit: CanonicalText
}

extension CompensationTerms {
    /// What has been given in all when a delay is greater than `over`, and how soon the first of it expires.
    fileprivate func given(beyond over: Int64) -> [GivenKind: (minor: Int64, expires: Int64?)] {
        var given: [GivenKind: (minor: Int64, expires: Int64?)] = [:]
        for slot in slots where slot.over.nominal <= over && slot.expected > 0 {
            let kind = GivenKind(type: slot.type, unit: slot.unit)
            let expires = [given[kind]?.expires, slot.expires].compactMap(\.self).min()
            given[kind] = ((given[kind]?.minor ?? 0) + slot.expected, expires)
        }
        return given
    }
}

extension Condition {
    /// What the condition compares that fact with.
    func values(of asked: Fact) -> [CanonicalText] {
        switch self {
        case .all(let parts), .any(let parts): parts.flatMap { $0.values(of: asked) }
        case .not(let part): part.values(of: asked)
        case .fact(let fact, let values): fact == asked ? values : []
        }
    }
}
