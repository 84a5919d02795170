/// A key with its type, as `publicKeyMultibase` and `secretKeyMultibase` carry it (W3C Controlled Identifiers 1.0,
/// section 2.2.2): two bytes for the type, then the key, in base58btc.
///
/// The length is right and points of NIST curves are compressed; whether the bytes are a point on the curve is for
/// the room that opens the key to say.
package struct Multikey: Hashable, Sendable {
    /// What kind of key it is.
    package let type: KeyType
    /// The key itself, without the two bytes of its type.
    package let bytes: [UInt8]

    /// The types, by the two bytes that stand before the key (its multicodec, a varint).
    package enum KeyType: UInt16, Hashable, Sendable, CaseIterable {
        case ed25519PublicKey = 0xED01
        case p256PublicKey = 0x8024
        case p384PublicKey = 0x8124
        case ed25519SecretKey = 0x8026
        case p256SecretKey = 0x8626
        case p384SecretKey = 0x8726

        /// The length of a key of this type.
        package var byteCount: Int {
            switch self {
            case .ed25519PublicKey, .ed25519SecretKey, .p256SecretKey: 32
            case .p256PublicKey: 33
            case .p384PublicKey: 49
            case .p384SecretKey: 48
            }
        }

        /// Whether whoever has the key can sign with it.
        package var isSecret: Bool {
            switch self {
            case .ed25519PublicKey, .p256PublicKey, .p384PublicKey: false
            case .ed25519SecretKey, .p256SecretKey, .p384SecretKey: true
            }
        }
    }

    /// A key from its bytes; refuses another length, and points of NIST curves that are not compressed.
    package init(type: KeyType, bytes: [UInt8]) throws(MultiformatsError) {
        guard bytes.count == type.byteCount else { throw .wrongKeyLength(type, byteCount: bytes.count) }
        if type == .p256PublicKey || type == .p384PublicKey {
            guard bytes[0] == 2 || bytes[0] == 3 else { throw .uncompressedPoint(type) }
        }
        (self.type, self.bytes) = (type, bytes)
    }

    /// Reads a text that begins with `z`; a Multikey is in no other base.
    package init(multibase text: String) throws(MultiformatsError) {
        let bytes = try Multibase.decode(text, in: .base58btc)
        guard bytes.count >= 2 else { throw .noKeyType }
        let code = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
        guard let type = KeyType(rawValue: code) else { throw .unknownKeyType(code: code) }
        try self.init(type: type, bytes: Array(bytes[2...]))
    }

    /// The text that ``init(multibase:)`` reads: `z6Mk…` for an Ed25519 public key.
    package var multibase: String {
        let code = [UInt8(type.rawValue >> 8), UInt8(type.rawValue & 0xFF)]
        return Multibase.encode(code + bytes, as: .base58btc)
    }
}

extension Multikey: CustomStringConvertible {
    /// The public key; of a secret key only the type, so that it never lands in a message by accident.
    package var description: String { type.isSecret ? "\(type) (not shown)" : multibase }
}
