package import Compensation
package import ServiceLevels
package import Temporal

/// A published policy as a page shows it.
package struct PublicPolicy: Sendable {
    package let document: PolicyDocument
    package let effectiveAt: Instant
    /// The promise in sentences.
    package let words: [String]
    /// Of a compensation policy: what it pays for example delays, by the rules that pay it.
    package let examples: WorkedExamples?
    /// Whether it binds requests that are accepted now.
    package let isInForce: Bool
    /// Of a suspension: who has approved it, by their ids, and when.
    package let approvals: [(by: String, at: Instant)]
}

/// What the service publishes, and what becomes of it.
extension Service {
    /// Every published policy, in the order of publication.
    package func publicPolicies() -> [PublicPolicy] {
        let (policies, now) = (directory.policies, now())
        return policies.published.compactMap { Self.page(of: $0, in: policies, at: now) }
    }

    /// One published policy.
    ///
    /// - Throws: `Refusal` with `unknownPolicy`.
    package func publicPolicy(_ hash: String) throws(Refusal) -> PublicPolicy {
        let policies = directory.policies
        guard let published = PolicyHash(hash).flatMap({ policies.publication(of: $0) }),
            let page = Self.page(of: published, in: policies, at: now())
        else { throw .unknownPolicy }
        return page
    }

    private static func page(
        of published: PublishedPolicy, in policies: PolicyBook, at now: Instant
    ) -> PublicPolicy? {
        let document = published.document
        guard let policy = policies.policy(document.hash) else { return nil }
        return PublicPolicy(
            document: document, effectiveAt: published.effectiveAt, words: policy.plainWords,
            examples: policy.examples,
            isInForce: policies.inForce(document.kind, of: document.metadata.tenant, at: now).contains(policy),
            approvals: policies.approvals(of: document.hash).sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }

    /// What people ask, answered from the policies in force for a tenant.
    package func publicAnswers(for tenant: String) -> PublicAnswers {
        PublicAnswers(from: directory.policies, for: tenant, at: now())
    }

    /// From an instant on, or from now on, a policy binds nobody who comes.
    package func withdrawPolicy(_ hash: String, from: Instant?, _ reply: @escaping Sequencer.Completion) {
        guard let hash = PolicyHash(hash) else { return reply(.failure(Refusal.unknownPolicy)) }
        sequencer.submit(.withdrawPolicy(hash, from: from), reply)
    }

    /// Somebody of the staff agrees to a suspension.
    package func approvePolicy(_ hash: String, by staff: StaffID, _ reply: @escaping Sequencer.Completion) {
        guard let hash = PolicyHash(hash) else { return reply(.failure(Refusal.unknownPolicy)) }
        sequencer.submit(.approvePolicy(hash, by: staff), reply)
    }
}

extension Policy {
    /// What a compensation policy pays for example delays; nil of other kinds.
    package var examples: WorkedExamples? {
        guard case .compensation(let policy) = self else { return nil }
        return try? WorkedExamples(of: policy)
    }
}

extension Refusal {
    /// Nobody published that.
    static let unknownPolicy = Refusal(
        .unknownPolicy, "No policy with this hash was published; see /policies for those that were.")
}
