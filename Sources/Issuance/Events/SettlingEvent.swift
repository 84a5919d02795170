package import CanonicalJSON
import Compensation
package import ServiceLevels
package import Temporal

/// What happens to an award between the policy that gives it and the wallet: the entries of the page "Settling".
package enum SettlingEvent: Hashable, Sendable {
    case better(CompensationBetter)
    case capped(CompensationCapped)
    case owed(CompensationOwed)
    case waiting(CompensationWaiting)
    case paid(CompensationPaid)
    case declined(CompensationDeclined)
    case late(CompensationLate)
    case reversed(CompensationReversed)
    case approvalAsked(ApprovalAsked)
    case approvalGiven(ApprovalGiven)
    case approvalRefused(ApprovalRefused)
    case budgetWarned(BudgetWarned)

    /// The content of the entry.
    package var content: any EventContent {
        switch self {
        case .better(let content): content
        case .capped(let content): content
        case .owed(let content): content
        case .waiting(let content): content
        case .paid(let content): content
        case .declined(let content): content
        case .late(let content): content
        case .reversed(let content): content
        case .approvalAsked(let content): content
        case .approvalGiven(let content): content
        case .approvalRefused(let content): content
        case .budgetWarned(let content): content
        }
    }

    /// Reads the event of an entry of that type.
    ///
    /// - Returns: nil when the type is not one of this page.
    init?(type: String, _ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        switch type {
        case CompensationBetter.type: self = .better(try CompensationBetter(&facts, &openings))
        case CompensationCapped.type: self = .capped(try CompensationCapped(&facts, &openings))
        case CompensationOwed.type: self = .owed(try CompensationOwed(&facts, &openings))
        case CompensationWaiting.type: self = .waiting(try CompensationWaiting(&facts, &openings))
        case CompensationPaid.type: self = .paid(try CompensationPaid(&facts, &openings))
        case CompensationDeclined.type: self = .declined(try CompensationDeclined(&facts, &openings))
        case CompensationLate.type: self = .late(try CompensationLate(&facts, &openings))
        case CompensationReversed.type: self = .reversed(try CompensationReversed(&facts, &openings))
        case ApprovalAsked.type: self = .approvalAsked(try ApprovalAsked(&facts, &openings))
        case ApprovalGiven.type: self = .approvalGiven(try ApprovalGiven(&facts, &openings))
        case ApprovalRefused.type: self = .approvalRefused(try ApprovalRefused(&facts, &openings))
        case BudgetWarned.type: self = .budgetWarned(try BudgetWarned(&facts, &openings))
        default: return nil
        }
    }
}

/// Which award an entry is about, and what it gives: the facts that `compensation.post`, `owed` and `capped` share.
package struct AwardFacts: Hashable, Sendable {
    package let claimKey: String
    package let objective: String
    package let compensation: PolicyHash
    package let tier: Int64
    package let benefit: Int64
    /// 0 where the entry does not say it.
    package let revision: Int64
    package let benefitType: String
    package let unit: String
    package let minor: Int64
    /// Which promise of its kind it is for, of a promise beside the credential; else nil.
    package let ordinalSaid: Int64?
    /// As ``ordinalSaid``, or 0.
    package var ordinal: Int64 { ordinalSaid ?? 0 }

    package init(
        claimKey: String, objective: String, compensation: PolicyHash, tier: Int64, benefit: Int64, revision: Int64,
        benefitType: String, unit: String, minor: Int64, ordinal: Int64? = nil
    ) {
        ordinalSaid = ordinal
        self.claimKey = claimKey
        self.objective = objective
        self.compensation = compensation
        self.tier = tier
        self.benefit = benefit
        self.revision = revision
        self.benefitType = benefitType
        self.unit = unit
        self.minor = minor
    }

    init(_ facts: inout ObjectReader) throws(JSONShapeError) {
        claimKey = try facts.string("claimKey")
        objective = try facts.string("objective")
        compensation = try facts.parsed("compensation") { PolicyHash($0) }
        tier = try facts.integer("tier")
        benefit = try facts.integer("benefit")
        revision = try facts.optionalInteger("revision") ?? 0
        benefitType = try facts.string("benefitType")
        unit = try facts.string("unit")
        minor = try facts.integer("minor")
        ordinalSaid = try facts.ordinal(of: objective)
    }

    /// The members that say it.
    var members: JSONObject {
        var facts: JSONObject = [
            "claimKey": .string(claimKey), "objective": .string(objective),
            "compensation": .string(compensation.text), "tier": .integer(tier), "benefit": .integer(benefit),
            "benefitType": .string(benefitType), "unit": .string(unit), "minor": .integer(minor),
        ]
        if revision > 0 { facts["revision"] = .integer(revision) }
        facts["ordinal"] = ordinalSaid.map { .integer($0) }
        return facts
    }
}

extension ObjectReader {
    /// Which promise of that kind an award is for; nil where it is not for one beside the credential.
    mutating func ordinal(of objective: String) throws(JSONShapeError) -> Int64? {
        try Objective.Metric(rawValue: objective)?.isBeside ?? false ? integer("ordinal") : nil
    }
}

/// Published caps took a part of an award, or all of it.
package struct CompensationCapped: EventContent {
    package static let type = "compensation.capped"
    /// The award; its amount is what is not given.
    package let award: AwardFacts
    package let takes: [Take]

    /// What one rule took.
    package struct Take: Hashable, Sendable {
        package let rule: String
        package let minor: Int64

        package init(rule: String, minor: Int64) {
            self.rule = rule
            self.minor = minor
        }
    }

    package init(award: AwardFacts, takes: [Take]) {
        self.award = award
        self.takes = takes
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        award = try AwardFacts(&facts)
        takes = try facts.array("takes").map { (json, pointer) throws(JSONShapeError) in
            var take = try ObjectReader(json, at: pointer)
            let result = Take(rule: try take.string("rule"), minor: try take.integer("minor"))
            try take.finish()
            return result
        }
    }

    package var facts: JSONObject {
        var facts = award.members
        facts["takes"] = .array(takes.map { ["rule": .string($0.rule), "minor": .integer($0.minor)] })
        return facts
    }
}

/// A benefit is owed and not paid yet: accrued, with the reason why it waits.
package struct CompensationOwed: EventContent {
    package static let type = "compensation.owed"
    package let award: AwardFacts
    /// Whether it is a favour; a debt does not say so.
    package let isDiscretionary: Bool
    /// The deadline that was broken.
    package let dueAt: Instant
    /// When it has to be paid, if nothing that stops that clock holds it up.
    package let payBy: Instant
    package let why: String
    /// Where the wait ends by itself.
    package let until: Instant?
    package let trail: [String]
    package let journal: [CompensationPosted.JournalEntry]

    package init(
        award: AwardFacts, isDiscretionary: Bool, dueAt: Instant, payBy: Instant, why: String, until: Instant?,
        trail: [String], journal: [CompensationPosted.JournalEntry]
    ) {
        self.award = award
        self.isDiscretionary = isDiscretionary
        self.dueAt = dueAt
        self.payBy = payBy
        self.why = why
        self.until = until
        self.trail = trail
        self.journal = journal
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        award = try AwardFacts(&facts)
        isDiscretionary = try facts.optionalString("class") == BenefitClass.discretionary.rawValue
        dueAt = try facts.instant("dueAt")
        payBy = try facts.instant("payBy")
        why = try facts.string("why")
        until = try facts.optionalMilliseconds("until")
        trail = try facts.array("trail").map { (json, pointer) throws(JSONShapeError) in
            guard let text = json.stringValue else {
                throw JSONShapeError(pointer: pointer, problem: "expected a string")
            }
            return text
        }
        journal = try facts.journal()
    }

    package var facts: JSONObject {
        var facts = award.members
        if isDiscretionary { facts["class"] = .string(BenefitClass.discretionary.rawValue) }
        facts["dueAt"] = .integer(dueAt.milliseconds)
        facts["payBy"] = .integer(payBy.milliseconds)
        facts["why"] = .string(why)
        facts["until"] = until.map { .integer($0.milliseconds) }
        facts["trail"] = .array(trail.map(JSON.string))
        facts["journal"] = .array(journal.map(\.json))
        return facts
    }
}

/// What it waited for has come, and now it waits for something else.
package struct CompensationWaiting: EventContent {
    package static let type = "compensation.waiting"
    package let claimKey: String
    package let why: String
    package let until: Instant?

    package init(claimKey: String, why: String, until: Instant?) {
        self.claimKey = claimKey
        self.why = why
        self.until = until
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        claimKey = try facts.string("claimKey")
        why = try facts.string("why")
        until = try facts.optionalMilliseconds("until")
    }

    package var facts: JSONObject {
        var facts: JSONObject = ["claimKey": .string(claimKey), "why": .string(why)]
        facts["until"] = until.map { .integer($0.milliseconds) }
        return facts
    }
}

/// A favour that is not given after all: the accrual is taken back.
package struct CompensationDeclined: EventContent {
    package static let type = "compensation.declined"
    package let claimKey: String
    /// `approval` or `budget`.
    package let rule: String
    /// Who refused it; nil when nobody did.
    package let by: String?
    package let journal: [CompensationPosted.JournalEntry]

    package init(claimKey: String, rule: String, by: String?, journal: [CompensationPosted.JournalEntry]) {
        self.claimKey = claimKey
        self.rule = rule
        self.by = by
        self.journal = journal
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        claimKey = try facts.string("claimKey")
        rule = try facts.string("rule")
        by = try facts.optionalString("by")
        journal = try facts.journal()
    }

    package var facts: JSONObject {
        var facts: JSONObject = [
            "claimKey": .string(claimKey), "rule": .string(rule), "journal": .array(journal.map(\.json)),
        ]
        facts["by"] = by.map(JSON.string)
        return facts
    }
}

/// A payment has passed its deadline: what `ifLate` gives is owed.
package struct CompensationLate: EventContent {
    package static let type = "compensation.late"
    package let claimKey: String
    package let compensation: PolicyHash
    package let dueAt: Instant

    package init(claimKey: String, compensation: PolicyHash, dueAt: Instant) {
        self.claimKey = claimKey
        self.compensation = compensation
        self.dueAt = dueAt
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        claimKey = try facts.string("claimKey")
        compensation = try facts.parsed("compensation") { PolicyHash($0) }
        dueAt = try facts.instant("dueAt")
    }

    package var facts: JSONObject {
        [
            "claimKey": .string(claimKey), "compensation": .string(compensation.text),
            "dueAt": .integer(dueAt.milliseconds),
        ]
    }
}

extension ObjectReader {
    /// Transactions of the ledger.
    mutating func journal() throws(JSONShapeError) -> [CompensationPosted.JournalEntry] {
        try array("journal").map { (json, pointer) throws(JSONShapeError) in
            try CompensationPosted.JournalEntry(json, at: pointer)
        }
    }

    /// An instant in milliseconds, where there is one.
    mutating func optionalMilliseconds(_ key: String) throws(JSONShapeError) -> Instant? {
        guard let milliseconds = try optionalInteger(key) else { return nil }
        do throws(TemporalError) {
            return try Instant(parsing: milliseconds)
        } catch {
            throw JSONShapeError(pointer: pointer(to: key), problem: "\(error)")
        }
    }
}
