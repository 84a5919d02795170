import CanonicalJSON
import Settlement
import Testing

private let start = LogBuilder.start
private let hour = LogBuilder.hour
private let day = LogBuilder.day

/// Service levels that differ in their target, so that `dueAt` tells which one bound.
private func level(
    _ id: String, _ hours: Int64, version: Int64 = 1, tenant: String = "default", from: String = "2026-01-01T00:00:00Z",
    appliesTo: JSON = ["all": []], priority: JSON? = nil
) -> JSON {
    PolicyDocuments.serviceLevel(
        id: id, version: version, tenant: tenant, from: from, target: ["elapsed": .string("PT\(hours)H")],
        appliesTo: appliesTo, priority: priority)
}

private func only(_ fact: String, _ op: String, _ value: JSON) -> JSON {
    ["fact": .string(fact), "op": .string(op), "value": value]
}

@Suite("Rule 1: the policies that bind a request")
struct PolicyBindingTests {
    private var log = LogBuilder()

    /// Publishes a service level and a compensation policy of the same tenant for it.
    private mutating func publish(_ level: JSON, at t: Int64 = start) {
        log.publish(level, at: t)
        let metadata = level["metadata"]
        guard metadata?["version"] == 1 else { return }
        log.publish(
            PolicyDocuments.compensation(
                id: "comp-" + (metadata?["id"]?.stringValue ?? ""), tenant: metadata?["tenant"]?.stringValue ?? "",
                slaRef: metadata?["id"]?.stringValue ?? ""), at: t)
    }

    /// Whether a request is bound to a service level of so many hours; hashes are compared elsewhere.
    private func expectHours(
        _ hours: Int64, at acceptedAt: Int64 = start, tenant: String = "acme", tier: String = "standard",
        type: String? = nil, loggedAt: Int64? = nil
    ) throws {
        var log = log
        log.accept(
            "r1", at: acceptedAt, due: acceptedAt + hours * hour, tenant: tenant, tier: tier, type: type,
            loggedAt: loggedAt)
        let report = try log.report(at: acceptedAt)
        #expect(!report.kinds.contains(.wrongDeadline), "\(report.findings.map(\.description))")
    }

    @Test("a policy of the own tenant goes before one of the tenant default, whatever its priority")
    mutating func ownTenant() throws {
        publish(level("a", 1, priority: 9999))
        publish(level("b", 2, tenant: "acme"))
        try expectHours(2)
        try expectHours(1, tenant: "other")
    }

    @Test("where no service level of the own tenant applies, default does")
    mutating func fallBack() throws {
        publish(level("a", 1))
        publish(level("b", 2, tenant: "acme", appliesTo: only("request.tier", "eq", "premium")))
        try expectHours(1)
        try expectHours(2, tier: "premium")
    }

    @Test("the highest priority binds; absent is 0; equal ones go to the lower id, byte by byte")
    mutating func priorities() throws {
        publish(level("m", 3))
        publish(level("b!", 2, priority: 0))
        publish(level("b", 1, priority: 0))
        try expectHours(1)
        publish(level("z", 4, priority: 1))
        publish(level("y", 5, priority: -1))
        try expectHours(4)
    }

    @Test("of several compensation policies for one service level the lower id binds")
    mutating func compensationTies() throws {
        publish(level("std", 8))
        let lower = PolicyDocuments.compensation(id: "a", slaRef: "std", tiers: [])
        log.publish(lower)
        log.accept("r1", at: start, due: start + 8 * hour)
        requireSettled(try log.report(at: start))
        log.publish(PolicyDocuments.compensation(id: "0", slaRef: "std", tiers: []))
        log.accept("r2", at: start, due: start + 8 * hour)
        requireSettled(try log.report(at: start))
        log.publish(PolicyDocuments.compensation(id: "1", slaRef: "std", tiers: []))
        log.accept("r3", at: start, due: start + 8 * hour)
        #expect(try log.report(at: start).findings.map(\.kind) == [.wrongPolicy])
    }

    @Test("a compensation policy of another tenant or for another service level does not bind")
    mutating func wrongCompensation() throws {
        log.publish(level("std", 8))
        log.publish(PolicyDocuments.compensation(slaRef: "other"))
        log.publish(PolicyDocuments.compensation(tenant: "acme"))
        log.accept("r1", at: start, due: start + 8 * hour)
        let report = try log.report(at: start)
        #expect(report.findings.map(\.kind) == [.wrongPolicy])
        #expect(report.findings.first?.sentence.contains("must not be accepted") == true)
    }

    @Test("the version in force at acceptedAt binds, from its first instant, and stays bound")
    mutating func versions() throws {
        publish(level("std", 8))
        publish(level("std", 2, version: 2, from: "2026-01-02T00:00:00Z"))
        publish(level("std", 1, version: 5, from: "2026-01-03T00:00:00Z"), at: start + hour)
        try expectHours(8, at: start + hour)
        try expectHours(8, at: start + day - 1, loggedAt: start + day)
        try expectHours(2, at: start + day)
        try expectHours(2, at: start + 2 * day - 1)
        try expectHours(1, at: start + 2 * day)
    }

    @Test("requests with the same facts before and after a change are bound to different versions")
    mutating func acrossChanges() throws {
        publish(level("std", 8))
        let first = log.serviceLevel
        publish(level("std", 2, version: 2, from: "2026-01-02T00:00:00Z"))
        let second = log.serviceLevel
        for (index, acceptedAt) in [start, start + day - 1, start + day, start + day - 1, start + 2 * day].enumerated()
        {
            let isFirst = acceptedAt < start + day
            log.serviceLevel = isFirst ? first : second
            let due = acceptedAt + (isFirst ? 8 : 2) * hour
            log.accept("r\(index)", at: acceptedAt, due: due, loggedAt: max(acceptedAt, index > 2 ? start + day : 0))
        }
        requireSettled(try log.report(at: start + day))
    }

    @Test("a document is in force no earlier than it is published")
    mutating func publishedLater() throws {
        publish(level("std", 8))
        publish(level("std", 2, version: 2, from: "2025-01-01T00:00:00Z"), at: start + hour)
        try expectHours(8, at: start + hour - 1, loggedAt: start + hour)
        try expectHours(2, at: start + hour)
    }

    @Test("only documents that stand before a request in the log count for it")
    mutating func standsBefore() throws {
        publish(level("std", 8))
        log.accept("r1", at: start, due: start + 8 * hour)
        log.publish(level("other", 2, priority: 5))
        log.publish(PolicyDocuments.compensation(id: "other", slaRef: "other"))
        #expect(try log.report(at: start).verdict == .settled)
        log.accept("r2", at: start, due: start + 2 * hour)
        #expect(try log.report(at: start).verdict == .settled)
    }

    @Test("two versions mid-flight: each request keeps the one it was accepted under")
    mutating func midFlight() throws {
        publish(level("std", 8))
        log.accept("r1", at: start, due: start + 8 * hour)
        let first = (log.serviceLevel, log.compensation)
        log.publish(level("std", 1, version: 2), at: start + hour)
        log.publish(
            PolicyDocuments.compensation(
                id: "comp-std", version: 2, slaRef: "std",
                tiers: [["over": "deadline", "benefits": [PolicyDocuments.credit(9)]]]), at: start + hour)
        log.accept("r2", at: start + hour, due: start + 2 * hour)
        let t = start + 8 * hour + 1
        log.issue("r1", at: t)
        log.issue("r2", at: t)
        log.breach("r2", at: t, due: start + 2 * hour)
        log.post(Posting(rid: "r2", t: t, minor: 9))
        (log.serviceLevel, log.compensation) = first
        log.breach("r1", at: t, due: start + 8 * hour)
        log.post(Posting(rid: "r1", t: t, minor: 500))
        let report = try log.report(at: start + 100 * day)
        requireSettled(report)
        #expect(report.granted == ["PFC": 509])
    }

    @Test("a claim key names the tenant of the request, not that of its policies")
    mutating func tenantOfClaim() throws {
        log = .standard()
        log.accept("r1", at: start, due: start + 8 * hour, tenant: "acme \"north\"")
        let t = start + 8 * hour + 1
        log.issue("r1", at: t)
        log.breach("r1", at: t, due: start + 8 * hour)
        log.post(Posting(rid: "r1", t: t, minor: 500, tenant: "acme \"north\""))
        requireSettled(try log.report(at: start + 100 * day))
    }

    @Test("a target in calendar days is that many times 86,400,000 ms")
    mutating func calendarDays() throws {
        publish(PolicyDocuments.serviceLevel(id: "std", target: ["calendarDays": 90]))
        try expectHours(90 * 24)
    }

    /// A condition, the facts of a request, and whether it holds.
    static let conditions: [(condition: JSON, tier: String, type: String?, holds: Bool)] = [
        (["all": []], "standard", nil, true),
        (["any": []], "standard", nil, false),
        (["not": ["any": []]], "standard", nil, true),
        (only("request.tier", "eq", "premium"), "premium", nil, true),
        (only("request.tier", "eq", "premium"), "standard", nil, false),
        (only("request.tier", "ne", "premium"), "standard", nil, true),
        (only("request.tier", "in", ["premium", "standard"]), "standard", nil, true),
        (only("request.tier", "in", []), "standard", nil, false),
        (only("request.tier", "notIn", []), "standard", nil, true),
        (only("request.tenant", "eq", "acme"), "standard", nil, true),
        (only("request.tenant", "eq", "Acme"), "standard", nil, false),
        (only("request.type", "eq", "Diploma"), "standard", "Diploma", true),
        (only("request.type", "eq", "Diploma"), "standard", nil, false),
        (only("request.type", "ne", "Diploma"), "standard", nil, true),
        (only("request.type", "notIn", ["Diploma", "Badge"]), "standard", "Badge", false),
        (only("request.type", "in", ["caf\u{E9}"]), "standard", "cafe\u{301}", false),
        (only("request.type", "in", ["caf\u{E9}"]), "standard", "caf\u{E9}", true),
        (only("request.tier", "eq", 1), "standard", nil, false),
        (only("request.tier", "in", [true, "standard"]), "standard", nil, true),
        (["all": [only("request.tier", "eq", "premium"), only("request.tenant", "eq", "acme")]], "premium", nil, true),
        (["all": [only("request.tier", "eq", "premium"), ["any": []]]], "premium", nil, false),
        (["any": [only("request.tier", "eq", "premium"), ["all": []]]], "standard", nil, true),
    ]

    @Test("conditions", arguments: conditions)
    mutating func condition(condition: JSON, tier: String, type: String?, holds: Bool) throws {
        publish(level("a", 1))
        publish(level("b", 2, appliesTo: condition, priority: 1))
        try expectHours(holds ? 2 : 1, tier: tier, type: type)
    }
}

@Suite("Rule 1: publication")
struct PublicationTests {
    private var log = LogBuilder.standard()

    private func kinds() throws -> [Finding.Kind] { try log.report(at: start + day).findings.map(\.kind) }

    @Test("versions need not follow without a gap, and kinds, ids and tenants do not disturb each other")
    mutating func series() throws {
        log.publish(level("std", 9, version: 7), at: start + 1)
        log.publish(level("std2", 9), at: start + 1)
        log.publish(level("std", 9, tenant: "acme"), at: start + 1)
        log.publish(PolicyDocuments.compensation(id: "std"), at: start + 1)
        #expect(try kinds() == [])
    }

    @Test("a version that does not increase is found, and counts for nothing")
    mutating func versionOrder() throws {
        for version: Int64 in [1, 0] {
            var log = log
            log.publish(level("std", 9, version: version), at: start + 1)
            log.accept("r1", at: start + 1, due: start + 1 + 8 * hour)
            #expect(try log.report(at: start + day).kinds.isSuperset(of: [.policyVersionOrder, .wrongPolicy]))
            #expect(try !log.report(at: start + day).kinds.contains(.wrongDeadline))
        }
    }

    @Test("effectiveAt must increase too: two versions of one instant are found")
    mutating func effectiveOrder() throws {
        log.publish(level("std", 9, version: 2))
        #expect(try kinds() == [.policyVersionOrder])
    }

    @Test("effectiveAt is the later of effectiveFrom and t")
    mutating func effectiveAt() throws {
        log.publish(level("std", 9, version: 2, from: "2026-01-01T06:00:00Z"), at: start + hour)
        #expect(try kinds() == [])
        log.change("policy.published", 2) { $0.facts["effectiveAt"] = .integer(start + hour) }
        #expect(try kinds() == [.wrongEffectiveAt])
    }

    @Test("a document with another hash than the entry says is found")
    mutating func hash() throws {
        log.change("policy.published", 1) { $0.facts["hash"] = .string("sha256:" + String(repeating: "0", count: 64)) }
        #expect(try kinds() == [.policyHashMismatch])
    }
}
