import CanonicalJSON
import TransparencyLog

/// The entries of a bundle, proven.
struct ProvenEntries {
    /// Those of the request.
    let timeline: RequestTimeline
    /// Those about the service.
    let service: [LogEntry]
}

/// Whether every entry is in the log, with none missing between.
enum EntriesQuestion {
    static func answer(_ bundle: AuditBundle, in checkpoint: VerifiedCheckpoint) -> (ProvenEntries?, Check) {
        func refusal(_ sentence: String) -> (ProvenEntries?, Check) { (nil, Check(.entries, .failed, sentence)) }
        // What cannot be read is left with the others, which refuse it.
        let isOfService = bundle.entries.map { entry in
            (try? LogEntry(parsing: entry.evidence.entry)).map { $0.request == nil } ?? false
        }
        let requestEntries = zip(bundle.entries, isOfService).filter { !$0.1 }.map(\.0)
        let timeline: RequestTimeline
        do {
            timeline = try RequestTimeline(verifying: requestEntries.map(\.evidence), in: checkpoint)
        } catch {
            return refusal("They do not hold; in the order of the bundle, from 0, \(error).")
        }
        var service: [LogEntry] = []
        let serviceEntries = zip(bundle.entries, isOfService).filter(\.1).map(\.0)
        for shown in serviceEntries {
            do throws(TransparencyLogError) {
                service.append(try prove(shown.evidence, in: checkpoint))
            } catch {
                return refusal("Entry \(shown.seq) is not proven to be in the log: \(error).")
            }
        }
        for (filed, entry) in zip(requestEntries + serviceEntries, timeline.events + service)
        where filed.seq != entry.seq {
            return refusal("Entry \(entry.seq) of the log is filed as entry \(filed.seq).")
        }
        guard Set(service.map(\.seq)).count == service.count else { return refusal("An entry is there twice.") }
        return (ProvenEntries(timeline: timeline, service: service), check(timeline, service))
    }

    private static func check(_ timeline: RequestTimeline, _ service: [LogEntry]) -> Check {
        let last = timeline.events.last?.seq ?? 0
        var facts: JSONObject = ["entries": .array(timeline.events.map { .integer(Int64($0.seq)) })]
        var sentence = "All \(timeline.events.count) are in the log, without a gap, up to entry \(last)."
        if !service.isEmpty {
            facts["serviceEntries"] = .array(service.map { .integer(Int64($0.seq)) })
            sentence += " \(service.count) more are in the log, about the service."
        }
        return Check(.entries, .passed, sentence, facts: facts)
    }

    /// An entry that is in the log of a checkpoint, at its own number.
    static func prove(
        _ shown: RequestTimeline.Evidence, in checkpoint: VerifiedCheckpoint
    ) throws(TransparencyLogError) -> LogEntry {
        let entry = try LogEntry(parsing: shown.entry)
        try MerkleTree.verifyInclusion(of: entry.leafHash, at: entry.seq, in: checkpoint.head, proof: shown.proof)
        guard entry.origin.utf8.elementsEqual(checkpoint.checkpoint.origin.utf8) else {
            throw .malformed(.entry, problem: "it is of another log, \(entry.origin)")
        }
        return entry
    }
}
