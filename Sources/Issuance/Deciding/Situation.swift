import Compensation
import ServiceLevels
import Temporal

/// What a decision may know: the rows, the directory, the time, and where the next entry will stand. It changes
/// nothing: the same situation and the same command always give the same decision.
struct Situation {
    let state: any StoreReader
    let directory: Directory
    let now: Instant
    let nextSeq: Int64
    /// The secrets of coupon codes.
    var couponKeys = CouponKeys(.empty)

    var policies: PolicyBook { directory.policies }

    /// - Throws: `Refusal`, or `StalePreparation` when a request was bound to policies that have since been replaced.
    func decide(_ command: Command) throws -> Decision {
        switch command {
        case .openLog(let opened): Decision([LogEvent(.logOpened(opened))])
        case .changeLogKey(let changed): try change(changed)
        case .addInstitution(let added, _): Decision([LogEvent(.institutionAdded(added))])
        case .publishPolicy(let document): try publish(document)
        case .publishCalendar(let document, let zone): try publish(document, pinning: zone)
        case .withdrawPolicy(let hash, let from): try withdraw(hash, from: from)
        case .approvePolicy(let hash, let staff): try approve(hash, by: staff)
        case .addIssuer(let issuer, let key): try add(issuer, key)
        case .addKey(let key): try add(key)
        case .revokeKey(let revoked): try revoke(revoked)
        case .registerResource(let resource, _): try register(resource)
        case .indexRequests(let indexed): try index(indexed)
        case .stateCoverage(let stated): try state(stated)
        case .accept(let request): try accept(request)
        case .approve(let target, let note, let issued): try approve(target, note, issued)
        case .hold(let target, let reason, let evidence, let from, let note):
            try hold(target, reason, evidence, from, note)
        case .resume(let target): try resume(target)
        case .update(let target, let note): try update(target, note)
        case .cancel(let target, let note): try cancel(target, note)
        case .deny(let target, let reason, let note): try deny(target, reason, note)
        case .revoke(let target, let note): try revoke(target, note)
        case .setStatus(let target, let purpose, let value, let note): try setStatus(target, purpose, value, note)
        case .assess(let id): try assess(id)
        case .settle(let claimKey): try settle(claimKey)
        case .decide(let word): try decide(word)
        case .reverse(let reversal): try reverse(reversal)
        case .settleRefund(let claimKey): try settleRefund(claimKey)
        case .erase(let erasure): try erase(erasure)
        case .wallet(let command): try decide(command)
        case .coupon(let command): try decide(command)
        case .addStaff(let added, _): try add(added)
        case .changeStaff(let changed): try change(changed)
        case .removeStaff(let removed): try remove(removed)
        case .incident(let command, _): try decide(command)
        case .claim(let command): try decide(command)
        case .offer(let command): try decide(command)
        case .survey(let command): try decide(command)
        case .publishReview(let review): try publish(review)
        case .foresight(let command): try decide(command)
        case .assurance(let command): try decide(command)
        case .question(let command): try decide(command)
        case .notify(let id): try notify(id)
        }
    }

    /// The promise is made: with the policies that are in force now, or not at all.
    private func accept(_ request: AcceptedRequest) throws -> Decision {
        let event = request.event
        // The clock stepped, or the queue stood, between the stamp and here: the log would show a broken receipt.
        guard now - event.acceptedAt <= Receipt.loggedWithin else { throw StalePreparation() }
        let binding = try policies.binding(of: event.boundFacts, at: event.acceptedAt)
        guard binding.serviceLevel.hash == event.serviceLevel, binding.compensation.hash == event.compensation,
            binding.calendar?.document.hash == event.calendar?.document, binding.notices?.hash == event.notices
        else { throw StalePreparation() }
        try requireEnded(event.resubmissionOf, before: event)
        if let issued = request.issued { try checkKey(of: issued) }
        var decision = Decision()
        if request.isPaidWithIssuance {
            let owner = WalletOwner(tenant: event.tenant, holder: event.holder.id)
            try payWithIssuance(request.id, of: owner, in: &decision)
        }
        decision.answer(
            with: LogEvent(.requestAccepted(event), of: request.id),
            following: request.issued.map { [LogEvent(.credentialIssued($0), of: request.id)] } ?? [])
        return decision
    }

    /// A request may come after another one of the same person that ended without a credential. Its promise is its own.
    private func requireEnded(_ earlier: RequestID?, before event: RequestAccepted) throws {
        guard let earlier else { return }
        guard let record = try state.record(RequestRecord.self, .text(earlier.text)), record.tenant == event.tenant.text
        else {
            throw Refusal(.unknownRequest, "There is no request \(earlier.text) of yours.", at: "/resubmissionOf")
        }
        guard record.state == .cancelled || record.state == .denied, record.holder == event.holder.id else {
            let detail = "Only a request of the same holder that was cancelled or denied can be followed by another."
            throw Refusal(.wrongState, detail, at: "/resubmissionOf")
        }
    }

    private func approve(_ target: TenantRequest, _ note: String?, _ issued: CredentialIssued) throws -> Decision {
        var promise = try promise(of: target)
        guard promise.isWaiting else { throw promise.refusal("approved") }
        try checkKey(of: issued)
        var decision = try assessment(of: &promise)
        decision.events += try resumption(of: &promise)
        decision.answer(
            with: LogEvent(
                .requestApproved(RequestApproved(note: note, idempotency: target.idempotency)), of: target.id),
            following: [LogEvent(.credentialIssued(issued), of: target.id)])
        try resolution(of: &promise, .issued, in: &decision)
        return decision
    }

    private func cancel(_ target: TenantRequest, _ note: String?) throws -> Decision {
        let event = RequestCancelled(note: note, idempotency: target.idempotency)
        return try end(target, .cancelled, with: .requestCancelled(event))
    }

    private func deny(_ target: TenantRequest, _ reason: DenialReason, _ note: String?) throws -> Decision {
        let event = RequestDenied(reason: reason, note: note, idempotency: target.idempotency)
        return try end(target, .denied, with: .requestDenied(event))
    }

    /// Ends a request without a credential.
    private func end(
        _ target: TenantRequest, _ reason: PromiseClock.StopReason, with event: Event
    ) throws -> Decision {
        var promise = try promise(of: target)
        guard promise.isWaiting else { throw promise.refusal(reason.rawValue) }
        // Also where cancelling makes the promise void: what was owed by now must not hang on when we last looked.
        var decision = try assessment(of: &promise)
        decision.events += try resumption(of: &promise)
        decision.answer(with: LogEvent(event, of: target.id))
        try resolution(of: &promise, reason, in: &decision)
        return decision
    }

    private func hold(
        _ target: TenantRequest, _ reason: String, _ evidence: String, _ from: Instant?, _ note: String?
    ) throws -> Decision {
        guard let reason = PauseReason(rawValue: reason) else {
            throw Refusal(.invalidRequest, Refusal.listing(PauseReason.self), at: "/reason")
        }
        guard let evidence = PauseEvidence(rawValue: evidence) else {
            throw Refusal(.invalidRequest, Refusal.listing(PauseEvidence.self), at: "/evidence")
        }
        var promise = try promise(of: target)
        guard promise.isWaiting else { throw promise.refusal("held") }
        var decision = try assessment(of: &promise)
        let pause = try promise.refusing { (clock) throws(PromiseClockRefusal) in
            try clock.hold(reason: reason, evidence: evidence, from: from, at: now)
        }
        decision.answer(
            with: LogEvent(
                .requestHeld(
                    RequestHeld(
                        reason: reason.rawValue, evidence: evidence.rawValue, from: from, until: pause.until,
                        note: note,
                        idempotency: target.idempotency)), of: target.id))
        return decision
    }

    private func resume(_ target: TenantRequest) throws -> Decision {
        var promise = try promise(of: target)
        guard promise.isWaiting else { throw promise.refusal("resumed") }
        var decision = try assessment(of: &promise)
        try promise.refusing { (clock) throws(PromiseClockRefusal) in try clock.resume(at: now) }
        guard let due = promise.clock.due else { throw StoreError.corrupt("a running clock is never due") }
        decision.answer(
            with: LogEvent(
                .requestResumed(RequestResumed(dueAt: due, idempotency: target.idempotency)), of: target.id))
        return decision
    }

    private func revoke(_ target: TenantRequest, _ note: String?) throws -> Decision {
        let promise = try promise(of: target)
        guard promise.record.state == .available else { throw promise.refusal("revoked") }
        return Decision([
            LogEvent(
                .credentialRevoked(CredentialRevoked(note: note, idempotency: target.idempotency)), of: target.id)
        ])
    }

    private func assess(_ id: RequestID) throws -> Decision {
        guard let record = try state.record(RequestRecord.self, .text(id.text)) else { throw Refusal.unknownRequest }
        var promise = try Promise(record, in: state, policies)
        // What an incident says may have become worth more after the clock had stopped.
        let isOwed = record.breachedAt != nil && record.erasedAt == nil
        let isPromised = !promise.serviceLevel.others.isEmpty && record.erasedAt == nil
        return promise.isWaiting || isOwed || isPromised ? try assessment(of: &promise) : Decision()
    }

    /// The request of that institution; another institution's is as unknown as one that does not exist.
    func promise(of target: TenantRequest) throws -> Promise {
        guard let record = try state.record(RequestRecord.self, .text(target.id.text)),
            record.tenant == target.tenant.text
        else { throw Refusal.unknownRequest }
        return try Promise(record, in: state, policies)
    }
}

/// What was prepared outside the transaction no longer fits; prepare it again.
struct StalePreparation: Error {}
