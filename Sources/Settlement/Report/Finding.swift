/// One thing that the log says and the rules do not, or the other way round.
package struct Finding: Hashable, Sendable {
    /// What is wrong; the page of the log names the rule.
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        // Rule 1.
        /// The document of a `policy.published` does not have the hash that the entry says.
        case policyHashMismatch
        /// A version or an `effectiveAt` that is not greater than that of the version before. The document is ignored.
        case policyVersionOrder
        /// `effectiveAt` is not the later of the document's `effectiveFrom` and the entry's `t`.
        case wrongEffectiveAt
        /// A request, a breach or a posting names a policy other than the one that binds, or none binds.
        case wrongPolicy
        /// The rules of a zone do not have the hash that their entry says, or a calendar names rules that are not in
        /// the log (rule 20).
        case wrongZone
        // Rules 50 to 52.
        /// Somebody loses by a change of policies fewer than fourteen days after it was published.
        case shortNotice
        /// A withdrawal of what is not published, of what has ended, or back in time. It is ignored.
        case wrongWithdrawal
        /// An approval that no suspension asks for. It is ignored.
        case wrongPolicyApproval
        /// A breach that names another suspension than the one that holds, or none where one does.
        case wrongSuspension
        /// Posted for a promise that was broken while its compensation policy was suspended.
        case paidWhileSuspended
        // Rules 2 to 4.
        /// `acceptedAt` is not within the minute before `t`.
        case acceptedTooLate
        /// A `dueAt` that is not the deadline.
        case wrongDeadline
        /// A pause that may not begin, or ends elsewhere than the entry says, or is not ended before the stop.
        case illegalPause
        /// Something happens to a request after its end.
        case entryAfterEnd
        /// The person of a request was erased before its end.
        case erasedTooEarly
        /// A credential signed by a key that the log does not name, or that had ended.
        case unknownKey
        // Rule 5.
        /// A broken promise without its `sla.breach` before the first payment or the payout deadline.
        case missedBreach
        /// A `sla.breach` after the payout deadline of a delay of 0.
        case lateBreach
        /// A `sla.breach` while the promise is kept.
        case breachTooEarly
        /// A second `sla.breach` of one request.
        case duplicateBreach
        // Rules 6 to 10.
        /// Owed, the payout deadline has passed, and not posted.
        case missedPayment
        /// Posted after the payout deadline.
        case latePayment
        /// Posted before its tier was reached.
        case paidTooEarly
        /// Posted for a request whose promise is kept.
        case paidWithoutBreach
        /// Posted a second time.
        case doublePayment
        /// Another amount, unit or type of benefit than the policy gives at this place.
        case wrongAmount
        /// Posted after a benefit that stands behind it in the policy.
        case wrongOrder
        /// The claim key is not that of the posting.
        case wrongClaimKey
        /// The two transactions are not those of the posting.
        case wrongJournal
        /// A credit is not valid from `t` for as long as the policy says.
        case wrongCreditWindow
        /// Premium access does not begin where it should, or is not as long as it should be, or is not committed to.
        case wrongPremiumWindow
        /// More is granted than a 64-bit number can count.
        case overflow
        // Rules 30 to 34.
        /// A cap that takes what it does not, or does not take what it does.
        case wrongCap
        /// A payment that waits for what its policy does not have or what has come, or does not wait for what it must.
        case wrongWait
        /// People who are asked or answer as no rule says, or who refuse what is guaranteed.
        case wrongApproval
        /// A guaranteed benefit that is declined, or a favour without a rule.
        case wrongDecline
        /// Paid over a budget or before its turn, waiting though there is room, or a warning too many or too few.
        case wrongBudget
        /// Said to be late when it is not, or a late benefit for nothing.
        case wrongLate
        /// A payment was late, and what that gives is not given.
        case missedLateBenefit
        /// Taken back twice, too late, without a reason, or more than is left.
        case wrongReversal
        // Rule 28.
        /// Money that is said to have been paid out was not given back, or was paid out before, or was another sum.
        case wrongRefund
        // Rule 11.
        /// A breach or a posting that nobody is told of.
        case missingNotice
        /// A notice about nothing, about the wrong thing, or a second one.
        case wrongNotice
        // Rules 35 to 39.
        /// More is spent or held than was posted, or of other lots than the rule takes.
        case wrongSpend
        /// A reservation that is too long, or that is resolved twice, too late, or without being one.
        case wrongReservation
        /// Credits are booked as expired that are not, or others than those.
        case wrongExpiry
        /// A coupon is minted beyond its limits, or redeemed, held, expired or revoked when it cannot be.
        case wrongCoupon
        // Rule 13.
        /// An index of requests that leaves one out, doubles one, or says otherwise how far its entries go.
        case wrongIndex
        // Rules 40 to 44.
        /// An entry about an incident that cannot stand here: it is another's turn, or nothing is there to change.
        case wrongIncident
        /// A request in an incident that does not take it.
        case wrongMember
        /// A request that belongs to an incident and was left out when that was frozen.
        case leftOut
        /// Another number, share or root than that of the requests that stand in the incident.
        case wrongAffected
        /// Another severity than the published rules give.
        case wrongSeverity
        /// An incident that was not opened, or later than its rules promise.
        case missedIncident
        /// Who is affected, or how bad it has become, was not frozen in time.
        case lateFreeze
        // Rules 60 to 62.
        /// A coverage statement of another size, or with other counts, sums or another root than the entries give.
        case wrongCoverage
        // Rule 45.
        /// Somebody acts who is not of the staff at that time, or has no role for it; or comes or leaves twice.
        case notPermitted
        // Rules 46 to 48.
        /// Something happens to a claim that cannot happen then.
        case wrongClaim
        /// Somebody else was drawn than the lot says, or somebody decides who was not drawn.
        case wrongReviewer
        /// A claim that was not decided in time, and silence was not heard.
        case lateDecision
        /// A denial without a rule, a grant of more than may be granted, or by one alone.
        case wrongVerdict
        // Rules 68 to 73.
        /// Somebody is asked or spared who may not be, then or at all.
        case wrongSurvey
        /// Somebody who was drawn was neither asked nor spared.
        case missedSurvey
        /// An answer that nobody was asked for, a second one, or one too late.
        case wrongAnswer
        /// A review out of turn, or with other counts than the entries have.
        case wrongReview
        // Rules 75 and 76.
        /// A further check that is not owed, or to another level, or by somebody who had to do with the request before.
        case wrongCheck
        /// A credential that is said to be upgraded without a check that passed, twice, or beside the one before.
        case wrongUpgrade
        /// A check passed, and the credential was not signed again.
        case missedUpgrade
        // Rules 64 to 67.
        /// A table of no midnight that is over, a second one, or a forecast by one that the log does not have.
        case wrongForecast
        /// A request that is at risk twice, or a step out of turn, before its instant, or for others.
        case wrongEscalation
        /// At risk, or a step, that is said more than a quarter of an hour after it came.
        case lateEscalation
        /// At risk, or a step, of which nothing says that it came.
        case missedEscalation
        // Rules 80 to 83.
        /// A notice in quiet hours, beyond what a day may have, or before it is due.
        case earlyNotice
        /// A notice that came later than the plan says.
        case lateNotice
        /// Something that was to be told by now, and was not.
        case missedNotice
        /// A text that the plan and the entries do not give.
        case wrongNoticeText
        // The entries themselves.
        /// An entry that is not of the form that its row asks for. It is ignored.
        case malformedEntry
        /// An entry that cannot stand here. It is ignored.
        case misplacedEntry
        // The checkpoints that somebody kept.
        /// The log is not the one that a kept checkpoint was signed for: up to this entry something was changed, added
        /// or taken away.
        case contradictedCheckpoint
        /// The log ends before a kept checkpoint does.
        case missingEntries
    }

    /// The first entry that is wrong; for something that is missing the `request.accepted` of its request, for a notice
    /// the entry that nobody was told of.
    package let seq: UInt64
    /// The request; nil for a finding about the log or a policy.
    package let rid: String?
    package let kind: Kind
    /// A sentence with what was expected and what was found.
    package let sentence: String
}

extension Finding: CustomStringConvertible {
    /// All of it on one line.
    package var description: String {
        "entry \(seq)\(rid.map { ", request \($0)" } ?? ""): \(kind.rawValue): \(sentence)"
    }
}

/// The findings so far: all of them counted, the first ones kept.
struct FindingList: Sendable {
    /// More than anyone reads. A log that is wrong in every entry must not fill the memory.
    static let maximumKept = 10_000

    private(set) var kept: [Finding] = []
    private(set) var counts: [Finding.Kind: Int] = [:]

    mutating func add(_ kind: Finding.Kind, seq: UInt64, rid: String?, _ sentence: @autoclosure () -> String) {
        counts[kind, default: 0] += 1
        guard kept.count < Self.maximumKept else { return }
        kept.append(Finding(seq: seq, rid: rid, kind: kind, sentence: sentence()))
    }
}
