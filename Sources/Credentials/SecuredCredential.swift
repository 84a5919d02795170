package import CanonicalJSON

/// A credential with at least one embedded proof, which nobody has verified yet
/// ([VCDM 2.0, 4.12](https://www.w3.org/TR/vc-data-model-2.0/#securing-mechanisms)).
///
/// The rules of the data model hold for it already: the specification allows to check them before or after the proof.
package struct SecuredCredential: Hashable, Sendable {
    /// The credential as it was given, with its proofs.
    package let json: JSONObject

    /// The same without proofs. Do not act on it before a proof is verified.
    package let unsecured: UnsecuredCredential

    /// Reads a credential that somebody shows us.
    /// - Throws: ``CredentialError`` for the first rule that does not hold.
    package init(_ json: JSON) throws(CredentialError) {
        try self.init(reading: OpenObject(json, at: JSONPointer()))
    }

    init(reading credential: OpenObject) throws(CredentialError) {
        try Self.requireProof(in: credential)
        var unsecured = credential.object
        unsecured["proof"] = nil
        self.unsecured = try UnsecuredCredential(
            reading: OpenObject(unsecured, at: credential.place), missingOffset: .isUTC)
        json = credential.object
    }

    /// What a proof must contain is for its cryptosuite to say; that it is there and has a type is said here.
    static func requireProof(in document: OpenObject) throws(CredentialError) {
        let proofs = try document.objects("proof")
        guard !proofs.isEmpty else { throw document.malformed("proof", "is missing; nothing secures this document") }
        for proof in proofs { _ = try proof.types() }
    }
}
