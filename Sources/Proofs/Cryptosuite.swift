/// The cryptographic suites that this room has, by their names in `cryptosuite`.
package enum Cryptosuite: String, Hashable, Sendable, CaseIterable {
    /// JSON Canonicalization Scheme, SHA-256, Ed25519: ``EdDSAJCS2022``.
    case eddsaJCS2022 = "eddsa-jcs-2022"

    /// The names, for people.
    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

/// What a proof is for, which is also what its key must be allowed for: the name of a verification relationship
/// ([Data Integrity, 2.5](https://www.w3.org/TR/vc-data-integrity/#proof-purposes)).
package struct ProofPurpose: RawRepresentable, Hashable, Sendable {
    /// The name.
    package let rawValue: String

    /// The purpose of that name.
    package init(rawValue: String) { self.rawValue = rawValue }

    /// To assert something: credentials and receipts.
    package static let assertionMethod = ProofPurpose(rawValue: "assertionMethod")

    /// To show that one is there: presentations.
    package static let authentication = ProofPurpose(rawValue: "authentication")

    /// To use a capability.
    package static let capabilityInvocation = ProofPurpose(rawValue: "capabilityInvocation")

    /// To pass a capability on.
    package static let capabilityDelegation = ProofPurpose(rawValue: "capabilityDelegation")
}
