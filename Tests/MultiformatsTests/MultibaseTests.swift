import Multiformats
import TestSupport
import Testing

@Suite("Multibase")
struct MultibaseTests {
    @Test(
        "each base has its own prefix, and a text of no bytes is the prefix alone", arguments: Multibase.Base.allCases)
    func prefixes(base: Multibase.Base) throws {
        #expect(Multibase.Base.allCases.filter { $0.prefix == base.prefix } == [base])
        #expect(Multibase.encode([], as: base) == String(base.prefix))
        let decoded = try Multibase.decode(String(base.prefix))
        #expect(decoded.base == base)
        #expect(decoded.bytes.isEmpty)
    }

    @Test("bytes of every length and value survive in every base", arguments: Multibase.Base.allCases)
    func roundTrips(base: Multibase.Base) throws {
        var random = SeededRandom(seed: 0x62_61_73_65)
        for count in 0...70 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            let text = Multibase.encode(bytes, as: base)
            let decoded = try Multibase.decode(text)
            try #require(decoded.base == base)
            try #require(decoded.bytes == bytes)
        }
        let allBytes = Array(UInt8.min...UInt8.max)
        #expect(try Multibase.decode(Multibase.encode(allBytes, as: base), in: base) == allBytes)
    }

    @Test(
        "a text with one character changed, lost or doubled is refused or has other bytes",
        arguments: Multibase.Base.allCases)
    func oneSpelling(base: Multibase.Base) throws {
        var random = SeededRandom(seed: 0x6F_6E_65)
        let ignoresCase = base.rawValue.hasPrefix("base16") || base.rawValue.hasPrefix("base3") && base != .base32z
        var (accepted, refused) = (0, 0)
        for round in 0..<400 {
            let bytes = (0..<(round % 23)).map { _ in UInt8.random(in: 0...255, using: &random) }
            let text = Array(Multibase.encode(bytes, as: base).unicodeScalars.map(String.init))
            var changed = text
            let place = Int.random(in: 0..<text.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: changed[place] = String(Unicode.Scalar(UInt8.random(in: 0...127, using: &random)))
            case 1: changed.remove(at: place)
            default: changed.insert(changed[place], at: place)
            }
            guard let decoded = try? Multibase.decode(changed.joined()) else {
                refused += 1
                continue
            }
            accepted += 1
            // What was read is the only spelling of what it was read as.
            let spelling = Multibase.encode(decoded.bytes, as: decoded.base)
            let isSame =
                spelling == changed.joined()
                || (ignoresCase || decoded.base != base) && spelling.lowercased() == changed.joined().lowercased()
            try #require(isSame, "\(changed.joined()) is also \(spelling)")
        }
        #expect(accepted > 0 && refused > 0)
    }

    @Test(
        "a text is refused",
        arguments: [
            ("that is empty", "", .noBase),
            ("of the reserved identity base", "\0abc", .unknownBase),
            ("of a base nobody registered", "xabc", .unknownBase),
            ("of a base that is left out", "pbabab", .unknownBase),
            ("that begins with a space", " zabc", .unknownBase),
            ("with a letter that only looks like a prefix", "\u{FF5A}abc", .unknownBase),
            ("with a combining mark after the prefix", "z\u{301}abc", .unexpectedCharacter(.base58btc, offset: 0)),
            ("in base 2 with 7 bits", "00000000", .impossibleLength(.base2, characterCount: 7)),
            ("in base 2 with the digit 2", "000000002", .unexpectedCharacter(.base2, offset: 7)),
            ("in base 8 with the digit 8", "7008", .unexpectedCharacter(.base8, offset: 2)),
            ("in base 8 with trailing bits", "7001", .nonZeroTrailingBits(.base8)),
            ("in base 8 with a lone digit", "70", .impossibleLength(.base8, characterCount: 1)),
            ("in base 10 with a letter", "9a", .unexpectedCharacter(.base10, offset: 0)),
            ("in base 32 with the digit 1", "bm1", .unexpectedCharacter(.base32, offset: 1)),
            ("in base 32 with padding", "bmy======", .unexpectedCharacter(.base32, offset: 2)),
            ("in base 32 with a lone character", "bm", .impossibleLength(.base32, characterCount: 1)),
            ("in base 32 with 3 characters", "bmzx", .impossibleLength(.base32, characterCount: 3)),
            ("in base 32 with 6 characters", "bmzxw6y", .impossibleLength(.base32, characterCount: 6)),
            ("in base 32 with trailing bits", "bmz", .nonZeroTrailingBits(.base32)),
            ("in padded base 32 without padding", "cmy", .wrongPadding(.base32pad)),
            ("in padded base 32 with short padding", "cmy=====", .wrongPadding(.base32pad)),
            ("in z-base-32 with a capital", "hYb", .unexpectedCharacter(.base32z, offset: 0)),
            ("in base 36 with a sign", "k-1", .unexpectedCharacter(.base36, offset: 0)),
            ("in base 58 of Flickr with a zero", "Z0", .unexpectedCharacter(.base58flickr, offset: 0)),
            ("in base64 with padding", "mZg==", .unexpectedCharacter(.base64, offset: 2)),
            ("in padded base64url without padding", "UZg", .wrongPadding(.base64urlpad)),
            ("in emoji with a letter", "🚀🚀a", .unexpectedCharacter(.base256emoji, offset: 4)),
            ("in emoji with an emoji of another set", "🚀☄🇨🇭", .unexpectedCharacter(.base256emoji, offset: 3)),
            ("in emoji with a variation selector", "🚀❤\u{FE0F}", .unexpectedCharacter(.base256emoji, offset: 3)),
            (
                "in base 10 beyond the limit", "9" + String(repeating: "0", count: 1025),
                .tooLong(.base10, maximumByteCount: 1024)
            ),
        ] as [(String, String, MultiformatsError)])
    func refuses(what: String, text: String, error: MultiformatsError) {
        #expect(throws: error) { try Multibase.decode(text) }
    }

    @Test("a text in another base than its place asks for is refused")
    func refusesOtherBase() throws {
        let text = Multibase.encode([1, 2, 3], as: .base64url)
        #expect(try Multibase.decode(text, in: .base64url) == [1, 2, 3])
        let error = MultiformatsError.wrongBase(.base64url, expected: .base58btc)
        #expect(throws: error) { try Multibase.decode(text, in: .base58btc) }
        #expect(error.description == "the text is in base64url and must be in base58btc: its first character is z")
    }
}

@Suite("The registry's test tables", .enabled(if: Conformance.isExpected, Conformance.absence))
struct MultibaseTableTests {
    @Test(
        "every row encodes to its text and decodes back, for every base",
        arguments: [
            "basic.csv", "leading_zero.csv", "two_leading_zeros.csv",
        ])
    func encodesAndDecodes(file: String) throws {
        let table = try VectorTable(file: file)
        #expect(Set(table.rows.map(\.base)) == Set(Multibase.Base.allCases))
        for (base, text) in table.rows {
            #expect(Multibase.encode(table.bytes, as: base) == text)
            let decoded = try Multibase.decode(text)
            #expect(decoded.base == base)
            #expect(decoded.bytes == table.bytes, "\(base)")
        }
    }

    @Test("letters of either case are read where one case is enough")
    func readsBothCases() throws {
        let table = try VectorTable(file: "case_insensitivity.csv")
        #expect(table.rows.count == 12)
        for (base, text) in table.rows {
            #expect(try Multibase.decode(text, in: base) == table.bytes, "\(base)")
            #expect(Multibase.encode(table.bytes, as: base) != text, "the table's texts are not canonical")
        }
    }
}

/// One file of the tables: a first line with the bytes, then the text of each base.
private struct VectorTable {
    let bytes: [UInt8]
    let rows: [(base: Multibase.Base, text: String)]

    init(file: String) throws {
        let lines = String(decoding: try Conformance.bytes("multibase/\(file)"), as: UTF8.self)
            .split(separator: "\n").map { $0.split(separator: "\"") }
        var bytes = Array(try #require(lines.first?.last).utf8)
        while let escape = bytes.firstRange(of: "\\x00".utf8) {
            bytes.replaceSubrange(escape, with: [0])
        }
        self.bytes = bytes
        rows = try lines.dropFirst().map { fields in
            let name = String(fields[0].prefix { $0 != "," })
            return (try #require(Multibase.Base(rawValue: name)), String(fields[1]))
        }
    }
}
