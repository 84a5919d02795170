import CanonicalJSON
import Testing

@Suite("Limits")
struct LimitTests {
    static func nested(_ depth: Int, _ open: String, _ close: String) -> String {
        String(repeating: open, count: depth) + "0" + String(repeating: close, count: depth)
    }

    @Test("64 levels are read and the 65th is refused where it opens", arguments: [("[", "]"), ("{\"a\":", "}")])
    func depth(open: String, close: String) throws {
        let deepest = Self.nested(64, open, close)
        #expect(try JSON(parsing: deepest.utf8).canonicalString == deepest)
        Refusal(Self.nested(65, open, close), .tooDeep(limit: 64), at: 64 * open.utf8.count).check()
    }

    @Test("depth counts what is open, not what has been opened")
    func siblings() throws {
        let text = "[" + Array(repeating: "[[]],{\"a\":{}}", count: 100).joined(separator: ",") + "]"
        let limits = JSONLimits(maximumBytes: text.utf8.count, maximumDepth: 3)
        #expect(try JSON(parsing: text.utf8, limits: limits).arrayValue?.count == 200)
    }

    @Test("any amount of nesting is refused early, closed or not", arguments: [10_000, 500_000])
    func absurdDepth(levels: Int) {
        Refusal(String(repeating: "[", count: levels), .tooDeep(limit: 64), at: 64).check()
        Refusal(Self.nested(levels / 2, "[", "]"), .tooDeep(limit: 64), at: 64).check()
    }

    @Test("a caller may ask for 512 levels, and values that deep can be compared and written")
    func highestDepth() throws {
        let limits = JSONLimits(maximumBytes: 10_000, maximumDepth: JSONLimits.highestDepth)
        let text = Self.nested(512, "{\"a\":", "}")
        let json = try JSON(parsing: text.utf8, limits: limits)
        #expect(json == (try JSON(parsing: text.utf8, limits: limits)))
        #expect(json.canonicalString == text)
        Refusal(Self.nested(513, "[", "]"), .tooDeep(limit: 512), at: 512).check(limits: limits)
    }

    @Test("depth 0 allows no array or object")
    func noDepth() throws {
        let limits = JSONLimits(maximumBytes: 10, maximumDepth: 0)
        #expect(try JSON(parsing: "1".utf8, limits: limits) == 1)
        Refusal("[]", .tooDeep(limit: 0), at: 0).check(limits: limits)
    }

    @Test("the limit of bytes counts every byte and is checked before anything else")
    func bytes() throws {
        let limits = JSONLimits(maximumBytes: 8, maximumDepth: 8)
        #expect(try JSON(parsing: "[\"\u{E9}\"]  ".utf8, limits: limits) == ["\u{E9}"])
        Refusal("[1,2,3,4]", .tooManyBytes(limit: 8), at: 8).check(limits: limits)
        Refusal("]]]]]]]]]", .tooManyBytes(limit: 8), at: 8).check(limits: limits)
    }

    @Test("the standard limit is a mebibyte")
    func standard() throws {
        let text = "\"" + String(repeating: "x", count: (1 << 20) - 2) + "\""
        #expect(try JSON(parsing: text.utf8).stringValue?.utf8.count == (1 << 20) - 2)
        Refusal(text + " ", .tooManyBytes(limit: 1 << 20), at: 1 << 20).check()
    }
}
