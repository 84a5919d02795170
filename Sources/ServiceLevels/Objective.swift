import CanonicalJSON
package import Temporal

/// What is promised, and within what time. This version measures one thing: that the credential is issued.
package struct Objective: Hashable, Sendable {
    /// What is measured.
    package let metric: Metric
    /// The time from acceptance to the deadline, pauses not counted.
    package let target: TimeSpan
    /// From when on it is at risk; nil: that is never said.
    package let atRisk: AtRisk?

    /// The names of objectives, as they stand in log entries.
    package enum Metric: String, Hashable, Sendable, CaseIterable {
        case issue
        /// That what is owed is paid in time; part of a compensation policy, never of a service level.
        case compensate
        /// What was granted on a claim: not one that a policy measures.
        case claim
        /// What somebody accepted of what support offered: not one that a policy measures.
        case offer
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
