import CanonicalJSON
import Credentials
import LinkedData
import Multiformats
import OpenBadges
import Temporal
import TestSupport
import Testing

@Suite("BadgeTemplate")
struct TemplateTests {
    static let template: JSON = [
        "name": "{course}, {grade}",
        "issuer": ["name": "A school", "url": "https://school.example", "image": "https://school.example/logo.svg"],
        "recipient": [
            "id": "{did}",
            "identifier": [
                ["identity": "{email}", "identityType": "emailAddress"],
                ["identity": "{name}", "identityType": "name", "hashed": false],
            ],
        ],
        "achievement": [
            "id": "https://school.example/courses/{code}", "name": "{course}", "description": "Is able to {{add}}",
            "criteria": ["narrative": "Did it"], "achievementType": "Course",
            "image": "https://school.example/courses/{code}.png",
            "alignment": [["targetName": "Numbers", "targetUrl": "https://frame.example/1"]],
            "resultDescription": [["id": "urn:x:grade", "name": "Grade", "resultType": "LetterGrade"]],
        ],
        "subject": [
            "activityEndDate": "{end}", "creditsEarned": "{credits:number}",
            "result": [["resultDescription": "urn:x:grade", "value": "{grade}"]],
        ],
        "evidence": [["id": "{work}", "name": "Work of {name}"]],
        "validFrom": "{end}",
    ]

    static let row = [
        "course": "Sums", "grade": "A", "did": "did:example:alice", "email": "alice@example.com", "name": "Alice",
        "code": "M1", "end": "2026-06-30T12:00:00Z", "credits": "1.5", "work": "https://school.example/alice",
        "unused": "{",
    ]

    static func draft(_ template: JSON = template, _ row: [String: String] = row) throws(BadgeError) -> CredentialDraft
    {
        var random = SeededRandom(seed: 1)
        return try BadgeTemplate(template).draft(for: row, using: &random)
    }

    static func row(_ key: String, _ value: String?) -> [String: String] {
        var row = row
        row[key] = value
        return row
    }

    @Test("A row fills the template; types and image objects are added")
    func filled() throws {
        let json = try Self.draft().json
        #expect(json["@context"] == ["https://www.w3.org/ns/credentials/v2", .string(OpenBadges.context)])
        #expect(json["type"] == ["VerifiableCredential", "OpenBadgeCredential"])
        #expect(json["name"] == "Sums, A" && json["validFrom"] == "2026-06-30T12:00:00Z")
        #expect(json["issuer"]?["type"] == ["Profile"] && json["issuer"]?["id"] == nil)
        #expect(json["issuer"]?["image"] == ["id": "https://school.example/logo.svg", "type": "Image"])
        let subject = try #require(json["credentialSubject"])
        #expect(subject["id"] == "did:example:alice" && subject["type"] == ["AchievementSubject"])
        #expect(subject["creditsEarned"] == .number(1.5))
        #expect(subject["result"] == [["type": ["Result"], "resultDescription": "urn:x:grade", "value": "A"]])
        let achievement = try #require(subject["achievement"])
        #expect(achievement["id"] == "https://school.example/courses/M1" && achievement["type"] == ["Achievement"])
        #expect(achievement["description"] == "Is able to {add}")
        #expect(achievement["criteria"] == ["narrative": "Did it"])
        #expect(achievement["image"] == ["id": "https://school.example/courses/M1.png", "type": "Image"])
        #expect(achievement["alignment"]?.arrayValue?[0]["type"] == ["Alignment"])
        #expect(json["achievement"] == nil && json["recipient"] == nil && json["subject"] == nil)
        #expect(
            json["evidence"] == [["type": ["Evidence"], "id": "https://school.example/alice", "name": "Work of Alice"]])
    }

    @Test("Identities are hashed with a salt of their own, or not")
    func identities() throws {
        let identifiers = try #require(try Self.draft().json["credentialSubject"]?["identifier"]?.arrayValue)
        let objects = try identifiers.map { try #require(IdentityObject($0.objectValue ?? [:])) }
        #expect(objects.map(\.isHashed) == [true, false] && objects.map(\.identityType) == ["emailAddress", "name"])
        #expect(objects[0].names("alice@example.com", identityType: "emailAddress") == true)
        #expect(objects[1].identityHash == "Alice" && objects[1].salt == nil)
        let salt = try #require(objects[0].salt)
        #expect(try Base64URL.decode(salt).count == 16)
        var random = SeededRandom(seed: 2)
        let other = try BadgeTemplate(Self.template).draft(for: Self.row, using: &random)
        #expect(other.json["credentialSubject"]?["identifier"]?.arrayValue?[0]["salt"] != .string(salt))
    }

    @Test("The issuer's address and the time of issue are added when the badge is issued")
    func issued() throws {
        let draft = try Self.draft(Self.template.replacing("/validFrom", by: nil))
        let issued = try draft.issuable(
            id: URI(ours: "urn:uuid:1"), issuer: IssuerID(URI(ours: "did:key:z6Mk")), validFrom: .earliest, status: [])
        #expect(OpenBadges.violations(of: issued.json) == [])
        #expect(issued.json["issuer"]?["name"] == "A school")
    }

    @Test("Everything that a filled template says is defined by its contexts, so that it can be signed as linked data")
    func linkedData() throws {
        let draft = try Self.draft()
        let issued = try draft.issuable(
            id: URI(ours: "urn:uuid:1"), issuer: IssuerID(URI(ours: "did:key:z6Mk")), validFrom: nil, status: [])
        let quads = try JSONLD.quads(of: issued.json, contexts: .published)
        #expect(quads.count > 40, "\(quads.count)")
        // What the sample badge has beyond them are types that other contexts define.
        var sample = try #require(Sample.badge.objectValue)
        for key in ["proof", "credentialSchema", "refreshService", "termsOfUse"] { sample[key] = nil }
        #expect(throws: Never.self) { try JSONLD.quads(of: sample, contexts: .published) }
    }

    @Test("The template says which columns it needs")
    func columns() throws {
        #expect(
            try BadgeTemplate(Self.template).columns
                == ["code", "course", "credits", "did", "email", "end", "grade", "name", "work"])
    }

    @Test("A value that is one empty cell is left out", arguments: ["did", "email", "end", "credits", "work"])
    func empty(column: String) throws {
        let json = try Self.draft(Self.template, Self.row(column, "")).json
        let subject = json["credentialSubject"]
        switch column {
        case "did": #expect(subject?["id"] == nil)
        case "email": #expect(subject?["identifier"]?.arrayValue?.count == 1)
        case "end": #expect(subject?["activityEndDate"] == nil && json["validFrom"] == nil)
        case "credits": #expect(subject?["creditsEarned"] == nil)
        default: #expect(json["evidence"]?.arrayValue?[0]["id"] == nil)
        }
    }

    @Test(
        "A column that the row does not have is named, with the place in the template",
        arguments: [("course", "/name"), ("did", "/recipient/id"), ("credits", "/subject/creditsEarned")])
    func missingColumn(column: String, place: String) {
        let error = #expect(throws: BadgeError.self) { try Self.draft(Self.template, Self.row(column, nil)) }
        guard case .column(column, let pointer, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        // The members are filled in an order of their own; a column in several places is named at one of them.
        #expect(pointer.description == place || column == "course")
        #expect(error?.description.contains(column) == true)
    }

    @Test(
        "A cell for a number is a number as JSON writes it",
        arguments: ["1,5", "+1", "0x1", "one", "\"1\"", " ", "1 2"])
    func number(text: String) {
        let error = #expect(throws: BadgeError.self) { try Self.draft(Self.template, Self.row("credits", text)) }
        guard case .column("credits", _, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(
        "What comes out must be a badge: the place in the credential is named",
        arguments: [
            ("did", "alice", "/credentialSubject/id"), ("end", "tomorrow", "/credentialSubject/activityEndDate"),
            ("work", "here", "/evidence/0/id"), ("code", "a b", "/credentialSubject/achievement/id"),
        ])
    func invalidCell(column: String, value: String, place: String) {
        let error = #expect(throws: BadgeError.self) { try Self.draft(Self.template, Self.row(column, value)) }
        guard case .invalid(let violations)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(violations.map(\.pointer.description).contains(place))
    }

    @Test("Nobody is the recipient when all that names one is empty")
    func nobody() {
        var row = Self.row
        for column in ["did", "email", "name"] { row[column] = "" }
        let error = #expect(throws: BadgeError.self) { try Self.draft(Self.template, row) }
        #expect(error?.description.contains("/credentialSubject needs an id") == true)
    }

    @Test("The rules of the data model hold too")
    func dataModel() {
        let template = Self.template.replacing("/validUntil", by: "2020-01-01T00:00:00Z")
        let error = #expect(throws: BadgeError.self) { try Self.draft(template) }
        #expect(error?.description.contains("/validUntil is before validFrom") == true)
    }

    @Test(
        "A template that is none is refused with its place",
        arguments: [
            ("/name", nil, "/name"), ("/achievement", nil, "/achievement"), ("/issuer", nil, "/issuer"),
            ("/recipient", nil, "/recipient"), ("/recipient", [:], "/recipient"),
            ("/recipient/other", 1, "/recipient/other"),
            ("/recipient/identifier/0/identity", nil, "/recipient/identifier/0/identity"),
            ("/recipient/identifier/0/hashed", "yes", "/recipient/identifier/0/hashed"),
            ("/recipient/identifier/0/more", 1, "/recipient/identifier/0/more"),
            ("/type", "Badge", "/type"), ("/other", 1, "/other"), ("/proof", [], "/proof"),
            ("/contexts", "x", "/contexts"),
            ("/name", "{", "/name"), ("/name", "{}", "/name"), ("/name", "}", "/name"), ("/name", "{a", "/name"),
            ("/name", "{a{b}}", "/name"), ("/name", "a } b", "/name"), ("/name", "{{}", "/name"),
            ("/subject/creditsEarned", "{credits:text}", "/subject/creditsEarned"),
            ("/subject/creditsEarned", "{:number}", "/subject/creditsEarned"),
            ("/evidence/0/name", "{name", "/evidence/0/name"), ("/subject", "{name}", "/subject"),
            ("/subject/id", "did:example:bob", "/subject/id"), ("/subject/achievement", [:], "/subject/achievement"),
            ("/subject/identifier", [], "/subject/identifier"),
        ] as [(String, JSON?, String)])
    func template(pointer: String, value: JSON?, place: String) {
        let error = #expect(throws: BadgeError.self) { try BadgeTemplate(Self.template.replacing(pointer, by: value)) }
        guard case .template(let found, let problem)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(found.description == place && !problem.isEmpty)
    }

    @Test("The other type, further contexts and members are taken over")
    func further() throws {
        let template = Self.template.replacing("/type", by: "AchievementCredential")
            .replacing("/contexts", by: [["more": "https://school.example/more"]])
            .replacing("/subject/more", by: "{name}").replacing("/image", by: "https://school.example/i.png")
        let json = try Self.draft(template).json
        #expect(json["type"] == ["VerifiableCredential", "AchievementCredential"])
        #expect(json["@context"]?.arrayValue?.last == ["more": "https://school.example/more"])
        #expect(json["credentialSubject"]?["more"] == "Alice" && json["image"]?["type"] == "Image")
    }

    @Test("Cells are never read as templates")
    func injection() throws {
        let json = try Self.draft(Self.template, Self.row("name", "{email} {{ }")).json
        #expect(json["credentialSubject"]?["identifier"]?.arrayValue?[1]["identityHash"] == "{email} {{ }")
    }
}
