package import Cryptography

/// The ways of making a proof that this room has, by their names in `cryptosuite`, or in `type` for the one that is
/// older than cryptosuites.
///
/// All but one sign one hash of the whole document, and differ in three answers only: how a document becomes bytes,
/// with which hash, and by which keys (``WholeDocumentSuite``). `ecdsa-sd-2023` signs each statement apart.
package enum Cryptosuite: String, Hashable, Sendable, CaseIterable {
    /// JSON Canonicalization Scheme, Ed25519.
    case eddsaJCS2022 = "eddsa-jcs-2022"
    /// RDF Dataset Canonicalization, Ed25519.
    case eddsaRDFC2022 = "eddsa-rdfc-2022"
    /// JSON Canonicalization Scheme, P-256 or P-384.
    case ecdsaJCS2019 = "ecdsa-jcs-2019"
    /// RDF Dataset Canonicalization, P-256 or P-384.
    case ecdsaRDFC2019 = "ecdsa-rdfc-2019"
    /// Selective disclosure, P-256.
    case ecdsaSD2023 = "ecdsa-sd-2023"
    /// RDF Dataset Canonicalization, Ed25519: a proof `type` of its own, which is verified and no longer made.
    case ed25519Signature2020 = "Ed25519Signature2020"

    /// The names, for people.
    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

    /// The `type` of its proofs.
    var proofType: String {
        self == .ed25519Signature2020 ? rawValue : DataIntegrityProof.type
    }

    /// Whether new proofs are made with it.
    package var isForSigning: Bool { self != .ed25519Signature2020 }

    /// How a document becomes bytes.
    package var canonicalization: Canonicalization {
        switch self {
        case .eddsaJCS2022, .ecdsaJCS2019: .jcs
        case .eddsaRDFC2022, .ecdsaRDFC2019, .ecdsaSD2023, .ed25519Signature2020: .rdfc
        }
    }

    /// The ways of signing that its keys have.
    package var algorithms: [SignatureAlgorithm] {
        switch self {
        case .eddsaJCS2022, .eddsaRDFC2022, .ed25519Signature2020: [.edDSA]
        case .ecdsaJCS2019, .ecdsaRDFC2019: [.es256, .es384]
        case .ecdsaSD2023: [.es256]
        }
    }

    /// What its keys are, for people.
    var keysInWords: String {
        switch self {
        case .eddsaJCS2022, .eddsaRDFC2022, .ed25519Signature2020: "an Ed25519 key"
        case .ecdsaJCS2019, .ecdsaRDFC2019: "a P-256 or P-384 key"
        case .ecdsaSD2023: "a P-256 key"
        }
    }
}
