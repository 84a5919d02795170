import CanonicalJSON
import Compensation
import Credentials
import Cryptography
import Multiformats
import ServiceLevels
import Temporal

/// One request from end to end.
extension Service {
    /// How often a request is prepared again because the policies changed in between. They change by hand.
    private static let maximumAttempts = 4

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
            // The thread that took the request stamps it: waiting inside the service is on our time.
            let now = now()
            let id = RequestID(at: now, random: randomBytes(10))
            let facts = boundFacts(of: draft, tenant)
            let binding = try binding(for: facts, at: now)
            let due = now + binding.objective.target
            let issued = try draft.review == .none ? sign(draft.credential, of: id, at: now) : nil
            let receipt = try issuer.receipt(
                Receipt(
                    request: id, tenant: tenant, origin: origin, objective: binding.objective.metric.rawValue,
                    acceptedAt: now, dueAt: due, serviceLevel: binding.serviceLevel.hash.text,
                    compensation: binding.compensation.hash.text,
                    credentialDigest: SHA256.hash(JSON.object(draft.credential.json).canonicalBytes).description))
            let event = RequestAccepted(
                tenant: tenant, tier: draft.tier, credentialType: facts.type.isEmpty ? nil : facts.type,
                review: draft.review, objective: binding.objective.metric.rawValue, acceptedAt: now, dueAt: due,
                serviceLevel: binding.serviceLevel.hash, compensation: binding.compensation.hash,
                holder: draft.holder, credential: issued == nil ? .object(draft.credential.json) : nil,
                receipt: receipt, idempotency: idempotency)
            return .accept(AcceptedRequest(id: id, event: event, issued: issued, subjectKey: randomBytes(32)))
        }
    }

    /// Does something with an accepted request.
    package func perform(
        _ action: RequestAction, on target: TenantRequest, _ reply: @escaping Sequencer.Completion
    ) {
        prepareAndSubmit(1, target.tenant, target.idempotency, reply) { [self] in
            switch action {
            case .approve(let note): .approve(target, note: note, try sign(target))
            case .hold(let reason, let evidence, let note):
                .hold(target, reason: reason, evidence: evidence, note: note)
            case .resume: .resume(target)
            case .cancel(let note): .cancel(target, note: note)
            case .revoke(let note): .revoke(target, note: note)
            }
        }
    }

    /// The stored answer when there is one; else the prepared command goes to the sequencer, and is prepared again when
    /// what it was prepared with has changed.
    private func prepareAndSubmit(
        _ attempts: Int, _ tenant: TenantID, _ idempotency: Idempotency, _ reply: @escaping Sequencer.Completion,
        _ prepare: @escaping @Sendable () throws -> Command
    ) {
        do {
            let url = issuer.url
            let stored = try store.read { try StoredAnswer.find(idempotency, of: tenant, in: $0, url: url) }
            if let stored { return reply(stored.mapError { $0 }) }
            let command = try prepare()
            sequencer.submit(command) { [self] result in
                if case .failure(is StalePreparation) = result, attempts > 1 {
                    return prepareAndSubmit(attempts - 1, tenant, idempotency, reply, prepare)
                }
                if case .revoke = command { statusLists.invalidate() }
                reply(result)
            }
        } catch {
            reply(.failure(error))
        }
    }

    private func sign(_ draft: CredentialDraft, of id: RequestID, at now: Instant) throws -> IssuedCredential {
        let place = statusIndexes.next(randomBytes)
        return try issuer.credential(draft, id: id, list: place.list, index: place.index, at: now)
    }

    /// Signs the credential of a request that waits for review.
    private func sign(_ target: TenantRequest) throws -> IssuedCredential {
        let draft: JSON = try store.read { reader in
            guard let record = try reader.record(RequestRecord.self, .text(target.id.text)),
                record.tenant == target.tenant.text
            else { throw Refusal.unknownRequest }
            guard let draft = try storedOpenings(record.acceptedSeq, in: reader)["credential"] else {
                throw Refusal(.wrongState, "The request is \(record.state.rawValue) and needs no approval.")
            }
            return draft
        }
        return try sign(try CredentialDraft(draft), of: target.id, at: now())
    }

    private func boundFacts(of draft: RequestDraft, _ tenant: TenantID) -> Facts {
        let type = draft.credential.types.last { $0 != "VerifiableCredential" } ?? ""
        let isNamed = directory.policies.namesType(type)
        return Facts(tenant: tenant.text, tier: draft.tier.rawValue, type: isNamed ? type : "")
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
    case hold(reason: String, evidence: String, note: String?)
    case resume
    case cancel(note: String?)
    case revoke(note: String?)
}
