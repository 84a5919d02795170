import CanonicalJSON
import JSONSchema
import TestSupport
import Testing

@Suite("Patterns: Core section 6.4, ECMA-262 section 22.2")
struct PatternTests {
    /// A pattern, texts that match, and texts that do not.
    struct Sample: Sendable, CustomTestStringConvertible {
        let pattern: String
        let matching: [String]
        let others: [String]

        init(_ pattern: String, _ matching: [String], not others: [String] = []) {
            (self.pattern, self.matching, self.others) = (pattern, matching, others)
        }

        var testDescription: String { pattern }

        func check() throws {
            let schema = try JSONSchema(["pattern": .string(pattern)])
            for text in matching { #expect(try schema.validate(.string(text)).isEmpty, "matches \(text)") }
            for text in others { #expect(try !schema.validate(.string(text)).isEmpty, "does not match \(text)") }
        }
    }

    @Test(
        "what a pattern matches",
        arguments: [
            Sample("", ["", "a"]),
            Sample("b", ["abc"], not: ["", "ac"]),
            Sample("^a|b$", ["ax", "xb"], not: ["xa", "bx"]),
            Sample("^(?:|a)$", ["", "a"], not: ["b"]),
            Sample("^a.c$", ["abc", "a c", "a\u{1F600}c"], not: ["a\nc", "a\u{2028}c", "ac"]),
            Sample("^[^]$", ["\n", "\u{10FFFF}"], not: [""]),
            Sample("[]", [], not: ["", "a"]),
            Sample("^[a-c\\-x]$", ["a", "c", "-", "x"], not: ["d", "w"]),
            Sample("^[a-]$", ["a", "-"], not: ["b"]),
            Sample("^[-a]$", ["a", "-"], not: ["b"]),
            Sample("^[^a-c]$", ["d", "\n", "é"], not: ["b"]),
            Sample("^[\\d\\s]+$", ["1 2\u{FEFF}"], not: ["a"]),
            Sample("^[\\D]$", ["a"], not: ["1"]),
            Sample("^[\\W\\d]$", ["é", "1", "-"], not: ["a", "_"]),
            Sample("^[^\\S]$", [" ", "\u{3000}"], not: ["a"]),
            Sample("^[\\b]$", ["\u{8}"], not: ["b"]),
            Sample("^[.*+?()|{}\\[\\]^$]$", [".", "*", "(", "{", "]", "^", "$"], not: ["a"]),
            Sample("^a*?b+?c??$", ["b", "aabbc"], not: ["a", "c"]),
            Sample("^a{2}$", ["aa"], not: ["a", "aaa"]),
            Sample("^a{2,}$", ["aa", "aaaa"], not: ["a"]),
            Sample("^a{0,2}$", ["", "aa"], not: ["aaa"]),
            Sample("^a{0}$", [""], not: ["a"]),
            Sample("^(ab){2,3}$", ["abab", "ababab"], not: ["ab", "abababab", "aba"]),
            Sample("^(a*)*$", ["", "aaa"], not: ["b"]),
            Sample("^(?:(?:){1000000000}){1000000000}(?:^){2,}$", [""], not: ["b"]),
            Sample("^(?:a|ab)(?:c|bcd)$", ["abc", "ac", "abcd"], not: ["ab"]),
            Sample("\\bfoo\\b", ["foo", "a foo.", "é foo"], not: ["foot", "_foo"]),
            Sample("\\Boo", ["foo"], not: ["oo"]),
            Sample("^(?<year>\\d{4})$", ["2026"], not: ["20"]),
            Sample(#"^\t\n\v\f\r\0$"#, ["\t\n\u{B}\u{C}\r\0"], not: [""]),
            Sample(#"^\x41\u0042\u{43}\u{1F600}\ud83d\ude00$"#, ["ABC\u{1F600}\u{1F600}"], not: ["abc"]),
            Sample(#"^[\u{1F600}-\u{1F64F}]$"#, ["\u{1F610}"], not: ["\u{1F650}"]),
            Sample(##"^\.\/\-\_\@\#\~$"##, ["./-_@#~"], not: ["x"]),
            Sample(#"\ud83d"#, [], not: ["\u{1F600}"]),
        ])
    func matching(sample: Sample) throws { try sample.check() }

    @Test(
        "properties of Unicode: general categories",
        arguments: [
            Sample(#"^\p{L}+$"#, ["aÉß中"], not: ["1", " "]),
            Sample(#"^\p{Lu}$"#, ["É"], not: ["é"]),
            Sample(#"^\P{Lu}$"#, ["é"], not: ["É"]),
            Sample(#"^\p{General_Category=Nd}\p{gc=Decimal_Number}$"#, ["1\u{9EA}"], not: ["1", "ab"]),
            Sample(#"^[\p{Ll}\d]+$"#, ["a1"], not: ["A"]),
            Sample(#"^[^\p{P}]$"#, ["a"], not: ["!"]),
            Sample(#"^[\P{L}x]$"#, ["1", "x"], not: ["a"]),
            Sample(#"^\p{Any}$"#, ["\u{10FFFF}"], not: [""]),
            Sample(#"^\p{Cn}$"#, ["\u{378}"], not: ["a"]),
        ])
    func properties(sample: Sample) throws { try sample.check() }

    @Test(
        "lookaround, ahead and behind, in and around each other",
        arguments: [
            Sample("^(?!0000)[0-9]{4}$", ["0001", "1000"], not: ["0000"]),
            Sample("^(?=.*[0-9])(?=.*[a-z]).{4,}$", ["abc1"], not: ["abcd", "1234", "a1"]),
            Sample("(?<=a+)b", ["aab"], not: ["b", "cb"]),
            Sample("(?<!a)b", ["b", "cb"], not: ["ab"]),
            Sample("^(?:(?!ab).)*$", ["", "acb", "ba"], not: ["ab", "cabc"]),
            Sample("x(?=a(?!b))", ["xac", "xa"], not: ["xab", "x"]),
            Sample("(?<=(?<!x)a)b", ["ab", "yab"], not: ["xab"]),
            Sample("(?=(?<=a)b)b", ["ab"], not: ["b"]),
        ])
    func lookaround(sample: Sample) throws { try sample.check() }

    @Test(
        "what is no pattern, or none we evaluate, is refused",
        arguments: [
            ("(", "a group is not closed (character 1 of the pattern)"),
            ("a)", "')' closes no group (character 2 of the pattern)"),
            ("[a", "a character class is not closed (character 1 of the pattern)"),
            ("*a", "'*' has nothing to repeat; escape it to mean the character (character 1 of the pattern)"),
            ("a**", "'*' has nothing to repeat (character 3 of the pattern)"),
            ("^*", "'*' cannot repeat an assertion (character 2 of the pattern)"),
            ("(?=a)+", "'+' cannot repeat an assertion (character 6 of the pattern)"),
            ("a{", "a number is needed in a quantifier; escape '{' to mean the character (character 3 of the pattern)"),
            ("a{1", "'{' begins no quantifier; escape it to mean the character (character 2 of the pattern)"),
            ("a{2,1}", "the numbers of a quantifier are out of order (character 2 of the pattern)"),
            ("a}", "'}' stands alone; escape it to mean the character (character 2 of the pattern)"),
            ("a]", "']' stands alone; escape it to mean the character (character 2 of the pattern)"),
            ("[b-a]", "not a range of characters; escape '-' to mean the character (character 2 of the pattern)"),
            ("[\\w-a]", "not a range of characters; escape '-' to mean the character (character 2 of the pattern)"),
            ("\\", "the pattern ends where something was still needed (character 2 of the pattern)"),
            ("\\a", "not an escape that ECMA-262 knows (character 1 of the pattern)"),
            ("\\Z", "not an escape that ECMA-262 knows (character 1 of the pattern)"),
            ("\\00", "not an escape that ECMA-262 knows (character 1 of the pattern)"),
            ("[\\1]", "not an escape that ECMA-262 knows (character 2 of the pattern)"),
            ("\\c1", "'\\c' needs a letter (character 1 of the pattern)"),
            ("\\x4", "the pattern ends where something was still needed (character 4 of the pattern)"),
            ("\\xg0", "hexadecimal digits are missing (character 1 of the pattern)"),
            ("\\u{110000}", "no character has this number (character 1 of the pattern)"),
            ("\\u{}", "hexadecimal digits are missing (character 1 of the pattern)"),
            ("\\pL", "'\\p' needs a property in '{' and '}' (character 1 of the pattern)"),
            (
                "\\p{Script=Greek}",
                "of Unicode's properties only the values of General_Category are known here "
                    + "(character 1 of the pattern)"
            ),
            ("(?i)a", "'(?' begins no group that ECMA-262 knows (character 1 of the pattern)"),
            ("(?P<a>b)", "'(?' begins no group that ECMA-262 knows (character 1 of the pattern)"),
            (
                "(?<1>b)",
                "a group's name is letters, digits, '_' and '$', and ends with '>' (character 4 of the pattern)"
            ),
            ("\\1", "a backreference to a group that is not there (character 1 of the pattern)"),
            ("\\k<a>", "a backreference to a group that is not there (character 1 of the pattern)"),
            ("\\k", "'\\k' needs the name of a group in '<' and '>' (character 1 of the pattern)"),
            ("(a)\\1", "backreferences are not evaluated here, because they can take exponential time"),
            ("(?<a>b)\\k<a>", "backreferences are not evaluated here, because they can take exponential time"),
        ])
    func refused(pattern: String, problem: String) {
        RefusedSchema(["pattern": .string(pattern)], "#/pattern", .pattern(problem)).check()
        let error = #expect(throws: SchemaError.self) {
            try JSONSchema(["patternProperties": .object([pattern: true])])
        }
        #expect(error?.reason == .pattern(problem))
        #expect(error?.location.pointer == JSONPointer().appending("patternProperties").appending(pattern))
    }

    @Test(
        "a pattern that is too large written out is refused",
        arguments: [
            "a{20001}", "(a{1000}){1000}", "(?:(?:a?){1000}){1000}", "(((((a{99}){99}){99}){99}){99}){99}",
            "a{0,1000000000}", "a{99999999999999999999}",
        ])
    func tooLarge(pattern: String) {
        let error = #expect(throws: SchemaError.self) { try JSONSchema(["pattern": .string(pattern)]) }
        #expect(error?.description.contains("more than 20000 characters") == true)
    }

    @Test("groups that are nested too deeply, and too many lookarounds, are refused")
    func tooDeep() throws {
        func nested(_ depth: Int) -> JSON {
            ["pattern": .string(String(repeating: "(", count: depth) + String(repeating: ")", count: depth))]
        }
        _ = try JSONSchema(nested(63))
        #expect(throws: SchemaError.self) { try JSONSchema(nested(64)) }
        #expect(throws: SchemaError.self) { try JSONSchema(nested(100_000)) }
        func lookarounds(_ count: Int) -> JSON { ["pattern": .string(String(repeating: "(?=a)", count: count))] }
        _ = try JSONSchema(lookarounds(16))
        #expect(throws: SchemaError.self) { try JSONSchema(lookarounds(17)) }
    }

    @Test("many patterns are bounded together")
    func together() {
        let error = #expect(throws: SchemaError.self) {
            try JSONSchema(["allOf": .array((0..<10).map { _ in ["pattern": "a{19000}"] })])
        }
        #expect(error?.reason == .tooManyPatterns(limit: 131_072))
    }
}

@Suite("Patterns that hang others")
struct PoisonPatternTests {
    @Test(
        "the time is proportional to the length of the text",
        arguments: [
            "^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "^(a*)*b$", "^(.*a){12}$", "^(([a-z])+.)+[A-Z]([a-z])+$",
            "^(?=(a+)+$)(?!(a|a)*c)(a+)+$", "(x+x+)+y", "^(?:a?){60}a{60}$", "(?<=(a+)+b)c",
        ])
    func linear(pattern: String) throws {
        let schema = { steps in
            try JSONSchema(
                ["pattern": .string(pattern)], limits: SchemaLimits(maximumSteps: steps, maximumDepth: 8))
        }
        // Each character costs at most as many steps as the pattern has instructions, about 300 in the largest here.
        for length in [100, 1000] {
            let text = JSON.string(String(repeating: "a", count: length) + "!")
            _ = try schema(600 * length).validate(text)
        }
    }

    @Test("a long text for a large pattern ends with the steps")
    func exhausted() throws {
        let schema = try JSONSchema(["pattern": "^(a?){4000}(a?){4000}$"])
        let error = #expect(throws: SchemaError.self) {
            try schema.validate(.string(String(repeating: "a", count: 12_000) + "b"))
        }
        #expect(error?.reason == .tooManySteps(limit: SchemaLimits.standard.maximumSteps))
    }
}

@Suite("Patterns against another engine")
struct PatternPropertyTests {
    /// A random pattern in the part of the syntax where a backtracking engine means the same.
    private func pattern(_ depth: Int, _ random: inout SeededRandom) -> String {
        switch Int.random(in: 0..<(depth > 0 ? 12 : 4), using: &random) {
        case 0, 1: return ["a", "b", "c"].randomElement(using: &random)!
        case 2: return ["[ab]", "[^a]", "[b-c]", "."].randomElement(using: &random)!
        case 3: return ["\\b", "^", "$", "\\B", "\\w", "\\W"].randomElement(using: &random)!
        case 4: return "(?:" + pattern(depth - 1, &random) + "|" + pattern(depth - 1, &random) + ")"
        case 5: return "(?:" + pattern(depth - 1, &random) + "){1,3}"
        case 6: return "(?:" + pattern(depth - 1, &random) + ")*"
        case 7: return "(?:" + pattern(depth - 1, &random) + ")?"
        case 8: return ["(?=", "(?!", "(?=", "(?!"].randomElement(using: &random)! + pattern(depth - 1, &random) + ")"
        default: return pattern(depth - 1, &random) + pattern(depth - 1, &random)
        }
    }

    @Test("both say the same about short texts", arguments: 1...20)
    func agreement(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<30 {
            let source = pattern(4, &random)
            let other = try Regex(source).wordBoundaryKind(.simple).matchingSemantics(.unicodeScalar)
            let schema = try JSONSchema(["pattern": .string(source)])
            for _ in 0..<20 {
                let text = String(
                    (0..<Int.random(in: 0...7, using: &random)).map { _ in
                        "abc ".randomElement(using: &random)!
                    })
                let expected = try other.firstMatch(in: text) != nil
                #expect(try schema.validate(.string(text)).isEmpty == expected, "\(source) on '\(text)'")
            }
        }
    }
}
