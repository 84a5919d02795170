package import CanonicalJSON
import Credentials
package import Temporal
import TransparencyLog

/// What one proven entry says, in words.
package struct StoryEvent: Hashable, Sendable {
    /// The index of the entry in the log.
    package let seq: UInt64
    /// When the log took the entry.
    package let at: Instant
    /// The type of the entry.
    package let type: String
    /// What happened, as sentences for a person; safe to print.
    package let words: String

    /// The event for a program.
    package var json: JSONObject {
        [
            "entry": .integer(Int64(seq)), "at": .string(at.rfc3339), "type": .string(type),
            "words": .string(words),
        ]
    }
}

/// The entries of one request retold. What they should have said, recomputing the promise tells; here is what they say.
struct Story {
    let events: [StoryEvent]
    let check: Check

    /// A text in an entry can be nearly as long as the entry; this many characters show what it says.
    private static let maximumWords = 400

    /// - Parameter service: entries that are about no request.
    init(of request: ProvenRequest, _ service: [LogEntry] = []) {
        var (events, malformed, unknown): ([StoryEvent], [String], [String]) = ([], [], [])
        for entry in (request.timeline.events + service).sorted(by: { $0.seq < $1.seq }) {
            var words: String
            do throws(JSONShapeError) {
                words = try Self.words(of: entry, in: request)
            } catch {
                words = "Something that makes no sense."
                malformed.append("entry \(entry.seq): \(error)")
            }
            if words.isEmpty {
                words = "Something that is not known here, of the type \(entry.type)."
                unknown.append("entry \(entry.seq) of the type \(entry.type)")
            }
            let shown = words.printable(limit: Self.maximumWords)
            events.append(StoryEvent(seq: entry.seq, at: entry.t, type: entry.type, words: shown))
        }
        self.events = events
        check = Self.check(events, malformed: malformed, unknown: unknown)
    }

    /// Empty for what is not known here.
    private static func words(of entry: LogEntry, in request: ProvenRequest) throws(JSONShapeError) -> String {
        let type = EntryType(rawValue: entry.type)
        let isFirst = entry.request?.rn == 0
        guard isFirst == (type == .requestAccepted) else {
            let problem =
                isFirst ? "\(entry.type) cannot begin a request" : "\(entry.type) must begin a request"
            throw JSONShapeError(pointer: JSONPointer().appending("type"), problem: problem)
        }
        var facts = try ObjectReader(.object(entry.facts), at: JSONPointer().appending("facts"))
        return try type?.words(&facts, window: request.value(of: "window", in: entry)) ?? ""
    }

    private static func check(_ events: [StoryEvent], malformed: [String], unknown: [String]) -> Check {
        guard malformed.isEmpty else {
            return Check(.story, .failed, "The log signed what makes no sense: \(malformed.joined(separator: "; ")).")
        }
        guard unknown.isEmpty else {
            return Check(.story, .cannotTell, "Not everything is known here: \(unknown.joined(separator: "; ")).")
        }
        guard let first = events.first, let last = events.last else { preconditionFailure("a timeline has an event") }
        return Check(
            .story, .passed, "It ends \(last.at.dateTimeStamp): \(last.words)",
            facts: ["first": .string(first.at.rfc3339), "last": .string(last.at.rfc3339)])
    }
}
