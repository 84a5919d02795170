import Cryptography
import Temporal
import TestSupport
import Testing
import TransparencyLog

/// Every parser gets good bytes that went wrong in one to four ways: it refuses them or gives them back unchanged, and
/// never traps.
@Suite("Seeded mutations of everything that is parsed")
struct MutationTests {
    private struct Parser: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let good: [UInt8]
        /// What was read, printed again.
        let reprint: @Sendable ([UInt8]) throws -> [UInt8]
    }

    private static func parsers() throws -> [Parser] {
        let log = try SampleLog(events: ["a", "b", "a"])
        let entry = log.entries[2]
        var note = try log.checkpoint().note
        try note.add(
            try SampleKeys.witness("witness.example").cosign(
                try Checkpoint(parsing: note.text), at: Instant(milliseconds: 1_700_000_000_000)))
        let proof = TLogProof(
            index: 2, hashes: try log.tree.inclusion(2, 3), note: note, extra: Array("extra".utf8))
        let anchor = Anchor(first: log.tree.appender.head)
        let signer = try SampleKeys.signer("log.example")
        func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
        return [
            Parser(testDescription: "note", good: note.bytes) { try SignedNote(parsing: $0).bytes },
            Parser(testDescription: "checkpoint", good: Array(note.text.utf8)) {
                Array(try Checkpoint(parsing: String(decoding: $0, as: UTF8.self)).text.utf8)
            },
            Parser(testDescription: "proof", good: proof.bytes) { try TLogProof(parsing: $0).bytes },
            Parser(testDescription: "entry", good: entry.bytes) { try LogEntry(parsing: $0).bytes },
            Parser(testDescription: "anchor", good: anchor.newFile) {
                let anchor = try Anchor(latestIn: $0)
                return try Anchor(latestIn: anchor.newFile) == anchor ? $0 : []
            },
            Parser(testDescription: "tile path", good: Array("tile/3/x001/x234/067.p/89".utf8)) {
                Array(try TileCoordinate(path: String(decoding: $0, as: UTF8.self)).path.utf8)
            },
            Parser(testDescription: "bundle path", good: Array("tile/entries/x001/x234/067.p/89".utf8)) {
                Array(try EntryBundleCoordinate(path: String(decoding: $0, as: UTF8.self)).path.utf8)
            },
            Parser(testDescription: "bundle", good: try EntryBundle.encode([[1, 2, 3], [], [4]])) {
                try EntryBundle.encode(try EntryBundle.decode($0, count: 3))
            },
            Parser(testDescription: "verifier key", good: Array(signer.verifierKey.vkey.utf8)) {
                Array(try VerifierKey(vkey: String(decoding: $0, as: UTF8.self)).vkey.utf8)
            },
            Parser(testDescription: "signer key", good: Array(signer.skey.utf8)) {
                Array(try NoteSigner(skey: String(decoding: $0, as: UTF8.self)).skey.utf8)
            },
        ]
    }

    @Test("mutated bytes are refused with this room's error, or print as they were read")
    func mutations() throws {
        var random = SeededRandom(seed: 7)
        for parser in try Self.parsers() {
            #expect(try parser.reprint(parser.good) == parser.good)
            for _ in 0..<1500 {
                var bytes = parser.good
                for _ in 0..<Int.random(in: 1...4, using: &random) { bytes = bytes.mutated(&random) }
                do {
                    let printed = try parser.reprint(bytes)
                    // A text parser is given what the bytes say in UTF-8, and prints that.
                    let read = String(decoding: bytes, as: UTF8.self)
                    #expect(printed == bytes || printed == Array(read.utf8), "\(parser.testDescription): \(read)")
                } catch {
                    #expect(error is TransparencyLogError, "\(parser.testDescription)")
                }
            }
        }
    }
}
