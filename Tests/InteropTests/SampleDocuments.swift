import CanonicalJSON
import JOSE

/// Documents with what makes canonical forms differ: blank nodes, two of them alike, numbers, languages, escapes,
/// characters outside the first plane.
enum SampleDocuments {
    enum DataModel: String, CaseIterable, Sendable {
        case two = "2.0"
        case oneDotOne = "1.1"
    }

    private static let base = "https://www.w3.org/ns/credentials/v2"

    static func credential(issuer: String, _ model: DataModel = .two, blankNodes: Bool = true) -> JSONObject {
        var document: JSONObject = [
            "@context": [.string(base), "https://www.w3.org/ns/credentials/examples/v2"],
            "id": "urn:uuid:7a1d1bb5-6f6c-4b41-9e86-1d2a6f4b4d5e",
            "type": ["VerifiableCredential", "ExampleAlumniCredential"],
            "issuer": ["id": .string(issuer), "name": "The School of Examples"],
            "name": ["@value": "Abschluss “mit” \\ \t 𝌆", "@language": "de"],
            "validFrom": "2026-01-01T00:00:00Z",
            "credentialSubject": [
                "id": "did:example:holder",
                "alumniOf": ["id": "did:example:school", "name": "Example University"],
                "score": JSON(97.25) ?? nil, "share": JSON(0.000001) ?? nil, "places": JSON(1e21) ?? nil,
                "attempts": 3, "passed": true,
            ],
        ]
        if blankNodes {
            document["termsOfUse"] = [["type": "ExampleTermsA", "name": "a"], ["type": "ExampleTermsB", "name": "b"]]
            document["evidence"] = .array(
                ["one", "two", "two", "three"].map { ["type": ["ExampleEvidence"], "name": .string($0)] })
        }
        if model == .oneDotOne {
            document["@context"] = [
                "https://www.w3.org/2018/credentials/v1", "https://w3id.org/security/data-integrity/v2",
                ["@vocab": "https://schema.org/"],
            ]
            document["issuanceDate"] = document["validFrom"]
            document["validFrom"] = nil
        }
        return document
    }

    static func presentation(of credentials: [JSON], holder: String) -> JSONObject {
        [
            "@context": [.string(base), "https://www.w3.org/ns/credentials/examples/v2"],
            "type": ["VerifiablePresentation"], "holder": .string(holder),
            "verifiableCredential": .array(credentials),
        ]
    }

    /// Claims under a `vct`: members, members of members and elements to hide.
    static func identityClaims(issuer: String, holderKey: JSON) -> JSONObject {
        [
            "iss": .string(issuer), "vct": "https://credentials.example/identity",
            "iat": Times.created.numericDate, "cnf": ["jwk": holderKey],
            "given_name": "Erika", "address": ["locality": "Köln", "country": "DE"],
            "nationalities": ["DE", "FR", "EU"],
        ]
    }
}
