import CanonicalJSON
import Testing

@Suite("Strict reading of objects")
struct ObjectReaderTests {
    static let document: JSON = [
        "string": "s", "integer": 5, "fraction": .number(0.5), "bool": false, "null": nil, "array": ["x", ["y": 1]],
        "object": ["inner": "i"], "a/b~c": 1,
    ]

    @Test("every member that is asked for is read, and then there is nothing to refuse")
    func complete() throws {
        var reader = try ObjectReader(Self.document)
        #expect(try reader.string("string") == "s")
        #expect(try reader.integer("integer") == 5)
        #expect(try reader.value("fraction") == .number(0.5))
        #expect(try reader.bool("bool") == false)
        #expect(try reader.value("null") == .null)
        let elements = try reader.array("array")
        #expect(elements.map(\.0) == ["x", ["y": 1]])
        #expect(elements.map(\.1.description) == ["/array/0", "/array/1"])
        var inner = try reader.object("object")
        #expect(try inner.string("inner") == "i")
        try inner.finish()
        #expect(reader.optionalValue("a/b~c") == 1)
        try reader.finish()
    }

    @Test("an absent member is nil to who may do without it")
    func absent() throws {
        var reader = try ObjectReader([:])
        #expect(try reader.optionalString("x") == nil)
        #expect(try reader.optionalInteger("x") == nil)
        #expect(try reader.optionalBool("x") == nil)
        #expect(try reader.optionalObject("x") == nil)
        #expect(try reader.optionalArray("x") == nil)
        #expect(reader.optionalValue("x") == nil)
        try reader.finish()
    }

    @Test("a present member is what an optional read gives")
    func present() throws {
        var reader = try ObjectReader(Self.document)
        #expect(try reader.optionalString("string") == "s")
        #expect(try reader.optionalInteger("integer") == 5)
        #expect(try reader.optionalBool("bool") == false)
        #expect(try reader.optionalObject("object")?.pointer(to: "inner").description == "/object/inner")
        #expect(try reader.optionalArray("array")?.count == 2)
    }

    typealias Read = @Sendable (inout ObjectReader, String) throws -> Void
    static let reads: [(name: String, required: Read, optional: Read)] = [
        ("a string", { _ = try $0.string($1) }, { _ = try $0.optionalString($1) }),
        ("an integer", { _ = try $0.integer($1) }, { _ = try $0.optionalInteger($1) }),
        ("a boolean", { _ = try $0.bool($1) }, { _ = try $0.optionalBool($1) }),
        ("an object", { _ = try $0.object($1) }, { _ = try $0.optionalObject($1) }),
        ("an array", { _ = try $0.array($1) }, { _ = try $0.optionalArray($1) }),
    ]

    @Test(
        "the wrong type is named beside the right one, and null is not absence",
        arguments: [
            ("string", "a string"), ("integer", "a number"), ("bool", "a boolean"), ("null", "null"),
            ("array", "an array"),
            ("object", "an object"),
        ])
    func wrongType(member: String, found: String) throws {
        for (expected, required, optional) in Self.reads where expected != found {
            if (expected, found) == ("an integer", "a number") { continue }
            for read in [required, optional] {
                var reader = try ObjectReader(Self.document)
                let error = #expect(throws: JSONShapeError.self) { try read(&reader, member) }
                #expect(error?.description == "/\(member): expected \(expected), found \(found)")
            }
        }
    }

    @Test("a number that is not an integer says so")
    func fraction() throws {
        var reader = try ObjectReader(Self.document)
        let error = #expect(throws: JSONShapeError.self) { try reader.integer("fraction") }
        #expect(error?.problem == "expected an integer, found a number that is not an integer within ±(2^53 - 1)")
    }

    @Test("a missing member is reported at the place where it should be")
    func missing() throws {
        let value: Read = { _ = try $0.value($1) }
        for required in Self.reads.map(\.required) + [value] {
            var outer = try ObjectReader(["outer": [:]])
            var reader = try outer.object("outer")
            let error = #expect(throws: JSONShapeError.self) { try required(&reader, "x") }
            #expect(error?.description == "/outer/x: required member is missing")
        }
    }

    @Test("the first member that nobody asked for is refused, at its place")
    func unknown() throws {
        var reader = try ObjectReader(["a": 1, "b/c": 2, "d": 3], at: JSONPointer().appending("list").appending(4))
        _ = try reader.integer("a")
        let error = #expect(throws: JSONShapeError.self) { try reader.finish() }
        #expect(error?.description == "/list/4/b~1c: unknown member")
        _ = reader.optionalValue("b/c")
        _ = reader.optionalValue("absent")
        #expect(throws: JSONShapeError.self) { try reader.finish() }
        _ = reader.optionalValue("d")
        try reader.finish()
    }

    @Test(
        "only an object can be read as one",
        arguments: [
            (nil, "null"), (true, "a boolean"), (1, "a number"), ("x", "a string"), ([], "an array"),
        ] as [(JSON, String)])
    func notAnObject(json: JSON, found: String) {
        let error = #expect(throws: JSONShapeError.self) { try ObjectReader(json) }
        #expect(error?.description == "the document: expected an object, found \(found)")
    }
}

@Suite("RFC 6901")
struct JSONPointerTests {
    @Test(
        "section 5: the published pointers",
        arguments: [
            ([], ""), (["foo"], "/foo"), (["foo", "0"], "/foo/0"), ([""], "/"), (["a/b"], "/a~1b"), (["c%d"], "/c%d"),
            (["e^f"], "/e^f"), (["g|h"], "/g|h"), (["i\\j"], "/i\\j"), (["k\"l"], "/k\"l"), ([" "], "/ "),
            (["m~n"], "/m~0n"),
            (["~1"], "/~01"), (["e\u{301}"], "/e\u{301}"),
        ] as [([String], String)])
    func published(names: [String], text: String) {
        let pointer = names.reduce(JSONPointer()) { $0.appending($1) }
        #expect(Array(pointer.description.utf8) == Array(text.utf8))
    }

    @Test("an index is written in decimal")
    func index() {
        #expect(JSONPointer().appending(0).appending(12).description == "/0/12")
        #expect(JSONPointer().appending(7) == JSONPointer().appending("7"))
    }
}
