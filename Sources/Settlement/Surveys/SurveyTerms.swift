import CanonicalJSON

/// What a document of kind `Review` promises, as the page "Surveys and the monthly review" has it.
struct SurveyTerms: Sendable {
    /// Milliseconds.
    let after: Int64
    let sample: (num: UInt64, den: UInt64)
    let minAnswers: Int64

    init(_ reader: inout ObjectReader) throws(JSONShapeError) {
        try reader.expect("every", oneOf: "P1M")
        after = try reader.span("surveyAfter")
        var part = try reader.object("surveySample")
        let (num, den) = (try part.integer("num"), try part.integer("den"))
        guard num >= 0, den >= 1, num <= den else {
            throw JSONShapeError(pointer: reader.pointer(to: "surveySample"), problem: "not a share")
        }
        try part.finish()
        sample = (UInt64(num), UInt64(den))
        minAnswers = try reader.integer("minAnswers")
        let known: Set = ["csat", "nps", "response-rate", "missed-count", "cost-per-affected"]
        guard try reader.array("metrics").allSatisfy({ $0.0.stringValue.map(known.contains) ?? false }) else {
            throw JSONShapeError(pointer: reader.pointer(to: "metrics"), problem: "not on the page")
        }
        try reader.finish()
    }
}
