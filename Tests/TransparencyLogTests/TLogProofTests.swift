import Cryptography
import TestSupport
import Testing
import TransparencyLog

@Suite("C2SP tlog-proof v1")
struct TLogProofTests {
    private let tree = SampleTree(size: 9)
    private let signer: NoteSigner
    private let proof: TLogProof

    init() throws {
        signer = try SampleKeys.signer("log.example")
        let text = try Checkpoint(origin: "log.example", head: try tree.head(9)).text
        proof = TLogProof(
            index: 5, hashes: try tree.inclusion(5, 9), note: try SignedNote(signing: text, by: signer),
            extra: Array("opening".utf8))
    }

    private func verify(_ bytes: [UInt8], _ entry: Int = 5) throws -> VerifiedCheckpoint {
        try TLogProof(parsing: bytes)
            .verify(SampleTree.entry(entry), origin: "log.example", logKeys: [signer.verifierKey])
    }

    @Test("a proof prints as it was read, with and without extra data, also for a tree of one")
    func roundTrip() throws {
        let single = SampleTree(size: 1)
        let note = try SignedNote(
            signing: try Checkpoint(origin: "log.example", head: try single.head(1)).text, by: signer)
        for proof in [
            proof, TLogProof(index: 5, hashes: proof.hashes, note: proof.note),
            TLogProof(index: 0, hashes: [], note: note), TLogProof(index: 0, hashes: [], note: note, extra: []),
        ] {
            let read = try TLogProof(parsing: proof.bytes)
            #expect(read == proof && read.bytes == proof.bytes)
        }
        #expect(try verify(proof.bytes).head.size == 9)
        #expect(throws: TransparencyLogError.self) { try verify(proof.bytes, 4) }
    }

    @Test("every single-bit flip is refused, but in the extra data, which nothing authenticates")
    func bitFlips() throws {
        let bytes = proof.bytes
        let extra = "c2sp.org/tlog-proof@v1\nextra ".utf8.count..<"c2sp.org/tlog-proof@v1\nextra b3BlbmluZw".utf8.count
        for position in bytes.indices where !extra.contains(position) {
            for bit in 0..<8 {
                var flipped = bytes
                flipped[position] ^= 1 << UInt8(bit)
                #expect(throws: TransparencyLogError.self, "byte \(position), bit \(bit)") { try verify(flipped) }
            }
        }
    }

    @Test("cut off anywhere, or followed by anything, a proof is refused")
    func truncated() throws {
        let bytes = proof.bytes
        for length in 0..<bytes.count {
            #expect(throws: TransparencyLogError.self) { try verify(Array(bytes[..<length])) }
        }
        for more in ["\n", "x", " ", "\r\n"] {
            #expect(throws: TransparencyLogError.self) { try verify(bytes + more.utf8) }
        }
    }

    @Test(
        "lines in another form, order or number are refused",
        arguments: [
            ("c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2"), ("c2sp.org", "C2SP.org"), ("\n", "\r\n"),
            ("index 5", "index 05"), ("index 5", "index  5"), ("index 5", "index 5 "), ("index 5", "index -5"),
            ("index 5", "index 18446744073709551616"), ("index 5", "Index 5"), ("index 5\n", ""),
            ("index 5\n", "index 5\nindex 5\n"), ("index 5\n", "index 5\n\n"), ("extra b3BlbmluZw==\n", "extra\n"),
            ("b3BlbmluZw==", "b3BlbmluZw"), ("b3BlbmluZw==", "b3BlbmluZx=="), ("b3BlbmluZw==", "b3Bl bmluZw=="),
            ("extra b3BlbmluZw==\n", "extra b3BlbmluZw==\nextra b3BlbmluZw==\n"),
            ("extra b3BlbmluZw==\nindex 5\n", "index 5\nextra b3BlbmluZw==\n"), ("=\n\nlog", "=\nlog"),
            ("=\n\nlog", "\n\nlog"), ("=\n\nlog", "=\n\n\nlog"), ("log.example\n9", "log.example\n09"),
        ])
    func refused(part: String, replacement: String) {
        let text = String(decoding: proof.bytes, as: UTF8.self)
        let spoiled = text.replacing(part, with: replacement, maxReplacements: part == "\n" ? .max : 1)
        #expect(spoiled.utf8.count != text.utf8.count || !spoiled.utf8.elementsEqual(text.utf8))
        #expect(throws: TransparencyLogError.self) { try verify(Array(spoiled.utf8)) }
    }

    @Test("more hashes than a tree has levels, and more extra data than allowed, are refused")
    func limits() throws {
        let leaf = MerkleTree.leafHash([])
        for (count, extra) in [(65, 0), (1, 65_537)] {
            let large = TLogProof(
                index: 0, hashes: Array(repeating: leaf, count: count), note: proof.note,
                extra: [UInt8](repeating: 1, count: extra))
            #expect(throws: TransparencyLogError.self) { try TLogProof(parsing: large.bytes) }
        }
        let largest = TLogProof(
            index: 0, hashes: Array(repeating: leaf, count: 64), note: proof.note,
            extra: [UInt8](repeating: 1, count: TLogProof.maximumExtraBytes))
        #expect(try TLogProof(parsing: largest.bytes) == largest)
    }

    @Test("another index, another tree's checkpoint or another log's key does not verify")
    func mismatches() throws {
        let entry = SampleTree.entry(5)
        let elsewhere = TLogProof(index: 4, hashes: proof.hashes, note: proof.note)
        #expect(throws: TransparencyLogError.self) {
            try elsewhere.verify(entry, origin: "log.example", logKeys: [signer.verifierKey])
        }
        let text = try Checkpoint(origin: "log.example", head: try tree.head(8)).text
        let older = TLogProof(index: 5, hashes: proof.hashes, note: try SignedNote(signing: text, by: signer))
        #expect(throws: TransparencyLogError.self) {
            try older.verify(entry, origin: "log.example", logKeys: [signer.verifierKey])
        }
        #expect(throws: TransparencyLogError.self) {
            try proof.verify(
                entry, origin: "log.example", logKeys: [try SampleKeys.signer("log.example", 1).verifierKey])
        }
    }
}
