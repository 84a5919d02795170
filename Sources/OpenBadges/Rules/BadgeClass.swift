/// The classes of [Open Badges 3.0, appendix B](https://www.imsglobal.org/spec/ob/v3p0#data-models) that a badge is
/// made of, but for the credentials themselves. What their members are stands in ``members``.
enum BadgeClass: String {
    case achievement = "Achievement"
    case achievementSubject = "AchievementSubject"
    case address = "Address"
    case alignment = "Alignment"
    case credentialSchema = "CredentialSchema"
    case credentialStatus = "CredentialStatus"
    case criteria = "Criteria"
    case endorsementSubject = "EndorsementSubject"
    case evidence = "Evidence"
    case geoCoordinates = "GeoCoordinates"
    case identifierEntry = "IdentifierEntry"
    case identityObject = "IdentityObject"
    case image = "Image"
    case profile = "Profile"
    case proof = "Proof"
    case refreshService = "RefreshService"
    case related = "Related"
    case result = "Result"
    case resultDescription = "ResultDescription"
    case rubricCriterionLevel = "RubricCriterionLevel"
    case termsOfUse = "TermsOfUse"

    /// What `type` of a class must be.
    enum TypeRule {
        /// The name of the class, as a string.
        case isName
        /// One or more types, the name of the class among them.
        case includesName
        /// One type, which another specification names.
        case isAny
        /// The class has no `type`.
        case none
    }

    var typeRule: TypeRule {
        switch self {
        case .criteria: .none
        case .geoCoordinates, .identifierEntry, .identityObject, .image: .isName
        case .credentialSchema, .credentialStatus, .proof, .refreshService, .termsOfUse: .isAny
        default: .includesName
        }
    }
}

/// One property of a class.
struct BadgeMember: Sendable {
    let key: String
    let kind: Kind
    let occurrence: Occurrence

    /// What a value must be.
    enum Kind: Sendable {
        case string
        case boolean
        case number
        case uri
        /// With its offset from UTC.
        case dateTime
        case date
        case languageCode
        case countryCode
        case emailAddress
        case compactJWS
        case term(Vocabulary)
        case object(BadgeClass)
        case endorsement
        /// A URL, or a Profile.
        case profileReference
    }

    /// How many values there may be.
    enum Occurrence: Sendable {
        case required
        case optional
        /// A list, also of one.
        case list
        /// A list, or one value alone.
        case compactedList
    }

    static func required(_ key: String, _ kind: Kind) -> BadgeMember {
        BadgeMember(key: key, kind: kind, occurrence: .required)
    }

    static func optional(_ key: String, _ kind: Kind) -> BadgeMember {
        BadgeMember(key: key, kind: kind, occurrence: .optional)
    }

    static func optional(_ keys: [String], _ kind: Kind) -> [BadgeMember] { keys.map { optional($0, kind) } }

    static func list(_ key: String, _ kind: Kind) -> BadgeMember {
        BadgeMember(key: key, kind: kind, occurrence: .list)
    }

    static func compactedList(_ key: String, _ kind: Kind) -> BadgeMember {
        BadgeMember(key: key, kind: kind, occurrence: .compactedList)
    }
}
