import Cryptography
import Temporal
import TestSupport
import Testing
import TransparencyLog

@Suite("C2SP tlog-witness: what add-checkpoint carries")
struct AddCheckpointTests {
    private let tree = SampleTree(size: 9)
    private let note: SignedNote
    private let request: AddCheckpointRequest

    init() throws {
        let text = try Checkpoint(origin: SampleLog.origin, head: try tree.head(9)).text
        note = try SignedNote(signing: text, by: try SampleKeys.signer(SampleLog.origin))
        request = AddCheckpointRequest(oldSize: 5, proof: try tree.consistency(5, 9), note: note)
    }

    @Test("a request prints as the specification has it, and is read back")
    func roundTrip() throws {
        let lines = request.proof.map { $0.base64 + "\n" }.joined()
        #expect(request.proof.count == 5)
        #expect(request.bytes == Array("old 5\n\(lines)\n".utf8) + note.bytes)
        #expect(try AddCheckpointRequest(parsing: request.bytes) == request)
        let first = AddCheckpointRequest(oldSize: 0, proof: [], note: note)
        #expect(first.bytes == Array("old 0\n\n".utf8) + note.bytes)
        #expect(try AddCheckpointRequest(parsing: first.bytes) == first)
    }

    @Test("63 hashes are read, 64 are not")
    func proofLimit() throws {
        let hash = SHA256.hash([1]).base64 + "\n"
        func body(_ count: Int) -> [UInt8] {
            Array("old 1\n\(String(repeating: hash, count: count))\n".utf8) + note.bytes
        }
        #expect(try AddCheckpointRequest(parsing: body(63)).proof.count == 63)
        #expect(throws: TransparencyLogError.malformed(.addCheckpoint, problem: "more than 63 hashes")) {
            try AddCheckpointRequest(parsing: body(64))
        }
    }

    @Test(
        "another old size line is refused",
        arguments: [
            "", "\n", "old\n", "old \n", "old 05\n", "old 00\n", "old +5\n", "old -1\n", "old  5\n", " old 5\n",
            "old 5 \n", "old\t5\n", "Old 5\n", "new 5\n", "5\n", "old 5\r\n", "old 0x5\n", "old 5.0\n",
            "old 9223372036854775808\n", "old 18446744073709551616\n", "old \u{0665}\n",
        ])
    func refusedOldSize(line: String) {
        #expect(throws: TransparencyLogError.self) {
            try AddCheckpointRequest(parsing: Array("\(line)\n".utf8) + note.bytes)
        }
    }

    @Test(
        "another proof line is refused",
        arguments: [
            "AAAA", " ", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=", "\r",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= ",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ])
    func refusedProof(line: String) {
        #expect(throws: TransparencyLogError.self) {
            try AddCheckpointRequest(parsing: Array("old 5\n\(line)\n\n".utf8) + note.bytes)
        }
    }

    @Test("without the empty line, without the note, or cut off anywhere, a request is refused")
    func truncated() throws {
        #expect(throws: TransparencyLogError.self) {
            try AddCheckpointRequest(parsing: Array("old 5\n".utf8) + note.bytes)
        }
        for length in request.bytes.indices {
            #expect(throws: TransparencyLogError.self, "\(length) bytes") {
                try AddCheckpointRequest(parsing: Array(request.bytes[..<length]))
            }
        }
        let long = Array("old 5\n\n".utf8) + [UInt8](repeating: 0x61, count: AddCheckpointRequest.maximumBytes)
        #expect(throws: TransparencyLogError.self) { try AddCheckpointRequest(parsing: long) }
    }

    private let time = Instant(milliseconds: 1_700_000_000_000)

    @Test("of the lines that a witness answers, its own is verified and strangers' are ignored")
    func response() throws {
        let (witness, stranger) = (try SampleKeys.witness("w"), try SampleKeys.witness("w", 0x50))
        let checkpoint = try Checkpoint(parsing: note.text)
        let lines = [try stranger.cosign(checkpoint, at: time), try witness.cosign(checkpoint, at: time)]
        let read = try AddCheckpointResponse(parsing: AddCheckpointResponse(lines: lines).bytes)
        #expect(read.lines == lines)
        let (line, verified) = try read.cosignature(of: witness.verifierKey, on: note)
        #expect(line == lines[1] && verified.cosignedAt == time && verified.key == witness.verifierKey)
        #expect(throws: TransparencyLogError.notSigned(by: [witness.verifierKey.name])) {
            try AddCheckpointResponse(lines: [lines[0]]).cosignature(of: witness.verifierKey, on: note)
        }
        let other = try SampleLog(events: ["z"]).checkpoint()
        let forged = try witness.cosign(other.checkpoint, at: time)
        for answer in [[forged], [lines[1], forged], [forged, lines[1]]] {
            #expect(throws: TransparencyLogError.invalidSignature(key: witness.verifierKey.name)) {
                try AddCheckpointResponse(lines: answer).cosignature(of: witness.verifierKey, on: note)
            }
        }
    }

    @Test(
        "what is not lines of signatures is no answer",
        arguments: [
            "", "\n", "— w CMp+6LWBU0anHGH5", "— w CMp+6LWBU0anHGH5\n\n", "\n— w CMp+6LWBU0anHGH5\n",
            "— w CMp+6LWBU0anHGH5\r\n", "<html>\n", "{\"signature\": \"\"}\n", "- w CMp+6LWBU0anHGH5\n",
            String(repeating: "— w CMp+6LWBU0anHGH5\n", count: 17), String(repeating: "x", count: 65_537),
        ])
    func refusedResponse(text: String) {
        #expect(throws: TransparencyLogError.self) { try AddCheckpointResponse(parsing: Array(text.utf8)) }
    }

    @Test("mutated bytes of what witnesses read and answer, and of policies, are refused or print as they were read")
    func mutations() throws {
        let response = AddCheckpointResponse(
            lines: [try SampleKeys.witness("w").cosign(try Checkpoint(parsing: note.text), at: time)])
        let policy = Array((try SamplePolicy().keys + SamplePolicy.example).utf8)
        var random = SeededRandom(seed: 11)
        for _ in 0..<1500 {
            for (good, reprint) in [
                (request.bytes, { try AddCheckpointRequest(parsing: $0).bytes }),
                (response.bytes, { try AddCheckpointResponse(parsing: $0).bytes }),
                (
                    policy,
                    {
                        _ = try LogPolicy(parsing: $0)
                        return $0
                    }
                ),
            ] as [([UInt8], ([UInt8]) throws -> [UInt8])] {
                var bytes = good
                for _ in 0..<Int.random(in: 1...4, using: &random) { bytes = bytes.mutated(&random) }
                do {
                    #expect(try reprint(bytes) == bytes)
                } catch {
                    #expect(error is TransparencyLogError)
                }
            }
        }
    }
}
