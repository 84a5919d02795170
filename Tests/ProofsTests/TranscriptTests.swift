import CanonicalJSON
import Credentials
import Cryptography
import LinkedData
import Proofs
import Temporal
import TestSupport
import Testing

/// One request of a W3C interoperability suite.
struct TranscriptEntry: Sendable, CustomTestStringConvertible {
    let suite: String
    let line: Int
    let path: String
    let request: JSON
    let status: Int64
    let test: String
    var testDescription: String { "\(suite).jsonl:\(line) \(path) \(status) \(test)" }

    static let all: [Self] = ["eddsa", "ecdsa", "dm2"].flatMap { suite -> [TranscriptEntry] in
        let bytes = (try? Conformance.bytes("vc-api-transcripts/\(suite).jsonl")) ?? []
        return bytes.split(separator: UInt8(ascii: "\n")).enumerated().compactMap { index, line -> TranscriptEntry? in
            guard let entry = try? JSON(parsing: Array(line)), let path = entry["path"]?.stringValue,
                let request = entry["request"], let status = entry["status"]?.integerValue
            else { return nil }
            return Self(
                suite: suite, line: index + 1, path: path, request: request, status: status,
                test: entry["test"]?.stringValue ?? "")
        }
    }

    /// The suite that an issuer's path names, with the curve.
    var issuing: (cryptosuite: Cryptosuite, algorithm: SignatureAlgorithm)? {
        guard path.hasSuffix("/credentials/issue"),
            let cryptosuite = Cryptosuite.allCases.first(where: { path.contains($0.rawValue) })
        else { return nil }
        return (cryptosuite, cryptosuite.algorithms == [.edDSA] ? .edDSA : path.contains("P-384") ? .es384 : .es256)
    }
}

@Suite("Requests of the W3C interoperability suites", .enabled(if: Conformance.isExpected, Conformance.absence))
struct TranscriptTests {
    /// Lines of `dm2.jsonl` that a service with our rules refuses and the reference takes.
    static let exempt = [
        97: "a period that ends before it begins: the reference issues it and refuses to verify it",
        100: "a period that ends before it begins: the reference issues it and refuses to verify it",
        125: "the digest is that of an obsolete draft of the context",
        126: "the digest is that of an obsolete draft of the context",
        127: "the digest is that of an obsolete draft of the context",
    ]

    @Test("All of them are here")
    func count() { #expect(TranscriptEntry.all.count == 298) }

    @Test("Each is answered as a conforming service does", arguments: TranscriptEntry.all)
    func answers(entry: TranscriptEntry) throws {
        let isExempt = entry.suite == "dm2" && Self.exempt[entry.line] != nil
        do {
            try Self.process(entry)
            #expect(entry.status < 300 && !isExempt, "accepted: \(entry.request.canonicalString)")
        } catch {
            #expect(error is ProofError || error is CredentialError)
            #expect(entry.status >= 400 || isExempt, "\(error): \(entry.request.canonicalString)")
        }
    }

    private static func process(_ entry: TranscriptEntry) throws {
        let options = entry.request["options"] ?? [:]
        if let (cryptosuite, algorithm) = entry.issuing {
            let pointers = (options["mandatoryPointers"]?.arrayValue ?? []).compactMap(\.stringValue)
            try issue(entry.request["credential"] ?? nil, cryptosuite, algorithm, pointers)
        } else if entry.path.hasSuffix("/credentials/verify") {
            let json = entry.request["verifiableCredential"] ?? nil
            let credential = try SecuredCredential(json)
            for proof in try verify(.object(credential.json), expecting: expectations(options, .assertionMethod)) {
                _ = try UnsecuredCredential(verified: proof.document)
            }
        } else {
            let presentation = try VerifiablePresentation(entry.request["verifiablePresentation"] ?? nil)
            try verify(.object(presentation.json), expecting: expectations(options, .authentication))
            for case .secured(let credential) in presentation.credentials {
                try verify(.object(credential.json), expecting: .init(proofPurpose: .assertionMethod))
            }
        }
    }

    private static func expectations(_ options: JSON, _ purpose: ProofPurpose) -> ProofExpectations {
        ProofExpectations(
            proofPurpose: purpose, domains: options["domain"]?.stringValue.map { [$0] },
            challenge: options["challenge"]?.stringValue)
    }

    private static func issue(
        _ credential: JSON, _ cryptosuite: Cryptosuite, _ algorithm: SignatureAlgorithm, _ pointers: [String]
    ) throws {
        let draft = try CredentialDraft(credential)
        let key = try testKey(1, algorithm)
        let issuable = try draft.issuable(
            id: nil, issuer: draft.issuer ?? IssuerID(key.did.uri), validFrom: nil, status: [])
        try RelatedResource.check(issuable, against: RelatedResource.publishedDigests)
        let signer = try ProofSigner(
            key: key, verificationMethod: key.did.verificationMethod, cryptosuite: cryptosuite)
        var random = SeededRandom(seed: 1)
        let secured = try signer.secure(
            issuable.json, created: now, mandatoryPointers: pointers, using: &random)
        let shown =
            cryptosuite == .ecdsaSD2023
            ? try DataIntegrity.derive(from: secured, revealing: ["/credentialSubject"]) : secured
        #expect(throws: Never.self) { try verify(.object(shown)) }
    }
}
