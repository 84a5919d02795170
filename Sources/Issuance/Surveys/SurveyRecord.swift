import Compensation
import ServiceLevels
import Temporal

/// Somebody who was asked about a request, and their numbers if they answered.
package struct SurveyRecord: Record {
    package var request: String
    package var tenant: String
    /// Empty once they were erased.
    package var holder: String
    package var policy: String
    /// Where the request stood when they were asked.
    package var incident: String?
    package var askedAt: Int64
    package var until: Int64
    package var answeredAt: Int64?
    package var csat: Int64?
    package var nps: Int64?
    package var seq: Int64

    package static let table = Table(
        "survey", key: [.text("request")],
        [
            .text("tenant"), .text("holder"), .text("policy"), .text("incident").optional, .integer("asked_at"),
            .integer("until"), .integer("answered_at").optional, .integer("csat").optional, .integer("nps").optional,
            .integer("seq"),
        ],
        indexes: [
            .init("survey_by_holder", ["tenant", "holder", "seq"]), .init("survey_by_tenant", ["tenant", "seq"]),
        ])

    package var values: [ColumnValue] {
        [
            .text(request), .text(tenant), .text(holder), .text(policy), .optional(incident), .integer(askedAt),
            .integer(until), .optional(answeredAt), .optional(csat), .optional(nps), .integer(seq),
        ]
    }

    package init(row: inout RowReader) throws(StoreError) {
        request = try row.text()
        tenant = try row.text()
        holder = try row.text()
        policy = try row.text()
        incident = try row.optionalText()
        askedAt = try row.integer()
        until = try row.integer()
        answeredAt = try row.optionalInteger()
        csat = try row.optionalInteger()
        nps = try row.optionalInteger()
        seq = try row.integer()
    }

    init(_ event: SurveyAsked, of record: RequestRecord, at place: Projection.Place) {
        request = record.id
        tenant = record.tenant
        holder = record.holder
        policy = event.policy.text
        incident = event.incident?.text
        askedAt = place.at.milliseconds
        until = event.until.milliseconds
        seq = place.seq
    }

    /// What they said; nil until they did.
    var answer: SurveyScores.Answer? {
        guard let csat, let nps else { return nil }
        return SurveyScores.Answer(csat: csat, nps: nps)
    }
}

/// A late request that was drawn and about which nobody was asked yet.
package struct SurveyDueRecord: Record {
    package var request: String
    /// Where it stands itself, whatever that was merged into; empty for none.
    package var incident: String
    /// How long after the end of the delay and of the incident, in milliseconds.
    package var after: Int64
    /// When that has passed since the stop of its clock; ``AffectedRecord/never`` while it waits.
    package var askAt: Int64
    package var policy: String

    package static let table = Table(
        "survey_due", key: [.text("request")],
        [.text("incident"), .integer("after_stop"), .integer("ask_at"), .text("policy")],
        indexes: [.init("survey_due_by_time", ["incident", "after_stop", "ask_at"])])

    package var values: [ColumnValue] {
        [.text(request), .text(incident), .integer(after), .integer(askAt), .text(policy)]
    }

    package init(row: inout RowReader) throws(StoreError) {
        request = try row.text()
        incident = try row.text()
        after = try row.integer()
        askAt = try row.integer()
        policy = try row.text()
    }

    init(_ record: RequestRecord, _ policy: ReviewPolicy) {
        request = record.id
        incident = ""
        let wait = policy.surveyAfter.length.count
        after = wait
        self.policy = policy.hash.text
        askAt = record.stoppedAt.map { $0 + wait } ?? AffectedRecord.never
    }
}

/// What the lot of a policy for surveys is drawn by: the leaf hash of the entry that published it.
package struct SurveySeedRecord: Record {
    package var policy: String
    /// In lower-case hexadecimal.
    package var seed: String
    package var seq: Int64

    package static let table = Table(
        "survey_seed", key: [.text("policy")], [.text("seed"), .integer("seq")], isAppendOnly: true)

    package var values: [ColumnValue] { [.text(policy), .text(seed), .integer(seq)] }

    package init(row: inout RowReader) throws(StoreError) {
        policy = try row.text()
        seed = try row.text()
        seq = try row.integer()
    }

    init(policy: String, seed: String, seq: Int64) { (self.policy, self.seed, self.seq) = (policy, seed, seq) }
}

extension Tables {
    /// What surveys and reviews keep.
    static let surveyRecords: [any Record.Type] = [
        SurveyRecord.self, SurveyDueRecord.self, SurveySeedRecord.self, ReviewRecord.self,
    ]

    /// What they add to the sixth migration.
    static let surveyChanges: [Table.Change] = [
        .create(SurveyRecord.table), .create(SurveyDueRecord.table), .create(SurveySeedRecord.table),
        .create(ReviewRecord.table),
    ]
}
