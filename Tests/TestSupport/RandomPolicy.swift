package import CanonicalJSON

/// Compensation policies of all five models as chance has them, consistent enough to be published.
package enum RandomPolicy {
    /// The names of the models.
    package static let kinds = ["pocket-fit", "tiered", "flat-refund", "apology-only", "personalised"]

    /// A document of kind `Compensation`.
    package static func document(
        _ kind: String, tenant: String = "default", serviceLevel: String = "standard", using random: inout SeededRandom
    ) -> JSON {
        let hasTiers = kind == "pocket-fit" || kind == "tiered"
        let onResolution = Int.random(in: 0..<3, using: &random) == 0
        let within = (onResolution || !hasTiers) && Bool.random(using: &random)
        var spec: JSONObject = [
            "slaRef": .string(serviceLevel), "eligibility": eligibility(using: &random),
            "measure": measure(onResolution, using: &random), "model": model(kind, using: &random),
            "stacking": [
                "withinRequest": within ? "once" : "highest-tier-top-up", "acrossRequests": "sum",
                "premium": "append-to-end",
            ],
            "caps": caps(using: &random), "payout": ["within": ["elapsed": "PT1H"]],
            "reversal": ["reasons": [], "take": "never"],
        ]
        if Bool.random(using: &random) {
            let mode = ["half-even", "up-for-customer", "down"].randomElement(using: &random) ?? "down"
            spec["rounding"] = [
                "mode": .string(mode), "quantumMinor": .integer([1, 1, 2, 5, 100].randomElement(using: &random) ?? 1),
            ]
        }
        return [
            "apiVersion": "punctual/v1", "kind": "Compensation",
            "metadata": [
                "id": "random", "version": 1, "tenant": .string(tenant), "effectiveFrom": "1970-01-01T00:00:00Z",
                "title": ["en": "Random"],
            ],
            "spec": .object(spec),
        ]
    }

    private static func eligibility(using random: inout SeededRandom) -> JSON {
        let conditions: [JSON] = [
            ["all": []], ["all": []], ["all": []],
            ["not": ["fact": "incident.cause", "op": "eq", "value": "requester-fault"]],
            [
                "any": [
                    ["fact": "request.tier", "op": "in", "value": ["standard"]],
                    ["fact": "request.pricePaid", "op": "ge", "value": 500],
                ]
            ],
            ["fact": "incident.severity", "op": "ge", "value": "major"],
        ]
        let treats: [JSON] = ["full", "none", ["num": 1, "den": 2], ["num": 2, "den": 3], ["num": 7, "den": 9]]
        var causes: [JSON] = []
        for cause in ["deploy", "force-majeure", "capacity"] where Bool.random(using: &random) {
            causes.append([
                "cause": .string(cause), "treat": treats.randomElement(using: &random) ?? "full",
                "reason": ["en": "Because."],
            ])
        }
        return [
            "require": conditions.randomElement(using: &random) ?? .null, "causes": .array(causes),
            "otherwise": "full",
        ]
    }

    private static func measure(_ onResolution: Bool, using random: inout SeededRandom) -> JSON {
        var measure: JSONObject = [
            "basis": "elapsed", "whenUnresolved": onResolution ? "on-resolution" : "accrue",
        ]
        if Bool.random(using: &random) {
            measure["grace"] = ["elapsed": .string("PT\(Int.random(in: 1...90, using: &random))S")]
        }
        return .object(measure)
    }

    private static func caps(using random: inout SeededRandom) -> JSON {
        var caps: [JSON] = []
        for (unit, range) in [("PFC", 200...900), ("EUR", 300...5000), ("DAYS", 3...40)]
        where Bool.random(using: &random) {
            caps.append([
                "scope": "request", "overflow": "truncate",
                "limit": [
                    "unit": .string(unit),
                    "minor": .integer(
                        Int64.random(in: Int64(range.lowerBound)...Int64(range.upperBound), using: &random)),
                ],
            ])
        }
        return .array(caps)
    }

    private static func model(_ kind: String, using random: inout SeededRandom) -> JSON {
        switch kind {
        case "pocket-fit":
            let tiers = tiers(using: &random)
            var model: JSONObject = [
                "kind": "pocket-fit", "tiers": tiers,
                "fastResponse": ["acknowledgeWithin": ["elapsed": "PT5M"], "updateEvery": ["elapsed": "PT4H"]],
            ]
            // Without a draw, so that the other policies stay as they were.
            if (tiers.arrayValue?.count ?? 0) % 2 == 1 {
                model["trust"] = [["type": "assurance-upgrade", "class": "guaranteed", "level": "substantial"]]
            }
            return .object(model)
        case "tiered": return ["kind": "tiered", "tiers": tiers(using: &random)]
        case "flat-refund":
            return ["kind": "flat-refund", "verify": "automatic", "benefits": benefits(1, 0, using: &random)]
        case "apology-only":
            return ["kind": "apology-only", "benefits": [["type": "apology", "class": "guaranteed"]]]
        default:
            let credit = Self.credit(Int64.random(in: 1...200, using: &random))
            return [
                "kind": "personalised", "menu": [credit], "decideWithin": ["elapsed": "PT2M"],
                "maxOffer": [["unit": "PFC", "minor": 200]], "onTimeout": [credit],
            ]
        }
    }

    private static func credit(_ minor: Int64) -> JSON {
        [
            "type": "credit", "class": "guaranteed", "amount": ["unit": "PFC", "minor": .integer(minor)],
            "expires": ["calendarDays": 9],
        ]
    }

    /// Growing tiers, some of them for severe incidents only.
    private static func tiers(using random: inout SeededRandom) -> JSON {
        var tiers: [JSON] = []
        var over = 0
        let shape = Int.random(in: 0..<3, using: &random)
        for level in 1...Int64.random(in: 1...5, using: &random) {
            var tier: JSONObject = [
                "over": over == 0 ? "deadline" : ["elapsed": .string("PT\(over)S")],
                "benefits": benefits(level, shape, using: &random),
            ]
            if level > 1, Bool.random(using: &random) {
                tier["severityAtLeast"] = ["minor", "major", "critical"].randomElement(using: &random) ?? .null
            }
            tiers.append(.object(tier))
            over += Int.random(in: 1...120, using: &random)
        }
        return .array(tiers)
    }

    /// The more the higher the level, whatever chance says.
    private static func benefits(_ level: Int64, _ shape: Int, using random: inout SeededRandom) -> JSON {
        let step = { (size: Int64, random: inout SeededRandom) in
            level * size + Int64.random(in: 0..<size, using: &random)
        }
        switch shape {
        case 0:
            return [
                credit(step(40, &random)),
                [
                    "type": "premium-extension", "class": "guaranteed",
                    "amount": ["unit": "DAYS", "minor": .integer(level)],
                ],
            ]
        case 1:
            return [
                [
                    "type": "cash-refund", "class": "guaranteed",
                    "shareOfPrice": ["num": .integer(level), "den": 7],
                ], ["type": "apology", "class": "guaranteed"],
            ]
        default:
            return [
                [
                    "type": "fee-waiver", "class": "discretionary",
                    "amount": ["unit": "EUR", "minor": .integer(step(50, &random))],
                ], credit(step(30, &random)),
                [
                    "type": "free-issuance", "class": "guaranteed",
                    "amount": ["unit": "ISSUANCES", "minor": .integer(level)],
                ],
            ]
        }
    }
}
