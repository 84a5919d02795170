package import Cryptography
package import Temporal

/// A private key that signs notes, as a log does (signature type 1).
package struct NoteSigner: Sendable {
    /// What others verify its signatures with.
    package let verifierKey: VerifierKey
    private let privateKey: Ed25519PrivateKey

    /// A key with the name that it signs under.
    package init(name: KeyName, privateKey: Ed25519PrivateKey) {
        verifierKey = VerifierKey(name: name, type: .ed25519, publicKey: privateKey.publicKey)
        self.privateKey = privateKey
    }

    private static let prefix = "PRIVATE+KEY+"

    /// Reads `PRIVATE+KEY+name+keyid+base64(0x01 || seed)`, the form of Go's `note` package.
    package init(skey: String) throws(TransparencyLogError) {
        guard skey.utf8.starts(with: Self.prefix.utf8) else {
            throw .malformed(.signerKey, problem: "it must begin with \(Self.prefix)")
        }
        let text = Substring(skey.utf8.dropFirst(Self.prefix.utf8.count))
        let (name, keyID, material) = try KeyText.parse(text, as: .signerKey)
        guard material.first == VerifierKey.SignatureType.ed25519.rawValue,
            let privateKey = try? Ed25519PrivateKey(seed: Array(material.dropFirst()))
        else {
            throw .malformed(.signerKey, problem: "not an Ed25519 seed of type 1")
        }
        self.init(name: name, privateKey: privateKey)
        guard KeyText.hexadecimal(verifierKey.keyID) == keyID else {
            throw .malformed(.signerKey, problem: "the key id is not that of the key; a part was altered")
        }
    }

    /// The secret key as text. A copy is the caller's to guard.
    package var skey: String {
        Self.prefix
            + KeyText.print(
                name: verifierKey.name, keyID: verifierKey.keyID,
                material: [VerifierKey.SignatureType.ed25519.rawValue] + privateKey.seed)
    }

    /// Signs the text of a note. A log must first be sure that it never signed a checkpoint inconsistent with this one.
    package func sign(_ text: String) throws(TransparencyLogError) -> NoteSignature {
        NoteSignature(
            name: verifierKey.name, keyID: verifierKey.keyID,
            signature: try privateKey.signNote(VerifierKey.message(text, cosignedAt: nil), name: verifierKey.name))
    }
}

/// A private key that cosigns checkpoints, as a witness does (`cosignature/v1`, signature type 4).
///
/// Use one key for one witness: the name is not in what is signed.
package struct Cosigner: Sendable {
    /// What others verify its signatures with.
    package let verifierKey: VerifierKey
    private let privateKey: Ed25519PrivateKey

    /// A key with the name that it signs under.
    package init(name: KeyName, privateKey: Ed25519PrivateKey) {
        verifierKey = VerifierKey(name: name, type: .ed25519Cosignature, publicKey: privateKey.publicKey)
        self.privateKey = privateKey
    }

    /// States that, as of `now`, the head in `checkpoint` is the largest consistent one seen of its log. The witness
    /// must have verified that, and have stored it, before.
    package func cosign(
        _ checkpoint: Checkpoint, at now: Instant
    ) throws(TransparencyLogError) -> NoteSignature {
        guard now.seconds >= 0 else {
            throw .malformed(.cosignature, problem: "the time \(now) is before 1970")
        }
        let seconds = UInt64(now.seconds)
        let message = VerifierKey.message(checkpoint.text, cosignedAt: seconds)
        return NoteSignature(
            name: verifierKey.name, keyID: verifierKey.keyID,
            signature: seconds.bigEndianBytes + (try privateKey.signNote(message, name: verifierKey.name)))
    }
}

extension Ed25519PrivateKey {
    fileprivate func signNote(_ message: [UInt8], name: KeyName) throws(TransparencyLogError) -> [UInt8] {
        do {
            return try sign(message)
        } catch {
            throw .signingFailed(key: name, reason: error.description)
        }
    }
}
