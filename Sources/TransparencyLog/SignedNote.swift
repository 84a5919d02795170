/// A text with signature lines below it, in form, but with nothing verified
/// ([signed-note](https://c2sp.org/signed-note)).
///
/// Believe the text only after ``verifiedSignatures(by:)``.
package struct SignedNote: Hashable, Sendable {
    /// Room for 16 ML-DSA-44 cosignatures, 3.3 KiB each in base64, with as much again for text and names.
    package static let maximumBytes = 65_536
    /// As many as every verifier must accept; who needs more must say so to all readers first.
    package static let maximumSignatures = 16

    /// Ends in a newline.
    package let text: String
    /// In the order of their lines; at least one.
    package private(set) var signatures: [NoteSignature]

    /// Signs a text, which must end in a newline and have no other control characters.
    package init(signing text: String, by signer: NoteSigner) throws(TransparencyLogError) {
        try self.init(signing: text, by: [signer])
    }

    /// Signs a text as above, with a line for each of the signers, in their order; at least one. More than one while a
    /// key is replaced, the old one first.
    package init(signing text: String, by signers: [NoteSigner]) throws(TransparencyLogError) {
        precondition(!signers.isEmpty, "a note has a signature")
        try Self.validate(text)
        guard signers.count <= Self.maximumSignatures else {
            throw .malformed(.note, problem: "\(signers.count) signatures; the most is \(Self.maximumSignatures)")
        }
        self.text = text
        signatures = []
        for signer in signers { signatures.append(try signer.sign(text)) }
        try Self.validate(byteCount: bytes.count)
    }

    /// Adds a line below the others, unless it is there already.
    package mutating func add(_ signature: NoteSignature) throws(TransparencyLogError) {
        guard !signatures.contains(signature) else { return }
        signatures.append(signature)
        guard signatures.count <= Self.maximumSignatures, bytes.count <= Self.maximumBytes else {
            signatures.removeLast()
            throw .malformed(.note, problem: "another signature would exceed the limits of a note")
        }
    }

    /// Reads a note. What it takes, ``bytes`` gives back unchanged.
    package init(parsing bytes: [UInt8]) throws(TransparencyLogError) {
        try Self.validate(byteCount: bytes.count)
        guard let note = String(validating: bytes, as: UTF8.self) else {
            throw .malformed(.note, problem: "it is not UTF-8")
        }
        // The text may have empty lines of its own: the last one is where it ends.
        guard let blank = note.utf8.lastBlankLine else {
            throw .malformed(.note, problem: "no empty line between text and signatures")
        }
        let block = note[note.utf8.index(after: blank)...]
        guard block.utf8.last == UInt8(ascii: "\n") else {
            throw .malformed(.note, problem: "no signature lines, or the last one has no newline")
        }
        let lines = block.utf8.dropLast().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.count <= Self.maximumSignatures else {
            throw .malformed(.note, problem: "\(lines.count) signatures; the most is \(Self.maximumSignatures)")
        }
        text = String(note[..<blank])
        try Self.validate(text)
        var signatures: [NoteSignature] = []
        for line in lines {
            signatures.append(try NoteSignature(line: Substring(line)))
        }
        self.signatures = signatures
    }

    /// The note as it is stored and sent.
    package var bytes: [UInt8] {
        Array((text + "\n" + signatures.map { $0.line + "\n" }.joined()).utf8)
    }

    private static func validate(byteCount: Int) throws(TransparencyLogError) {
        guard byteCount <= maximumBytes else {
            throw .malformed(.note, problem: "\(byteCount) bytes; the most is \(maximumBytes)")
        }
    }

    private static func validate(_ text: String) throws(TransparencyLogError) {
        let newline = UInt8(ascii: "\n")
        guard text.utf8.last == newline else { throw .malformed(.note, problem: "the text does not end in a newline") }
        guard text.utf8.allSatisfy({ $0 >= 0x20 || $0 == newline }) else {
            throw .malformed(.note, problem: "the text has a control character other than newline")
        }
    }
}

extension String.UTF8View {
    /// The index of the second of the last two newlines that follow each other.
    fileprivate var lastBlankLine: Index? {
        var index = endIndex
        var isAfterNewline = false
        while index > startIndex {
            let next = index
            formIndex(before: &index)
            let isNewline = self[index] == UInt8(ascii: "\n")
            if isNewline && isAfterNewline { return next }
            isAfterNewline = isNewline
        }
        return nil
    }
}
