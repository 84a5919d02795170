import CanonicalJSON
import Cryptography
import Settlement
import Temporal
import Testing

private let start = LogBuilder.start
private let day = LogBuilder.day

/// What operators might do to a claim.
extension ClaimTests {
    /// The kinds of findings that are about claims only.
    static let kinds: Set<Finding.Kind> = [.wrongClaim, .wrongReviewer, .lateDecision, .wrongVerdict]

    /// What an operator does, and what is found.
    static let frauds: [(String, Finding.Kind, @Sendable (inout LogBuilder) -> Void)] = [
        (
            "reviewer conflict: somebody else was drawn", .wrongReviewer,
            { log in
                log.change("claim.assigned") { $0.facts["to"] = .string(others[0]) }
            }
        ),
        (
            "reviewer conflict: somebody decides who was not drawn", .wrongReviewer,
            { log in
                log.change("claim.decided") { $0.facts["by"] = .string(others[0]) }
            }
        ),
        (
            "reviewer conflict: who spoke for the person is among those who draw", .wrongReviewer,
            { log in
                log.change("claim.filed") { $0.facts["by"] = .string(agent) }
                log.change("claim.assigned") { $0.facts["to"] = .string(agent) }
            }
        ),
        (
            "somebody decides who left", .notPermitted,
            { log in
                log.add("staff.removed", at: start + 3 * day, ["id": .string(first)])
                let draft = log.drafts.removeLast()
                log.drafts.insert(draft, at: log.drafts.firstIndex { $0.type == "claim.decided" } ?? 0)
            }
        ),
        (
            "another seed", .wrongReviewer,
            { log in
                for number in 0..<40 {
                    let seed = String(repeating: "0", count: 30) + String(number + 10)
                    let digest = SHA256.hash(Array("claim draw v1\n\(seed)\nr1.1\n0".utf8)).bytes
                    let value = digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                    guard people.sorted()[Int(value % 3)] != first else { continue }
                    log.change("claim.filed") { $0.facts["seed"] = .string(seed) }
                    return
                }
            }
        ),
        (
            "nobody is drawn although somebody is there", .wrongReviewer,
            { log in
                log.drafts.removeAll { $0.type == "claim.assigned" }
            }
        ),
        (
            "dropped grant", .missedPayment,
            { log in
                log.drafts.removeAll { $0.type == "compensation.post" || $0.type == "notice.queued" }
            }
        ),
        (
            "a unit less than was granted", .wrongAmount,
            { log in
                log.change("compensation.post") { $0.facts["minor"] = 399 }
            }
        ),
        (
            "a grant that goes somewhere else", .wrongClaimKey,
            { log in
                log.change("compensation.post") {
                    $0.facts["claimKey"] = .string(String(repeating: "0", count: 64))
                }
            }
        ),
        (
            "a grant that nobody decided", .paidWithoutBreach,
            { log in
                log.drafts.removeAll { $0.type == "claim.decided" }
            }
        ),
        (
            "a grant that expires sooner", .wrongCreditWindow,
            { log in
                log.change("compensation.post") { $0.facts["until"] = .integer(start + 4 * day) }
            }
        ),
        ("nobody is told", .missingNotice, { log in log.drafts.removeAll { $0.type == "notice.queued" } }),
        (
            "late decision hidden: the deadline is another", .wrongDeadline,
            { log in
                log.change("claim.filed") { $0.facts["dueAt"] = .integer(start + 30 * day) }
            }
        ),
        (
            "late decision", .lateDecision,
            { log in
                for place in log.drafts.indices where log.drafts[place].t == start + 3 * day {
                    log.drafts[place].t = start + 12 * day + 1
                    if log.drafts[place].type == "compensation.post" {
                        log.drafts[place].facts["from"] = .integer(start + 12 * day + 1)
                        log.drafts[place].facts["until"] = .integer(start + 377 * day + 1)
                    }
                }
            }
        ),
        (
            "a large grant by one alone", .wrongVerdict,
            { log in
                log.change("claim.decided") { $0.facts["grant"] = amount(1001) }
            }
        ),
        (
            "another policy for claims", .wrongPolicy,
            { log in
                log.change("claim.filed") {
                    $0.facts["claims"] = .string("sha256:" + String(repeating: "1", count: 64))
                }
            }
        ),
        (
            "filed too late", .wrongClaim,
            { log in
                let filed = log.drafts.firstIndex { $0.type == "claim.filed" } ?? 0
                for place in log.drafts.indices where place >= filed {
                    log.drafts[place].t += 90 * day
                    for name in ["dueAt", "from", "until"] {
                        guard let value = log.drafts[place].facts[name]?.integerValue else { continue }
                        log.drafts[place].facts[name] = .integer(value + 90 * day)
                    }
                }
            }
        ),
        ("a claim out of nothing", .malformedEntry, { log in log.drafts.removeAll { $0.type == "claim.filed" } }),
    ]

    @Test("operator frauds with a claim are found", arguments: Self.frauds.indices)
    func fraud(_ index: Int) throws {
        let (name, kind, change) = Self.frauds[index]
        var log = Self.granted()
        change(&log)
        let report = try log.report(at: start + 20 * day)
        #expect(report.kinds.contains(kind), "\(name): \(report.findings)")
    }
}
