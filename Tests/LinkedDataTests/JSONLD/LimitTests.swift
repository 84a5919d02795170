import CanonicalJSON
import TestSupport
import Testing

@testable import LinkedData

@Suite("JSON-LD: a small document cannot cause much work")
struct LimitTests {
    private static func terms(_ count: Int, _ value: (Int) -> JSON) -> JSONObject {
        JSONObject(uniqueMembers: (0..<count).map { ("t\($0)", value($0)) })
    }

    private static let poisons: [(name: String, document: JSON, code: String)] = [
        (
            "terms that are defined through one another",
            ["@context": .object(terms(5000) { .string($0 == 4999 ? "urn:x:" : "t\($0 + 1):a") })], "context overflow"
        ),
        (
            "a prefix that is too long", ["@context": ["p": .string("urn:" + String(repeating: "a", count: 3000))]],
            "context overflow"
        ),
        (
            "a long prefix, repeated",
            [
                "@context": ["p": .string("urn:" + String(repeating: "a", count: 2000) + ":")],
                "@graph": .array((0..<20_000).map { ["p:\($0)": 1] }),
            ], "context overflow"
        ),
        (
            "a vocabulary that grows",
            ["@context": .array(Array(repeating: ["@vocab": "aaaaaaaaaaaaaaaa"], count: 200))],
            "context overflow"
        ),
        (
            "a large context, changed for each node",
            [
                "@context": .object(terms(5000) { .string("urn:\($0)") }),
                "@graph": .array(
                    (0..<250).map { ["@context": ["u\($0)": "urn:u"], "@graph": ["@context": ["v": "urn:v"]]] }),
            ], "context overflow"
        ),
        (
            "more contexts than anyone needs", ["@context": .array(Array(repeating: ["a": "urn:a"], count: 300))],
            "context overflow"
        ),
        (
            "a large context of terms with contexts",
            ["@context": .object(terms(5000) { ["@id": .string("urn:\($0)"), "@context": ["b\($0)": "urn:b"]] })],
            "context overflow"
        ),
        (
            "more statements than anyone signs", ["urn:p": ["@list": .array(Array(repeating: 1, count: 40_000))]],
            "too many statements"
        ),
    ]

    @Test("It ends with an error", arguments: poisons.map(\.name))
    func isRefused(_ name: String) throws {
        let poison = try #require(Self.poisons.first { $0.name == name })
        for bypassesCache in [false, true, false] {
            var options = JSONLD.Options()
            options.isSafe = false
            options.bypassesCache = bypassesCache
            let error = #expect(throws: LinkedDataError.self) {
                try JSONLD.quads(of: poison.document, contexts: .published, options: options)
            }
            #expect(error?.code.rawValue == poison.code)
        }
    }

    @Test("The contexts that ship are far below the limits", arguments: PublishedContext.all.map(\.url))
    func publishedContexts(_ url: String) throws {
        var processor = Processor(.published, JSONLD.Options())
        let context = try processor.process(.string(url), on: ContextRegistry.published.initialContext)
        #expect(processor.work < JSONLD.maximumWork / 1000)
        #expect(context.state.terms.count < ContextCache.maximumWeight / 1000)
    }

    @Test("Contexts that name one another in a circle end with an error")
    func circle() throws {
        let registry = ContextRegistry.published
            .adding(url: "urn:a", document: ["@context": "urn:b"]).adding(url: "urn:b", document: ["@context": "urn:a"])
        let error = #expect(throws: LinkedDataError.self) {
            try Documents.lines(["@context": "urn:a"], contexts: registry)
        }
        #expect(error?.code.rawValue == "context overflow")
    }

    @Test("A context of a term may name the context that it stands in")
    func recursion() throws {
        let registry = ContextRegistry.published.adding(
            url: "urn:a", document: ["@context": ["p": ["@id": "urn:p", "@context": "urn:a"]]])
        let document: JSON = ["@context": "urn:a", "p": ["p": ["p": "x"]]]
        #expect(try Documents.lines(document, contexts: registry).count == 3)
    }

    @Test(
        "The deepest document that the parser lets through by itself is read, a deeper one refused",
        arguments: [
            #"{"urn:p":§}"#, #"{"urn:p":1,"@included":§}"#, #"{"@graph":[§],"urn:p":1}"#, #"{"@nest":{"urn:p":§}}"#,
        ])
    func depth(_ layer: String) throws {
        let limits = JSONLimits(maximumBytes: 1 << 20, maximumDepth: JSONLimits.highestDepth)
        let layerDepth = layer.count { $0 == "{" || $0 == "[" }
        for layers in [64 / layerDepth - 1, 64] {
            var text = #"{"urn:p":1}"#
            for _ in 0..<layers { text = layer.replacing("§", with: text) }
            let document = try JSON(parsing: Array(text.utf8), limits: limits)
            let result = Result { () throws(LinkedDataError) in try JSONLD.quads(of: document, contexts: .published) }
            if layers < 64 {
                #expect(try result.get().count > layers)
            } else {
                #expect(throws: LinkedDataError.self) { try result.get() }
            }
        }
    }
}
