import CanonicalJSON
import TestSupport
import Testing

@testable import LinkedData

@Suite("JSON-LD: the W3C's suites", .enabled(if: Conformance.isExpected, Conformance.absence))
struct JSONLDConformanceTests {
    @Test("Expansion", arguments: JSONLDCase.all(in: "expand-manifest.jsonld"))
    func expands(_ test: JSONLDCase) throws {
        let result = Result { () throws(LinkedDataError) in
            try JSONLD.expand(
                (try? JSONLDCase.json(test.input)) ?? nil, contexts: JSONLDCase.contexts, options: test.options)
        }
        if let code = test.errorCode {
            #expect(throws: LinkedDataError.self) { try result.get() }
            guard case .failure(let error) = result else { return }
            #expect(error.code.rawValue == code, "\(error)")
            return
        }
        let expected = try JSONLDCase.json(try #require(test.expected))
        #expect(
            try result.get().withUnorderedSets().canonicalString == expected.withUnorderedSets().canonicalString)
    }

    @Test("Deserialization to RDF", arguments: JSONLDCase.all(in: "toRdf-manifest.jsonld"))
    func becomesRDF(_ test: JSONLDCase) throws {
        let result = Result { () throws(LinkedDataError) in
            try JSONLD.quads(
                of: (try? JSONLDCase.json(test.input)) ?? nil, contexts: JSONLDCase.contexts, options: test.options)
        }
        if let code = test.errorCode {
            #expect(throws: LinkedDataError.self) { try result.get() }
            guard case .failure(let error) = result else { return }
            #expect(error.code.rawValue == code, "\(error)")
            return
        }
        let quads = try result.get()
        guard let expected = test.expected else { return }
        let published = try NQuads.parse(try Conformance.bytes("json-ld-api/\(expected)"))
        #expect(try RDFC10.canonicalize(quads).lines == RDFC10.canonicalize(published).lines)
    }
}
