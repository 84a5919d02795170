/// Base 64 with padding, RFC 4648, section 4. Strict: one sequence of bytes has one text.
package enum Base64 {
    /// Four characters for three bytes, `=` at the end to a multiple of four.
    package static func encode(_ bytes: [UInt8]) -> String { BitCodec.base64pad.encode(bytes) }

    /// Refuses white space, missing or surplus `=`, and bits beyond the last byte that are not zero.
    package static func decode(_ text: String) throws(MultiformatsError) -> [UInt8] {
        try BitCodec.base64pad.decode(text.utf8.span)
    }
}

/// Base 64 with the URL and file name safe alphabet and no padding, RFC 4648, section 5, as JOSE and Merkle logs
/// write it. Strict: one sequence of bytes has one text.
package enum Base64URL {
    /// Four characters for three bytes, and no more characters than the last bytes need.
    package static func encode(_ bytes: [UInt8]) -> String { BitCodec.base64url.encode(bytes) }

    /// Refuses white space, `=`, and bits beyond the last byte that are not zero.
    package static func decode(_ text: String) throws(MultiformatsError) -> [UInt8] {
        try BitCodec.base64url.decode(text.utf8.span)
    }
}
