package import CanonicalJSON

/// Credentials that a holder shows, with at least one embedded proof, which nobody has verified yet
/// ([VCDM 2.0, 4.13](https://www.w3.org/TR/vc-data-model-2.0/#verifiable-presentations)).
package struct VerifiablePresentation: Hashable, Sendable {
    /// The presentation as it was given, with its proofs.
    package let json: JSONObject

    /// Who shows it, if it says so. Only a verified proof makes this true.
    package let holder: URI?

    /// What is shown, in the order given.
    package let credentials: [Presented]

    /// One item of `verifiableCredential`.
    package enum Presented: Hashable, Sendable {
        /// A credential with embedded proofs.
        case secured(SecuredCredential)
        /// The `data:` URL of an `EnvelopedVerifiableCredential`: a token that this room does not open
        /// ([VCDM 2.0, 4.13.1](https://www.w3.org/TR/vc-data-model-2.0/#enveloped-verifiable-credentials)).
        case enveloped(URI)
    }

    /// Reads a presentation, and every credential in it that has an embedded proof.
    /// - Throws: ``CredentialError`` for the first rule that does not hold.
    package init(_ json: JSON) throws(CredentialError) {
        let presentation = try OpenObject(json, at: JSONPointer())
        try SecuredCredential.requireProof(in: presentation)
        try BaseContext.check(in: presentation)
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
        self.json = presentation.object
    }

    private static func holder(of presentation: OpenObject) throws(CredentialError) -> URI? {
        guard case .object(let holder) = presentation.object["holder"] else {
            return try presentation.optionalURI("holder")
        }
        return try OpenObject(holder, at: presentation.place.appending("holder")).uri("id")
    }

    private static func presented(_ credential: OpenObject) throws(CredentialError) -> Presented {
        guard try credential.types() == ["EnvelopedVerifiableCredential"] else {
            return .secured(try SecuredCredential(reading: credential))
        }
        let contexts = try credential.value("@context")
        guard (contexts.arrayValue ?? [contexts]).contains(.string(BaseContext.url)) else {
            throw credential.malformed("@context", "must include \(BaseContext.url)")
        }
        let envelope = try credential.uri("id")
        guard envelope.scheme == "data" else {
            throw credential.malformed("id", "must be a data: URL that holds the credential")
        }
        return .enveloped(envelope)
    }
}
