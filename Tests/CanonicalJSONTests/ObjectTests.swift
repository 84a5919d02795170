import CanonicalJSON
import TestSupport
import Testing

@Suite("Objects: RFC 8785 section 3.2.3, names in the order of their UTF-16 code units")
struct ObjectTests {
    static let names = [
        "", "\u{0}", "1", "10", "2", "A", "a", "aa", "a\u{301}", "b", "\u{80}", "\u{E9}", "\u{D7FF}", "\u{10000}",
        "\u{1F600}", "\u{1F600}a", "\u{1F601}", "\u{10FFFF}", "\u{E000}", "\u{FB33}", "\u{FFFF}",
    ]

    @Test("names beyond U+FFFF come before U+E000, as surrogates do")
    func order() throws {
        var object = JSONObject()
        for name in Self.names.reversed() { object[name] = .string(name) }
        #expect(object.keys == Self.names)
        #expect(object.map { $0.value.stringValue } == Self.names)
    }

    @Test(
        "objects of every size are put in order, whatever order they come in",
        arguments: [1, 2, 3, 63, 64, 65, 66, 300])
    func sizes(count: Int) throws {
        var generator = RandomJSON(random: SeededRandom(seed: UInt64(count)))
        var names: [[UInt16]: String] = [:]
        while names.count < count {
            let name = generator.string()
            names[Array(name.utf16)] = name
        }
        let sorted = names.keys.sorted { $0.lexicographicallyPrecedes($1) }
        let orders = [sorted, sorted.reversed(), sorted.shuffled(using: &generator.random)]
        for order in orders {
            let members = order.map { (key: names[$0]!, value: JSON.integer(Int64($0.count))) }
            let text =
                "{"
                + members.map { generator.spelling(of: .string($0.key)) + ":\($0.key.utf16.count)" }
                .joined(separator: ",") + "}"
            let object = try #require(try JSON(parsing: text.utf8).objectValue)
            #expect(object.keys.map { Array($0.utf16) } == sorted)
            #expect(object == JSONObject(uniqueMembers: members))
            for (key, value) in members { #expect(object[key] == value) }
        }
    }

    @Test("a name's second use is found where it stands, in objects of every size", arguments: [2, 64, 65, 66, 300])
    func duplicates(count: Int) {
        let names = (0..<count).map { "n\(($0 * 7919) % 1009)" }
        for repeated in [0, count / 2, count - 2] {
            let first = "{" + names.map { "\"\($0)\":[{}]" }.joined(separator: ",")
            let text = first + ",\n\"\(names[repeated])\":2,\"z\":3}"
            Refusal(text, .duplicateName(names[repeated]), at: first.utf8.count + 2, line: 2, column: 1).check()
        }
    }

    @Test("members are set, replaced and removed by name")
    func mutation() {
        var object: JSONObject = ["b": 2, "a": 1]
        #expect(!object.isEmpty)
        object["c"] = 3
        object["a"] = nil
        object["b"] = "two"
        object["nobody"] = nil
        #expect(object == ["b": "two", "c": 3])
        #expect(object.count == 2)
        object["b"] = nil
        object["c"] = nil
        #expect(object == JSONObject())
        #expect(object.isEmpty)
    }

    @Test("a name used twice in code stops the program")
    func uniqueness() async {
        await #expect(processExitsWith: .failure) { _ = ["a": 1, "a": 2] as JSONObject }
        await #expect(processExitsWith: .failure) { _ = ["a": 1, "b": 1, "a": 1] as JSON }
    }
}
