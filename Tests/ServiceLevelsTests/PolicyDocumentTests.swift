import CanonicalJSON
import ServiceLevels
import Temporal
import TestSupport
import Testing

@Suite("The envelope of a policy document")
struct PolicyDocumentTests {
    @Test("says its kind, its name, its owner, its version, its begin and its title")
    func reads() throws {
        let document = try PolicyDocument(Fixture.document)
        #expect(document.kind == .serviceLevel)
        #expect(document.metadata.id == "std")
        #expect(document.metadata.version == 1)
        #expect(document.metadata.tenant == "acme")
        #expect(document.metadata.effectiveFrom == (try Instant(rfc3339: "2026-01-01T00:00:00Z")))
        #expect(document.metadata.title == ["en": "Standard"])
        #expect(document.metadata.titleInWords == "Standard")
    }

    @Test("has the same hash however it is written, and another one when anything is changed")
    func hash() throws {
        let spaced = #"{"b" : 1.0, "a": {} }"#
        let plain = PolicyHash(ofCanonical: try JSON(parsing: Array(spaced.utf8)).canonicalBytes)
        // printf '{"a":{},"b":1}' | sha256sum
        #expect(plain.text == "sha256:0f9bf913e78082e66a60e55fabba340f4f45752b46cd7ee87abb81fc3f713084")
        let document = try PolicyDocument(Fixture.document)
        #expect(try PolicyDocument(parsing: document.canonicalBytes) == document)
        let changed = try PolicyDocument(Fixture.document.replacing("/metadata/version", by: 2))
        #expect(changed.hash != document.hash)
    }

    @Test(
        "has a hash whose text reads back, and nothing else does",
        arguments: [
            "", "sha256:", "sha256:" + String(repeating: "0", count: 63), "sha256:" + String(repeating: "0", count: 65),
            "sha256:" + String(repeating: "A", count: 64), "sha512:" + String(repeating: "0", count: 64),
            String(repeating: "0", count: 64), "sha256:" + String(repeating: "g", count: 64),
        ])
    func hashText(_ wrong: String) throws {
        #expect(PolicyHash(wrong) == nil)
        let hash = try PolicyDocument(Fixture.document).hash
        #expect(PolicyHash(hash.text) == hash)
    }

    @Test(
        "is refused as bytes that are not one JSON document of at most 64 KiB and 32 levels",
        arguments: [
            ("", "ends where"), ("{", "ends where"), ("{} {}", "more after"), (#"{"a":1,"a":2}"#, "used twice"),
            (String(repeating: "[", count: 40), "nested"),
            ("\"" + String(repeating: "x", count: 70_000) + "\"", "bytes"),
        ])
    func refusedBytes(_ text: String, _ problem: String) {
        let error = #expect(throws: PolicyError.self) { try PolicyDocument(parsing: Array(text.utf8)) }
        #expect(error?.pointer == JSONPointer())
        #expect(error?.problem.contains(problem) == true)
    }

    @Test("is refused as a value whose canonical form is longer than what can be read again")
    func refusedLength() {
        let long = Fixture.document.replacing("/spec/more", by: .string(String(repeating: "x", count: 66_000)))
        let error = #expect(throws: PolicyError.self) { try PolicyDocument(long) }
        #expect(error?.problem.contains("65536 bytes") == true)
    }

    @Test(
        "is refused with the place of what is wrong in it",
        arguments: [
            ("/apiVersion", "punctual/v2", "does not keep"), ("/apiVersion", nil, "missing"),
            ("/kind", "Budgets", "does not keep"), ("/kind", "servicelevel", "does not keep"), ("/kind", 1, "string"),
            ("/metadata", [], "object"), ("/metadata/id", "", "1 to 63"), ("/metadata/id", "-a", "letter or digit"),
            ("/metadata/id", "a-", "letter or digit"), ("/metadata/id", "Std", "letter or digit"),
            ("/metadata/id", "sta\u{308}nd", "letter or digit"), ("/metadata/version", 0, "expected 1"),
            ("/metadata/version", "1", "integer"), ("/metadata/version", JSON(1.5) ?? nil, "integer"),
            ("/metadata/tenant", nil, "missing"), ("/metadata/tenant", "a b", "letter or digit"),
            ("/metadata/effectiveFrom", "2026-01-01", "instant"),
            ("/metadata/effectiveFrom", "2026-01-01T00:00:00+01:00", "instant"),
            ("/metadata/effectiveFrom", "2026-01-01t00:00:00z", "instant"),
            ("/metadata/effectiveFrom", "2026-01-01T00:00:00.5Z", "instant"),
            ("/metadata/effectiveFrom", "2026-02-30T00:00:00Z", "does not exist"),
            ("/metadata/effectiveFrom", "2026-06-30T23:59:60Z", "second 60"),
            ("/metadata/effectiveUntil", "2027-01-01", "instant"),
            ("/metadata/effectiveUntil", "2026-01-01T00:00:00Z", "later than effectiveFrom"),
            ("/metadata/supersedes", "sha256:", "64 lower-case"), ("/metadata/supersedes", 1, "string"),
            ("/metadata/public", false, "does not keep"),
            ("/metadata/labels", [:], "does not keep"), ("/metadata/author", "me", "unknown member"),
            ("/metadata/title", [:], "text by language"), ("/metadata/title", "Standard", "text by language"),
            ("/metadata/title/en", "", "1 to 200"),
            ("/metadata/title/en", .string(.init(repeating: "é", count: 201)), "200"),
            ("/metadata/title/english", "x", "language tag"), ("/metadata/title/de-", "x", "language tag"),
            ("/metadata/title/d\u{10}", "x", "language tag"), ("/spec", "x", "object"), ("/spec", nil, "missing"),
            ("/specs", [:], "unknown member"),
        ] as [(String, JSON?, String)])
    func refused(_ place: String, _ value: JSON?, _ problem: String) {
        let document = Fixture.document.replacing(place, by: value)
        let error = #expect(throws: PolicyError.self) { try PolicyDocument(document) }
        #expect(error?.pointer.description == place)
        #expect(error?.problem.contains(problem) == true, "\(error?.problem ?? "")")
    }
}
