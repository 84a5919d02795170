/// Reads a pattern by the grammar of [ECMA-262 section 22.2.1](https://tc39.es/ecma262/#sec-patterns) with the `u`
/// flag. One thing is wider: any ASCII punctuation may be escaped, not only what must be.
struct PatternParser {
    /// The deepest nesting of groups: parser and compiler are recursive.
    static let maximumDepth = 64

    let source: [UInt32]
    var index = 0
    private var sets: [ScalarSet] = []
    private var depth = 0
    private var groups = 0
    private var groupNames: Set<ExactString> = []
    private var references: [(reference: Reference, offset: Int)] = []

    /// What a backreference names.
    enum Reference {
        case number(Int)
        case name(ExactString)
    }

    private init(_ source: String) { self.source = source.unicodeScalars.map(\.value) }

    /// The pattern, and the table of its sets.
    static func parse(_ source: String) throws(PatternError) -> (syntax: PatternSyntax, sets: [ScalarSet]) {
        var parser = PatternParser(source)
        let syntax = try parser.disjunction()
        guard parser.index == parser.source.count else { throw parser.error("')' closes no group") }
        try parser.checkReferences()
        return (syntax, parser.sets)
    }

    /// Takes a set into the table.
    mutating func add(_ set: ScalarSet) -> PatternSyntax {
        sets.append(set)
        return .set(sets.count - 1)
    }

    private mutating func disjunction() throws(PatternError) -> PatternSyntax {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else {
            throw error("groups are nested more than \(Self.maximumDepth) deep; flatten the pattern")
        }
        var alternatives = [try alternative()]
        while take("|") { alternatives.append(try alternative()) }
        return alternatives.count == 1 ? alternatives[0] : .alternatives(alternatives)
    }

    private mutating func alternative() throws(PatternError) -> PatternSyntax {
        var terms: [PatternSyntax] = []
        while let next = peek, next != "|", next != ")" {
            let term = try term()
            if !term.isEmpty { terms.append(term) }
        }
        return terms.count == 1 ? terms[0] : .sequence(terms)
    }

    private mutating func term() throws(PatternError) -> PatternSyntax {
        if let assertion = try assertion() {
            guard let next = peek, "*+?{".unicodeScalars.contains(next) else { return assertion }
            throw error("'\(next)' cannot repeat an assertion")
        }
        let atom = try atom()
        guard let next = peek, "*+?{".unicodeScalars.contains(next) else { return atom }
        return try quantified(atom)
    }

    /// Reads an assertion, if the next term is one.
    private mutating func assertion() throws(PatternError) -> PatternSyntax? {
        if take("^") { return .assertion(.start) }
        if take("$") { return .assertion(.end) }
        if take("\\b") { return .assertion(.wordBoundary) }
        if take("\\B") { return .assertion(.notWordBoundary) }
        let start = index
        for (opening, isAhead, isNegated) in Self.lookarounds where take(opening) {
            let body = try closed(from: start)
            return .lookaround(body, isAhead: isAhead, isNegated: isNegated)
        }
        return nil
    }

    private static let lookarounds: [(opening: String, isAhead: Bool, isNegated: Bool)] = [
        ("(?=", true, false), ("(?!", true, true), ("(?<=", false, false), ("(?<!", false, true),
    ]

    private mutating func atom() throws(PatternError) -> PatternSyntax {
        let start = index
        let next = try advance()
        switch next {
        case ".": return add(.notLineTerminator)
        case "(":
            if take("?:") { return try closed(from: start) }
            groups += 1
            if take("?<") { groupNames.insert(try groupName()) }
            if peek == "?" { throw error("'(?' begins no group that ECMA-262 knows", at: start) }
            return try closed(from: start)
        case "[": return add(try characterClass())
        case "\\": return try atomEscape()
        case "*", "+", "?": throw error("'\(next)' has nothing to repeat; escape it to mean the character", at: start)
        case "{", "}", "]": throw error("'\(next)' stands alone; escape it to mean the character", at: start)
        default: return .scalar(next.value)
        }
    }

    private mutating func quantified(_ atom: PatternSyntax) throws(PatternError) -> PatternSyntax {
        let start = index
        var (minimum, maximum): (Int, Int?) = (0, nil)
        switch try advance() {
        case "+": minimum = 1
        case "?": maximum = 1
        case "{":
            minimum = try number()
            maximum = minimum
            if take(",") { maximum = peek == "}" ? nil : try number() }
            guard take("}") else { throw error("'{' begins no quantifier; escape it to mean the character", at: start) }
        default: break
        }
        if let maximum, maximum < minimum { throw error("the numbers of a quantifier are out of order", at: start) }
        _ = take("?")
        if let next = peek, "*+?{".unicodeScalars.contains(next) { throw error("'\(next)' has nothing to repeat") }
        return maximum == 0 || atom.isEmpty ? .sequence([]) : .repetition(atom, minimum: minimum, maximum: maximum)
    }

    /// Reads the rest of a group that began at `start`.
    private mutating func closed(from start: Int) throws(PatternError) -> PatternSyntax {
        let body = try disjunction()
        guard take(")") else { throw error("a group is not closed", at: start) }
        return body
    }

    /// Reads up to and with the `>`.
    mutating func groupName() throws(PatternError) -> ExactString {
        let start = index
        var name = ""
        while let next = peek, next == "_" || next == "$" || next.properties.isAlphabetic || next.isDigit {
            name.unicodeScalars.append(next)
            index += 1
        }
        guard take(">"), let first = name.unicodeScalars.first, !first.isDigit else {
            throw error("a group's name is letters, digits, '_' and '$', and ends with '>'", at: start)
        }
        return ExactString(name)
    }

    /// Notes a backreference, to be checked when all groups are known.
    mutating func refer(to reference: Reference, at offset: Int) -> PatternSyntax {
        references.append((reference, offset))
        return .backreference
    }

    private func checkReferences() throws(PatternError) {
        for (reference, offset) in references {
            let exists =
                switch reference {
                case .number(let number): number <= groups
                case .name(let name): groupNames.contains(name)
                }
            if !exists { throw error("a backreference to a group that is not there", at: offset) }
        }
    }
}

extension PatternParser {
    var peek: Unicode.Scalar? { index < source.count ? Unicode.Scalar(source[index]) : nil }

    mutating func take(_ text: String) -> Bool {
        guard source[index...].starts(with: text.unicodeScalars.lazy.map(\.value)) else { return false }
        index += text.unicodeScalars.count
        return true
    }

    mutating func advance() throws(PatternError) -> Unicode.Scalar {
        guard let next = peek else { throw error("the pattern ends where something was still needed") }
        index += 1
        return next
    }

    /// A decimal number; beyond a billion they are all the same to us.
    mutating func number() throws(PatternError) -> Int {
        guard let first = peek, first.isDigit else {
            throw error("a number is needed in a quantifier; escape '{' to mean the character")
        }
        var number = 0
        while let next = peek, next.isDigit {
            number = min(number * 10 + Int(next.value - 0x30), 1_000_000_000)
            index += 1
        }
        return number
    }

    func error(_ problem: String, at offset: Int? = nil) -> PatternError {
        PatternError(problem: problem, offset: offset ?? index)
    }
}

extension Unicode.Scalar {
    /// Whether this is 0 to 9.
    var isDigit: Bool { (0x30...0x39).contains(value) }
}
