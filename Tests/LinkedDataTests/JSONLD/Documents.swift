import CanonicalJSON
import LinkedData
import TestSupport

/// Documents for the suites.
enum Documents {
    static func json(_ text: String) throws -> JSON { try JSON(parsing: Array(text.utf8)) }

    /// The canonical N-Quads of a document.
    static func lines(
        _ document: JSON, contexts: ContextRegistry = .published, _ options: JSONLD.Options = JSONLD.Options()
    ) throws -> [String] {
        try RDFC10.canonicalize(JSONLD.quads(of: document, contexts: contexts, options: options)).lines
    }

    /// A credential with the contexts that ship.
    static let credential: JSON = [
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
        "id": "http://university.example/credentials/1872",
        "type": ["VerifiableCredential", "ExampleAlumniCredential"],
        "issuer": ["id": "https://university.example/issuers/565049", "name": ["@value": "Uni", "@language": "en"]],
        "validFrom": "2010-01-01T19:23:24Z",
        "credentialSubject": [
            "id": "did:example:ebfeb1f712ebc6f1c276e12ec21",
            "alumniOf": ["id": "did:example:c276e12ec21ebfeb1f712ebc6f1", "name": "Example University"],
        ],
        "credentialStatus": [
            "id": "https://university.example/credentials/status/3#94567", "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation", "statusListIndex": "94567",
            "statusListCredential": "https://university.example/credentials/status/3",
        ],
    ]

    /// One document with every construct: scoped contexts, maps, lists, nests, graphs, reverse properties.
    static let everything: JSON = [
        "@context": [
            [
                "@version": .number(1.1), "ex": "urn:ex:", "id": "@id", "type": "@type", "none": "@none",
                "name": ["@id": "ex:name", "@language": "de"],
                "label": ["@id": "ex:label", "@container": "@language"],
                "list": ["@id": "ex:list", "@container": "@list", "@type": "@id"],
                "byIndex": ["@id": "ex:byIndex", "@container": "@index"],
                "byProperty": ["@id": "ex:byProperty", "@container": "@index", "@index": "ex:key"],
                "byID": ["@id": "ex:byID", "@container": ["@graph", "@id"]],
                "byType": ["@id": "ex:byType", "@container": "@type"],
                "nest": "@nest", "inner": ["@id": "ex:inner", "@nest": "nest"],
                "childOf": ["@reverse": "ex:child"], "data": ["@id": "ex:data", "@type": "@json"],
                "Scoped": ["@id": "ex:Scoped", "@context": ["note": "ex:note", "deep": "ex:deep"]],
                "within": ["@id": "ex:within", "@context": ["note": "ex:otherNote"]],
                "kind": ["@id": "ex:kind", "@type": "@vocab"],
            ],
            ["@protected": true, "fixed": "ex:fixed"],
        ],
        "id": "ex:one", "type": ["Scoped", "ex:T"], "note": "a", "name": ["b", ["@value": "c", "@language": "en"]],
        "label": ["en": "x", "de-at": ["y", "z"], "none": "w"], "list": ["ex:a", ["ex:b"], []],
        "byIndex": ["k": 1, "l": ["m", true]], "byProperty": ["k": ["ex:p": .number(1.5)]],
        "byID": ["ex:g": ["ex:p": "q"], "none": ["ex:p": "r"]], "byType": ["Scoped": ["note": "s"], "ex:U": "ex:u"],
        "nest": ["inner": "t", "nest": ["inner": "u"]], "childOf": ["id": "ex:parent", "name": nil],
        "data": ["b": [1, nil], "a": .number(1e21)], "within": ["note": "v", "kind": "fixed"],
        "deep": ["fixed": ["@set": ["ex:v", 9_007_199_254_740_991, .number(1e20)]]],
        "@included": [["id": "_:x", "ex:p": ["id": "_:y"]]], "@reverse": ["ex:p": ["id": "_:y"]],
        "ex:directed": ["@value": "d", "@direction": "rtl", "@language": "ar"],
    ]
}
