import CanonicalJSON

/// What rules 25 to 28 use of a compensation policy: everything that may make two delays of the same length be paid
/// otherwise. The plain policies of rule 6 do without.
struct ModelTerms: Sendable {
    struct Tier: Sendable {
        let over: Span
        let severity: Int64
        /// Whether the time since the deadline counts, and not the delay.
        let isSinceDue: Bool
        let benefits: [Benefit]
    }

    struct Benefit: Sendable {
        let type: String
        let worth: Worth
        /// Milliseconds; nil without an end.
        let expires: Int64?

        enum Worth: Sendable {
            case fixed(CanonicalText, Int64)
            case share(Int64, Int64)
        }
    }

    struct Treatment: Sendable {
        let num: Int64
        let den: Int64
        let isHeld: Bool
    }

    let tiers: [Tier]
    let require: FactCondition
    let causes: [String: Treatment]
    let grace: Span?
    let isOnResolution: Bool
    let isOnce: Bool
    /// It waits for what a person does, which this page does not tell of.
    let isHuman: Bool
    let rounding: String
    let quantum: Int64
    let caps: [CanonicalText: Int64]
    /// Whether rule 6 says all of it.
    let isPlain: Bool

    private static let times = CanonicalText("TIMES")
    private static let checks = CanonicalText("CHECKS")

    /// Reads a `spec` and leaves what is not about entitlement alone.
    init(_ source: ObjectReader) throws(JSONShapeError) {
        var spec = source
        var model = try spec.object("model")
        let kind = try model.string("kind")
        let basis = spec.optionalValue("measure")?["basis"]?.stringValue ?? "elapsed"
        (tiers, isHuman) = try Self.tiers(of: kind, &model, in: basis)
        let eligibility = try Self.eligibility(spec.optionalObject("eligibility"))
        (require, causes) = (eligibility.require, eligibility.causes)
        var isPlainMeasure = true
        var (grace, isOnResolution): (Span?, Bool) = (nil, false)
        if var measure = try spec.optionalObject("measure") {
            try measure.expect("basis", oneOf: "elapsed", "business", "calendarDays")
            grace = try measure.has("grace") ? measure.span("grace", in: basis) : nil
            isOnResolution = try measure.optionalString("whenUnresolved") == "on-resolution"
            if !isOnResolution { try measure.expect("whenUnresolved", oneOf: "accrue") }
            isPlainMeasure = grace == nil && !isOnResolution
        }
        (self.grace, self.isOnResolution) = (grace, isOnResolution)
        var stacking = try spec.optionalObject("stacking")
        isOnce = try stacking?.optionalString("withinRequest") == "once"
        if !isOnce { try stacking?.expect("withinRequest", oneOf: "highest-tier-top-up") }
        var rounding = try spec.optionalObject("rounding")
        self.rounding = try rounding?.optionalString("mode") ?? "up-for-customer"
        try rounding?.expect("mode", oneOf: "half-even", "up-for-customer", "down")
        quantum = rounding?.has("quantumMinor") == true ? try rounding?.term("quantumMinor", from: 1) ?? 1 : 1
        caps = try Self.caps(spec.optionalArray("caps") ?? [])
        let isPlainKind = ["pocket-fit", "tiered"].contains(kind)
        let isPlainBenefit = tiers.allSatisfy { tier in
            tier.severity == 0
                && tier.benefits.allSatisfy { ["credit", "premium-extension", "assurance-upgrade"].contains($0.type) }
        }
        isPlain = isPlainKind && isPlainBenefit && isPlainMeasure && eligibility.isPlain && !isOnce && quantum == 1
    }

    private static func tiers(
        of kind: String, _ model: inout ObjectReader, in basis: String
    ) throws(JSONShapeError) -> ([Tier], isHuman: Bool) {
        switch kind {
        case "pocket-fit", "tiered":
            var tiers: [Tier] = []
            for (json, pointer) in try model.array("tiers") {
                var reader = try ObjectReader(json, at: pointer)
                let over: Span = json["over"] == "deadline" ? .elapsed(0) : try reader.span("over", in: basis)
                let name = try reader.optionalString("severityAtLeast") ?? "minor"
                guard let severity = ["minor", "major", "critical"].firstIndex(of: name) else {
                    throw JSONShapeError(pointer: pointer, problem: "\(name) is no severity of the page")
                }
                var given = try benefits(reader.array("benefits"))
                // Rule 74: behind the other benefits of the first tier.
                if tiers.isEmpty, kind == "pocket-fit", try model.trust() != nil {
                    given.append(Benefit(type: "assurance-upgrade", worth: .fixed(checks, 1), expires: nil))
                }
                tiers.append(
                    Tier(over: over, severity: Int64(severity), isSinceDue: false, benefits: given))
            }
            return (tiers, false)
        case "flat-refund":
            let isOnClaim = try model.string("verify") == "on-claim"
            return (
                [
                    Tier(
                        over: .elapsed(0), severity: 0, isSinceDue: false,
                        benefits: try benefits(model.array("benefits")))
                ],
                isOnClaim
            )
        case "apology-only":
            return (
                [
                    Tier(
                        over: .elapsed(0), severity: 0, isSinceDue: false,
                        benefits: try benefits(model.array("benefits")))
                ], false
            )
        case "personalised":
            let over = Span.elapsed(try model.span("decideWithin"))
            return (
                [Tier(over: over, severity: 0, isSinceDue: true, benefits: try benefits(model.array("onTimeout")))],
                true
            )
        default:
            throw JSONShapeError(
                pointer: model.pointer(to: "kind"), problem: "what this model owes is not on the page")
        }
    }

    private static func benefits(_ elements: [(JSON, JSONPointer)]) throws(JSONShapeError) -> [Benefit] {
        var benefits: [Benefit] = []
        for (json, pointer) in elements {
            var reader = try ObjectReader(json, at: pointer)
            let type = try reader.string("type")
            let known = [
                "apology", "credit", "premium-extension", "coupon", "cash-refund", "fee-waiver", "free-issuance",
            ]
            guard known.contains(type) else {
                throw JSONShapeError(
                    pointer: reader.pointer(to: "type"), problem: "how \(type) is posted is not on the page")
            }
            let worth: Benefit.Worth
            if type == "apology" {
                worth = .fixed(times, 1)
            } else if var share = try reader.optionalObject("shareOfPrice") {
                worth = .share(try share.term("num", from: 0), try share.term("den", from: 1))
            } else {
                var amount = try reader.object("amount")
                worth = .fixed(try amount.canonicalText("unit"), try amount.integer("minor"))
            }
            benefits.append(Benefit(type: type, worth: worth, expires: try reader.optionalSpan("expires")))
        }
        return benefits
    }

    private static func eligibility(
        _ source: consuming ObjectReader?
    ) throws(JSONShapeError) -> (require: FactCondition, causes: [String: Treatment], isPlain: Bool) {
        guard var reader = source else { return (.all([]), [:], true) }
        let place = reader.pointer(to: "require")
        let json = try reader.value("require")
        try reader.expect("otherwise", oneOf: "full")
        var causes: [String: Treatment] = [:]
        for (json, pointer) in try reader.optionalArray("causes") ?? [] {
            var rule = try ObjectReader(json, at: pointer)
            causes[try rule.string("cause")] = try treatment(rule.value("treat"), at: pointer)
        }
        let isFull = causes.values.allSatisfy { $0.num == $0.den && !$0.isHeld }
        return (try FactCondition(json, at: place), causes, json == ["all": []] && isFull)
    }

    private static func treatment(_ json: JSON, at pointer: JSONPointer) throws(JSONShapeError) -> Treatment {
        switch json {
        case "full": return Treatment(num: 1, den: 1, isHeld: false)
        case "hold-for-review": return Treatment(num: 1, den: 1, isHeld: true)
        case "none": return Treatment(num: 0, den: 1, isHeld: false)
        default:
            var ratio = try ObjectReader(json, at: pointer)
            let (num, den) = (try ratio.integer("num"), try ratio.integer("den"))
            guard 0 <= num, num <= den, 0 < den, den <= 1_000_000 else {
                throw JSONShapeError(pointer: pointer, problem: "no part of a whole that the page knows")
            }
            return Treatment(num: num, den: den, isHeld: false)
        }
    }

    private static func caps(_ elements: [(JSON, JSONPointer)]) throws(JSONShapeError) -> [CanonicalText: Int64] {
        var caps: [CanonicalText: Int64] = [:]
        for (json, pointer) in elements {
            var cap = try ObjectReader(json, at: pointer)
            guard try cap.string("scope") == "request" else { continue }
            var limit = try cap.object("limit")
            let (unit, minor) = (try limit.canonicalText("unit"), try limit.integer("minor"))
            caps[unit] = min(minor, caps[unit] ?? minor)
        }
        return caps
    }
}
