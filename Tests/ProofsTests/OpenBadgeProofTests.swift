import CanonicalJSON
import Credentials
import Proofs
import TestSupport
import Testing

@Suite("Proofs of the published Open Badges", .enabled(if: Conformance.isExpected, Conformance.absence))
struct OpenBadgeProofTests {
    static let files: [String] = {
        let folders = ["", "bit-string-list/", "sd/"]
        let names = folders.flatMap { folder in
            ((try? Conformance.files(in: "open-badges/" + folder)) ?? []).map { folder + $0 }
        }
        return names.filter { name in
            let json = try? JSON(parsing: Conformance.bytes("open-badges/" + name))
            return name.hasSuffix(".json") && json?["proof"] != nil
        }
    }()

    /// Why a proof is not verified here, by what its refusal says; files that are not listed verify.
    static let refused = [
        "complete_v1.json": "document is not at hand", "credential-status-revoked.json": "document is not at hand",
        "endorsement-err-schema-status-refresh.json": "does not match", "simple-eddsa-2022.json": "eddsa-2022",
        "simple-err-context.json": "no context defines \"credentialSubject\"",
        "simple-err-credential-subject-achievement-result-description-type.json": "no context defines",
        "simple-err-credential-subject-identifier-type.json": "no context defines",
        "simple-err-credential-subject-profile-type.json": "no context defines the type",
        "simple-err-credential-subject-result-type.json": "no context defines",
        "simple-err-credential-subject-type.json": "no context defines",
        "simple-err-evidence-type.json": "no context defines",
        "simple-err-issuer-otheridentifier-type.json": "no context defines",
        "simple-err-issuer-parentorg-type.json": "no context defines the type",
        "simple-err-issuer-type.json": "no context defines the type",
        "simple-err-proof-method-no-scheme.json": "is not a URL",
        "simple-err-proof-method-unknown-did-method.json": "has no fragment",
        "simple-err-proof-method-unknown-scheme.json": "has no fragment",
        "simple-err-proof-method.json": "document is not at hand", "simple-err-proof-value.json": "does not match",
        "simple-err-type.json": "no context defines the type", "simple-multiple-proofs.json": "SomeProofType",
    ]

    @Test("All of them are here")
    func count() {
        #expect(Self.files.count == 35)
        #expect(Set(Self.refused.keys).isSubset(of: Self.files))
    }

    @Test("Each verifies with the key in its fragment, or is refused for a reason", arguments: files)
    func proof(file: String) throws {
        let json = try JSON(parsing: Conformance.bytes("open-badges/" + file))
        let keys = KeySource(documents: [], readingKeysInFragments: true)
        do {
            let results = try verify(json, keys: keys)
            #expect(Self.refused[file] == nil)
            #expect(results.allSatisfy { $0.verificationMethod.controller.description.hasPrefix("did:key:") })
        } catch let error as ProofError {
            let words = Self.refused[file]
            #expect(words.map { "\(error)".contains($0) } == true, "\(error)")
        }
    }
}
