import CanonicalJSON

/// One promise of a service level beside the credential, as rule 55 has it.
struct SideTerms: Sendable {
    /// Its name, as in log entries.
    let objective: String
    /// Its time; nil where a claim's policy says it.
    let target: Span?

    /// Whether news ends it and pauses move it.
    var isOfUpdates: Bool { ["first-update", "update-cadence"].contains(objective) }

    /// The names of the promises beside the credential.
    static let names: [StaticString] = [
        "acknowledge", "first-update", "update-cadence", "claim-decision", "appeal-decision",
    ]

    private static let ends: [String: (start: JSON, stop: JSON)] = [
        "acknowledge": ("request.accepted", "acknowledged"), "first-update": ("request.accepted", "update.sent"),
        "update-cadence": ("previous.update", "update.sent"), "claim-decision": ("claim.filed", "decision.sent"),
        "appeal-decision": ("appeal.filed", "decision.sent"),
    ]

    /// The promises in a list of objectives, without that of the credential.
    static func all(_ objectives: [(JSON, JSONPointer)]) throws(JSONShapeError) -> [SideTerms] {
        var all: [SideTerms] = []
        for (json, pointer) in objectives where json["metric"] != "issue" {
            var reader = try ObjectReader(json, at: pointer)
            let name = try reader.string("metric")
            guard let ends = ends[name], !all.contains(where: { $0.objective == name }) else {
                throw JSONShapeError(pointer: pointer, problem: "an objective that is not on the page, or twice")
            }
            let target = name.hasSuffix("-decision") ? nil : try reader.anySpan("target")
            try reader.expect("start", oneOf: ends.start)
            try reader.expect("stop", oneOf: ends.stop)
            try reader.expect("boundary", oneOf: "met-if-at-or-before")
            try reader.finish()
            all.append(SideTerms(objective: name, target: target))
        }
        return all
    }
}

extension CompensationTerms {
    /// What pays for another promise gives by its delay alone, at once (rule 59).
    func requirePlain(for objective: String, at pointer: JSONPointer) throws(JSONShapeError) {
        let known = ["acknowledge", "first-update", "update-cadence", "claim-decision", "appeal-decision"]
        let isAtOnce =
            payment.caps.isEmpty && payment.approvals.isEmpty && payment.budgetRef == nil && payment.minimum == nil
            && payment.ifLate.isEmpty && !payment.isMaxPerIncident && !payment.mayHold
        guard known.contains(objective), models == nil, isAtOnce else {
            throw JSONShapeError(pointer: pointer, problem: "what this owes for \(objective) is not on the page")
        }
    }
}
