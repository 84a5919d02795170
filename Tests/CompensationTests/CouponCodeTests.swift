import Compensation
import TestSupport
import Testing

/// The codes of coupons: symbols, check, key.
@Suite("The code of a coupon")
struct CouponCodeTests {
    private static func key(_ version: Int = 1) -> CouponKey {
        CouponKey(version: version, secret: (0..<32).map { UInt8($0) &* 7 &+ UInt8(version) })
    }

    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

    /// The code with other symbols at some places.
    private static func altered(_ code: CouponCode, _ changes: [(place: Int, by: UInt8)]) -> String {
        var symbols = code.symbols
        for change in changes { symbols[change.place] = (symbols[change.place] + change.by) % 32 }
        return String(symbols.map { alphabet[Int($0)] })
    }

    @Test("3.2/24 decode(encode(x)) = x, for the first, the last and 300 other numbers, under each version")
    func roundTrip() throws {
        var random = SeededRandom(seed: 24)
        for version in [1, 2, 31] {
            let key = Self.key(version)
            let others = (0..<300).map { _ in Int64.random(in: CouponKey.numbers, using: &random) }
            for number in [0, 1, CouponKey.numbers.upperBound - 1] + others {
                let code = key.code(of: number, tenant: "i0123456789abcdef")
                #expect(code.version == version)
                let read = try CouponCode(code.description)
                #expect(read == code)
                #expect(key.number(of: read, tenant: "i0123456789abcdef") == number)
            }
        }
    }

    @Test("is one fixed text for one key, tenant and number")
    func golden() {
        let code = Self.key().code(of: 0, tenant: "default")
        #expect(code.description == Self.goldenText)
        #expect(code.compact.count == 20)
        #expect(code.reference == Self.goldenReference)
    }

    private static let goldenText = "192EZ-Z0YW8-6622A-XPR98"
    private static let goldenReference = "33112e4d2c205af073dbf020d09d77451f5400d197ea1b08616a21456defe1ca"

    @Test("3.2/24 any one wrong symbol is refused, at each of 20 places, each of 31 ways")
    func oneError() {
        let code = Self.key().code(of: 12345, tenant: "t")
        for place in 0..<20 {
            for by in 1...31 as ClosedRange<UInt8> {
                #expect(throws: CouponCodeError.mistyped) { try CouponCode(Self.altered(code, [(place, by)])) }
            }
        }
    }

    @Test("3.2/24 any two wrong symbols are refused: all 182,590 ways of one code, and 3,000 seeded of others")
    func twoErrors() {
        func isRefused(_ text: String) -> Bool { (try? CouponCode(text)) == nil }
        let symbols = Self.key().code(of: 99, tenant: "t").symbols
        #expect(CouponCode.isWord(symbols))
        var passed = 0
        for first in 0..<20 {
            for second in (first + 1)..<20 {
                for one in 1...31 as ClosedRange<UInt8> {
                    for two in 1...31 as ClosedRange<UInt8> {
                        var typed = symbols
                        typed[first] ^= one
                        typed[second] ^= two
                        if CouponCode.isWord(typed) { passed += 1 }
                    }
                }
            }
        }
        #expect(passed == 0)
        var random = SeededRandom(seed: 2)
        for _ in 0..<3000 {
            let code = Self.key().code(of: Int64.random(in: CouponKey.numbers, using: &random), tenant: "t")
            let places = Array((0..<20).shuffled(using: &random).prefix(2))
            let changes = places.map { ($0, UInt8.random(in: 1...31, using: &random)) }
            #expect(isRefused(Self.altered(code, changes)))
        }
    }

    @Test("3.1/25 typed in lower case, with O for 0, I and L for 1, without or with odd hyphens, it is the same code")
    func typed() throws {
        var random = SeededRandom(seed: 25)
        for _ in 0..<200 {
            let code = Self.key().code(of: Int64.random(in: CouponKey.numbers, using: &random), tenant: "t")
            #expect(try CouponCode(code.description.lowercased()) == code)
            #expect(try CouponCode(code.compact) == code)
            let eyes = code.compact.map { $0 == "0" ? "o" : $0 == "1" ? (Bool.random(using: &random) ? "I" : "l") : $0 }
            #expect(try CouponCode(String(eyes)) == code)
            let spaced = code.compact.map { "\($0) " }.joined()
            #expect(try CouponCode(spaced) == code)
        }
    }

    @Test(
        "refuses what is no code",
        arguments: [
            "", "-", "0000", String(repeating: "0", count: 19), String(repeating: "0", count: 21),
            "UUUUU-UUUUU-UUUUU-UUUUU", "00000-00000-00000-0000é", "00000_00000_00000_00000",
            String(repeating: " ", count: 65), "00000-00000-00000-0000\u{0}",
        ])
    func refusals(_ text: String) {
        #expect(throws: CouponCodeError.notACode) { try CouponCode(text) }
    }

    @Test("fuzz: no text makes the parser fail otherwise, and what it reads it writes again")
    func fuzz() {
        var random = SeededRandom(seed: 77)
        let letters = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZoilOILuU- -\u{0}é~abcdef")
        for _ in 0..<10_000 {
            let text = String(
                (0..<Int.random(in: 0..<30, using: &random)).map { _ in letters.randomElement(using: &random)! })
            guard let code = try? CouponCode(text) else { continue }
            #expect((try? CouponCode(code.description)) == code)
        }
    }

    @Test("is unknown to another tenant, another key of the same version, and when made up")
    func unknown() throws {
        let code = Self.key().code(of: 5, tenant: "a")
        #expect(Self.key().number(of: code, tenant: "b") == nil)
        let other = CouponKey(version: 1, secret: [UInt8](repeating: 9, count: 32))
        #expect(other.number(of: code, tenant: "a") == nil)
        #expect(Self.key(2).number(of: code, tenant: "a") == nil)
        var random = SeededRandom(seed: 65)
        var found = 0
        for _ in 0..<1000 {
            let content = (0..<18).map { $0 == 0 ? 1 : UInt8.random(in: 0..<32, using: &random) }
            let checked = content + CheckSchemes.reedSolomon(content)
            let text = String(checked.map { Self.alphabet[Int($0)] })
            if Self.key().number(of: try CouponCode(text), tenant: "a") != nil { found += 1 }
        }
        #expect(found == 0)
    }

    @Test("numbers that follow each other have serials that do not")
    func permutation() {
        let serials = (0..<512 as Range<Int64>).map { Self.key().code(of: $0, tenant: "t").symbols[1..<9] }
        #expect(Set(serials.map(Array.init)).count == serials.count)
        let rising = zip(serials, serials.dropFirst()).count { $0.0.lexicographicallyPrecedes($0.1) }
        #expect((200...311).contains(rising), "\(rising) of 511 rise")
    }

    @Test("3.1/25 after a rotation old codes are still known by the key of their version")
    func rotation() {
        let (old, new) = (Self.key(1), Self.key(2))
        let (before, after) = (old.code(of: 7, tenant: "t"), new.code(of: 8, tenant: "t"))
        #expect(old.number(of: before, tenant: "t") == 7 && new.number(of: after, tenant: "t") == 8)
        #expect(new.number(of: before, tenant: "t") == nil && old.number(of: after, tenant: "t") == nil)
    }

    @Test("the table of undetected typing errors is reproduced: 6,000 trials each, on 14 symbols")
    func schemes() {
        var random = SeededRandom(seed: 28)
        func rate(_ scheme: CheckSchemes.Scheme, _ error: CheckSchemes.TypingError) -> Double {
            CheckSchemes.undetected(scheme, error, trials: 6000, &random)
        }
        #expect(rate(.luhn32, .substitution) == 0)
        #expect((0.0002...0.006).contains(rate(.luhn32, .adjacentSwap)))
        #expect(rate(.luhn32, .jumpSwap) == 1)
        #expect((0.02...0.04).contains(rate(.luhn32, .twoSubstitutions)))
        for error in [CheckSchemes.TypingError.substitution, .adjacentSwap, .jumpSwap] {
            #expect(rate(.oneSymbol, error) == 0)
            #expect(rate(.reedSolomon, error) == 0)
        }
        #expect((0.025...0.038).contains(rate(.oneSymbol, .twoSubstitutions)))
        #expect((0.025...0.038).contains(rate(.oneSymbol, .random)))
        #expect(rate(.reedSolomon, .twoSubstitutions) == 0)
        #expect((0.0001...0.004).contains(rate(.reedSolomon, .random)))
    }
}
