import Cryptography
import Multiformats
import Temporal
import TestSupport
import Testing
import TransparencyLog

@Suite("C2SP tlog-checkpoint and tlog-cosignature")
struct CheckpointTests {
    private let head = TreeHead(size: 70_000, root: MerkleTree.leafHash([]))
    private let root = "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0="

    @Test("a checkpoint prints three lines, and prints what it read")
    func roundTrip() throws {
        let checkpoint = try Checkpoint(origin: "log.example", head: head)
        #expect(checkpoint.text == "log.example\n70000\n\(root)\n")
        for text in [
            checkpoint.text, "log.example\n0\n\(root)\n", "go.sum database tree\n9223372036854775807\n\(root)\n",
            "log.example\n70000\n\(root)\nextension\nanother one\n",
        ] {
            #expect(try Checkpoint(parsing: text).text == text)
        }
        #expect(try Checkpoint(parsing: checkpoint.text) == checkpoint)
    }

    @Test(
        "a text that is not exactly a checkpoint is refused",
        arguments: [
            "", "\n", "log\n", "log\n1\n", "log\n1\nROOT", "\n1\nROOT\n", "log\n\nROOT\n", "log\n1\n\n",
            "log\n1\nROOT\n\n", "log\n1\nROOT\n\nmore\n", "log\n1\nROOT\nmore", "log\n01\nROOT\n", "log\n00\nROOT\n",
            "log\n-1\nROOT\n", "log\n+1\nROOT\n", "log\n 1\nROOT\n", "log\n1 \nROOT\n", "log\n1e3\nROOT\n",
            "log\n0x1\nROOT\n", "log\n١\nROOT\n", "log\n9223372036854775808\nROOT\n",
            "log\n18446744073709551616\nROOT\n", "log\r\n1\r\nROOT\r\n", "log\n1\r\nROOT\n", "log\n1\nROOT\r\n",
            "log\r\n1\nROOT\n", "log\n1\nROOT\nmore\r\n", "l\tog\n1\nROOT\n", "log\n1\n ROOT\n", "log\n1\nROOT=\n",
            "log\n1\nbjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0\n",
            "log\n1\nbjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB1=\n",
            "log\n1\nbjQLnP-zepicpUTmu3gKLHiQHT-zNzh2hRGjBhevoB0=\n",
            "log\n1\nbjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevo===\n", "log\n1\nAAAA\n",
        ])
    func refused(text: String) {
        let text = text.replacing("ROOT", with: root)
        #expect(throws: TransparencyLogError.self) { try Checkpoint(parsing: text) }
    }

    @Test(
        "an origin of more than one line, or empty, and a size beyond 2^63 - 1 cannot be written",
        arguments: ["", "a\nb", "a\r"])
    func refusedParts(origin: String) {
        #expect(throws: TransparencyLogError.self) { try Checkpoint(origin: origin, head: head) }
        #expect(throws: TransparencyLogError.self) {
            try Checkpoint(origin: "log.example", head: TreeHead(size: 1 << 63, root: head.root))
        }
    }

    private func note(_ origin: String, _ signer: NoteSigner) throws -> SignedNote {
        try SignedNote(signing: try Checkpoint(origin: origin, head: head).text, by: signer)
    }

    @Test("a checkpoint is verified only for the origin that was asked for, byte for byte")
    func origin() throws {
        let signer = try SampleKeys.signer("log.example")
        let note = try note("caf\u{E9}.example", signer)
        _ = try VerifiedCheckpoint(note, origin: "caf\u{E9}.example", logKeys: [signer.verifierKey])
        for other in ["cafe.example", "caf\u{E9}.example/", "cafe\u{301}.example", ""] {
            #expect(throws: TransparencyLogError.wrongOrigin(expected: other, found: "caf\u{E9}.example")) {
                try VerifiedCheckpoint(note, origin: other, logKeys: [signer.verifierKey])
            }
        }
    }

    @Test("a witness's cosignature does not stand for the log's signature")
    func witnessOnly() throws {
        let signer = try SampleKeys.signer("log.example")
        let witness = try SampleKeys.witness("witness.example")
        let stranger = try SampleKeys.signer("stranger.example", 5)
        var note = try note("log.example", stranger)
        try note.add(try witness.cosign(try Checkpoint(parsing: note.text), at: Instant(milliseconds: 1)))
        #expect(throws: TransparencyLogError.notSigned(by: [signer.verifierKey.name])) {
            try VerifiedCheckpoint(
                note, origin: "log.example", logKeys: [signer.verifierKey], witnesses: [witness.verifierKey])
        }
    }

    @Test("while a key is replaced, either key's signature makes the checkpoint good")
    func keyRotation() throws {
        let (old, new) = (try SampleKeys.signer("log.example", 1), try SampleKeys.signer("log.example", 2))
        let keys = [old.verifierKey, new.verifierKey]
        var note = try note("log.example", old)
        _ = try VerifiedCheckpoint(note, origin: "log.example", logKeys: keys)
        try note.add(try new.sign(note.text))
        let verified = try VerifiedCheckpoint(note, origin: "log.example", logKeys: [new.verifierKey])
        #expect(verified.head == head && verified.cosignatures.isEmpty)
    }

    @Test(
        "a note by several signers has their lines in their order; a verifier takes any order, and any one of its keys")
    func severalSigners() throws {
        let signers = try (1...3).map { try SampleKeys.signer("log.example", UInt8($0)) }
        let keys = signers.map(\.verifierKey)
        let text = try Checkpoint(origin: "log.example", head: head).text
        for order in [[0], [0, 1], [1, 0], [2, 0, 1]] {
            let note = try SignedNote(signing: text, by: order.map { signers[$0] })
            #expect(note.signatures.map(\.keyID) == order.map { keys[$0].keyID })
            #expect(try SignedNote(parsing: note.bytes) == note)
            for (position, key) in keys.enumerated() {
                let isGood = (try? VerifiedCheckpoint(note, origin: "log.example", logKeys: [key])) != nil
                #expect(isGood == order.contains(position))
            }
            _ = try VerifiedCheckpoint(note, origin: "log.example", logKeys: keys)
            _ = try VerifiedCheckpoint(note, origin: "log.example", logKeys: keys.reversed())
        }
        let many = try (0..<17).map { try SampleKeys.signer("log.example", UInt8($0)) }
        #expect(throws: TransparencyLogError.self) { try SignedNote(signing: text, by: many) }
    }

    @Test("a line by a retired key that does not verify spoils the note for whoever still trusts that key, only")
    func spoiledLine() throws {
        let (old, new) = (try SampleKeys.signer("log.example", 1), try SampleKeys.signer("log.example", 2))
        let text = try Checkpoint(origin: "log.example", head: head).text
        let other = try Checkpoint(origin: "log.example", head: TreeHead(size: 9, root: MerkleTree.emptyRoot)).text
        let stale = try SignedNote(signing: other, by: old).signatures[0].line
        let fresh = try SignedNote(signing: text, by: new).signatures[0].line
        let note = try SignedNote(parsing: Array("\(text)\n\(stale)\n\(fresh)\n".utf8))
        _ = try VerifiedCheckpoint(note, origin: "log.example", logKeys: [new.verifierKey])
        for keys in [[old.verifierKey], [old.verifierKey, new.verifierKey]] {
            #expect(throws: TransparencyLogError.invalidSignature(key: old.verifierKey.name)) {
                try VerifiedCheckpoint(note, origin: "log.example", logKeys: keys)
            }
        }
    }

    @Test("the time is part of what a witness signs: any change of it is found")
    func cosignedTime() throws {
        let signer = try SampleKeys.signer("log.example")
        let witness = try SampleKeys.witness("witness.example")
        let note = try note("log.example", signer)
        let good = try witness.cosign(try Checkpoint(parsing: note.text), at: Instant(milliseconds: 1_700_000_000_999))
        #expect(good.signature.count == 72)
        for bit in 0..<64 + 512 {
            var blob = good.signature
            blob[bit / 8] ^= 1 << UInt8(bit % 8)
            let forged = try NoteSignature(line: "— witness.example \(base64(bigEndian(good.keyID) + blob))"[...])
            var spoiled = note
            try spoiled.add(forged)
            #expect(throws: TransparencyLogError.self, "bit \(bit)") {
                try VerifiedCheckpoint(
                    spoiled, origin: "log.example", logKeys: [signer.verifierKey], witnesses: [witness.verifierKey])
            }
        }
    }

    @Test("a cosignature of another length, or with a time beyond year 9999, is refused though the key signed it")
    func refusedCosignatures() throws {
        let signer = try SampleKeys.signer("log.example")
        let witness = try SampleKeys.witness("witness.example")
        let note = try note("log.example", signer)
        let privateKey = try Ed25519PrivateKey(seed: SampleKeys.seed(0x40))
        let id = bigEndian(witness.verifierKey.keyID)
        for time in [253_402_300_799, 253_402_300_800, .max, 1 << 63] as [UInt64] {
            let signature = try privateKey.sign(Array("cosignature/v1\ntime \(time)\n\(note.text)".utf8))
            let blob = bigEndian(time) + signature
            for blob in [blob, Array(blob.dropLast()), blob + [0]] {
                var cosigned = note
                try cosigned.add(try NoteSignature(line: "— witness.example \(base64(id + blob))"[...]))
                let verified = try? VerifiedCheckpoint(
                    cosigned, origin: "log.example", logKeys: [signer.verifierKey], witnesses: [witness.verifierKey])
                #expect((verified != nil) == (time == 253_402_300_799 && blob.count == 72), "time \(time)")
            }
        }
        #expect(throws: TransparencyLogError.self) {
            try witness.cosign(try Checkpoint(parsing: note.text), at: Instant(milliseconds: -1))
        }
    }
}
