import CanonicalJSON
import Credentials
import TestSupport
import Testing

@Suite("Requests of the W3C interoperability suites", .enabled(if: Conformance.isExpected, Conformance.absence))
struct TranscriptTests {
    /// Lines of `dm2.jsonl` whose answer does not follow from the rules of this room.
    static let decidedElsewhere: [Int: String] = [
        22: "JSON-LD: nobody knows the context https://example.com",
        36: "JSON-LD: a context maps a type to something that is not a URL",
        37: "JSON-LD: no context defines the type",
        97: "refused here already; the reference issues it and refuses to verify it",
        100: "refused here already; the reference issues it and refuses to verify it",
        123: "JSON-LD: a context redefines a protected term",
        124: "JSON-LD: a context redefines a protected term",
        132: "the digest of a related resource is wrong, which takes the resource",
        133: "the digest of a related resource is wrong, which takes the resource",
        144: "the proof does not verify",
    ]

    @Test(
        "Each is accepted or refused as a conforming service does, as far as the data model decides",
        arguments: [
            ("/credentials/issue", 117), ("/credentials/verify", 5), ("/presentations/verify", 22),
        ])
    func answers(path: String, count: Int) throws {
        let requests = try Self.requests(path: path)
        #expect(requests.count == count)
        for (line, request, status) in requests {
            let isAsExpected = Self.isAccepted(request) == (status < 300)
            #expect(isAsExpected == (Self.decidedElsewhere[line] == nil), "line \(line): \(request.canonicalString)")
        }
    }

    private static func isAccepted(_ request: JSON) -> Bool {
        if let credential = request["credential"] { return (try? CredentialDraft(credential)) != nil }
        if let credential = request["verifiableCredential"] { return (try? SecuredCredential(credential)) != nil }
        return (try? VerifiablePresentation(request["verifiablePresentation"] ?? nil)) != nil
    }

    private static func requests(path: String) throws -> [(line: Int, request: JSON, status: Int64)] {
        let lines = try Conformance.bytes("vc-api-transcripts/dm2.jsonl").split(separator: UInt8(ascii: "\n"))
        return try lines.enumerated().compactMap { index, line in
            let entry = try JSON(parsing: Array(line))
            guard entry["path"]?.stringValue?.hasSuffix(path) == true, let status = entry["status"]?.integerValue
            else { return nil }
            return (index + 1, entry["request"] ?? nil, status)
        }
    }
}
