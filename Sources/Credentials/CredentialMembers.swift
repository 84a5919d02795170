import CanonicalJSON
import Temporal

/// The members of a credential that the data model names, read by its rules. Every type of credential goes through
/// here, so that there is one list of rules.
struct CredentialMembers: Hashable, Sendable {
    let dataModel: DataModel
    let id: URI?
    let types: [String]
    /// Absent only in a draft.
    let issuer: IssuerID?
    let validFrom: Instant?
    let validUntil: Instant?

    /// Where two readers may differ.
    struct Leeway {
        /// Whether what the issuer adds may be absent: `issuer`, or its `id`, and `issuanceDate`.
        let isDraft: Bool
        let missingOffset: DateTimeStamp.MissingOffset
    }

    init(reading credential: OpenObject, leeway: Leeway) throws(CredentialError) {
        dataModel = try DataModel(of: credential)
        id = try credential.optionalURI("id")
        types = try credential.types()
        guard types.contains("VerifiableCredential") else {
            throw credential.malformed("type", "must include VerifiableCredential")
        }
        if dataModel.describesResources { try LanguageValue.checkNameAndDescription(of: credential) }
        issuer = try Self.issuer(of: credential, in: dataModel, mayBeAbsent: leeway.isDraft)
        (validFrom, validUntil) = try Self.period(of: credential, in: dataModel, leeway: leeway)
        try Self.checkSubjects(of: credential)
        try Self.checkExtensionPoints(of: credential, in: dataModel)
        if dataModel.describesResources { try RelatedResource.check(in: credential) }
    }

    /// [VCDM 2.0, 4.9](https://www.w3.org/TR/vc-data-model-2.0/#validity-period).
    private static func period(
        of credential: OpenObject, in dataModel: DataModel, leeway: Leeway
    ) throws(CredentialError) -> (from: Instant?, until: Instant?) {
        let (from, until, mustBegin) = dataModel.period
        let validFrom = try credential.optionalTime(from, missingOffset: leeway.missingOffset)
        let validUntil = try credential.optionalTime(until, missingOffset: leeway.missingOffset)
        if mustBegin, validFrom == nil, !leeway.isDraft {
            throw credential.malformed(from, "is missing; data model 1.1 requires it")
        }
        if let validFrom, let validUntil, validUntil < validFrom {
            throw credential.malformed(until, "is before \(from); a period may not end before it begins")
        }
        return (validFrom, validUntil)
    }

    /// [VCDM 2.0, 4.7](https://www.w3.org/TR/vc-data-model-2.0/#issuer).
    private static func issuer(
        of credential: OpenObject, in dataModel: DataModel, mayBeAbsent: Bool
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
        if dataModel.describesResources { try LanguageValue.checkNameAndDescription(of: issuer) }
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

    private static func checkExtensionPoints(
        of credential: OpenObject, in dataModel: DataModel
    ) throws(CredentialError) {
        for (key, needsID) in dataModel.extensionPoints {
            for value in try credential.objects(key) {
                _ = try value.types()
                let id = try value.optionalURI("id")
                if needsID, id == nil { throw value.malformed("id", "is missing; give a URL") }
            }
        }
    }
}
