import Compensation
import Temporal

/// What follows in the tables from the entries of the page "Decisions", and for questions from those about waits.
extension Projection {
    func apply(_ event: DecisionEvent, at place: Place) throws {
        switch event {
        case .gathered(let event): try gather(event, at: place)
        case .asked(let event):
            try change(event.question) { row in
                (row.state, row.asked, row.root) = (.asked, event.sums, event.root)
                (row.approvers, row.roles) = (event.approvers, event.roles.joined(separator: ","))
                row.until = event.until.milliseconds
            }
        case .answered(let event):
            try change(event.question) { row in
                guard event.isGiven else {
                    (row.state, row.refusedBy) = (.refused, event.by)
                    return
                }
                row.given += (row.given.isEmpty ? "" : ",") + event.by
                if Int64(row.names.count) >= row.approvers { row.state = .given }
            }
        }
    }

    /// An award waits for approval: a question of its incident takes it, where its request stands in one.
    func beginQuestion(about row: OwedRecord, by rule: Int64) throws {
        let incident = try writer.record(AffectedRecord.self, .text(row.request))?.incident
        try writer.insert(QuestionAwardRecord(row, rule: rule, incident: incident))
    }

    /// An award waits for approval no more.
    func endQuestion(about claimKey: String) throws {
        guard var row = try writer.record(QuestionAwardRecord.self, .text(claimKey)), row.waits == 1 else { return }
        let question = row.held
        (row.gather, row.held, row.waits) = (nil, nil, 0)
        try writer.update(row)
        guard let question = question.flatMap({ QuestionID($0) }) else { return }
        try change(question) { question in
            question.open -= 1
            question.openFavours -= row.rank
        }
    }

    /// A request stands in an incident from here on: what of it waits, and was not gathered, is gathered there.
    func gather(from request: String, in incident: IncidentID) throws {
        let rows = try writer.records(
            Scan(
                QuestionAwardRecord.self, index: "question_award_by_request", equals: [.text(request)],
                limit: Promise.maximumPayments))
        for var row in rows where row.waits == 1 && row.question == nil {
            row.gather = incident.text
            try writer.update(row)
        }
    }

    private func gather(_ event: QuestionGathered, at place: Place) throws {
        let known = try writer.record(QuestionRecord.self, .text(event.question.text))
        var question = known ?? QuestionRecord(event, seq: place.seq)
        for claimKey in event.awards {
            guard var row = try writer.record(QuestionAwardRecord.self, .text(claimKey)), row.waits == 1 else {
                throw StoreError.corrupt("entry \(place.seq): \(claimKey) does not wait for approval")
            }
            let isKnown = try !writer.records(
                Scan(
                    QuestionAwardRecord.self, index: "question_award_by_question",
                    equals: [.text(question.id), .text(row.request)], limit: 1)
            ).isEmpty
            if !isKnown { question.requests += 1 }
            (row.gather, row.question, row.held) = (nil, question.id, question.id)
            try writer.update(row)
            question.gathered.add(row.minor, to: row.part)
            question.open += 1
            question.openFavours += row.rank
        }
        question.settleWork()
        if known == nil { try writer.insert(question) } else { try writer.update(question) }
    }

    private func change(_ id: QuestionID, _ body: (inout QuestionRecord) -> Void) throws {
        guard var row = try writer.record(QuestionRecord.self, .text(id.text)) else {
            throw StoreError.corrupt("there is no question \(id)")
        }
        body(&row)
        row.settleWork()
        try writer.update(row)
    }
}
