import CanonicalJSON
import Compensation
import ServiceLevels

/// One question about an incident: what it has gathered, what was asked, and what was said.
package struct QuestionRecord: Record {
    package var id: String
    package var seq: Int64
    /// The one that it was gathered from.
    package var incident: String
    package var policy: String
    package var rule: Int64
    package var state: State
    /// How many requests, and how much, it has gathered.
    package var requests: Int64
    package var gathered: QuestionSums
    /// What was asked about; nil before.
    package var asked: QuestionSums?
    /// The frozen set that it was asked with.
    package var root: String?
    package var approvers: Int64
    /// With commas between them.
    package var roles: String
    package var until: Int64?
    /// Who said yes, in order, with commas between them.
    package var given: String
    package var refusedBy: String?
    /// How many of its awards still wait for approval, and how many of these are favours.
    package var open: Int64
    package var openFavours: Int64
    /// 1 while it was decided and something still waits, so that the scheduler finds it.
    package var release: Int64?
    /// 1 while it is still to be asked.
    package var unasked: Int64?

    /// Where it stands.
    package enum State: String, Hashable, Sendable { case gathering, asked, given, refused }

    package static let table = Table(
        "question", key: [.text("id")],
        [
            .integer("seq"), .text("incident"), .text("policy"), .integer("rule"), .text("state"),
            .integer("requests"), .text("gathered"), .text("asked").optional, .text("root").optional,
            .integer("approvers"), .text("roles"), .integer("until_at").optional, .text("given"),
            .text("refused_by").optional, .integer("open_awards"), .integer("open_favours"),
            .integer("release").optional, .integer("unasked").optional,
        ],
        indexes: [
            .init("question_by_incident", ["incident", "policy", "rule", "seq"]),
            .init("question_by_release", ["release", "seq"]), .init("question_by_asking", ["unasked", "seq"]),
            .init("question_by_state", ["state", "until_at", "seq"]),
        ])

    package var values: [ColumnValue] {
        [
            .text(id), .integer(seq), .text(incident), .text(policy), .integer(rule), .text(state.rawValue),
            .integer(requests), .text(gathered.json.canonicalString), .optional(asked?.json.canonicalString),
            .optional(root), .integer(approvers), .text(roles), .optional(until), .text(given), .optional(refusedBy),
            .integer(open), .integer(openFavours), .optional(release), .optional(unasked),
        ]
    }

    package init(row: inout RowReader) throws(StoreError) {
        id = try row.text()
        seq = try row.integer()
        incident = try row.text()
        policy = try row.text()
        rule = try row.integer()
        state = try row.choice()
        requests = try row.integer()
        gathered = try QuestionSums(stored: row.text())
        if let text = try row.optionalText() { asked = try QuestionSums(stored: text) } else { asked = nil }
        root = try row.optionalText()
        approvers = try row.integer()
        roles = try row.text()
        until = try row.optionalInteger()
        given = try row.text()
        refusedBy = try row.optionalText()
        open = try row.integer()
        openFavours = try row.integer()
        release = try row.optionalInteger()
        unasked = try row.optionalInteger()
    }

    /// The row that its first gathering makes.
    init(_ event: QuestionGathered, seq: Int64) {
        id = event.question.text
        self.seq = seq
        incident = event.incident.text
        policy = event.compensation.text
        rule = event.rule
        state = .gathering
        (requests, gathered, asked, root) = (0, QuestionSums(), nil, nil)
        (approvers, roles, until, given, refusedBy) = (0, "", nil, "", nil)
        (open, openFavours, release, unasked) = (0, 0, nil, 1)
    }

    /// Those who said yes.
    var names: [String] { given.split(separator: ",").map(String.init) }

    /// The roles of which one is needed.
    var staffRoles: [StaffRole] { roles.split(separator: ",").compactMap { StaffRole(rawValue: String($0)) } }

    /// Whether people can still say something about it.
    func isUnanswered(at now: Int64) -> Bool { state == .asked && now < until ?? .max }

    /// Follows from the others: whether the scheduler has something to pay, to take back or to ask.
    mutating func settleWork() {
        release = state == .given && open > 0 || state == .refused && openFavours > 0 ? 1 : nil
        unasked = state == .gathering && open > 0 ? 1 : nil
    }

    /// Whether an award still fits: all do before it is asked; then what its rule lets join, until it is refused or
    /// runs out.
    ///
    /// - Parameter drafted: what goes in with it.
    func takes(
        _ award: QuestionAwardRecord, beside drafted: QuestionSums, _ rule: ApprovalRule, at now: Int64
    ) -> Bool {
        let part = award.part
        guard let asked else { return state == .gathering }
        guard state == .given || isUnanswered(at: now) else { return false }
        return gathered[part] + drafted[part] + award.minor <= rule.most(of: asked[part])
    }
}

/// An award that waits for approval by a numbered rule of its policy.
package struct QuestionAwardRecord: Record {
    package var claimKey: String
    package var request: String
    package var policy: String
    package var rule: Int64
    package var unit: String
    package var minor: Int64
    /// 0 for what is guaranteed, 1 for a favour.
    package var rank: Int64
    /// The incident in which its request stands, while no question has it and it waits.
    package var gather: String?
    /// The question that has it, for ever.
    package var question: String?
    /// The same, while it waits for approval.
    package var held: String?
    /// Whether it waits for approval: 1 or 0.
    package var waits: Int64

    package static let table = Table(
        "question_award", key: [.text("claim_key")],
        [
            .text("request"), .text("policy"), .integer("rule"), .text("unit"), .integer("minor"), .integer("rank"),
            .text("gather").optional, .text("question").optional, .text("held").optional, .integer("waits"),
        ],
        indexes: [
            .init("question_award_by_request", ["request", "claim_key"]),
            .init("question_award_by_gathering", ["gather", "policy", "rule", "claim_key"]),
            .init("question_award_by_question", ["question", "request"]),
            .init("question_award_by_holding", ["held", "rank", "claim_key"]),
        ])

    package var values: [ColumnValue] {
        [
            .text(claimKey), .text(request), .text(policy), .integer(rule), .text(unit), .integer(minor),
            .integer(rank), .optional(gather), .optional(question), .optional(held), .integer(waits),
        ]
    }

    package init(row: inout RowReader) throws(StoreError) {
        claimKey = try row.text()
        request = try row.text()
        policy = try row.text()
        rule = try row.integer()
        unit = try row.text()
        minor = try row.integer()
        rank = try row.integer()
        gather = try row.optionalText()
        question = try row.optionalText()
        held = try row.optionalText()
        waits = try row.integer()
    }

    /// The row that an `approval.asked` makes.
    init(_ owed: OwedRecord, rule: Int64, incident: String?) {
        claimKey = owed.claimKey
        request = owed.request
        policy = owed.policy
        self.rule = rule
        unit = owed.unit
        minor = owed.minor
        rank = owed.rank
        (gather, question, held, waits) = (incident, nil, nil, 1)
    }

    /// Which of a question's sums it is in.
    var part: QuestionSums.Part { QuestionSums.Part(unit: unit, isFavour: rank > 0) }
}

extension Tables {
    /// What the page "Decisions" adds.
    static let decisionRecords: [any Record.Type] = [QuestionRecord.self, QuestionAwardRecord.self]

    static let decisionChanges: [Table.Change] = decisionRecords.map { .create($0.table) }
}
