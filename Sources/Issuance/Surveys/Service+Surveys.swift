package import CanonicalJSON
import Compensation
import Temporal
import TransparencyLog

/// Surveys: whom to ask, what they answer, and what of it an institution sees.
extension Service {
    /// Asks everybody whose delay, and what caused it, is over for long enough. A missed call loses nothing.
    ///
    /// - Returns: what could not be asked.
    package func askSurveys() throws -> [Postponed] {
        let now = committer.logTime(now()).milliseconds
        var postponed: [Postponed] = []
        var above: [ColumnValue] = []
        // From group to group: one row is read of each incident that is not resolved, however many stand in it.
        while let first = try surveyGroup(above) {
            above = [.text(first.incident), .integer(first.after)]
            if try store.read({ try isOver(first, at: now, $0) }) { postponed += try ask(likely: first, at: now) }
        }
        return postponed
    }

    private func surveyGroup(_ above: [ColumnValue]) throws -> SurveyDueRecord? {
        try store.read { reader in
            try reader.records(Scan(SurveyDueRecord.self, index: "survey_due_by_time", above: above, limit: 1)).first
        }
    }

    /// Whether the incident of a group is resolved for long enough.
    private func isOver(_ row: SurveyDueRecord, at now: Int64, _ reader: any StoreReader) throws -> Bool {
        guard row.askAt <= now else { return false }
        guard !row.incident.isEmpty else { return true }
        let resolvedAt = try IncidentGroup(of: row.incident, in: reader)?.root.resolvedAt
        return resolvedAt.map { $0 + row.after <= now } ?? false
    }

    private func ask(likely first: SurveyDueRecord, at now: Int64) throws -> [Postponed] {
        let group: [ColumnValue] = [.text(first.incident), .integer(first.after)]
        return try sweep("survey_due_by_time", of: SurveyDueRecord.self, equals: group, upTo: now) { rows in
            perform(rows.compactMap { row in RequestID(row.request).map { (row.request, .survey(.ask($0))) } })
        }
    }

    /// Takes the answer of one person.
    package func answerSurvey(
        _ reply: SurveyReply, about target: TenantRequest, _ completion: @escaping Sequencer.Completion
    ) { sequencer.submit(.survey(.answer(target, reply)), completion) }

    /// A page of the surveys of an institution, oldest first, and the cursor of the next page.
    package func surveyList(of tenant: TenantID, after cursor: Int64?) throws -> JSONObject {
        try store.read { reader in
            let rows = try reader.records(
                Scan(
                    SurveyRecord.self, index: "survey_by_tenant", equals: [.text(tenant.text)],
                    above: cursor.map { [.integer($0)] } ?? [], limit: Self.pageSize))
            var list: JSONObject = ["surveys": .array(rows.map { .object($0.summary) })]
            if rows.count == Self.pageSize, let last = rows.last { list["next"] = .integer(last.seq) }
            return list
        }
    }

    /// One survey with what was written, for its institution.
    package func survey(about id: RequestID, of tenant: TenantID) throws -> JSONObject {
        try store.read { reader in
            guard let row = try reader.record(SurveyRecord.self, .text(id.text)), row.tenant == tenant.text else {
                throw Refusal.unknownSurvey
            }
            var summary = row.summary
            guard row.answeredAt != nil else { return summary }
            try reader.forEachEntry(of: id.text) { seq in
                guard seq > row.seq, let entry = try reader.record(EntryRecord.self, .integer(seq)),
                    try LogEntry(parsing: entry.body).type == SurveyAnswered.type
                else { return }
                summary["text"] = try storedOpenings(seq, in: reader)["text"]
            }
            return summary
        }
    }
}

extension SurveyRecord {
    fileprivate var summary: JSONObject {
        var summary: JSONObject = [
            "id": .string(request), "policy": .string(policy),
            "askedAt": .string(Instant(milliseconds: askedAt).rfc3339),
            "until": .string(Instant(milliseconds: until).rfc3339),
        ]
        if !holder.isEmpty { summary["holder"] = .string(holder) }
        summary["incident"] = incident.map(JSON.string)
        summary["answeredAt"] = answeredAt.map { .string(Instant(milliseconds: $0).rfc3339) }
        summary["csat"] = csat.map(JSON.integer)
        summary["nps"] = nps.map(JSON.integer)
        return summary
    }
}
