import CanonicalJSON
import LinkedData
import TestSupport
import Testing

@Suite("JSON-LD: contexts are known or refused")
struct ContextRegistryTests {
    private let document: JSON = ["@context": "https://example.org/c", "name": "x"]

    @Test("An unknown context is refused by its name, with its place")
    func unknown() throws {
        let error = #expect(throws: LinkedDataError.self) {
            try Documents.lines(["@context": ["https://www.w3.org/ns/credentials/v2", "https://example.org/c"]])
        }
        #expect(error?.code.rawValue == "loading remote context failed")
        #expect(error?.pointer.description == "/@context/1")
        #expect(error?.sentence.contains(#""https://example.org/c""#) == true)
    }

    @Test("A registered context is used, the latest one of a URL; the registry it was added to does not know it")
    func registered() throws {
        let one = ContextRegistry.published.adding(
            url: "https://example.org/c", document: ["@context": ["name": "urn:one"]])
        let two = one.adding(url: "https://example.org/c", document: ["@context": ["name": "urn:two"]])
        #expect(try Documents.lines(document, contexts: one) == ["_:c14n0 <urn:one> \"x\" .\n"])
        #expect(try Documents.lines(document, contexts: two) == ["_:c14n0 <urn:two> \"x\" .\n"])
        #expect(throws: LinkedDataError.self) { try Documents.lines(document) }
        #expect(one.document(at: "https://example.org/c") != nil)
    }

    @Test("A URL in another normal form of Unicode is another URL")
    func normalForms() throws {
        let registry = ContextRegistry.published.adding(
            url: "https://example.org/\u{E9}", document: ["@context": ["name": "urn:one"]])
        #expect(throws: LinkedDataError.self) {
            try Documents.lines(["@context": "https://example.org/e\u{301}", "name": "x"], contexts: registry)
        }
    }

    @Test("Terms and IRIs in another normal form are other terms and IRIs")
    func otherTerms() throws {
        let document: JSON = ["@context": ["\u{E9}": "urn:a", "e\u{301}": "urn:b"], "\u{E9}": 1, "e\u{301}": 2]
        #expect(
            try JSONLD.quads(of: document, contexts: .published).map(\.predicate) == [.iri("urn:b"), .iri("urn:a")])
        let ids: JSON = [["@id": "urn:\u{E9}", "urn:p": 1], ["@id": "urn:e\u{301}", "urn:p": 1]]
        #expect(try Documents.lines(ids).count == 2)
    }

    @Test(
        "A registered document without a context is refused", arguments: [["a": 1], [], nil, "x"] as [JSON])
    func noContext(_ remote: JSON) throws {
        let registry = ContextRegistry.published.adding(url: "https://example.org/c", document: remote)
        let error = #expect(throws: LinkedDataError.self) { try Documents.lines(document, contexts: registry) }
        #expect(error?.code.rawValue == "invalid remote context")
    }

    @Test("A context that is wrong where it stands says which one it is")
    func wrongRemote() throws {
        let registry = ContextRegistry.published.adding(
            url: "https://example.org/c", document: ["@context": ["name": ["@id": 5]]])
        let error = #expect(throws: LinkedDataError.self) { try Documents.lines(document, contexts: registry) }
        #expect(error?.pointer.description == "/@context")
        #expect(error?.sentence.contains(#"in the context "https://example.org/c""#) == true)
    }

    @Test(
        "A context of the document that is wrong is refused where it is",
        arguments: [
            ([["a": 5]], "/@context/0/a", "invalid term definition"),
            (["a": ["@id": "b:c", "@type": 5]], "/@context/a", "invalid type mapping"),
            (["a": ["@id": "b"], "b": ["@id": "a"]], "/@context/a", "cyclic IRI mapping"),
            (["a": "b:c", "b": 5], "/@context/b", "invalid term definition"),
            (["a": ["@id": "urn:a", "@context": ["b": true]]], "/@context/a/@context/b", "invalid scoped context"),
            (["@vocab": 5], "/@context", "invalid vocab mapping"),
            ([["@protected": true, "a": "urn:a"], ["a": "urn:b"]], "/@context/1/a", "protected term redefinition"),
            ([["@protected": true, "a": "urn:a"], nil], "/@context/1", "invalid context nullification"),
            (
                [["@protected": true, "a": "urn:a"], ["@vocab": "urn:", "a": "@later"]], "/@context/1/a",
                "protected term redefinition"
            ),
            ("c", "/@context", "loading document failed"),
        ] as [(JSON, String, String)])
    func wrongLocal(_ context: JSON, _ pointer: String, _ code: String) throws {
        let error = #expect(throws: LinkedDataError.self) { try Documents.lines(["@context": context, "urn:p": 1]) }
        #expect(error?.pointer.description == pointer)
        #expect(error?.code.rawValue == code)
    }
}
