package import CanonicalJSON
package import Temporal

/// What a request's person has been told and is still to be told. A value that follows from the entries about the
/// request, read one after another (rules 81 and 82).
package struct NoticeStanding: Hashable, Sendable {
    /// What waits to be told, in the order of the log.
    package private(set) var pending: [Pending] = []
    /// When the last notices were sent, oldest first: as many as a day can have.
    package private(set) var sent: [Instant] = []
    /// The first entry by which the request is or may be late, and its instant; nil before, and after the wait.
    package private(set) var open: Pending?
    /// The entries that say what was promised last, that it was broken, and that the wait is over.
    package private(set) var promised: Int64?
    package private(set) var broken: Int64?
    package private(set) var stopped: Int64?
    /// Nobody is left to tell.
    package private(set) var isErased = false

    /// Something that waits to be told.
    package struct Pending: Hashable, Sendable {
        /// The entry.
        package let seq: Int64
        /// What it is told as.
        package let step: NoticeStep
        /// The `t` of the entry.
        package let at: Instant
        /// Whether it took the place of a breach that was not told yet, and so waits no longer than that.
        package var isUrgent = false
    }

    /// More than any one request brings forth between two notices; what is beyond goes on with the next.
    package static let maximumPending = 512

    package init() {}

    /// Reads an entry of the request.
    ///
    /// - Parameters:
    ///   - type: its type.
    ///   - facts: its facts.
    package mutating func read(
        _ seq: Int64, _ type: String, _ facts: JSONObject, at instant: Instant, under plan: NoticePlan
    ) {
        guard !isErased else { return }
        switch type {
        case "subject.erased":
            (isErased, pending, open) = (true, [], nil)
            return
        case "notice.sent": return tell(facts, at: instant)
        case "request.accepted", "request.resumed": promised = seq
        case "sla.breach" where facts["objective"] == "issue": broken = broken ?? seq
        default: break
        }
        let said = NoticeStep(of: type, facts)
        if said == .resolved {
            guard stopped == nil else { return }
            stop(seq, under: plan)
        }
        if said == .atRisk || (said == .breach && facts["objective"] == "issue"), stopped == nil, open == nil {
            open = Pending(seq: seq, step: .nothingNew, at: instant)
        }
        guard let step = plan.step(of: type, facts) else { return }
        let isUrgent = step == .resolved && pending.contains { $0.isUrgent }
        if step == .resolved { pending.removeAll { $0.isUrgent } }
        pending.append(Pending(seq: seq, step: step, at: instant, isUrgent: isUrgent))
    }

    /// The wait is over: what was to be told of it is told no more, a breach with how it ended.
    private mutating func stop(_ seq: Int64, under plan: NoticePlan) {
        (stopped, open) = (seq, nil)
        pending.removeAll { NoticeStep.stale.contains($0.step) }
        guard plan.steps[.resolved] != nil else { return }
        for index in pending.indices where pending[index].seq == broken { pending[index].isUrgent = true }
    }

    private mutating func tell(_ facts: JSONObject, at instant: Instant) {
        let told = Set((facts["items"]?.arrayValue ?? []).compactMap { $0["about"]?.integerValue })
        pending.removeAll { told.contains($0.seq) }
        sent.append(instant)
        sent = sent.suffix(Int(NoticePlan.largestPerDay))
    }
}

/// As it is stored beside the log.
extension NoticeStanding {
    /// All of it.
    package var json: JSON {
        var members: JSONObject = [
            "pending": .array(pending.map(\.json)), "sent": .array(sent.map { .integer($0.milliseconds) }),
        ]
        members["open"] = open?.json
        members["promised"] = promised.map(JSON.integer)
        members["broken"] = broken.map(JSON.integer)
        members["stopped"] = stopped.map(JSON.integer)
        if isErased { members["erased"] = true }
        return .object(members)
    }

    /// Reads what was stored.
    package init(_ json: JSON) throws(JSONShapeError) {
        var reader = try ObjectReader(json)
        pending = try reader.array("pending").map { (json, place) throws(JSONShapeError) in
            try Pending(json, at: place)
        }
        sent = try reader.array("sent").compactMap(\.0.integerValue).map { Instant(milliseconds: $0) }
        if let json = reader.optionalValue("open") { open = try Pending(json, at: reader.pointer(to: "open")) }
        promised = try reader.optionalInteger("promised")
        broken = try reader.optionalInteger("broken")
        stopped = try reader.optionalInteger("stopped")
        isErased = try reader.optionalBool("erased") ?? false
        try reader.finish()
    }
}

extension NoticeStanding.Pending {
    fileprivate var json: JSON {
        var members: JSONObject = [
            "about": .integer(seq), "step": .string(step.rawValue), "at": .integer(at.milliseconds),
        ]
        if isUrgent { members["urgent"] = true }
        return .object(members)
    }

    fileprivate init(_ json: JSON, at pointer: JSONPointer) throws(JSONShapeError) {
        var reader = try ObjectReader(json, at: pointer)
        seq = try reader.integer("about")
        guard let step = NoticeStep(rawValue: try reader.string("step")) else {
            throw JSONShapeError(pointer: reader.pointer(to: "step"), problem: "no step")
        }
        self.step = step
        at = Instant(milliseconds: try reader.integer("at"))
        isUrgent = try reader.optionalBool("urgent") ?? false
        try reader.finish()
    }
}
