import CanonicalJSON
import Testing

@Suite("Values")
struct ValueTests {
    static let every: [JSON] = [nil, true, 7, .number(1.5), "text", [1], ["a": 1]]

    @Test("each accessor answers for its own type and no other", arguments: every.enumerated().map { ($0, $1) })
    func accessors(index: Int, json: JSON) {
        #expect(json.boolValue == (index == 1 ? true : nil))
        #expect(json.integerValue == (index == 2 ? 7 : nil))
        #expect(json.doubleValue == [2: 7, 3: 1.5][index])
        #expect(json.stringValue == (index == 4 ? "text" : nil))
        #expect(json.arrayValue == (index == 5 ? [1] : nil))
        #expect(json.objectValue == (index == 6 ? ["a": 1] : nil))
        #expect(json["a"] == (index == 6 ? 1 : nil))
        #expect(json["b"] == nil)
    }

    @Test("values of different types are never equal")
    func types() {
        for (index, left) in Self.every.enumerated() {
            for (other, right) in Self.every.enumerated() {
                #expect((left == right) == (index == other))
            }
        }
        #expect(Set(Self.every + Self.every).count == Self.every.count)
    }

    @Test("strings that Swift calls equal are different values and different names")
    func normalForms() {
        let (composed, decomposed) = ("\u{E9}", "e\u{301}")
        #expect(composed == decomposed)
        #expect(JSON.string(composed) != .string(decomposed))
        let object: JSONObject = [composed: 1, decomposed: 2]
        #expect(object.count == 2)
        #expect(object[composed] == 1)
        #expect(object[decomposed] == 2)
        #expect(object != [composed: 2, decomposed: 1])
        #expect(JSON.object([composed: 1]) != .object([decomposed: 1]))
    }

    @Test("literals are values, and canonical output is theirs")
    func literals() {
        let json: JSON = ["b": [nil, true, -3], "a": ["x": "\n"], "": []]
        #expect(json.canonicalString == #"{"":[],"a":{"x":"\n"},"b":[null,true,-3]}"#)
        var output = Array("x".utf8)
        json.appendCanonical(to: &output)
        #expect(output == Array("x".utf8) + json.canonicalBytes)
    }

    @Test("any collection of bytes is read: arrays, slices, strings, and what is not contiguous")
    func collections() throws {
        let text = " {\"a\":[1]} "
        let bytes = Array(text.utf8)
        let expected: JSON = ["a": [1]]
        #expect(try JSON(parsing: bytes) == expected)
        #expect(try JSON(parsing: bytes[1...]) == expected)
        #expect(try JSON(parsing: text.utf8) == expected)
        let scattered = bytes.lazy.map { $0 }
        #expect(try JSON(parsing: scattered) == expected)
        #expect(throws: JSONError.self) { try JSON(parsing: scattered.dropLast(3)) }
    }

    @Test("a number that JSON does not hold stops the program instead of being written")
    func impossibleNumbers() async {
        await #expect(processExitsWith: .failure) { _ = JSON.number(.nan).canonicalBytes }
        await #expect(processExitsWith: .failure) { _ = JSON.number(-.infinity).canonicalBytes }
        await #expect(processExitsWith: .failure) { _ = JSON.integer(9_007_199_254_740_992).canonicalBytes }
        await #expect(processExitsWith: .failure) { _ = JSON.integer(.min).canonicalBytes }
    }

    @Test("limits beyond what may be walked recursively stop the program")
    func impossibleLimits() async {
        await #expect(processExitsWith: .failure) { _ = JSONLimits(maximumBytes: 1, maximumDepth: 513) }
        await #expect(processExitsWith: .failure) { _ = JSONLimits(maximumBytes: 1, maximumDepth: -1) }
    }
}
