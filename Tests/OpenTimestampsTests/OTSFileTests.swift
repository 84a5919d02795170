import Cryptography
import Multiformats
import OpenTimestamps
import TestSupport
import Testing

@Suite("The file (.ots, version 1)")
struct OTSFileTests {
    static let digest = [UInt8](0..<32)

    static func parse(_ tree: String, digest: [UInt8] = digest) throws(OpenTimestampsError) -> OTSFile {
        try OTSFile(parsing: Published.file(digest: digest, Published.bytes(tree)))
    }

    @Test("every operation turns the message into the next")
    func operations() throws {
        let end = Published.bitcoin(height: "e907")
        let file = try Self.parse("f002aabb" + "f101cc" + "f2" + "f3" + "08" + end)
        let message = Array(Hex.encode(([0xCC] + Self.digest + [0xAA, 0xBB]).reversed()).utf8)
        #expect(file.digest.bytes == Self.digest)
        #expect(file.attestations.map(\.attestation) == [.bitcoin(height: 1001)])
        #expect(file.attestations.map(\.message) == [SHA256.hash(message).bytes])
    }

    @Test("a fork leads several ways, and what is unknown is kept")
    func forks() throws {
        let unknown = "00" + "0102030405060708" + "03ffeedd"
        let text =
            "ff" + Published.pending("https://a.example") + "ff" + "08" + unknown + "f001ee"
            + "ff" + unknown + Published.pending("https://b.example/x")
        let file = try Self.parse(text)
        let other = Attestation.unknown(tag: [1, 2, 3, 4, 5, 6, 7, 8], payload: [0xFF, 0xEE, 0xDD])
        #expect(
            file.attestations.map(\.attestation) == [
                .pending(uri: "https://a.example"), other, other, .pending(uri: "https://b.example/x"),
            ])
        #expect(file.bytes == Published.file(digest: Self.digest, Published.bytes(text)))
    }

    static let refusals: [(String, String)] = [
        ("", "it ends too early"),
        ("00", "it ends too early"),
        ("ff", "it ends too early"),
        ("08", "it ends too early"),
        ("f0", "it ends too early"),
        ("f000", "0 bytes where 1 to 4096 may stand"),
        ("f08120", "4097 bytes where 1 to 4096 may stand"),
        ("f0ffffffffffffffffff7f00", "a number beyond 63 bits"),
        ("f08100aa", "a number with a zero too many"),
        ("55", "an operation that nobody knows"),
        ("ffff08", "an operation that nobody knows"),
        ("ff" + Published.bitcoin(height: "00") + Published.bitcoin(height: "00"), "one step twice"),
        ("ff08" + Published.bitcoin(height: "00") + "08" + Published.bitcoin(height: "01"), "one step twice"),
        ("fff001aa" + Published.bitcoin(height: "00") + "f001aa" + Published.bitcoin(height: "01"), "one step twice"),
        (Published.bitcoin(height: "00") + "00", "bytes that do not belong to it"),
        ("000588960d73d71901020000", "bytes that do not belong to it"),
        ("000588960d73d7190100", "it ends too early"),
        ("000588960d73d7190180", "it ends too early"),
        ("0083dfe30d2ef90c8e" + "03" + "02" + "613f", "an address with other characters"),
        ("0083dfe30d2ef90c8e" + "03" + "01" + "6161", "bytes that do not belong to it"),
        ("000102030405060708" + "8140", "8193 bytes where 0 to 8192 may stand"),
    ]

    @Test("what is not the format is refused, with the place", arguments: refusals)
    func refused(tree: String, problem: String) {
        #expect { try Self.parse(tree) } throws: { error in
            guard case .malformed(let found, _) = error as? OpenTimestampsError else { return false }
            return found == problem
        }
    }

    @Test(
        "what the format knows and this version does not compute is refused by name",
        arguments: [("02", "SHA-1"), ("03", "RIPEMD-160"), ("67", "Keccak-256")])
    func unsupported(tag: String, name: String) {
        #expect(throws: OpenTimestampsError.unsupported(name)) {
            try Self.parse(tag + Published.bitcoin(height: "00"))
        }
    }

    @Test("head, version and digest are what they must be")
    func head() {
        let file = Published.genesisFile
        for index in 0..<31 {
            var other = file
            other[index] ^= 0x20
            #expect(throws: OpenTimestampsError.self, "byte \(index)") { try OTSFile(parsing: other) }
        }
        #expect(throws: OpenTimestampsError.unsupported("another version of the format")) {
            try OTSFile(parsing: Array(file.prefix(31)) + [2] + file.dropFirst(32))
        }
        #expect(throws: OpenTimestampsError.unsupported("a digest by SHA-1")) {
            try OTSFile(parsing: Array(file.prefix(32)) + [2] + file.dropFirst(33))
        }
    }

    @Test("depth, branches, messages and bytes are bounded")
    func limits() throws {
        let end = Published.bitcoin(height: "00")
        func chain(_ count: Int) -> String { String(repeating: "08", count: count) + end }
        #expect(throws: Never.self) { try Self.parse(chain(255)) }
        #expect(throws: OpenTimestampsError.self) { try Self.parse(chain(256)) }
        func bush(_ count: Int) -> String {
            (0..<count).map { index in
                let height = Hex.encode([UInt8(index & 0x7F) | 0x80, UInt8(index >> 7) + 1])
                return (index < count - 1 ? "ff" : "") + Published.bitcoin(height: height)
            }.joined()
        }
        #expect(throws: Never.self) { try Self.parse(bush(2048)) }
        #expect(throws: OpenTimestampsError.self) { try Self.parse(bush(2049)) }
        // 32, 64, … 4,096 bytes in hexadecimal digits; once more would be too many.
        #expect(throws: Never.self) { try Self.parse(String(repeating: "f3", count: 7) + end) }
        #expect(throws: OpenTimestampsError.self) { try Self.parse(String(repeating: "f3", count: 8) + end) }
        let large = [UInt8](repeating: 0, count: OTSFile.maximumByteCount + 1)
        #expect(throws: OpenTimestampsError.self) { try OTSFile(parsing: large) }
    }

    @Test("an upgrade adds what the calendar answered, beside its promise, and nothing twice")
    func upgrade() throws {
        let promise = Published.pending("https://a.example")
        let file = try Self.parse("ff" + promise + "f001ee08" + promise)
        let commitment = SHA256.hash(Self.digest + [0xEE]).bytes
        let answer = Published.bytes("f001aa08" + Published.bitcoin(height: "05"))
        let upgraded = try file.upgraded(commitment: commitment, answer: answer)
        #expect(
            upgraded.bytes
                == Published.file(
                    digest: Self.digest,
                    Published.bytes("ff" + promise + "f001ee08" + "ff" + promise + Hex.encode(answer))))
        #expect(try OTSFile(parsing: upgraded.bytes) == upgraded)
        #expect(try upgraded.upgraded(commitment: commitment, answer: answer) == upgraded)
        // A second block below the same operations.
        let more = try upgraded.upgraded(
            commitment: commitment, answer: Published.bytes("f001aa08" + Published.bitcoin(height: "06")))
        #expect(
            more.attestations.map(\.attestation) == [
                .pending(uri: "https://a.example"), .pending(uri: "https://a.example"), .bitcoin(height: 5),
                .bitcoin(height: 6),
            ])
    }

    @Test("an answer about something else, or one that is no tree, changes nothing")
    func foreignUpgrade() throws {
        let file = try Self.parse("08" + Published.pending("https://a.example"))
        let commitment = SHA256.hash(Self.digest).bytes
        let answer = Published.bytes(Published.bitcoin(height: "05"))
        #expect(throws: OpenTimestampsError.notPending(commitment: Hex.encode(Self.digest))) {
            try file.upgraded(commitment: Self.digest, answer: answer)
        }
        #expect(throws: OpenTimestampsError.self) { try file.upgraded(commitment: commitment, answer: [1, 2, 3]) }
        #expect(throws: OpenTimestampsError.self) {
            try file.upgraded(commitment: commitment, answer: answer + [0])
        }
        #expect(throws: OpenTimestampsError.self) {
            try file.upgraded(commitment: commitment, answer: [UInt8](repeating: 0, count: 10_001))
        }
        let complete = try Self.parse("08" + Published.bitcoin(height: "05"))
        #expect(throws: OpenTimestampsError.notPending(commitment: Hex.encode(commitment))) {
            try complete.upgraded(commitment: commitment, answer: answer)
        }
    }

    @Test("whatever arrives is refused, or printed as the same bytes")
    func fuzz() throws {
        var random = SeededRandom(seed: 0x075)
        let promise = Published.pending("https://a.example")
        let seeds = [
            Published.genesisFile,
            Published.file(
                digest: Self.digest,
                Published.bytes("ff" + promise + "ff08" + promise + "f002aabb08f102ccdd08" + promise)),
        ]
        var accepted = 0
        for round in 0..<20_000 {
            var bytes = seeds[round % seeds.count]
            for _ in 0...Int.random(in: 0..<4, using: &random) {
                let place = Int.random(in: 33..<bytes.count, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 1: bytes[place] = [0x00, 0x08, 0xF0, 0xF1, 0xF2, 0xF3, 0xFF].randomElement(using: &random) ?? 0
                case 2: bytes.insert([0x00, 0x08, 0xF2, 0xFF].randomElement(using: &random) ?? 0, at: place)
                case 3: bytes.insert(contentsOf: bytes[place...].prefix(40), at: place)
                default: bytes.removeSubrange(place..<min(place + 2, bytes.count))
                }
                if bytes.count < 40 { bytes = seeds[0] }
            }
            guard let file = try? OTSFile(parsing: bytes) else { continue }
            accepted += 1
            #expect(file.bytes == bytes)
            #expect(!file.attestations.isEmpty)
        }
        #expect(accepted > 500)
    }
}
