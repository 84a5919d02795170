/// Base 58 with the alphabet of Bitcoin (draft-msporny-base58-03, section 2), for keys and signatures.
package enum Base58 {
    /// The most bytes that ``encode(_:)`` takes and ``decode(_:)`` gives, because the work grows with the square.
    package static let maximumByteCount = RadixCodec.maximumByteCount

    /// Traps on more than ``maximumByteCount`` bytes.
    package static func encode(_ bytes: [UInt8]) -> String { RadixCodec.base58btc.encode(bytes) }

    /// Refuses characters outside the alphabet (`0`, `O`, `I`, `l`, white space) and texts that are too long.
    package static func decode(_ text: String) throws(MultiformatsError) -> [UInt8] {
        try RadixCodec.base58btc.decode(text.utf8.span)
    }
}
