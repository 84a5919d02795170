import CanonicalJSON
import Credentials
import TestSupport
import Testing

@Suite("Enveloped credentials and presentations")
struct EnvelopeTests {
    static func envelope(_ id: JSON?, type: JSON = "EnvelopedVerifiableCredential") -> JSON {
        let envelope: JSON = ["@context": "https://www.w3.org/ns/credentials/v2", "type": type]
        return id.map { envelope.replacing("/id", by: $0) } ?? envelope
    }

    @Test(
        "The form and the token are found in the data: URL",
        arguments: [
            ("data:application/vc+jwt,eyJ.eyJ.c2ln", "application/vc+jwt", "eyJ.eyJ.c2ln"),
            ("data:application/vc+sd-jwt,eyJ.eyJ.c2ln~WyJ~", "application/vc+sd-jwt", "eyJ.eyJ.c2ln~WyJ~"),
            ("data:application/vc+cose;base64,aGVsbG8", "application/vc+cose", "hello"),
            ("data:application/vc+cose;base64,aGVsbG8=", "application/vc+cose", "hello"), ("data:,x", "", "x"),
        ])
    func reads(url: String, mediaType: String, content: String) throws {
        for type: JSON in ["EnvelopedVerifiableCredential", ["EnvelopedVerifiablePresentation"]] {
            let envelope = try Envelope(Self.envelope(.string(url), type: type))
            #expect(envelope.mediaType == mediaType)
            #expect(String(decoding: envelope.content, as: UTF8.self) == content)
            #expect(envelope.kind == (type.arrayValue == nil ? .credential : .presentation))
        }
    }

    @Test(
        "Anything else is no envelope, or a broken one",
        arguments: [
            (nil, "/id"), ("https://example.org", "/id"), ("data:application/vc+jwt", "/id"), ("data:,", "/id"),
            ("data:x;base64,a", "/id"), ("data:x;base64,aGVsbG9=", "/id"), (["data:,x"], "/id"),
        ] as [(JSON?, String)])
    func refuses(id: JSON?, pointer: String) {
        let error = #expect(throws: CredentialError.self) { try Envelope(Self.envelope(id)) }
        #expect(error?.pointer.description == pointer)
    }

    @Test("An envelope says so by its one type")
    func types() {
        for type: JSON in ["VerifiableCredential", [], ["EnvelopedVerifiableCredential", "VerifiableCredential"], 1] {
            #expect(!Envelope.isEnvelope(Self.envelope("data:,x", type: type)))
            #expect(throws: CredentialError.self) { try Envelope(Self.envelope("data:,x", type: type)) }
        }
        #expect(throws: CredentialError.self) { try Envelope(Self.envelope("data:,x").replacing("/@context", by: [])) }
    }

    @Test("A presentation does not show presentations")
    func presentationInside() {
        let inner = Self.envelope("data:,x", type: "EnvelopedVerifiablePresentation")
        let json = JSON.object(PresentationTests.presentation).replacing("/verifiableCredential", by: inner)
        let error = #expect(throws: CredentialError.self) { try VerifiablePresentation(json) }
        #expect(error?.pointer.description == "/verifiableCredential/type")
    }

    @Test("The published envelopes are read", .enabled(if: Conformance.isExpected, Conformance.absence))
    func published() throws {
        var forms: [String: Int] = [:]
        for file in try Conformance.files(in: "vc-jose-cose/input")
        where file.hasPrefix("presentation") && file.hasSuffix(".json") {
            let json = try JSON(parsing: Conformance.bytes("vc-jose-cose/input/" + file))
            for credential in json["verifiableCredential"]?.arrayValue ?? [] where Envelope.isEnvelope(credential) {
                // One of them ends with a line break, which no URL has.
                let id = credential["id"]?.stringValue?.split(separator: "\n").joined()
                let envelope = try Envelope(credential.replacing("/id", by: id.map(JSON.string)))
                forms[envelope.mediaType, default: 0] += 1
            }
        }
        #expect(forms.keys.sorted() == ["application/vc+cose", "application/vc+jwt", "application/vc+sd-jwt"])
    }
}
