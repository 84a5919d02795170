import CanonicalJSON
package import Temporal

/// From when on a request is at risk, and who is then told, step after step, until somebody takes it: `atRisk` of an
/// objective and `escalation` of its service level. Rules 64 to 67 of the page "Forecast and escalation".
package struct Ladder: Hashable, Sendable {
    /// From when on a request is at risk.
    package let atRisk: AtRisk
    /// In their order.
    package let steps: [Step]

    /// One step.
    package struct Step: Hashable, Sendable {
        /// When it comes by itself.
        package let at: Trigger
        /// Whose it is, of the staff.
        package let to: [Role]
        /// Whether the requester gets a notice too.
        package let tellsRequester: Bool
        /// In what time somebody has to take it, or the next step comes; nil where nothing follows from silence.
        package let ackWithin: Milliseconds?
    }

    /// What a step waits for.
    package enum Trigger: Hashable, Sendable {
        /// A chance of being late, or that the request is at risk by ``AtRisk/consumed``.
        case forecast(Share)
        /// A share of the promised time.
        case consumed(Share)
        /// So long after the deadline of a broken promise.
        case afterBreach(Milliseconds)
    }

    /// The roles of staff that a step can be for: those who can do something about a request.
    package enum Role: String, Hashable, Sendable, CaseIterable {
        case `operator`, agent, finance
        case customerExperience = "customer-experience"
        case incidentManager = "incident-manager"
    }

    /// More steps than a house has people to wake.
    package static let maximumSteps = 8

    /// Reads `escalation` of a service level whose objective says when it is at risk; nil where neither is said.
    init?(_ spec: inout ObjectReader, of objective: Objective) throws(JSONShapeError) {
        let pointer = spec.pointer(to: "escalation")
        let elements = try spec.optionalArray("escalation")
        guard let atRisk = objective.atRisk else {
            guard elements == nil else {
                let problem = "nothing is at risk; say when in atRisk of the objective"
                throw JSONShapeError(pointer: pointer, problem: problem)
            }
            return nil
        }
        try self.init(atRisk, steps: elements ?? [], at: pointer)
    }

    private init(
        _ atRisk: AtRisk, steps elements: [(JSON, JSONPointer)], at pointer: JSONPointer
    ) throws(JSONShapeError) {
        self.atRisk = atRisk
        guard elements.count <= Self.maximumSteps else {
            throw JSONShapeError(pointer: pointer, problem: "expected at most \(Self.maximumSteps) steps")
        }
        var steps: [Step] = []
        for (json, place) in elements {
            let step = try Step(json, at: place)
            if case .consumed(let share) = step.at, share.isLess(than: atRisk.consumed) {
                let problem = "this comes before the request is at risk; expected at least consumed of atRisk"
                throw JSONShapeError(pointer: place.appending("at"), problem: problem)
            }
            if let last = steps.last, !step.at.comesAfter(last.at) {
                let problem =
                    "expected steps in their order: forecast, then shares that grow, then times after a breach"
                throw JSONShapeError(pointer: place.appending("at"), problem: problem)
            }
            steps.append(step)
        }
        if let last = elements.last, steps.last?.ackWithin != nil {
            let problem = "nothing follows the last step when nobody takes it; remove ackWithin"
            throw JSONShapeError(pointer: last.1.appending("ackWithin"), problem: problem)
        }
        self.steps = steps
    }
}

/// From when on a promise is at risk of being broken.
package struct AtRisk: Hashable, Sendable {
    /// The share of the promised time after which it is, whatever is foreseen.
    package let consumed: Share
    /// The chance of being late from which it is before that; nil: no forecast is asked.
    package let forecast: Share?

    /// Reads `atRisk` of an objective; nil when it is absent.
    init?(optional objective: inout ObjectReader) throws(JSONShapeError) {
        guard var reader = try objective.optionalObject("atRisk") else { return nil }
        consumed = try reader.share("consumed")
        forecast = try reader.optionalShare("forecast")
        try reader.finish()
    }
}

extension Ladder.Step {
    fileprivate init(_ json: JSON, at pointer: JSONPointer) throws(JSONShapeError) {
        var reader = try ObjectReader(json, at: pointer)
        at = try Ladder.Trigger(reader.value("at"), at: reader.pointer(to: "at"))
        var roles: [Ladder.Role] = []
        var names: Set<String> = []
        for (json, place) in try reader.array("to") {
            let role = json.stringValue.flatMap { Ladder.Role(rawValue: $0) }
            guard let name = json.stringValue, role != nil || name == Self.requester, names.insert(name).inserted else {
                let known = Ladder.Role.allCases.map(\.rawValue) + [Self.requester]
                throw JSONShapeError(
                    pointer: place, problem: "expected one of \(known.joined(separator: ", ")), each once")
            }
            if let role { roles.append(role) }
        }
        guard !roles.isEmpty else {
            throw JSONShapeError(pointer: reader.pointer(to: "to"), problem: "expected at least one role of the staff")
        }
        to = roles
        tellsRequester = names.contains(Self.requester)
        if var within = try reader.optionalObject("ackWithin") {
            guard let length = try within.optionalLength("elapsed"), length > .zero else {
                throw .notKept("only {\"elapsed\": \"PT15M\"} may stand here", at: reader.pointer(to: "ackWithin"))
            }
            ackWithin = length
            try within.finish()
        } else {
            ackWithin = nil
        }
        try reader.finish()
    }

    /// Whoever waits: told by a notice, and no role of the staff.
    static let requester = "requester"
}

extension Ladder.Trigger {
    fileprivate init(_ json: JSON, at pointer: JSONPointer) throws(JSONShapeError) {
        var reader = try ObjectReader(json, at: pointer)
        if let share = try reader.optionalShare("forecast") {
            self = .forecast(share)
        } else if let share = try reader.optionalShare("consumed") {
            self = .consumed(share)
        } else {
            var after = try reader.object("afterBreach")
            guard let length = try after.optionalLength("elapsed"), length > .zero else {
                throw .notKept("only {\"elapsed\": \"PT30M\"} may stand here", at: reader.pointer(to: "afterBreach"))
            }
            self = .afterBreach(length)
            try after.finish()
        }
        try reader.finish()
    }

    fileprivate func comesAfter(_ other: Ladder.Trigger) -> Bool {
        switch (other, self) {
        case (.forecast, .consumed), (.forecast, .afterBreach), (.consumed, .afterBreach): true
        case (.forecast(let a), .forecast(let b)), (.consumed(let a), .consumed(let b)):
            a.isLess(than: b)
        case (.afterBreach(let a), .afterBreach(let b)): a < b
        default: false
        }
    }
}
