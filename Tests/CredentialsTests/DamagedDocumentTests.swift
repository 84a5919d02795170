import CanonicalJSON
import Credentials
import TestSupport
import Testing

@Suite("Damaged documents")
struct DamagedDocumentTests {
    static let full: JSON = [
        "@context": ["https://www.w3.org/ns/credentials/v2", ["A": "https://example.org/A"]],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33", "type": ["VerifiableCredential", "A"],
        "issuer": ["id": "did:example:i", "name": [["@value": "x", "@language": "en", "@direction": "ltr"]]],
        "validFrom": "2010-01-01T19:23:24Z", "validUntil": "2020-01-01T19:23:24.5+01:00",
        "description": ["@value": "x"],
        "credentialSubject": [["id": "did:example:s", "a": ["b": ["c": [1, 2, nil]]]]],
        "credentialStatus": ["id": "https://example.org/1#2", "type": "S"], "evidence": [["type": ["E"]]],
        "credentialSchema": ["id": "https://example.org/s", "type": "J"], "termsOfUse": ["type": "T"],
        "relatedResource": [["id": "a:b", "digestSRI": "sha256-AAAA", "digestMultibase": "uAAAA"]],
    ]
    static let presentation: JSON = [
        "@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiablePresentation"],
        "holder": ["id": "a:b"],
        "proof": [["type": "P"]],
        "verifiableCredential": [
            changed("proof", to: ["type": "P"]),
            [
                "@context": ["https://www.w3.org/ns/credentials/v2"], "type": "EnvelopedVerifiableCredential",
                "id": "data:,x",
            ],
        ],
    ]

    @Test(
        "Whatever is changed, a document is refused with a place in it, or kept as it is",
        arguments: [full, presentation])
    func damage(document: JSON) throws {
        var random = SeededRandom(seed: 0xC0FFEE)
        var (acceptedCount, refusedCount) = (0, 0)
        for _ in 0..<4000 {
            var json = document
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = try #require(JSONPlace.all(in: json).randomElement(using: &random))
                json = place.replacing(in: json, with: Bool.random(using: &random) ? nil : .random(using: &random))
            }
            do throws(CredentialError) {
                if document == Self.full {
                    let draft = try CredentialDraft(json)
                    #expect(JSON.object(draft.json) == json)
                    if draft.issuer != nil { _ = try UnsecuredCredential(json) }
                } else {
                    #expect(try JSON.object(VerifiablePresentation(json).json) == json)
                }
                acceptedCount += 1
            } catch {
                #expect(!error.problem.isEmpty)
                refusedCount += 1
            }
        }
        #expect(acceptedCount > 100 && refusedCount > 1000)
    }
}
