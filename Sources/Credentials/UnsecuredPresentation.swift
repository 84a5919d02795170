package import CanonicalJSON

/// Credentials that a holder shows, without the proof that it is they who show them: what such a proof, or a token, was
/// found to secure ([VCDM 2.0, 4.13](https://www.w3.org/TR/vc-data-model-2.0/#verifiable-presentations)).
package struct UnsecuredPresentation: Hashable, Sendable {
    /// The presentation as it was given, without proofs of its own.
    package let json: JSONObject

    /// The version that it is written in; the credentials in it may be of another.
    package let dataModel: DataModel

    /// Who shows it, if it says so.
    package let holder: URI?

    /// What is shown, in the order given.
    package let credentials: [Presented]

    /// One item of `verifiableCredential`.
    package enum Presented: Hashable, Sendable {
        /// A credential with embedded proofs.
        case secured(SecuredCredential)
        /// A credential inside a token.
        case enveloped(Envelope)
    }

    /// Reads the document that a proof or a token secures, as verification found it.
    /// - Throws: ``CredentialError`` for the first rule that does not hold.
    package init(verified document: JSONObject) throws(CredentialError) {
        try self.init(reading: OpenObject(document, at: JSONPointer()))
    }

    init(reading presentation: OpenObject) throws(CredentialError) {
        try UnsecuredCredential.refuseProof(in: presentation)
        dataModel = try DataModel(of: presentation)
        guard try presentation.types().contains("VerifiablePresentation") else {
            throw presentation.malformed("type", "must include VerifiablePresentation")
        }
        _ = try presentation.optionalURI("id")
        holder = try Self.holder(of: presentation)
        var credentials: [Presented] = []
        for credential in try presentation.objects("verifiableCredential") {
            credentials.append(try Self.presented(credential))
        }
        self.credentials = credentials
        json = presentation.object
    }

    private static func holder(of presentation: OpenObject) throws(CredentialError) -> URI? {
        guard case .object(let holder) = presentation.object["holder"] else {
            return try presentation.optionalURI("holder")
        }
        return try OpenObject(holder, at: presentation.place.appending("holder")).uri("id")
    }

    private static func presented(_ credential: OpenObject) throws(CredentialError) -> Presented {
        _ = try credential.types()
        guard Envelope.isEnvelope(.object(credential.object)) else {
            return .secured(try SecuredCredential(reading: credential))
        }
        let envelope = try Envelope(reading: credential)
        guard envelope.kind == .credential else {
            throw credential.malformed("type", "is a presentation; a presentation shows credentials")
        }
        return .enveloped(envelope)
    }
}
