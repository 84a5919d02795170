import CanonicalJSON
import Credentials
import OpenBadges

/// Whether a badge follows the rules of Open Badges, which say more than the data model of credentials.
enum BadgeQuestion {
    private static let types = ["OpenBadgeCredential", "AchievementCredential", "EndorsementCredential"]
    private static let contexts = "https://purl.imsglobal.org/spec/ob/v3p0/"

    /// One check for a credential that says that it is a badge or an endorsement of one; else none.
    static func checks(_ credential: UnsecuredCredential) -> [Check] {
        guard arises(for: credential) else { return [] }
        let violations = OpenBadges.violations(of: credential.json)
        guard let first = violations.first else {
            return [Check(.badge, .passed, "It follows the rules of Open Badges 3.0.")]
        }
        let more = violations.count > 1 ? ", and \(violations.count - 1) more" : ""
        return [
            Check(
                .badge, .failed, "It breaks the rules of Open Badges 3.0: \(first)\(more).",
                facts: ["violations": .array(violations.map { .string("\($0)") })])
        ]
    }

    /// Whether a credential says that it is a badge or an endorsement of one.
    static func arises(for credential: UnsecuredCredential) -> Bool {
        let isNamed = credential.types.contains(where: types.contains)
        let hasContext = credential.json["@context"]?.arrayValue?.contains { context in
            context.stringValue?.hasPrefix(contexts) ?? false
        }
        return isNamed || hasContext ?? false
    }
}
