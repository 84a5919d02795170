import CanonicalJSON
import Credentials

/// The credentials of Open Badges 3.0, appendix B.
enum CredentialClass: Sendable {
    case achievement
    case endorsement

    /// The values of `type` of which a credential of the class has one.
    var names: [String] {
        switch self {
        case .achievement: ["OpenBadgeCredential", "AchievementCredential"]
        case .endorsement: ["EndorsementCredential"]
        }
    }

    /// The properties, without `@context` and `type`, and without those that a draft may lack.
    func members(_ version: DataModel) -> [BadgeMember] {
        Self.common + (self == .achievement ? Self.achievementMembers : Self.endorsementMembers)
            // Since the data model has names for credentials, a badge may do without.
            + [version == .v2_0 && self == .achievement ? .optional("name", .string) : .required("name", .string)]
            + [.optional(version.end, .dateTime)]
    }

    /// The properties that whoever issues the credential adds.
    func issuerMembers(_ version: DataModel) -> [BadgeMember] {
        [
            .required("id", .uri), .required("issuer", version == .v2_0 ? .profileReference : .object(.profile)),
            .required(version.beginning, .dateTime),
        ]
    }

    private static let common: [BadgeMember] = [
        .optional("description", .string), .optional("awardedDate", .dateTime),
        .compactedList("proof", .object(.proof)), .compactedList("credentialSchema", .object(.credentialSchema)),
        .optional("credentialStatus", .object(.credentialStatus)),
        .optional("refreshService", .object(.refreshService)), .compactedList("termsOfUse", .object(.termsOfUse)),
    ]

    private static let achievementMembers: [BadgeMember] = [
        .required("credentialSubject", .object(.achievementSubject)), .optional("image", .object(.image)),
        .list("endorsement", .endorsement), .list("endorsementJwt", .compactJWS),
        .list("evidence", .object(.evidence)),
    ]

    private static let endorsementMembers: [BadgeMember] = [
        .required("credentialSubject", .object(.endorsementSubject))
    ]
}

extension DataModel {
    /// The version whose context a badge has first, or nil when it has none of them there.
    init?(ofBadge credential: JSONObject) {
        let first = credential["@context"]?.arrayValue?.first
        guard let version = Self.allCases.first(where: { first == .string($0.context) }) else { return nil }
        self = version
    }

    /// The member that says when validity begins.
    var beginning: String { self == .v1_1 ? "issuanceDate" : "validFrom" }

    /// The member that says when it ends.
    var end: String { self == .v1_1 ? "expirationDate" : "validUntil" }
}
