package import CanonicalJSON
import Credentials

/// Verifies evidence, offline: what follows from the files and from what the verifier brings, and from nothing else.
package struct Verifier: Sendable {
    /// What the verifier brings.
    package let trust: Trust
    let keyring: Keyring
    private let handed: [Evidence]
    let statusLists: [HandedStatusList]

    /// - Parameter statusLists: lists beside those among the evidence; other kinds of evidence are left out.
    package init(trust: Trust, statusLists: [Evidence] = []) {
        self.init(trust: trust, statusLists.filter { $0.kind == .statusList }, log: nil)
    }

    private init(trust: Trust, _ handed: [Evidence], log: KeyHistory?) {
        let keyring = Keyring(trust.keyDocuments, log: log)
        let withoutLists = Verifier(trust: trust, keyring)
        (self.trust, self.keyring, self.handed) = (trust, keyring, handed)
        statusLists = handed.map { HandedStatusList($0.content, by: withoutLists) }
    }

    private init(trust: Trust, _ keyring: Keyring) {
        (self.trust, self.keyring, handed, statusLists) = (trust, keyring, [], [])
    }

    /// Verifies files that were handed in together, one verdict for each, in their order.
    ///
    /// With an audit bundle among them, every credential and receipt must be the one that its log speaks of, and what
    /// the log says about keys counts. A status list among them is verified itself, and used for the credentials.
    package func verify(_ evidence: [Evidence]) -> [Verdict] {
        let bundles = evidence.map { evidence in
            evidence.kind == .bundle ? BundleProof(evidence.json ?? [:], trusting: trust) : nil
        }
        let log = LogKnowledge(from: bundles.compactMap(\.self))
        let absences = evidence.compactMap { CoverageExamination.absence($0, trusting: trust) }
        let lists = evidence.filter { $0.kind == .statusList }
        let verifier = Verifier(trust: trust, handed + lists, log: log?.keys)
        return zip(evidence, bundles).map { evidence, bundle in
            bundle?.verdict(by: verifier) ?? verifier.examine(evidence, in: log, absences: absences)
        }
    }

    /// Verifies one document of which it is known what it should be, as an interface does: whatever it says it is, it
    /// is judged as that, and it must answer the verifier's challenge itself.
    ///
    /// - Parameters:
    ///   - json: a document, the envelope of a token, or a token as a string.
    ///   - kind: a credential or a presentation.
    package func examine(_ json: JSON, as kind: Evidence.Kind) -> Verdict { examine(json, as: kind, in: nil) }

    func examine(_ json: JSON, as kind: Evidence.Kind, in log: LogKnowledge?) -> Verdict {
        if case .object(let object) = json, !Envelope.isEnvelope(json) {
            return examine(Evidence(kind, .json(object)), in: log, isAddressed: true)
        }
        do throws(EvidenceError) {
            let evidence = try Evidence(json)
            guard evidence.kind == kind else {
                throw EvidenceError.other("a \(evidence.kind.rawValue), where a \(kind.rawValue) belongs")
            }
            return examine(evidence, in: log, isAddressed: true)
        } catch {
            return Verdict(error)
        }
    }

    func examine(
        _ evidence: Evidence, in log: LogKnowledge?, isAddressed: Bool = false,
        absences: [CoverageExamination.Absence] = []
    ) -> Verdict {
        let (content, container) = (evidence.content, evidence.container)
        switch (evidence.kind, content) {
        case (.receipt, .json(let json)):
            return ReceiptExamination(json, by: self, in: log, absences: absences).verdict
        case (.coverage, .json(let json)): return CoverageExamination(json, trusting: trust).verdict
        case (.forkProof, .json(let json)): return ForkExamination(json, trusting: trust).verdict
        case (.bundle, .json(let json)): return BundleProof(json, trusting: trust).verdict(by: self)
        case (.presentation, _):
            return PresentationExamination(content, by: self, in: log, container: container).verdict
        case (.statusList, .token(let token)) where token.form == .statusList:
            return StatusTokenExamination(token, by: self).verdict
        case (.statusList, .json(let json)) where json["proof"] == nil && json["revokedCredentials"] != nil:
            return StatusTokenExamination(plain: json).verdict
        case (_, .token(let token)) where token.form == .plainCredential:
            return PlainCredentialExamination(token, by: self, in: log, container: container).verdict
        default:
            return CredentialExamination(
                content, kind: evidence.kind, by: self, in: evidence.kind == .statusList ? nil : log,
                isAddressed: isAddressed, container: container
            ).verdict
        }
    }
}
