import CanonicalJSON
import Temporal

/// The members of a credential that the data model names, read by its rules. Every type of credential goes through
/// here, so that there is one list of rules.
struct CredentialMembers: Hashable, Sendable {
    let id: URI?
    let types: [String]
    /// Absent only in a draft.
    let issuer: IssuerID?
    let validFrom: Instant?
    let validUntil: Instant?

    /// Where two readers may differ.
    struct Leeway {
        /// Whether `issuer` may be absent, or an object without `id`.
        let mayLackIssuer: Bool
        let missingOffset: DateTimeStamp.MissingOffset
    }

    init(reading credential: OpenObject, leeway: Leeway) throws(CredentialError) {
        try BaseContext.check(in: credential)
        id = try credential.optionalURI("id")
        types = try credential.types()
        guard types.contains("VerifiableCredential") else {
            throw credential.malformed("type", "must include VerifiableCredential")
        }
        try LanguageValue.checkNameAndDescription(of: credential)
        issuer = try Self.issuer(of: credential, mayBeAbsent: leeway.mayLackIssuer)
        validFrom = try credential.optionalTime("validFrom", missingOffset: leeway.missingOffset)
        validUntil = try credential.optionalTime("validUntil", missingOffset: leeway.missingOffset)
        if let validFrom, let validUntil, validUntil < validFrom {
            throw credential.malformed("validUntil", "is before validFrom; a period may not end before it begins")
        }
        try Self.checkSubjects(of: credential)
        for extensionPoint in Self.extensionPoints { try extensionPoint.check(in: credential) }
        try RelatedResource.check(in: credential)
    }

    /// [VCDM 2.0, 4.7](https://www.w3.org/TR/vc-data-model-2.0/#issuer).
    private static func issuer(
        of credential: OpenObject, mayBeAbsent: Bool
    ) throws(CredentialError) -> IssuerID? {
        guard let json = credential.object["issuer"] else {
            guard mayBeAbsent else {
                throw credential.malformed("issuer", "is missing; give a URL, or an object whose id is a URL")
            }
            return nil
        }
        guard case .object(let object) = json else {
            guard case .string = json else {
                throw credential.malformed("issuer", "must be a URL, or an object whose id is a URL")
            }
            return IssuerID(try credential.uri("issuer"))
        }
        let issuer = OpenObject(object, at: credential.place.appending("issuer"))
        try LanguageValue.checkNameAndDescription(of: issuer)
        if mayBeAbsent { return try issuer.optionalURI("id").map(IssuerID.init) }
        return IssuerID(try issuer.uri("id"))
    }

    /// [VCDM 2.0, 4.8](https://www.w3.org/TR/vc-data-model-2.0/#credential-subject).
    private static func checkSubjects(of credential: OpenObject) throws(CredentialError) {
        let subjects = try credential.objects("credentialSubject")
        guard !subjects.isEmpty else {
            throw credential.malformed("credentialSubject", "is missing; say whom the claims are about")
        }
        for subject in subjects {
            _ = try subject.optionalURI("id")
            guard !subject.object.isEmpty else {
                throw CredentialError(at: subject.place, "makes no claim; give at least one member")
            }
        }
    }
}

extension CredentialMembers {
    /// A property whose values are objects with a `type`, as extensions define them.
    private struct ExtensionPoint {
        let key: String
        var needsID = false

        func check(in credential: OpenObject) throws(CredentialError) {
            for value in try credential.objects(key) {
                _ = try value.types()
                let id = try value.optionalURI("id")
                if needsID, id == nil { throw value.malformed("id", "is missing; give a URL") }
            }
        }
    }

    /// VCDM 2.0, sections 4.10, 4.11, 5.4, 5.5, 5.6 and 5.10.
    private static let extensionPoints = [
        ExtensionPoint(key: "credentialStatus"),
        ExtensionPoint(key: "credentialSchema", needsID: true),
        ExtensionPoint(key: "refreshService"),
        ExtensionPoint(key: "termsOfUse"),
        ExtensionPoint(key: "evidence"),
        ExtensionPoint(key: "confidenceMethod"),
        ExtensionPoint(key: "renderMethod"),
    ]
}
