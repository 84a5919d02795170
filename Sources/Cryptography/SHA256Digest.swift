/// The 32 bytes of one SHA-256 hash, stored inline: no heap, cheap to copy, to compare and to use as a key.
///
/// Ordered as byte strings are: the first byte that differs decides. Equality is not constant-time; compare secrets
/// with ``constantTimeEqual(_:_:)``.
package struct SHA256Digest: Hashable, Sendable {
    /// The bytes of a digest.
    package static let byteCount = 32

    /// The bytes as they lie in memory, so that a digest can be hashed or written without being taken apart.
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    /// Exactly 32 bytes, or nil.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        unsafe withUnsafeMutableBytes(of: &words) { unsafe $0.copyBytes(from: bytes) }
    }

    /// The digest whose bytes are those of four numbers, each with its highest byte first.
    package init(bigEndianWords words: (UInt64, UInt64, UInt64, UInt64)) {
        self.words = (words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)
    }

    /// The digest that `write` puts into the 32 bytes it is given.
    init(writing write: (UnsafeMutableRawPointer) -> Void) {
        unsafe withUnsafeMutableBytes(of: &words) { buffer in
            if let start = buffer.baseAddress { unsafe write(start) }
        }
    }

    /// The 32 bytes, in an array of their own.
    package var bytes: [UInt8] {
        unsafe withUnsafeBytes { unsafe [UInt8]($0) }
    }

    /// Calls `body` with the 32 bytes in place; the pointer is valid only during the call.
    package func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe Swift.withUnsafeBytes(of: words, body)
    }

    /// Equal when all bytes are; not in constant time.
    package static func == (left: Self, right: Self) -> Bool {
        left.words == right.words
    }

    /// Hashes the 32 bytes.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}

extension SHA256Digest: Comparable {
    /// Orders by the first byte that differs.
    package static func < (left: Self, right: Self) -> Bool {
        left.bigEndianWords < right.bigEndianWords
    }

    private var bigEndianWords: (UInt64, UInt64, UInt64, UInt64) {
        (words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)
    }
}

extension SHA256Digest: CustomStringConvertible {
    /// Lower-case hexadecimal, 64 characters.
    package var description: String {
        unsafe withUnsafeBytes { buffer in
            unsafe String(unsafeUninitializedCapacity: 2 * buffer.count) { text in
                for index in buffer.indices {
                    let byte = unsafe buffer[index]
                    unsafe text[2 * index] = Self.hexDigit(byte >> 4)
                    unsafe text[2 * index + 1] = Self.hexDigit(byte & 0x0F)
                }
                return 2 * buffer.count
            }
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
