package import Cryptography
import Multiformats

/// A public key that may have signed a note, with the name and the kind of signature it is trusted for.
package struct VerifierKey: Hashable, Sendable {
    /// The signature types of [signed-note](https://c2sp.org/signed-note) that this room verifies.
    package enum SignatureType: UInt8, Hashable, Sendable {
        /// Over the text of the note.
        case ed25519 = 0x01
        /// `cosignature/v1`: over the text and a time ([tlog-cosignature](https://c2sp.org/tlog-cosignature)).
        case ed25519Cosignature = 0x04
    }

    /// The name in its signature lines.
    package let name: KeyName
    /// What its signatures are over.
    package let type: SignatureType
    /// The key itself.
    package let publicKey: Ed25519PublicKey

    /// The first four bytes of `SHA-256(name || 0x0A || type || public key)`, big-endian.
    package let keyID: UInt32

    /// A key that is trusted under this name for this kind of signature.
    package init(name: KeyName, type: SignatureType, publicKey: Ed25519PublicKey) {
        self.name = name
        self.type = type
        self.publicKey = publicKey
        let hash = SHA256.hash(Array(name.text.utf8) + [0x0A, type.rawValue] + publicKey.rawRepresentation)
        keyID = hash.bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Reads `name+keyid+base64(type || public key)`, the key id in 8 lower-case hexadecimal digits.
    package init(vkey: String) throws(TransparencyLogError) {
        let (name, keyID, material) = try KeyText.parse(vkey, as: .verifierKey)
        guard let type = material.first.flatMap(SignatureType.init), material.count == 1 + Ed25519PublicKey.byteCount
        else {
            throw .malformed(.verifierKey, problem: "not an Ed25519 key of type 1 or 4")
        }
        guard let publicKey = try? Ed25519PublicKey(rawRepresentation: Array(material[1...])) else {
            throw .malformed(.verifierKey, problem: "not an Ed25519 key")
        }
        self.init(name: name, type: type, publicKey: publicKey)
        guard KeyText.hexadecimal(self.keyID) == keyID else {
            throw .malformed(.verifierKey, problem: "the key id \(keyID) is not that of the key; a part was altered")
        }
    }

    /// `name+keyid+base64(type || public key)`.
    package var vkey: String {
        KeyText.print(name: name, keyID: keyID, material: [type.rawValue] + publicKey.rawRepresentation)
    }

    /// What this key signs for a note with this text; for a cosignature, at that second.
    static func message(_ text: String, cosignedAt seconds: UInt64?) -> [UInt8] {
        let header = seconds.map { "cosignature/v1\ntime \($0)\n" } ?? ""
        return Array((header + text).utf8)
    }
}

/// The text forms of verifier and signer keys: `name+keyid+base64`.
enum KeyText {
    static func hexadecimal(_ keyID: UInt32) -> String {
        let digits = String(keyID, radix: 16)
        return String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }

    static func print(name: KeyName, keyID: UInt32, material: [UInt8]) -> String {
        "\(name)+\(hexadecimal(keyID))+\(Base64.encode(material))"
    }

    static func parse(
        _ text: some StringProtocol, as format: TransparencyLogError.Format
    ) throws(TransparencyLogError) -> (name: KeyName, keyID: String, material: [UInt8]) {
        // Base64 has plus signs of its own: only the first two divide.
        let parts = String(text).utf8.split(
            separator: UInt8(ascii: "+"), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .malformed(format, problem: "it must be name+keyid+base64") }
        let texts = parts.map { String(Substring($0)) }
        guard let material = try? Base64.decode(texts[2]) else {
            throw .malformed(format, problem: "the key is not canonical base64")
        }
        return (try KeyName(texts[0]), texts[1], material)
    }
}
