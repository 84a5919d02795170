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

    /// Those that a signature can have: every relationship but `keyAgreement`.
    static let all = [assertionMethod, authentication, capabilityInvocation, capabilityDelegation]
}
