package import Cryptography
package import Temporal

/// A new entry, for whoever needs no more of it than its bytes and their place in the tree. As checked as a
/// ``LogEntry``.
package struct WrittenEntry: Sendable {
    /// As ``LogEntry/bytes``.
    package let bytes: [UInt8]
    /// As ``LogEntry/leafHash``.
    package let leafHash: SHA256Digest

    /// Writes an entry. Parts as those of ``LogEntry/init(origin:seq:prev:t:type:request:cm:facts:)``, except:
    /// - Parameters:
    ///   - cm: ascending by the name of the field.
    ///   - facts: the canonical form of an object.
    /// - Throws: ``TransparencyLogError/malformed(_:problem:)`` if a part does not fit the format, with the byte.
    package init(
        origin: String, seq: UInt64, prev: SHA256Digest, t: Instant, type: String, request: LogEntry.Request?,
        cm: [(field: String, Commitment)], facts: [UInt8]
    ) throws(TransparencyLogError) {
        var writer = EntryWriter(factBytes: facts.count)
        writer.commitments(cm)
        writer.member("\"facts\":", canonical: facts)
        writer.member(",\"origin\":", origin)
        writer.member(",\"prev\":", prev)
        writer.request(request)
        writer.member(",\"seq\":", seq)
        writer.member(",\"t\":", t.milliseconds)
        writer.member(",\"type\":", type)
        writer.end()
        // The scanner that every reader uses decides, so that nothing is written that cannot be read.
        _ = try EntryHeader(scanning: writer.bytes)
        bytes = writer.bytes
        leafHash = MerkleTree.leafHash(bytes)
    }
}
