package import CanonicalJSON

/// Credentials that a holder shows, with at least one embedded proof, which nobody has verified yet
/// ([VCDM 2.0, 4.13](https://www.w3.org/TR/vc-data-model-2.0/#verifiable-presentations)).
package struct VerifiablePresentation: Hashable, Sendable {
    /// The presentation as it was given, with its proofs.
    package let json: JSONObject

    /// The same without its own proofs. Do not act on it before a proof is verified.
    package let unsecured: UnsecuredPresentation

    /// Who shows it, if it says so. Only a verified proof makes this true.
    package var holder: URI? { unsecured.holder }

    /// What is shown, in the order given.
    package var credentials: [UnsecuredPresentation.Presented] { unsecured.credentials }

    /// Reads a presentation, and every credential in it that has an embedded proof.
    /// - Throws: ``CredentialError`` for the first rule that does not hold.
    package init(_ json: JSON) throws(CredentialError) {
        let presentation = try OpenObject(json, at: JSONPointer())
        try SecuredCredential.requireProof(in: presentation)
        var unsecured = presentation.object
        unsecured["proof"] = nil
        self.unsecured = try UnsecuredPresentation(reading: OpenObject(unsecured, at: presentation.place))
        self.json = presentation.object
    }
}
