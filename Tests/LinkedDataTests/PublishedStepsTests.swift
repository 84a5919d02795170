import CanonicalJSON
import LinkedData
import TestSupport
import Testing

/// Documents of the cryptosuite specifications, from JSON to the canonical N-Quads that are printed there.
@Suite(
    "The canonical documents that the rdfc cryptosuites publish",
    .enabled(if: Conformance.isExpected, Conformance.absence))
struct PublishedStepsTests {
    struct Step: Sendable, CustomTestStringConvertible {
        let document: String
        let canonical: String
        var hash = RDFC10.Hash.sha256

        var testDescription: String { canonical }
    }

    static let steps: [Step] = suites.flatMap { folder, suite, hash in
        [("unsigned.json", ""), ("employmentAuth.json", "employ/")].flatMap { document, part in
            [
                Step(
                    document: folder + document, canonical: "\(folder)\(suite.0)\(part)canonDoc\(suite.1).txt",
                    hash: hash),
                Step(
                    document: "\(folder)\(suite.0)\(part)proofConfig\(suite.1).json",
                    canonical: "\(folder)\(suite.0)\(part)proofCanon\(suite.1).txt", hash: hash),
            ]
        }
    }

    private static let suites: [(String, (String, String), RDFC10.Hash)] = [
        ("vc-di-eddsa/TestVectors/", ("eddsa-rdfc-2022/", "DataInt"), .sha256),
        ("vc-di-ecdsa/TestVectors/", ("ecdsa-rdfc-2019-p256/", "ECDSAP256"), .sha256),
        ("vc-di-ecdsa/TestVectors/", ("ecdsa-rdfc-2019-p384/", "ECDSAP384"), .sha384),
    ]

    @Test("a document and its proof configuration, step by step", arguments: steps)
    func transformation(_ step: Step) throws {
        let document = try JSON(parsing: Conformance.bytes(step.document))
        let quads = try JSONLD.quads(of: document, contexts: .published)
        let canonical = try RDFC10.canonicalize(quads, hash: step.hash)
        let expected = try Conformance.bytes(step.canonical)
        #expect(String(decoding: canonical.bytes, as: UTF8.self) == String(decoding: expected, as: UTF8.self))
        #expect(canonical.bytes == expected)
    }
}
