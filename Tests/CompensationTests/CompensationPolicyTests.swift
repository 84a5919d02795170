import CanonicalJSON
import Compensation
import ServiceLevels
import Temporal
import TestSupport
import Testing

typealias Refusal = PolicyRefusal

@Suite("A compensation policy")
struct CompensationPolicyTests {
    @Test(
        "is refused, with the place, when it promises what this version does not keep",
        arguments: [
            Refusal("/kind", "ServiceLevel", "expected Compensation"),
            Refusal("/spec/slaRef", nil, "missing"), Refusal("/spec/slaRef", "Standard", "a-z"),
            Refusal("/spec/rounding", ["mode": "up"], at: "/spec/rounding/mode", "half-even"),
            Refusal("/spec/rounding", ["mode": "down", "quantumMinor": 0], at: "/spec/rounding/quantumMinor", "1 to"),
            Refusal(
                "/spec/eligibility/require", ["fact": "delay.seconds", "op": "ge", "value": 60],
                at: "/spec/eligibility/require/fact", "may ask about"),
            Refusal(
                "/spec/eligibility/require", ["fact": "user.region", "op": "eq", "value": "EU"],
                at: "/spec/eligibility/require/fact", "does not keep"),
            Refusal(
                "/spec/eligibility/require", ["fact": "incident.cause", "op": "eq", "value": "weather"],
                "weather is no cause"),
            Refusal(
                "/spec/eligibility/require", ["fact": "incident.cause", "op": "ge", "value": "deploy"],
                at: "/spec/eligibility/require/op", "has no order"),
            Refusal(
                "/spec/eligibility/require", ["fact": "incident.severity", "op": "ge", "value": 1],
                at: "/spec/eligibility/require/value", "critical"),
            Refusal(
                "/spec/eligibility/require", ["fact": "request.pricePaid", "op": "gt", "value": -1],
                at: "/spec/eligibility/require/value", "0 or more"),
            Refusal("/spec/surprise", 1, "unknown member"),
            Refusal("/spec/eligibility", nil, "missing"),
            Refusal("/spec/eligibility/otherwise", "none", "does not keep"),
            Refusal("/spec/eligibility/causes", nil, "missing"),
            Refusal(
                "/spec/eligibility/causes/0", ["cause": "force-majeure", "treat": ["num": 1, "den": 2]],
                at: "/spec/eligibility/causes/0/reason", "must be told why"),
            Refusal(
                "/spec/eligibility/causes/0", ["cause": "force-majeure", "treat": ["num": 3, "den": 2]],
                at: "/spec/eligibility/causes/0/treat", "at most one whole"),
            Refusal(
                "/spec/eligibility/causes/0", ["cause": "force-majeure", "treat": ["num": 0, "den": 2]],
                at: "/spec/eligibility/causes/0/treat", "is \"none\""),
            Refusal(
                "/spec/eligibility/causes/0", ["cause": "force-majeure", "treat": ["num": 1, "den": 0]],
                at: "/spec/eligibility/causes/0/treat/den", "1 to 1000000"),
            Refusal(
                "/spec/eligibility/causes/0",
                ["cause": "unknown", "treat": ["num": 1, "den": 2], "reason": ["en": "x"]],
                at: "/spec/eligibility/causes/0/treat", "nobody knows"),
            Refusal(
                "/spec/eligibility/causes/0", ["cause": "deploy", "treat": "half"],
                at: "/spec/eligibility/causes/0/treat", "hold-for-review"),
            Refusal(
                "/spec/eligibility/causes/0", ["cause": "deploy", "treat": "none", "reason": ["de": "Nein."]],
                at: "/spec/eligibility/causes/0/reason", "say the reason in it too"),
            Refusal(
                "/spec/eligibility/causes/0", ["cause": "requester-fault", "treat": "none"],
                at: "/spec/eligibility/causes/0/reason", "must be told why"),
            Refusal(
                "/spec/eligibility/causes/0", ["cause": "weather", "treat": "full"],
                at: "/spec/eligibility/causes/0/cause", "does not keep"),
            Refusal(
                "/spec/eligibility/causes",
                [["cause": "deploy", "treat": "full"], ["cause": "deploy", "treat": "full"]],
                at: "/spec/eligibility/causes/1", "twice"),
            Refusal("/spec/measure/basis", "workingDays", "does not keep"),
            Refusal("/spec/measure/basis", "business", at: "/spec/model/tiers/1/over", "say it as business"),
            Refusal("/spec/measure/grace", ["workingDays": 1], "choose the basis business"),
            Refusal("/spec/measure/whenUnresolved", nil, "missing"),
            Refusal("/spec/model/kind", "tiered", at: "/spec/model/fastResponse", "unknown member"),
            Refusal("/spec/model/kind", "apology-only", at: "/spec/model/benefits", "missing"),
            Refusal("/spec/model/kind", "flat-refund", at: "/spec/model/verify", "missing"),
            Refusal("/spec/model/kind", "personalised", at: "/spec/model/menu", "missing"),
            Refusal("/spec/model/trust", [], "one further check"), Refusal("/spec/model/menu", [], "unknown member"),
            Refusal("/spec/model/fastResponse", nil, "missing"),
            Refusal("/spec/model/fastResponse/acknowledgeWithin", ["business": "PT5M"], "does not keep"),
            Refusal("/spec/model/fastResponse/updateEvery", ["workingDays": 1], "does not keep"),
            Refusal("/spec/model/tiers", [], "1 to 16"), Refusal("/spec/model/tiers", nil, "missing"),
            Refusal("/spec/model/tiers/1/over", ["business": "PT4H"], "choose the basis business"),
            Refusal("/spec/model/tiers/1/over", "soon", "object"),
            Refusal("/spec/model/tiers/0/over", ["elapsed": "PT0S"], at: "/spec/model/tiers/0/over/elapsed", "no time"),
            Refusal("/spec/model/tiers/1/benefits", [], "at least one"),
            Refusal("/spec/model/tiers/0/benefits/0/type", "assurance-upgrade", "in `trust` of the model"),
            Refusal("/spec/model/tiers/0/benefits/0/type", "expedite", "keeps no queue"),
            Refusal(
                "/spec/model/tiers/0/benefits/0/type", "free-issuance",
                at: "/spec/model/tiers/0/benefits/0/amount/unit", "in ISSUANCES"),
            Refusal(
                "/spec/model/tiers/0/benefits/0/type", "coupon", at: "/spec/model/tiers/0/benefits/0/amount/unit",
                "in a currency"),
            Refusal(
                "/spec/model/tiers/0/benefits/0/type", "apology", at: "/spec/model/tiers/0/benefits/0/amount",
                "does not keep"),
            Refusal("/spec/model/tiers/0/benefits/0/class", "optional", "guaranteed"),
            Refusal("/spec/model/tiers/0/benefits/0/shareOfPrice", ["num": 1, "den": 2], "only a refund"),
            Refusal("/spec/model/tiers/0/benefits/0/amount/unit", "EUR", "not in EUR"),
            Refusal("/spec/model/tiers/0/benefits/0/amount/unit", "DAYS", "not in DAYS"),
            Refusal("/spec/model/tiers/0/benefits/0/amount/minor", JSON(0.5), "integer"),
            Refusal("/spec/model/tiers/0/benefits/0/amount/minor", 0, "expected 1"),
            Refusal("/spec/model/tiers/0/benefits/0/amount/minor", -500, "expected 1"),
            Refusal("/spec/model/tiers/0/benefits/0/amount/minor", 1_000_000_001, "1000000000"),
            Refusal("/spec/model/tiers/3/benefits/1/amount/minor", 3661, "3660"),
            Refusal("/spec/model/tiers/0/benefits/0/amount/currency", "EUR", "unknown member"),
            Refusal("/spec/model/tiers/0/benefits/0/expires", nil, "missing"),
            Refusal("/spec/model/tiers/0/benefits/0/expires", ["workingDays": 9], "does not keep"),
            Refusal("/spec/model/tiers/1/benefits/1/expires", ["calendarDays": 9], "does not keep"),
            Refusal(
                "/spec/model/tiers/1/benefits/2",
                ["type": "premium-extension", "class": "guaranteed", "amount": ["unit": "DAYS", "minor": 1]],
                "another"),
            Refusal("/spec/stacking/withinRequest", "once", "would be the only one"),
            Refusal("/spec/stacking/manualClaim", "replaces-automatic", "does not keep"),
            Refusal("/spec/stacking/later", 1, "unknown member"),
            Refusal("/spec/caps", nil, "missing"),
            Refusal("/spec/caps/0/window", "P30D", "does not keep"),
            Refusal("/spec/caps/0/overflow", "needs-approval", "does not keep"),
            Refusal("/spec/caps/0/overflow", nil, "missing"),
            Refusal("/spec/caps/0/limit/unit", "ISSUANCES", at: "/spec/caps/0/limit/minor", "1 to 1000"),
            Refusal(
                "/spec/caps/1", ["scope": "request", "limit": ["unit": "PFC", "minor": 9], "overflow": "truncate"],
                "another cap"),
            Refusal("/spec/payout/within", ["workingDays": 0], at: "/spec/payout/within/workingDays", "1 to 3660"),
            Refusal("/spec/earlierRequests", "worse-of", "does not keep"),
            Refusal(
                "/spec/payout/minimum", ["unit": "PFC", "minor": 100], at: "/spec/payout/belowMinimum", "missing"),
            Refusal("/spec/payout/belowMinimum", "carry-forward", "does not keep"),
            Refusal("/spec/reversal/reasons", ["fraud"], at: "/spec/reversal/take", "unspent-only"),
            Refusal("/spec/reversal/take", "unspent-only", "goes with no reasons"),
            Refusal("/spec/reversal/window", ["calendarDays": 90], "does not keep"),
        ])
    func refused(_ refusal: Refusal) {
        let document = Fixture.compensation.replacing(refusal.change, by: refusal.value)
        let error = #expect(throws: PolicyError.self) { try CompensationPolicy(PolicyDocument(document)) }
        #expect(error?.pointer.description == refusal.pointer)
        #expect(error?.problem.contains(refusal.problem) == true, "\(error?.description ?? "")")
    }

    @Test(
        "is refused when it contradicts itself",
        arguments: [
            Refusal("/spec/model/tiers/1/over", "deadline", "must be longer"),
            Refusal("/spec/model/tiers/2/over", ["elapsed": "PT4H"], "must be longer"),
            Refusal("/spec/model/tiers/2/over", ["elapsed": "PT3H59M59S"], "must be longer"),
            Refusal("/spec/model/tiers/2/benefits/0/amount/minor", 999, "must not give less"),
            Refusal("/spec/model/tiers/3/benefits/1/amount/minor", 29, "must not give less"),
            Refusal(
                "/spec/model/tiers/2/benefits/1", nil, at: "/spec/model/tiers/2/benefits",
                "the tier before gives 7 DAYS"),
            Refusal(
                "/spec/caps/0/limit/minor", 499, at: "/spec/model/tiers/0/benefits/0/amount/minor",
                "more than the cap"),
            Refusal("/spec/model/tiers/1/benefits/0/expires", ["elapsed": "PT1H"], "must last longer"),
            Refusal(
                "/spec/payout/within", ["calendarDays": 365], at: "/spec/model/tiers/0/benefits/0/expires",
                "must last longer"),
        ])
    func inconsistent(_ refusal: Refusal) {
        refused(refusal)
    }

    @Test(
        "may be as plain as the rules allow",
        arguments: [
            ("/spec/caps", []), ("/spec/caps/0/limit/minor", 500),
            ("/spec/model/tiers/2/benefits/0/amount/minor", 1000),
            (
                "/spec/eligibility/causes",
                [["cause": "unknown", "treat": "full"], ["cause": "deploy", "treat": "full"]]
            ),
            ("/spec/payout/within", ["calendarDays": 364]), ("/spec/model/tiers/0/over", ["elapsed": "PT1S"]),
            ("/spec/caps/1", ["scope": "request", "limit": ["unit": "DAYS", "minor": 7], "overflow": "truncate"]),
        ] as [(String, JSON)])
    func accepted(_ place: String, _ value: JSON) throws {
        _ = try CompensationPolicy(PolicyDocument(Fixture.compensation.replacing(place, by: value)))
    }

    @Test(
        "3.1/29 a severity that nobody knows is refused where it stands",
        arguments: [
            ("/spec/model/tiers/1/severityAtLeast", "apocalyptic"), ("/spec/model/tiers/1/severityAtLeast", ""),
            ("/spec/eligibility/require", ["fact": "incident.severity", "op": "ge", "value": "apocalyptic"]),
        ] as [(String, JSON)])
    func unknownSeverity(_ place: String, _ value: JSON) throws {
        let document = try Example.document("tiered").replacing(place, by: value)
        let error = #expect(throws: PolicyError.self) { try CompensationPolicy(PolicyDocument(document)) }
        #expect(error?.pointer.description.hasPrefix(place) == true, "\(error?.description ?? "")")
        #expect(error?.problem.contains("critical") == true, "\(error?.description ?? "")")
    }

    @Test("says its promise in words that name every number of it")
    func plainWords() throws {
        let words = try CompensationPolicy(PolicyDocument(Fixture.compensation)).plainWords.joined(separator: "\n")
        for sentence in [
            "Late at all: 500 Pocket FIT credits, in all.",
            "Late by more than 4 hours: 1000 Pocket FIT credits and 7 days of premium access, in all.",
            "Late by more than 24 hours: 2000 Pocket FIT credits and 30 days of premium access, in all.",
            "Late by more than 7 days: 4000 Pocket FIT credits and 90 days of premium access, in all.",
            "One request is given at most 4000 Pocket FIT credits.", "within 1 hour of the moment", "for 365 days",
            "acknowledge a request within 5 minutes", "every 4 hours", "not measured yet",
        ] {
            #expect(words.contains(sentence))
        }
    }
}
