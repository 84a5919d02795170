import Cryptography
import Multiformats
import Temporal
import TestSupport
import Testing
import TransparencyLog

/// Keys and notes that several suites use; seeds as in the published vectors.
enum SampleKeys {
    static func seed(_ first: UInt8) -> [UInt8] { (0..<32).map { first + $0 } }

    static func signer(_ name: String, _ first: UInt8 = 0) throws -> NoteSigner {
        NoteSigner(name: try KeyName(name), privateKey: try Ed25519PrivateKey(seed: seed(first)))
    }

    static func witness(_ name: String, _ first: UInt8 = 0x40) throws -> Cosigner {
        Cosigner(name: try KeyName(name), privateKey: try Ed25519PrivateKey(seed: seed(first)))
    }
}

@Suite("C2SP signed-note v1")
struct SignedNoteTests {
    private let signer: NoteSigner
    private let note: SignedNote
    private let text: String

    init() throws {
        signer = try SampleKeys.signer("log.example")
        note = try SignedNote(signing: "first\n\nthird — ü\n", by: signer)
        text = String(decoding: note.bytes, as: UTF8.self)
    }

    @Test("a note prints as it was read; its text may have empty lines and any other character")
    func roundTrip() throws {
        let read = try SignedNote(parsing: note.bytes)
        #expect(read == note && read.bytes == note.bytes)
        #expect(read.text == "first\n\nthird — ü\n")
        #expect(try read.verifiedSignatures(by: [signer.verifierKey]).map(\.key) == [signer.verifierKey])
    }

    private static let line = "— log.example mdIJAvpkMVUiAA=="

    @Test(
        "what is not exactly a note is refused",
        arguments: [
            "", "\n", "\n\n", "text", "text\n", "text\n\n", "text\n\n\n", "text\n" + line + "\n",
            "text\n\n" + line, "\n" + line + "\n", "text\n\n\n\n",
            "text\r\n\r\n" + line + "\r\n", "text\n\n" + line + "\r\n", "te\rxt\n\n" + line + "\n",
            "te\txt\n\n" + line + "\n", "te\u{0}xt\n\n" + line + "\n", "te\u{1F}xt\n\n" + line + "\n",
            "text\n\n" + line + "\nmore\n", "text\n\nmore\n" + line + "\n", "text\n\n" + line + "\n\n",
            "text\n\n" + line + " \n", "text\n\n " + line + "\n", "text\n\n" + line + " more\n",
            "text\n\n- log.example mdIJAvpkMVUiAA==\n", "text\n\n—log.example mdIJAvpkMVUiAA==\n",
            "text\n\n—  log.example mdIJAvpkMVUiAA==\n", "text\n\n— log.example  mdIJAvpkMVUiAA==\n",
            "text\n\n—  mdIJAvpkMVUiAA==\n", "text\n\n— mdIJAvpkMVUiAA==\n", "text\n\n— log.example\n",
            "text\n\n— log.example \n", "text\n\n— log+example mdIJAvpkMVUiAA==\n",
            "text\n\n— log\u{A0}example mdIJAvpkMVUiAA==\n", "text\n\n— log\u{2003}example mdIJAvpkMVUiAA==\n",
            "text\n\n— log.example mdIJAvpkMVUiAA\n", "text\n\n— log.example mdIJAvpkMVUiAA=\n",
            "text\n\n— log.example mdIJAvpkMVUiAB==\n", "text\n\n— log.example mdIJAvpkMVUiAA===\n",
            "text\n\n— log.example mdIJAvpkMVUi-A==\n", "text\n\n— log.example mdIJ AvpkMVUiAA==\n",
            "text\n\n— log.example mdIJAg==\n", "text\n\n— log.example AAAA\n",
            "text\n\n— " + String(repeating: "n", count: 256) + " mdIJAvpkMVUiAA==\n",
        ])
    func refused(text: String) {
        #expect(throws: TransparencyLogError.self) { try SignedNote(parsing: Array(text.utf8)) }
    }

    @Test("the line that the table above spoils is a good one")
    func goodLine() throws {
        _ = try SignedNote(parsing: Array(("text\n\n" + Self.line + "\n").utf8))
    }

    @Test("bytes that are not UTF-8 are refused")
    func notUTF8() {
        #expect(throws: TransparencyLogError.malformed(.note, problem: "it is not UTF-8")) {
            try SignedNote(parsing: [0xFF] + note.bytes)
        }
        #expect(throws: TransparencyLogError.malformed(.note, problem: "it is not UTF-8")) {
            try SignedNote(parsing: [0xED, 0xA0, 0x80] + note.bytes)
        }
    }

    @Test("16 signatures are read, 17 are not; no more are added either")
    func signatureLimit() throws {
        let lines = try (0..<17).map { try SampleKeys.signer("other-\($0)").sign(note.text).line + "\n" }
        let sixteen = note.text + "\n" + lines[..<16].joined()
        var read = try SignedNote(parsing: Array(sixteen.utf8))
        #expect(read.signatures.count == 16)
        #expect(throws: TransparencyLogError.malformed(.note, problem: "17 signatures; the most is 16")) {
            try SignedNote(parsing: Array((sixteen + lines[16]).utf8))
        }
        #expect(throws: TransparencyLogError.self) { try read.add(try signer.sign(note.text)) }
        #expect(read.signatures.count == 16)
        let before = read
        try read.add(read.signatures[3])
        #expect(read == before, "a line that is there already changes nothing")
    }

    @Test("a note of 64 KiB is read, a longer one is not")
    func sizeLimit() throws {
        let rest = try SignedNote(signing: "\n", by: signer).bytes.count - 1
        let longest = String(repeating: "x", count: SignedNote.maximumBytes - rest - 1) + "\n"
        let note = try SignedNote(signing: longest, by: signer)
        #expect(note.bytes.count == SignedNote.maximumBytes)
        #expect(try SignedNote(parsing: note.bytes) == note)
        let tooLong = TransparencyLogError.malformed(.note, problem: "65537 bytes; the most is 65536")
        #expect(throws: tooLong) { try SignedNote(signing: "x" + longest, by: signer) }
        #expect(throws: tooLong) { try SignedNote(parsing: Array("x".utf8) + note.bytes) }
    }

    @Test(
        "a text to sign must end in a newline and have no control characters",
        arguments: ["", "text", "a\rb\n", "a\tb\n"])
    func refusedText(text: String) {
        #expect(throws: TransparencyLogError.self) { try SignedNote(signing: text, by: signer) }
    }

    @Test("lines of unknown keys are ignored, also with the name or the key id of a known one")
    func unknownKeys() throws {
        var mixed = try SignedNote(signing: note.text, by: try SampleKeys.signer("stranger.example"))
        try mixed.add(try SampleKeys.signer("log.example", 7).sign(note.text))
        let known = try signer.sign(note.text)
        let disguised = known.line.replacing("log.example", with: "other.example")
        try mixed.add(try NoteSignature(line: disguised[...]))
        #expect(throws: TransparencyLogError.notSigned(by: [signer.verifierKey.name])) {
            try mixed.verifiedSignatures(by: [signer.verifierKey])
        }
        try mixed.add(known)
        #expect(try mixed.verifiedSignatures(by: [signer.verifierKey]).count == 1)
        #expect(throws: TransparencyLogError.notSigned(by: [])) { try mixed.verifiedSignatures(by: []) }
    }

    @Test("a known key whose signature fails spoils the note, whoever else signed it, in either order")
    func knownKeyFails() throws {
        let witness = try SampleKeys.signer("witness.example", 9)
        let forged = try NoteSignature(
            line: try witness.sign("another text\n").line[...])
        for first in [true, false] {
            var spoiled = note
            try spoiled.add(forged)
            if first {
                spoiled = try SignedNote(parsing: Array((note.text + "\n" + forged.line + "\n").utf8))
                try spoiled.add(note.signatures[0])
            }
            #expect(throws: TransparencyLogError.invalidSignature(key: witness.verifierKey.name)) {
                try spoiled.verifiedSignatures(by: [signer.verifierKey, witness.verifierKey])
            }
            #expect(try spoiled.verifiedSignatures(by: [signer.verifierKey]).count == 1)
        }
    }

    @Test("every single-bit flip of a note is refused or leaves the line of an unknown key")
    func bitFlips() throws {
        for position in note.bytes.indices {
            for bit in 0..<8 {
                var bytes = note.bytes
                bytes[position] ^= 1 << UInt8(bit)
                #expect(throws: TransparencyLogError.self, "byte \(position), bit \(bit)") {
                    try SignedNote(parsing: bytes).verifiedSignatures(by: [signer.verifierKey])
                }
            }
        }
    }

    @Test("two keys with one name and one key id: a trust list with both is refused, one with either verifies")
    func keyIDCollision() throws {
        // Two seeds found by trying them in order: ids of four bytes collide after some ten thousand keys.
        let pair = try [869, 35_414].map { (number: UInt16) in
            let seed = [UInt8](repeating: 0, count: 30) + [UInt8(number >> 8), UInt8(number & 0xFF)]
            return NoteSigner(name: try KeyName("log.example"), privateKey: try Ed25519PrivateKey(seed: seed))
        }
        #expect(pair[0].verifierKey.keyID == pair[1].verifierKey.keyID && pair[0].verifierKey != pair[1].verifierKey)
        let note = try SignedNote(signing: "text\n", by: pair[0])
        #expect(throws: TransparencyLogError.ambiguousKeys(name: pair[0].verifierKey.name)) {
            try note.verifiedSignatures(by: pair.map(\.verifierKey))
        }
        #expect(throws: TransparencyLogError.invalidSignature(key: pair[1].verifierKey.name)) {
            try note.verifiedSignatures(by: [pair[1].verifierKey])
        }
        let twice = [pair[0].verifierKey, pair[0].verifierKey]
        #expect(try note.verifiedSignatures(by: twice).count == 1)
    }
}
