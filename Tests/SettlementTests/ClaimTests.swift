import CanonicalJSON
import Cryptography
import Settlement
import Temporal
import Testing

private let start = LogBuilder.start
private let hour = LogBuilder.hour
private let day = LogBuilder.day

/// Logs with a claim, written from the page, and what operators might do to them.
@Suite("Rules 46 to 48: claims")
struct ClaimTests {
    static let seed = "00112233445566778899aabbccddeeff"
    static let people = ["aaaaaaaaaaaaaaa1", "aaaaaaaaaaaaaaa2", "aaaaaaaaaaaaaaa3"]
    static let agent = "bbbbbbbbbbbbbbb1"
    static let assessor = "ccccccccccccccc1"

    static func policy(silence: String = "grant") -> JSON {
        [
            "apiVersion": "punctual/v1", "kind": "Claims",
            "metadata": [
                "id": "claims", "version": 1, "tenant": "default", "effectiveFrom": "2026-01-01T00:00:00Z",
                "title": ["en": "Claims"],
            ],
            "spec": [
                "fileWithin": ["calendarDays": 90], "decideWithin": ["calendarDays": 10],
                "appealWithin": ["calendarDays": 30], "appealDecideWithin": ["calendarDays": 15],
                "onSilence": .string(silence), "evidence": ["screenshot"],
                "fourEyesOver": ["unit": "PFC", "minor": 1000],
                "independentAssessor": [
                    "when": ["fact": "claim.requested", "op": "ge", "value": 3000], "within": ["calendarDays": 20],
                ],
            ],
        ]
    }

    static var hash: String { "sha256:\(SHA256.hash(policy().canonicalBytes))" }

    /// Who is drawn, by the page: written a third time, here.
    static func lot(_ number: Int64, among people: [String]) -> String {
        let digest = SHA256.hash(Array("claim draw v1\n\(seed)\nr1.1\n\(number)".utf8)).bytes
        let value = digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return people.sorted()[Int(value % UInt64(people.count))]
    }

    static func amount(_ minor: Int64) -> JSON {
        ["benefitType": "credit", "unit": "PFC", "minor": .integer(minor)]
    }

    /// A request that was issued in time, and a claim about it.
    static func filed(asking minor: Int64? = nil, by: String? = nil) -> LogBuilder {
        var log = LogBuilder.standard()
        log.publish(policy())
        for id in people {
            log.add("staff.added", at: start, ["id": .string(id), "roles": ["customer-experience"]], cm: committed)
        }
        log.add("staff.added", at: start, ["id": .string(agent), "roles": ["agent"]], cm: committed)
        log.add(
            "staff.added", at: start,
            ["id": .string(assessor), "roles": ["independent-assessor"], "until": .integer(start + 999 * day)],
            cm: committed)
        log.accept("r1", at: start, due: start + 8 * hour)
        log.issue("r1", at: start + hour)
        var facts: JSONObject = [
            "claim": 1, "category": "undetected-delay", "claims": .string(hash),
            "dueAt": .integer(start + 12 * day), "seed": .string(seed), "channel": "web",
        ]
        facts["requested"] = minor.map(amount)
        facts["by"] = by.map(JSON.string)
        log.add("claim.filed", "r1", at: start + 2 * day, facts, cm: committed)
        assign(&log, 0, at: start + 2 * day, among: people)
        return log
    }

    static let committed = LogBuilder.commitments

    static func assign(
        _ log: inout LogBuilder, _ number: Int64, at t: Int64, among people: [String], task: String = "review"
    ) {
        log.add(
            "claim.assigned", "r1", at: t,
            [
                "claim": 1, "task": .string(task), "to": .string(lot(number, among: people)),
                "draw": .integer(number),
            ])
    }

    static var first: String { lot(0, among: people) }
    static var others: [String] { people.filter { $0 != first } }

    /// The posting of a grant and its notice.
    static func post(_ log: inout LogBuilder, _ minor: Int64, at t: Int64, appeal: Bool = false) {
        let identity: JSON = [
            "benefit": .integer(appeal ? 1 : 0), "objective": "claim", "policy": .string(hash), "request": "r1",
            "tenant": "default", "tier": 1,
        ]
        let key = SHA256.hash(identity.canonicalBytes).description
        func transaction(_ step: String, _ debit: String, _ credit: String) -> JSON {
            let digest = SHA256.hash(Array("journal v1\n\(key)\n\(step)".utf8)).description
            func line(_ account: String, _ minor: Int64) -> JSON {
                ["account": .string(account), "unit": "PFC", "minor": .integer(minor)]
            }
            return ["id": .string(String(digest.prefix(32))), "lines": [line(debit, minor), line(credit, -minor)]]
        }
        let id = log.add(
            "compensation.post", "r1", at: t,
            [
                "claimKey": .string(key), "objective": "claim", "compensation": .string(log.compensation), "tier": 1,
                "benefit": .integer(appeal ? 1 : 0), "benefitType": "credit", "unit": "PFC", "minor": .integer(minor),
                "trail": [], "from": .integer(t), "until": .integer(t + 365 * day),
                "journal": [
                    transaction("accrue", "expense:compensation", "provision:r1"),
                    transaction("pay", "provision:r1", "wallet:\(key)"),
                ],
            ])
        log.add("notice.queued", "r1", at: t, ["notice": "compensated"], about: id)
    }

    static func decide(
        _ log: inout LogBuilder, _ outcome: String, _ minor: Int64? = nil, by: String?, at t: Int64,
        stage: String = "decision", rules: JSON? = nil
    ) {
        var facts: JSONObject = ["claim": 1, "stage": .string(stage), "outcome": .string(outcome)]
        facts["grant"] = minor.map(amount)
        facts["by"] = by.map(JSON.string)
        facts["rules"] = rules
        log.add("claim.decided", "r1", at: t, facts, cm: committed)
    }

    static var rules: JSON { [["policy": .string(hash), "pointer": "/spec/fileWithin/calendarDays"]] }

    static func granted(_ minor: Int64 = 400) -> LogBuilder {
        var log = filed()
        decide(&log, "granted", minor, by: first, at: start + 3 * day)
        post(&log, minor, at: start + 3 * day)
        return log
    }

    static func denied(asking: Int64? = nil) -> LogBuilder {
        var log = filed(asking: asking)
        decide(&log, "denied", by: first, at: start + 3 * day, rules: rules)
        return log
    }

    static func appealed() -> LogBuilder {
        var log = denied()
        log.add(
            "claim.appealed", "r1", at: start + 4 * day, ["claim": 1, "dueAt": .integer(start + 19 * day)],
            cm: committed)
        assign(&log, 1, at: start + 4 * day, among: others)
        let second = lot(1, among: others)
        decide(&log, "granted", 100, by: second, at: start + 5 * day, stage: "appeal")
        log.add("claim.final", "r1", at: start + 5 * day, ["claim": 1, "outcome": "granted"])
        post(&log, 100, at: start + 5 * day, appeal: true)
        return log
    }

    @Test("a claim that was granted, denied, appealed is as the page says; a delay that nobody noticed is counted")
    func honest() throws {
        for log in [Self.granted(), Self.denied(), Self.appealed(), Self.filed(by: Self.agent)] {
            let report = try log.report(at: start + 6 * day)
            #expect(report.findings == [], "\(report.findings)")
            #expect(report.unknowns.isEmpty)
        }
        #expect(try Self.granted().report(at: start + 6 * day).detectorMisses == 1)
        #expect(try Self.denied().report(at: start + 6 * day).detectorMisses == 0)
        #expect(try Self.granted().report(at: start + 6 * day).compensated == 1)
        #expect(try Self.appealed().report(at: start + 6 * day).granted == ["PFC": 100])
    }

    @Test("dropped claim: one that is never decided is found a day after its time, and silence is heard")
    func dropped() throws {
        let log = Self.filed(asking: 500)
        #expect(try log.report(at: start + 13 * day).findings.isEmpty)
        #expect(try log.report(at: start + 13 * day + 1).kinds == [.lateDecision])
        var heard = Self.filed(asking: 500)
        Self.decide(&heard, "granted", 500, by: nil, at: start + 12 * day + 1)
        Self.post(&heard, 500, at: start + 12 * day + 1)
        #expect(try heard.report(at: start + 20 * day).findings.isEmpty)
        var early = Self.filed(asking: 500)
        Self.decide(&early, "granted", 500, by: nil, at: start + 12 * day)
        Self.post(&early, 500, at: start + 12 * day)
        #expect(try early.report(at: start + 20 * day).kinds == [.wrongVerdict])
        var less = Self.filed(asking: 500)
        Self.decide(&less, "granted", 400, by: nil, at: start + 12 * day + 1)
        Self.post(&less, 400, at: start + 12 * day + 1)
        #expect(try less.report(at: start + 20 * day).kinds == [.wrongVerdict])
    }

    @Test("silence about more escalates, and somebody else is drawn")
    func escalated() throws {
        var log = Self.filed(asking: 1001)
        log.add(
            "claim.escalated", "r1", at: start + 12 * day + 1,
            ["claim": 1, "stage": "decision", "dueAt": .integer(start + 22 * day + 1)])
        Self.assign(&log, 1, at: start + 12 * day + 1, among: Self.others)
        #expect(try log.report(at: start + 13 * day).findings.isEmpty)
        var small = log
        small.change("claim.filed") { $0.facts["requested"] = Self.amount(1000) }
        #expect(try small.report(at: start + 13 * day).kinds == [.wrongVerdict])
        var same = log
        same.change("claim.assigned") { $0.facts["to"] = .string(Self.first) }
        same.drafts[same.drafts.count - 1].facts["to"] = .string(Self.first)
        #expect(try same.report(at: start + 13 * day).kinds.contains(.wrongReviewer))
        var early = log
        for place in early.drafts.indices.suffix(2) { early.drafts[place].t = start + 12 * day }
        early.change("claim.escalated") { $0.facts["dueAt"] = .integer(start + 22 * day) }
        #expect(try early.report(at: start + 13 * day).kinds == [.wrongClaim])
    }

    @Test(
        "denial without a rule, and with one that leads nowhere",
        arguments: [
            nil, [], [["policy": "sha256:0", "pointer": "/spec/fileWithin"]], [["policy": "", "pointer": ""]],
        ] as [JSON?])
    func rules(_ rules: JSON?) throws {
        var log = Self.denied()
        log.change("claim.decided") { $0.facts["rules"] = rules }
        #expect(try log.report(at: start + 4 * day).kinds == [.wrongVerdict])
        log.change("claim.decided") { $0.facts["rules"] = [["policy": .string(Self.hash), "pointer": "/spec/x"]] }
        #expect(try log.report(at: start + 4 * day).kinds == [.wrongVerdict])
    }

    @Test("an appeal of an appeal, one that is late, and one decided by who decided before")
    func appeals() throws {
        var again = Self.appealed()
        again.add(
            "claim.appealed", "r1", at: start + 6 * day, ["claim": 1, "dueAt": .integer(start + 21 * day)],
            cm: Self.committed)
        #expect(try again.report(at: start + 6 * day).kinds.contains(.wrongClaim))
        var late = Self.denied()
        late.add(
            "claim.appealed", "r1", at: start + 33 * day + 1, ["claim": 1, "dueAt": .integer(start + 48 * day + 1)],
            cm: Self.committed)
        Self.assign(&late, 1, at: start + 33 * day + 1, among: Self.others)
        #expect(try late.report(at: start + 34 * day).kinds == [.wrongClaim])
        var own = Self.appealed()
        let places = own.drafts.indices.filter { own.drafts[$0].type == "claim.assigned" }
        own.drafts[places[1]].facts["to"] = .string(Self.first)
        #expect(try own.report(at: start + 6 * day).kinds.contains(.wrongReviewer))
    }

    @Test("what was granted is set off against what comes by itself, before and after")
    func netting() throws {
        // 300 are granted while the request waits; the first tier gives 500, so 200 are left.
        func log(_ left: Int64) -> LogBuilder {
            var log = Self.filed()
            log.drafts.removeAll { $0.type == "credential.issued" }
            for place in log.drafts.indices where log.drafts[place].type.hasPrefix("claim.") {
                log.drafts[place].t = start + hour
            }
            log.change("claim.filed") { $0.facts["dueAt"] = .integer(start + hour + 10 * day) }
            Self.decide(&log, "granted", 300, by: Self.first, at: start + hour)
            Self.post(&log, 300, at: start + hour)
            log.breach("r1", at: start + 8 * hour + 1, due: start + 8 * hour)
            if left > 0 { log.post(Posting(rid: "r1", t: start + 8 * hour + 1, minor: left)) }
            log.issue("r1", at: start + 8 * hour + 2)
            return log
        }
        #expect(try log(200).report(at: start + 20 * day).findings == [])
        #expect(try log(500).report(at: start + 20 * day).kinds == [.wrongAmount])
        #expect(try log(0).report(at: start + 20 * day).kinds == [.missedPayment])
    }

    @Test("an erasure while a claim is open is found, and nothing about claims follows one")
    func erasure() throws {
        var open = Self.filed()
        open.erase("r1", at: start + 3 * day)
        #expect(try open.report(at: start + 4 * day).kinds == [.erasedTooEarly])
        var after = Self.denied()
        after.erase("r1", at: start + 4 * day)
        #expect(try after.report(at: start + 99 * day).findings.isEmpty)
        after.add("claim.final", "r1", at: start + 34 * day, ["claim": 1, "outcome": "denied"])
        #expect(try after.report(at: start + 99 * day).kinds == [.entryAfterEnd])
    }

    @Test(
        "every fact of every entry about claims has its form",
        arguments: [
            "claim.filed", "claim.assigned", "claim.decided", "claim.appealed", "claim.final",
        ])
    func form(_ type: String) throws {
        let honest = Self.appealed()
        let facts = try #require(honest.drafts.first { $0.type == type }).facts
        for (name, right) in facts {
            for value in [nil, .null, [:], true, []] as [JSON?] where value != right {
                var log = honest
                log.change(type) { $0.facts[name] = value }
                #expect(
                    try !log.report(at: start + 6 * day).findings.isEmpty,
                    "\(type) \(name) \(String(describing: value))")
            }
        }
        var log = honest
        log.change(type) { $0.facts["zz"] = 1 }
        #expect(try log.report(at: start + 6 * day).kinds.contains(.malformedEntry))
    }
}
