import CanonicalJSON
import Compensation
import Temporal
import TransparencyLog

/// What a notice says, read from the entries that it comes from: the only place that reads them for a text.
struct NoticeScript {
    let told: [NoticePlan.Told]
    let shared: [NoticeFact: NoticeValue]

    /// - Parameters:
    ///   - items: the entries that are told of, with their steps.
    ///   - from: the other entries, by what they say.
    ///   - now: the instant of the notice.
    init(
        of request: String, _ items: [(about: Int64, step: NoticeStep)], from: [String: Int64], at now: Instant,
        under plan: NoticePlan, service: String, in reader: any StoreReader
    ) throws {
        told = try items.map { item in
            let entry = try Self.entry(item.about, in: reader)
            let facts =
                item.step == .nothingNew
                ? [:] : NoticeFact.said(by: entry.type, entry.facts, at: entry.t.milliseconds)
            return NoticePlan.Told(step: item.step, facts: facts)
        }
        var shared: [NoticeFact: NoticeValue] = [.request: .text(request), .service: .text(service)]
        for (fact, name) in [(NoticeFact.promised, "promised"), (.broken, "broken")] {
            guard let seq = from[name] else { continue }
            shared[fact] = try Self.entry(seq, in: reader).facts["dueAt"]?.integerValue.map(NoticeValue.instant)
        }
        if let seq = from["stopped"] {
            let isIssued = try Self.entry(seq, in: reader).type == CredentialIssued.type
            shared[isIssued ? .issued : .cancelled] = .holds
        }
        if let seq = from["cause"], let cause = try Self.entry(seq, in: reader).facts["cause"]?.stringValue {
            shared[.cause] = .word(.cause, cause)
            if plan.tone.beyondControl.contains(where: { $0.rawValue == cause }) { shared[.beyondControl] = .holds }
        }
        if from["open"] != nil, let every = plan.cadence.every {
            shared[.nextNews] = .noLaterThan((now + every).milliseconds)
        }
        self.shared = shared
    }

    private static func entry(_ seq: Int64, in reader: any StoreReader) throws -> LogEntry {
        guard let record = try reader.record(EntryRecord.self, .integer(seq)) else {
            throw StoreError.corrupt("a notice tells of entry \(seq), which is gone")
        }
        return try LogEntry(parsing: record.body)
    }
}
