/// Verifies evidence, offline: what follows from the files and from what the verifier brings, and from nothing else.
package struct Verifier: Sendable {
    /// What the verifier brings.
    package let trust: Trust
    let statusLists: [HandedStatusList]

    /// - Parameter statusLists: lists beside those among the evidence; other kinds of evidence are left out.
    package init(trust: Trust, statusLists: [Evidence] = []) {
        self.init(trust: trust, known: [], statusLists)
    }

    private init(trust: Trust, known: [HandedStatusList], _ evidence: [Evidence]) {
        self.trust = trust
        let lists = evidence.filter { $0.kind == .statusList }
        statusLists = known + lists.map { HandedStatusList($0.json, at: trust.instant) }
    }

    /// Verifies files that were handed in together, one verdict for each, in their order.
    ///
    /// With an audit bundle among them, every credential and receipt must be the one that its log speaks of. A status
    /// list among them is verified itself, and used for the credentials.
    package func verify(_ evidence: [Evidence]) -> [Verdict] {
        let verifier = Verifier(trust: trust, known: statusLists, evidence)
        let bundles = evidence.map { $0.kind == .bundle ? BundleExamination($0.json, by: verifier) : nil }
        let log = LogKnowledge(from: bundles.compactMap { $0 })
        return zip(evidence, bundles).map { evidence, bundle in
            if let bundle { return bundle.verdict }
            return switch evidence.kind {
            case .receipt: ReceiptExamination(evidence.json, by: verifier, in: log).verdict
            case .statusList: CredentialExamination(evidence.json, kind: .statusList, by: verifier).verdict
            default: CredentialExamination(evidence.json, kind: .credential, by: verifier, in: log).verdict
            }
        }
    }
}
