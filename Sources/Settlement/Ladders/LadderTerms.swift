import CanonicalJSON

/// From when on a request is at risk, and who is told: what rules 65 to 67 use of a service level. Numbers are
/// milliseconds.
struct LadderTerms: Sendable {
    /// A part of a whole.
    struct Share: Sendable {
        let num: Int64
        let den: Int64

        /// The part of a length, rounded up.
        func of(_ length: Int64) -> Int64 {
            Int64((Int128(length) * Int128(num) + Int128(den) - 1) / Int128(den))
        }
    }

    enum Trigger: Sendable {
        case forecast(Share)
        case consumed(Share)
        case breach(Int64)
    }

    struct Step: Sendable {
        let at: Trigger
        /// As the entry must have it.
        let to: JSON
        let ackWithin: Int64?
        let roles: Set<String>
        let tellsRequester: Bool
    }

    let consumed: Share
    let hasForecast: Bool
    let steps: [Step]

    /// Nil where a service level says nothing of it.
    init?(_ atRisk: JSON?, _ escalation: [(JSON, JSONPointer)]?, at pointer: JSONPointer) throws(JSONShapeError) {
        guard let atRisk else {
            guard escalation == nil else {
                throw JSONShapeError(
                    pointer: pointer, problem: "an escalation of what is never at risk is not on the page")
            }
            return nil
        }
        var reader = try ObjectReader(atRisk, at: pointer)
        consumed = try reader.part("consumed")
        hasForecast = reader.has("forecast")
        if hasForecast { _ = try reader.part("forecast") }
        try reader.finish()
        steps = try (escalation ?? []).map { (json, place) throws(JSONShapeError) in try Step(json, at: place) }
    }
}

extension LadderTerms.Step {
    fileprivate init(_ json: JSON, at pointer: JSONPointer) throws(JSONShapeError) {
        var reader = try ObjectReader(json, at: pointer)
        var trigger = try reader.object("at")
        if trigger.has("forecast") {
            at = .forecast(try trigger.part("forecast"))
        } else if trigger.has("consumed") {
            at = .consumed(try trigger.part("consumed"))
        } else {
            at = .breach(try trigger.span("afterBreach"))
        }
        try trigger.finish()
        let names = try reader.array("to").map { $0.0.stringValue ?? "" }
        roles = Set(names).subtracting(["requester"])
        tellsRequester = names.contains("requester")
        // Entries name the roles in the order of the policy, and the requester last.
        let ordered = names.filter { $0 != "requester" } + (tellsRequester ? ["requester"] : [])
        to = .array(ordered.map(JSON.string))
        ackWithin = try reader.optionalSpan("ackWithin")
        try reader.finish()
    }
}

extension ObjectReader {
    fileprivate mutating func part(_ name: String) throws(JSONShapeError) -> LadderTerms.Share {
        var reader = try object(name)
        let (num, den) = (try reader.term("num", from: 1), try reader.term("den", from: 1))
        try reader.finish()
        return LadderTerms.Share(num: num, den: den)
    }
}
