import CanonicalJSON
import Cryptography
import Temporal
import TestSupport
import Testing
import TransparencyLog

@Suite("Log entries")
struct LogEntryTests {
    private let golden = """
        {"cm":{"name":"xwWw9cQ4zAS2DytromSvZ39VHrUmbzS6Al26rzpJM0w="},"facts":{"count":3,"kind":"diploma"},\
        "origin":"issuer.example/audit","prev":"8v1AueJ+0an53AYmqjezuoE+3/rR0qhDxWOzyrhrWwU=",\
        "rid":"0190d6a0-7b2e-7cc3-98c4-dc0c0c07398f","rn":0,"seq":0,"t":1767225600000,"type":"request","v":1}
        """

    private func entry(_ facts: JSONObject = [:]) throws(TransparencyLogError) -> LogEntry {
        try LogEntry(
            origin: "log.example", seq: 1, prev: MerkleTree.leafHash([]), t: Instant(milliseconds: 1), type: "note",
            facts: facts)
    }

    @Test("an entry has the stated bytes, and is read back from them")
    func goldenBytes() throws {
        // The bytes and both hashes are those of another implementation (Python's json and hashlib).
        let salted = try SubjectKey(SampleKeys.seed(0)).opening(field: "name", value: Array("\"Ada\"".utf8), seq: 7)
        let origin = "issuer.example/audit"
        let entry = try LogEntry(
            origin: origin, seq: 0, prev: LogEntry.genesisPrevious(origin: origin),
            t: try Instant(rfc3339: "2026-01-01T00:00:00Z"), type: "request",
            request: LogEntry.Request(first: "0190d6a0-7b2e-7cc3-98c4-dc0c0c07398f"),
            cm: ["name": salted.commitment], facts: ["kind": "diploma", "count": 3])
        #expect(String(decoding: entry.bytes, as: UTF8.self) == golden)
        #expect(
            entry.leafHash.description == "db40bc57da4580d973c4a3fe5ffb72eab76f00b7231af2cba6f311b1353bdd01")
        #expect(try LogEntry(parsing: Array(golden.utf8)) == entry)
    }

    @Test("members that do not apply are left out; later events name the one before")
    func optionalMembers() throws {
        let bytes = String(decoding: try entry().bytes, as: UTF8.self)
        #expect(bytes.hasPrefix(#"{"facts":{},"origin":"log.example","prev":"#))
        #expect(bytes.hasSuffix(#","seq":1,"t":1,"type":"note","v":1}"#))
        let later = try LogEntry(
            origin: "log.example", seq: 2, prev: try entry().leafHash, t: Instant(milliseconds: 0), type: "note",
            request: LogEntry.Request(rid: "r", rn: 9, rprev: MerkleTree.leafHash([])))
        #expect(
            String(decoding: later.bytes, as: UTF8.self).contains(
                #","rid":"r","rn":9,"rprev":"bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=","seq":2,"#))
        #expect(try LogEntry(parsing: later.bytes) == later)
    }

    @Test("what cannot be read back cannot be written: every part has its limits")
    func refusedParts() throws {
        let hash = MerkleTree.leafHash([])
        let long = String(repeating: "x", count: 65)
        let quote = "a\",\"rn\":0,\"x\":\""
        for (origin, type, rid, field) in [
            ("", "t", "r", "f"), ("o o", "t", "r", "f"), (String(repeating: "o", count: 256), "t", "r", "f"),
            ("ö", "t", "r", "f"), (quote, "t", "r", "f"), ("o", "", "r", "f"), ("o", long, "r", "f"),
            ("o", "t t", "r", "f"), ("o", quote, "r", "f"), ("o", "t", "", "f"), ("o", "t", long, "f"),
            ("o", "t", "r\n", "f"), ("o", "t", quote, "f"), ("o", "t", "r", ""), ("o", "t", "r", long),
            ("o", "t", "r", "ü"), ("o", "t", "r", quote), ("o", "t", "r", "a\":\"\(base64(hash.bytes))\",\"b"),
        ] {
            #expect(throws: TransparencyLogError.self) {
                try LogEntry(
                    origin: origin, seq: 0, prev: hash, t: Instant(milliseconds: 0), type: type,
                    request: LogEntry.Request(first: rid), cm: [field: Commitment(digest: hash)])
            }
        }
        for (seq, time) in [(1 << 53, 0), (.max, 0), (0, -1)] as [(UInt64, Int64)] {
            #expect(throws: TransparencyLogError.self) {
                try LogEntry(origin: "o", seq: seq, prev: hash, t: Instant(milliseconds: time), type: "t")
            }
        }
        for facts in [
            ["a": .number(0.5)], ["a": .number(1e21)], ["a": [.number(9_007_199_254_740_992)]], ["a\"b": 1], ["\n": 1],
            ["a": ["b\\": 1]],
        ] as [JSONObject] {
            #expect(throws: TransparencyLogError.self) { try entry(facts) }
        }
    }

    @Test("an entry may have 16 KiB and nest 16 deep, and not more")
    func limits() throws {
        let rest = try entry(["text": ""]).bytes.count
        let text = String(repeating: "x", count: LogEntry.maximumBytes - rest)
        #expect(try entry(["text": .string(text)]).bytes.count == LogEntry.maximumBytes)
        #expect(throws: TransparencyLogError.malformed(.entry, problem: "16385 bytes; the most is 16384")) {
            try entry(["text": .string(text + "x")])
        }
        let deep = (0..<14).reduce(JSON.array([])) { value, depth in depth % 2 == 0 ? .array([value]) : ["a": value] }
        guard case .object(let deepest) = JSON.object(["a": deep["a"] ?? .null]) else { return }
        #expect(try LogEntry(parsing: try entry(deepest).bytes).facts == deepest)
        #expect(throws: TransparencyLogError.self) { try entry(["a": deep]) }
    }

    @Test(
        "whatever facts an entry takes, it is the one canonical form of its object", arguments: 0..<300 as Range<UInt64>
    )
    func canonical(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let facts = RandomJSON.object(depth: 3, using: &random)
        let entry = try entry(facts)
        #expect(try JSON(parsing: entry.bytes).canonicalBytes == entry.bytes)
        #expect(try LogEntry(parsing: entry.bytes) == entry)
        #expect(entry.facts == facts)
    }

    private func wrap(_ facts: [UInt8]) throws -> [UInt8] {
        let text = String(decoding: try entry().bytes, as: UTF8.self).dropFirst(#"{"facts":{}"#.count)
        return Array(#"{"facts":"#.utf8) + facts + text.utf8
    }

    private func isAccepted(_ bytes: [UInt8]) -> Bool {
        (try? LogEntry(parsing: bytes)) != nil
    }

    @Test("the scanner accepts the same facts as CanonicalJSON, mutated in any way", arguments: 0..<60 as Range<UInt64>)
    func agreesWithCanonicalJSON(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var accepted = 0
        for _ in 0..<40 {
            let facts = JSON.object(RandomJSON.object(depth: 3, using: &random)).canonicalBytes.mutated(&random)
            let json = try? JSON(parsing: facts)
            let isCanonical = json?.canonicalBytes == facts && json.map(RandomJSON.isAllowed) == true
            #expect(isAccepted(try wrap(facts)) == isCanonical, "\(String(decoding: facts, as: UTF8.self))")
            accepted += isCanonical ? 1 : 0
        }
        #expect(0..<40 ~= accepted, "some must be spoiled; across the seeds, some are still good")
    }

    @Test(
        "facts in another form than the canonical one are refused",
        arguments: [
            "", "[]", "null", "1", "\"a\"", "{", "}", "{}{}", " {}", "{} ", "{ }", "{\n}", "{,}", "{\"a\"}", "{\"a\":}",
            "{\"a\":1,}", "{\"a\": 1}", "{\"a\":1 }", "{\"a\":01}", "{\"a\":-0}", "{\"a\":-}", "{\"a\":+1}",
            "{\"a\":1.0}", "{\"a\":1e3}", "{\"a\":0.5}", "{\"a\":9007199254740992}", "{\"a\":-9007199254740992}",
            "{\"a\":99999999999999999999}", "{\"a\":NaN}", "{\"a\":True}", "{\"a\":tru}", "{\"a\":nul}", "{a:1}",
            "{'a':1}", "{\"a\":1,\"a\":1}", "{\"b\":1,\"a\":1}", "{\"a\":\"\\u0041\"}", "{\"a\":\"\\/\"}",
            "{\"a\":\"\\u001F\"}", "{\"a\":\"\\u000a\"}", "{\"a\":\"\\u007f\"}", "{\"a\":\"\\x\"}", "{\"a\":\"\\\"}",
            "{\"a\":\"\u{1}\"}", "{\"a\":\"\n\"}", "{\"a\":[1,]}", "{\"a\":[,1]}", "{\"a\":[1 ,2]}", "{\"a\":[1,2}",
            "{\"\\u0001\":1}", "{\"a\\\\\":1}", "{\"\u{E000}\":1,\"\u{10000}\":2}", "{\"b\":1,\"\":2}",
        ])
    func nonCanonical(facts: String) throws {
        #expect(!isAccepted(try wrap(Array(facts.utf8))))
    }

    @Test(
        "facts in canonical form are accepted, also in the corners of RFC 8785",
        arguments: [
            "{}", "{\"\":1}", "{\"a\":-1,\"b\":9007199254740991}", "{\"\u{10000}\":1,\"\u{E000}\":2}",
            "{\"a\":\"\\u001f\\b\\t\\n\\f\\r\\\"\\\\/\u{7F}\u{2028}\"}", "{\"a\":[true,false,null,[],{},\"\"]}",
            "{\"a\":1,\"aa\":1,\"b\":1}", "{\"A\":0,\"a\":0,\"\u{E4}\":0}",
        ])
    func cornersOfCanonicalForm(facts: String) throws {
        let bytes = Array(facts.utf8)
        try #require(try JSON(parsing: bytes).canonicalBytes == bytes)
        #expect(isAccepted(try wrap(bytes)))
    }

    @Test(
        "members that are missing, doubled, unknown, out of order or of another kind are refused",
        arguments: [
            ("\"cm\":{\"name\":\"xwWw9cQ4zAS2DytromSvZ39VHrUmbzS6Al26rzpJM0w=\"}", "\"cm\":{}"),
            ("M0w=\"}", "M0w=\",}"), ("M0w=\"}", "M0w=\",\"age\":\"xwWw9cQ4zAS2DytromSvZ39VHrUmbzS6Al26rzpJM0w=\"}"),
            ("M0w=\"}", "M0w=\",\"name\":\"xwWw9cQ4zAS2DytromSvZ39VHrUmbzS6Al26rzpJM0w=\"}"),
            ("M0w=\"", "M0x=\""), ("M0w=\"", "M0w\""), ("M0w=\"", "M0=\""), ("\"name\"", "\"na me\""),
            ("\"facts\":{\"count\":3,\"kind\":\"diploma\"},", ""), ("\"facts\"", "\"fact\""), ("\"cm\"", "\"cn\""),
            ("issuer.example/audit", ""), ("issuer.example/audit", "a b"), ("\"origin\":", "\"origin\": "),
            ("WwU=", "WwV="), ("WwU=\"", "WwU\""), ("8v1AueJ+", "8v1AueJ-"), ("\"prev\"", "\"previous\""),
            ("\"rid\":\"0190d6a0-7b2e-7cc3-98c4-dc0c0c07398f\",", ""), ("0190d6a0-7b2e-7cc3-98c4-dc0c0c07398f", ""),
            ("\"rn\":0,", ""), ("\"rn\":0", "\"rn\":-1"), ("\"rn\":0", "\"rn\":1"), ("\"rn\":0", "\"rn\":\"0\""),
            ("\"rn\":0", "\"rn\":0,\"rprev\":\"8v1AueJ+0an53AYmqjezuoE+3/rR0qhDxWOzyrhrWwU=\""),
            ("\"rn\":0", "\"rn\":1,\"rprev\":null"), ("\"seq\":0,", ""), ("\"seq\":0", "\"seq\":-1"),
            ("\"seq\":0", "\"seq\":00"), ("\"seq\":0", "\"seq\":0.0"), ("\"seq\":0", "\"seq\":9007199254740992"),
            ("\"t\":1767225600000", "\"t\":\"1767225600000\""), ("\"t\":1767225600000", "\"t\":-1"),
            ("\"t\":1767225600000", "\"t\":253402300800000"), ("\"t\":1767225600000,", ""), ("\"request\"", "\"\""),
            ("\"request\"", "null"), ("\"type\"", "\"typ\""), ("\"v\":1", "\"v\":2"), (",\"v\":1", ""),
            ("\"v\":1}", "\"v\":1,\"w\":1}"), ("\"v\":1}", "\"v\":1}\n"), ("\"v\":1}", "\"v\":1"),
            ("{\"cm\"", " {\"cm\""),
            ("{\"cm\"", "{\"a\":1,\"cm\""), ("\"v\":1", "\"v\":1.0"), ("{\"cm\"", "\u{FEFF}{\"cm\""),
        ])
    func refusedMembers(part: String, replacement: String) {
        let spoiled = golden.replacing(part, with: replacement, maxReplacements: 1)
        #expect(spoiled != golden)
        #expect(!isAccepted(Array(spoiled.utf8)))
    }

    @Test("an entry cut off anywhere, with a bit flipped to no character, or not in UTF-8, is refused")
    func damaged() {
        let bytes = Array(golden.utf8)
        for length in 0..<bytes.count {
            #expect(!isAccepted(Array(bytes[..<length])))
        }
        for position in bytes.indices {
            var flipped = bytes
            flipped[position] |= 0x80
            #expect(!isAccepted(flipped))
        }
    }

    @Test("the first entries of two logs name different predecessors")
    func genesis() {
        #expect(LogEntry.genesisPrevious(origin: "a") != LogEntry.genesisPrevious(origin: "b"))
        #expect(LogEntry.genesisPrevious(origin: "a") == SHA256.hash(Array("vc-audit genesis v1\na\n".utf8)))
    }
}

/// Random facts: any shape, any characters, integers only, names that need no escape.
enum RandomJSON {
    static func object(depth: Int, using random: inout some RandomNumberGenerator) -> JSONObject {
        var object = JSONObject()
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            object[name(using: &random)] = value(depth: depth - 1, using: &random)
        }
        return object
    }

    private static func value(depth: Int, using random: inout some RandomNumberGenerator) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &random) {
        case 0: .null
        case 1: .bool(.random(using: &random))
        case 2: .integer(.random(in: -JSON.largestInteger...JSON.largestInteger, using: &random))
        case 3: .integer(.random(in: -9...9, using: &random))
        case 4: .string(text(Array("ab\"\\\n\u{1}\u{1F}/ é\u{2028}\u{E000}\u{FFFF}\u{10FFFF}"), using: &random))
        case 5: .array((0..<Int.random(in: 0...3, using: &random)).map { _ in value(depth: depth - 1, using: &random) })
        default: .object(object(depth: depth, using: &random))
        }
    }

    private static func name(using random: inout some RandomNumberGenerator) -> String {
        text(Array("abAB /é\u{7F}\u{800}\u{E000}\u{FFFD}\u{10000}\u{10FFFF}"), using: &random)
    }

    private static func text(_ characters: [Character], using random: inout some RandomNumberGenerator) -> String {
        String((0..<Int.random(in: 0...4, using: &random)).map { _ in characters.randomElement(using: &random) ?? "a" })
    }

    /// Whether a value is one that facts may be: an object, with integers only and names that need no escape.
    static func isAllowed(_ json: JSON) -> Bool {
        json.objectValue != nil && isInside(json)
    }

    private static func isInside(_ json: JSON) -> Bool {
        switch json {
        case .number: false
        case .array(let elements): elements.allSatisfy(isInside)
        case .object(let object):
            object.allSatisfy { key, value in
                key.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
                    && isInside(value)
            }
        case .null, .bool, .integer, .string: true
        }
    }
}
