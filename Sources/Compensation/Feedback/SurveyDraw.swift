import Cryptography

/// Who is asked, by lot: it follows from the log, so that anybody can draw again (rule 68).
package enum SurveyDraw {
    /// Whether a request is drawn.
    ///
    /// - Parameters:
    ///   - seed: the leaf hash of the entry that published the policy, in lower-case hexadecimal.
    ///   - request: its `rid`.
    package static func draws(_ request: String, seed: String, sample: Ratio) -> Bool {
        let digest = SHA256.hash(Array("survey draw v1\n\(seed)\n\(request)".utf8)).bytes
        // Of 2^64 numbers the first few places get one more than others: nobody can notice.
        let number = digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return number % UInt64(sample.den) < UInt64(sample.num)
    }
}
