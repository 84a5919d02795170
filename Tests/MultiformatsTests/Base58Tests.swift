import Multiformats
import TestSupport
import Testing

@Suite("Base 58, draft-msporny-base58-03")
struct Base58Tests {
    @Test(
        "section 5: the published vectors",
        arguments: [
            (Array("Hello World!".utf8), "2NEpo7TZRRrLZSi2U"),
            (
                Array("The quick brown fox jumps over the lazy dog.".utf8),
                "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z"
            ),
            ([0x00, 0x00, 0x28, 0x7F, 0xB4, 0xCD], "11233QC4"),
        ] as [([UInt8], String)])
    func published(bytes: [UInt8], text: String) throws {
        #expect(Base58.encode(bytes) == text)
        #expect(try Base58.decode(text) == bytes)
    }

    @Test(
        "the edges of a limb and of a word",
        arguments: [
            ([], ""), ([0], "1"), ([0, 0, 0], "111"), ([57], "z"), ([58], "21"), ([255], "5Q"),
            // 58^5 - 1 and 58^5: the last number of one limb and the first of two.
            ([0x27, 0x1F, 0x35, 0x9F], "zzzzz"), ([0x27, 0x1F, 0x35, 0xA0], "211111"),
            ([255, 255, 255, 255], "7YXq9G"), ([1, 0, 0, 0, 0], "7YXq9H"),
        ] as [([UInt8], String)])
    func edges(bytes: [UInt8], text: String) throws {
        #expect(Base58.encode(bytes) == text)
        #expect(try Base58.decode(text) == bytes)
    }

    @Test("texts equal those of long division, digit by digit", arguments: 0..<4 as Range<UInt64>)
    func agreesWithLongDivision(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for count in 0..<140 {
            var bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            for index in 0..<min(count, Int.random(in: 0...3, using: &random)) { bytes[index] = 0 }
            try #require(Base58.encode(bytes) == longDivision(bytes))
            try #require(try Base58.decode(Base58.encode(bytes)) == bytes)
        }
    }

    private func longDivision(_ bytes: [UInt8]) -> String {
        let alphabet = Array("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")
        var (number, digits) = (bytes.map(Int.init), [Character]())
        while number.contains(where: { $0 != 0 }) {
            var remainder = 0
            for index in number.indices {
                let dividend = remainder * 256 + number[index]
                (number[index], remainder) = (dividend / 58, dividend % 58)
            }
            digits.append(alphabet[remainder])
        }
        return String(repeating: "1", count: bytes.prefix { $0 == 0 }.count) + String(digits.reversed())
    }

    @Test(
        "a character outside the alphabet is refused where it is",
        arguments: [
            ("0", 0), ("O", 0), ("I", 0), ("l", 0), ("2NEpo7TZ0RrLZSi2U", 8), (" 2NEpo", 0), ("2NEpo ", 5),
            ("2NEpo\n", 5),
            ("1 1", 1), ("2-E", 1), ("2_E", 1), ("2É", 1), ("zzzzzzzzzz\0", 10), ("=", 0),
        ])
    func refusesCharacters(text: String, offset: Int) {
        #expect(throws: MultiformatsError.unexpectedCharacter(.base58btc, offset: offset)) {
            try Base58.decode(text)
        }
    }

    @Test("1024 bytes pass in both directions, of the largest number and of nothing but zeros", arguments: [0, 255])
    func longest(byte: UInt8) throws {
        let bytes = [UInt8](repeating: byte, count: Base58.maximumByteCount)
        #expect(try Base58.decode(Base58.encode(bytes)) == bytes)
        for base in [Multibase.Base.base10, .base36] {
            #expect(try Multibase.decode(Multibase.encode(bytes, as: base), in: base) == bytes)
        }
    }

    @Test(
        "a text of more than 1024 bytes is refused",
        arguments: [
            String(repeating: "1", count: 1025), String(repeating: "z", count: 1399),
            String(repeating: "z", count: 10_000),
            String(repeating: "0", count: 10_000),
        ])
    func refusesLongTexts(text: String) {
        #expect(throws: MultiformatsError.tooLong(.base58btc, maximumByteCount: 1024)) { try Base58.decode(text) }
    }

    @Test("encoding more than 1024 bytes stops the program")
    func trapsOnLongBytes() async {
        await #expect(processExitsWith: .failure) {
            _ = Base58.encode([UInt8](repeating: 0, count: Base58.maximumByteCount + 1))
        }
    }
}
