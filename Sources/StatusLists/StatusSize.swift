import CanonicalJSON
import Credentials

/// How many bits an entry has
/// ([Bitstring Status List 1.0, 2.1](https://www.w3.org/TR/vc-bitstring-status-list/#statusSize)).
package struct StatusSize: Hashable, Sendable {
    /// The number of bits, 1 to ``maximum``.
    package let bits: Int

    /// The specification sets no limit, but demands a message for each value: with 8 bits that is 256 in every
    /// credential. Nobody publishes more, and a value fits a byte.
    package static let maximum = 8

    /// One bit: what an entry has when it does not say.
    package static let one = StatusSize(checked: 1)

    /// So many bits, or nil when that is not 1 to ``maximum``.
    package init?(bits: Int) {
        guard 1...Self.maximum ~= bits else { return nil }
        self.bits = bits
    }

    private init(checked bits: Int) { self.bits = bits }

    /// How many values an entry of this size can have.
    package var valueCount: Int { 1 << bits }

    /// The most entries of this size that a list has room for; every place is less.
    package var maximumEntries: Int { Bitstring.maximumCount / bits }
}

extension StatusSize {
    /// Reads `statusSize` of an entry or of a list; nil when it is absent.
    init?(of object: OpenObject) throws(CredentialError) {
        guard let json = object.object["statusSize"] else { return nil }
        guard let bits = json.integerValue, bits > 0 else {
            throw object.malformed("statusSize", "must be a whole number of bits, at least 1")
        }
        guard let size = Int(exactly: bits).flatMap(StatusSize.init(bits:)) else {
            throw CredentialError(
                .statusVerification, at: object.place.appending("statusSize"),
                "is more than \(Self.maximum) bits, which are not supported here")
        }
        self = size
    }
}
