package import CanonicalJSON
package import Credentials

/// A plain list of revoked credentials, as Open Badges use it
/// ([1EdTech Revocation List Status Method 1.0](https://www.imsglobal.org/spec/vcrl/v1p0/)).
///
/// Nothing secures it: it is as trustworthy as the way on which it came, which must be the address that the
/// credential names. It also tells that address who is looked up, which a ``StatusListCredential`` does not.
package struct OneEdTechRevocationList: Hashable, Sendable {
    /// The `type` of a `credentialStatus` whose `id` is the address of such a list.
    package static let type = "1EdTechRevocationList"

    /// The address that the list says it has, if it says one.
    package let id: URI?

    /// That a credential is revoked.
    package struct Revocation: Hashable, Sendable {
        /// Why, if the list says.
        package let reason: String?
    }

    private let revocations: [URI: Revocation]

    /// Reads a list.
    ///
    /// - Throws: ``StatusListError`` of type ``Credentials/ProblemType/malformedValue``.
    package init(_ json: JSON) throws(StatusListError) {
        var revocations: [URI: Revocation] = [:]
        do throws(CredentialError) {
            let list = try OpenObject(json, at: JSONPointer())
            id = try list.optionalURI("id")
            guard let elements = list.object["revokedCredentials"]?.arrayValue else {
                throw list.malformed("revokedCredentials", "must be a list, empty when nothing is revoked")
            }
            let place = list.place.appending("revokedCredentials")
            for (index, element) in elements.enumerated() {
                let item = try OpenObject(element, at: place.appending(index))
                let revoked = item.object["revoked"] ?? true
                guard let isRevoked = revoked.boolValue else {
                    throw item.malformed("revoked", "must be true or false")
                }
                let reason = try item.optionalString("revocationReason")
                let credential = try item.uri("id")
                if isRevoked { revocations[credential] = Revocation(reason: reason) }
            }
        } catch {
            throw StatusListError(error)
        }
        self.revocations = revocations
    }

    /// What the list says about the credential with that `id`; nil when it does not say that it is revoked.
    package func revocation(of credential: URI) -> Revocation? { revocations[credential] }
}
