import CanonicalJSON

/// When a request is due, and what moves that: what rules 3 and 4 use of a service level.
struct ServiceLevelTerms: Sendable {
    /// A pair that may pause the clock.
    struct Pause: Sendable {
        let reason: CanonicalText
        let evidence: CanonicalText
        /// Nil without a maximum.
        let maxTotal: Span?
        /// Milliseconds by which it may begin before its entry.
        let backdateLimit: Int64
    }

    /// The id of the calendar, in UTF-8, by which spans are counted; nil for UTC.
    let calendarRef: [UInt8]?
    let target: Span
    /// What is promised beside the credential (rule 55), in the order of the document.
    let others: [SideTerms]
    let pauses: [Pause]
    let isVoidOnCancel: Bool
    /// Nil where it says nothing of risks.
    let ladder: LadderTerms?

    /// Reads what is left of a `spec` after `appliesTo` and `priority`.
    init(_ spec: inout ObjectReader) throws(JSONShapeError) {
        calendarRef = try spec.optionalString("calendarRef").map { Array($0.utf8) }
        let objectives = try spec.array("objectives")
        target = try Self.target(objectives, at: spec.pointer(to: "objectives"))
        let atRisk = objectives.lazy.first { $0.0["metric"] == "issue" }?.0["atRisk"]
        ladder = try LadderTerms(atRisk, spec.optionalArray("escalation"), at: spec.pointer(to: "escalation"))
        others = try SideTerms.all(objectives)
        pauses = try Self.pauses(spec.optionalArray("pause") ?? [])
        let onCancel = try spec.optionalString("onCancel")
        isVoidOnCancel = onCancel == "stop-clock-void"
        guard onCancel == nil || isVoidOnCancel || onCancel == "stop-clock-keep-breach" else {
            throw JSONShapeError(pointer: spec.pointer(to: "onCancel"), problem: "this is not on the page")
        }
        try spec.finish()
        let spans = [target] + pauses.compactMap(\.maxTotal) + others.compactMap(\.target)
        guard calendarRef != nil || spans.allSatisfy({ !$0.isWorking }) else {
            throw JSONShapeError(
                pointer: spec.pointer(to: "objectives"), problem: "working time without a calendar is not on the page")
        }
    }

    private static func target(
        _ objectives: [(JSON, JSONPointer)], at pointer: JSONPointer
    ) throws(JSONShapeError) -> Span {
        var target: Span?
        for (json, pointer) in objectives where json["metric"] == "issue" {
            guard target == nil else {
                throw JSONShapeError(pointer: pointer, problem: "a second objective for issue")
            }
            var objective = try ObjectReader(json, at: pointer)
            objective.ignore("metric", "atRisk", "population")
            target = try objective.anySpan("target")
            try objective.expect("start", oneOf: "request.accepted")
            try objective.expect("stop", oneOf: "credential.available")
            try objective.expect("boundary", oneOf: "met-if-at-or-before")
            try objective.expect("clockSkewAllowance", oneOf: "PT0S")
            try objective.finish()
        }
        guard let target else { throw JSONShapeError(pointer: pointer, problem: "there is no objective for issue") }
        return target
    }

    private static func pauses(_ elements: [(JSON, JSONPointer)]) throws(JSONShapeError) -> [Pause] {
        var pauses: [Pause] = []
        for (json, pointer) in elements {
            var reader = try ObjectReader(json, at: pointer)
            let pause = Pause(
                reason: try reader.canonicalText("reason"), evidence: try reader.canonicalText("evidence"),
                maxTotal: try reader.optionalAnySpan("maxTotal"), backdateLimit: try reader.backdateLimit())
            try reader.expect("afterBreach", oneOf: false)
            try reader.finish()
            guard !pauses.contains(where: { $0.reason == pause.reason && $0.evidence == pause.evidence }) else {
                throw JSONShapeError(pointer: pointer, problem: "this pair of reason and evidence is listed twice")
            }
            pauses.append(pause)
        }
        return pauses
    }
}

extension ObjectReader {
    fileprivate mutating func backdateLimit() throws(JSONShapeError) -> Int64 {
        guard let text = try optionalString("backdateLimit") else { return 0 }
        return try Self.length(text, at: pointer(to: "backdateLimit"))
    }
}
