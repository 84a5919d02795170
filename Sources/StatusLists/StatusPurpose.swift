/// What a bit that is set means
/// ([Bitstring Status List 1.0, 2.1](https://www.w3.org/TR/vc-bitstring-status-list/#bitstringstatuslistentry)).
package struct StatusPurpose: RawRepresentable, Hashable, Sendable {
    /// The name.
    package let rawValue: String

    /// The purpose of that name.
    package init(rawValue: String) { self.rawValue = rawValue }

    /// The credential is cancelled, for good.
    package static let revocation = StatusPurpose(rawValue: "revocation")

    /// The credential is not accepted for now.
    package static let suspension = StatusPurpose(rawValue: "suspension")

    /// A newer credential is to be had; this one stays valid.
    package static let refresh = StatusPurpose(rawValue: "refresh")

    /// The entry says in words what each value means.
    package static let message = StatusPurpose(rawValue: "message")
}
