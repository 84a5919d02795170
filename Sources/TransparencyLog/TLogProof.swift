package import Cryptography
import Multiformats

/// A proof that an entry is in a log, in one file that needs no network: index, hashes, checkpoint
/// ([tlog-proof](https://c2sp.org/tlog-proof)).
package struct TLogProof: Hashable, Sendable {
    /// For the openings of one entry, a few hundred bytes each.
    package static let maximumExtraBytes = 65_536
    /// A note, 64 hashes of 45 bytes, the extra data in base64, and the short lines.
    package static let maximumBytes =
        SignedNote.maximumBytes + MerkleTree.maximumProofHashes * 45 + (maximumExtraBytes + 2) / 3 * 4 + 128

    /// Data that the proof carries and nothing authenticates.
    package let extra: [UInt8]?
    /// The place of the entry in the log, from 0.
    package let index: UInt64
    /// From the leaf's sibling up to the root's child.
    package let hashes: [SHA256Digest]
    /// The checkpoint that the hashes lead to, not verified.
    package let note: SignedNote

    /// A proof made from its parts; nothing is verified.
    package init(index: UInt64, hashes: [SHA256Digest], note: SignedNote, extra: [UInt8]? = nil) {
        self.extra = extra
        self.index = index
        self.hashes = hashes
        self.note = note
    }

    private static let header = "c2sp.org/tlog-proof@v1"

    /// Reads a `.tlog-proof`. What it takes, ``bytes`` gives back unchanged.
    package init(parsing bytes: [UInt8]) throws(TransparencyLogError) {
        guard bytes.count <= Self.maximumBytes else {
            throw .malformed(.proof, problem: "\(bytes.count) bytes; the most is \(Self.maximumBytes)")
        }
        var rest = bytes[...]
        guard rest.removeLine()?.elementsEqual(Self.header.utf8) == true else {
            throw .malformed(.proof, problem: "the first line must be \(Self.header)")
        }
        var line = rest.removeLine()
        if let encoded = line?.value(of: "extra") {
            guard let extra = try? Base64.decode(String(decoding: encoded, as: UTF8.self)),
                extra.count <= Self.maximumExtraBytes
            else {
                throw .malformed(.proof, problem: "the extra data is not canonical base64, or too long")
            }
            self.extra = extra
            line = rest.removeLine()
        } else {
            extra = nil
        }
        guard let digits = line?.value(of: "index"), let index = UInt64(strictDecimal: digits) else {
            throw .malformed(.proof, problem: "there must be a line with index and a decimal number")
        }
        self.index = index
        hashes = try Self.removeHashes(from: &rest)
        note = try SignedNote(parsing: Array(rest))
    }

    private static func removeHashes(
        from rest: inout ArraySlice<UInt8>
    ) throws(TransparencyLogError) -> [SHA256Digest] {
        var hashes: [SHA256Digest] = []
        while let line = rest.removeLine(), !line.isEmpty {
            guard let hash = SHA256Digest(base64: line.span) else {
                throw .malformed(.proof, problem: "hash \(hashes.count) is not the canonical base64 of 32 bytes")
            }
            hashes.append(hash)
        }
        guard hashes.count <= MerkleTree.maximumProofHashes else {
            throw .malformed(.proof, problem: "more hashes than a tree has levels")
        }
        return hashes
    }

    /// The file.
    package var bytes: [UInt8] {
        var lines = [Self.header]
        if let extra { lines.append("extra " + Base64.encode(extra)) }
        lines.append("index \(index)")
        lines += hashes.map(\.base64)
        return Array((lines.joined(separator: "\n") + "\n\n").utf8) + note.bytes
    }

    /// Verifies that `entry` is in the log `origin`: first the checkpoint, then the hashes.
    /// - Returns: the checkpoint, with the cosignatures of the witnesses asked about.
    package func verify(
        _ entry: [UInt8], origin: String, logKeys: [VerifierKey], witnesses: [VerifierKey] = []
    ) throws(TransparencyLogError) -> VerifiedCheckpoint {
        let checkpoint = try VerifiedCheckpoint(note, origin: origin, logKeys: logKeys, witnesses: witnesses)
        try MerkleTree.verifyInclusion(
            of: MerkleTree.leafHash(entry), at: index, in: checkpoint.head, proof: hashes)
        return checkpoint
    }
}

extension ArraySlice<UInt8> {
    /// What follows a keyword and a space.
    fileprivate func value(of keyword: String) -> ArraySlice<UInt8>? {
        let lead = keyword + " "
        return starts(with: lead.utf8) ? dropFirst(lead.utf8.count) : nil
    }
}
