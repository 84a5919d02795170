/// A note and the tokens that say when it existed: the first over the note itself, and each further one a renewal that
/// was fetched while the certificates of the one before still held, so that the first can be believed after they ended.
///
/// A renewal is a timestamp over the hash of
///
/// ```
/// "punctual timestamp renewal v1\n" ‖ u32(token.count) ‖ token ‖ u32(note.count) ‖ note
/// ```
///
/// with the whole `TimeStampResp` before it as `token`, and lengths in four bytes, the highest first.
package enum TimestampLine {
    /// A line is renewed once in the life of an authority's certificate: 64 renewals are centuries.
    package static let maximumTokens = 64

    private static let renewalDomain = "punctual timestamp renewal v1\n"

    /// What the first token is over: the note as it is stored, with the log's own signature lines and no others.
    package static func imprint(note: [UInt8]) -> SHA256Digest { SHA256.hash(note) }

    /// What the token after `token` is over.
    package static func imprint(renewing token: [UInt8], note: [UInt8]) -> SHA256Digest {
        var hasher = SHA256Hasher()
        hasher.update(Array(renewalDomain.utf8))
        for part in [token, note] {
            hasher.update(stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: part.count >> $0) })
            hasher.update(part)
        }
        return hasher.finish()
    }

    /// Verifies every token, the last with its chain judged at the given instant, each other at the instant of the one
    /// that renews it.
    ///
    /// - Returns: what the tokens say, in their order. The first says when the note existed.
    /// - Throws: what ``TimestampResponse/verify(imprint:nonce:roots:atMilliseconds:)`` throws;
    ///   ``TimestampError/malformed(_:)`` when there is no token, there are too many, or one is older than what it
    ///   renews.
    package static func verify(
        tokens: [[UInt8]], note: [UInt8], roots: TrustedRoots, atMilliseconds instant: Int64
    ) throws(TimestampError) -> [Timestamp] {
        guard 1...maximumTokens ~= tokens.count else {
            throw .malformed("\(tokens.count) tokens where 1 to \(maximumTokens) may stand")
        }
        var timestamps: [Timestamp] = []
        var judgedAt = instant
        for index in tokens.indices.reversed() {
            let imprint = index == 0 ? imprint(note: note) : imprint(renewing: tokens[index - 1], note: note)
            let timestamp = try TimestampResponse(tokens[index]).verify(
                imprint: imprint, nonce: nil, roots: roots, atMilliseconds: judgedAt)
            guard timestamp.genTimeMilliseconds <= judgedAt || index == tokens.count - 1 else {
                throw .malformed("token \(index) is older than the one that it renews")
            }
            judgedAt = timestamp.genTimeMilliseconds
            timestamps.append(timestamp)
        }
        return timestamps.reversed()
    }
}
