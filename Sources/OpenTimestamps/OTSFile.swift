package import Cryptography
import Multiformats

/// A proof of OpenTimestamps about a SHA-256 digest: a tree of operations that ends in attestations, as one file
/// (`.ots`, version 1). Read, and consistent in itself; what it proves only ``verify(headers:limit:)`` tells.
package struct OTSFile: Hashable, Sendable {
    /// 64 KiB: a complete proof of one calendar has some 1 to 3 KB.
    package static let maximumByteCount = 65_536
    /// 10,000 bytes: how much of a calendar's answer others read, too.
    package static let maximumAnswerByteCount = 10_000

    private static let magic: [UInt8] =
        Array("\0OpenTimestamps\0\0Proof\0".utf8) + [
            0xBF, 0x89, 0xE2, 0xE8, 0x84, 0xE8, 0x92, 0x94,
        ]
    private static let version: UInt64 = 1

    /// What the proof is about.
    package let digest: SHA256Digest
    private var tree: ProofTree

    /// Reads a file. What is read is printed as the same bytes.
    ///
    /// - Throws: ``OpenTimestampsError`` for anything else, for a hash function other than SHA-256, for an operation
    ///   that this version does not compute, and for a file that is longer, deeper or more branched than any honest
    ///   one.
    package init(parsing bytes: [UInt8]) throws(OpenTimestampsError) {
        guard bytes.count <= Self.maximumByteCount else {
            throw .malformed("more than \(Self.maximumByteCount) bytes", at: Self.maximumByteCount)
        }
        var reader = ByteReader(bytes)
        guard try reader.bytes(Self.magic.count) == Self.magic else { throw reader.failure("it begins otherwise") }
        guard try reader.number() == Self.version else { throw .unsupported("another version of the format") }
        let tag = try reader.byte()
        guard tag == Operation.Tag.sha256 else {
            throw .unsupported("a digest by \(Operation.Tag.unsupported[tag] ?? "an unknown function")")
        }
        guard let digest = SHA256Digest(try reader.bytes(SHA256Digest.byteCount)) else {
            throw reader.failure("it ends too early")
        }
        self.digest = digest
        tree = try ProofTree(&reader, message: digest.bytes)
        try reader.expectEnd()
    }

    /// What a calendar answered when it was given `digest`: the tree without the head of a file.
    package init(digest: SHA256Digest, answer: [UInt8]) throws(OpenTimestampsError) {
        self.digest = digest
        tree = try Self.tree(of: answer, about: digest.bytes)
    }

    private static func tree(of answer: [UInt8], about message: [UInt8]) throws(OpenTimestampsError) -> ProofTree {
        guard answer.count <= Self.maximumAnswerByteCount else {
            throw .malformed("more than \(Self.maximumAnswerByteCount) bytes", at: Self.maximumAnswerByteCount)
        }
        var reader = ByteReader(answer)
        let tree = try ProofTree(&reader, message: message)
        try reader.expectEnd()
        return tree
    }

    /// The file.
    package var bytes: [UInt8] {
        var output = Self.magic
        output.append(number: Self.version)
        output.append(Operation.Tag.sha256)
        output += digest.bytes
        tree.write(to: &output)
        return output
    }

    /// Every attestation, with the message that it is about, in the order of the file.
    package var attestations: [(attestation: Attestation, message: [UInt8])] {
        var all: [(attestation: Attestation, message: [UInt8])] = []
        tree.visit(digest.bytes) { all.append(($0, $1)) }
        return all
    }

    /// The file with what a calendar answered about a message for which an attestation is pending. Nothing is lost: the
    /// pending attestation stays beside what fulfils it.
    ///
    /// - Throws: ``OpenTimestampsError/notPending(commitment:)`` when the file does not wait for it, and what
    ///   ``init(parsing:)`` throws when the answer is no tree, or the whole would not be read again.
    package func upgraded(
        commitment: [UInt8], answer: [UInt8]
    ) throws(OpenTimestampsError) -> OTSFile {
        guard commitment.count <= Operation.maximumByteCount else { throw .notPending(commitment: "a long message") }
        var file = self
        let answer = try Self.tree(of: answer, about: commitment)
        guard file.tree.merge(answer, about: commitment, message: digest.bytes) else {
            throw .notPending(commitment: Hex.encode(commitment))
        }
        // Each was within the limits; together they may not be.
        return try OTSFile(parsing: file.bytes)
    }
}
