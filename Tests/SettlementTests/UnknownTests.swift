import CanonicalJSON
import Settlement
import Testing

private let start = LogBuilder.start
private let hour = LogBuilder.hour
private let day = LogBuilder.day

/// Puts a value at a place in a document.
private func setting(_ document: JSON, _ path: [String], _ value: JSON?) -> JSON {
    guard let first = path.first else { return value ?? .null }
    if let index = Int(first), case .array(var elements) = document {
        elements[index] = setting(elements[index], Array(path.dropFirst()), value)
        return .array(elements)
    }
    var object = document.objectValue ?? [:]
    object[first] = path.count == 1 ? value : setting(object[first] ?? [:], Array(path.dropFirst()), value)
    return .object(object)
}

@Suite("What the page does not explain is never passed over")
struct UnknownTests {
    /// Members of a service level that may change when a request is due.
    static let serviceLevels: [(path: String, value: JSON?)] = [
        ("spec/objectives/1/target", ["business": "PT8H"]),
        ("spec/objectives/1/target", ["workingDays": 2]),
        ("spec/objectives/1/target", ["elapsed": "PT8H", "calendarDays": 1]),
        ("spec/objectives/1/target", ["elapsed": "P1D"]),
        ("spec/objectives/1/target", ["calendarDays": -1]),
        ("spec/objectives/1/target", ["calendarDays": 36_526]),
        ("spec/objectives/1/target", nil),
        ("spec/objectives/1/start", "evidence.complete"),
        ("spec/objectives/1/stop", "credential.delivered"),
        ("spec/objectives/1/boundary", "met-if-before"),
        ("spec/objectives/1/clockSkewAllowance", "PT2S"),
        ("spec/objectives/1/holidays", true),
        ("spec/objectives/0/metric", "issue"),
        ("spec/objectives/1/metric", "verify"),
        ("spec/pause/0/maxTotal", ["business": "PT8H"]),
        ("spec/pause/0/backdateLimit", "5 minutes"),
        ("spec/calendarRef", 5),
        ("spec/pause/0/afterBreach", true),
        ("spec/pause/0/at", "night"),
        ("spec/pause/1/evidence", "notice-delivered"),
        ("spec/onCancel", "stop-clock-refund"),
        ("spec/onHold", "nothing"),
        ("spec/priority", "high"),
        ("spec/appliesTo", nil),
        ("spec/appliesTo", ["none": []]),
        ("spec/appliesTo", ["all": [], "any": []]),
        ("spec/appliesTo", ["fact": "request.channel", "op": "eq", "value": "web"]),
        ("spec/appliesTo", ["fact": "request.tier", "op": "lt", "value": "premium"]),
        ("spec/appliesTo", ["fact": "request.tier", "op": "in", "value": "premium"]),
        ("spec/appliesTo", ["fact": "request.tier", "op": "eq", "value": "premium", "ignoreCase": true]),
        ("metadata/region", "EU"),
        ("signature", "z"),
    ]

    /// Members of a compensation policy that may change what is owed.
    static let compensations: [(path: String, value: JSON?)] = [
        ("spec/model/kind", "apology-only"),
        ("spec/model/kind", "personalised"),
        ("spec/model/menu", []),
        (
            "spec/model/trust",
            [["type": "free-issuance", "class": "guaranteed", "amount": ["unit": "ISSUANCES", "minor": 1]]]
        ),
        ("spec/model/trust", [["type": "assurance-upgrade", "amount": ["unit": "PFC", "minor": 1]]]),
        ("spec/model/trust", []),
        ("spec/model/trust", [["type": "assurance-upgrade", "class": "guaranteed", "level": "low"]]),
        ("spec/model/trust", [["type": "assurance-upgrade", "class": "discretionary", "level": "high"]]),
        (
            "spec/model/trust",
            [
                ["type": "assurance-upgrade", "class": "guaranteed", "level": "substantial"],
                ["type": "assurance-upgrade", "class": "guaranteed", "level": "high"],
            ]
        ),
        ("spec/model/tiers/1/severityAtLeast", "colossal"),
        ("spec/model/tiers/1/over", ["workingDays": 1]),
        ("spec/model/tiers/1/over", "deadline"),
        ("spec/model/tiers/1/over", ["elapsed": "PT0S"]),
        ("spec/model/tiers/2/over", ["elapsed": "PT4H"]),
        ("spec/model/tiers/0/benefits/0/type", "voucher"),
        ("spec/model/tiers/0/benefits/0/class", "discretionary"),
        ("spec/model/tiers/0/benefits/0/amount", nil),
        ("spec/model/tiers/0/benefits/0/amount/minor", -1),
        ("spec/model/tiers/0/benefits/0/shareOfPrice", ["num": 1, "den": 2]),
        ("spec/model/tiers/0/benefits/0/expires", nil),
        ("spec/model/tiers/0/benefits/0/level", "high"),
        ("spec/model/tiers/1/benefits/1/expires", ["calendarDays": 1]),
        ("spec/model/tiers/1/benefits/1/amount/unit", "HOURS"),
        ("spec/model/tiers/0/benefits", .array(Array(repeating: PolicyDocuments.credit(1), count: 125))),
        ("spec/eligibility", ["require": ["neither": []]]),
        ("spec/eligibility", ["otherwise": "none"]),
        ("spec/eligibility", ["causes": [["cause": "force-majeure", "treat": ["num": 1, "den": 2]]]]),
        ("spec/eligibility", ["unless": []]),
        ("spec/measure", ["basis": "business"]),
        ("spec/measure", ["basis": "elapsed", "grace": ["workingDays": 1]]),
        ("spec/measure", ["whenUnresolved": "never"]),
        ("spec/stacking", ["withinRequest": "twice"]),
        ("spec/stacking", ["acrossRequests": "most"]),
        ("spec/stacking", ["premium": "beside"]),
        ("spec/stacking", ["other": 1]),
        ("spec/caps", [["scope": "person", "limit": ["unit": "PFC", "minor": 1]]]),
        ("spec/caps", [["scope": "user", "window": "P7D", "limit": ["unit": "PFC", "minor": 1]]]),
        ("spec/caps", [["scope": "request", "window": "P30D", "limit": ["unit": "PFC", "minor": 1]]]),
        ("spec/caps", [["scope": "request", "overflow": "needs-approval", "limit": ["unit": "PFC", "minor": 1]]]),
        ("spec/caps", [["scope": "request", "limit": ["unit": "PFC", "minor": -1]]]),
        ("spec/approval", [["approvers": 2]]),
        ("spec/rounding", ["quantumMinor": 0]),
        ("spec/rounding", ["to": 10]),
        ("spec/payout/minimum", ["unit": "PFC", "minor": 100]),
        ("spec/payout/ifLate", [["type": "credit"]]),
        ("spec/reversal", ["take": "all"]),
        ("spec/payout/within", ["weeks": 1]),
        ("spec/earlierRequests", "worse-of"),
        ("spec/payout", nil),
        ("spec/slaRef", 5),
        ("spec/bonus", 1),
    ]

    private func report(_ serviceLevel: JSON, _ compensation: JSON) throws -> SettlementReport {
        var log = LogBuilder.standard(serviceLevel, compensation)
        log.accept("r1", at: start, due: start + 8 * hour)
        log.hold("r1", at: start, until: nil)
        log.resume("r1", at: start, due: 0)
        log.breach("r1", at: start, due: 0)
        log.post(Posting(rid: "r1", t: start, minor: 77))
        log.issue("r1", at: start + 20 * hour)
        return try log.report(at: start + 100 * day)
    }

    private func expectUnknown(_ report: SettlementReport, seq: UInt64, _ path: String) {
        #expect(report.verdict == .cannotTell && report.findings == [], "\(report.findings.map(\.description))")
        #expect(report.unjudged == 1 && report.unknowns.map(\.seq) == [seq])
        #expect(report.unknowns.first?.requests == 1 && report.unknowns.first?.concernsAll == false)
    }

    @Test("in a service level", arguments: serviceLevels.indices)
    func serviceLevel(_ index: Int) throws {
        let (path, value) = Self.serviceLevels[index]
        let document = setting(PolicyDocuments.serviceLevel(), path.split(separator: "/").map(String.init), value)
        expectUnknown(try report(document, PolicyDocuments.compensation()), seq: 2, path)
    }

    @Test("in a compensation policy", arguments: compensations.indices)
    func compensation(_ index: Int) throws {
        let (path, value) = Self.compensations[index]
        let document = setting(PolicyDocuments.compensation(), path.split(separator: "/").map(String.init), value)
        expectUnknown(try report(PolicyDocuments.serviceLevel(), document), seq: 3, path)
    }

    /// Members that repeat the rules or are about other things.
    static let harmless: [(isServiceLevel: Bool, path: String, value: JSON?)] = [
        (true, "metadata/labels", ["team": "a"]),
        (true, "metadata/effectiveUntil", "2027-01-01T00:00:00Z"),
        (true, "spec/objectives/1/start", "request.accepted"),
        (true, "spec/objectives/1/clockSkewAllowance", "PT0S"),
        (true, "spec/pause/0/backdateLimit", "PT0S"),
        (true, "spec/pause/0/backdateLimit", "PT5M"),
        (true, "spec/pause/0/afterBreach", false),
        (true, "spec/pause", nil),
        (false, "spec/budgetRef", "monthly"),
        (
            false, "spec/eligibility",
            ["require": ["all": []], "causes": [["cause": "x", "treat": "full"]], "otherwise": "full"]
        ),
        (false, "spec/measure", ["basis": "elapsed", "whenUnresolved": "accrue"]),
        (
            false, "spec/stacking",
            [
                "withinRequest": "highest-tier-top-up", "acrossRequests": "sum", "premium": "append-to-end",
                "manualClaim": "x",
            ]
        ),
        (false, "spec/rounding", ["mode": "half-even", "quantumMinor": 1]),
        (false, "spec/reversal", ["reasons": [], "take": "never"]),
        (false, "spec/approval", []),
        (false, "spec/model/fastResponse", ["acknowledgeWithin": ["elapsed": "PT5M"]]),
        (false, "spec/model/kind", "tiered"),
        (false, "spec/payout/ifLate", []),
    ]

    @Test("what changes nothing hinders nothing", arguments: harmless.indices)
    func neutral(_ index: Int) throws {
        let (isServiceLevel, path, value) = Self.harmless[index]
        let steps = path.split(separator: "/").map(String.init)
        let level = PolicyDocuments.serviceLevel()
        let compensation = PolicyDocuments.compensation()
        var log = LogBuilder.standard(
            isServiceLevel ? setting(level, steps, value) : level,
            isServiceLevel ? compensation : setting(compensation, steps, value))
        log.accept("r1", at: start, due: start + 8 * hour)
        log.issue("r1", at: start + 8 * hour + 1)
        log.breach("r1", at: start + 8 * hour + 1, due: start + 8 * hour)
        log.post(Posting(rid: "r1", t: start + 8 * hour + 1, minor: 500))
        requireSettled(try log.report(at: start + 100 * day))
    }

    @Test("a document that binds nobody hinders nobody, but is named")
    func bindsNobody() throws {
        var log = LogBuilder.standard()
        let (serviceLevel, compensation) = (log.serviceLevel, log.compensation)
        log.publish(PolicyDocuments.serviceLevel(id: "low", target: ["business": "PT1H"], priority: -1))
        log.publish(PolicyDocuments.compensation(id: "other", slaRef: "low", within: ["weeks": 1]))
        log.publish(PolicyDocuments.serviceLevel(tenant: "acme", target: ["business": "PT1H"]))
        log.publish(setting(PolicyDocuments.compensation(tenant: "acme"), ["spec", "slaRef"], nil))
        log.publish(PolicyDocuments.document("Budget", id: "b", ["anything": 1]))
        (log.serviceLevel, log.compensation) = (serviceLevel, compensation)
        log.accept("r1", at: start, due: start + 8 * hour)
        let report = try log.report(at: start)
        #expect(
            report.verdict == .settled && report.unknowns.map(\.requests) == [0, 0, 0, 0, 0],
            "\(report.unknowns) \(report.findings)")
    }

    @Test("a finding elsewhere is a finding, whatever cannot be told")
    func findingsStand() throws {
        var log = LogBuilder.standard()
        log.publish(PolicyDocuments.serviceLevel(tenant: "acme", target: ["business": "PT1H"]))
        log.publish(PolicyDocuments.compensation(tenant: "acme"))
        log.accept("r1", at: start, due: start + 8 * hour, tenant: "acme")
        #expect(try log.report(at: start).verdict == .cannotTell)
        log = .standard()
        log.publish(PolicyDocuments.serviceLevel(tenant: "acme", target: ["business": "PT1H"]))
        log.accept("r1", at: start, due: start + 8 * hour, tenant: "acme")
        log.accept("r2", at: start, due: start + 9 * hour)
        log.drop("request.accepted")
        #expect(try log.report(at: start).verdict == .wrong)
    }

    /// Things that may change what anybody is owed.
    static let forAll: [@Sendable (inout LogBuilder) -> Void] = [
        { $0.publish(PolicyDocuments.document("Suspension", id: "s", ["policyRef": "std"])) },
        { $0.publish(PolicyDocuments.document("Amnesty", id: "s", [:])) },
        { $0.publish(setting(PolicyDocuments.serviceLevel(id: "s"), ["metadata", "tenant"], nil)) },
        { $0.publish(setting(PolicyDocuments.serviceLevel(id: "s"), ["metadata", "effectiveFrom"], "soon")) },
        { $0.publish(setting(PolicyDocuments.serviceLevel(id: "s"), ["apiVersion"], "punctual/v2")) },
        { $0.publish(["an": "object"]) },
        { $0.publish(setting(PolicyDocuments.serviceLevel(id: "s"), ["metadata", "effectiveUntil"], "soon")) },
        { $0.add("compensation.forgiven", "r1", at: start) },
        { $0.add("log.closed", at: start) },
    ]

    @Test("what may change what anybody is owed outweighs every finding", arguments: forAll.indices)
    func concernsAll(_ index: Int) throws {
        var log = LogBuilder.standard()
        log.accept("r1", at: start, due: start)
        #expect(try log.report(at: start).verdict == .wrong)
        Self.forAll[index](&log)
        let report = try log.report(at: start)
        #expect(report.verdict == .cannotTell && report.unknowns.map(\.concernsAll) == [true])
        #expect(report.findings.map(\.kind) == [.wrongDeadline])
    }
}
