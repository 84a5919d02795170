import CanonicalJSON
import Credentials
import Testing

@Suite("Presentations")
struct PresentationTests {
    static let presentation: JSONObject = [
        "@context": ["https://www.w3.org/ns/credentials/v2"], "type": "VerifiablePresentation", "proof": ["type": "P"],
    ]
    static let credential: JSON = changed("proof", to: ["type": "P"])
    static let envelope: JSON = [
        "@context": "https://www.w3.org/ns/credentials/v2", "type": "EnvelopedVerifiableCredential",
        "id": "data:application/vc+jwt,a.b.c",
    ]

    private static func with(_ key: String, _ value: JSON?) -> JSON {
        var presentation = presentation
        presentation[key] = value
        return .object(presentation)
    }

    @Test(
        "Holder, id and credentials are optional; credentials may be one or many, embedded or enveloped",
        arguments: [
            ("id", "urn:uuid:9c9a36f8-518f-4976-a934-6649502d0008", 0), ("holder", "did:example:h", 0),
            ("holder", ["id": "did:example:h"], 0), ("verifiableCredential", credential, 1),
            ("verifiableCredential", [credential, envelope], 2),
        ] as [(String, JSON, Int)])
    func accepts(key: String, value: JSON, count: Int) throws {
        let read = try VerifiablePresentation(Self.with(key, value))
        #expect(read.credentials.count == count)
        #expect(read.holder?.description == (key == "holder" ? "did:example:h" : nil))
        #expect(JSON.object(read.json) == Self.with(key, value))
    }

    @Test(
        "A broken rule is named with its place",
        arguments: [
            ("proof", nil, "/proof"), ("proof", [:], "/proof/type"), ("@context", nil, "/@context"),
            ("@context", ["https://example.org", "https://www.w3.org/ns/credentials/v2"], "/@context/0"),
            ("type", nil, "/type"), ("type", "Other", "/type"), ("id", 1, "/id"), ("holder", "z6Mk", "/holder"),
            ("holder", ["name": "Acme"], "/holder/id"), ("holder", ["id": "z6Mk"], "/holder/id"),
            ("holder", .null, "/holder"),
            ("verifiableCredential", ["eyJ.eyJ.sig"], "/verifiableCredential/0"),
            ("verifiableCredential", [], "/verifiableCredential"),
            ("verifiableCredential", [.object(minimal)], "/verifiableCredential/0/proof"),
            ("verifiableCredential", [credential, changed("type", to: [])], "/verifiableCredential/1/type"),
            (
                "verifiableCredential", ["type": "EnvelopedVerifiableCredential", "id": "data:,x"],
                "/verifiableCredential/@context"
            ),
            (
                "verifiableCredential", ["@context": [], "type": "EnvelopedVerifiableCredential", "id": "data:,x"],
                "/verifiableCredential/@context"
            ),
            (
                "verifiableCredential",
                [
                    "@context": "https://www.w3.org/ns/credentials/v2", "type": "EnvelopedVerifiableCredential",
                    "id": "https://example.org",
                ],
                "/verifiableCredential/id"
            ),
        ] as [(String, JSON?, String)])
    func refuses(key: String, value: JSON?, pointer: String) {
        let error = #expect(throws: CredentialError.self) { try VerifiablePresentation(Self.with(key, value)) }
        #expect(error?.pointer.description == pointer)
    }
}
