import Compensation
import ServiceLevels
import Temporal
import TransparencyLog

/// Rule 84: an incident is asked about once. None of these reads more rows than one entry names awards.
extension Situation {
    func decide(_ command: QuestionCommand) throws -> Decision {
        switch command {
        case .gather(let incident, let policy, let rule): try gather(incident, policy, rule)
        case .ask(let question): try ask(question)
        case .answer(let answer): try decide(answer)
        }
    }

    /// The most questions of one incident and rule among which one is looked for that has room: the newest.
    private static let maximumQuestions = 64

    private func gather(_ incident: String, _ policy: String, _ rule: Int64) throws -> Decision {
        guard let group = try IncidentGroup(of: incident, in: state), let root = IncidentID(group.root.id),
            let hash = PolicyHash(policy)
        else { throw StoreError.corrupt("awards wait in \(incident) under \(policy), of which one is not there") }
        let terms = try approvalRule(rule, of: policy)
        let rows = try state.records(
            Scan(
                QuestionAwardRecord.self, index: "question_award_by_gathering",
                equals: [.text(incident), .text(policy), .integer(rule)], limit: QuestionGathered.maximumAwards))
        guard !rows.isEmpty else { return Decision() }
        func entry(_ id: QuestionID, _ rows: [QuestionAwardRecord]) -> Decision {
            let gathered = QuestionGathered(
                question: id, incident: root, compensation: hash, rule: rule, awards: rows.map(\.claimKey).sorted())
            return Decision([LogEvent(.decision(.gathered(gathered)))])
        }
        for question in try questions(of: group, policy, rule) {
            var drafted = QuestionSums()
            let fitting = rows.filter { row in
                guard question.takes(row, beside: drafted, terms, at: now.milliseconds) else {
                    return false
                }
                drafted.add(row.minor, to: row.part)
                return true
            }
            if !fitting.isEmpty, let id = QuestionID(question.id) { return entry(id, fitting) }
        }
        return entry(QuestionID(seq: nextSeq), rows)
    }

    /// Those of an incident, a policy and a rule, oldest first.
    private func questions(of group: IncidentGroup, _ policy: String, _ rule: Int64) throws -> [QuestionRecord] {
        try group.parts.flatMap { part in
            try state.records(
                Scan(
                    QuestionRecord.self, index: "question_by_incident",
                    equals: [.text(part.id), .text(policy), .integer(rule)], isDescending: true,
                    limit: Self.maximumQuestions))
        }.sorted { $0.seq < $1.seq }
    }

    /// Asks, unless it is too early: the incident is frozen first, and one question waits for the one before it.
    private func ask(_ id: QuestionID) throws -> Decision {
        guard let question = try state.record(QuestionRecord.self, .text(id.text)), question.unasked != nil,
            let group = try IncidentGroup(of: question.incident, in: state), group.root.frozenAt != nil,
            group.root.membershipSeq <= group.root.frozenSeq,
            case .incident(.frozen(let frozen))? = try storedEvent(group.root.frozenSeq, in: state)?.event
        else { return Decision() }
        let others = try questions(of: group, question.policy, question.rule)
        guard !others.contains(where: { $0.isUnanswered(at: now.milliseconds) }) else { return Decision() }
        let terms = try approvalRule(question.rule, of: question.policy)
        let asked = QuestionAsked(
            question: id, requests: question.requests, root: frozen.root.base64, sums: question.gathered,
            approvers: Int64(terms.approvers), roles: terms.roles, until: now + terms.within.length)
        return Decision([LogEvent(.decision(.asked(asked)))])
    }

    private func decide(_ answer: QuestionAnswer) throws -> Decision {
        guard let question = try state.record(QuestionRecord.self, .text(answer.question.text)) else {
            throw Refusal.unknownQuestion
        }
        guard question.isUnanswered(at: now.milliseconds) else {
            throw Refusal(.wrongState, "Nobody is asked this (any more).")
        }
        try requireStaff(answer.by, in: question.staffRoles)
        guard !question.names.contains(answer.by.text) else {
            throw Refusal(.wrongState, "\(answer.by) has said so before; somebody else is asked too.")
        }
        guard answer.isGiven || question.gathered.hasFavours else {
            throw Refusal(
                .wrongState,
                "What a published policy guarantees is a debt: it can wait for an approval, and is then paid. "
                    + "It cannot be refused.")
        }
        let event = QuestionAnswered(question: answer.question, by: answer.by.text, isGiven: answer.isGiven)
        return Decision([LogEvent(.decision(.answered(event)))])
    }

    private func approvalRule(_ rule: Int64, of policy: String) throws -> ApprovalRule {
        guard let hash = PolicyHash(policy), let terms = policies.compensation(hash)?.settling.approvals,
            terms.indices.contains(Int(clamping: rule))
        else { throw StoreError.corrupt("\(policy) has no rule of approval \(rule)") }
        return terms[Int(rule)]
    }

    // What an award asks for

    /// The question that has an award.
    private func question(of row: OwedRecord) throws -> QuestionRecord? {
        guard row.why == Wait.Why.approval.rawValue,
            let id = try state.record(QuestionAwardRecord.self, .text(row.claimKey))?.question
        else { return nil }
        return try state.record(QuestionRecord.self, .text(id))
    }

    /// Whether enough people said yes to the question that has an award.
    func isAnswered(for row: OwedRecord) throws -> Bool { try question(of: row)?.state == .given }

    /// Who refused a favour with its question; nil where nobody did, and of a debt.
    func whoRefused(_ row: OwedRecord) throws -> String? {
        guard row.rank > 0, let question = try question(of: row), question.state == .refused else { return nil }
        return question.refusedBy
    }
}

extension Refusal {
    static let unknownQuestion = Refusal(
        .unknownQuestion, "Check the name, such as q-42: see the list of what waits for the word of people.")
}
