import CZlib

/// The check value of [PNG, 5.5](https://www.w3.org/TR/png-3/#5CRC-algorithm) and of gzip. It finds damage; it proves
/// nothing about who wrote the bytes.
package enum CRC32 {
    /// The check value of bytes.
    package static func checksum(_ bytes: RawSpan) -> UInt32 {
        unsafe bytes.withUnsafeBytes { buffer in
            unsafe UInt32(truncatingIfNeeded: crc32_z(0, buffer.baseAddress, buffer.count))
        }
    }

    /// The check value of bytes.
    package static func checksum(_ bytes: [UInt8]) -> UInt32 { unsafe checksum(bytes.span.bytes) }
}
