import CanonicalJSON
import Foundation
import Multiformats
import OpenBadges
import TestSupport
import Testing

/// Every published fixture, and where it is judged.
@Suite("The published Open Badges", .enabled(if: Conformance.isExpected, Conformance.absence))
struct FixtureTests {
    /// What the rules for members say, and who decides the rest.
    enum Judgement: Sendable {
        /// It follows the rules. Whether its proof and status hold is for the room Verification to say.
        case follows
        /// It follows the rules, and its name says that it is invalid: Verification finds this.
        case followsButFails(String)
        /// It breaks the rules, here among other places.
        case breaks(String)
    }

    struct Fixture: Sendable, CustomTestStringConvertible {
        let path: String
        let judgement: Judgement
        var testDescription: String { path }

        init(_ path: String, _ judgement: Judgement = .follows) { (self.path, self.judgement) = (path, judgement) }
    }

    static let fixtures: [Fixture] = [
        Fixture("bit-string-list/credential-status-revoked-blank-nodes.json", .followsButFails("its status list")),
        Fixture("bit-string-list/credential-status-revoked.json", .followsButFails("its status list")),
        Fixture("complete.json"),
        // Its name does not say so, but its endorsements lack the id that the specification requires. The reference
        // validator refuses it too.
        Fixture("complete_v1.json", .breaks("/endorsement/0/id")),
        Fixture("credential-status-revoked.json", .followsButFails("its 1EdTechRevocationList")),
        Fixture(
            "endorsement-err-schema-status-refresh.json", .followsButFails("schema, status and refresh are not there")),
        Fixture("endorsement-valid.json"), Fixture("sd/derivedcredential.json"), Fixture("simple-context-alias.json"),
        Fixture("simple-context-version.json"), Fixture("simple-did-key-method.json"),
        Fixture("simple-did-web-method.json"), Fixture("simple-eddsa-2022.json"),
        Fixture("simple-err-context.json", .breaks("/@context/0")),
        Fixture(
            "simple-err-credential-subject-achievement-result-description-type.json",
            .breaks("/credentialSubject/achievement/resultDescription/2/type")),
        Fixture("simple-err-credential-subject-identifier-type.json", .breaks("/credentialSubject/identifier/0/type")),
        Fixture("simple-err-credential-subject-profile-type.json", .breaks("/credentialSubject/source/type")),
        Fixture("simple-err-credential-subject-result-type.json", .breaks("/credentialSubject/result/1/type")),
        Fixture("simple-err-credential-subject-type.json", .breaks("/credentialSubject/type")),
        Fixture("simple-err-evidence-type.json", .breaks("/evidence/1/type")),
        Fixture("simple-err-expired.json", .followsButFails("it ended in 2010")),
        Fixture("simple-err-issued.json", .breaks("/credentialSubject/achievement")),
        Fixture("simple-err-issuer-otheridentifier-type.json", .breaks("/issuer/otherIdentifier/1/type")),
        Fixture("simple-err-issuer-parentorg-type.json", .breaks("/issuer/parentOrg/type")),
        Fixture("simple-err-issuer-type.json", .breaks("/issuer/type")),
        Fixture("simple-err-issuer.json", .breaks("/issuer")),
        Fixture("simple-err-proof-method-no-scheme.json", .breaks("/proof/0/verificationMethod")),
        Fixture("simple-err-proof-method-unknown-did-method.json", .followsButFails("nobody knows did:example")),
        Fixture("simple-err-proof-method-unknown-scheme.json", .followsButFails("nobody knows xxx:")),
        Fixture("simple-err-proof-method.json", .followsButFails("its fragment is no key")),
        Fixture("simple-err-proof-value.json", .followsButFails("the signature does not verify")),
        Fixture("simple-err-type.json", .breaks("/type")),
        Fixture("simple-json.png"), Fixture("simple-json.svg"), Fixture("simple-jwt.png"), Fixture("simple-jwt.svg"),
        Fixture("simple-jwt_v1.png"), Fixture("simple-jwt_v1.svg"), Fixture("simple-multiple-proofs.json"),
        // Without a proof nobody vouches for it; it also has no achievement.
        Fixture("simple-noproof.json", .breaks("/credentialSubject/achievement")),
        Fixture("simple.1ob"), Fixture("simple.json"),
        // Its name says that it is valid. It was, by a draft: its context is none of Open Badges 3.0, and it has no
        // achievement. The reference validator does not run it.
        Fixture("simple.jwt", .breaks("/credentialSubject/achievement")),
        Fixture("simple_v1.json"), Fixture("velocity.jwt"),
    ]

    /// The credential in a fixture: JSON, a token with the credential as its claims or in `vc`, or an image with either.
    static func credential(_ path: String) throws -> JSONObject {
        let bytes = try Conformance.bytes("open-badges/" + path)
        var text = String(decoding: bytes, as: UTF8.self)
        if path.hasSuffix("png") || path.hasSuffix("svg") {
            text = try #require(try BadgeImage(bytes).credential).text
        }
        if !text.utf8.starts(with: "{".utf8), !text.contains("@context\"") {
            let claims = try Base64URL.decode(String(text.split(separator: ".")[1]))
            let json = try JSON(parsing: claims)
            return try #require((json["vc"] ?? json).objectValue)
        }
        return try #require(try JSON(parsing: Array(text.utf8)).objectValue)
    }

    @Test("Each is judged as its name says, here or by whoever verifies it", arguments: fixtures)
    func judgement(fixture: Fixture) throws {
        let pointers = OpenBadges.violations(of: try Self.credential(fixture.path)).map(\.pointer.description)
        switch fixture.judgement {
        case .follows, .followsButFails: #expect(pointers == [])
        case .breaks(let pointer): #expect(pointers.contains(pointer), "\(pointers)")
        }
    }

    @Test("None is missing from the table")
    func all() throws {
        let names = try ["", "bit-string-list", "sd"].flatMap { folder in
            try Conformance.files(in: "open-badges/" + folder).map { folder.isEmpty ? $0 : "\(folder)/\($0)" }
        }
        let others: Set = ["LICENSE", "bit-string-list", "sd", "bit-string-list/testlist"]
        #expect(Set(names).subtracting(others) == Set(Self.fixtures.map(\.path)))
        #expect(Self.fixtures.count == 45)
    }
}
