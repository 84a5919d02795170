import CanonicalJSON
import Credentials
import Cryptography
import Proofs
import TestSupport

/// Documents with proofs inside them, one for each suite, kind of key and data model.
enum IssuedHere {
    /// Everything, and a name never twice.
    static let specimens = Result {
        try [
            wholeDocuments(), chains(), presentations(), selectiveDisclosures(), tokens(), tokenPresentation(),
            selectivePresentation(),
            sdJWTs(), statusLists(), statusListTokens(), badges(), publishedExamples(),
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
        try suites.flatMap { suite, algorithm in
            try SampleDocuments.DataModel.allCases.flatMap { model in
                try [true, false].map { blankNodes in
                    let isKnown = !(blankNodes && suite == .ecdsaRDFC2019 && algorithm == .es384)
                    return try wholeDocument(
                        suite, .numbered(1, algorithm), model, blankNodes: blankNodes,
                        judges: isKnown ? ["composed", "openvc-core"] : ["composed"])
                }
            }
        }
    }

    private static func wholeDocument(
        _ suite: Cryptosuite, _ signer: Signer, _ model: SampleDocuments.DataModel, blankNodes: Bool, judges: [String]
    ) throws -> Specimen {
        let proofs = try ProofSigner(key: signer.key, verificationMethod: signer.method, cryptosuite: suite)
        let document = SampleDocuments.credential(issuer: signer.did, model, blankNodes: blankNodes)
        let secured = try proofs.secure(document, created: Times.created)
        var other = document
        other["id"] = "urn:uuid:00000000-0000-4000-8000-000000000000"
        return Specimen(
            name: "\(suite.rawValue), \(signer.algorithm.rawValue), data model \(model.rawValue)"
                + (blankNodes ? "" : ", no blank nodes"),
            judges: judges, request: request(secured),
            forgeries: try Forgeries.proofs(
                secured, otherProof: proofs.secure(other, created: Times.created)["proof"]))
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
                forgeries: Forgeries.changing(
                    whole,
                    [
                        ("first proof removed", "/proof/0", nil),
                        ("first proof's time", "/proof/0/created", "2026-01-03T00:00:00Z"),
                        ("second proof's value", "/proof/1/proofValue", whole[pointer: "/proof/0/proofValue"]),
                        ("subject", "/credentialSubject/id", "did:example:forger"),
                    ]))
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
            return Specimen(
                name: "presentation, \(suite.rawValue)", judges: ["composed", "openvc-core"],
                request: request(
                    secured,
                    [
                        "purpose": "authentication", "challenge": .string(Binding.nonce),
                        "domain": .string(Binding.audience),
                    ]),
                forgeries: Forgeries.changing(
                    .object(secured),
                    [
                        ("credential inside", "/verifiableCredential/0/credentialSubject/id", "did:example:forger"),
                        ("challenge", "/proof/challenge", "another"), ("holder", "/holder", "did:example:forger"),
                    ]))
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
            return Specimen(
                name: "ecdsa-sd-2023, \(name)", judges: ["openvc-core"], request: request(shown),
                forgeries: Forgeries.changing(
                    .object(shown),
                    [
                        ("subject", "/credentialSubject/id", "did:example:forger"),
                        ("member added", "/credentialSubject/isAdministrator", true),
                        ("member removed", "/validFrom", nil),
                        ("issuer", "/issuer/id", "did:example:forger"),
                        ("proof's time", "/proof/created", "2026-01-03T00:00:00Z"),
                        ("base proof", "/proof/proofValue", base["proof"]?["proofValue"]),
                        ("no proof", "/proof", nil),
                    ]))
        }
    }
}
