extension SignedNote {
    /// The note with the lines of these keys only, unverified: what is worth keeping of a note from outside.
    /// - Throws: ``TransparencyLogError/notSigned(by:)`` when no line is left.
    package func keeping(_ keys: [VerifierKey]) throws(TransparencyLogError) -> SignedNote {
        let kept = signatures.filter { line in keys.contains { $0.name == line.name && $0.keyID == line.keyID } }
        guard !kept.isEmpty else { throw .notSigned(by: keys.map(\.name)) }
        return try SignedNote(parsing: Array((text + "\n" + kept.map { $0.line + "\n" }.joined()).utf8))
    }
}
