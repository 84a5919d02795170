import CanonicalJSON
import Cryptography
import TransparencyLog

/// Makes every projection again from the log and its openings, with the lines that made them the first time.
package enum Replay {
    /// Applies every entry, in order, to an empty store.
    ///
    /// - Parameter progress: called now and then with how many entries are done.
    /// - Throws: `AuditFailure` at the first entry whose openings do not open its commitments, or that does not follow.
    package static func rebuild(
        from source: any StoreReader, into target: any StoreWriter, progress: (Int64) -> Void = { _ in }
    ) throws {
        var directory = Directory()
        try source.forEach(EntryRecord.self) { record in
            do {
                let entry = try LogEntry(parsing: record.body)
                guard record.request == entry.request?.rid else {
                    throw AuditFailure(seq: record.seq, "the entry is filed under another request than it is about")
                }
                let event = try LogEvent(entry, openings: verifiedOpenings(of: entry, in: source))
                let known = try event.request.flatMap { try target.record(RequestRecord.self, .text($0.text)) }
                if case .subjectErased = event.event { try ErasedOpenings.checkAbsence(before: entry, in: source) }
                if case .wallet(.erased(let erased)) = event.event {
                    try ErasedOpenings.checkAbsence(of: erased, by: entry.seq, in: source)
                }
                try directory.apply(event.event, at: entry.t)
                let place = Projection.Place(seq: record.seq, at: entry.t, leafHash: entry.leafHash)
                try Projection(target, directory).apply(event, at: place, to: known)
            } catch let failure as AuditFailure {
                throw failure
            } catch {
                throw AuditFailure(seq: record.seq, "\(error)")
            }
            if record.seq % 1024 == 0 { progress(record.seq) }
        }
        try directory.tally.store(from: Tally(), in: target)
        try checkNothingElse(in: source, rebuilt: target)
    }

    /// Private facts and keys that belong to nothing in the log: of somebody who was erased, perhaps.
    private static func checkNothingElse(in source: any StoreReader, rebuilt: any StoreReader) throws {
        try source.forEach(OpeningRecord.self) { row in
            let entry = try source.record(EntryRecord.self, .integer(row.seq)).map { try LogEntry(parsing: $0.body) }
            guard entry?.cm.isEmpty == false else {
                throw AuditFailure(seq: row.seq, "private facts are kept that no entry commits to")
            }
        }
        try source.forEach(SubjectRecord.self) { row in
            // An institution's own facts have the empty holder, and so have those about people who were erased.
            let isInstitution = try rebuilt.record(InstitutionRecord.self, .text(row.tenant)) != nil
            let path: (index: String, values: [ColumnValue]) =
                row.holder.isEmpty
                ? ("request_by_tenant", [.text(row.tenant)])
                : ("request_by_holder", [.text(row.tenant), .text(row.holder)])
            let scan = Scan(RequestRecord.self, index: path.index, equals: path.values, limit: 1)
            let entries = Scan(
                HolderEntryRecord.self, equals: [.text(row.tenant), .text(row.holder)], limit: 1)
            let isStaff = try row.tenant.isEmpty && rebuilt.record(StaffRecord.self, .text(row.holder)) != nil
            let isKnown =
                try row.holder.isEmpty && isInstitution || isStaff || !rebuilt.records(scan).isEmpty
                || !rebuilt.records(entries).isEmpty
            // What the operator wrote of incidents is the service's own.
            let isOfService = try row.tenant == TenantID.default.text && row.holder.isEmpty && hasIncidents(rebuilt)
            guard isKnown || isOfService else {
                throw AuditFailure(seq: 0, "a commitment key is kept of somebody who is in no request")
            }
        }
    }

    private static func hasIncidents(_ reader: any StoreReader) throws -> Bool {
        try !reader.records(Scan(IncidentEventRecord.self, limit: 1)).isEmpty
            || !reader.records(Scan(StageReportRecord.self, limit: 1)).isEmpty
            || !reader.records(Scan(IncidentRulesRecord.self, limit: 1)).isEmpty
    }

    /// The openings of an entry, each of which opens the commitment of its field; of an entry whose request was erased
    /// later, what stands in for them.
    private static func verifiedOpenings(of entry: LogEntry, in source: any StoreReader) throws -> JSONObject {
        let openings = try storedOpenings(Int64(entry.seq), in: source)
        guard !openings.isEmpty || !entry.cm.isEmpty else { return openings }
        guard let row = try source.record(OpeningRecord.self, .integer(Int64(entry.seq))) else {
            return try ErasedOpenings.stand(inFor: entry, in: source) { try verifiedOpenings(of: $0, in: source) }
        }
        guard let subject = try source.record(SubjectRecord.self, .text(row.tenant), .text(row.holder)) else {
            throw AuditFailure(seq: Int64(entry.seq), "the key to what the entry commits to is gone")
        }
        let key = try SubjectKey(subject.key32)
        for (field, value) in openings {
            let opened = try key.opening(field: field, value: value.canonicalBytes, seq: entry.seq)
            guard entry.cm[field] == opened.commitment else {
                throw AuditFailure(seq: Int64(entry.seq), "the stored \(field) is not what the entry commits to")
            }
        }
        guard row.document == JSON.object(openings).canonicalBytes else {
            throw AuditFailure(seq: Int64(entry.seq), "what opens its commitments is not written as it was")
        }
        guard openings.count == entry.cm.count else {
            throw AuditFailure(seq: Int64(entry.seq), "a part of what the entry commits to is gone")
        }
        return openings
    }

    /// The first row, by the entry that it follows from, in which two stores' projections differ; nil when they agree.
    package static func firstDifference(
        between stored: any StoreReader, and rebuilt: any StoreReader
    ) throws -> AuditFailure? {
        var first: AuditFailure?
        func compare<R: Record>(_ type: R.Type) throws {
            guard let found = try difference(type, stored, rebuilt) else { return }
            if first.map({ found.seq < $0.seq }) ?? true { first = found }
        }
        for type in Tables.projections { try compare(type) }
        // A refusal that was kept for a retry left no entry, and follows from nothing.
        let answers = try difference(AnswerRecord.self, stored, rebuilt) { $0.refusal != nil }
        if let answers, first.map({ answers.seq < $0.seq }) ?? true { first = answers }
        return first
    }

    private static func difference<R: Record>(
        _ type: R.Type, _ stored: any StoreReader, _ rebuilt: any StoreReader,
        isExempt: (R) -> Bool = { _ in false }
    ) throws -> AuditFailure? {
        var first: AuditFailure?
        func note(_ row: R, _ what: String) throws {
            let seq = try origin(of: row, in: rebuilt) ?? origin(of: row, in: stored) ?? 0
            let failure = AuditFailure(seq: seq, "table \(R.table.name): the row \(row.keyText) \(what)")
            if first.map({ failure.seq < $0.seq }) ?? true { first = failure }
        }
        try rebuilt.forEach(R.self) { row in
            let found = try stored.record(R.self, key: row.key)
            if found == nil { try note(row, "is missing") } else if found != row { try note(row, "was changed") }
        }
        try stored.forEach(R.self) { row in
            guard !isExempt(row), try rebuilt.record(R.self, key: row.key) == nil else { return }
            try note(row, "does not follow from the log")
        }
        return first
    }

    /// The entry that a row follows from: the one it names, or that of the payment or request it belongs to.
    private static func origin<R: Record>(of row: R, in reader: any StoreReader) throws -> Int64? {
        if case .integer(let seq)? = row.value("seq") ?? row.value("accepted_seq") { return seq }
        if let key = row.value("claim_key") { return try reader.record(PaymentRecord.self, key)?.seq }
        if let id = row.value("request") { return try reader.record(RequestRecord.self, id)?.acceptedSeq }
        return nil
    }
}

extension Record {
    /// The value of a column, when the table has it.
    fileprivate func value(_ column: String) -> ColumnValue? {
        Self.table.columns.firstIndex { $0.name == column }.map { values[$0] }
    }

    /// The key for a person.
    fileprivate var keyText: String {
        key.map { value in
            switch value {
            case .null: "nothing"
            case .integer(let integer): String(integer)
            case .text(let text): text
            case .blob(let bytes): "\(bytes.count) bytes"
            }
        }.joined(separator: "/")
    }
}

/// What an audit found first.
package struct AuditFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The first wrong sequence number.
    package let seq: Int64
    package let problem: String

    package init(seq: Int64, _ problem: String) {
        self.seq = seq
        self.problem = problem
    }

    package var description: String { "entry \(seq): \(problem)" }
}
