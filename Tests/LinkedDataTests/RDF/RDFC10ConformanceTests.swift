import CanonicalJSON
import LinkedData
import TestSupport
import Testing

/// The W3C test suite of RDFC-1.0, whole and with the standard limit: 64 canonical forms, 21 maps of issued
/// identifiers, one graph to refuse.
@Suite("RDFC-1.0: the W3C test suite", .enabled(if: Conformance.isExpected, Conformance.absence))
struct RDFC10ConformanceTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let id: String
        let kind: String
        let name: String
        let action: String
        let result: String?
        let hash: RDFC10.Hash

        var testDescription: String { "\(id) \(name)" }

        func canonicalize() throws -> CanonicalDataset {
            let quads = try NQuads.parse(Conformance.bytes("rdf-canon/tests/" + action))
            return try RDFC10.canonicalize(quads, hash: hash)
        }
    }

    static let cases: [Case] = {
        let bytes = (try? Conformance.bytes("rdf-canon/tests/manifest.jsonld")) ?? []
        let entries = (try? JSON(parsing: bytes))?["entries"]?.arrayValue ?? []
        return entries.map { entry in
            Case(
                id: entry["id"]?.stringValue ?? "", kind: entry["type"]?.stringValue ?? "",
                name: entry["name"]?.stringValue ?? "", action: entry["action"]?.stringValue ?? "",
                result: entry["result"]?.stringValue,
                hash: entry["hashAlgorithm"]?.stringValue == "SHA384" ? .sha384 : .sha256)
        }
    }()

    private static func of(_ kind: String) -> [Case] { cases.filter { $0.kind == "rdfc:" + kind } }

    @Test("all 86 cases are looked at")
    func allAreLookedAt() {
        let kinds = ["RDFC10EvalTest", "RDFC10MapTest", "RDFC10NegativeEvalTest"].map { Self.of($0).count }
        #expect(kinds == [64, 21, 1])
        #expect(Self.cases.count == 86)
    }

    @Test("the canonical form is the published one", arguments: of("RDFC10EvalTest"))
    func canonicalForm(_ test: Case) throws {
        let expected = try Conformance.bytes("rdf-canon/tests/" + (try #require(test.result)))
        let canonical = try test.canonicalize()
        #expect(String(decoding: canonical.bytes, as: UTF8.self) == String(decoding: expected, as: UTF8.self))
        #expect(canonical.bytes == expected)
        #expect(canonical.lines.joined().utf8.elementsEqual(expected))
    }

    @Test("the issued identifiers are the published ones", arguments: of("RDFC10MapTest"))
    func issuedIdentifiers(_ test: Case) throws {
        let bytes = try Conformance.bytes("rdf-canon/tests/" + (try #require(test.result)))
        let expected = try #require(try JSON(parsing: bytes).objectValue)
        let issued = try test.canonicalize().issuedIdentifiers
        #expect(issued.mapValues(JSON.string) == Dictionary(uniqueKeysWithValues: expected.map { ($0.key, $0.value) }))
    }

    @Test("a poison graph is refused", arguments: of("RDFC10NegativeEvalTest"))
    func poison(_ test: Case) throws {
        let error = #expect(throws: LinkedDataError.self) { try test.canonicalize() }
        #expect(error?.code == .tooComplex)
    }
}
