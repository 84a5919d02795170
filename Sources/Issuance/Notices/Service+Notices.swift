import CanonicalJSON
import Compensation
import Temporal

/// Notices under a plan: sending them, and reading them.
extension Service {
    /// Tells everybody what they are to be told by now. A missed call loses nothing: it is told at the next one.
    ///
    /// - Returns: of which requests nobody could be told.
    package func sendNotices() throws -> [Postponed] {
        guard directory.policies.hasNotices else { return [] }
        let now = committer.logTime(now())
        return try sweep("notice_standing_by_next", of: NoticeStandingRecord.self, upTo: now.milliseconds) { rows in
            let telling = try store.read { reader in try rows.filter { try isTold(of: $0, at: now, in: reader) } }
            return perform(telling.compactMap { row in RequestID(row.request).map { (row.request, .notify($0)) } })
        }
    }

    /// Whether anything is told now: what came due while the service slept waits for the end of the quiet hours, and
    /// would be a command in vain at each look until then.
    private func isTold(of row: NoticeStandingRecord, at now: Instant, in reader: any StoreReader) throws -> Bool {
        let zone = try reader.noticeZone(of: row.request, directory.policies)
        return try !row.plan(in: directory.policies).told(at: now, row.read(), in: zone).isEmpty
    }

    /// The newest notices of a request that a plan is bound to, oldest first, in the language that is asked for.
    func notices(of record: RequestRecord, in locale: String?, _ reader: any StoreReader) throws -> [JSON] {
        guard directory.policies.hasNotices,
            try reader.record(NoticeStandingRecord.self, .text(record.id)) != nil
        else { return [] }
        let rows = try reader.records(
            Scan(
                NoticeRecord.self, index: "outbox_by_request", equals: [.text(record.id)], isDescending: true,
                limit: Self.shownNotices * 8))
        return try rows.filter { $0.notice == NoticeRecord.sent }.prefix(Self.shownNotices).reversed().map { row in
            .object(try sentNotice(row, in: locale, reader))
        }
    }

    /// As many as somebody reads at once.
    private static let shownNotices = 12

    /// A notice that was sent under a plan, with its text written again.
    func sentNotice(_ row: NoticeRecord, in locale: String?, _ reader: any StoreReader) throws -> JSONObject {
        guard let standing = try reader.record(NoticeStandingRecord.self, .text(row.request)),
            case .notice(.sent(let sent))? = try storedEvent(row.seq, in: reader)?.event
        else { throw StoreError.corrupt("entry \(row.seq) is no notice") }
        let plan = try standing.plan(in: directory.policies)
        let items = sent.items.compactMap { item in NoticeStep(rawValue: item.step).map { (item.about, $0) } }
        let script = try NoticeScript(
            of: row.request, items, from: sent.from, at: Instant(milliseconds: row.at), under: plan,
            service: directory.opened?.url ?? "", in: reader)
        let language = plan.locale(for: locale)
        let zone = try reader.noticeZone(of: row.request, directory.policies)
        let text = plan.text(of: script.told, script.shared, in: language, zone: zone)
        return [
            "entry": .integer(row.seq), "at": .string(Instant(milliseconds: row.at).rfc3339),
            "request": .string(row.request), "notice": .array(sent.items.map { .string($0.step) }),
            "about": .array(sent.items.map { .integer($0.about) }), "language": .string(language),
            "text": .string(text), "sha256": .string(sent.texts[language] ?? ""),
        ]
    }
}
