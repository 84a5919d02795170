import CanonicalJSON
import Credentials
import Temporal
import TransparencyLog

/// Open, redacted, not shown and failed are four different things: only the last is a fault. Redacted is what cannot be
/// opened any more, because a later entry of the same request says that the person was erased.
enum OpeningsQuestion {
    static func answer(
        _ shown: [AuditBundle.Shown], _ timeline: RequestTimeline
    ) -> (open: [UInt64: JSONObject], Check) {
        let entries = Dictionary(timeline.events.map { ($0.seq, $0) }, uniquingKeysWith: { first, _ in first })
        var open: [UInt64: JSONObject] = [:]
        var failed: [String] = []
        for shown in shown {
            let field = shown.opening.field
            guard let commitment = entries[shown.seq]?.cm[field] else {
                failed.append("\(shown.place) opens what entry \(shown.seq) does not commit to")
                continue
            }
            guard open[shown.seq]?[field] == nil else {
                failed.append("\(shown.place) opens \(field) of entry \(shown.seq) for the second time")
                continue
            }
            do {
                try commitment.verify(shown.opening)
                open[shown.seq, default: [:]][field] = shown.value
            } catch {
                failed.append("\(shown.place) is not what entry \(shown.seq) commits to")
            }
        }
        return (open, check(open, failed, timeline))
    }

    private static func check(_ open: [UInt64: JSONObject], _ failed: [String], _ timeline: RequestTimeline) -> Check {
        let erased = timeline.events.last { $0.type == EntryType.subjectErased.rawValue }
        var (opened, redacted, hidden): ([JSON], [JSON], [JSON]) = ([], [], [])
        for entry in timeline.events {
            for field in entry.cm.keys.sorted() {
                let place: JSON = ["entry": .integer(Int64(entry.seq)), "field": .string(field)]
                if open[entry.seq]?[field] != nil {
                    opened.append(place)
                } else if let erased, entry.seq < erased.seq {
                    redacted.append(place)
                } else {
                    hidden.append(place)
                }
            }
        }
        let facts: JSONObject = [
            "open": .array(opened), "redacted": .array(redacted), "notShown": .array(hidden),
            "failed": .array(failed.map(JSON.string)),
        ]
        guard failed.isEmpty else {
            return Check(.openings, .failed, failed.joined(separator: "; ") + ".", facts: facts)
        }
        var sentence = "\(opened.count) open and match what the log commits to; \(hidden.count) are not shown."
        if let erased, !redacted.isEmpty {
            sentence += " \(redacted.count) are erased: entry \(erased.seq) says so, \(erased.t.dateTimeStamp)."
        }
        return Check(.openings, .passed, sentence, facts: facts)
    }
}
