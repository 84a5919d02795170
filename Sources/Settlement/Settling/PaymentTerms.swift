import CanonicalJSON

/// The way from what a policy gives to the wallet: what rules 30 to 34 use of a compensation policy.
struct PaymentTerms: Sendable {
    /// A cap that is not the request's own.
    struct Cap: Sendable {
        /// Where it stands in the document.
        let index: Int
        let scope: Scope
        let window: Window
        let unit: CanonicalText
        let limit: Int64
        let truncates: Bool
    }

    enum Scope: String, Sendable { case user, incident, tenant }

    enum Window: String, Sendable {
        case day = "P1D"
        case week = "P1W"
        case thirtyDays = "P30D"
        case month = "P1M"
        case year = "P1Y"
        case lifetime
    }

    struct Approval: Sendable {
        let approvers: Int64
        let roles: [String]
        /// Milliseconds.
        let within: Int64
        /// How much more than was asked about an answer covers.
        let joining: (num: Int64, den: Int64)
    }

    struct LateBenefit: Sendable {
        let type: String
        let unit: CanonicalText
        let minor: Int64
        /// Milliseconds; nil for what does not end that way.
        let expires: Int64?
    }

    /// By scope, and then as in the document.
    let caps: [Cap]
    let approvals: [Approval]
    let budgetRef: [UInt8]?
    let within: Span
    let minimum: (unit: CanonicalText, minor: Int64)?
    let ifLate: [LateBenefit]
    let reasons: [String]
    /// Milliseconds.
    let reversalWindow: Int64?
    let isMaxPerIncident: Bool
    /// Whether a cause makes awards wait for a person.
    let mayHold: Bool

    /// Whether a cap asks for approval.
    var asksByCap: Bool { caps.contains { !$0.truncates } }

    /// Reads the members of a `spec` that rules 30 to 34 use; `caps` of a request stay for rule 6.
    init(_ spec: inout ObjectReader) throws(JSONShapeError) {
        caps = try Self.caps(spec.optionalArray("caps") ?? [])
        approvals = try Self.approvals(spec.optionalArray("approval") ?? [])
        budgetRef = try spec.optionalString("budgetRef").map { Array($0.utf8) }
        var payout = try spec.object("payout")
        within = try payout.anySpan("within")
        minimum = try Self.minimum(&payout)
        ifLate = try Self.lateBenefits(payout.optionalArray("ifLate") ?? [])
        try payout.finish()
        var found: (reasons: [String], window: Int64?) = ([], nil)
        if var reversal = try spec.optionalObject("reversal") {
            found.reasons = try Self.texts(reversal.optionalArray("reasons") ?? [])
            try reversal.expect("take", oneOf: "never", "unspent-only")
            found.window = try reversal.optionalSpan("window")
            try reversal.finish()
        }
        (reasons, reversalWindow) = found
        isMaxPerIncident = spec.optionalValue("stacking")?["acrossRequests"] == "max-per-incident"
        let causes = spec.optionalValue("eligibility")?["causes"]?.arrayValue ?? []
        mayHold = causes.contains { $0["treat"] == "hold-for-review" }
    }

    private static func caps(_ elements: [(JSON, JSONPointer)]) throws(JSONShapeError) -> [Cap] {
        var caps: [Cap] = []
        for (index, (json, pointer)) in elements.enumerated() {
            var reader = try ObjectReader(json, at: pointer)
            let name = try reader.string("scope")
            let (unit, minor) = try reader.unitAndMinor("limit")
            let overflow = try reader.optionalString("overflow") ?? "truncate"
            let windowName = try reader.optionalString("window") ?? "lifetime"
            try reader.finish()
            if name == "request" { continue }
            guard let scope = Scope(rawValue: name), let window = Window(rawValue: windowName),
                ["truncate", "needs-approval"].contains(overflow)
            else { throw JSONShapeError(pointer: pointer, problem: "a cap that is not on the page") }
            caps.append(
                Cap(
                    index: index, scope: scope, window: window, unit: unit, limit: minor,
                    truncates: overflow == "truncate"))
        }
        let order: [Scope] = [.user, .incident, .tenant]
        return order.flatMap { scope in caps.filter { $0.scope == scope } }
    }

    private static func approvals(_ elements: [(JSON, JSONPointer)]) throws(JSONShapeError) -> [Approval] {
        try elements.map { (json, pointer) throws(JSONShapeError) in
            var reader = try ObjectReader(json, at: pointer)
            // Whom it is about may follow from incidents; that somebody was asked without need only costs time.
            reader.ignore("when")
            let approval = Approval(
                approvers: try reader.integer("approvers"), roles: try texts(reader.array("roles")),
                within: try reader.span("within"), joining: try joining(&reader))
            try reader.expect("onTimeout", oneOf: "grant")
            try reader.finish()
            return approval
        }
    }

    private static func joining(_ reader: inout ObjectReader) throws(JSONShapeError) -> (num: Int64, den: Int64) {
        guard var joining = try reader.optionalObject("joining") else { return (0, 1) }
        let (num, den) = (try joining.integer("num"), try joining.integer("den"))
        guard den > 0, 0...den ~= num else {
            throw JSONShapeError(pointer: joining.pointer(to: "num"), problem: "not a part of a sum")
        }
        try joining.finish()
        return (num, den)
    }

    private static func minimum(
        _ payout: inout ObjectReader
    ) throws(JSONShapeError) -> (unit: CanonicalText, minor: Int64)? {
        guard try payout.optionalObject("minimum") != nil else { return nil }
        guard try payout.string("belowMinimum") == "carry-forward" else {
            throw JSONShapeError(pointer: payout.pointer(to: "belowMinimum"), problem: "this is not on the page")
        }
        return try payout.unitAndMinor("minimum")
    }

    private static func lateBenefits(_ elements: [(JSON, JSONPointer)]) throws(JSONShapeError) -> [LateBenefit] {
        try elements.map { (json, pointer) throws(JSONShapeError) in
            var reader = try ObjectReader(json, at: pointer)
            let (unit, minor) = try reader.unitAndMinor("amount")
            let benefit = LateBenefit(
                type: try reader.string("type"), unit: unit, minor: minor, expires: try reader.optionalSpan("expires"))
            try reader.expect("class", oneOf: "guaranteed")
            try reader.finish()
            return benefit
        }
    }

    private static func texts(_ elements: [(JSON, JSONPointer)]) throws(JSONShapeError) -> [String] {
        try elements.map { (json, pointer) throws(JSONShapeError) in
            guard let text = json.stringValue else {
                throw JSONShapeError(pointer: pointer, problem: "expected a text")
            }
            return text
        }
    }
}

/// A document of kind `Budget`: rule 32.
struct BudgetTerms: Sendable {
    let isYearly: Bool
    let limits: [CanonicalText: Int64]
    let warnAt: [Part]
    let declinesFavours: Bool
    /// The hash of the rules of its zone; nil for UTC.
    let zone: String?

    struct Part: Hashable, Sendable {
        let num: Int64
        let den: Int64
    }

    init(_ reader: consuming ObjectReader) throws(JSONShapeError) {
        var spec = reader
        let period = try spec.string("period")
        guard ["P1M", "P1Y"].contains(period) else {
            throw JSONShapeError(pointer: spec.pointer(to: "period"), problem: "this period is not on the page")
        }
        isYearly = period == "P1Y"
        if let name = try spec.optionalString("timeZone"), name != "UTC" {
            var tzdata = try spec.object("tzdata")
            tzdata.ignore("release")
            zone = try tzdata.string("sha256")
            try tzdata.finish()
        } else {
            zone = nil
        }
        var limits: [CanonicalText: Int64] = [:]
        for (json, pointer) in try spec.array("limits") {
            let (unit, minor) = try ObjectReader.unitAndMinor(json, at: pointer)
            limits[unit] = minor
        }
        self.limits = limits
        warnAt = try (spec.optionalArray("warnAt") ?? []).map { (json, pointer) throws(JSONShapeError) in
            var part = try ObjectReader(json, at: pointer)
            let result = Part(num: try part.integer("num"), den: try part.integer("den"))
            try part.finish()
            return result
        }
        var exhausted = try spec.object("onExhausted")
        try exhausted.expect("guaranteed", oneOf: "accrue-liability-and-escalate")
        let favours = try exhausted.string("discretionary")
        guard ["queue-in-order", "stop"].contains(favours) else {
            throw JSONShapeError(pointer: exhausted.pointer(to: "discretionary"), problem: "this is not on the page")
        }
        declinesFavours = favours == "stop"
        try exhausted.finish()
        try spec.finish()
    }
}

extension ObjectReader {
    /// An amount, `{"unit", "minor"}`.
    mutating func unitAndMinor(_ name: String) throws(JSONShapeError) -> (unit: CanonicalText, minor: Int64) {
        try Self.unitAndMinor(value(name), at: pointer(to: name))
    }

    static func unitAndMinor(
        _ json: JSON, at pointer: JSONPointer
    ) throws(JSONShapeError) -> (unit: CanonicalText, minor: Int64) {
        var reader = try ObjectReader(json, at: pointer)
        let (unit, minor) = (try reader.canonicalText("unit"), try reader.integer("minor"))
        guard minor >= 0 else { throw JSONShapeError(pointer: reader.pointer(to: "minor"), problem: "it is negative") }
        try reader.finish()
        return (unit, minor)
    }
}
