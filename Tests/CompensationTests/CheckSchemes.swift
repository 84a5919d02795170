import TestSupport

/// Check symbols as others have them, and ours written a second time, to compare what they miss.
enum CheckSchemes {
    enum Scheme { case luhn32, oneSymbol, reedSolomon }
    enum TypingError { case substitution, adjacentSwap, jumpSwap, twoSubstitutions, random }

    static func undetected(
        _ scheme: Scheme, _ error: TypingError, trials: Int, _ random: inout SeededRandom
    ) -> Double {
        var (missed, counted) = (0, 0)
        while counted < trials {
            let payload = (0..<14).map { _ in UInt8.random(in: 0..<32, using: &random) }
            let word = payload + check(scheme, payload)
            var typed = word
            apply(error, to: &typed, &random)
            guard typed != word else { continue }
            counted += 1
            let length = typed.count - check(scheme, payload).count
            if check(scheme, Array(typed.prefix(length))) == Array(typed.suffix(typed.count - length)) { missed += 1 }
        }
        return Double(missed) / Double(trials)
    }

    private static func apply(_ error: TypingError, to word: inout [UInt8], _ random: inout SeededRandom) {
        func other(_ symbol: UInt8) -> UInt8 { (symbol + UInt8.random(in: 1...31, using: &random)) % 32 }
        let place = Int.random(in: 0..<word.count, using: &random)
        switch error {
        case .substitution: word[place] = other(word[place])
        case .adjacentSwap: word.swapAt(min(place, word.count - 2), min(place, word.count - 2) + 1)
        case .jumpSwap: word.swapAt(min(place, word.count - 3), min(place, word.count - 3) + 2)
        case .twoSubstitutions:
            let second = (place + Int.random(in: 1..<word.count, using: &random)) % word.count
            word[place] = other(word[place])
            word[second] = other(word[second])
        case .random: for index in word.indices { word[index] = UInt8.random(in: 0..<32, using: &random) }
        }
    }

    private static func check(_ scheme: Scheme, _ payload: [UInt8]) -> [UInt8] {
        switch scheme {
        case .luhn32: return [luhn(payload)]
        case .oneSymbol: return [remainders(payload, roots: [2])[0]]
        case .reedSolomon: return reedSolomon(payload)
        }
    }

    private static func luhn(_ payload: [UInt8]) -> UInt8 {
        var (sum, factor) = (0, 2)
        for symbol in payload.reversed() {
            let addend = factor * Int(symbol)
            sum += addend / 32 + addend % 32
            factor = factor == 2 ? 1 : 2
        }
        return UInt8((32 - sum % 32) % 32)
    }

    /// Two symbols c, d such that the whole has the roots 2 and 4: solved from the two equations.
    static func reedSolomon(_ payload: [UInt8]) -> [UInt8] {
        for high in 0..<32 as Range<UInt8> {
            let low = remainder(payload + [high], at: 2)
            if evaluate(payload + [high, low], at: 4) == 0 { return [high, low] }
        }
        return []
    }

    private static func remainders(_ payload: [UInt8], roots: [UInt8]) -> [UInt8] {
        roots.map { remainder(payload, at: $0) }
    }

    /// The last symbol that makes the whole 0 at a root.
    private static func remainder(_ payload: [UInt8], at root: UInt8) -> UInt8 { evaluate(payload + [0], at: root) }

    private static func evaluate(_ word: [UInt8], at root: UInt8) -> UInt8 {
        word.reduce(0) { multiply($0, root) ^ $1 }
    }

    /// Bit by bit, modulo x^5 + x^2 + 1.
    private static func multiply(_ a: UInt8, _ b: UInt8) -> UInt8 {
        var (a, b, product): (UInt16, UInt8, UInt16) = (UInt16(a), b, 0)
        while b > 0 {
            if b & 1 == 1 { product ^= a }
            a <<= 1
            if a & 0x20 != 0 { a ^= 0x25 }
            b >>= 1
        }
        return UInt8(product)
    }
}
