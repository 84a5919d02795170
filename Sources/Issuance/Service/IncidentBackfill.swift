import CanonicalJSON
import Compensation
import Temporal
import TransparencyLog

/// What incidents need of a database that is older than they are: the sums of its log, and who was ever late. The same
/// rows as a replay makes, from the rows that are there already.
enum IncidentBackfill {
    /// Fills the tables, once: the sums come last, and say that it is done. What a crash broke off goes on.
    static func fill(_ store: any Store) throws {
        let isNeeded = try store.read { reader in
            try reader.record(HeadRecord.self, .integer(1)) != nil
                && reader.records(Scan(TallyRecord.self, limit: 1)).isEmpty
        }
        guard isNeeded else { return }
        var last: String?
        while let page = try next(after: last, store), let end = page.last {
            try store.write { writer in
                for record in page where record.breachedAt != nil { try note(record, writer) }
            }
            last = end.id
        }
        try store.write { try Tally(counting: $0).store(from: Tally(), in: $0) }
    }

    private static func next(after last: String?, _ store: any Store) throws -> [RequestRecord]? {
        let page = try store.read { reader in
            try reader.records(
                Scan(RequestRecord.self, above: last.map { [.text($0)] } ?? [], limit: IncidentGroup.pageSize))
        }
        return page.isEmpty ? nil : page
    }

    private static func note(_ record: RequestRecord, _ writer: any StoreWriter) throws {
        guard try writer.record(AffectedRecord.self, .text(record.id)) == nil else { return }
        let entries = try writer.records(
            Scan(
                EntryRecord.self, index: "entry_by_request", equals: [.text(record.id)],
                limit: AuditBundle.maximumEntries))
        for entry in entries {
            let json = try JSON(parsing: entry.body)
            guard json["type"]?.stringValue == PromiseBroken.type,
                json["facts"]?["objective"] == "issue", let due = json["facts"]?["dueAt"]?.integerValue,
                let at = json["t"]?.integerValue
            else { continue }
            let stage = try Stage(of: record, at: Instant(milliseconds: at), in: writer)
            var row = AffectedRecord(record, stage: stage, due: due, seq: entry.seq)
            if let stoppedAt = record.stoppedAt { row.end(at: Instant(milliseconds: stoppedAt)) }
            if record.erasedAt != nil { (row.waiting, row.ended) = (nil, nil) }
            return try writer.insert(row)
        }
    }
}

extension Stage {
    /// Where a request is stuck by what is known of it alone (rule 40): the pause that ran out, or what it waits for.
    init(of record: RequestRecord, at now: Instant, in reader: any StoreReader) throws {
        let pause = try reader.records(
            Scan(PauseRecord.self, equals: [.text(record.id)], isDescending: true, limit: 1)
        ).first
        let ranOut = pause.map { $0.until == nil && $0.limit.map { $0 <= now.milliseconds } ?? false } ?? false
        self =
            ranOut
            ? pause.flatMap { Stage(rawValue: $0.reason) } ?? .review : record.review == .manual ? .review : .signing
    }
}

extension Tally {
    /// From what the entries left behind in the other tables.
    fileprivate init(counting reader: any StoreReader) throws {
        try reader.forEach(RequestRecord.self) { record in
            accepted += 1
            if record.stoppedAt != nil { stopped += 1 }
            if record.breachedAt != nil { breached += 1 }
        }
        try reader.forEach(PaymentRecord.self) { _ in posted += 1 }
        try reader.forEach(JournalLineRecord.self) { book($0.account, $0.unit, $0.minor) }
    }
}
