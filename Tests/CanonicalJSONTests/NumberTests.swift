import CanonicalJSON
import Cryptography
import TestSupport
import Testing

@Suite("Numbers")
struct NumberTests {
    @Test(
        "RFC 7493 section 2.2: a whole number within ±(2^53 - 1) is an integer, however it is spelled",
        arguments: [
            ("0", 0), ("-0", 0), ("-0.0", 0), ("0e999999999999999999999", 0), ("0.000e-5", 0), ("1e-999", 0),
            ("2e-324", 0), ("1", 1), ("1.0", 1), ("1e0", 1), ("10e-1", 1), ("0.1E1", 1), ("1000E-3", 1),
            ("-1.0e+0", -1),
            ("1E+2", 100), ("1.000000000000000005", 1), ("123456789012345.0", 123_456_789_012_345),
            ("9007199254740991", 9_007_199_254_740_991), ("-9007199254740991", -9_007_199_254_740_991),
            ("9007199254740991.0", 9_007_199_254_740_991), ("90071992547409910e-1", 9_007_199_254_740_991),
            ("9007199254740991.4", 9_007_199_254_740_991),
            ("0." + String(repeating: "0", count: 2000) + "7e2001", 7),
            ("7" + String(repeating: "0", count: 2000) + "e-2000", 7),
        ] as [(String, Int64)])
    func integers(text: String, value: Int64) throws {
        let json = try JSON(parsing: text.utf8)
        #expect(json == .integer(value))
        #expect(json.integerValue == value)
        #expect(json.canonicalString == String(value))
    }

    @Test(
        "every other number is the nearest Double",
        arguments: [
            ("9007199254740992", 9_007_199_254_740_992), ("-9007199254740992", -9_007_199_254_740_992),
            ("9007199254740993", 9_007_199_254_740_992),
            ("9007199254740993.000000000000000000000001", 9_007_199_254_740_994),
            ("9007199254740995", 9_007_199_254_740_996), ("18446744073709551615", 18_446_744_073_709_551_616),
            ("18446744073709551616", 18_446_744_073_709_551_616), ("1e22", 1e22), ("1e23", 1e23), ("1.5", 1.5),
            ("-2.5e-3", -0.0025), ("0.1", 0.1), ("1e-22", 1e-22), ("0.30000000000000004", 0.30000000000000004),
            ("123456789012345678901234567890", 1.2345678901234568e29),
            ("5e-324", Double.leastNonzeroMagnitude), ("3e-324", Double.leastNonzeroMagnitude),
            ("1.7976931348623157e308", Double.greatestFiniteMagnitude),
            ("1.7976931348623158e308", Double.greatestFiniteMagnitude),
            ("2.2250738585072011e-308", Double.leastNormalMagnitude.nextDown),
        ] as [(String, Double)])
    func doubles(text: String, value: Double) throws {
        let json = try JSON(parsing: text.utf8)
        #expect(json == .number(value))
        #expect(json.integerValue == nil)
        #expect(json.doubleValue == value)
    }

    @Test(
        "RFC 8785 appendix B",
        arguments: [
            (0x0000_0000_0000_0000, "0"), (0x8000_0000_0000_0000, "0"), (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"), (0x7FEF_FFFF_FFFF_FFFF, "1.7976931348623157e+308"),
            (0xFFEF_FFFF_FFFF_FFFF, "-1.7976931348623157e+308"), (0x4340_0000_0000_0000, "9007199254740992"),
            (0xC340_0000_0000_0000, "-9007199254740992"), (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44B5_2D02_C7E1_4AF5, "9.999999999999997e+22"), (0x44B5_2D02_C7E1_4AF6, "1e+23"),
            (0x44B5_2D02_C7E1_4AF7, "1.0000000000000001e+23"), (0x444B_1AE4_D6E2_EF4E, "999999999999999700000"),
            (0x444B_1AE4_D6E2_EF4F, "999999999999999900000"), (0x444B_1AE4_D6E2_EF50, "1e+21"),
            (0x3EB0_C6F7_A0B5_ED8C, "9.999999999999997e-7"), (0x3EB0_C6F7_A0B5_ED8D, "0.000001"),
            (0x41B3_DE43_5555_5553, "333333333.3333332"), (0x41B3_DE43_5555_5554, "333333333.33333325"),
            (0x41B3_DE43_5555_5555, "333333333.3333333"), (0x41B3_DE43_5555_5556, "333333333.3333334"),
            (0x41B3_DE43_5555_5557, "333333333.33333343"), (0xBECB_F647_612F_3696, "-0.0000033333333333333333"),
            (0x4314_3FF3_C1CB_0959, "1424953923781206.2"),
        ] as [(UInt64, String)])
    func canonical(bits: UInt64, text: String) throws {
        let value = Double(bitPattern: bits)
        let json = try #require(JSON(value))
        #expect(json.canonicalString == text)
        #expect(JSON.number(value).canonicalString == text)
        #expect(try JSON(parsing: text.utf8) == json)
    }

    @Test("what is not finite is no number of JSON", arguments: [Double.nan, .infinity, -.infinity])
    func notFinite(value: Double) {
        #expect(JSON(value) == nil)
    }

    @Test(
        "the published sequence of numbers has the published hashes",
        .enabled(if: Conformance.isExpected, Conformance.absence))
    func sequence() throws {
        var generator = try PublishedNumbers()
        var lines: [UInt8] = []
        for count in 1...100_000 {
            let value = generator.next()
            lines += String(value.bitPattern, radix: 16).utf8
            lines.append(UInt8(ascii: ","))
            let start = lines.count
            let json = try #require(JSON(value))
            json.appendCanonical(to: &lines)
            #expect(try JSON(parsing: lines[start...]) == json)
            lines.append(UInt8(ascii: "\n"))
            if let expected = PublishedNumbers.hashes[count] {
                #expect(SHA256.hash(lines).bytes.map(hex).joined() == expected)
            }
        }
    }

    private func hex(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }
}

/// The deterministic generator that the published README describes: a list in that README, 2,000 neighbours of the
/// smallest normal number, then a chain of SHA-256.
private struct PublishedNumbers {
    /// Line count to hash, from the README's table.
    static let hashes = [
        1000: "be18b62b6f69cdab33a7e0dae0d9cfa869fda80ddc712221570f9f40a5878687",
        10_000: "b9f7a8e75ef22a835685a52ccba7f7d6bdc99e34b010992cbc5864cd12be6892",
        100_000: "22776e6d4b49fa294a0d0f349268e5c28808fe7e0cb2bcbe28f63894e494d4c7",
    ]

    private var pending: [UInt64]
    private var block = [UInt8](repeating: 0, count: 32)

    init() throws {
        let readme = String(decoding: try Conformance.bytes("jcs/README.md"), as: UTF8.self)
        let listed = readme.matches(of: #/0x([0-9a-f]{16})n,/#).compactMap { UInt64($0.1, radix: 16) }
        try #require(listed.count == 168)
        pending = (listed + (0..<2000).map { 0x0010_0000_0000_0000 + $0 }).reversed()
    }

    mutating func next() -> Double {
        while true {
            if pending.isEmpty { pending = nextBlock() }
            let value = Double(bitPattern: pending.removeLast())
            // The listed zeros are kept: only the chain is filtered, and the list is not empty before it is used up.
            if value.isFinite, value != 0 || block == [UInt8](repeating: 0, count: 32) { return value }
        }
    }

    /// Four little-endian values, the last first.
    private mutating func nextBlock() -> [UInt64] {
        block = SHA256.hash(block).bytes
        return stride(from: 24, through: 0, by: -8).map { start in
            block[start..<start + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
    }
}
