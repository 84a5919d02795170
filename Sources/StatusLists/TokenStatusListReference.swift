package import CanonicalJSON
package import Credentials

/// Where in which list the status of a token is (`status` with `status_list`,
/// [Token Status List](https://datatracker.ietf.org/doc/draft-ietf-oauth-status-list/), section 6.2).
package struct TokenStatusListReference: Hashable, Sendable {
    /// The place in the list, from 0.
    package let index: Int

    /// Where the list is published, which is also its name.
    package let uri: URI

    /// A reference to be put into a token.
    package init(index: Int, uri: URI) {
        precondition(index >= 0, "a place in a list")
        (self.index, self.uri) = (index, uri)
    }

    /// The claim `status` of a token that refers to a list.
    package var json: JSONObject {
        ["status_list": ["idx": .integer(Int64(index)), "uri": .string(uri.description)]]
    }

    /// Reads the claim `status` of a token; nil when the token has none, or one of another mechanism.
    ///
    /// - Throws: ``StatusListError`` of type ``Credentials/ProblemType/malformedValue``.
    package init?(of claims: JSONObject) throws(StatusListError) {
        guard let status = claims["status"] else { return nil }
        let place = JSONPointer().appending("status")
        guard case .object(let mechanisms) = status else {
            throw StatusListError(.malformedValue, at: place, "must be an object")
        }
        guard let json = mechanisms["status_list"] else { return nil }
        do throws(CredentialError) {
            let reference = try OpenObject(json, at: place.appending("status_list"))
            guard let index = try reference.value("idx").integerValue, index >= 0 else {
                throw reference.malformed("idx", "must be a whole number from 0")
            }
            self.index = Int(index)
            uri = try reference.uri("uri")
        } catch {
            throw StatusListError(error)
        }
    }
}
