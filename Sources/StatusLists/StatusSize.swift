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
