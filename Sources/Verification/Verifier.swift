import CanonicalJSON

/// Verifies evidence, offline: what follows from the files and from what the verifier brings, and from nothing else.
package struct Verifier: Sendable {
    package let trust: Trust
    /// Status list credentials that were handed in; each is verified where a credential names it.
    let statusLists: [JSONObject]

    /// - Parameter statusLists: lists beside those among the evidence; other kinds of evidence are left out.
    package init(trust: Trust, statusLists: [Evidence] = []) {
        self.trust = trust
        self.statusLists = Self.lists(among: statusLists)
    }

    private init(trust: Trust, lists: [JSONObject]) {
        self.trust = trust
        statusLists = lists
    }

    private static func lists(among evidence: [Evidence]) -> [JSONObject] {
        evidence.filter { $0.kind == .statusList }.map(\.json)
    }

    /// Verifies files that were handed in together, one verdict for each, in their order.
    ///
    /// With an audit bundle among them, every credential and receipt must be the one that its log speaks of. A status
    /// list among them is verified itself, and used for the credentials.
    package func verify(_ evidence: [Evidence]) -> [Verdict] {
        let all = Verifier(trust: trust, lists: statusLists + Self.lists(among: evidence))
        let bundles = evidence.map { $0.kind == .bundle ? BundleExamination($0.json, by: all) : nil }
        let given = bundles.compactMap { $0 }
        let log =
            given.isEmpty
            ? nil
            : LogKnowledge(
                requests: given.compactMap(\.request), hasUnproven: given.contains { $0.request == nil })
        return zip(evidence, bundles).map { evidence, bundle in
            if let bundle { return bundle.verdict }
            switch evidence.kind {
            case .receipt: return ReceiptExamination(evidence.json, by: all, in: log).verdict
            case .credential: return CredentialExamination(evidence.json, kind: .credential, by: all, in: log).verdict
            default: return CredentialExamination(evidence.json, kind: evidence.kind, by: all).verdict
            }
        }
    }
}
