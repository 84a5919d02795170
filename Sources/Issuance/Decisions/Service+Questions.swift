package import CanonicalJSON
import Compensation
import Temporal

/// Questions about incidents: gathered, asked, and carried out when they are answered.
extension Service {
    /// Puts what waits in incidents into questions, asks those that can be asked, and pays or takes back what was
    /// decided: each award a command of its own. What is left after a crash is what the next call finds.
    ///
    /// - Returns: what could not be settled.
    func tendQuestions() throws -> [Postponed] {
        try gatherQuestions()
        for question in try questions("question_by_asking") {
            if let id = QuestionID(question.id) { _ = try perform(.ask(id)) }
        }
        return try questions("question_by_release").flatMap { try carryOut($0) }
    }

    private func gatherQuestions() throws {
        var above: [ColumnValue] = [.text("")]
        while true {
            let next = try store.read { reader in
                try reader.records(
                    Scan(
                        QuestionAwardRecord.self, index: "question_award_by_gathering", above: above, limit: 1)
                ).first
            }
            guard let next, let incident = next.gather else { return }
            while try perform(.gather(incident: incident, policy: next.policy, rule: next.rule)) {}
            above = [.text(incident), .text(next.policy), .integer(next.rule), .text("~")]
        }
    }

    /// The questions that have something to be done; the others come in the next round.
    private func questions(_ index: String) throws -> [QuestionRecord] {
        try store.read { reader in
            try reader.records(
                Scan(QuestionRecord.self, index: index, equals: [.integer(1)], limit: Self.maximumTended))
        }
    }

    private func carryOut(_ question: QuestionRecord) throws -> [Postponed] {
        // Of a refused one only favours are taken back: what is guaranteed waits for its time.
        let ranks: ClosedRange<Int64> = question.state == .refused ? 1...1 : 0...1
        return try ranks.flatMap { rank in
            var postponed: [Postponed] = []
            var above: [ColumnValue] = []
            while true {
                let rows = try store.read { reader in
                    try reader.records(
                        Scan(
                            QuestionAwardRecord.self, index: "question_award_by_holding",
                            equals: [.text(question.id), .integer(rank)], above: above, limit: Sequencer.maximumBatch))
                }
                postponed += perform(
                    rows.compactMap { row in ClaimKey(row.claimKey).map { (row.request, .settle($0)) } })
                guard rows.count == Sequencer.maximumBatch, let last = rows.last else { return postponed }
                above = [.text(last.claimKey)]
            }
        }
    }

    /// Somebody's word about an incident as a whole.
    package func decide(_ answer: QuestionAnswer, _ reply: @escaping Sequencer.Completion) {
        sequencer.submit(.question(.answer(answer)), reply)
    }

    /// One question: what it is about, and who said what.
    package func question(_ id: QuestionID) throws -> JSONObject {
        try store.read { reader in
            guard let row = try reader.record(QuestionRecord.self, .text(id.text)) else {
                throw Refusal.unknownQuestion
            }
            return row.members
        }
    }

    /// Does a command, and says whether anything followed from it.
    private func perform(_ command: QuestionCommand) throws -> Bool {
        guard let result = sequencer.performAll([.question(command)]).first else { return false }
        return try !result.get().body.isEmpty
    }
}

extension QuestionRecord {
    /// The question for staff: nothing in it says whose the requests are.
    var members: JSONObject {
        var members: JSONObject = [
            "question": .string(id), "incident": .string(incident), "compensation": .string(policy),
            "rule": .integer(rule), "state": .string(state.rawValue), "requests": .integer(requests),
            "sums": gathered.json, "waiting": .integer(open), "approvers": .integer(approvers),
            "roles": .array(staffRoles.map { .string($0.rawValue) }), "given": .array(names.map(JSON.string)),
        ]
        members["asked"] = asked?.json
        members["root"] = root.map(JSON.string)
        members["until"] = until.map { .string(Instant(milliseconds: $0).rfc3339) }
        members["refusedBy"] = refusedBy.map(JSON.string)
        return members
    }
}

extension StoreReader {
    /// The questions that people can answer now, and those that are being gathered, soonest end first.
    func openQuestions(at now: Instant, limit: Int) throws -> [QuestionRecord] {
        let asked = try records(
            Scan(
                QuestionRecord.self, index: "question_by_state", equals: [.text(QuestionRecord.State.asked.rawValue)],
                above: [.integer(now.milliseconds)], limit: limit))
        return asked
            + (try records(Scan(QuestionRecord.self, index: "question_by_asking", equals: [.integer(1)], limit: limit)))
    }

    /// Whether a question of its incident has an award: then nobody is asked about it alone.
    func isInQuestion(_ claimKey: String) throws -> Bool {
        try record(QuestionAwardRecord.self, .text(claimKey))?.question != nil
    }
}
