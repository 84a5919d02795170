import CZlib

/// [RFC 1950](https://www.rfc-editor.org/rfc/rfc1950), whole in memory.
package enum ZLIB {
    /// The highest, as Token Status List recommends; its examples are packed so, letter for letter.
    private static let level = Z_BEST_COMPRESSION

    /// Packs bytes; the same bytes always become the same ones.
    package static func compress(_ bytes: [UInt8]) -> [UInt8] {
        unsafe DeflateStream.compress(bytes) { unsafe zlib_deflate_start(&$0, level, DeflateStream.memoryLevel) }
    }

    /// Unpacks at most `limit` bytes. Memory that the result does not need is never touched.
    package static func expand(_ bytes: [UInt8], limit: Int) throws(GZIP.Failure) -> [UInt8] {
        try unsafe DeflateStream.expand(bytes, limit: limit) { unsafe zlib_inflate_start(&$0) }
    }
}
