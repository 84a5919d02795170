package import CanonicalJSON
package import Temporal

/// What an institution asks us to issue: every rule of the data model holds, except that what the issuer adds may still
/// be missing. ``issuable(id:issuer:validFrom:status:embedsProof:)`` makes it complete.
package struct CredentialDraft: Hashable, Sendable {
    /// The draft as it was given.
    package let json: JSONObject
    private let members: CredentialMembers

    /// Reads a draft by the rules of ``UnsecuredCredential``.
    /// - Throws: ``CredentialError`` for the first rule that does not hold.
    package init(_ json: JSON) throws(CredentialError) {
        let draft = try OpenObject(json, at: JSONPointer())
        try UnsecuredCredential.refuseProof(in: draft)
        members = try CredentialMembers(
            reading: draft, leeway: .init(isDraft: true, missingOffset: .refused))
        self.json = draft.object
    }

    /// The version that it is written in.
    package var dataModel: DataModel { members.dataModel }

    /// The identifier that the institution chose, if any.
    package var id: URI? { members.id }

    /// The types, in the order given; `VerifiableCredential` is among them.
    package var types: [String] { members.types }

    /// The issuer that the institution named, if any.
    package var issuer: IssuerID? { members.issuer }

    /// When the credential begins to be valid (`validFrom`, or `issuanceDate` in 1.1), if the institution said so.
    package var validFrom: Instant? { members.validFrom }

    /// When the credential ceases to be valid (`validUntil`, or `expirationDate` in 1.1), if ever.
    package var validUntil: Instant? { members.validUntil }

    /// The credential, with what the issuer adds.
    ///
    /// - Parameters:
    ///   - id: becomes the `id` if there is none; nil leaves it absent, which hides the credential better.
    ///   - issuer: ourselves. An issuer object keeps its other members, such as `name`.
    ///   - validFrom: becomes the `validFrom` (`issuanceDate` in 1.1) if there is none, unless `validUntil` is earlier.
    ///   - status: entries that are put after those of the draft.
    ///   - embedsProof: whether a Data Integrity proof will be put inside, for which 1.1 needs one context more.
    /// - Throws: ``CredentialError`` at `/issuer` when the draft names another issuer, and at `/issuanceDate` when 1.1
    ///   leaves no date to give.
    package func issuable(
        id: URI?, issuer: IssuerID, validFrom: Instant?, status: [JSONObject], embedsProof: Bool = true
    ) throws(CredentialError) -> UnsecuredCredential {
        var credential = json
        if let id, self.id == nil { credential["id"] = .string(id.description) }
        try name(issuer, in: &credential)
        if let validFrom, self.validFrom == nil, validFrom <= validUntil ?? .latest {
            credential[dataModel.period.from] = .string(validFrom.dateTimeStamp)
        }
        if !status.isEmpty { credential["credentialStatus"] = statusProperty(adding: status) }
        if embedsProof { credential["@context"] = contextsForProof }
        return try UnsecuredCredential(.object(credential))
    }

    /// `@context` with what a Data Integrity proof needs, at the end.
    private var contextsForProof: JSON? {
        guard let further = dataModel.dataIntegrityContext, let contexts = json["@context"]?.arrayValue else {
            return json["@context"]
        }
        let family = further[...(further.lastIndex(of: "/") ?? further.startIndex)]
        let isThere = contexts.contains { $0.stringValue?.hasPrefix(family) == true }
        return .array(isThere ? contexts : contexts + [.string(further)])
    }

    private func name(_ ours: IssuerID, in credential: inout JSONObject) throws(CredentialError) {
        guard let issuer else {
            var object = json["issuer"]?.objectValue
            object?["id"] = .string(ours.description)
            credential["issuer"] = object.map(JSON.object) ?? .string(ours.description)
            return
        }
        guard issuer == ours else {
            throw CredentialError(
                at: JSONPointer().appending("issuer"),
                "is \(issuer), and this service issues only as \(ours); name that issuer or leave it out")
        }
    }

    private func statusProperty(adding status: [JSONObject]) -> JSON {
        let present = json["credentialStatus"].map { $0.arrayValue ?? [$0] } ?? []
        let all = present + status.map(JSON.object)
        return all.count == 1 ? all[0] : .array(all)
    }
}
