package import Cryptography

/// What a log sends to a witness: a checkpoint and the proof that it continues the one the witness cosigned last
/// ([tlog-witness](https://c2sp.org/tlog-witness), "add-checkpoint"). In form, but with nothing verified.
package struct AddCheckpointRequest: Hashable, Sendable {
    /// A consistency proof has no more hashes than a tree of 2^63 leaves has levels.
    package static let maximumProofHashes = 63
    /// A note, the proof in lines of 45 bytes, and the line of the old size.
    package static let maximumBytes = SignedNote.maximumBytes + maximumProofHashes * 45 + 32

    /// The size of the checkpoint that the witness is thought to have cosigned last; 0 if none.
    package let oldSize: UInt64
    /// From `oldSize` to the size of the checkpoint.
    package let proof: [SHA256Digest]
    /// The checkpoint.
    package let note: SignedNote

    /// A request made from its parts; a proof from our own log is never longer than allowed.
    package init(oldSize: UInt64, proof: [SHA256Digest], note: SignedNote) {
        precondition(proof.count <= Self.maximumProofHashes, "a proof with more hashes than a tree has levels")
        self.oldSize = oldSize
        self.proof = proof
        self.note = note
    }

    /// Reads the body of a request. What it takes, ``bytes`` gives back unchanged.
    package init(parsing bytes: [UInt8]) throws(TransparencyLogError) {
        guard bytes.count <= Self.maximumBytes else {
            throw .malformed(.addCheckpoint, problem: "\(bytes.count) bytes; the most is \(Self.maximumBytes)")
        }
        var rest = bytes[...]
        guard let line = rest.removeLine(), line.starts(with: "old ".utf8),
            let oldSize = UInt64(strictDecimal: line.dropFirst(4)), oldSize <= Checkpoint.maximumSize
        else {
            throw .malformed(.addCheckpoint, problem: "the first line must be old, a space and a decimal size")
        }
        var proof: [SHA256Digest] = []
        while let line = rest.removeLine(), !line.isEmpty {
            guard let hash = SHA256Digest(base64: line.span) else {
                throw .malformed(
                    .addCheckpoint, problem: "hash \(proof.count) is not the canonical base64 of 32 bytes")
            }
            guard proof.count < Self.maximumProofHashes else {
                throw .malformed(.addCheckpoint, problem: "more than \(Self.maximumProofHashes) hashes")
            }
            proof.append(hash)
        }
        self.init(oldSize: oldSize, proof: proof, note: try SignedNote(parsing: Array(rest)))
    }

    /// The body of the request.
    package var bytes: [UInt8] {
        let lines = ["old \(oldSize)"] + proof.map(\.base64)
        return Array((lines.joined(separator: "\n") + "\n\n").utf8) + note.bytes
    }
}

/// What a witness answers with status 200: signature lines ([tlog-witness](https://c2sp.org/tlog-witness)).
package struct AddCheckpointResponse: Hashable, Sendable {
    /// As much as a note can have of lines.
    package static let maximumBytes = SignedNote.maximumBytes

    /// At least one; not verified.
    package let lines: [NoteSignature]

    /// A response with these lines.
    package init(lines: [NoteSignature]) { self.lines = lines }

    /// Reads the body of a response. What it takes, ``bytes`` gives back unchanged.
    package init(parsing bytes: [UInt8]) throws(TransparencyLogError) {
        guard bytes.count <= Self.maximumBytes, let text = String(validating: bytes, as: UTF8.self) else {
            throw .malformed(.cosignatures, problem: "it is not UTF-8, or longer than \(Self.maximumBytes) bytes")
        }
        guard text.utf8.last == UInt8(ascii: "\n") else {
            throw .malformed(.cosignatures, problem: "it must be one or more lines, each with its newline")
        }
        var lines: [NoteSignature] = []
        for line in text.utf8.dropLast().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            guard lines.count < SignedNote.maximumSignatures else {
                throw .malformed(.cosignatures, problem: "more than \(SignedNote.maximumSignatures) lines")
            }
            lines.append(try NoteSignature(line: Substring(line)))
        }
        self.lines = lines
    }

    /// The body of the response.
    package var bytes: [UInt8] { Array(lines.map { $0.line + "\n" }.joined().utf8) }

    /// The line of one witness on `note`, verified; lines of other keys are ignored.
    /// - Throws: ``TransparencyLogError/notSigned(by:)`` if it has none;
    ///   ``TransparencyLogError/invalidSignature(key:)`` or `malformed(.cosignature)` if one of it does not verify.
    package func cosignature(
        of witness: VerifierKey, on note: SignedNote
    ) throws(TransparencyLogError) -> (line: NoteSignature, verified: VerifiedSignature) {
        var found: (line: NoteSignature, verified: VerifiedSignature)?
        for line in lines where line.name == witness.name && line.keyID == witness.keyID {
            let verified = VerifiedSignature(key: witness, cosignedAt: try line.verify(note.text, with: witness))
            found = found ?? (line, verified)
        }
        guard let found else { throw .notSigned(by: [witness.name]) }
        return found
    }
}
