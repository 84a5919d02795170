import CanonicalJSON

/// A published promise about time: for which requests, what, within which time, what pauses the clock, and what
/// cancelling does.
package struct ServiceLevel: Hashable, Sendable {
    /// Name, owner, version and begin.
    package let metadata: PolicyDocument.Metadata
    /// The identity that requests are bound to.
    package let hash: PolicyHash
    /// The requests that it is for.
    package let appliesTo: Condition
    /// Which of several that apply is taken: the highest.
    package let priority: Int64
    /// The id of the working calendar, of the same tenant, by which its spans are counted; nil where UTC is meant.
    package let calendarRef: String?
    /// What is promised of the credential.
    package let objective: Objective
    /// What else is promised, each metric once.
    package let others: [SidePromise]
    /// What may pause the clock; each reason once.
    package let pauses: [PauseRule]
    /// What becomes of the promise when the request is cancelled.
    package let onCancel: OnCancel
    /// From when on a request is at risk, and who is told then; nil: that is never said.
    package let ladder: Ladder?

    /// What becomes of a promise when its request is cancelled.
    package enum OnCancel: String, Hashable, Sendable, CaseIterable {
        /// The clock stops; a breach before that counts.
        case keepBreach = "stop-clock-keep-breach"
        /// The clock stops; nothing is owed that was not posted before.
        case void = "stop-clock-void"
    }

    /// Reads the promise of a document of kind `ServiceLevel`.
    package init(_ document: PolicyDocument) throws(PolicyError) {
        metadata = document.metadata
        hash = document.hash
        do throws(JSONShapeError) {
            var spec = try document.spec(of: .serviceLevel)
            appliesTo = try Condition(spec.value("appliesTo"), at: spec.pointer(to: "appliesTo"))
            priority = try spec.integer("priority", in: 0...9999)
            calendarRef = try spec.optionalIdentifier("calendarRef")
            let hasCalendar = calendarRef != nil
            (objective, others) = try Self.objectives(
                spec.array("objectives"), at: spec.pointer(to: "objectives"), hasCalendar: hasCalendar)
            pauses = try Self.pauses(spec.array("pause"), hasCalendar: hasCalendar)
            onCancel = try spec.choice("onCancel")
            ladder = try Ladder(&spec, of: objective)
            try spec.finish()
        } catch {
            throw PolicyError(error)
        }
    }

    private static func objectives(
        _ elements: [(JSON, JSONPointer)], at pointer: JSONPointer, hasCalendar: Bool
    ) throws(JSONShapeError) -> (Objective, [SidePromise]) {
        var issue: Objective?
        var others: [SidePromise] = []
        for (json, place) in elements {
            var reader = try ObjectReader(json, at: place)
            let metric = try reader.promisedMetric("metric")
            guard metric == .issue ? issue == nil : !others.contains(where: { $0.metric == metric }) else {
                let problem = "\(metric.rawValue) stands here twice; keep one"
                throw JSONShapeError(pointer: place, problem: problem)
            }
            if metric == .issue {
                issue = try Objective(json, at: place, hasCalendar: hasCalendar)
            } else {
                others.append(try SidePromise(metric, json, at: place, hasCalendar: hasCalendar))
            }
        }
        guard let issue else { throw .notKept("the objective \"issue\" must stand here", at: pointer) }
        return (issue, others)
    }

    /// What is promised beside the credential, of that metric.
    package func promise(of metric: Objective.Metric) -> SidePromise? { others.first { $0.metric == metric } }

    private static func pauses(
        _ elements: [(JSON, JSONPointer)], hasCalendar: Bool
    ) throws(JSONShapeError) -> [PauseRule] {
        var rules: [PauseRule] = []
        for (json, place) in elements {
            let rule = try PauseRule(json, at: place, hasCalendar: hasCalendar)
            guard !rules.contains(where: { $0.reason == rule.reason }) else {
                let problem = "the reason \(rule.reason.rawValue) stands here twice; keep one rule for it"
                throw JSONShapeError(pointer: place, problem: problem)
            }
            rules.append(rule)
        }
        return rules
    }
}
