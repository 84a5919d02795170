/// The 20 symbols of a coupon: how they are written, read, and checked before anything is looked up.
///
/// Crockford's base 32 in four groups of five. The last two symbols make the 20 a word of a Reed-Solomon code over
/// GF(32) whose words differ in at least three symbols, so that one or two wrong symbols, wherever, are always found.
package struct CouponCode: Hashable, Sendable, CustomStringConvertible {
    /// 18 symbols of content and two of the check, each 0 to 31.
    package let symbols: [UInt8]

    /// How many symbols there are.
    package static let symbolCount = 20
    /// How many of them are content.
    static let contentCount = 18
    /// The longest text that is looked at: 20 symbols with room for separators.
    package static let maximumTextBytes = 64

    /// The code of a content of 18 symbols.
    init(content: [UInt8]) {
        precondition(content.count == Self.contentCount && content.allSatisfy { $0 < 32 })
        symbols = content + GaloisField32.checkSymbols(of: content)
    }

    /// Reads what a person typed: lower case, `O` for `0`, `I` and `L` for `1`, with hyphens and spaces anywhere.
    ///
    /// - Throws: ``CouponCodeError``; what is read has no error of one or two symbols.
    package init(_ text: String) throws(CouponCodeError) {
        guard text.utf8.count <= Self.maximumTextBytes else { throw .notACode }
        var symbols: [UInt8] = []
        symbols.reserveCapacity(Self.symbolCount)
        for byte in text.utf8 where byte != UInt8(ascii: "-") && byte != UInt8(ascii: " ") {
            guard let value = Self.value(of: byte), symbols.count < Self.symbolCount else { throw .notACode }
            symbols.append(value)
        }
        guard symbols.count == Self.symbolCount else { throw .notACode }
        guard GaloisField32.isWord(symbols) else { throw .mistyped }
        self.symbols = symbols
    }

    /// Whether 20 symbols are a word of the code.
    package static func isWord(_ symbols: [UInt8]) -> Bool { GaloisField32.isWord(symbols) }

    /// The 20 symbols without hyphens: what the log's hash is over.
    package var compact: String {
        String(decoding: symbols.map { Self.alphabet[Int($0)] }, as: UTF8.self)
    }

    /// In four groups, as people are shown it. A secret: whoever has it can redeem the coupon.
    package var description: String {
        let text = Array(compact)
        return stride(from: 0, to: text.count, by: 5).map { String(text[$0..<$0 + 5]) }.joined(separator: "-")
    }

    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    private static func value(of byte: UInt8) -> UInt8? {
        let upper = (0x61...0x7A).contains(byte) ? byte - 0x20 : byte
        switch upper {
        case UInt8(ascii: "O"): return 0
        case UInt8(ascii: "I"), UInt8(ascii: "L"): return 1
        default: return alphabet.firstIndex(of: upper).map { UInt8($0) }
        }
    }
}

/// Why a text is no coupon's code.
package enum CouponCodeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// It does not have 20 symbols, or has one that no code has.
    case notACode
    /// The check symbols do not fit.
    case mistyped

    /// What was wrong, and what to do.
    package var description: String {
        switch self {
        case .notACode: "a code has 20 letters and digits (no U) in four groups of five"
        case .mistyped: "the code was mistyped: compare it with what was sent, letter by letter"
        }
    }
}

/// Arithmetic with 32 elements, modulo x^5 + x^2 + 1, and the code whose words have the roots a and a^2.
enum GaloisField32 {
    /// a^n, twice over so that sums of two logarithms need no remainder.
    private static let powers: [UInt8] = {
        var (powers, value): ([UInt8], UInt8) = ([], 1)
        for _ in 0..<62 {
            powers.append(value)
            value <<= 1
            if value & 0x20 != 0 { value ^= 0x25 }
        }
        return powers
    }()

    private static let logarithms: [Int] = {
        var logarithms = [Int](repeating: 0, count: 32)
        for exponent in 0..<31 { logarithms[Int(powers[exponent])] = exponent }
        return logarithms
    }()

    static func multiply(_ a: UInt8, _ b: UInt8) -> UInt8 {
        guard a != 0, b != 0 else { return 0 }
        return powers[logarithms[Int(a)] + logarithms[Int(b)]]
    }

    /// The remainder of content times x^2 by (x - a)(x - a^2): what makes the whole a word.
    static func checkSymbols(of content: [UInt8]) -> [UInt8] {
        let (sum, product) = (powers[1] ^ powers[2], powers[3])
        var (high, low): (UInt8, UInt8) = (0, 0)
        for symbol in content {
            let factor = symbol ^ high
            (high, low) = (low ^ multiply(factor, sum), multiply(factor, product))
        }
        return [high, low]
    }

    /// Whether the polynomial with these coefficients, the highest first, is 0 at both roots.
    static func isWord(_ symbols: [UInt8]) -> Bool {
        [powers[1], powers[2]].allSatisfy { root in symbols.reduce(0) { multiply($0, root) ^ $1 } == 0 }
    }
}
