import Compensation
import Temporal
import TransparencyLog

/// The only place that decides that somebody is told something now: rules 80 to 83.
extension Situation {
    /// Nothing where no notice comes at this instant.
    func notify(_ id: RequestID) throws -> Decision {
        guard let row = try state.record(NoticeStandingRecord.self, .text(id.text)) else { return Decision() }
        let (plan, standing) = (try row.plan(in: policies), try row.read())
        let zone = try state.noticeZone(of: id.text, policies)
        let told = plan.told(at: now, standing, in: zone)
        guard !told.isEmpty else { return Decision() }
        var from: [String: Int64] = [:]
        from["promised"] = standing.promised
        from["broken"] = standing.broken
        from["stopped"] = standing.stopped
        from["open"] = standing.open?.seq
        from["cause"] = try causeEntry(of: id)
        let script = try NoticeScript(
            of: id.text, told.map { ($0.seq, $0.step) }, from: from, at: now, under: plan,
            service: directory.opened?.url ?? "", in: state)
        let sent = NoticeSent(
            items: told.map { NoticeSent.Item(about: $0.seq, step: $0.step.rawValue) }, from: from,
            texts: plan.hashes(of: script.told, script.shared, zone: zone))
        return Decision([LogEvent(.notice(.sent(sent)), of: id)])
    }

    /// The entry that names why a request is late, once somebody knows.
    private func causeEntry(of id: RequestID) throws -> Int64? {
        guard let stands = try state.record(AffectedRecord.self, .text(id.text))?.incident,
            let root = try IncidentGroup(of: stands, in: state)?.root, root.cause != .unknown
        else { return nil }
        return try state.records(
            Scan(
                IncidentEventRecord.self, index: "incident_event_by_type",
                equals: [.text(root.id), .text(IncidentClassified.type)], isDescending: true, limit: 1)
        ).first?.seq
    }
}
