import CanonicalJSON
import Settlement
import Testing

private let start = LogBuilder.start
private let hour = LogBuilder.hour
private let day = LogBuilder.day
private let due = start + 30 * day + 8 * hour
private let (ina, ole) = ("00000000000000aa", "00000000000000bb")

/// Rules 50 to 52: what an operator can do to policies, and what a stranger sees of it.
@Suite("Policies that end, change and are suspended")
struct PublishingTests {
    /// The kinds of findings that are shown here.
    static let kinds: Set<Finding.Kind> = [
        .shortNotice, .wrongWithdrawal, .wrongPolicyApproval, .wrongSuspension, .paidWhileSuspended,
    ]

    private static let suspension: JSON = PolicyDocuments.document(
        "Suspension", id: "moratorium",
        [
            "policyRef": "pocket-fit", "from": "2026-01-20T00:00:00Z", "until": "2026-02-20T00:00:00Z",
            "reason": ["en": "An emergency."], "approvedBy": [.string(ina), .string(ole)],
        ])

    /// A log in which two of the staff may approve, with a suspension published on the second day.
    private static func suspended(
        approvals: [(String, Int64)], _ document: JSON = suspension
    ) -> LogBuilder {
        var log = LogBuilder.standard()
        let compensation = log.compensation
        for id in [ina, ole] {
            log.add(
                "staff.added", at: start, ["id": .string(id), "roles": ["policy-approver"]], cm: LogBuilder.commitments)
        }
        log.publish(document, at: start + day)
        let hash = log.drafts.last?.facts["hash"] ?? ""
        for (who, when) in approvals {
            log.add("policy.approved", at: when, ["by": .string(who), "hash": hash])
        }
        log.compensation = compensation
        return log
    }

    /// From here on there is somebody who can lose.
    private static func addInstitution(_ log: inout LogBuilder, at time: Int64 = start) {
        log.add("institution.added", at: time, ["tenant": "acme"], cm: LogBuilder.commitments)
    }

    private static let both = [(ina, start + 2 * day), (ole, start + 3 * day)]

    private static func breach(_ log: inout LogBuilder, suspension: JSON?, paid: Bool) {
        log.accept("r1", at: start + 30 * day, due: due)
        let id = log.add(
            "sla.breach", "r1", at: due + 1,
            breachFacts(log, suspension))
        log.add("notice.queued", "r1", at: due + 1, ["notice": "breach"], about: id)
        if paid { log.post(Posting(rid: "r1", t: due + 1, minor: 500)) }
        log.issue("r1", at: due + 2)
    }

    private static func breachFacts(_ log: LogBuilder, _ suspension: JSON?) -> JSONObject {
        var facts: JSONObject = [
            "objective": "issue", "dueAt": .integer(due), "serviceLevel": .string(log.serviceLevel),
        ]
        facts["suspension"] = suspension
        return facts
    }

    private static func hash(_ log: LogBuilder) -> JSON? {
        log.drafts.first { $0.facts["document"]?["kind"] == "Suspension" }?.facts["hash"]
    }

    @Test("a promise broken while a suspension by two holds owes nothing")
    func holds() throws {
        var log = Self.suspended(approvals: Self.both)
        Self.breach(&log, suspension: Self.hash(log), paid: false)
        let report = try log.report(at: due + 300 * day)
        #expect(report.kinds == [] && report.unknowns.isEmpty, "\(report.findings) \(report.unknowns)")
    }

    @Test("paying all the same, and hiding the suspension, are found")
    func paidWhileSuspended() throws {
        var log = Self.suspended(approvals: Self.both)
        Self.breach(&log, suspension: Self.hash(log), paid: true)
        #expect(try log.report(at: due + day).kinds == [.paidWhileSuspended])
        var hidden = Self.suspended(approvals: Self.both)
        Self.breach(&hidden, suspension: nil, paid: false)
        #expect(try hidden.report(at: due + day).kinds == [.wrongSuspension])
    }

    @Test(
        "a suspension that one approved, or one who may not, or none in time, suspends nothing",
        arguments: [
            [], [(ina, start + 2 * day)], [(ina, start + 2 * day), (ina, start + 3 * day)],
            [(ina, start + 2 * day), (ole, due + 1)],
        ] as [[(String, Int64)]])
    func oneApprover(_ approvals: [(String, Int64)]) throws {
        var log = Self.suspended(approvals: approvals)
        Self.breach(&log, suspension: Self.hash(log), paid: false)
        log.sortByTime()
        let kinds = try log.report(at: due + 300 * day).kinds
        #expect(kinds.contains(.wrongSuspension) && kinds.contains(.missedPayment), "\(kinds)")
    }

    @Test("an approval by somebody who is no policy-approver, or has left, is found and does not count")
    func notPermitted() throws {
        for change in [
            { (log: inout LogBuilder) in log.change("staff.added") { $0.facts["roles"] = ["finance"] } },
            { (log: inout LogBuilder) in
                log.insert(after: "staff.added") { $0.add("staff.removed", at: start, ["id": .string(ina)]) }
            },
        ] {
            var log = Self.suspended(approvals: Self.both)
            change(&log)
            Self.breach(&log, suspension: Self.hash(log), paid: false)
            let kinds = try log.report(at: due + 300 * day).kinds
            #expect(kinds.contains(.notPermitted) && kinds.contains(.missedPayment), "\(kinds)")
        }
        var nobody = Self.suspended(approvals: Self.both)
        nobody.change("policy.approved") { $0.facts["hash"] = "sha256:0" }
        #expect(try nobody.report(at: due).kinds == [.wrongPolicyApproval])
    }

    @Test("a suspension with one approver in its document cannot be told")
    func oneInDocument() throws {
        let spec = (Self.suspension["spec"]?.objectValue ?? [:])
        var alone = spec
        alone["approvedBy"] = [.string(ina)]
        let log = Self.suspended(approvals: [], PolicyDocuments.document("Suspension", id: "moratorium", alone))
        #expect(try !log.report(at: due).unknowns.isEmpty)
    }

    @Test("a promise broken before the suspension is paid in full, also within it")
    func before() throws {
        var log = Self.suspended(approvals: Self.both)
        let early = start + 15 * day
        log.accept("r1", at: early, due: early + 8 * hour)
        log.breach("r1", at: early + 8 * hour + 1, due: early + 8 * hour)
        log.post(Posting(rid: "r1", t: early + 8 * hour + 1, minor: 500))
        log.post(Posting(rid: "r1", t: early + 12 * hour + 1, tier: 1, minor: 500))
        var premium = Posting(rid: "r1", t: early + 12 * hour + 1, tier: 1, minor: 7)
        (premium.benefit, premium.unit, premium.type) = (1, "DAYS", "premium-extension")
        log.post(premium)
        log.issue("r1", at: early + 12 * hour + 2)
        #expect(try log.report(at: early + 100 * day).kinds == [])
    }

    @Test("a weaker version, a weaker policy beside it, and a withdrawal in favour of one: found at short notice")
    func shortNotice() throws {
        let weak: JSON = [["over": "deadline", "benefits": [PolicyDocuments.credit(100)]]]
        let inTwoWeeks = "2026-01-15T00:00:01Z"
        for (from, kinds) in [(nil, [Finding.Kind.shortNotice]), (inTwoWeeks, [])] as [(String?, [Finding.Kind])] {
            var log = LogBuilder.standard()
            Self.addInstitution(&log)
            log.publish(
                PolicyDocuments.compensation(version: 2, from: from ?? "2026-01-01T00:00:00Z", tiers: weak),
                at: start + 1000)
            #expect(try log.report(at: start + day).kinds == Set(kinds), "\(from ?? "now")")
        }
        var beside = LogBuilder.standard()
        Self.addInstitution(&beside)
        beside.publish(PolicyDocuments.serviceLevel(id: "new", priority: 5), at: start + 1)
        beside.publish(PolicyDocuments.compensation(id: "new", slaRef: "new", tiers: weak), at: start + 2)
        #expect(try beside.report(at: start + day).kinds == [.shortNotice])
        var longer = LogBuilder.standard()
        Self.addInstitution(&longer)
        longer.publish(PolicyDocuments.serviceLevel(version: 2, target: ["elapsed": "PT9H"]), at: start + 1)
        #expect(try longer.report(at: start + day).kinds == [.shortNotice])
        var better = LogBuilder.standard()
        Self.addInstitution(&better)
        better.publish(PolicyDocuments.serviceLevel(version: 2, target: ["elapsed": "PT7H"]), at: start + 1)
        #expect(try better.report(at: start + day).kinds == [])
        var early = LogBuilder.standard()
        early.publish(PolicyDocuments.serviceLevel(version: 2, target: ["elapsed": "PT9H"]), at: start + 1)
        Self.addInstitution(&early, at: start + 1)
        #expect(try early.report(at: start + day).kinds == [], "nobody was there")
    }

    @Test("a withdrawal ends a document; one of nothing, back in time or at short notice for somebody is found")
    func withdrawals() throws {
        func log(_ from: Int64, of index: Int = 0, own: Bool = true) -> LogBuilder {
            var log = LogBuilder.standard(PolicyDocuments.serviceLevel(target: ["elapsed": "PT9H"]))
            Self.addInstitution(&log)
            let shared = (log.serviceLevel, log.compensation)
            log.publish(PolicyDocuments.serviceLevel(tenant: "acme"))
            let hash = log.serviceLevel
            log.publish(PolicyDocuments.compensation(tenant: "acme"))
            log.add("policy.withdrawn", at: start + day, ["from": .integer(from), "hash": .string(hash)])
            (log.serviceLevel, log.compensation) = shared
            return log
        }
        let end = start + 15 * day
        var right = log(end)
        right.accept("r1", at: end, due: end + 9 * hour, tenant: "acme")
        right.issue("r1", at: end)
        #expect(try right.report(at: end).kinds == [])
        #expect(try log(end - 1).report(at: end).kinds == [.shortNotice])
        #expect(try log(start).report(at: end).kinds == [.wrongWithdrawal])
        var twice = log(end)
        let again = twice.drafts.last?.facts ?? [:]
        twice.add("policy.withdrawn", at: start + day, again)
        #expect(try twice.report(at: end).kinds == [.wrongWithdrawal])
        var unknown = log(end)
        unknown.change("policy.withdrawn") { $0.facts["hash"] = "sha256:0" }
        #expect(try unknown.report(at: end).kinds == [.wrongWithdrawal])
    }

    @Test("a document binds until its effectiveUntil, and supersedes only the version before")
    func envelope() throws {
        func document(_ member: String, _ value: JSON, version: Int64 = 1) -> JSON {
            var document = PolicyDocuments.compensation(version: version).objectValue ?? [:]
            var metadata = document["metadata"]?.objectValue ?? [:]
            metadata[member] = value
            document["metadata"] = .object(metadata)
            return .object(document)
        }
        let log = LogBuilder.standard(
            PolicyDocuments.serviceLevel(), document("effectiveUntil", "2026-03-01T00:00:00Z"))
        let end = start + 59 * day
        func kinds(acceptedAt instant: Int64) throws -> Set<Finding.Kind> {
            var log = log
            log.accept("r1", at: instant, due: instant + 8 * hour)
            log.issue("r1", at: instant)
            return try log.report(at: instant).kinds
        }
        #expect(try kinds(acceptedAt: end - 1) == [])
        #expect(try kinds(acceptedAt: end) == [.wrongPolicy])
        var next = LogBuilder.standard()
        let before = next.compensation
        next.publish(document("supersedes", .string(before), version: 2), at: start + 1)
        #expect(try next.report(at: start + day).kinds == [])
        var wrong = LogBuilder.standard()
        wrong.publish(document("supersedes", .string(wrong.serviceLevel), version: 2), at: start + 1)
        #expect(try wrong.report(at: start + day).kinds == [.policyVersionOrder])
        let gone = LogBuilder.standard(
            PolicyDocuments.serviceLevel(), document("effectiveUntil", "2026-01-01T00:00:00Z"))
        #expect(try gone.report(at: start + day).kinds == [.policyVersionOrder])
    }

    @Test("a back-dated effectiveAt is found")
    func backdated() throws {
        var log = LogBuilder.standard()
        log.publish(PolicyDocuments.serviceLevel(version: 2, target: ["elapsed": "PT7H"]), at: start + day)
        log.change("policy.published", 2) { $0.facts["effectiveAt"] = .integer(start + 1) }
        #expect(try log.report(at: start + 2 * day).kinds == [.wrongEffectiveAt])
    }
}
