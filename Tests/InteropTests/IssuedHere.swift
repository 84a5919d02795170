import CanonicalJSON
import Credentials
import Cryptography
import LinkedData
import Proofs
import TestSupport

/// Documents with proofs inside them, one for each suite, kind of key and data model.
enum IssuedHere {
    /// Everything, and a name never twice.
    static let specimens = Result {
        try [
            wholeDocuments(), chains(), presentations(), selectiveDisclosures(), tokens(), tokenPresentation(),
            sdJWTs(), statusLists(), statusListTokens(),
        ].flatMap { $0 }
    }

    /// What the libraries say about all of them: one call, because each starts Python.
    static let verdicts = Result {
        try SecondImplementation.judge(specimens.get().flatMap(\.requests))
    }

    private static let suites: [(Cryptosuite, SignatureAlgorithm)] = [
        (.eddsaJCS2022, .edDSA), (.eddsaRDFC2022, .edDSA), (.ecdsaJCS2019, .es256), (.ecdsaJCS2019, .es384),
        (.ecdsaRDFC2019, .es256), (.ecdsaRDFC2019, .es384),
    ]

    static func request(_ secured: JSONObject, _ members: JSONObject = [:]) -> JSONObject {
        var request: JSONObject = [
            "format": "data-integrity", "secured": .object(secured), "at": .string(Times.checked),
        ]
        for (key, value) in members { request[key] = value }
        return request
    }

    /// openvc-core numbers blank nodes with SHA-256 where P-384 asks for SHA-384 (vc-di-ecdsa, 3.1), so it has a say
    /// about P-384 only when there is at most one of them.
    private static func wholeDocuments() throws -> [Specimen] {
        var specimens: [Specimen] = []
        for (suite, algorithm) in suites {
            for model in SampleDocuments.DataModel.allCases {
                for blankNodes in [true, false] {
                    let signer = try Signer.numbered(1, algorithm)
                    let proofs = try ProofSigner(
                        key: signer.key, verificationMethod: signer.method, cryptosuite: suite)
                    let document = SampleDocuments.credential(issuer: signer.did, model, blankNodes: blankNodes)
                    let secured = try proofs.secure(document, created: Times.created)
                    var other = document
                    other["id"] = "urn:uuid:00000000-0000-4000-8000-000000000000"
                    let isKnown = !(blankNodes && suite == .ecdsaRDFC2019 && algorithm == .es384)
                    specimens.append(
                        Specimen(
                            name: "\(suite.rawValue), \(algorithm.rawValue), data model \(model.rawValue)"
                                + (blankNodes ? "" : ", no blank nodes"),
                            judges: isKnown ? ["composed", "openvc-core"] : ["composed"], request: request(secured),
                            forgeries: try Forgeries.proofs(
                                secured, otherProof: proofs.secure(other, created: Times.created)["proof"])))
                }
            }
        }
        return specimens
    }

    /// Two proofs that stand alone and a third over both.
    private static func chains() throws -> [Specimen] {
        try suites.map { suite, algorithm in
            var document = SampleDocuments.credential(issuer: "did:example:issuer")
            let ids = [
                "urn:uuid:00000000-0000-4000-8000-000000000001", "urn:uuid:00000000-0000-4000-8000-000000000002",
            ]
            for number in 0..<3 {
                let signer = try Signer.numbered(UInt8(10 + number), algorithm)
                var options = ProofOptions(
                    created: Times.created, proofPurpose: .assertionMethod, verificationMethod: signer.method)
                options.cryptosuite = suite
                if number < 2 { options.id = try URI(ids[number]) } else { options.previousProofs = ids }
                document = try DataIntegrity.addProof(to: document, with: options, key: signer.key)
            }
            let whole = JSON.object(document)
            return Specimen(
                name: "chain of \(suite.rawValue), \(algorithm.rawValue)", judges: ["composed"],
                request: request(document),
                forgeries: [
                    ("first proof removed", ["secured": whole.replacing("/proof/0", by: nil)]),
                    (
                        "first proof's time",
                        ["secured": whole.replacing("/proof/0/created", by: "2026-01-03T00:00:00Z")]
                    ),
                    (
                        "second proof's value",
                        [
                            "secured": whole.replacing(
                                "/proof/1/proofValue", by: whole[pointer: "/proof/0/proofValue"])
                        ]
                    ),
                    ("subject", ["secured": whole.replacing("/credentialSubject/id", by: "did:example:forger")]),
                ])
        }
    }

    private static func presentations() throws -> [Specimen] {
        try [Cryptosuite.eddsaJCS2022, .eddsaRDFC2022].map { suite in
            let (issuer, holder) = (try Signer.numbered(1, .edDSA), try Signer.numbered(2, .edDSA))
            let credential = try ProofSigner(
                key: issuer.key, verificationMethod: issuer.method, cryptosuite: suite
            ).secure(SampleDocuments.credential(issuer: issuer.did), created: Times.created)
            var options = ProofOptions(
                created: Times.created, proofPurpose: .authentication, verificationMethod: holder.method)
            options.cryptosuite = suite
            (options.challenge, options.domains) = (Binding.nonce, [Binding.audience])
            let secured = try DataIntegrity.secure(
                SampleDocuments.presentation(of: [.object(credential)], holder: holder.did), with: options,
                key: holder.key)
            let whole = JSON.object(secured)
            return Specimen(
                name: "presentation, \(suite.rawValue)", judges: ["composed", "openvc-core"],
                request: request(
                    secured,
                    [
                        "purpose": "authentication", "challenge": .string(Binding.nonce),
                        "domain": .string(Binding.audience),
                    ]),
                forgeries: [
                    (
                        "credential inside",
                        [
                            "secured": whole.replacing(
                                "/verifiableCredential/0/credentialSubject/id", by: "did:example:forger")
                        ]
                    ),
                    ("challenge", ["secured": whole.replacing("/proof/challenge", by: "another")]),
                    ("holder", ["secured": whole.replacing("/holder", by: "did:example:forger")]),
                ])
        }
    }

    /// What a holder shows of a document whose statements are signed one by one.
    private static func selectiveDisclosures() throws -> [Specimen] {
        var random = SeededRandom(seed: 11)
        let signer = try Signer.numbered(1, .es256)
        var options = ProofOptions(
            created: Times.created, proofPurpose: .assertionMethod, verificationMethod: signer.method)
        options.cryptosuite = .ecdsaSD2023
        let base = try DataIntegrity.addBaseProof(
            to: SampleDocuments.credential(issuer: signer.did), with: options,
            mandatoryPointers: ["/issuer", "/validFrom", "/credentialSubject/id"], key: signer.key, using: &random)
        let all = ["/id", "/name", "/credentialSubject", "/termsOfUse", "/evidence"]
        return try [
            ("everything", all), ("a part", ["/credentialSubject/alumniOf", "/evidence/1", "/termsOfUse/0"]),
            ("what is mandatory", []),
        ].map { name, pointers in
            let shown = try DataIntegrity.derive(from: base, revealing: pointers)
            let whole = JSON.object(shown)
            let changes: [(String, String, JSON?)] = [
                ("subject", "/credentialSubject/id", "did:example:forger"),
                ("member added", "/credentialSubject/isAdministrator", true),
                ("member removed", "/validFrom", nil),
                ("issuer", "/issuer/id", "did:example:forger"),
                ("proof's time", "/proof/created", "2026-01-03T00:00:00Z"),
                ("base proof", "/proof/proofValue", base["proof"]?["proofValue"]),
                ("no proof", "/proof", nil),
            ]
            return Specimen(
                name: "ecdsa-sd-2023, \(name)", judges: ["openvc-core"], request: request(shown),
                forgeries: changes.map { ($0, ["secured": whole.replacing($1, by: $2)]) })
        }
    }
}
