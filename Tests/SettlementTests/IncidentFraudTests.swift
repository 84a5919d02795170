import CanonicalJSON
import Cryptography
import Settlement
import Testing
import TransparencyLog

private let start = LogBuilder.start
private let second = LogBuilder.second
private let minute = 60 * LogBuilder.second
private let due = start + 8 * LogBuilder.hour
/// Everybody is late and was paid.
private let broken = due + 1
/// The incident begins.
private let opened = due + minute
/// Everybody is issued.
private let ended = due + 31 * minute
/// It is over by itself.
private let over = ended + 15 * minute

/// What an operator may do to incidents who then signs the whole log again (rules 40 to 44).
@Suite("A dishonest operator is found out in incidents")
struct IncidentFraudTests {
    static let kinds: [Finding.Kind] = [
        .wrongIncident, .wrongMember, .leftOut, .wrongAffected, .wrongSeverity, .missedIncident, .lateFreeze,
    ]

    /// Three late requests of one incident, and one that was kept.
    static func honest() -> LogBuilder {
        var log = LogBuilder.standard()
        log.add("incident.rules", at: start, rules(open: 3))
        let rids = ["r1", "r2", "r3"]
        for rid in rids + ["kept"] { log.accept(rid, at: start, due: due) }
        log.issue("kept", at: due)
        for rid in rids {
            log.breach(rid, at: broken, due: due)
            log.post(Posting(rid: rid, t: broken, minor: 500))
        }
        let id = JSON.string("inc-\(log.drafts.count)")
        log.add(
            "incident.opened", at: opened,
            [
                "incident": id, "stage": "signing", "from": .integer(due),
                "rules": log.drafts.first { $0.type == "incident.rules" }?.facts["hash"] ?? "",
            ])
        log.add("incident.joined", at: opened, ["incident": id, "requests": ["r1", "r2", "r3"]])
        log.add("incident.frozen", at: opened, frozen(id, rids, of: 3, "major"))
        log.add(
            "incident.classified", at: opened, ["incident": id, "cause": "deploy", "confidence": 80, "by": "operator"])
        log.add("incident.assessed", at: opened, ["incident": id, "asOf": 4])
        for rid in rids { log.issue(rid, at: ended) }
        log.add("incident.resolved", at: over, ["incident": id])
        log.add("incident.action", at: over, ["incident": id, "action": 0, "owner": "o", "dueAt": 0, "by": "operator"])
        log.add("incident.done", at: over, ["incident": id, "action": 0, "by": "operator"])
        log.add("incident.postmortem", at: over, ["incident": id, "by": "operator"])
        return log
    }

    static func rules(open: Int64) -> JSONObject {
        let document: JSON = [
            "open": ["requests": .integer(open), "within": ["elapsed": "PT5M"]], "quiet": ["elapsed": "PT15M"],
            "freezeWithin": ["elapsed": "PT10M"],
            "severity": [
                "share": [["over": ["num": 1, "den": 2], "points": 2]],
                "duration": [["over": ["elapsed": "PT15M"], "points": 1]], "criticality": [],
                "levels": [["from": 2, "severity": "major"], ["from": 5, "severity": "critical"]],
            ],
        ]
        return [
            "document": document, "hash": .string("sha256:\(SHA256.hash(document.canonicalBytes))"), "by": "operator",
        ]
    }

    static func frozen(_ id: JSON, _ rids: [String], of total: Int64, _ severity: String) -> JSONObject {
        [
            "incident": id, "count": .integer(Int64(rids.count)), "of": .integer(total), "severity": .string(severity),
            "root": .string(root(rids[...]).base64),
        ]
    }

    /// RFC 6962, 2.1, word by word.
    private static func root(_ leaves: ArraySlice<String>) -> SHA256Digest {
        if leaves.count == 1 { return SHA256.hash([0] + Array((leaves.first ?? "").utf8)) }
        var split = 1
        while split * 2 < leaves.count { split *= 2 }
        let middle = leaves.startIndex + split
        return SHA256.hash([1] + root(leaves[..<middle]).bytes + root(leaves[middle...]).bytes)
    }

    struct Fraud: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let change: @Sendable (inout LogBuilder) -> Void
        let found: [Finding.Kind: Int]
    }

    static let frauds: [Fraud] = [
        Fraud(
            testDescription: "leave a request out of the incident",
            change: { log in
                log.change("incident.joined") { $0.facts["requests"] = ["r1", "r2"] }
                log.change("incident.frozen") { draft in
                    draft.facts = frozen(draft.facts["incident"] ?? "", ["r1", "r2"], of: 3, "major")
                }
            }, found: [.leftOut: 1, .wrongIncident: 1]),
        Fraud(
            testDescription: "leave a request out of the affected set",
            change: { log in
                log.change("incident.frozen") { draft in
                    draft.facts = frozen(draft.facts["incident"] ?? "", ["r1", "r2"], of: 3, "major")
                }
            }, found: [.wrongAffected: 1]),
        Fraud(
            testDescription: "lower the severity",
            change: { $0.change("incident.frozen") { $0.facts["severity"] = "minor" } },
            found: [.wrongSeverity: 1, .lateFreeze: 1]),
        Fraud(
            testDescription: "lower the severity by a greater whole",
            change: {
                $0.change("incident.frozen") { draft in
                    draft.facts["of"] = 300
                    draft.facts["severity"] = "minor"
                }
            }, found: [.wrongAffected: 1, .wrongSeverity: 1]),
        Fraud(
            testDescription: "another root",
            change: { log in
                log.change("incident.frozen") { draft in
                    draft.facts["root"] = frozen("", ["r1", "r2", "kept"], of: 3, "major")["root"]
                }
            }, found: [.wrongAffected: 1]),
        Fraud(testDescription: "never freeze", change: { $0.drop("incident.frozen") }, found: [.lateFreeze: 1]),
        Fraud(
            testDescription: "freeze too late",
            change: { log in
                log.change("incident.frozen") { $0.t = opened + 10 * minute + 1 }
                log.sortByTime()
            }, found: [.lateFreeze: 1]),
        Fraud(
            testDescription: "open for fewer than the rules ask for",
            change: { log in
                log.change("incident.rules") { $0.facts = rules(open: 4) }
                log.rebind()
            },
            found: [.wrongIncident: 1]),
        Fraud(
            testDescription: "begin later than the first promise was broken",
            change: { $0.change("incident.opened") { $0.facts["from"] = .integer(due + 1) } },
            found: [.wrongIncident: 1]),
        Fraud(
            testDescription: "bind other rules",
            change: { $0.change("incident.opened") { $0.facts["rules"] = nil } }, found: [.wrongIncident: 1]),
        Fraud(
            testDescription: "open it under another name",
            change: { $0.change("incident.opened") { $0.facts["incident"] = "inc-1" } }, found: [.wrongIncident: 1]),
        Fraud(
            testDescription: "add a request whose promise was kept",
            change: { $0.change("incident.joined") { $0.facts["requests"] = ["kept", "r1", "r2", "r3"] } },
            found: [.wrongMember: 1]),
        Fraud(
            testDescription: "open none", change: { $0.dropIncident() }, found: [.missedIncident: 1]),
        Fraud(
            testDescription: "resolve while somebody waits",
            change: { log in
                log.change("incident.resolved") { $0.t = ended - 1 }
                log.dropAll(["incident.action", "incident.done", "incident.postmortem"])
                log.sortByTime()
            }, found: [.wrongIncident: 1]),
        Fraud(
            testDescription: "resolve before it was quiet",
            change: { $0.change("incident.resolved") { $0.t = over - 1 } }, found: [.wrongIncident: 1]),
        Fraud(
            testDescription: "a cause that is not on the list",
            change: { $0.change("incident.classified") { $0.facts["cause"] = "weather" } },
            found: [.malformedEntry: 1]),
        Fraud(
            testDescription: "a request moves where no split names its institution",
            change: { log in
                let id = JSON.string("inc-\(log.drafts.count)")
                let parent = log.drafts.first { $0.type == "incident.opened" }?.facts["incident"] ?? ""
                log.add(
                    "incident.split", at: over,
                    ["incident": id, "parent": parent, "tenants": ["acme"], "by": "operator"])
                log.add("incident.joined", at: over, ["incident": id, "requests": ["r1"]])
                log.add("incident.frozen", at: over, frozen(id, ["r1"], of: 1, "major"))
                log.add("incident.frozen", at: over, frozen(parent, ["r2", "r3"], of: 3, "major"))
            }, found: [.wrongMember: 1]),
        Fraud(
            testDescription: "a second incident of one stage",
            change: { log in
                log.insert(after: "incident.frozen") { log in
                    log.add(
                        "incident.opened", at: opened,
                        [
                            "incident": .string(
                                "inc-\((log.drafts.firstIndex { $0.type == "incident.frozen" } ?? 0) + 1)"),
                            "stage": "signing",
                            "from": .integer(due), "rules": rules(open: 3)["hash"] ?? "", "by": "operator",
                        ])
                }
            }, found: [.wrongIncident: 1]),
    ]

    @Test("the honest log is settled")
    func unchanged() throws {
        let report = try Self.honest().report(at: over + minute)
        requireSettled(report)
    }

    @Test("each fraud is found, and nothing else", arguments: frauds)
    func fraud(_ fraud: Fraud) throws {
        var log = Self.honest()
        fraud.change(&log)
        let report = try log.report(at: over + minute)
        #expect(report.findingCounts == fraud.found, "\(report.findings.map(\.description))")
    }

    @Test("every kind of finding about incidents has a fraud")
    func covered() {
        let found = Set(Self.frauds.flatMap(\.found.keys))
        #expect(Set(Self.kinds).subtracting(found) == [])
    }

    @Test("Severity has strict boundaries: equal is not over")
    func boundary() throws {
        // Three of six are not more than a half; and at 15 minutes to the millisecond it is not long.
        var log = LogBuilder.standard()
        log.add("incident.rules", at: start, Self.rules(open: 3))
        for rid in ["r1", "r2", "r3", "s1", "s2", "s3"] { log.accept(rid, at: start, due: due) }
        for rid in ["r1", "r2", "r3"] {
            log.breach(rid, at: broken, due: due)
            log.post(Posting(rid: rid, t: broken, minor: 500))
        }
        let id = JSON.string("inc-\(log.drafts.count)")
        log.add(
            "incident.opened", at: broken,
            ["incident": id, "stage": "signing", "from": .integer(due), "rules": Self.rules(open: 3)["hash"] ?? ""])
        log.add("incident.joined", at: broken, ["incident": id, "requests": ["r1", "r2", "r3"]])
        log.add("incident.frozen", at: broken, Self.frozen(id, ["r1", "r2", "r3"], of: 6, "minor"))
        for rid in ["s1", "s2", "s3"] { log.cancel(rid, at: broken) }
        let report = try log.report(at: due + 10 * minute)
        #expect(report.findingCounts.isEmpty, "\(report.findings.map(\.description))")
    }
}

extension LogBuilder {
    /// The incident is bound to the rules that are there.
    fileprivate mutating func rebind() {
        let hash = drafts.first { $0.type == "incident.rules" }?.facts["hash"]
        change("incident.opened") { $0.facts["rules"] = hash }
    }

    /// Nothing of incidents but the rules.
    fileprivate mutating func dropIncident() {
        drafts.removeAll { $0.type.hasPrefix("incident.") && $0.type != "incident.rules" }
    }
}
