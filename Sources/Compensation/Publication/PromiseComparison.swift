import CanonicalJSON
import ServiceLevels
import Temporal

/// Whether somebody who is bound to one pair of documents is worse off than with another (rule 51).
///
/// Where the rules compute something (delays, entitlements), the production rules are asked at every delay at which
/// their answer can change. Everything else must be equal to count as no worse: a comparison that does not understand a
/// difference takes it for a loss.
struct PromiseComparison {
    let old: Binding
    let new: Binding
    /// The documents of the hashes.
    let document: (PolicyHash) -> JSON?

    /// The first way in which the new pair is worse, as a clause; nil when it is not.
    var loss: String? {
        if old.serviceLevel.hash != new.serviceLevel.hash, let loss = lossOfTime { return loss }
        if old.calendar?.hours != new.calendar?.hours { return "time would be counted by other hours" }
        for (objective, before) in old.compensations.sorted(by: { $0.key.rawValue < $1.key.rawValue })
        where objective == .issue || old.serviceLevel.promise(of: objective) != nil {
            guard let after = new.compensations[objective] else {
                return "nothing would be given for \(objective.rawValue)"
            }
            if before.hash != after.hash, let loss = lossOfCompensation(before, after) {
                return objective == .issue ? loss : "for \(objective.rawValue): \(loss)"
            }
        }
        return nil
    }
}

extension PromiseComparison {
    private var lossOfTime: String? {
        guard let old = document(old.serviceLevel.hash)?["spec"], let new = document(new.serviceLevel.hash)?["spec"]
        else { return "the documents cannot be compared" }
        if let loss = Self.lossOfObjectives(old["objectives"]?.arrayValue ?? [], new["objectives"]?.arrayValue ?? []) {
            return loss
        }
        if let loss = Self.lossOfPauses(old["pause"]?.arrayValue ?? [], new["pause"]?.arrayValue ?? []) { return loss }
        let void: JSON = "stop-clock-void"
        if new["onCancel"] == void, old["onCancel"] != void { return "cancelling would void what a delay had earned" }
        let compared = ["appliesTo", "calendarRef", "priority", "objectives", "pause", "onCancel"]
        return Self.difference(old, new, besides: compared).map { "\($0) would be another" }
    }

    private static func lossOfObjectives(_ old: [JSON], _ new: [JSON]) -> String? {
        for objective in old {
            let name = objective["metric"]?.stringValue ?? ""
            guard let other = new.first(where: { $0["metric"] == objective["metric"] }) else {
                return "\(name) would not be promised any more"
            }
            if isLonger(other["target"], than: objective["target"]) { return "the target of \(name) would be longer" }
            if let member = difference(objective, other, besides: ["target"]) {
                return "\(member) of \(name) would be another"
            }
        }
        return nil
    }

    private static func lossOfPauses(_ old: [JSON], _ new: [JSON]) -> String? {
        for pause in new {
            let reason = pause["reason"]?.stringValue ?? ""
            guard
                let other = old.first(where: { $0["reason"] == pause["reason"] && $0["evidence"] == pause["evidence"] })
            else { return "\(reason) would pause the clock" }
            // Without a maximum a pause may last for ever.
            if other["maxTotal"] != nil, isLonger(pause["maxTotal"], than: other["maxTotal"]) {
                return "\(reason) could pause the clock for longer"
            }
            if let member = difference(other, pause, besides: ["maxTotal"]) {
                return "\(member) of \(reason) would be another"
            }
        }
        return nil
    }

    private func lossOfCompensation(_ old: CompensationPolicy, _ new: CompensationPolicy) -> String? {
        guard let before = document(old.hash)?["spec"], let after = document(new.hash)?["spec"]
        else { return "the documents cannot be compared" }
        let models = [before["model"], after["model"]].compactMap(\.self)
        if models[0] != models[1], models.contains(where: Self.countsDays) {
            return "what is given after so many days would be another"
        }
        for facts in Self.grid(models) {
            if let loss = lossOfEntitlement(facts, old, new) { return loss }
        }
        let (paid, pays) = (before["payout"], after["payout"])
        if Self.isLonger(pays?["within"], than: paid?["within"]) { return "payment could take longer" }
        let caps = [before, after].map { $0["caps"]?.arrayValue?.filter { $0["scope"] != "request" } ?? [] }
        if caps[0] != caps[1] { return "a cap over several requests would be another" }
        let compared = Self.compared(before["model"])
        let member =
            Self.difference(before, after, besides: ["slaRef", "model", "caps", "payout", "earlierRequests"])
            ?? Self.difference(before["model"] ?? [:], after["model"] ?? [:], besides: compared).map { "model/\($0)" }
            ?? Self.difference(paid ?? [:], pays ?? [:], besides: ["within"]).map { "payout/\($0)" }
        return member.map { "\($0) would be another" }
    }

    private func lossOfEntitlement(
        _ facts: AssessmentFacts, _ old: CompensationPolicy, _ new: CompensationPolicy
    ) -> String? {
        guard let before = old.given(facts), let after = new.given(facts) else {
            return "what is given cannot be computed"
        }
        for (gift, given) in before.sorted(by: { $0.key < $1.key }) {
            let still = after[gift]
            guard let still, still.minor >= given.minor else {
                let (was, now) = ("\(given.minor) \(gift.unit.rawValue)", still.map { "\($0.minor)" } ?? "nothing")
                return "late by \(facts.delay.inWords), \(was) as \(gift.type.rawValue) would become \(now)"
            }
            if let expires = still.expires, given.expires.map({ expires < $0 }) ?? true {
                return "late by \(facts.delay.inWords), the \(gift.type.rawValue) would expire sooner"
            }
        }
        return nil
    }
}

/// The facts at which what is given is compared.
extension PromiseComparison {
    /// Whether a threshold is one that only a calendar places.
    private static func countsDays(_ model: JSON) -> Bool {
        (model["tiers"]?.arrayValue ?? []).contains { $0["over"] != "deadline" && $0["over"]?["elapsed"] == nil }
    }

    /// One millisecond more than each threshold: what is given changes nowhere else.
    private static func delays(_ models: [JSON]) -> [Milliseconds] {
        var delays: Set<Milliseconds> = [Milliseconds(1)]
        for tier in models.compactMap({ $0["tiers"]?.arrayValue }).joined() {
            guard let over = tier["over"]?["elapsed"]?.stringValue, let length = try? Milliseconds(iso8601: over) else {
                continue
            }
            delays.insert(length + Milliseconds(1))
        }
        return delays.sorted()
    }

    /// Every delay, with every severity and some prices where a model asks for them.
    private static func grid(_ models: [JSON]) -> [AssessmentFacts] {
        let text = models.map(\.canonicalString).joined()
        let severities = text.contains("severityAtLeast") ? Severity.allCases : [.minor]
        let euro = UnitOfAccount(rawValue: "EUR") ?? .pocketFitCredits
        let prices = text.contains("shareOfPrice") ? [nil] + [1, 999, 10_000].map { Amount($0, euro) } : [nil]
        let due = Instant(milliseconds: 0)
        return delays(models).flatMap { delay in
            severities.flatMap { severity in
                prices.map { price in
                    AssessmentFacts(
                        due: due, until: due + delay, now: due + delay, isResolved: true,
                        of: .init(id: "", tenant: "", tier: "standard", type: nil, price: price),
                        incident: IncidentFacts(severity: severity))
                }
            }
        }
    }
}

extension PromiseComparison {
    /// The members of a model that need not be the same: a further check takes nothing from anybody who had none.
    private static func compared(_ old: JSON?) -> [String] {
        ["tiers", "benefits"] + (old?["trust"] == nil ? ["trust"] : [])
    }

    /// Whether a span is of another kind or longer; one that is absent has no end.
    static func isLonger(_ new: JSON?, than old: JSON?) -> Bool {
        if new == old { return false }
        guard let new = new?.objectValue?.first(where: { _ in true }),
            let old = old?.objectValue?.first(where: { _ in true }), new.key == old.key
        else { return true }
        switch (new.value, old.value) {
        case (.integer(let new), .integer(let old)): return new > old
        case (.string(let new), .string(let old)):
            guard let new = try? Milliseconds(iso8601: new), let old = try? Milliseconds(iso8601: old) else {
                return true
            }
            return new > old
        default: return true
        }
    }

    /// The first member, by name, in which two objects differ.
    static func difference(_ old: JSON, _ new: JSON, besides compared: [String]) -> String? {
        guard let old = old.objectValue, let new = new.objectValue else { return old == new ? nil : "" }
        let names = Set(old.map(\.key) + new.map(\.key)).subtracting(compared)
        return names.sorted().first { old[$0] != new[$0] }
    }
}

/// What is given of, in one unit.
private struct Gift: Hashable, Comparable {
    let type: BenefitType
    let unit: UnitOfAccount

    static func < (left: Gift, right: Gift) -> Bool {
        (left.type.rawValue, left.unit.rawValue) < (right.type.rawValue, right.unit.rawValue)
    }
}

extension CompensationPolicy {
    /// What is given in all for these facts, and how soon the first of it expires; nil when the engine contradicts
    /// itself.
    fileprivate func given(_ facts: AssessmentFacts) -> [Gift: (minor: Int64, expires: Milliseconds?)]? {
        guard let awards = try? assess(facts) else { return nil }
        var given: [Gift: (minor: Int64, expires: Milliseconds?)] = [:]
        for award in awards {
            let gift = Gift(type: award.type, unit: award.amount.unit)
            let before = given[gift]
            let expires = [before?.expires, award.expires?.length].compactMap(\.self).min()
            given[gift] = ((before?.minor ?? 0) + award.amount.minor, expires)
        }
        return given
    }
}
