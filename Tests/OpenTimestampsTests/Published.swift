import Cryptography
import Foundation
import Multiformats
import OpenTimestamps

/// Public facts of the chain of Bitcoin, and files made from them by hand.
enum Published {
    /// The first transaction, of block 0: its text quotes a newspaper of 3 January 2009.
    static let genesisTransaction = bytes(
        """
        01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff4d04ffff001d0104455468652054\
        696d65732030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b206f66207365636f6e64206261696c6f757420\
        666f722062616e6b73ffffffff0100f2052a01000000434104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61\
        deb649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac00000000
        """)

    /// Version, no block before it, Merkle root, time, bits, nonce.
    static let genesisHeader = bytes(
        "01000000" + String(repeating: "0", count: 64)
            + "3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c")

    static let genesisHash = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"

    /// A file in its parts.
    static func file(digest: [UInt8], _ tree: [UInt8]) -> [UInt8] {
        bytes("004f70656e54696d657374616d7073000050726f6f6600bf89e2e884e892940108") + digest + tree
    }

    /// Block 0 has one transaction, so its Merkle root is the hash of the hash of that one: a file about the first
    /// hash needs one operation.
    static let genesisFile = file(
        digest: SHA256.hash(genesisTransaction).bytes, bytes("08" + bitcoin(height: "00")))

    /// An attestation about a block, with the height in groups of 7 bits.
    static func bitcoin(height: String) -> String {
        "000588960d73d71901" + Hex.encode([UInt8(height.count / 2)]) + height
    }

    /// An attestation of a calendar.
    static func pending(_ uri: String) -> String {
        let payload = [UInt8(uri.utf8.count)] + Array(uri.utf8)
        return "0083dfe30d2ef90c8e" + Hex.encode([UInt8(payload.count)] + payload)
    }

    static func bytes(_ text: String) -> [UInt8] {
        guard let bytes = try? Hex.decode(text) else { preconditionFailure("\(text) is not hexadecimal") }
        return bytes
    }
}
