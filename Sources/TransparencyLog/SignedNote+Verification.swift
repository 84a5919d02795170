package import Temporal

/// A signature line that verified.
package struct VerifiedSignature: Hashable, Sendable {
    /// The key that signed.
    package let key: VerifierKey
    /// The time that a cosignature states; nil for other signatures.
    package let cosignedAt: Instant?
}

extension SignedNote {
    /// The signatures by these keys, every one verified.
    ///
    /// Lines of other keys are ignored, even if they share name or key id with a known one.
    /// - Throws: ``TransparencyLogError/invalidSignature(key:)`` or `malformed(.cosignature)` if a line of a known key
    ///   does not verify, whatever the others say; ``TransparencyLogError/notSigned(by:)`` if there is no line of a
    ///   known key; ``TransparencyLogError/ambiguousKeys(name:)``.
    package func verifiedSignatures(
        by knownKeys: [VerifierKey]
    ) throws(TransparencyLogError) -> [VerifiedSignature] {
        var verified: [VerifiedSignature] = []
        for signature in signatures {
            let named = Set(knownKeys.filter { $0.name == signature.name && $0.keyID == signature.keyID })
            guard let key = named.first else { continue }
            guard named.count == 1 else { throw .ambiguousKeys(name: signature.name) }
            verified.append(VerifiedSignature(key: key, cosignedAt: try signature.verify(text, with: key)))
        }
        guard !verified.isEmpty else { throw .notSigned(by: knownKeys.map(\.name)) }
        return verified
    }
}
