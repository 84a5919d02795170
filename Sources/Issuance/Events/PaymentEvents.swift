package import CanonicalJSON
package import ServiceLevels
package import Temporal

/// What was owed is paid.
package struct CompensationPaid: EventContent {
    package static let type = "compensation.paid"
    package let claimKey: String
    package let journal: [CompensationPosted.JournalEntry]
    /// The validity of what is given, as a posting at this instant would say it; nil for what has none.
    package let window: CompensationPosted.Window?
    /// Whether that is public, see `CompensationPosted`.
    package let isWindowPublic: Bool

    package init(
        claimKey: String, journal: [CompensationPosted.JournalEntry], window: CompensationPosted.Window?,
        isWindowPublic: Bool
    ) {
        self.claimKey = claimKey
        self.journal = journal
        self.window = window
        self.isWindowPublic = isWindowPublic
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        claimKey = try facts.string("claimKey")
        journal = try facts.journal()
        let from = try facts.optionalMilliseconds("from")
        isWindowPublic = from != nil
        if let from {
            window = CompensationPosted.Window(from: from, until: try facts.instant("until"))
        } else {
            window = try openings.optionalWindow()
        }
    }

    package var facts: JSONObject {
        var facts: JSONObject = ["claimKey": .string(claimKey), "journal": .array(journal.map(\.json))]
        if isWindowPublic, let window {
            facts["from"] = .integer(window.from.milliseconds)
            facts["until"] = .integer(window.until.milliseconds)
        }
        return facts
    }

    package var openings: JSONObject { isWindowPublic ? [:] : window.map { ["window": $0.json] } ?? [:] }
}

/// What was paid and not spent is taken back.
package struct CompensationReversed: EventContent {
    package static let type = "compensation.reversed"
    package let claimKey: String
    package let reason: String
    package let minor: Int64
    /// The transaction that paid.
    package let reversalOf: String
    package let by: String
    package let journal: [CompensationPosted.JournalEntry]
    /// Of premium access: what is left of it.
    package let window: CompensationPosted.Window?

    package init(
        claimKey: String, reason: String, minor: Int64, reversalOf: String, by: String,
        journal: [CompensationPosted.JournalEntry], window: CompensationPosted.Window?
    ) {
        self.claimKey = claimKey
        self.reason = reason
        self.minor = minor
        self.reversalOf = reversalOf
        self.by = by
        self.journal = journal
        self.window = window
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        claimKey = try facts.string("claimKey")
        reason = try facts.string("reason")
        minor = try facts.integer("minor")
        reversalOf = try facts.string("reversalOf")
        by = try facts.string("by")
        journal = try facts.journal()
        window = try openings.optionalWindow()
    }

    package var facts: JSONObject {
        [
            "claimKey": .string(claimKey), "reason": .string(reason), "minor": .integer(minor),
            "reversalOf": .string(reversalOf), "by": .string(by), "journal": .array(journal.map(\.json)),
        ]
    }

    package var openings: JSONObject { window.map { ["window": $0.json] } ?? [:] }
}

/// People are asked to approve a payment.
package struct ApprovalAsked: EventContent {
    package static let type = "approval.asked"
    package let claimKey: String
    package let approvers: Int64
    package let roles: [String]
    /// Which of the policy's rules of approval asks, from 0; entries before there were questions do not say it.
    package let rule: Int64?
    /// From here on nobody need be asked any more.
    package let until: Instant

    package init(claimKey: String, approvers: Int64, roles: [String], rule: Int64?, until: Instant) {
        self.claimKey = claimKey
        self.approvers = approvers
        self.roles = roles
        self.rule = rule
        self.until = until
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        claimKey = try facts.string("claimKey")
        approvers = try facts.integer("approvers")
        roles = try facts.array("roles").map { (json, pointer) throws(JSONShapeError) in
            guard let role = json.stringValue else {
                throw JSONShapeError(pointer: pointer, problem: "expected a string")
            }
            return role
        }
        rule = try facts.optionalInteger("rule")
        until = try facts.instant("until")
    }

    package var facts: JSONObject {
        var facts: JSONObject = [
            "claimKey": .string(claimKey), "approvers": .integer(approvers),
            "roles": .array(roles.map(JSON.string)), "until": .integer(until.milliseconds),
        ]
        facts["rule"] = rule.map { .integer($0) }
        return facts
    }
}

/// One of those who were asked said yes.
package struct ApprovalGiven: EventContent {
    package static let type = "approval.given"
    package let claimKey: String
    package let by: String

    package init(claimKey: String, by: String) {
        self.claimKey = claimKey
        self.by = by
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        claimKey = try facts.string("claimKey")
        by = try facts.string("by")
    }

    package var facts: JSONObject { ["claimKey": .string(claimKey), "by": .string(by)] }
}

/// One of those who were asked said no, about a favour.
package struct ApprovalRefused: EventContent {
    package static let type = "approval.refused"
    package let claimKey: String
    package let by: String

    package init(claimKey: String, by: String) {
        self.claimKey = claimKey
        self.by = by
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        claimKey = try facts.string("claimKey")
        by = try facts.string("by")
    }

    package var facts: JSONObject { ["claimKey": .string(claimKey), "by": .string(by)] }
}

/// A part of a budget is spent; all of it when something has to wait for the next period.
package struct BudgetWarned: EventContent {
    package static let type = "budget.warned"
    /// The document.
    package let budget: PolicyHash
    /// The begin of the period.
    package let from: Instant
    package let unit: String
    package let num: Int64
    package let den: Int64

    package init(budget: PolicyHash, from: Instant, unit: String, num: Int64, den: Int64) {
        self.budget = budget
        self.from = from
        self.unit = unit
        self.num = num
        self.den = den
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        budget = try facts.parsed("budget") { PolicyHash($0) }
        from = try facts.instant("from")
        unit = try facts.string("unit")
        num = try facts.integer("num")
        den = try facts.integer("den")
    }

    package var facts: JSONObject {
        [
            "budget": .string(budget.text), "from": .integer(from.milliseconds), "unit": .string(unit),
            "num": .integer(num), "den": .integer(den),
        ]
    }
}

extension CompensationPosted.Window {
    /// As entries commit to it.
    var json: JSON { ["from": .integer(from.milliseconds), "until": .integer(until.milliseconds)] }

    fileprivate init(_ source: consuming ObjectReader) throws(JSONShapeError) {
        var reader = source
        self.init(from: try reader.instant("from"), until: try reader.instant("until"))
        try reader.finish()
    }
}

extension ObjectReader {
    fileprivate mutating func window() throws(JSONShapeError) -> CompensationPosted.Window {
        try CompensationPosted.Window(object("window"))
    }

    fileprivate mutating func optionalWindow() throws(JSONShapeError) -> CompensationPosted.Window? {
        guard let reader = try optionalObject("window") else { return nil }
        return try CompensationPosted.Window(reader)
    }
}
