import CanonicalJSON
package import Temporal

/// A promise beside that of the credential itself. Rules 55 to 59 of the page "Objectives" of the room `Issuance`.
package struct SidePromise: Hashable, Sendable {
    /// What is promised; never ``Objective/Metric/issue``.
    package let metric: Objective.Metric
    /// Within what time; nil for the decisions about claims, whose time the policy for claims says.
    package let target: TimeSpan?

    /// The most often that one promise of one request can be broken: whoever is silent for longer breaks the deadline.
    package static let mostBreaches: Int64 = 24

    /// - Parameter hasCalendar: whether the service level names a calendar to count working time by.
    init(
        _ metric: Objective.Metric, _ json: JSON, at pointer: JSONPointer, hasCalendar: Bool
    ) throws(JSONShapeError) {
        var reader = try ObjectReader(json, at: pointer)
        self.metric = metric
        try reader.constant("metric", .string(metric.rawValue))
        let (start, stop) = metric.ends
        try reader.constant("start", .string(start))
        try reader.constant("stop", .string(stop))
        if metric.isOfClaims {
            try reader.notKept("target")
            target = nil
        } else {
            target = try reader.timeSpan("target", hasCalendar: hasCalendar)
        }
        try reader.constant("boundary", "met-if-at-or-before")
        try reader.notKept("clockSkewAllowance", "atRisk", "population")
        try reader.finish()
    }

    /// For people.
    var inWords: String {
        let within = target?.inWords ?? ""
        return switch metric {
        case .acknowledge: "We acknowledge the request within \(within): the receipt is signed and in the log by then."
        case .firstUpdate: "You hear of it for the first time within \(within) of accepting the request."
        case .updateCadence:
            "While you wait, you hear of it at least every \(within). Each time that we miss counts, up to "
                + "\(Self.mostBreaches) times."
        case .claimDecision: "That a claim is decided within the published time is a promise too."
        case .appealDecision: "That an appeal is decided within the published time is a promise too."
        case .issue, .compensate, .claim, .offer: ""
        }
    }
}

extension Objective.Metric {
    /// Whether it is about claims, of which a request may have several.
    package var isOfClaims: Bool { self == .claimDecision || self == .appealDecision }

    /// Whether pauses of the request move its deadline, and updates end it.
    package var isOfUpdates: Bool { self == .firstUpdate || self == .updateCadence }

    fileprivate var ends: (start: String, stop: String) {
        switch self {
        case .acknowledge: ("request.accepted", "acknowledged")
        case .firstUpdate: ("request.accepted", "update.sent")
        case .updateCadence: ("previous.update", "update.sent")
        case .claimDecision: ("claim.filed", "decision.sent")
        case .appealDecision: ("appeal.filed", "decision.sent")
        case .issue, .compensate, .claim, .offer: ("request.accepted", "credential.available")
        }
    }
}
