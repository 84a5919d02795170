import CanonicalJSON
import LinkedData
import Testing

/// A document that would lose something on the way to RDF, with the refusal.
private struct Loss: CustomTestStringConvertible {
    let testDescription: String
    let document: JSON
    let pointer: String
    let code: String

    init(_ description: String, _ document: JSON, _ pointer: String, _ code: String) {
        (testDescription, self.document, self.pointer, self.code) = (description, document, pointer, code)
    }
}

@Suite("JSON-LD: nothing gets lost in silence")
struct SafeModeTests {
    private static let prefix: JSON = ["ex": "urn:ex:", "name": "ex:name"]

    private static let losses: [Loss] = [
        Loss("a term that no context defines", ["@context": prefix, "nmae": "x"], "/nmae", "invalid property"),
        Loss(
            "a term deep in the document", ["@context": prefix, "name": ["x", ["ex:p": ["foo": 1]]]],
            "/name/1/ex:p/foo", "invalid property"),
        Loss("a term that a context takes away", ["@context": ["t": nil], "t": 1], "/t", "invalid property"),
        Loss("a word with an at sign", ["@context": prefix, "@foo": 1, "name": "x"], "/@foo", "invalid property"),
        Loss(
            "a keyword that belongs into contexts", ["@context": prefix, "@vocab": "ex:", "name": "x"], "/@vocab",
            "invalid property"),
        Loss(
            "a term whose definition is a word with an at sign", ["@context": ["t": "@foo"], "t": 1], "/t",
            "invalid property"),
        Loss("a relative @id", ["@context": prefix, "@id": "a/b", "name": "x"], "/@id", "relative @id reference"),
        Loss(
            "a relative reference", ["@context": ["p": ["@id": "urn:p", "@type": "@id"]], "p": ["urn:x", "y"]], "/p/1",
            "relative @id reference"),
        Loss(
            "a relative reference in a vocabulary",
            ["@context": ["p": ["@id": "urn:p", "@type": "@vocab"]], "p": "y"], "/p", "relative @id reference"),
        Loss(
            "a type that no context defines", ["@context": prefix, "@type": ["ex:T", "T"]], "/@type/1",
            "relative @type reference"),
        Loss("a keyword as type", ["@context": prefix, "@type": "@value", "name": "x"], "/@type", "reserved term"),
        Loss(
            "a node with the type @json", ["@context": prefix, "name": ["@type": "@json", "name": 1]], "/name",
            "reserved term"),
        Loss(
            "a type map with the key @json",
            ["@context": ["p": ["@id": "urn:p", "@container": "@type"]], "p": ["@json": ["urn:q": 1]]], "/p/@json",
            "reserved term"),
        Loss(
            "a word with an at sign as type", ["@context": prefix, "@type": "@foo", "name": "x"], "/@type",
            "reserved term"),
        Loss(
            "a word with an at sign as id", ["@context": prefix, "@id": "@foo", "name": "x"], "/@id", "reserved term"),
        Loss("a keyword as id", ["@context": prefix, "@id": "@type", "name": "x"], "/@id", "reserved term"),
        Loss(
            "a space in an id", ["@context": prefix, "@id": "urn:a b", "name": "x"], "/@id", "IRI is not well-formed"),
        Loss("a brace in a type", ["@context": prefix, "@type": "urn:{a}"], "/@type", "IRI is not well-formed"),
        Loss("two fragments in a property", ["urn:a#b#c": "x"], "/urn:a#b#c", "IRI is not well-formed"),
        Loss("a space in a term's IRI", ["@context": ["t": "urn:a b"], "t": 1], "/t", "IRI is not well-formed"),
        Loss(
            "a space in a datatype", ["@context": ["t": ["@id": "urn:t", "@type": "urn:a b"]], "t": "x"], "/t",
            "IRI is not well-formed"),
        Loss("a blank node as property", ["_:p": "x"], "/_:p", "blank node predicate"),
        Loss("a vocabulary of blank nodes", ["@context": ["@vocab": "_:b"], "p": "x"], "/p", "blank node predicate"),
        Loss(
            "a language that is no tag", ["urn:p": ["@value": "x", "@language": "en_GB"]], "/urn:p/@language",
            "invalid language tag"),
        Loss(
            "a language map with a key that is no tag",
            ["@context": ["p": ["@id": "urn:p", "@container": "@language"]], "p": ["en": "x", "english!": "y"]],
            "/p/english!", "invalid language tag"),
        Loss(
            "a default language that is no tag", ["@context": ["@language": "1"], "urn:p": "x"], "/urn:p",
            "invalid language tag"),
        Loss("a plain value at the top", ["x"], "/0", "free-floating value"),
        Loss("a plain value in a graph", ["@graph": [["urn:p": 1], 2]], "/@graph/1", "free-floating value"),
        Loss("a value object at the top", ["@value": "x"], "", "free-floating value"),
        Loss("a value object in a set at the top", ["@set": [["@value": "x"]]], "/@set/0", "free-floating value"),
        Loss("a list at the top", ["@list": ["x"]], "/@list", "free-floating value"),
        Loss("an id alone at the top", ["@id": "urn:x"], "", "free-floating value"),
        Loss("an id alone in a graph", ["@id": "urn:g", "@graph": ["@id": "urn:x"]], "/@graph", "free-floating value"),
        Loss("an empty object at the top", [:], "", "empty object"),
        Loss("a language without a value", ["urn:p": ["@language": "en"]], "/urn:p", "free-floating value"),
        Loss("a language on a node", ["urn:p": ["@language": "en", "urn:q": 1]], "/urn:p", "invalid value object"),
        Loss("a value that is null", ["urn:p": ["@value": nil]], "/urn:p", "null @value value"),
        Loss(
            "an index property that RDF cannot have",
            [
                "@context": ["p": ["@id": "urn:p", "@container": "@index", "@index": "urn:a b"]],
                "p": ["k": ["urn:q": 1]],
            ], "/p/k", "IRI is not well-formed"),
        Loss(
            "an id map with a relative key",
            ["@context": ["p": ["@id": "urn:p", "@container": "@id"]], "p": ["k": ["urn:q": 1]]], "/p/k",
            "relative @id reference"),
        Loss(
            "a term in a map",
            ["@context": ["p": ["@id": "urn:p", "@container": "@index"]], "p": ["k": ["foo": 1], "l": [["bar": 1]]]],
            "/p/k/foo", "invalid property"),
        Loss(
            "a type map with a key that no context defines",
            ["@context": ["p": ["@id": "urn:p", "@container": "@type"]], "p": ["k": ["urn:q": 1]]], "/p/k",
            "relative @type reference"),
    ]

    @Test("What RDF would not say is refused with its place", arguments: losses)
    private func isRefused(_ loss: Loss) throws {
        let error = try #require(throws: LinkedDataError.self) {
            try JSONLD.quads(of: loss.document, contexts: .published)
        }
        #expect(error.pointer.description == loss.pointer)
        #expect(error.code.rawValue == loss.code)
    }

    @Test("Without safe mode the rest of the same document is read", arguments: losses)
    private func isLost(_ loss: Loss) throws {
        var options = JSONLD.Options()
        options.isSafe = false
        let quads = try JSONLD.quads(of: loss.document, contexts: .published, options: options)
        _ = try RDFC10.canonicalize(quads)
    }

    @Test("A direction that nothing says in RDF is refused")
    func directionIsRefused() throws {
        let document: JSON = ["urn:p": ["@value": "x", "@direction": "rtl"]]
        #expect(try Documents.lines(document) == ["_:c14n0 <urn:p> \"x\"^^<https://www.w3.org/ns/i18n#_rtl> .\n"])
        var options = JSONLD.Options()
        options.rdfDirection = nil
        let error = #expect(throws: LinkedDataError.self) {
            try Documents.lines(document, contexts: .published, options)
        }
        #expect(error?.code.rawValue == "rdfDirection not set")
    }

    @Test(
        "What says nothing anyhow is no loss",
        arguments: [
            ["urn:p": nil, "urn:q": 1], ["urn:p": []], ["urn:p": [nil, "x"]], ["urn:p": [:]], ["urn:p": ["@set": []]],
            ["urn:p": ["@id": "urn:x"]], ["@type": "urn:T"], ["@graph": []], ["@type": []],
            ["@context": ["p": ["@id": "urn:p", "@container": "@index"]], "p": ["k": "x"]],
            ["@context": ["@language": "not used!"], "urn:p": 1],
        ] as [JSON])
    func isNoLoss(_ document: JSON) throws {
        _ = try JSONLD.quads(of: document, contexts: .published)
    }
}
