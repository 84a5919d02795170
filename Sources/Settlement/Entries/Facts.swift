/// The facts of each type of entry, in the canonical order of their names. Texts are ranges with quotation marks.

struct PublicationFacts {
    let hash: Range<Int>
    let document: Range<Int>
    let effectiveAt: Int64

    init(_ frame: EntryFrame) throws(EntryProblem) {
        var facts = try FactReader(frame)
        document = try facts.value("document")
        effectiveAt = try facts.integer("effectiveAt")
        hash = try facts.text("hash")
        try facts.finish()
    }
}

struct AcceptanceFacts {
    let acceptedAt: Int64
    let calendar: Range<Int>?
    let compensation: Range<Int>
    let credentialType: Range<Int>?
    let dueAt: Int64
    /// The plan of notices.
    let notices: Range<Int>?
    /// What was paid for it.
    let price: Range<Int>?
    /// Whether somebody has to approve it.
    let isReviewed: Bool
    let serviceLevel: Range<Int>
    let tenant: Range<Int>
    let tier: Range<Int>
    let zone: Range<Int>?

    init(_ frame: EntryFrame) throws(EntryProblem) {
        var facts = try FactReader(frame)
        acceptedAt = try facts.integer("acceptedAt")
        calendar = try facts.optionalText("calendar")
        compensation = try facts.text("compensation")
        credentialType = try facts.optionalText("credentialType")
        dueAt = try facts.integer("dueAt")
        notices = try facts.optionalText("notices")
        try facts.constant("objective", "issue")
        price = try facts.optionalValue("price")
        isReviewed = try !facts.choice("review", "none", "manual").isFirst
        serviceLevel = try facts.text("serviceLevel")
        tenant = try facts.text("tenant")
        tier = try facts.choice("tier", "standard", "premium").text
        zone = try facts.optionalText("zone")
        try facts.finish()
    }
}

struct PauseFacts {
    let evidence: Range<Int>
    let from: Int64?
    let reason: Range<Int>
    let until: Int64?

    init(_ frame: EntryFrame) throws(EntryProblem) {
        var facts = try FactReader(frame)
        evidence = try facts.text("evidence")
        from = try facts.optionalInteger("from")
        reason = try facts.text("reason")
        until = try facts.optionalInteger("until")
        try facts.finish()
    }
}

struct ResumptionFacts {
    let dueAt: Int64

    init(_ frame: EntryFrame) throws(EntryProblem) {
        var facts = try FactReader(frame)
        dueAt = try facts.integer("dueAt")
        try facts.finish()
    }
}

struct BreachFacts {
    let dueAt: Int64
    let objective: Range<Int>
    /// Which promise of its kind, of one beside the credential.
    let ordinal: Int64?
    let serviceLevel: Range<Int>
    let suspension: Range<Int>?

    init(_ frame: EntryFrame) throws(EntryProblem) {
        var facts = try FactReader(frame)
        dueAt = try facts.integer("dueAt")
        objective = try facts.text("objective")
        ordinal = try facts.ordinal(of: objective, in: frame)
        serviceLevel = try facts.text("serviceLevel")
        suspension = try facts.optionalText("suspension")
        try facts.finish()
    }
}

struct WithdrawalFacts {
    let from: Int64
    let hash: Range<Int>

    init(_ frame: EntryFrame) throws(EntryProblem) {
        var facts = try FactReader(frame)
        from = try facts.integer("from")
        hash = try facts.text("hash")
        try facts.finish()
    }
}

struct ApprovalFacts {
    let by: Range<Int>
    let hash: Range<Int>

    init(_ frame: EntryFrame) throws(EntryProblem) {
        var facts = try FactReader(frame)
        by = try facts.text("by")
        hash = try facts.text("hash")
        try facts.finish()
    }
}

struct PostingFacts {
    let benefit: Int64
    let benefitType: Range<Int>
    let isCredit: Bool
    let claimKey: Range<Int>
    let compensation: Range<Int>
    let from: Int64?
    let journal: Range<Int>
    let minor: Int64
    let objective: Range<Int>
    /// Which promise of its kind, of one beside the credential.
    let ordinal: Int64?
    /// How often the same was posted before, for less.
    var revision: Int64 = 0
    let tier: Int64
    let unit: Range<Int>
    let until: Int64?
    let kind: GiftKind

    init(_ frame: EntryFrame) throws(EntryProblem) {
        var facts = try FactReader(frame)
        benefit = try facts.integer("benefit")
        benefitType = try facts.text("benefitType")
        kind = try GiftKind(benefitType, in: frame)
        isCredit = kind == .credit
        claimKey = try facts.text("claimKey")
        compensation = try facts.text("compensation")
        from = try facts.optionalInteger("from")
        journal = try facts.value("journal")
        minor = try facts.integer("minor")
        objective = try facts.text("objective")
        ordinal = try facts.ordinal(of: objective, in: frame)
        revision = try facts.optionalInteger("revision") ?? 0
        tier = try facts.integer("tier")
        _ = try facts.value("trail")
        unit = try facts.text("unit")
        until = try facts.optionalInteger("until")
        try facts.finish()
    }

    /// Of an entry that says the same of an award, and does not pay it.
    init(
        benefit: Int64, benefitType: Range<Int>, claimKey: Range<Int>, compensation: Range<Int>, journal: Range<Int>,
        minor: Int64, objective: Range<Int>, revision: Int64?, tier: Int64, unit: Range<Int>, in frame: EntryFrame
    ) throws(EntryProblem) {
        self.benefit = benefit
        self.benefitType = benefitType
        self.claimKey = claimKey
        self.compensation = compensation
        self.journal = journal
        self.minor = minor
        self.objective = objective
        self.tier = tier
        self.unit = unit
        self.revision = revision ?? 0
        ordinal = nil
        kind = try GiftKind(benefitType, in: frame)
        isCredit = kind == .credit
        (from, until) = (nil, nil)
    }

    /// Whether it is given for a late payment.
    func isLateBenefit(in frame: EntryFrame) -> Bool {
        frame.bytes.holds("compensate", in: objective.dropFirst().dropLast())
    }
}

struct NoticeFacts {
    let about: Int64
    let kind: NoticeKind

    init(_ frame: EntryFrame) throws(EntryProblem) {
        var facts = try FactReader(frame)
        about = try facts.integer("about")
        let text = try facts.text("notice")
        guard let kind = NoticeKind(rawValue: String(frame.bytes.text(text).dropFirst().dropLast())) else {
            throw EntryProblem("notice is \(frame.bytes.text(text)), which nobody is told")
        }
        self.kind = kind
        try facts.finish()
    }
}

/// What is told of an entry.
enum NoticeKind: String, Sendable {
    case breach, compensated, owed, declined, late, reversed, survey
    case atRisk = "at-risk"
    case upgraded
    case checkFailed = "check-failed"
}

struct IssueFacts {
    let key: Range<Int>

    init(_ frame: EntryFrame) throws(EntryProblem) {
        var facts = try FactReader(frame)
        key = try facts.text("key")
        _ = try facts.text("securing")
        try facts.finish()
    }
}

struct IndexFacts {
    let leaves: Int64
    let root: Range<Int>
    let size: Int64

    init(_ frame: EntryFrame) throws(EntryProblem) {
        var facts = try FactReader(frame)
        leaves = try facts.integer("leaves")
        root = try facts.text("root")
        size = try facts.integer("size")
        try facts.finish()
    }
}

extension EntryFrame {
    /// The name of an `issuer.added`; what else it says, those judge who verify credentials.
    func issuerAdded() throws(EntryProblem) -> Range<Int> {
        var facts = try FactReader(self)
        _ = try facts.text("algorithm")
        _ = try facts.text("method")
        return try facts.text("name")
    }

    /// The key of a `key.added`, and its issuer.
    func keyAdded() throws(EntryProblem) -> (key: Range<Int>, issuer: Range<Int>) {
        var facts = try FactReader(self)
        _ = try facts.text("did")
        _ = try facts.integer("from")
        let issuer = try facts.text("issuer")
        let key = try facts.text("key")
        _ = try facts.value("publicKeyJwk")
        try facts.finish()
        return (key, issuer)
    }

    /// The key of a `key.retired`.
    func keyRetired() throws(EntryProblem) -> Range<Int> {
        var facts = try FactReader(self)
        _ = try facts.integer("at")
        let key = try facts.text("key")
        try facts.finish()
        return key
    }

    /// The key of a `key.revoked`.
    func keyRevoked() throws(EntryProblem) -> Range<Int> {
        var facts = try FactReader(self)
        let key = try facts.text("key")
        _ = try facts.integer("since")
        try facts.finish()
        return key
    }

    /// That the facts are those of a `log.key`.
    func requireLogKey() throws(EntryProblem) {
        var facts = try FactReader(self)
        _ = try facts.text("key")
        _ = try facts.choice("state", "added", "retired")
        try facts.finish()
    }

    /// That the facts are those of a `credential.status`.
    func requireStatus() throws(EntryProblem) {
        var facts = try FactReader(self)
        _ = try facts.text("purpose")
        _ = try facts.integer("value")
        try facts.finish()
    }
}

extension FactReader {
    /// Which promise of its kind; nil for the credential and for what a late payment gives.
    fileprivate mutating func ordinal(of objective: Range<Int>, in frame: EntryFrame) throws(EntryProblem) -> Int64? {
        let name = objective.dropFirst().dropLast()
        if frame.bytes.holds("issue", in: name) || frame.bytes.holds("compensate", in: name) { return nil }
        guard SideTerms.names.contains(where: { frame.bytes.holds($0, in: name) }) else {
            throw EntryProblem("objective is \(frame.bytes.text(objective)), which is not on the page")
        }
        return try integer("ordinal")
    }

    init(_ frame: EntryFrame) throws(EntryProblem) {
        try self.init(frame.bytes, at: frame.facts)
    }
}

extension EntryFrame {
    /// That the facts are these texts and nothing else, names in canonical order.
    func requireTexts(_ names: [StaticString]) throws(EntryProblem) {
        var facts = try FactReader(self)
        for name in names { _ = try facts.text(name) }
        try facts.finish()
    }

    /// The value that lies there, as a text of a policy.
    func text(_ range: Range<Int>) -> CanonicalText { CanonicalText(bytes[range]) }
}
