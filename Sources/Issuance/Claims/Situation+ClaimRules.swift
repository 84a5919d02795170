import Compensation
import Multiformats
import ServiceLevels
import Temporal

/// What must hold before something happens to a claim.
extension Situation {
    /// How often a reviewer may ask for evidence in one stage: a time that stands still again and again never ends.
    static let maximumAsked: Int64 = 3

    /// The claim that the command names, of that institution, after everything that passed by itself until now.
    func claim(of target: ClaimTarget) throws -> ClaimCase {
        guard let record = try state.record(RequestRecord.self, .text(target.id.request.text)),
            record.tenant == target.request.tenant.text
        else { throw Refusal.unknownClaim }
        if record.erasedAt != nil { throw Refusal.erased }
        return try claim(target.id)
    }

    /// Every claim of a request, in order.
    func claims(of request: RequestID) throws -> [ClaimRecord] {
        try state.records(
            Scan(
                ClaimRecord.self, index: "claim_by_request", equals: [.text(request.text)],
                limit: Int(ClaimID.maximumNumber)))
    }

    /// The policy that claims about a request are heard by: in force when it was accepted (rule 46).
    func boundClaimsPolicy(_ promise: Promise) throws -> ClaimsPolicy {
        let acceptedAt = Instant(milliseconds: promise.record.acceptedAt)
        let inForce = policies.inForce(.claims, of: promise.serviceLevel.metadata.tenant, at: acceptedAt)
        // One that was published after the request, if in the same millisecond, does not bind it.
        let standing = try inForce.first { policy in
            let row = try state.record(PolicyRecord.self, .text(policy.hash.text))
            return row.map { $0.seq < promise.record.acceptedSeq } ?? false
        }
        guard case .claims(let policy)? = standing else {
            throw Refusal(
                .noPolicyApplies,
                "No policy for claims was in force when this request was accepted, so nothing says how they are heard.")
        }
        return policy
    }

    /// A claim is filed while the request waits, or not long after it ended; the last instant is in time.
    func requireTime(
        for record: RequestRecord, _ policy: ClaimsPolicy, _ calendar: WorkingCalendar
    ) throws(Refusal) {
        guard let stoppedAt = record.stoppedAt else { return }
        let last = calendar.end(of: policy.fileWithin, from: Instant(milliseconds: stoppedAt))
        guard now <= last else {
            throw Refusal(.wrongState, "The time for claims about this request ended at \(last.rfc3339).")
        }
    }

    /// Whoever decides was drawn for it, and is still here.
    func requireDrawn(_ by: StaffID, for tasks: [ReviewTask], _ claim: ClaimCase) throws(Refusal) {
        guard let task = claim.record.task, tasks.contains(task), claim.record.assignee == by.text else {
            throw Refusal(.notPermitted, "Only whoever was drawn for it may do this; see `punctual claim show`.")
        }
        try requireStaff(by, in: task.roles)
    }

    /// Nothing is decided while somebody was asked for something.
    func requireRunning(_ claim: ClaimCase) throws(Refusal) {
        guard claim.record.state == .review || claim.record.state == .appealed else {
            throw claim.refusal("be decided")
        }
    }

    /// What may be given on a claim: what a wallet holds.
    func requireGivable(_ given: GivenAmount?, at place: String) throws(Refusal) {
        guard let given else { return }
        let isDays = given.type == .premiumExtension
        let most = isDays ? Benefit.mostDays : Benefit.largestAmount
        guard given.type == .credit || isDays, given.amount.minor <= most else {
            throw Refusal(
                .invalidRequest, "On a claim, credit and premium-extension are given, at most \(most).", at: place)
        }
    }
}

extension ClaimCase {
    /// Why something is refused in the state that the claim is in.
    func refusal(_ what: String) -> Refusal {
        let hint = record.state == .final ? " It is decided for good: an appeal is heard once." : ""
        return Refusal(.wrongState, "The claim is \(record.state.rawValue) and cannot \(what).\(hint)")
    }
}

extension Refusal {
    package static let unknownClaim = Refusal(.unknownClaim, "Check the identifier: there is no such claim here.")
    static let openClaim = Refusal(.wrongState, "A claim about this request is open: add to that, or wait.")
    static let tooManyClaims = Refusal(
        .wrongState, "This request has had \(ClaimID.maximumNumber) claims, which is the most.")
    static let refundHasNoAmount = Refusal(
        .invalidRequest, "How much is refunded, the policy says: leave this out.", at: "/requested")
    static let noRefundOnClaim = Refusal(
        .invalidRequest, "The policy of this request refunds by itself, or not: nobody need ask.", at: "/category")
}
