import CanonicalJSON

/// What a broken promise gives and when: what rules 6, 9 and 10 use of a compensation policy.
struct CompensationTerms: Sendable {
    enum BenefitType: String, Sendable {
        case credit
        case premiumExtension = "premium-extension"
        case assuranceUpgrade = "assurance-upgrade"
    }

    /// One benefit of one tier, the place that a posting names.
    struct Slot: Sendable {
        let tier: Int
        let benefit: Int
        /// What the delay must exceed.
        let over: Span
        let type: BenefitType
        let unit: CanonicalText
        /// What is posted here, in minor units: the rise of the entitlement. 0 when nothing is.
        let expected: Int64
        /// Milliseconds; nil for a premium extension.
        let expires: Int64?
    }

    /// So that one record can say with one bit each what was posted. A policy of 16 tiers of 8 benefits fits.
    static let maximumSlots = 128

    /// All benefits, in the order of tiers and, within a tier, of benefits.
    let slots: [Slot]
    /// The most of each unit that one request is given.
    let caps: [CanonicalText: Int64]
    /// How long after a tier is reached what it gives is due.
    let payoutWithin: Span
    /// Whether it is for requests that are bound to earlier versions too (rule 79).
    let helpsEarlier: Bool
    /// From what it gives to the wallet.
    let payment: PaymentTerms
    /// Of a policy that is not plain: then it has no slots, and what it gives is computed for each request.
    let models: ModelTerms?
    /// Whether premium access is laid beside what the holder has, and not at its end: rule 38.
    let isPremiumBeside: Bool
    /// To which level a further check raises the credential; nil where none is promised.
    let trust: String?

    func slot(tier: Int64, benefit: Int64) -> Int? {
        slots.firstIndex { $0.tier == tier && $0.benefit == benefit }
    }

    /// Reads what is left of a `spec` after `slaRef`.
    init(_ spec: inout ObjectReader) throws(JSONShapeError) {
        var reread = spec
        var stacking = try reread.optionalObject("stacking")
        try stacking?.expect("premium", oneOf: "append-to-end", "max-end")
        isPremiumBeside = try stacking?.optionalString("premium") == "max-end"
        var model = try reread.object("model")
        trust = try model.string("kind") == "pocket-fit" ? try model.trust() : nil
        helpsEarlier = try spec.optionalString("earlierRequests") != nil
        try spec.expect("earlierRequests", oneOf: "better-of")
        let models = try ModelTerms(spec)
        guard models.isPlain else {
            (self.models, caps, slots) = (models, models.caps, [])
            payment = try PaymentTerms(&spec)
            payoutWithin = payment.within
            spec.ignore("model", "caps", "eligibility", "measure", "stacking", "rounding")
            try spec.finish()
            return
        }
        self.models = nil
        caps = try Self.caps(spec.optionalArray("caps") ?? [])
        var entitlement = Entitlement(caps: caps)
        slots = try Self.model(spec.object("model"), &entitlement)
        payment = try PaymentTerms(&spec)
        payoutWithin = payment.within
        try Self.refuseUnknown(&spec)
        try spec.finish()
    }

    /// Members that could change what is owed, and here may only say that they do not.
    private static func refuseUnknown(_ spec: inout ObjectReader) throws(JSONShapeError) {
        if var eligibility = try spec.optionalObject("eligibility") {
            try eligibility.expect("require", oneOf: ["all": []])
            try eligibility.expect("otherwise", oneOf: "full")
            for (json, pointer) in try eligibility.optionalArray("causes") ?? [] {
                var cause = try ObjectReader(json, at: pointer)
                try cause.expect("treat", oneOf: "full")
                cause.ignore("cause", "reason")
                try cause.finish()
            }
            try eligibility.finish()
        }
        if var measure = try spec.optionalObject("measure") {
            try measure.expect("basis", oneOf: "elapsed", "business", "calendarDays")
            try measure.expect("whenUnresolved", oneOf: "accrue")
            try measure.finish()
        }
        if var stacking = try spec.optionalObject("stacking") {
            try stacking.expect("withinRequest", oneOf: "highest-tier-top-up")
            try stacking.expect("acrossRequests", oneOf: "sum", "max-per-incident")
            stacking.ignore("premium", "manualClaim")
            try stacking.finish()
        }
        if var rounding = try spec.optionalObject("rounding") {
            try rounding.expect("quantumMinor", oneOf: 1)
            rounding.ignore("mode")
            try rounding.finish()
        }
    }

    private static func caps(_ elements: [(JSON, JSONPointer)]) throws(JSONShapeError) -> [CanonicalText: Int64] {
        var caps: [CanonicalText: Int64] = [:]
        for (json, pointer) in elements {
            var cap = try ObjectReader(json, at: pointer)
            // The others take from what tiers give, and not from what they come to.
            guard try cap.string("scope") == "request" else { continue }
            let (unit, minor) = try amount(cap.object("limit"))
            try cap.expect("overflow", oneOf: "truncate")
            try cap.expect("window", oneOf: "lifetime")
            try cap.finish()
            caps[unit] = min(minor, caps[unit] ?? minor)
        }
        return caps
    }

    private static func amount(
        _ reader: consuming ObjectReader
    ) throws(JSONShapeError) -> (unit: CanonicalText, minor: Int64) {
        let (unit, minor) = (try reader.canonicalText("unit"), try reader.integer("minor"))
        guard minor >= 0 else { throw JSONShapeError(pointer: reader.pointer(to: "minor"), problem: "it is negative") }
        try reader.finish()
        return (unit, minor)
    }
}

extension CompensationTerms {
    private static func model(
        _ reader: consuming ObjectReader, _ entitlement: inout Entitlement
    ) throws(JSONShapeError) -> [Slot] {
        let kind = try reader.string("kind")
        guard ["pocket-fit", "tiered"].contains(kind) else {
            throw JSONShapeError(
                pointer: reader.pointer(to: "kind"), problem: "what this model owes is not on the page")
        }
        let trust = kind == "pocket-fit" ? try reader.trust() : nil
        var slots: [Slot] = []
        var previous: Span?
        for (tier, (json, pointer)) in try reader.array("tiers").enumerated() {
            var part = try ObjectReader(json, at: pointer)
            let over: Span = json["over"] == "deadline" ? .elapsed(0) : try part.anySpan("over")
            part.ignore("over")
            try part.expect("severityAtLeast", oneOf: "minor")
            guard previous.map({ over.nominal > $0.nominal }) ?? true else {
                throw JSONShapeError(
                    pointer: part.pointer(to: "over"), problem: "not longer than that of the tier before")
            }
            previous = over
            for (benefit, (json, pointer)) in try part.array("benefits").enumerated() {
                slots.append(try slot(json, at: pointer, tier: tier, benefit: benefit, over: over, &entitlement))
            }
            if tier == 0, trust != nil { slots.append(upgrade(behind: slots.count, over: over, &entitlement)) }
            try part.finish()
        }
        guard slots.count <= maximumSlots else {
            throw JSONShapeError(pointer: reader.pointer(to: "tiers"), problem: "more than \(maximumSlots) benefits")
        }
        reader.ignore("fastResponse")
        try reader.finish()
        return slots
    }

    private static func slot(
        _ json: JSON, at pointer: JSONPointer, tier: Int, benefit: Int, over: Span, _ entitlement: inout Entitlement
    ) throws(JSONShapeError) -> Slot {
        var reader = try ObjectReader(json, at: pointer)
        let name = try reader.string("type")
        guard let type = BenefitType(rawValue: name) else {
            throw JSONShapeError(
                pointer: reader.pointer(to: "type"), problem: "how \(name) is posted is not on the page")
        }
        let (unit, minor) = try amount(reader.object("amount"))
        guard type == .credit || unit == CanonicalText("DAYS") else {
            throw JSONShapeError(pointer: reader.pointer(to: "amount"), problem: "premium access is counted in DAYS")
        }
        let expires = type == .credit ? try reader.span("expires") : nil
        try reader.expect("class", oneOf: "guaranteed")
        reader.ignore("feature")
        try reader.finish()
        return Slot(
            tier: tier, benefit: benefit, over: over, type: type, unit: unit,
            expected: entitlement.rise(type, unit, to: minor), expires: expires)
    }

    /// Rule 74: what `trust` promises, behind the other benefits of the first tier.
    private static func upgrade(behind benefits: Int, over: Span, _ entitlement: inout Entitlement) -> Slot {
        let unit = CanonicalText("CHECKS")
        return Slot(
            tier: 0, benefit: benefits, over: over, type: .assuranceUpgrade, unit: unit,
            expected: entitlement.rise(.assuranceUpgrade, unit, to: 1), expires: nil)
    }
}

extension ObjectReader {
    /// The level of the one further check that `trust` of a model promises; nil where it promises none.
    mutating func trust() throws(JSONShapeError) -> String? {
        guard let elements = try optionalArray("trust") else { return nil }
        guard elements.count == 1, let (json, pointer) = elements.first else {
            throw JSONShapeError(pointer: self.pointer(to: "trust"), problem: "not one further check")
        }
        var reader = try ObjectReader(json, at: pointer)
        try reader.expect("type", oneOf: "assurance-upgrade")
        try reader.expect("class", oneOf: "guaranteed")
        let level = try reader.string("level")
        guard ["substantial", "high"].contains(level) else {
            throw JSONShapeError(pointer: pointer.appending("level"), problem: "\(level) is no level of the page")
        }
        try reader.finish()
        return level
    }
}

/// Walks over benefits in their order and keeps what has been given of each type and unit: rule 6.
struct Entitlement {
    private struct Kind: Hashable {
        let type: CompensationTerms.BenefitType
        let unit: CanonicalText
    }

    private let caps: [CanonicalText: Int64]
    private var given: [Kind: Int64] = [:]

    init(caps: [CanonicalText: Int64]) { self.caps = caps }

    /// How much the entitlement grows by a benefit of this amount.
    mutating func rise(_ type: CompensationTerms.BenefitType, _ unit: CanonicalText, to amount: Int64) -> Int64 {
        let kind = Kind(type: type, unit: unit)
        let before = given[kind] ?? 0
        let after = max(before, min(amount, caps[unit] ?? amount))
        given[kind] = after
        return after - before
    }
}
