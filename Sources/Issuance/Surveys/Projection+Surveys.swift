import CanonicalJSON
import Compensation
import Cryptography
import Multiformats
import ServiceLevels
import Temporal

/// Where the log speaks of surveys, and of what they follow from.
extension Projection {
    func apply(_ event: SurveyEvent, of record: RequestRecord, at place: Place) throws {
        switch event {
        case .asked(let event):
            try writer.insert(SurveyRecord(event, of: record, at: place))
            try writer.delete(SurveyDueRecord.self, key: [.text(record.id)])
        case .spared: try writer.delete(SurveyDueRecord.self, key: [.text(record.id)])
        case .answered(let event):
            guard var survey = try writer.record(SurveyRecord.self, .text(record.id)) else {
                throw StoreError.corrupt("entry \(place.seq) answers what nobody was asked")
            }
            (survey.csat, survey.nps) = (event.answer.csat, event.answer.nps)
            survey.answeredAt = place.at.milliseconds
            try writer.update(survey)
            try keep(event.idempotency, of: record, at: place)
        }
    }

    /// The lot of a policy follows from the entry that published it (rule 68).
    func keepSeed(of published: PolicyPublished, at place: Place) throws {
        guard published.document["kind"]?.stringValue == PolicyDocument.Kind.review.rawValue else { return }
        try writer.insert(
            SurveySeedRecord(
                policy: published.hash.text, seed: Hex.encode(place.leafHash.bytes), seq: place.seq))
    }

    /// A promise was broken: whoever is drawn is asked some day.
    func expectSurvey(_ record: RequestRecord) throws {
        guard record.erasedAt == nil, directory.policies.hasReview,
            try writer.record(SurveyDueRecord.self, .text(record.id)) == nil,
            try writer.record(SurveyRecord.self, .text(record.id)) == nil,
            let policy = try writer.boundReviewPolicy(of: record, directory.policies),
            try writer.draws(record.id, under: policy)
        else { return }
        try writer.insert(SurveyDueRecord(record, policy))
    }

    /// The clock of a late request stopped.
    func timeSurvey(_ record: RequestRecord) throws {
        try changeSurvey(of: record.id) { row in
            guard let stoppedAt = record.stoppedAt else { return }
            row.askAt = stoppedAt + row.after
        }
    }

    /// A late request stands in another incident from here on.
    func moveSurvey(of request: String, to incident: IncidentID) throws {
        try changeSurvey(of: request) { $0.incident = incident.text }
    }

    private func changeSurvey(of request: String, _ change: (inout SurveyDueRecord) -> Void) throws {
        guard directory.policies.hasReview, var row = try writer.record(SurveyDueRecord.self, .text(request)) else {
            return
        }
        change(&row)
        try writer.update(row)
    }

    /// After an erasure nobody is asked, and nobody can tell who was.
    func endSurvey(of record: RequestRecord) throws {
        if try writer.record(SurveyDueRecord.self, .text(record.id)) != nil {
            try writer.delete(SurveyDueRecord.self, key: [.text(record.id)])
        }
        guard var survey = try writer.record(SurveyRecord.self, .text(record.id)) else { return }
        survey.holder = ""
        try writer.update(survey)
    }
}

extension StoreReader {
    /// The policy by which a late request is surveyed: rule 68.
    func boundReviewPolicy(of record: RequestRecord, _ policies: PolicyBook) throws -> ReviewPolicy? {
        guard let hash = PolicyHash(record.serviceLevel), let level = policies.serviceLevel(hash) else {
            throw StoreError.corrupt("request \(record.id) is bound to a policy that is not in the log")
        }
        let acceptedAt = Instant(milliseconds: record.acceptedAt)
        for case .review(let policy) in policies.inForce(.review, of: level.metadata.tenant, at: acceptedAt) {
            // One that was published after the request, if in the same millisecond, does not bind it.
            let row = try self.record(PolicyRecord.self, .text(policy.hash.text))
            if let row, row.seq < record.acceptedSeq { return policy }
        }
        return nil
    }

    /// Whether a request is drawn by that policy.
    func draws(_ request: String, under policy: ReviewPolicy) throws -> Bool {
        guard let row = try record(SurveySeedRecord.self, .text(policy.hash.text)) else {
            throw StoreError.corrupt("the entry that published \(policy.hash) is gone")
        }
        return SurveyDraw.draws(request, seed: row.seed, sample: policy.surveySample)
    }
}
