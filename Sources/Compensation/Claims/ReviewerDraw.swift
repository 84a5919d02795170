import Cryptography

/// Who is to decide, by lot: it follows from a seed in the log, so that anybody can draw again (rule 47).
package struct ReviewerDraw: Hashable, Sendable {
    private let digest: [UInt8]

    /// - Parameters:
    ///   - seed: that of the claim, 32 lower-case hexadecimal digits.
    ///   - claim: the `rid` of the request, a full stop, the number of the claim.
    ///   - number: how many were drawn for the claim before.
    package init(seed: String, claim: String, number: Int64) {
        digest = SHA256.hash(Array("claim draw v1\n\(seed)\n\(claim)\n\(number)".utf8)).bytes
    }

    /// The place of the one who is drawn; nil when there is nobody.
    ///
    /// - Parameter count: how many may be drawn.
    package func place(among count: Int) -> Int? {
        guard count > 0 else { return nil }
        // Of 2^64 numbers the first few places get one more than others: nobody can notice.
        let number = digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Int(number % UInt64(count))
    }
}
