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
            "entry": .integer(Int64(clamping: seq)), "at": .string(at.rfc3339), "type": .string(type),
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

    init(of request: ProvenRequest) {
        var events: [StoryEvent] = []
        var malformed: [String] = []
        var unknown: [String] = []
        for (number, entry) in request.timeline.events.enumerated() {
            let words: String
            do throws(JSONShapeError) {
                let isFirst = number == 0
                guard isFirst == (entry.type == EntryType.requestAccepted.rawValue) else {
                    let problem = "\(entry.type) \(isFirst ? "cannot begin a request" : "must begin it")"
                    throw JSONShapeError(pointer: JSONPointer().appending("type"), problem: problem)
                }
                if let type = EntryType(rawValue: entry.type) {
                    var reader = try ObjectReader(.object(entry.facts), at: JSONPointer().appending("facts"))
                    words = try type.words(&reader, window: request.value(of: "window", in: entry))
                } else {
                    words = "Something of the type \(entry.type), which this version does not know."
                    unknown.append("entry \(entry.seq) is of the type \(entry.type)")
                }
            } catch {
                words = "Something that cannot be understood."
                malformed.append("entry \(entry.seq): \(error)")
            }
            events.append(
                StoryEvent(
                    seq: entry.seq, at: entry.t, type: entry.type, words: words.printable(limit: Self.maximumWords)))
        }
        self.events = events
        check = Self.check(events, malformed: malformed, unknown: unknown)
    }

    private static func check(_ events: [StoryEvent], malformed: [String], unknown: [String]) -> Check {
        guard malformed.isEmpty else {
            return Check(.story, .failed, "The log signed what makes no sense: \(malformed.joined(separator: "; ")).")
        }
        guard unknown.isEmpty else {
            return Check(
                .story, .cannotTell, "This version does not know everything: \(unknown.joined(separator: "; ")).")
        }
        guard let first = events.first, let last = events.last else { preconditionFailure("a timeline has an event") }
        return Check(
            .story, .passed,
            """
            From \(first.at.dateTimeStamp) to \(last.at.dateTimeStamp). The last says: \(last.words)
            """, facts: ["first": .string(first.at.rfc3339), "last": .string(last.at.rfc3339)])
    }
}

extension EntryType {
    /// - Parameters:
    ///   - facts: those of the entry; members that no sentence needs are left alone.
    ///   - window: the committed window of premium access, where it is shown.
    fileprivate func words(_ facts: inout ObjectReader, window: JSON?) throws(JSONShapeError) -> String {
        switch self {
        case .requestAccepted:
            let (tenant, tier, review) = (
                try facts.string("tenant"), try facts.string("tier"), try facts.string("review")
            )
            let (accepted, due) = (try facts.instant("acceptedAt"), try facts.instant("dueAt"))
            return """
                A request of \(tenant) was accepted \(accepted.dateTimeStamp) (\(tier), review: \(review)). The \
                credential is promised by \(due.dateTimeStamp).
                """
        case .requestApproved: return "The review agreed."
        case .requestHeld: return try held(&facts)
        case .requestResumed:
            return "The clock runs again; the promise is now \(try facts.instant("dueAt").dateTimeStamp)."
        case .requestCancelled: return "The institution cancelled the request."
        case .credentialIssued: return "The credential was issued."
        case .credentialRevoked: return "The credential was revoked."
        case .promiseBroken:
            return "The promise was broken: the credential was due \(try facts.instant("dueAt").dateTimeStamp)."
        case .compensationPosted: return try given(&facts, window: window)
        case .noticeQueued:
            return
                "A notice was queued that tells of entry \(try facts.integer("about")) (\(try facts.string("notice")))."
        }
    }

    private func held(_ facts: inout ObjectReader) throws(JSONShapeError) -> String {
        let (reason, evidence) = (try facts.string("reason"), try facts.string("evidence"))
        let end =
            try facts.optionalInstant("until").map { "until \($0.dateTimeStamp) at the latest" } ?? "with no latest end"
        return "The clock was paused, \(end): \(reason) (evidence: \(evidence))."
    }

    private func given(_ facts: inout ObjectReader, window: JSON?) throws(JSONShapeError) -> String {
        let (type, unit, amount) = (
            try facts.string("benefitType"), try facts.string("unit"), try facts.integer("minor")
        )
        guard type == "premium-extension" else {
            let (from, until) = (try facts.instant("from"), try facts.instant("until"))
            return
                "Given for the delay: \(amount) \(unit) (\(type)), valid \(words(from, until))."
        }
        guard let window else { return "Given for the delay: \(amount) days of premium access (when, is not shown)." }
        var reader = try ObjectReader(window, at: JSONPointer().appending("window"))
        let (from, until) = (try reader.instant("from"), try reader.instant("until"))
        return
            "Given for the delay: \(amount) days of premium access, \(words(from, until))."
    }

    private func words(_ from: Instant, _ until: Instant) -> String {
        "from \(from.dateTimeStamp) until \(until.dateTimeStamp)"
    }
}

extension ObjectReader {
    fileprivate mutating func optionalInstant(_ key: String) throws(JSONShapeError) -> Instant? {
        guard let number = try optionalInteger(key) else { return nil }
        do {
            return try Instant(parsing: number)
        } catch {
            throw JSONShapeError(pointer: pointer(to: key), problem: "\(error)")
        }
    }

    fileprivate mutating func instant(_ key: String) throws(JSONShapeError) -> Instant {
        guard let instant = try optionalInstant(key) else {
            throw JSONShapeError(pointer: pointer(to: key), problem: "required member is missing")
        }
        return instant
    }
}
