import CZlib

/// [RFC 1952](https://www.rfc-editor.org/rfc/rfc1952), one member, whole in memory.
package enum GZIP {
    /// With level 4 to 8 the empty list is the specification's example; 6 is zlib's own choice.
    private static let level: Int32 = 6
    /// "Unix", whatever this runs on.
    private static let operatingSystem: Int32 = 3

    /// Packs bytes; the same bytes always become the same ones.
    package static func compress(_ bytes: [UInt8]) -> [UInt8] {
        var header = unsafe gz_header()
        unsafe header.os = operatingSystem
        return unsafe withUnsafeMutablePointer(to: &header) { header in
            unsafe DeflateStream.compress(bytes) { stream in
                let status = unsafe gzip_deflate_start(&stream, level, DeflateStream.memoryLevel)
                // Kept by the stream until the header is written, which packing does before this scope ends.
                return unsafe status == Z_OK ? deflateSetHeader(&stream, header) : status
            }
        }
    }

    /// What makes packed bytes unusable.
    package enum Failure: Error {
        /// They are not of the format, or damaged, or cut off.
        case damaged
        /// They unpack to more than the limit.
        case tooLarge
        /// Something stands after the end.
        case trailingData
    }

    /// Unpacks at most `limit` bytes. Memory that the result does not need is never touched.
    package static func expand(_ bytes: [UInt8], limit: Int) throws(Failure) -> [UInt8] {
        try unsafe DeflateStream.expand(bytes, limit: limit) { unsafe gzip_inflate_start(&$0) }
    }
}
