package import CanonicalJSON
package import Temporal

/// The promise of the credential itself: within what time of the acceptance it is there.
package struct Objective: Hashable, Sendable {
    /// What is measured: always ``Metric/issue``.
    package let metric: Metric
    /// The time from acceptance to the deadline, pauses not counted.
    package let target: TimeSpan
    /// From when on it is at risk; nil: that is never said.
    package let atRisk: AtRisk?

    /// The names of objectives, as they stand in log entries.
    package enum Metric: String, Hashable, Sendable, CaseIterable {
        case issue
        /// That the request is answered.
        case acknowledge
        /// That the requester hears of it once.
        case firstUpdate = "first-update"
        /// That the requester hears of it again and again.
        case updateCadence = "update-cadence"
        /// That a claim is decided.
        case claimDecision = "claim-decision"
        /// That an appeal is decided.
        case appealDecision = "appeal-decision"
        /// That what is owed is paid in time; part of a compensation policy, never of a service level.
        case compensate
        /// What was granted on a claim: not one that a policy measures.
        case claim
        /// What somebody accepted of what support offered: not one that a policy measures.
        case offer

        /// What a service level may promise, and a compensation policy pay for.
        package static let promised: [Metric] = [
            .issue, .acknowledge, .firstUpdate, .updateCadence, .claimDecision, .appealDecision,
        ]

        /// Whether it is one of the promises beside the credential itself.
        package var isBeside: Bool { self != .issue && Self.promised.contains(self) }
    }

    /// - Parameter hasCalendar: whether the service level names a calendar to count working time by.
    init(_ json: JSON, at pointer: JSONPointer, hasCalendar: Bool) throws(JSONShapeError) {
        var reader = try ObjectReader(json, at: pointer)
        try reader.constant("metric", "issue")
        metric = .issue
        try reader.constant("start", "request.accepted")
        try reader.constant("stop", "credential.available")
        target = try reader.timeSpan("target", hasCalendar: hasCalendar)
        try reader.constant("boundary", "met-if-at-or-before")
        atRisk = try AtRisk(optional: &reader)
        try reader.notKept("clockSkewAllowance", "population")
        try reader.finish()
    }
}

extension ObjectReader {
    /// The name of something that a service level promises.
    package mutating func promisedMetric(_ key: String) throws(JSONShapeError) -> Objective.Metric {
        let name = try string(key)
        guard let metric = Objective.Metric.promised.first(where: { $0.rawValue == name }) else {
            let known = Objective.Metric.promised.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
            throw .notKept("only \(known) may stand here", at: pointer(to: key))
        }
        return metric
    }
}
