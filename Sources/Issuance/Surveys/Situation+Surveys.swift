import Compensation
import ServiceLevels
import Temporal

/// What somebody wants of a survey.
package enum SurveyCommand: Sendable {
    /// Ask, or spare, whose request is drawn, if it is time.
    case ask(RequestID)
    case answer(TenantRequest, SurveyReply)

    /// The request that the command is about, where it has a name of its own.
    var target: TenantRequest? { if case .answer(let target, _) = self { target } else { nil } }
}

/// The decision whom to ask, and whose answer counts.
extension Situation {
    func decide(_ command: SurveyCommand) throws -> Decision {
        switch command {
        case .ask(let id): try ask(id)
        case .answer(let target, let reply): try answer(target, reply)
        }
    }

    /// Nothing when it is not time, or was done before.
    private func ask(_ id: RequestID) throws -> Decision {
        guard let row = try state.record(SurveyDueRecord.self, .text(id.text)), row.askAt <= now.milliseconds,
            let record = try state.record(RequestRecord.self, .text(id.text)), record.erasedAt == nil,
            let policy = PolicyHash(row.policy)
        else { return Decision() }
        let incident = try row.incident.isEmpty ? nil : IncidentGroup(of: row.incident, in: state)?.root
        if let incident {
            guard let resolvedAt = incident.resolvedAt, resolvedAt + row.after <= now.milliseconds else {
                return Decision()
            }
        }
        let place = incident.flatMap { IncidentID($0.id) }
        if let place, let other = try survey(of: record, in: place) {
            return Decision([
                LogEvent(.survey(.spared(SurveySpared(policy: policy, incident: place, survey: other.request))), of: id)
            ])
        }
        let until = now + .days(ReviewPolicy.daysToAnswer)
        return Decision([
            LogEvent(
                .survey(
                    .asked(SurveyAsked(policy: policy, incident: place, until: until, person: record.holder))), of: id),
            LogEvent(.noticeQueued(NoticeQueued(.survey, about: nextSeq)), of: id),
        ])
    }

    /// Another request of the same person in the same incident, about which they were asked.
    private func survey(of record: RequestRecord, in incident: IncidentID) throws -> SurveyRecord? {
        var scan = Scan(
            SurveyRecord.self, index: "survey_by_holder", equals: [.text(record.tenant), .text(record.holder)],
            limit: 256)
        while true {
            let page = try state.records(scan)
            let found = try page.first { survey in
                let stands = try state.record(AffectedRecord.self, .text(survey.request))?.incident
                return try stands.flatMap { try IncidentGroup(of: $0, in: state)?.root.id } == incident.text
            }
            if let found { return found }
            guard page.count == scan.limit, let last = page.last else { return nil }
            scan.above = [.integer(last.seq)]
        }
    }

    private func answer(_ target: TenantRequest, _ reply: SurveyReply) throws -> Decision {
        guard let record = try state.record(RequestRecord.self, .text(target.id.text)),
            record.tenant == target.tenant.text
        else { throw Refusal.unknownSurvey }
        if record.erasedAt != nil { throw Refusal.erased }
        guard let survey = try state.record(SurveyRecord.self, .text(record.id)) else { throw Refusal.unknownSurvey }
        if survey.answeredAt != nil {
            throw Refusal(.wrongState, "This survey was answered; the first answer counts.")
        }
        guard now.milliseconds < survey.until else {
            let end = Instant(milliseconds: survey.until).rfc3339
            throw Refusal(.wrongState, "Answers were taken until \(end).")
        }
        let answered = SurveyAnswered(reply, idempotency: target.idempotency)
        return Decision([LogEvent(.survey(.answered(answered)), of: target.id)])
    }
}

extension Refusal {
    static let unknownSurvey = Refusal(
        .unknownRequest, "Check the identifier: nobody was asked about a request of this name.")
}
