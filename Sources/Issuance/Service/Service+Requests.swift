import CanonicalJSON
package import Compensation
import Credentials
import Cryptography
import Multiformats
import ServiceLevels
package import StatusLists
package import Temporal

/// One request from end to end.
extension Service {
    /// How often a request is prepared again because the policies changed in between. They change by hand.
    static let maximumAttempts = 4

    /// Takes a request, makes its promise, and issues at once when no review stands before it.
    ///
    /// - Parameters:
    ///   - idempotency: the same key with the same request gets the same answer, for ever.
    ///   - reply: called once, when the answer is durable, on any thread.
    package func request(
        _ draft: RequestDraft, from tenant: TenantID, under idempotency: Idempotency,
        _ reply: @escaping Sequencer.Completion
    ) {
        prepareAndSubmit(Self.maximumAttempts, tenant, idempotency, reply) { [self] in
            // The thread that took the request stamps it: waiting inside the service is on our time. By the log's time,
            // which the policies are in force by, and which the entry will have: the clock may have stepped back.
            let now = now()
            let accepted = committer.logTime(now)
            let id = RequestID(at: accepted, random: randomBytes(10))
            let facts = boundFacts(of: draft, tenant)
            let binding = try binding(for: facts, at: accepted)
            let due = try deadline(of: binding, from: accepted)
            let calendar = binding.calendar.map { BoundCalendar($0.document) }
            let signer = try signers.signer(for: draft.order.issuer, of: tenant, in: directory.issuers)
            let issued =
                try draft.review == .none ? sign(draft.credential, draft.order, signer, of: id, tenant, at: now) : nil
            let receipt = try receipt(
                Receipt(
                    request: id, tenant: tenant, origin: origin, objective: binding.objective.metric.rawValue,
                    acceptedAt: accepted, dueAt: due, serviceLevel: binding.serviceLevel.hash.text,
                    compensation: binding.compensation.hash.text, calendar: calendar,
                    credentialDigest: SHA256.hash(JSON.object(draft.credential.json).canonicalBytes).description),
                at: now)
            let event = RequestAccepted(
                tenant: tenant, tier: draft.tier, credentialType: facts.type.isEmpty ? nil : facts.type,
                region: Region(rawValue: facts.region), review: draft.review,
                objective: binding.objective.metric.rawValue, acceptedAt: accepted, dueAt: due,
                serviceLevel: binding.serviceLevel.hash, compensation: binding.compensation.hash, calendar: calendar,
                notices: binding.notices?.hash, price: draft.price, holder: draft.holder,
                credential: issued == nil ? .object(draft.credential.json) : nil,
                order: issued == nil && draft.order != SigningOrder() ? draft.order : nil, receipt: receipt,
                idempotency: idempotency, resubmissionOf: draft.resubmissionOf)
            return .accept(
                AcceptedRequest(
                    id: id, event: event, issued: issued, subjectKey: randomBytes(32),
                    isPaidWithIssuance: draft.isPaidWithIssuance))
        }
    }

    /// Does something with an accepted request.
    package func perform(
        _ action: RequestAction, on target: TenantRequest, _ reply: @escaping Sequencer.Completion
    ) {
        prepareAndSubmit(Self.maximumAttempts, target.tenant, target.idempotency, reply) { [self] in
            switch action {
            case .approve(let note): .approve(target, note: note, try sign(target))
            case .hold(let reason, let evidence, let from, let note):
                .hold(target, reason: reason, evidence: evidence, from: from, note: note)
            case .resume: .resume(target)
            case .cancel(let note): .cancel(target, note: note)
            case .deny(let reason, let note): .deny(target, for: reason, note: note)
            case .update(let note): .update(target, note: note)
            case .declareImpact(let kind, let band, let note):
                .impact(
                    target, ImpactDeclared(kind: kind, band: band, note: note, idempotency: target.idempotency))
            case .revoke(let note): .revoke(target, note: note)
            case .setStatus(let purpose, let value, let note):
                .setStatus(target, purpose, value: value, note: note)
            }
        }
    }

    /// The stored answer when there is one; else the prepared command goes to the sequencer, and is prepared again when
    /// what it was prepared with has changed.
    func prepareAndSubmit(
        _ attempts: Int, _ tenant: TenantID, _ idempotency: Idempotency, _ reply: @escaping Sequencer.Completion,
        _ prepare: @escaping @Sendable () throws -> Command
    ) {
        do {
            let directory = directory
            let stored = try store.read { try StoredAnswer.find(idempotency, of: tenant, in: $0, directory) }
            if let stored { return reply(stored.mapError { $0 }) }
            // Whoever has to come back should not have cost a signature.
            if let refusal = sequencer.refusal(of: .institution(tenant)) { throw refusal }
            let command = try prepare()
            sequencer.submit(command) { [self] result in
                if case .failure(let error) = result, error.isCuredByPreparing, attempts > 1 {
                    return prepareAndSubmit(attempts - 1, tenant, idempotency, reply, prepare)
                }
                if command.changesStatus { statusLists.invalidate() }
                reply(result)
            }
        } catch {
            // What it was prepared with may be older than what other nodes have written.
            guard attempts > 1, error is Refusal, hasFollowed() else { return reply(.failure(error)) }
            prepareAndSubmit(attempts - 1, tenant, idempotency, reply, prepare)
        }
    }

    func sign(
        _ credential: RequestedCredential, _ order: SigningOrder, _ signer: CredentialSigner, of id: RequestID,
        _ tenant: TenantID, at now: Instant
    ) throws -> CredentialIssued {
        try signer.sign(
            credential, as: order,
            CredentialSigner.Circumstances(
                request: id, place: try statusIndexes.next(for: signer.key.did, store, randomBytes), now: now,
                resources: directory.resources[tenant], random: ByteSource(randomBytes: randomBytes)))
    }

    /// The promise, signed: what the institution can hold against us.
    private func receipt(_ accepted: Receipt, at now: Instant) throws -> JSON {
        let signer = try signers.signer(for: .default, of: .default, in: directory.issuers)
        return .object(try signer.secure(accepted.document(issuer: signer.key.did), at: now))
    }

    /// Signs the credential of a request that waits for review.
    private func sign(_ target: TenantRequest) throws -> CredentialIssued {
        let (document, order) = try store.read { reader in
            guard let record = try reader.record(RequestRecord.self, .text(target.id.text)),
                record.tenant == target.tenant.text
            else { throw Refusal.unknownRequest }
            guard record.erasedAt == nil else { throw Refusal.erased }
            guard case .requestAccepted(let accepted)? = try storedEvent(record.acceptedSeq, in: reader)?.event,
                let document = accepted.credential
            else { throw Refusal(.wrongState, "The request is \(record.state.rawValue) and needs no approval.") }
            return (document, accepted.order ?? SigningOrder())
        }
        let signer = try signers.signer(for: order.issuer, of: target.tenant, in: directory.issuers)
        return try sign(RequestedCredential(document), order, signer, of: target.id, target.tenant, at: now())
    }

    private func boundFacts(of draft: RequestDraft, _ tenant: TenantID) -> Facts {
        let type = draft.credential.type
        let isNamed = directory.policies.namesType(type)
        return Facts(
            tenant: tenant.text, tier: draft.tier.rawValue, type: isNamed ? type : "",
            region: directory.regions[tenant]?.rawValue ?? "")
    }

    private func deadline(of binding: Binding, from accepted: Instant) throws -> Instant {
        do throws(TemporalError) {
            let calendar = binding.calendar?.hours ?? .utc
            return try calendar.instant(after: binding.objective.target, from: accepted)
        } catch {
            throw Refusal(.noPolicyApplies, "The calendar of the service level knows no deadline: \(error).")
        }
    }

    private func binding(for facts: Facts, at now: Instant) throws -> Binding {
        do throws(BindingError) {
            return try directory.policies.binding(of: facts, at: now)
        } catch {
            throw Refusal(.noPolicyApplies, "\(error).")
        }
    }
}

/// What can be done with an accepted request.
package enum RequestAction: Sendable {
    case approve(note: String?)
    case hold(reason: String, evidence: String, from: Instant? = nil, note: String?)
    case resume
    case cancel(note: String?)
    /// The review did not agree: there will be no credential.
    case deny(for: DenialReason, note: String?)
    /// The requester is told how it stands.
    case update(note: String?)
    /// The person says what the delay did to them.
    case declareImpact(ImpactKind, ImpactBand, note: String?)
    case revoke(note: String?)
    case setStatus(StatusPurpose, value: Int64, note: String?)
}

extension Command {
    /// Whether a status list is another one afterwards.
    fileprivate var changesStatus: Bool {
        switch self {
        case .revoke, .setStatus: true
        case .assurance(let command): command.changesStatus
        default: false
        }
    }
}

extension Error {
    /// Whether the same command can succeed when it is prepared again: with the policies and keys of now, or, where two
    /// processes drew one place in a status list, with another place.
    fileprivate var isCuredByPreparing: Bool {
        self is StalePreparation || self as? StoreError == .conflict(table: StatusRecord.table.name)
    }
}
