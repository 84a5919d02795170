import CanonicalJSON
import Compensation
import ServiceLevels

/// The rules of incidents, and the stages that are reported as failing. Kept in memory; a value, as the directory is.
package struct IncidentBook: Sendable {
    /// All that were published; few, each for ever.
    private var published: [String: IncidentRules] = [:]
    /// The newest; nil for those of the page.
    private(set) var current: IncidentRules?
    /// Whether any were published: from then on it is promised that incidents open in time.
    var isPublished: Bool { current != nil }

    private struct Place: Hashable {
        /// Empty for everybody's.
        let tenant: String
        let stage: Stage
    }

    /// When each failing stage was reported, by the number of reports before.
    private var failing: [Place: Int] = [:]
    private var reports = 0

    /// The hashes of compensation policies that ask for anything of incidents.
    private var asking: Set<String> = []

    /// The most documents: each stays in memory, at a few kilobytes.
    static let maximumPublished = 1024

    var publishedCount: Int { published.count }

    /// The rules in force for what opens now.
    var rules: IncidentRules { current ?? .standard }

    /// The rules of that hash, or of the page.
    func rules(_ hash: String?) throws(StoreError) -> IncidentRules {
        guard let hash else { return .standard }
        guard let rules = published[hash] else {
            throw .corrupt("an incident is bound to rules that are not in the log: \(hash)")
        }
        return rules
    }

    /// The stage that was reported last as failing for that institution, or for all, and not as working since.
    func failingStage(for tenant: String) -> Stage? {
        failing.filter { $0.key.tenant == tenant || $0.key.tenant.isEmpty }.max { $0.value < $1.value }?.key.stage
    }

    /// Whether that very report stands.
    func isFailing(_ stage: Stage, for tenant: TenantID?) -> Bool {
        failing[Place(tenant: tenant?.text ?? "", stage: stage)] != nil
    }

    /// Whether what a request is owed under a compensation policy may depend on its incident.
    func asks(_ policy: String) -> Bool { asking.contains(policy) }

    /// Whether any published policy does.
    var isAskedFor: Bool { !asking.isEmpty }

    mutating func apply(_ event: PolicyPublished) {
        if event.document.asksOfIncidents { asking.insert(event.hash.text) }
    }

    mutating func apply(_ event: IncidentEvent) {
        switch event {
        case .stageReported(let report):
            reports += 1
            let place = Place(tenant: report.tenant?.text ?? "", stage: report.stage)
            failing[place] = report.isFailing ? reports : nil
        case .rulesPublished(let event):
            published[event.rules.hash.text] = event.rules
            current = event.rules
        default: break
        }
    }
}

extension JSON {
    /// Whether a policy says anything that depends on an incident: by cause, by severity, or by one of its facts.
    fileprivate var asksOfIncidents: Bool {
        switch self {
        case .object(let object):
            object.contains { key, value in
                key == "causes" && value != [] || key == "severityAtLeast" || value.asksOfIncidents
            }
        case .array(let elements): elements.contains(where: \.asksOfIncidents)
        case .string(let text): text.hasPrefix("incident.")
        default: false
        }
    }
}
