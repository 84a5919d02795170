import CanonicalJSON
import Credentials
import LinkedData
import Proofs
import TestSupport
import Testing

@Suite("Choosing parts of a document")
struct SelectionTests {
    static let document: JSONObject = [
        "@context": ["https://www.w3.org/ns/credentials/v2"], "id": "urn:x:1", "type": ["T", "U"], "a~/b": 1,
        "e\u{301}": 2,
        "é": 3, "": 4, "0": ["1": 5],
        "list": [
            ["type": "A", "id": "_:b0", "x": 1, "y": [10, 11]], ["x": 2], "text", nil, ["id": "urn:x:5", "x": 6],
        ],
        "o": ["id": "urn:x:2", "type": "O", "p": ["q": true, "r": [1]], "s": nil],
    ]

    private func select(_ pointers: [String]) throws -> JSON {
        let selected = try Selection(of: Self.document, by: pointers).document
        return JSON.object(selected).replacing("/@context", by: nil)
    }

    static let selections: [([String], JSON)] = [
        (["/a~0~1b"], ["a~/b": 1]), (["/é"], ["é": 3]), (["/e\u{301}"], ["e\u{301}": 2]), (["/"], ["": 4]),
        (["/é", "/e\u{301}"], ["é": 3, "e\u{301}": 2]), (["/0/1"], ["0": ["1": 5]]),
        (["/id"], [:]), (["/type/0"], [:]), (["/type/1", "/a~0~1b"], ["a~/b": 1]),
        (["/list/0/x"], ["list": [["type": "A", "x": 1]]]),
        (["/list/4/x", "/list/1/x"], ["list": [["x": 2], ["id": "urn:x:5", "x": 6]]]),
        (["/list/2", "/list/0/y/1", "/list/0/x"], ["list": [["type": "A", "x": 1, "y": [11]], "text"]]),
        (["/list/3"], ["list": [nil]]), (["/list/0"], ["list": [["type": "A", "id": "_:b0", "x": 1, "y": [10, 11]]]]),
        (["/o/p/q"], ["o": ["id": "urn:x:2", "type": "O", "p": ["q": true]]]),
        (["/o/p/q", "/o/p"], ["o": ["id": "urn:x:2", "type": "O", "p": ["q": true, "r": [1]]]]),
        (["/o/p", "/o/p/q"], ["o": ["id": "urn:x:2", "type": "O", "p": ["q": true, "r": [1]]]]),
        (["/o/s"], ["o": ["id": "urn:x:2", "type": "O", "s": nil]]),
    ]

    @Test("A pointer takes its value, and of everything on its way the id and the types", arguments: selections)
    func selects(pointers: [String], part: JSON) throws {
        var expected = try #require(part.objectValue)
        expected["id"] = "urn:x:1"
        if expected["type"] == nil { expected["type"] = ["T", "U"] }
        #expect(try select(pointers) == .object(expected))
    }

    @Test("A name may begin with a combining mark, and have slashes and tildes in it")
    func marks() throws {
        let name = "\u{301}a~1/\u{301}b~"
        #expect(try Selection.jsonPointerToPaths("/\u{301}a~01~1\u{301}b~0") == [name])
        let document: JSONObject = ["@context": [], "\u{301}a~1/\u{301}b~": 1, "c": 2]
        let selected = try Selection(of: document, by: ["/\u{301}a~01~1\u{301}b~0"]).document
        #expect(selected["c"] == nil && selected.count == 2)
    }

    @Test("The empty pointer takes everything")
    func everything() throws {
        #expect(try Selection(of: Self.document, by: [""]).document == Self.document)
        #expect(try Selection(of: Self.document, by: ["/o/s", ""]).document == Self.document)
    }

    @Test(
        "A pointer that leads to nothing is refused",
        arguments: [
            "x", "/x", "/list/5", "/list/-", "/list/-1", "/list/00", "/list/+1", "/list/x", "/o/p/q/r", "/a~/b",
            "/list/2/0",
            "/list/3/0", "/o/", "//", "/O", "id", "/type/2", "/type/0/x", "/id/0",
        ])
    func leadsNowhere(pointer: String) {
        for pointers in [[pointer], ["/o", pointer], [pointer, ""]] {
            let error = #expect(throws: ProofError.self, "\(pointers)") {
                try Selection(of: Self.document, by: pointers)
            }
            #expect(error?.type == .proofGeneration)
            #expect(error?.problem.contains(pointer.debugDescription) == true, "\(error?.problem ?? "")")
        }
    }

    @Test("No more pointers are taken than anyone would write")
    func limit() {
        let pointers = Array(repeating: "/o", count: 1025)
        #expect(throws: ProofError.self) { try Selection(of: Self.document, by: pointers) }
        #expect(throws: Never.self) { try Selection(of: Self.document, by: pointers.dropLast()) }
    }
}
