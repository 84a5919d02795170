import CanonicalJSON
import OpenBadges
import TestSupport
import Testing

@Suite("Rules of Open Badges")
struct RuleTests {
    static func violations(_ json: JSON, isDraft: Bool = false) -> [BadgeViolation] {
        OpenBadges.violations(of: json.objectValue ?? [:], isDraft: isDraft)
    }

    @Test("A badge with every class follows the rules, and so does an endorsement")
    func sample() {
        #expect(Self.violations(Sample.badge) == [])
        #expect(Self.violations(Sample.endorsement) == [])
    }

    @Test(
        "What may be missing or otherwise written, may",
        arguments: [
            ("name", nil), ("issuer", "https://school.example"), ("proof", nil), ("endorsement", nil),
            ("type", ["VerifiableCredential", "AchievementCredential", "Other"]), ("validUntil", nil), ("extra", 1),
            ("@context/1", "https://purl.imsglobal.org/spec/ob/v3p0/context.json"), ("@context/2", ["a": "b:c"]),
            ("credentialSubject/type", "AchievementSubject"), ("credentialSubject/id", nil),
            ("credentialSubject/identifier", nil), ("credentialSubject/achievement/criteria", [:]),
            ("credentialSubject/achievement/achievementType", "ext:Own"), ("credentialSubject/result", []),
            ("credentialSubject/identifier/0/identityHash", "md5$00112233445566778899AABBCCDDEEFF"),
            (
                "credentialSubject/identifier/0",
                [
                    "type": "IdentityObject", "hashed": false, "identityHash": "anything", "identityType": "name",
                ]
            ),
        ] as [(String, JSON?)])
    func accepts(pointer: String, value: JSON?) {
        #expect(Self.violations(Sample.badge.replacing("/" + pointer, by: value)) == [])
    }

    @Test(
        "Everything else is reported with its place, alone",
        arguments: [
            ("@context", nil), ("@context", "x"), ("@context/0", "https://example.com"),
            ("@context/1", "https://purl.imsglobal.org/spec/ob/v3p0/context-4.0.3.json"),
            ("@context/1", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.json"),
            ("@context/1", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json5"), ("@context/1", ["a": "b:c"]),
            ("type", nil), ("type", []), ("type", 1), ("type", ["VerifiableCredential"]),
            ("type", ["OpenBadgeCredential"]),
            ("type", "OpenBadgeCredential"), ("id", nil), ("id", "not a URL"), ("name", 1), ("issuer", nil),
            ("issuer", 1), ("issuer", "not a URL"), ("issuer/id", nil), ("issuer/type", nil),
            ("issuer/type", "Organisation"),
            ("issuer/email", "nobody"), ("issuer/email", "a@b@c"), ("issuer/email", "a b@c"),
            ("issuer/dateOfBirth", "1900-02-30"),
            ("issuer/dateOfBirth", "1900-02-28T00:00:00Z"), ("issuer/address/addressCountryCode", "Portugal"),
            ("issuer/address/addressCountryCode", "pt"), ("issuer/address/geo/latitude", "38.7"),
            ("issuer/address/geo/longitude", nil), ("issuer/address/geo/type", ["GeoCoordinates"]),
            ("issuer/otherIdentifier", ["type": "IdentifierEntry"]),
            ("issuer/otherIdentifier/0/identifierType", "school"),
            ("issuer/otherIdentifier/0/identifierType", "ext:"), ("issuer/endorsementJwt", "e30.e30.AA"),
            ("issuer/parentOrg/type", "Alignment"), ("issuer/image", "https://school.example/logo.svg"),
            ("validFrom", nil), ("validFrom", "2026-01-01"), ("validFrom", "2026-01-01T00:00:00"), ("validUntil", 1),
            ("awardedDate", "yesterday"), ("image/id", nil), ("image/type", nil), ("evidence", ["type": ["Evidence"]]),
            ("evidence/0/type", ["Proof"]), ("evidence/0", "https://school.example/exam"),
            ("endorsementJwt/0", "e30.e30"),
            ("endorsementJwt/0", "e30.e30.A+"), ("endorsementJwt/0", ".e30.AA"),
            ("endorsement/0/type", Sample.badge["type"]),
            ("endorsement/0/credentialSubject/id", nil), ("endorsement/0/name", nil), ("endorsement/0", "x"),
            ("credentialSchema/id", nil), ("credentialSchema/type", nil), ("credentialStatus/id", nil),
            ("credentialStatus", []), ("refreshService/id", nil), ("termsOfUse/0/type", nil),
            ("proof/0/verificationMethod", "z6Mk"), ("proof/0/proofPurpose", "authentication"), ("proof/0/type", nil),
            ("credentialSubject", nil), ("credentialSubject", []), ("credentialSubject/type", nil),
            ("credentialSubject/activityStartDate", "2025-09-01"), ("credentialSubject/creditsEarned", "1.5"),
            ("credentialSubject/achievement/id", nil),
            ("credentialSubject/achievement/name", nil), ("credentialSubject/achievement/description", nil),
            ("credentialSubject/achievement/criteria", nil), ("credentialSubject/achievement/criteria", "Add"),
            ("credentialSubject/achievement/achievementType", "Own"), ("credentialSubject/achievement/inLanguage", "e"),
            ("credentialSubject/achievement/inLanguage", "en_GB"), ("credentialSubject/achievement/tag", "maths"),
            ("credentialSubject/achievement/alignment/0/targetUrl", nil),
            ("credentialSubject/achievement/alignment/0/targetType", "Item"),
            ("credentialSubject/achievement/resultDescription/0/resultType", "Grade"),
            ("credentialSubject/achievement/resultDescription/0/requiredLevel", "urn:x:other"),
            ("credentialSubject/result/0/resultDescription", "urn:x:other"),
            ("credentialSubject/result/0/achievedLevel", "urn:x:other"), ("credentialSubject/result/1/status", nil),
            ("credentialSubject/result/1/status", "Done"), ("credentialSubject/identifier/0/hashed", "true"),
            ("credentialSubject/identifier/0/identityHash", "sha256$b580"),
            ("credentialSubject/identifier/0/identityHash", "sha1$0000000000000000000000000000000000000000"),
            ("credentialSubject/identifier/0/identityHash", "a@example.com"),
            ("credentialSubject/identifier/0/identityType", "email"),
            ("credentialSubject/identifier/0/type", ["IdentityObject"]),
        ] as [(String, JSON?)])
    func refuses(pointer: String, value: JSON?) {
        let found = Self.violations(Sample.badge.replacing("/" + pointer, by: value))
        #expect(found.map(\.pointer.description) == ["/" + pointer], "\(found)")
        #expect(found.allSatisfy { !$0.problem.isEmpty && $0.description.hasPrefix("/") })
    }

    @Test("A subject without an achievement was awarded nothing, and its results describe nothing")
    func nothing() {
        let found = Self.violations(Sample.badge.replacing("/credentialSubject/achievement", by: nil))
        let results = "/credentialSubject/result/"
        #expect(
            found.map(\.pointer.description) == [
                "/credentialSubject/achievement", results + "0/resultDescription", results + "0/achievedLevel",
                results + "1/resultDescription",
            ])
    }

    @Test("A subject without id and identifiers is about nobody")
    func nobody() {
        let badge = Sample.badge.replacing("/credentialSubject/id", by: nil)
        for identifier: JSON? in [nil, []] {
            let found = Self.violations(badge.replacing("/credentialSubject/identifier", by: identifier))
            #expect(found.map(\.pointer.description) == ["/credentialSubject"])
        }
    }

    @Test("A draft may lack what its issuer adds, but not have it wrong")
    func draft() {
        var draft = Sample.badge
        for pointer in ["/id", "/issuer/id", "/validFrom", "/proof"] { draft = draft.replacing(pointer, by: nil) }
        #expect(Self.violations(draft, isDraft: true) == [])
        #expect(Set(Self.violations(draft).map(\.pointer.description)) == ["/id", "/issuer/id", "/validFrom"])
        #expect(Self.violations(draft.replacing("/issuer", by: nil), isDraft: true) == [])
        for (pointer, value) in [("/id", JSON.integer(1)), ("/issuer/type", "x"), ("/validFrom", "2026")] {
            let found = Self.violations(draft.replacing(pointer, by: value), isDraft: true)
            #expect(found.map(\.pointer.description) == [pointer])
        }
    }

    @Test("A badge of data model 1.1 has dates of other names, and an issuer that is a Profile")
    func version1() {
        var badge = Sample.badge.replacing("/@context/0", by: "https://www.w3.org/2018/credentials/v1")
        #expect(Self.violations(badge).map(\.pointer.description) == ["/issuanceDate"])
        badge = badge.replacing("/issuanceDate", by: "2026-01-01T00:00:00Z").replacing("/expirationDate", by: "x")
        #expect(Self.violations(badge).map(\.pointer.description) == ["/expirationDate"])
        badge = badge.replacing("/expirationDate", by: nil)
        #expect(Self.violations(badge) == [])
        badge = badge.replacing("/issuer", by: "https://school.example").replacing("/name", by: nil)
        #expect(Set(Self.violations(badge).map(\.pointer.description)) == ["/issuer", "/name"])
    }

    @Test("No more than a hundred violations are reported")
    func many() {
        let results = [JSON](repeating: ["type": "x"], count: 500)
        let found = Self.violations(Sample.badge.replacing("/credentialSubject/result", by: .array(results)))
        #expect(found.count == OpenBadges.maximumViolations)
    }

    @Test("Whatever is changed, a badge is reported with places in it or follows the rules")
    func damage() throws {
        var random = SeededRandom(seed: 0x0B)
        let places = JSONPlace.all(in: Sample.badge)
        var found = 0
        for _ in 0..<1000 {
            let place = try #require(places.randomElement(using: &random))
            let value: JSON? = Bool.random(using: &random) ? nil : .random(using: &random)
            let violations = Self.violations(place.replacing(in: Sample.badge, with: value))
            if !violations.isEmpty { found += 1 }
            #expect(violations.allSatisfy { $0.pointer.description.hasPrefix("/") })
        }
        #expect(500..<950 ~= found)
    }
}
