package import Cryptography
import Proofs

/// How a credential is secured: the cryptosuite of its proof, or the media type of its token.
package enum Securing: String, Hashable, Sendable, CaseIterable {
    /// A proof inside the document, over RFC 8785.
    case eddsaJCS2022 = "eddsa-jcs-2022"
    /// A proof inside the document, over RDFC-1.0.
    case eddsaRDFC2022 = "eddsa-rdfc-2022"
    /// The same with P-256 or P-384, over RFC 8785.
    case ecdsaJCS2019 = "ecdsa-jcs-2019"
    /// The same with P-256 or P-384, over RDFC-1.0.
    case ecdsaRDFC2019 = "ecdsa-rdfc-2019"
    /// P-256, for holders who show some of the statements only.
    case ecdsaSD2023 = "ecdsa-sd-2023"
    /// The whole credential in a signed token.
    case vcJWT = "vc+jwt"
    /// The credential in a token whose members the holder may withhold.
    case vcSDJWT = "vc+sd-jwt"
    /// A token that is no W3C credential: claims under a `vct`.
    case sdJWTVC = "dc+sd-jwt"

    /// The ways of signing that it is defined for.
    package var algorithms: Set<SignatureAlgorithm> {
        switch self {
        case .eddsaJCS2022, .eddsaRDFC2022: [.edDSA]
        case .ecdsaJCS2019, .ecdsaRDFC2019: [.es256, .es384]
        case .ecdsaSD2023: [.es256]
        case .vcJWT, .vcSDJWT, .sdJWTVC: Set(SignatureAlgorithm.allCases)
        }
    }

    /// The suite of the proof inside the document; nil for tokens.
    var cryptosuite: Cryptosuite? { Cryptosuite(rawValue: rawValue) }

    /// Whether the signature is over what the document says as linked data, so that all of it must have a meaning.
    var isOverLinkedData: Bool {
        switch self {
        case .eddsaRDFC2022, .ecdsaRDFC2019, .ecdsaSD2023: true
        case .eddsaJCS2022, .ecdsaJCS2019, .vcJWT, .vcSDJWT, .sdJWTVC: false
        }
    }

    /// What an issuer with such a key does when nothing else is said.
    package static func `default`(for algorithm: SignatureAlgorithm) -> Securing {
        switch algorithm {
        case .edDSA: .eddsaJCS2022
        case .es256, .es384: .ecdsaJCS2019
        case .rs256: .vcJWT
        }
    }
}
