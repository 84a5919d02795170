import CanonicalJSON
import Cryptography
import Settlement
import Testing
import TransparencyLog

private let start = LogBuilder.start
private let hour = LogBuilder.hour
private let day = LogBuilder.day
private let due = start + 8 * hour

/// A history that shows this kind of finding and no other, and the first entry that is wrong.
private func example(of kind: Finding.Kind) -> (log: LogBuilder, seq: UInt64) {
    var log = LogBuilder.standard()
    switch kind {
    case .policyHashMismatch:
        log.change("policy.published") { $0.facts["hash"] = "sha256:0" }
        return (log, 2)
    case .policyVersionOrder:
        log.publish(PolicyDocuments.serviceLevel(), at: start + 1)
        return (log, 4)
    case .wrongEffectiveAt:
        log.change("policy.published", 1) { $0.facts["effectiveAt"] = .integer(start + 1) }
        return (log, 3)
    case .overflow:
        return (overflowing(), 5127)
    case .malformedEntry:
        log.add("institution.added", at: start)
        return (log, 4)
    case .wrongIndex:
        let root = JSON.string(String(repeating: "A", count: 43) + "=")
        log.add("log.requests", at: start, ["leaves": 0, "root": root, "size": 4])
        return (log, 4)
    case .wrongCoverage:
        let root = JSON.string(String(repeating: "A", count: 43) + "=")
        log.add("coverage.stated", at: start, ["breached": 0, "requests": 1, "root": root, "size": 4, "sums": []])
        return (log, 4)
    case .wrongSpend, .wrongExpiry:
        let isSpend = kind == .wrongSpend
        let journal = LogBuilder.journal(
            isSpend ? "spend" : "expire", in: 4, "wallets", isSpend ? "revenue" : "breakage", 1)
        var facts: JSONObject = ["tenant": "default", "unit": "PFC", "minor": 1, "journal": journal]
        if !isSpend { facts["why"] = "expiry" }
        log.add(
            isSpend ? "credits.spent" : "credits.expired", at: start, facts,
            cm: ["lots": .init(digest: SHA256.hash([]))])
        return (log, 4)
    case .wrongReservation:
        log.add("credits.confirmed", at: start, ["tenant": "default", "of": 0, "journal": []])
        return (log, 4)
    case .wrongCoupon:
        log.add("coupon.sent", at: start, ["tenant": "default", "coupon": "00", "channel": "chat"])
        return (log, 4)
    case .misplacedEntry:
        log.add("log.opened", at: start, log.drafts[0].facts)
        return (log, 4)
    default:
        log.accept("r1", at: start, due: due)
        return addRequest(kind, &log)
    }
}

/// More than 2^63 in all, in postings of 2^53 - 1 to 1025 requests that are right otherwise.
private func overflowing() -> LogBuilder {
    let most = JSON.largestInteger
    let tiers: JSON = [["over": "deadline", "benefits": [PolicyDocuments.credit(most)]]]
    var log = LogBuilder.standard(PolicyDocuments.serviceLevel(), PolicyDocuments.compensation(tiers: tiers))
    for index in 0..<1025 { log.accept("r\(index)", at: start, due: due) }
    for index in 0..<1025 {
        log.breach("r\(index)", at: due + 1, due: due)
        log.post(Posting(rid: "r\(index)", t: due + 1, minor: most))
    }
    return log
}

/// Kinds that are about one request, accepted in entry 3, and kept, stopped or broken as the kind needs it.
private func addRequest(_ kind: Finding.Kind, _ log: inout LogBuilder) -> (log: LogBuilder, seq: UInt64) {
    var posting = Posting(rid: "r1", t: due + 1, minor: 500)
    switch kind {
    case .wrongPolicy:
        log.change("request.accepted") { $0.facts["serviceLevel"] = "sha256:0" }
        log.issue("r1", at: due)
        return (log, 4)
    case .acceptedTooLate:
        log.change("request.accepted") { $0.t = start + 60_001 }
        log.issue("r1", at: due)
        return (log, 4)
    case .wrongDeadline:
        log.change("request.accepted") { $0.facts["dueAt"] = .integer(due - 1) }
        log.issue("r1", at: due)
        return (log, 4)
    case .illegalPause:
        log.hold("r1", at: start, until: start + 30 * day)
        log.issue("r1", at: start)
        return (log, 6)
    case .entryAfterEnd:
        log.issue("r1", at: due)
        log.cancel("r1", at: due)
        return (log, 6)
    case .erasedTooEarly:
        log.erase("r1", at: due)
        log.issue("r1", at: due)
        return (log, 5)
    case .breachTooEarly:
        log.breach("r1", at: due, due: due)
        log.issue("r1", at: due)
        return (log, 5)
    case .paidWithoutBreach:
        posting.t = due
        log.post(posting)
        log.issue("r1", at: due)
        return (log, 5)
    default:
        break
    }
    log.issue("r1", at: due + 1)
    if kind == .missedBreach {
        log.post(posting)
        return (log, 6)
    }
    if kind == .lateBreach {
        // Paid nothing: no tier is reached by a millisecond.
        log = .standard(
            PolicyDocuments.serviceLevel(),
            PolicyDocuments.compensation(tiers: [
                ["over": ["elapsed": "PT1H"], "benefits": [PolicyDocuments.credit(1)]]
            ]))
        log.accept("r1", at: start, due: due)
        log.issue("r1", at: due + 1)
        log.breach("r1", at: due + 10 * day + 1, due: due)
        return (log, 6)
    }
    log.breach("r1", at: due + 1, due: due)
    return addPayment(kind, &log, posting)
}

/// Kinds that are about the payment for a request issued a millisecond late: entry 7.
private func addPayment(
    _ kind: Finding.Kind, _ log: inout LogBuilder, _ posting: Posting
) -> (log: LogBuilder, seq: UInt64) {
    var posting = posting
    switch kind {
    case .missedPayment:
        return (log, 4)
    case .latePayment:
        posting.t = due + 10 * day + 1
        log.post(posting)
        return (log, 8)
    case .wrongAmount:
        posting.minor = 499
        log.post(posting)
        return (log, 8)
    case .paidTooEarly, .wrongOrder, .wrongPremiumWindow:
        return addPremium(kind, &log)
    default:
        log.post(posting)
    }
    switch kind {
    case .duplicateBreach:
        log.breach("r1", at: due + 1, due: due)
        return (log, 10)
    case .doublePayment:
        log.post(posting)
        return (log, 10)
    case .wrongClaimKey:
        let key = String(repeating: "0", count: 64)
        log.change("compensation.post") {
            $0.facts["claimKey"] = .string(key)
            $0.facts["journal"] = LogBuilder.journal(posting, key)
        }
    case .wrongJournal:
        log.change("compensation.post") { $0.facts["journal"] = [] }
    case .wrongCreditWindow:
        log.change("compensation.post") { $0.facts["from"] = .integer(due + 2) }
    case .unknownKey:
        log.change("credential.issued") { $0.facts["key"] = "did:key:z6Mk#z6Mk" }
        return (log, 5)
    case .missingNotice:
        log.drop("notice.queued")
        return (log, 6)
    case .wrongNotice:
        log.change("notice.queued") { $0.facts["notice"] = "compensated" }
        return (log, 7)
    default:
        Issue.record("no example of \(kind)")
    }
    return (log, 8)
}

/// Kinds that need more than one tier; all are reached at once, five hours late, in entries 7, 9 and 11.
private func addPremium(_ kind: Finding.Kind, _ log: inout LogBuilder) -> (log: LogBuilder, seq: UInt64) {
    log.drafts.removeLast(3)
    let t = due + 5 * hour
    log.issue("r1", at: t)
    log.breach("r1", at: t, due: due)
    let credits = [Posting(rid: "r1", t: t, minor: 500), Posting(rid: "r1", t: t, tier: 1, minor: 500)]
    for credit in kind == .wrongOrder ? credits.reversed() : credits { log.post(credit) }
    var premium = Posting(rid: "r1", t: t, tier: 1, benefit: 1, minor: 7, unit: "DAYS", type: "premium-extension")
    if kind == .wrongPremiumWindow { premium.window = (t + 1, t + 1 + 7 * day) }
    log.post(premium)
    if kind == .paidTooEarly { log.post(Posting(rid: "r1", t: t, tier: 2, minor: 1000)) }
    return (log, kind == .wrongOrder ? 10 : kind == .paidTooEarly ? 14 : 12)
}

@Suite("Each kind of finding")
struct FindingKindTests {
    /// Those that an entry shows by itself; the others need a kept checkpoint, in `WitnessedMutationTests`.
    /// Those about incidents are in `IncidentFraudTests`, about policies in `PublishingTests`, about zones in
    /// `CalendarTests`, about people and their claims in `StaffTests` and `ClaimFraudTests`, about surveys and reviews
    /// in `SurveyTests`.
    static let kinds = Finding.Kind.allCases.filter {
        ![.contradictedCheckpoint, .missingEntries].contains($0) && !IncidentFraudTests.kinds.contains($0)
            && !settlingKinds.contains($0)
            && !PublishingTests.kinds.contains($0) && !ClaimTests.kinds.contains($0)
            && !SurveyTests.kinds.contains($0) && !ladderKinds.contains($0) && !checkKinds.contains($0)
            && !noticeKinds.contains($0)
            && ![.wrongZone, .notPermitted].contains($0)
    }

    /// Those about payments on their way are shown on logs of the service, in `SettlingFraudTests` and
    /// `ModelFraudTests` of the room Issuance.
    private static let settlingKinds: Set<Finding.Kind> = [
        .wrongCap, .wrongWait, .wrongApproval, .wrongDecline, .wrongBudget, .wrongLate, .missedLateBenefit,
        .wrongReversal, .wrongRefund,
    ]

    /// Those about forecasts and ladders, in `EscalationFraudTests` of the room Issuance.
    private static let ladderKinds: Set<Finding.Kind> = [
        .wrongForecast, .wrongEscalation, .lateEscalation, .missedEscalation,
    ]

    /// Those about further checks, in `AssuranceFraudTests` of the room Issuance.
    private static let checkKinds: Set<Finding.Kind> = [.wrongCheck, .wrongUpgrade, .missedUpgrade]

    /// Those about notices under a plan, in `NoticeFraudTests` of the room Issuance.
    private static let noticeKinds: Set<Finding.Kind> = [.earlyNotice, .lateNotice, .missedNotice, .wrongNoticeText]

    @Test("names the first wrong entry, its request and what was expected", arguments: kinds)
    func kind(_ kind: Finding.Kind) throws {
        let (log, seq) = example(of: kind)
        let report = try log.report(at: due + 20 * day)
        #expect(report.verdict == .wrong)
        let first = try #require(report.findings.first)
        #expect(report.findings.allSatisfy { $0.kind == kind }, "\(report.findings.map(\.description))")
        #expect(first.seq == seq)
        let areAboutNone: [Finding.Kind] = [
            .policyVersionOrder, .wrongIndex, .wrongCoverage, .malformedEntry, .misplacedEntry, .wrongSpend,
            .wrongReservation, .wrongExpiry, .wrongCoupon,
        ]
        #expect((first.rid == nil) == (seq < 4 || areAboutNone.contains(kind)))
        #expect(first.sentence.count > 20)
        #expect(first.description.contains(kind.rawValue) && first.description.contains("entry \(seq)"))
    }
}

@Suite("Rule 12: keys")
struct KeyRuleTests {
    private func kinds(_ change: (inout LogBuilder) -> Void) throws -> [Finding.Kind] {
        var log = LogBuilder.standard()
        log.accept("r1", at: start, due: due)
        change(&log)
        log.issue("r1", at: start + hour)
        return try log.report(at: due).findings.map(\.kind)
    }

    @Test("a retired or revoked key signs no more; the next one does; other keys change nothing")
    func ended() throws {
        let next = "did:web:log.example.org#2"
        let retired: JSONObject = ["at": .integer(start), "key": .string(LogBuilder.key)]
        let revoked: JSONObject = ["key": .string(LogBuilder.key), "since": .integer(start)]
        #expect(try kinds { $0.add("key.retired", at: start, retired) } == [.unknownKey])
        #expect(try kinds { $0.add("key.revoked", at: start, revoked) } == [.unknownKey])
        #expect(try kinds { $0.addKey(next) } == [])
        #expect(
            try kinds {
                $0.addKey(next)
                $0.add("key.retired", at: start, ["at": .integer(start), "key": .string(next)])
            } == [])
        #expect(
            try kinds { log in
                log.add("key.retired", at: start, retired)
                log.addKey(next)
                log.accept("r2", at: start, due: due)
                log.issue("r2", at: start, key: next)
            } == [.unknownKey])
    }
}
