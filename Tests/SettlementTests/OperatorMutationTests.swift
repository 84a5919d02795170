import CanonicalJSON
import Settlement
import Testing

private let start = LogBuilder.start
private let hour = LogBuilder.hour
private let day = LogBuilder.day
private let due = start + 8 * hour

/// What an operator may do who then signs the whole log again: the list that a recomputation alone must find.
@Suite("A dishonest operator is found out")
struct OperatorMutationTests {
    /// Three requests: `late` misses 5 hours and is paid two tiers, `kept` is in time, `open` runs.
    static func honest() -> LogBuilder {
        var log = LogBuilder.standard()
        log.accept("late", at: start, due: due)
        log.accept("kept", at: start, due: due)
        log.issue("kept", at: due)
        let t = due + 5 * hour
        log.accept("open", at: t, due: t + 8 * hour)
        log.issue("late", at: t)
        log.breach("late", at: t, due: due)
        log.post(Posting(rid: "late", t: t, minor: 500))
        log.post(Posting(rid: "late", t: t, tier: 1, benefit: 0, minor: 500))
        log.post(Posting(rid: "late", t: t, tier: 1, benefit: 1, minor: 7, unit: "DAYS", type: "premium-extension"))
        return log
    }

    /// Every payout deadline of `late` has passed, and none of `open`.
    static let now = due + 10 * day + 5 * hour

    static let first = Posting(rid: "late", t: due + 5 * hour, minor: 500)
    private static let second = Posting(rid: "late", t: due + 5 * hour, tier: 1, benefit: 0, minor: 500)

    @Test("the honest log is settled")
    func unchanged() throws {
        requireSettled(try Self.honest().report(at: Self.now))
        let report = try Self.honest().report(at: due + 6 * hour)
        requireSettled(report)
        #expect(report.requests == 3 && report.issued == 2 && report.breached == 1 && report.compensated == 1)
        #expect(report.granted == ["PFC": 1000, "DAYS": 7] && report.missed == 0 && report.double == 0)
    }

    struct Fraud: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let change: @Sendable (inout LogBuilder) -> Void
        /// Exactly these kinds are found, so many of each.
        let found: [Finding.Kind: Int]
    }

    static let frauds: [Fraud] = [
        Fraud(testDescription: "drop a payment", change: { $0.dropPosting(1) }, found: [.missedPayment: 1]),
        Fraud(testDescription: "drop the first payment", change: { $0.dropPosting(0) }, found: [.missedPayment: 1]),
        Fraud(testDescription: "drop the premium access", change: { $0.dropPosting(2) }, found: [.missedPayment: 1]),
        Fraud(
            testDescription: "drop all payments", change: { $0.dropAll(["compensation.post"]) },
            found: [.missedPayment: 3]),
        Fraud(
            testDescription: "drop the assessment", change: { $0.dropAll(["sla.breach"]) }, found: [.missedBreach: 1]),
        Fraud(
            testDescription: "drop assessment and payments",
            change: { $0.dropAll(["sla.breach", "compensation.post"]) },
            found: [.missedBreach: 1, .missedPayment: 3]),
        Fraud(
            testDescription: "drop the whole user, all but the acceptance and the credential",
            change: { log in
                log.drafts.removeAll { draft in
                    draft.rid == "late" && draft.type != "request.accepted" && draft.type != "credential.issued"
                }
            }, found: [.missedBreach: 1, .missedPayment: 3]),
        Fraud(testDescription: "drop a notice", change: { $0.drop("notice.queued", 2) }, found: [.missingNotice: 1]),
        Fraud(
            testDescription: "drop all notices", change: { $0.drafts.removeAll { $0.type == "notice.queued" } },
            found: [.missingNotice: 4]),
        Fraud(testDescription: "pay twice", change: { $0.post(first) }, found: [.doublePayment: 1]),
        Fraud(
            testDescription: "pay twice under the name of another tier",
            change: { log in
                var again = first
                again.tier = 2
                log.post(again)
            }, found: [.paidTooEarly: 1, .wrongAmount: 1]),
        Fraud(
            testDescription: "assess twice", change: { $0.breach("late", at: first.t, due: due) },
            found: [.duplicateBreach: 1]),
        Fraud(testDescription: "one unit more", change: { $0.repay(0, 501) }, found: [.wrongAmount: 1]),
        Fraud(testDescription: "one unit less", change: { $0.repay(0, 499) }, found: [.wrongAmount: 1]),
        Fraud(
            testDescription: "one unit less in the journal only",
            change: { log in
                var less = first
                less.minor -= 1
                let journal = LogBuilder.journal(less, LogBuilder.claimKey(first, policy: log.compensation))
                log.change("compensation.post") { $0.facts["journal"] = journal }
            }, found: [.wrongJournal: 1]),
        Fraud(
            testDescription: "pay into another account",
            change: { log in
                let other = LogBuilder.journal(first, String(repeating: "0", count: 64))
                log.change("compensation.post") { $0.facts["journal"] = other }
            }, found: [.wrongJournal: 1]),
        Fraud(
            testDescription: "pay into the account of another claim, consistently",
            change: { log in
                let key = LogBuilder.claimKey(second, policy: log.compensation)
                log.change("compensation.post") {
                    $0.facts["claimKey"] = .string(key)
                    $0.facts["journal"] = LogBuilder.journal(first, key)
                }
            }, found: [.wrongClaimKey: 1]),
        Fraud(
            testDescription: "pay a request whose promise was kept",
            change: { log in
                var posting = first
                posting.rid = "kept"
                log.post(posting)
            }, found: [.paidWithoutBreach: 1, .wrongNotice: 1]),
        Fraud(
            testDescription: "pay a request that runs still",
            change: { log in
                var posting = first
                posting.rid = "open"
                log.post(posting)
            }, found: [.paidWithoutBreach: 1]),
        Fraud(
            testDescription: "pay a friend instead",
            change: { log in
                log.dropPosting(0)
                var posting = first
                posting.rid = "open"
                log.post(posting)
            }, found: [.paidWithoutBreach: 1, .missedPayment: 1]),
        Fraud(
            testDescription: "stretch the deadline",
            change: { log in
                log.dropAll(["sla.breach", "compensation.post"])
                log.change("request.accepted") { $0.facts["dueAt"] = .integer(due + 5 * hour) }
            }, found: [.wrongDeadline: 1, .missedBreach: 1, .missedPayment: 3]),
        Fraud(
            testDescription: "shave the delay",
            change: { log in
                log.dropPosting(2)
                log.dropPosting(1)
                log.change("sla.breach") { $0.facts["dueAt"] = .integer(due + hour) }
            }, found: [.wrongDeadline: 1, .missedPayment: 2]),
        Fraud(
            testDescription: "a pause that no evidence allows",
            change: { log in
                log.dropAll(["sla.breach", "compensation.post"])
                log.insert(after: "credential.issued") { log in
                    log.hold("late", at: due, until: due + 30 * day, evidence: "none")
                    log.resume("late", at: due + 5 * hour, due: due + 5 * hour)
                }
            }, found: [.illegalPause: 1, .wrongDeadline: 1, .missedBreach: 1, .missedPayment: 3]),
        Fraud(
            testDescription: "swap in a weaker policy",
            change: { log in
                let weaker = PolicyDocuments.compensation(
                    id: "weak", tiers: [["over": "deadline", "benefits": [PolicyDocuments.credit(100)]]])
                log.publish(weaker)
                log.drafts.insert(log.drafts.removeLast(), at: 3)
                log.dropPosting(2)
                log.dropPosting(1)
                let hash = log.compensation
                log.change("request.accepted") { $0.facts["compensation"] = .string(hash) }
                var posting = first
                posting.minor = 100
                log.repost(0, posting)
            }, found: [.wrongPolicy: 2, .wrongClaimKey: 1, .wrongAmount: 1, .missedPayment: 2]),
        Fraud(
            testDescription: "swap in a slower service level",
            change: { log in
                log.publish(PolicyDocuments.serviceLevel(id: "z-slow", target: ["calendarDays": 3]))
                log.drafts.insert(log.drafts.removeLast(), at: 3)
                log.dropAll(["sla.breach", "compensation.post"])
                let hash = log.serviceLevel
                log.change("request.accepted") {
                    $0.facts["serviceLevel"] = .string(hash)
                    $0.facts["dueAt"] = .integer(start + 3 * day)
                }
            }, found: [.wrongPolicy: 1, .wrongDeadline: 1, .missedBreach: 1, .missedPayment: 3]),
        Fraud(
            testDescription: "change the text of a policy under its hash",
            change: { log in
                log.change("policy.published", 1) {
                    $0.facts["document"] = PolicyDocuments.compensation(tiers: [])
                }
            }, found: [.policyHashMismatch: 1, .wrongPolicy: 6, .wrongClaimKey: 3, .wrongAmount: 3]),
        Fraud(
            testDescription: "withdraw a policy for the past",
            change: { log in
                log.publish(PolicyDocuments.serviceLevel(version: 2, target: ["calendarDays": 3]), at: due)
                let draft = log.drafts.removeLast()
                log.drafts.insert(draft, at: log.drafts.firstIndex { $0.t >= due } ?? 0)
                log.change("policy.published", 2) { $0.facts["effectiveAt"] = .integer(start) }
            }, found: [.wrongEffectiveAt: 1, .wrongPolicy: 1, .wrongDeadline: 1]),
        Fraud(
            testDescription: "credits that die early",
            change: { log in
                log.change("compensation.post") { $0.facts["until"] = .integer(first.t + 30 * day) }
            }, found: [.wrongCreditWindow: 1]),
        Fraud(
            testDescription: "a cancellation that never was, to make the promise void",
            change: { log in
                log.dropAll(["sla.breach", "compensation.post"])
                log.insert(after: "request.accepted") { $0.cancel("late", at: start) }
            }, found: [.entryAfterEnd: 1]),
    ]

    @Test("of a log that was signed anew", arguments: frauds)
    func fraud(_ fraud: Fraud) throws {
        var log = Self.honest()
        fraud.change(&log)
        let report = try log.report(at: Self.now)
        #expect(report.findingCounts == fraud.found, "\(report.findings.map(\.description))")
        #expect(report.verdict == .wrong)
    }
}

extension LogBuilder {
    /// Drops a posting and the notice about it.
    mutating func dropPosting(_ index: Int) {
        let postings = drafts.filter { $0.type == "compensation.post" }
        let id = postings[index].id
        drafts.removeAll { $0.id == id || $0.about == id }
    }

    /// Posts another amount, with a journal that agrees.
    mutating func repay(_ index: Int, _ minor: Int64) {
        repost(index, Posting(rid: "late", t: LogBuilder.start + 13 * LogBuilder.hour, minor: minor))
    }
}

@Suite("What a recomputation alone cannot find, and a witnessed checkpoint can")
struct LimitTests {
    private func honest() -> LogBuilder {
        var log = LogBuilder.standard()
        log.accept("r1", at: start, due: due)
        log.issue("r1", at: due + 1)
        return log
    }

    @Test("a credential issued late and dated back looks like one issued in time")
    func backDated() throws {
        var log = honest()
        #expect(try log.report(at: due + 100 * day).missed == 2)
        log.change("credential.issued") { $0.t = due }
        #expect(try log.report(at: due + 100 * day).verdict == .settled)
    }

    @Test("a request that was erased from the log owes nothing there")
    func erased() throws {
        var log = honest()
        log.drafts.removeAll { $0.rid == "r1" }
        #expect(try log.report(at: due + 100 * day).verdict == .settled)
    }
}
