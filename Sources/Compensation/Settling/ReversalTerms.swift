package import CanonicalJSON
package import ServiceLevels

/// Whether something that was paid may be taken back, why, and for how long (rule 34).
package struct ReversalTerms: Hashable, Sendable {
    /// The reasons that a reversal may have; empty when nothing is ever taken back.
    package let reasons: [Reason]
    /// How long after the payment; nil without a limit.
    package let window: FixedSpan?

    /// Why something is taken back.
    package enum Reason: String, Hashable, Sendable, CaseIterable {
        case duplicate, fraud
        case assessmentError = "assessment-error"
        case appeal
    }

    private enum Take: String, CaseIterable {
        case never
        case unspentOnly = "unspent-only"
    }

    /// Reads the member `reversal`.
    package init(_ source: consuming ObjectReader) throws(JSONShapeError) {
        var reader = source
        var reasons: [Reason] = []
        for (json, place) in try reader.array("reasons") {
            guard let reason = json.stringValue.flatMap(Reason.init), !reasons.contains(reason) else {
                let known = Reason.allCases.map(\.rawValue).joined(separator: ", ")
                throw JSONShapeError(pointer: place, problem: "expected one of \(known), each once")
            }
            reasons.append(reason)
        }
        self.reasons = reasons
        let take = try reader.choice("take", Take.self)
        guard reasons.isEmpty == (take == .never) else {
            let problem = "\"never\" goes with no reasons, and reasons with \"unspent-only\""
            throw JSONShapeError(pointer: reader.pointer(to: "take"), problem: problem)
        }
        if take == .never {
            try reader.notKept("window")
            window = nil
        } else {
            window = try reader.optionalObject("window") == nil ? nil : try reader.fixedSpan("window")
        }
        try reader.finish()
    }
}
