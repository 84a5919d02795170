/// Base 16, RFC 4648, section 8: writes lower-case letters, reads both cases.
package enum Hex {
    /// Two lower-case digits for each byte.
    package static func encode(_ bytes: [UInt8]) -> String { BitCodec.base16.encode(bytes) }

    /// Refuses an odd number of digits and everything that is no digit.
    package static func decode(_ text: String) throws(MultiformatsError) -> [UInt8] {
        try BitCodec.base16.decode(text.utf8.span)
    }
}
