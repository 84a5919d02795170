import Cryptography
import Multiformats
import Temporal

/// One signature line of a note, not verified: `— <name> <base64(key id || signature)>`.
package struct NoteSignature: Hashable, Sendable {
    /// The key that is said to have signed.
    package let name: KeyName
    /// Which of the keys with this name; four bytes that identify but prove nothing.
    package let keyID: UInt32
    /// What the signature type puts there; at least one byte.
    package let signature: [UInt8]

    /// An em dash and a space.
    static let lead: [UInt8] = [0xE2, 0x80, 0x94, 0x20]

    init(name: KeyName, keyID: UInt32, signature: [UInt8]) {
        self.name = name
        self.keyID = keyID
        self.signature = signature
    }

    /// Reads a line without its newline, as a witness returns it.
    package init(line: Substring) throws(TransparencyLogError) {
        guard line.utf8.starts(with: Self.lead) else {
            throw .malformed(.note, problem: "a signature line must begin with an em dash and a space")
        }
        let parts = line.utf8.dropFirst(Self.lead.count)
            .split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw .malformed(.note, problem: "a signature line must have a name, one space and a signature")
        }
        guard let blob = try? Base64.decode(String(Substring(parts[1]))) else {
            throw .malformed(.note, problem: "a signature is not canonical base64")
        }
        guard blob.count > 4 else { throw .malformed(.note, problem: "a signature is shorter than 5 bytes") }
        self.init(
            name: try KeyName(String(Substring(parts[0]))),
            keyID: blob[..<4].reduce(0) { $0 << 8 | UInt32($1) },
            signature: Array(blob[4...]))
    }

    /// The line without its newline.
    package var line: String {
        let id = (0..<4).map { UInt8(truncatingIfNeeded: keyID >> (24 - 8 * $0)) }
        return "— \(name) \(Base64.encode(id + signature))"
    }

    /// Verifies this line with the key that it names.
    /// - Returns: for a cosignature the time it states.
    func verify(_ text: String, with key: VerifierKey) throws(TransparencyLogError) -> Instant? {
        var signature = signature
        var seconds: UInt64?
        var time: Instant?
        if key.type == .ed25519Cosignature {
            guard signature.count == 8 + Ed25519PublicKey.signatureByteCount,
                let stated = Int64(exactly: UInt64(bigEndianBytes: signature[..<8])),
                let instant = try? Instant(parsingSeconds: stated)
            else {
                throw .malformed(.cosignature, problem: "\(name) gives no time before year 10000 and signature")
            }
            signature.removeFirst(8)
            seconds = UInt64(stated)
            time = instant
        }
        guard key.publicKey.isValidSignature(signature, for: VerifierKey.message(text, cosignedAt: seconds)) else {
            throw .invalidSignature(key: name)
        }
        return time
    }
}
