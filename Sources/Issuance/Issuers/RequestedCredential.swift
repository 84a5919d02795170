package import CanonicalJSON
package import Credentials

/// What an institution wants signed: a credential of the W3C data model, or claims for an SD-JWT VC.
package enum RequestedCredential: Sendable {
    case credential(CredentialDraft)
    case claims(ClaimsDraft)

    /// A document with `vct` and without `@context` is claims; anything else has to be a credential.
    package init(_ document: JSON) throws(Refusal) {
        if document["vct"] != nil, document["@context"] == nil {
            self = .claims(try ClaimsDraft(document))
            return
        }
        do throws(CredentialError) {
            self = .credential(try CredentialDraft(document))
        } catch {
            throw Refusal(error)
        }
    }

    /// The document as it was given.
    var json: JSONObject {
        switch self {
        case .credential(let draft): draft.json
        case .claims(let draft): draft.json
        }
    }

    /// The most specific type; empty when there is none.
    var type: String {
        switch self {
        case .credential(let draft): draft.types.last { $0 != "VerifiableCredential" } ?? ""
        case .claims(let draft): draft.credentialType
        }
    }
}

/// Claims for an SD-JWT VC ([SD-JWT VC, 3.2.2](https://datatracker.ietf.org/doc/draft-ietf-oauth-sd-jwt-vc/)): who
/// issues, when, to whose key, and where the status is, is for the issuer to say.
package struct ClaimsDraft: Sendable {
    let json: JSONObject
    /// `vct`.
    let credentialType: String

    /// What the issuer adds.
    private static let reserved = ["iss", "iat", "nbf", "cnf", "status", "_sd", "_sd_alg", "..."]

    init(_ document: JSON) throws(Refusal) {
        guard case .object(let object) = document, let type = object["vct"]?.stringValue, !type.isEmpty else {
            throw Refusal(.invalidCredential, "vct must be a string that names the type.", at: "/credential/vct")
        }
        for name in Self.reserved where object[name] != nil {
            throw Refusal(.invalidCredential, "\(name) is for the issuer to say.", at: "/credential/" + name)
        }
        if let expiry = object["exp"], expiry.integerValue == nil {
            throw Refusal(
                .invalidCredential, "exp must be a whole number of seconds since 1970.", at: "/credential/exp")
        }
        (json, credentialType) = (object, type)
    }
}
