import Multiformats
import Testing

@Suite("RFC 4648")
struct RFC4648Tests {
    /// Section 10, all test vectors; base 32 through its multibase prefix.
    static let published: [(bytes: String, base64: String, base32: String, base32hex: String, base16: String)] = [
        ("", "", "", "", ""),
        ("f", "Zg==", "MY======", "CO======", "66"),
        ("fo", "Zm8=", "MZXQ====", "CPNG====", "666F"),
        ("foo", "Zm9v", "MZXW6===", "CPNMU===", "666F6F"),
        ("foob", "Zm9vYg==", "MZXW6YQ=", "CPNMUOG=", "666F6F62"),
        ("fooba", "Zm9vYmE=", "MZXW6YTB", "CPNMUOJ1", "666F6F6261"),
        ("foobar", "Zm9vYmFy", "MZXW6YTBOI======", "CPNMUOJ1E8======", "666F6F626172"),
    ]

    @Test("section 10: the published vectors", arguments: published)
    func vectors(text: String, base64: String, base32: String, base32hex: String, base16: String) throws {
        let bytes = Array(text.utf8)
        #expect(Base64.encode(bytes) == base64)
        #expect(try Base64.decode(base64) == bytes)
        #expect(Hex.encode(bytes) == base16.lowercased())
        #expect(try Hex.decode(base16) == bytes)
        #expect(Multibase.encode(bytes, as: .base32padupper) == "C" + base32)
        #expect(try Multibase.decode("C" + base32, in: .base32padupper) == bytes)
        #expect(Multibase.encode(bytes, as: .base32hexpadupper) == "T" + base32hex)
        #expect(try Multibase.decode("T" + base32hex, in: .base32hexpadupper) == bytes)
    }

    @Test("section 5: base64url has - and _ for + and /, and no padding")
    func urlAlphabet() throws {
        let bytes: [UInt8] = [0xFB, 0xEF, 0xFF, 0xFE]
        #expect(Base64.encode(bytes) == "++///g==")
        #expect(Base64URL.encode(bytes) == "--___g")
        #expect(try Base64URL.decode("--___g") == bytes)
    }

    @Test("all bytes survive")
    func allBytes() throws {
        let bytes = Array(UInt8.min...UInt8.max)
        #expect(try Base64.decode(Base64.encode(bytes)) == bytes)
        #expect(try Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        #expect(try Hex.decode(Hex.encode(bytes)) == bytes)
    }

    @Test(
        "base64 is refused with",
        arguments: [
            ("no padding", "Zg", .wrongPadding(.base64pad)),
            ("one = of two", "Zg=", .wrongPadding(.base64pad)),
            ("three = for two", "Zg===", .wrongPadding(.base64pad)),
            ("padding after a whole group", "Zm9v=", .wrongPadding(.base64pad)),
            ("a whole group of padding", "Zm9v====", .wrongPadding(.base64pad)),
            ("nothing but padding", "====", .wrongPadding(.base64pad)),
            ("padding in the middle", "Zg==Zg==", .unexpectedCharacter(.base64pad, offset: 2)),
            ("one character in the last group", "Zm9vZ===", .impossibleLength(.base64pad, characterCount: 5)),
            ("4 trailing bits that are not zero", "Zh==", .nonZeroTrailingBits(.base64pad)),
            ("2 trailing bits that are not zero", "Zm9=", .nonZeroTrailingBits(.base64pad)),
            ("a line break", "Zm9v\nZm9v", .unexpectedCharacter(.base64pad, offset: 4)),
            ("a line break at the end", "Zm9v\n", .unexpectedCharacter(.base64pad, offset: 4)),
            ("a line break after the padding", "Zg==\n", .unexpectedCharacter(.base64pad, offset: 2)),
            ("a space in front", " Zg=", .unexpectedCharacter(.base64pad, offset: 0)),
            ("characters of base64url", "--__", .unexpectedCharacter(.base64pad, offset: 0)),
            ("a fault deep inside", "AAAAAAAAAA*A", .unexpectedCharacter(.base64pad, offset: 10)),
            ("a character that is not ASCII", "AAAé", .unexpectedCharacter(.base64pad, offset: 3)),
            ("a NUL", "AA\0A", .unexpectedCharacter(.base64pad, offset: 2)),
        ] as [(String, String, MultiformatsError)])
    func refusesBase64(what: String, text: String, error: MultiformatsError) {
        #expect(throws: error) { try Base64.decode(text) }
    }

    @Test(
        "base64url is refused with",
        arguments: [
            ("padding", "Zg==", .unexpectedCharacter(.base64url, offset: 2)),
            ("padding after a whole group", "Zm9v=", .unexpectedCharacter(.base64url, offset: 4)),
            ("one character in the last group", "Z", .impossibleLength(.base64url, characterCount: 1)),
            ("one character after a whole group", "Zm9vZ", .impossibleLength(.base64url, characterCount: 5)),
            ("4 trailing bits that are not zero", "Zh", .nonZeroTrailingBits(.base64url)),
            ("2 trailing bits that are not zero", "Zm9", .nonZeroTrailingBits(.base64url)),
            ("characters of base64", "ab+/", .unexpectedCharacter(.base64url, offset: 2)),
            ("a space", "Zm9v Zg", .unexpectedCharacter(.base64url, offset: 4)),
            ("a line break at the end", "Zg\n", .unexpectedCharacter(.base64url, offset: 2)),
            ("a character that is not ASCII", "Zm9é", .unexpectedCharacter(.base64url, offset: 3)),
            ("a full-width letter", "Ａg", .unexpectedCharacter(.base64url, offset: 0)),
        ] as [(String, String, MultiformatsError)])
    func refusesBase64URL(what: String, text: String, error: MultiformatsError) {
        #expect(throws: error) { try Base64URL.decode(text) }
    }

    @Test(
        "hexadecimal is refused with",
        arguments: [
            ("an odd number of digits", "abc", .impossibleLength(.base16, characterCount: 3)),
            ("one digit", "a", .impossibleLength(.base16, characterCount: 1)),
            ("a letter after f", "ag", .unexpectedCharacter(.base16, offset: 1)),
            ("a prefix", "0x12", .unexpectedCharacter(.base16, offset: 1)),
            ("a colon", "ab:cd", .unexpectedCharacter(.base16, offset: 2)),
            ("a space", "ab cd", .unexpectedCharacter(.base16, offset: 2)),
            ("a line break at the end", "ab\n", .unexpectedCharacter(.base16, offset: 2)),
            ("a character before the digits", "/0", .unexpectedCharacter(.base16, offset: 0)),
            ("a character between digits and letters", "0:", .unexpectedCharacter(.base16, offset: 1)),
            ("full-width digits", "１２", .unexpectedCharacter(.base16, offset: 0)),
        ] as [(String, String, MultiformatsError)])
    func refusesHex(what: String, text: String, error: MultiformatsError) {
        #expect(throws: error) { try Hex.decode(text) }
    }

    @Test("hexadecimal is read in both cases and written in lower case")
    func hexCases() throws {
        #expect(try Hex.decode("00aAFf") == [0x00, 0xAA, 0xFF])
        #expect(Hex.encode([0x00, 0xAA, 0xFF]) == "00aaff")
    }
}
