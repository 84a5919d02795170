import CanonicalJSON
import Cryptography
import LinkedData
import TestSupport
import Testing

/// Our definitions beside the published contexts, compared term by term by a reading of contexts that knows only
/// prefixes and scopes, and shares nothing with the room.
@Suite("Our context definitions say what the published contexts say")
struct ContextFactsTests {
    /// The files of the published contexts by URL.
    static let files = [
        "https://www.w3.org/2018/credentials/v1": "credentials-v1.jsonld",
        "https://www.w3.org/ns/credentials/v2": "credentials-v2.jsonld",
        "https://www.w3.org/ns/credentials/examples/v2": "credentials-examples-v2.jsonld",
        "https://www.w3.org/ns/credentials/undefined-terms/v2": "credentials-undefined-terms-v2.jsonld",
        "https://w3id.org/security/data-integrity/v1": "data-integrity-v1.jsonld",
        "https://w3id.org/security/data-integrity/v2": "data-integrity-v2.jsonld",
        "https://w3id.org/security/multikey/v1": "multikey-v1.jsonld",
        "https://w3id.org/security/jwk/v1": "jwk-v1.jsonld",
        "https://w3id.org/security/suites/ed25519-2020/v1": "security-suites-ed25519-2020-v1.jsonld",
        "https://www.w3.org/ns/did/v1": "did-v1.jsonld",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json": "ob-v3p0-3.0.2.json",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json": "ob-v3p0-3.0.3.json",
        "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json": "clr-v2p0-2.0.1.json",
        "https://w3id.org/citizenship/v4rc1": "citizenship-v4rc1.jsonld",
    ]

    /// Contexts whose published files are not at hand.
    static let unseen: Set = [
        "https://purl.imsglobal.org/spec/ob/v3p0/context.json",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
        "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
    ]

    @Test("each definition is a document with a context and nothing else, and none is asked for twice")
    func shape() throws {
        for context in PublishedContext.all {
            let document = try #require(try JSON(parsing: context.bytes).objectValue)
            #expect(document.keys == ["@context"])
        }
        #expect(PublishedContext.all.map(\.url).sorted() == (Array(Self.unseen) + Self.files.keys).sorted())
    }

    @Test("a URL is found as it is spelled, and others are not")
    func urls() {
        let url = "https://www.w3.org/ns/credentials/v2"
        #expect(
            PublishedContext.digest(of: url)?.description
                == "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734")
        for other in [
            "", url + "/", url + "#", "http://www.w3.org/ns/credentials/v2", "https://w3.org/ns/credentials/v2",
        ] {
            #expect(PublishedContext.digest(of: other) == nil)
        }
    }

    @Test(
        "every published context at hand ships, and has the hashes that the table says",
        .enabled(if: Conformance.isExpected, Conformance.absence))
    func digests() throws {
        #expect(try Conformance.files(in: "contexts") == Self.files.values.sorted())
        for context in PublishedContext.all where !Self.unseen.contains(context.url) {
            let published = try Conformance.bytes("contexts/" + (try #require(Self.files[context.url])))
            #expect(SHA256.hash(published) == context.sha256, "\(context.url)")
            #expect(SHA384.hash(published) == context.sha384, "\(context.url)")
            #expect(published != context.bytes, "\(context.url) is a copy")
        }
        #expect(Self.unseen.allSatisfy { PublishedContext.at($0) != nil && PublishedContext.digest(of: $0) == nil })
    }

    @Test(
        "every term has the same IRI, type, container, protection and scoped context",
        .enabled(if: Conformance.isExpected, Conformance.absence), arguments: files.keys.sorted())
    func facts(url: String) throws {
        let ours = try ContextFacts(JSON(parsing: try #require(PublishedContext.at(url)).bytes)["@context"])
        let published = try ContextFacts(
            JSON(parsing: Conformance.bytes("contexts/" + (try #require(Self.files[url]))))["@context"])
        for (path, fact) in published.facts { #expect(ours.facts[path] == fact, "\(path)") }
        #expect(ours.facts.keys.filter { published.facts[$0] == nil } == [])
        #expect(published.facts.count > 0)
    }

    @Test(
        "the comparison sees each kind of difference",
        arguments: [
            #"{"a": "urn:b"}"#, #"{"a": {"@id": "urn:a", "@type": "@id"}}"#,
            #"{"a": {"@id": "urn:a", "@protected": true}}"#,
            #"{"@protected": true, "a": "urn:a"}"#, #"{"a": null}"#, #"{"a": {"@id": "urn:a", "@container": "@set"}}"#,
            #"{"a": {"@id": "urn:a", "@context": null}}"#, #"{"a": {"@id": "urn:a", "@context": {"@vocab": "urn:x"}}}"#,
            #"{"b": "urn:a"}"#, #"{"a": "urn:a", "b": "urn:b"}"#, #"{}"#, #"{"@vocab": "urn:v", "a": "urn:a"}"#,
            #"{"@propagate": false, "a": "urn:a"}"#, #"{"p": "urn:p:", "a": "p:a"}"#,
            #"{"a": {"@id": "urn:a", "@prefix": true}}"#, #"{"a": {"@id": "urn:a", "@index": "urn:i"}}"#,
        ])
    func differences(text: String) throws {
        let base = try ContextFacts(["a": "urn:a"])
        #expect(try ContextFacts(JSON(parsing: Array(text.utf8))).facts != base.facts)
    }

    @Test(
        "the comparison does not see layout",
        arguments: [
            #"{"a": {"@id": "urn:a"}}"#, #"{"@version": 1.1, "a": "urn:a"}"#,
            #"{"a": {"@id": "urn:a", "@protected": false}}"#,
            #"{"a": {"@id": "urn:a", "@container": []}}"#,
        ])
    func layout(text: String) throws {
        #expect(try ContextFacts(JSON(parsing: Array(text.utf8))).facts == ContextFacts(["a": "urn:a"]).facts)
    }
}
