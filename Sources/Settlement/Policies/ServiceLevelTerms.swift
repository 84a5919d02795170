import CanonicalJSON

/// When a request is due, and what moves that: what rules 3 and 4 use of a service level.
struct ServiceLevelTerms: Sendable {
    /// A pair that may pause the clock.
    struct Pause: Sendable {
        let reason: CanonicalText
        let evidence: CanonicalText
        /// In milliseconds; nil without a maximum.
        let maxTotal: Int64?
    }

    /// In milliseconds.
    let target: Int64
    let pauses: [Pause]
    let isVoidOnCancel: Bool

    /// Reads what is left of a `spec` after `appliesTo` and `priority`.
    init(_ spec: inout ObjectReader) throws(JSONShapeError) {
        target = try Self.target(spec.array("objectives"), at: spec.pointer(to: "objectives"))
        pauses = try Self.pauses(spec.optionalArray("pause") ?? [])
        let onCancel = try spec.optionalString("onCancel")
        isVoidOnCancel = onCancel == "stop-clock-void"
        guard onCancel == nil || isVoidOnCancel || onCancel == "stop-clock-keep-breach" else {
            throw JSONShapeError(pointer: spec.pointer(to: "onCancel"), problem: "this is not on the page")
        }
        spec.ignore("calendarRef", "escalation")
        try spec.finish()
    }

    private static func target(
        _ objectives: [(JSON, JSONPointer)], at pointer: JSONPointer
    ) throws(JSONShapeError) -> Int64 {
        var target: Int64?
        for (json, pointer) in objectives where json["metric"] == "issue" {
            guard target == nil else {
                throw JSONShapeError(pointer: pointer, problem: "a second objective for issue")
            }
            var objective = try ObjectReader(json, at: pointer)
            objective.ignore("metric", "atRisk", "population")
            target = try objective.span("target")
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
                maxTotal: try reader.optionalSpan("maxTotal"))
            try reader.expect("backdateLimit", oneOf: "PT0S")
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
