import CanonicalJSON
import Compression
import OpenBadges
import TestSupport
import Testing

@Suite("Badges in PNG")
struct PNGTests {
    static let document = BakedCredential(Sample.badge.objectValue ?? [:])

    static func chunk(_ type: String, _ data: [UInt8] = []) -> [UInt8] {
        let body = Array(type.utf8) + data
        let words = [UInt32(data.count), CRC32.checksum(body)].map { word in
            [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) }
        }
        return words[0] + body + words[1]
    }

    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    static let header = chunk("IHDR", [0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0])

    /// One grey dot, with chunks before its end.
    static func dot(_ chunks: [UInt8]...) -> [UInt8] {
        signature + header + chunk("IDAT", [0x78, 0x9C, 0x63, 0x60, 0, 0, 0, 2, 0, 1]) + chunks.flatMap(\.self)
            + chunk("IEND")
    }

    static func text(_ text: String, flags: [UInt8] = [0, 0], language: String = "", translated: String = "") -> [UInt8]
    {
        let parts = [Array("openbadgecredential\0".utf8), flags, Array("\(language)\0\(translated)\0\(text)".utf8)]
        return chunk("iTXt", parts.flatMap(\.self))
    }

    @Test("A credential comes back from the file that it was baked into, which is otherwise unchanged")
    func roundTrip() throws {
        for credential in [Self.document, try BakedCredential("e30.e30.AA")] {
            let image = try PNGImage(Self.dot())
            #expect(image.credential == nil)
            let baked = try image.baking(credential)
            #expect(baked == Self.dot(Self.text(credential.text)))
            #expect(try PNGImage(baked).credential == credential && BadgeImage(baked).credential == credential)
        }
    }

    @Test("A credential is replaced only when that is asked for")
    func replacing() throws {
        let token = try BakedCredential("e30.e30.AA")
        let other = Self.chunk("tEXt", Array("Title\0A dot".utf8))
        let image = try PNGImage(Self.dot(Self.text("{}"), other))
        #expect(throws: BakingError.alreadyBaked) { try image.baking(token) }
        #expect(try image.baking(token, replacing: true) == Self.dot(other, Self.text(token.text)))
        #expect(try PNGImage(Self.dot()).baking(token, replacing: true) == Self.dot(Self.text(token.text)))
    }

    @Test("A language and a translated keyword do not matter, nor do other texts")
    func languages() throws {
        let other = Self.chunk("iTXt", Array("Comment\0\0\0\0\0openbadgecredential".utf8))
        let bytes = Self.dot(other, Self.text(" {}\n", language: "pt", translated: "credencial"))
        #expect(try PNGImage(bytes).credential?.text == "{}")
    }

    @Test(
        "The published images are read, and baked anew",
        .enabled(if: Conformance.isExpected, Conformance.absence),
        arguments: [("simple-json", BakedCredential.Form.document), ("simple-jwt", .token), ("simple-jwt_v1", .token)])
    func published(name: String, form: BakedCredential.Form) throws {
        let image = try BadgeImage(Conformance.bytes("open-badges/\(name).png"))
        let credential = try #require(image.credential)
        #expect(credential.form == form)
        #expect(throws: BakingError.alreadyBaked) { try image.baking(Self.document) }
        // The chunk stands before IEND in them too, so that the same credential gives the same file.
        #expect(try image.baking(credential, replacing: true) == Conformance.bytes("open-badges/\(name).png"))
        let other = try BadgeImage(image.baking(Self.document, replacing: true))
        #expect(other.credential == Self.document)
    }

    static func refused() -> [(String, [UInt8], String)] {
        let whole = dot(text("{}"))
        var (wrongSum, wrongLength) = (whole, whole)
        wrongSum[40] ^= 1
        wrongLength[8] = 0x7F
        return [
            ("empty", [], "neither PNG nor SVG"), ("only a signature", signature, "ends"),
            ("another signature", Array("GIF89a".utf8), "neither PNG nor SVG"),
            ("line feeds changed on the way", [0x89, 0x50, 0x4E, 0x47, 0x0A, 0x1A, 0x0A], "neither PNG nor SVG"),
            ("no header", signature + chunk("IEND"), "IHDR"),
            ("a short header", signature + chunk("IHDR", [0]) + chunk("IEND"), "IHDR"),
            ("no end", signature + header, "ends"), ("damage", wrongSum, "damaged"),
            ("a huge chunk", wrongLength, "longer"),
            ("behind the end", whole + [0], "goes on"),
            ("an end with data", signature + header + chunk("IEND", [0]), "goes on"),
            ("a chunk of no type", signature + header + chunk("ab1c") + chunk("IEND"), "four letters"),
            ("two credentials", dot(text("{}"), text("{}")), "more than one"),
            ("compressed", dot(text("{}", flags: [1, 0])), "compressed"),
            ("another method", dot(text("{}", flags: [0, 1])), "compressed"),
            ("cut off within the flags", dot(chunk("iTXt", Array("openbadgecredential\0\0".utf8))), "compressed"),
            ("no text", dot(chunk("iTXt", Array("openbadgecredential\0\0\0pt".utf8))), "no text"),
            ("no credential", dot(text("hello")), "no credential"), ("an empty one", dot(text("")), "no credential"),
            ("a list", dot(text("[]")), "no object"),
            ("two tokens", dot(text("e30.e30.AA e30.e30.AA")), "no credential"),
            ("not UTF-8", dot(chunk("iTXt", Array("openbadgecredential\0\0\0\0\0".utf8) + [0xFF])), "UTF-8"),
            (
                "too long a credential", dot(text("{\"a\":\"" + String(repeating: "x", count: 1 << 20) + "\"}")),
                "longer"
            ),
        ]
    }

    @Test("Everything else is refused", arguments: refused())
    func refuses(name: String, bytes: [UInt8], words: String) {
        let error = #expect(throws: BakingError.self) { try BadgeImage(bytes) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }

    @Test("A file that is too large is refused, and none is made")
    func tooLarge() throws {
        let zeros = [UInt8](repeating: 0, count: BadgeImage.maximumBytes - Self.dot().count - 12)
        let largest = Self.dot(Self.chunk("prIv", zeros))
        let image = try PNGImage(largest)
        #expect(throws: BakingError.tooLarge(limit: BadgeImage.maximumBytes)) { try image.baking(Self.document) }
        #expect(throws: BakingError.tooLarge(limit: BadgeImage.maximumBytes)) {
            try PNGImage(Self.dot(Self.chunk("prIv", zeros + [0])))
        }
    }

    @Test("A file that is cut off anywhere is refused")
    func cutOff() {
        let bytes = Self.dot(Self.text("{}"))
        for count in 0..<bytes.count {
            #expect(throws: BakingError.self) { try PNGImage(Array(bytes.prefix(count))) }
        }
    }

    @Test("Damaged files are refused or carry what they carried")
    func damage() throws {
        var random = SeededRandom(seed: 0x9)
        let bytes = try PNGImage(Self.dot()).baking(Self.document)
        var refused = 0
        for _ in 0..<3000 {
            let damaged = OpenBadgesTests.damage(bytes, using: &random)
            do throws(BakingError) {
                let image = try BadgeImage(damaged)
                #expect(image.credential == Self.document)
            } catch {
                refused += 1
            }
        }
        #expect(refused > 2900)
    }
}

/// The bytes with one to three of them changed, removed, doubled or put elsewhere.
func damage(_ bytes: [UInt8], using random: inout SeededRandom) -> [UInt8] {
    var result = bytes
    for _ in 0..<Int.random(in: 1...3, using: &random) {
        guard let place = result.indices.randomElement(using: &random) else { return result }
        let end = min(place + Int.random(in: 1...40, using: &random), result.count)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: result[place] = UInt8.random(in: 0...255, using: &random)
        case 1: result.removeSubrange(place..<end)
        case 2: result.insert(contentsOf: result[place..<end], at: place)
        case 3: result.insert(contentsOf: result[place..<end], at: result.indices.randomElement(using: &random) ?? 0)
        default: result[place] = Array("<>!?/=\"'&;[]-:x \0".utf8).randomElement(using: &random) ?? 0
        }
    }
    return result
}
