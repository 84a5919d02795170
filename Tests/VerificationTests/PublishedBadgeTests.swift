import CanonicalJSON
import Credentials
import Temporal
import TestSupport
import Testing
import Verification

/// The fixtures of 1EdTech's validator, each with the check that decides about it.
@Suite("Published badges", .enabled(if: Conformance.isExpected, Conformance.absence))
struct PublishedBadgeTests {
    /// A badge that is good, but for the question who has the key: a verifier who knows that says it.
    private static let good = Expected.cannotTell(.issuer, "nothing shows")

    /// Whoever knows nobody: what each fixture comes to, and why.
    private static let table: [(file: String, Expected)] = [
        // As their names say: good.
        ("simple.json", good), ("simple.1ob", good), ("simple-context-alias.json", good),
        ("simple-context-version.json", good), ("simple-did-web-method.json", good),
        ("simple-multiple-proofs.json", good), ("simple-json.png", good), ("simple-json.svg", good),
        ("simple-jwt.png", good), ("simple-jwt.svg", good), ("simple-jwt_v1.png", good), ("simple-jwt_v1.svg", good),
        ("sd/derivedcredential.json", good), ("bit-string-list/testlist", good), ("endorsement-valid.json", good),
        ("simple-did-key-method.json", good), ("simple_v1.json", good),
        ("complete.json", good),
        // Good where its keys, its contexts or its suites are at hand, and they are not here.
        ("simple.jwt", .cannotTell(.proof, "not at hand")), ("velocity.jwt", .cannotTell(.proof, "not at hand")),
        ("simple-eddsa-2022.json", .cannotTell(.proof, "\"eddsa-2022\", which is not known")),
        ("complete_v1.json", .cannotTell(.proof, "not at hand")),
        ("credential-status-revoked.json", .cannotTell(.proof, "not at hand")),
        // As their names say: bad.
        ("bit-string-list/credential-status-revoked.json", .invalid(.status, "must be a string")),
        ("bit-string-list/credential-status-revoked-blank-nodes.json", .invalid(.status, "must be a string")),
        ("endorsement-err-schema-status-refresh.json", .invalid(.proof, "does not match")),
        ("simple-err-context.json", .invalid(.dataModel, "/@context/0")),
        ("simple-err-credential-subject-achievement-result-description-type.json", .invalid(.proof, "resultType")),
        ("simple-err-credential-subject-identifier-type.json", .invalid(.proof, "hashed")),
        ("simple-err-credential-subject-profile-type.json", .invalid(.proof, "InvalidProfile")),
        ("simple-err-credential-subject-result-type.json", .invalid(.proof, "achievedLevel")),
        ("simple-err-credential-subject-type.json", .invalid(.proof, "achievement")),
        ("simple-err-evidence-type.json", .invalid(.proof, "audience")),
        ("simple-err-expired.json", .invalid(.validity, "it ended 2010-01-01")),
        ("simple-err-issued.json", .invalid(.validity, "it begins 2040-01-01")),
        ("simple-err-issuer-otheridentifier-type.json", .invalid(.proof, "identifier")),
        ("simple-err-issuer-parentorg-type.json", .invalid(.proof, "InvalidProfile")),
        ("simple-err-issuer-type.json", .invalid(.proof, "InvalidProfile")),
        ("simple-err-issuer.json", .invalid(.dataModel, "/issuer is missing")),
        ("simple-err-proof-method-no-scheme.json", .invalid(.proof, "has no scheme")),
        ("simple-err-proof-method-unknown-did-method.json", .invalid(.proof, "has no fragment")),
        ("simple-err-proof-method-unknown-scheme.json", .invalid(.proof, "has no fragment")),
        ("simple-err-proof-method.json", .cannotTell(.proof, "not at hand")),
        ("simple-err-proof-value.json", .invalid(.proof, "does not match")),
        ("simple-err-type.json", .invalid(.proof, "OtherCredential")),
        ("simple-noproof.json", .invalid(.dataModel, "/proof is missing")),
    ]

    private func trust() throws -> Trust { Trust(at: try Instant(rfc3339: "2026-01-01T00:00:00Z")) }

    private func verdict(_ file: String, _ trust: Trust) throws -> Verdict {
        let bytes = try Conformance.bytes("open-badges/\(file)")
        do throws(EvidenceError) {
            return Verifier(trust: trust).verify([try Evidence(parsing: bytes)])[0]
        } catch {
            return Verdict(error)
        }
    }

    @Test("each of the 46 fixtures comes to what the table says, by the check that it says")
    func fixtures() throws {
        #expect(Self.table.count == 46)
        let trust = try trust()
        for (file, expected) in Self.table {
            let verdict = try verdict(file, trust)
            let problem = Comment(rawValue: file + verdict.lines)
            #expect(verdict.conclusion == expected.conclusion, problem)
            #expect(verdict.decisive?.name == expected.name, problem)
            #expect(verdict.decisive?.sentence.contains(expected.words) == true, problem)
        }
    }

    @Test("whoever knows the key has a valid badge, from every container")
    func pinned() throws {
        for (file, expected) in Self.table where expected.name == .issuer {
            var trust = try trust()
            trust.mayLackStatusList = true
            let key = try verdict(file, trust).check(.proof)?.facts["proofs"]?.arrayValue?.first?["key"]?.stringValue
            trust.issuers = [try URI(try #require(key))]
            Expected.valid.check(try verdict(file, trust))
        }
        #expect(try verdict("simple-json.png", trust()).container == .png)
        #expect(try verdict("simple-jwt.svg", trust()).container == .svg)
    }
}
