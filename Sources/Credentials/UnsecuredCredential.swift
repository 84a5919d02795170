package import CanonicalJSON
package import Temporal

/// A complete credential of the data model that has no proof: ready to be secured, or what a proof was found to secure
/// ([VCDM 2.0, section 4](https://www.w3.org/TR/vc-data-model-2.0/#basic-concepts)).
package struct UnsecuredCredential: Hashable, Sendable {
    /// The credential as it was given.
    package let json: JSONObject
    private let members: CredentialMembers

    /// Who issues it.
    package let issuer: IssuerID

    /// Reads a credential that we are going to issue.
    /// - Throws: ``CredentialError`` for the first rule that does not hold.
    package init(_ json: JSON) throws(CredentialError) {
        try self.init(reading: OpenObject(json, at: JSONPointer()), missingOffset: .refused)
    }

    /// Reads the document that a proof secures, as verification found it.
    /// - Throws: ``CredentialError`` for the first rule that does not hold.
    package init(verified document: JSONObject) throws(CredentialError) {
        try self.init(reading: OpenObject(document, at: JSONPointer()), missingOffset: .isUTC)
    }

    init(
        reading credential: OpenObject, missingOffset: DateTimeStamp.MissingOffset
    ) throws(CredentialError) {
        try Self.refuseProof(in: credential)
        members = try CredentialMembers(
            reading: credential, leeway: .init(isDraft: false, missingOffset: missingOffset))
        guard let issuer = members.issuer else {
            throw credential.malformed("issuer", "is missing; give a URL, or an object whose id is a URL")
        }
        self.issuer = issuer
        json = credential.object
    }

    static func refuseProof(in credential: OpenObject) throws(CredentialError) {
        guard credential.object["proof"] == nil else {
            throw credential.malformed("proof", "is not allowed here: the issuer adds it")
        }
    }

    /// The version that it is written in.
    package var dataModel: DataModel { members.dataModel }

    /// What identifies this credential, if anything does.
    package var id: URI? { members.id }

    /// The types, in the order given; `VerifiableCredential` is among them.
    package var types: [String] { members.types }

    /// When it begins to be valid (`validFrom`, or `issuanceDate` in 1.1); nil: always was.
    package var validFrom: Instant? { members.validFrom }

    /// The last moment at which it is valid (`validUntil`, or `expirationDate` in 1.1); nil: for ever.
    package var validUntil: Instant? { members.validUntil }

    /// Each subject with its claims, at least one.
    package var subjects: [JSONObject] { objects("credentialSubject") }

    /// Where to find out whether it was revoked or suspended; each has a `type`.
    package var statusEntries: [JSONObject] { objects("credentialStatus") }

    /// The schemas it says it follows; each has an `id` and a `type`.
    package var schemas: [JSONObject] { objects("credentialSchema") }

    private func objects(_ key: String) -> [JSONObject] {
        json[key].map { ($0.arrayValue ?? [$0]).compactMap(\.objectValue) } ?? []
    }
}
