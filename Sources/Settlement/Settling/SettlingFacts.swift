/// The facts of the entries of the page "Settling", names in canonical order.

/// `compensation.owed`.
struct OwedFacts {
    let posting: PostingFacts
    let isDiscretionary: Bool
    let dueAt: Int64
    let payBy: Int64
    let until: Int64?
    /// With quotation marks.
    let why: Range<Int>

    init(_ frame: EntryFrame) throws(EntryProblem) {
        var facts = try FactReader(frame)
        let benefit = try facts.integer("benefit")
        let type = try facts.text("benefitType")
        let claimKey = try facts.text("claimKey")
        isDiscretionary = try facts.optionalText("class") != nil
        let compensation = try facts.text("compensation")
        dueAt = try facts.integer("dueAt")
        let journal = try facts.value("journal")
        let minor = try facts.integer("minor")
        let objective = try facts.text("objective")
        payBy = try facts.integer("payBy")
        let revision = try facts.optionalInteger("revision")
        let tier = try facts.integer("tier")
        _ = try facts.value("trail")
        let unit = try facts.text("unit")
        until = try facts.optionalInteger("until")
        why = try facts.text("why")
        try facts.finish()
        posting = try PostingFacts(
            benefit: benefit, benefitType: type, claimKey: claimKey, compensation: compensation, journal: journal,
            minor: minor, objective: objective, revision: revision, tier: tier, unit: unit, in: frame)
    }
}

/// `compensation.capped`.
struct CappedFacts {
    let posting: PostingFacts
    let takes: Range<Int>

    init(_ frame: EntryFrame) throws(EntryProblem) {
        var facts = try FactReader(frame)
        let benefit = try facts.integer("benefit")
        let type = try facts.text("benefitType")
        let claimKey = try facts.text("claimKey")
        let compensation = try facts.text("compensation")
        let minor = try facts.integer("minor")
        let objective = try facts.text("objective")
        let revision = try facts.optionalInteger("revision")
        takes = try facts.value("takes")
        let tier = try facts.integer("tier")
        let unit = try facts.text("unit")
        try facts.finish()
        posting = try PostingFacts(
            benefit: benefit, benefitType: type, claimKey: claimKey, compensation: compensation, journal: takes,
            minor: minor, objective: objective, revision: revision, tier: tier, unit: unit, in: frame)
    }
}

/// The entries that say what becomes of a claim key; each has some of these.
struct ClaimFacts {
    let claimKey: Range<Int>
    var by: Range<Int>?
    var why: Range<Int>?
    var until: Int64?
    var journal: Range<Int>?
    var from: Int64?
    var rule: Range<Int>?
    var approvers: Int64?
    var roles: Range<Int>?
    /// An index into the policy's rules of approval.
    var askingRule: Int64?
    var minor: Int64?
    var reason: Range<Int>?
    var reversalOf: Range<Int>?

    init(waiting frame: EntryFrame) throws(EntryProblem) {
        var facts = try FactReader(frame)
        claimKey = try facts.text("claimKey")
        until = try facts.optionalInteger("until")
        why = try facts.text("why")
        try facts.finish()
    }

    init(paid frame: EntryFrame) throws(EntryProblem) {
        var facts = try FactReader(frame)
        claimKey = try facts.text("claimKey")
        from = try facts.optionalInteger("from")
        journal = try facts.value("journal")
        until = try facts.optionalInteger("until")
        try facts.finish()
    }

    init(declined frame: EntryFrame) throws(EntryProblem) {
        var facts = try FactReader(frame)
        by = try facts.optionalText("by")
        claimKey = try facts.text("claimKey")
        journal = try facts.value("journal")
        rule = try facts.text("rule")
        try facts.finish()
    }

    init(reversed frame: EntryFrame) throws(EntryProblem) {
        var facts = try FactReader(frame)
        by = try facts.text("by")
        claimKey = try facts.text("claimKey")
        journal = try facts.value("journal")
        minor = try facts.integer("minor")
        reason = try facts.text("reason")
        reversalOf = try facts.text("reversalOf")
        try facts.finish()
    }

    init(asked frame: EntryFrame) throws(EntryProblem) {
        var facts = try FactReader(frame)
        approvers = try facts.integer("approvers")
        claimKey = try facts.text("claimKey")
        roles = try facts.value("roles")
        askingRule = try facts.optionalInteger("rule")
        until = try facts.integer("until")
        try facts.finish()
    }

    init(word frame: EntryFrame) throws(EntryProblem) {
        var facts = try FactReader(frame)
        by = try facts.text("by")
        claimKey = try facts.text("claimKey")
        try facts.finish()
    }
}

/// `compensation.late`.
struct LateFacts {
    let claimKey: Range<Int>
    let compensation: Range<Int>
    let dueAt: Int64

    init(_ frame: EntryFrame) throws(EntryProblem) {
        var facts = try FactReader(frame)
        claimKey = try facts.text("claimKey")
        compensation = try facts.text("compensation")
        dueAt = try facts.integer("dueAt")
        try facts.finish()
    }
}

/// `budget.warned`.
struct WarningFacts {
    let budget: Range<Int>
    let den: Int64
    let from: Int64
    let num: Int64
    let unit: Range<Int>

    init(_ frame: EntryFrame) throws(EntryProblem) {
        var facts = try FactReader(frame)
        budget = try facts.text("budget")
        den = try facts.integer("den")
        from = try facts.integer("from")
        num = try facts.integer("num")
        unit = try facts.text("unit")
        try facts.finish()
    }
}
