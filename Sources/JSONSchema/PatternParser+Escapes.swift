/// Escapes and character classes: [ECMA-262 section 22.2.1](https://tc39.es/ecma262/#sec-patterns), AtomEscape and
/// CharacterClass.
extension PatternParser {
    /// Reads what follows a backslash outside a class.
    mutating func atomEscape() throws(PatternError) -> PatternSyntax {
        let start = index - 1
        switch peek {
        case "k":
            index += 1
            guard take("<") else { throw error("'\\k' needs the name of a group in '<' and '>'", at: start) }
            return refer(to: .name(try groupName()), at: start)
        case let digit? where digit.isDigit && digit != "0":
            return refer(to: .number(try number()), at: start)
        default:
            switch try classAtomEscape() {
            case .scalar(let value): return .scalar(value)
            case .set(let ranges, let categories): return add(ScalarSet(ranges, categories: categories))
            }
        }
    }

    /// Reads a class behind its `[`.
    mutating func characterClass() throws(PatternError) -> ScalarSet {
        let start = index - 1
        let isNegated = take("^")
        var ranges: [ClosedRange<UInt32>] = []
        var categories: GeneralCategories = []
        while !take("]") {
            guard peek != nil else { throw error("a character class is not closed", at: start) }
            let place = index
            let first = try classAtom()
            let isRange = peek == "-" && index + 1 < source.count && source[index + 1] != 0x5D
            switch (first, isRange) {
            case (.scalar(let low), true):
                index += 1
                guard case .scalar(let high) = try classAtom(), low <= high else {
                    throw error("not a range of characters; escape '-' to mean the character", at: place)
                }
                ranges.append(low...high)
            case (.scalar(let value), false): ranges.append(value...value)
            case (.set, true): throw error("not a range of characters; escape '-' to mean the character", at: place)
            case (.set(let more, let moreCategories), false):
                ranges += more
                categories.formUnion(moreCategories)
            }
        }
        return ScalarSet(ranges, categories: categories, isNegated: isNegated)
    }

    private enum ClassAtom {
        case scalar(UInt32)
        case set([ClosedRange<UInt32>], GeneralCategories)
    }

    private mutating func classAtom() throws(PatternError) -> ClassAtom {
        let next = try advance()
        guard next == "\\" else { return .scalar(next.value) }
        if take("b") { return .scalar(0x08) }
        return try classAtomEscape()
    }

    private mutating func classAtomEscape() throws(PatternError) -> ClassAtom {
        let start = index - 1
        switch try advance() {
        case "d": return .set(ScalarSet.digits, [])
        case "D": return .set(ScalarSet.complement(of: ScalarSet.digits), [])
        case "w": return .set(ScalarSet.wordCharacters, [])
        case "W": return .set(ScalarSet.complement(of: ScalarSet.wordCharacters), [])
        case "s": return .set(ScalarSet.whitespace, [])
        case "S": return .set(ScalarSet.complement(of: ScalarSet.whitespace), [])
        case "p": return .set([], try property(at: start))
        case "P": return .set([], try property(at: start).complement)
        default:
            index -= 1
            return .scalar(try characterEscape(at: start))
        }
    }

    private mutating func property(at start: Int) throws(PatternError) -> GeneralCategories {
        guard take("{") else { throw error("'\\p' needs a property in '{' and '}'", at: start) }
        var name = ""
        while let next = peek, next != "}" {
            name.unicodeScalars.append(next)
            index += 1
        }
        guard take("}"), let categories = GeneralCategories(property: name) else {
            throw error("of Unicode's properties only the values of General_Category are known here", at: start)
        }
        return categories
    }

    private mutating func characterEscape(at start: Int) throws(PatternError) -> UInt32 {
        let next = try advance()
        switch next {
        case "t": return 0x09
        case "n": return 0x0A
        case "v": return 0x0B
        case "f": return 0x0C
        case "r": return 0x0D
        case "0" where peek?.isDigit != true: return 0
        case "c":
            let letter = try advance()
            guard letter.isASCII, letter.properties.isAlphabetic else {
                throw error("'\\c' needs a letter", at: start)
            }
            return letter.value % 32
        case "x": return try hexadecimal(digits: 2, at: start)
        case "u": return try unicodeEscape(at: start)
        default:
            guard next.isASCII, next.value > 0x20, next.value < 0x7F, !next.isDigit, !next.properties.isAlphabetic
            else { throw error("not an escape that ECMA-262 knows", at: start) }
            return next.value
        }
    }

    /// Reads what follows `\u`; two halves of a surrogate pair are one character.
    private mutating func unicodeEscape(at start: Int) throws(PatternError) -> UInt32 {
        if take("{") {
            var value: UInt32 = 0
            repeat { value = min(value * 16 + (try hexadecimal(digits: 1, at: start)), 0x110000) } while peek != "}"
            index += 1
            guard value <= 0x10FFFF else { throw error("no character has this number", at: start) }
            return value
        }
        let high = try hexadecimal(digits: 4, at: start)
        let isPair = (0xD800...0xDBFF).contains(high) && source[index...].starts(with: [0x5C, 0x75])
        guard isPair else { return high }
        let resume = index
        index += 2
        if peek != "{" {
            let low = try hexadecimal(digits: 4, at: start)
            if (0xDC00...0xDFFF).contains(low) { return 0x10000 + (high - 0xD800) << 10 + (low - 0xDC00) }
        }
        index = resume
        return high
    }

    private mutating func hexadecimal(digits: Int, at start: Int) throws(PatternError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let digit = Character(try advance()).hexDigitValue, source[index - 1] < 0x80 else {
                throw error("hexadecimal digits are missing", at: start)
            }
            value = value * 16 + UInt32(digit)
        }
        return value
    }
}
