import CanonicalJSON
import Cryptography
import Foundation
import HTTPClient
import JOSE
import OpenBadges
import Proofs
import Temporal
import TestSupport
import Testing

/// A template, a table and images in a folder.
struct BadgeFiles {
    let folder: TemporaryFolder

    static let template: JSON = [
        "name": "{course}", "issuer": ["name": "Nordhafen", "url": "https://school.example"],
        "recipient": ["id": "{did}", "identifier": [["identity": "{email}", "identityType": "emailAddress"]]],
        "achievement": [
            "id": "https://school.example/courses/{code}", "name": "{course}", "description": "Knows how to add.",
            "criteria": ["narrative": "Passed the examination."],
        ],
        "subject": ["creditsEarned": "{credits:number}"],
    ]

    /// With a bad row 3, one cell of row 4 empty, a short row 5, row 6 the same as row 2, and no number in row 7.
    static let table = [
        "did,email,course,code,credits",
        "did:example:ada,ada@people.example,\"Sums, with \"\"carries\"\"\",M1,1.5",
        "not a did,x@people.example,Sums,M1,1",
        "did:example:grace,grace@people.example,Sums,M2,",
        "did:example:short,Sums",
        "did:example:ada,ada@people.example,\"Sums, with \"\"carries\"\"\",M1,1.5",
        "did:example:joan,joan@people.example,Sums,M3,many",
    ]

    static let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 8 8\"><path d=\"M0 0h8v8z\"/></svg>"

    /// One pixel.
    static let png = """
        iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==
        """

    init(in folder: TemporaryFolder) throws {
        self.folder = folder
        try write(Self.template.canonicalBytes, "course.json")
        try write(Array(Self.table.joined(separator: "\r\n").utf8), "people.csv")
        try write(Array(Self.svg.utf8), "course.svg")
        try write(Array(#require(Data(base64Encoded: Self.png))), "course.png")
    }

    func write(_ bytes: [UInt8], _ name: String) throws { try Data(bytes).write(to: folder.url.appending(path: name)) }

    func read(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: folder.url.appending(path: name))) }

    /// Runs a command of `punctual badge` in the folder.
    func badge(_ arguments: String...) throws -> Programs.Output {
        try Programs.run(["badge"] + arguments, in: folder.url)
    }
}

extension Programs.Output {
    /// What `badge make --json` says.
    fileprivate func summary() throws -> JSON { try JSON(parsing: Array(out.utf8.dropLast())) }
}

@Suite("punctual badge")
struct BadgeTests {
    private static let expectations = ProofExpectations(proofPurpose: .assertionMethod)

    private static func now() throws -> Instant { try Instant(rfc3339: "2199-01-01T00:00:00Z") }

    /// A service with an issuer for each of the two ways that Open Badges know.
    private static func service() throws -> (service: TestService, files: BadgeFiles) {
        let service = try TestService()
        let folder = service.folder
        let rsa = Process()
        rsa.executableURL = URL(filePath: "/usr/bin/openssl")
        rsa.arguments = [
            "genpkey", "-quiet", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out",
            folder.path("rsa.pem"),
        ]
        rsa.standardError = FileHandle.nullDevice
        try rsa.run()
        rsa.waitUntilExit()
        for issuer in [
            ["badges", "--securing", "eddsa-rdfc-2022", "--status", "suspension,revocation"],
            ["tokens", "--method", "did:web", "--key", folder.path("rsa.pem")],
            ["hidden", "--securing", "vc+sd-jwt"],
        ] {
            let added = try Programs.run(["issuer", "add", "--data", service.data, "--name"] + issuer)
            guard added.exitCode == 0 else { throw ServiceFailure(added.err) }
        }
        let files = try BadgeFiles(in: folder)
        try files.write(Array("\(service.apiKey)\n".utf8), "api.key")
        return (service, files)
    }

    private static func make(_ files: BadgeFiles, _ running: RunningService, _ more: String...) throws
        -> Programs.Output
    {
        try Programs.run(
            ["badge", "make", "course.json", "--rows", "people.csv", "--server", running.url, "--key-file", "api.key"]
                + more, in: files.folder.url)
    }

    @Test("makes a badge from each good row, and says of each bad one which column of which row is wrong")
    func make() throws {
        let (service, files) = try Self.service()
        let running = try service.serve()
        defer { running.stop() }
        let output = try Self.make(
            files, running, "--issuer", "badges", "--image", "course.png", "--out", "made", "--json")
        #expect(output.exitCode == 1, "\(output.err)")
        let summary = try output.summary()
        #expect(summary["rows"] == 6 && summary["made"] == 2)
        let outcomes = try #require(summary["outcomes"]?.arrayValue)
        #expect(outcomes.map { $0["row"] } == [2, 3, 4, 5, 6, 7])
        #expect(outcomes[1][pointer: "/problems/0/columns"] == ["did"])
        #expect(outcomes[1][pointer: "/problems/0/pointer"] == "/credentialSubject/id")
        #expect(outcomes[3][pointer: "/problems/0/problem"]?.stringValue?.contains("2 cells") == true)
        #expect(outcomes[4][pointer: "/problems/0/problem"]?.stringValue?.contains("same as row 2") == true)
        #expect(outcomes[5][pointer: "/problems/0/columns"] == ["credits"])
        for (outcome, did) in [(outcomes[0], "did:example:ada"), (outcomes[2], "did:example:grace")] {
            let names = (outcome["files"]?.arrayValue ?? []).compactMap(\.stringValue)
            try #require(names.count == 2)
            let written = try JSON(parsing: files.read(names[0]))
            let baked = try #require(try BadgeImage(files.read(names[1])).credential?.unverifiedDocument())
            #expect(written == .object(baked) && baked["credentialSubject"]?["id"] == .string(did))
            #expect(OpenBadges.violations(of: baked).isEmpty)
            #expect(baked["credentialStatus"]?["statusPurpose"] == "revocation")
            let proofs = try DataIntegrity.verify(
                baked, keys: .didKey, expecting: Self.expectations, at: Self.now())
            #expect(proofs.map(\.proof.cryptosuite) == [.eddsaRDFC2022])
            var forged = baked
            forged["name"] = "Products"
            #expect(throws: ProofError.self) {
                try DataIntegrity.verify(forged, keys: .didKey, expecting: Self.expectations, at: Self.now())
            }
            let extracted = try files.badge("extract", names[1])
            #expect(extracted.out.dropLast() == written.canonicalString)
            for name in names { #expect(try files.badge("check", name).exitCode == 0) }
        }
    }

    @Test("issues nothing twice, also when the rows come in another order or the bad ones are mended")
    func again() throws {
        let (service, files) = try Self.service()
        let running = try service.serve()
        defer { running.stop() }
        let first = try Self.make(files, running, "--issuer", "badges", "--out", "made", "--json").summary()
        #expect(try Self.make(files, running, "--issuer", "badges", "--out", "made", "--json").summary() == first)
        let old = BadgeFiles.table
        let lines = [old[0], old[3], old[2].replacing("not a did", with: "did:example:lin"), old[1]]
        try files.write(Array(lines.joined(separator: "\n").utf8), "people.csv")
        let output = try Self.make(files, running, "--issuer", "badges", "--out", "mended", "--json")
        #expect(output.exitCode == 0, "\(output.err)")
        let requests = try #require(try output.summary()["outcomes"]?.arrayValue).map { $0["request"] }
        #expect(requests[0] == first[pointer: "/outcomes/2/request"])
        #expect(requests[2] == first[pointer: "/outcomes/0/request"])
        let all = try JSON(parsing: running.send("GET", "/v1/requests").body)
        #expect(all["requests"]?.arrayValue?.count == 3)
    }

    @Test("makes tokens signed by RSA, and puts them into drawings")
    func tokens() throws {
        let (service, files) = try Self.service()
        let running = try service.serve()
        defer { running.stop() }
        let output = try Self.make(
            files, running, "--issuer", "tokens", "--image", "course.svg", "--out", "made", "--json")
        let outcomes = try #require(try output.summary()["outcomes"]?.arrayValue)
        let names = (outcomes[0]["files"]?.arrayValue ?? []).compactMap(\.stringValue)
        try #require(names.count == 2 && names[0].hasSuffix(".jwt"), "\(output.err)")
        let baked = try #require(try BadgeImage(files.read(names[1])).credential)
        #expect(try baked.form == .token && Array(baked.text.utf8) == files.read(names[0]))
        let document = try JSON(parsing: running.send("GET", "/issuers/tokens/did.json").body)
        let method = try #require(document[pointer: "/verificationMethod/0"])
        let token = try JWS(parsing: baked.text)
        try token.verify(with: JSONWebKey(#require(method["publicKeyJwk"])).publicKey)
        #expect(token.header.algorithm == .rs256 && method["id"]?.stringValue == token.header.keyID)
        let claims = try token.payloadObject()
        #expect(try claims == baked.unverifiedDocument() && OpenBadges.violations(of: claims).isEmpty)
        #expect(claims["iss"] == claims["issuer"]?["id"] && claims["sub"] == "did:example:ada")
        #expect(claims["jti"] == claims["id"])
        for name in names { #expect(try files.badge("check", name).exitCode == 0) }
    }

    @Test("says what keeps all rows from becoming badges")
    func refusals() throws {
        let (service, files) = try Self.service()
        let running = try service.serve()
        let hidden = try Self.make(files, running, "--issuer", "hidden", "--out", "made")
        #expect(hidden.exitCode == 1 && hidden.err.contains("secured as Open Badges do not know"))
        let nobody = try Self.make(files, running, "--issuer", "nobody", "--out", "made")
        #expect(nobody.exitCode == 1 && nobody.err.contains("row 2: ") && nobody.err.contains("no issuer"))
        try files.write(Array("wrong\n".utf8), "wrong.key")
        let wrong = try files.badge(
            "make", "course.json", "--rows", "people.csv", "--server", running.url, "--key-file", "wrong.key")
        #expect(wrong.exitCode == 1 && wrong.err.contains("No institution has this key"))
        running.stop()
        let silent = try Self.make(files, running, "--issuer", "badges", "--out", "made", "--json")
        #expect(silent.exitCode == 3 && silent.err.contains("Run the same again"))
        #expect(try silent.summary()["made"] == 0)
    }
}

@Suite("punctual badge, without a service")
struct BadgeFileTests {
    @Test("checks rows and writes them unsigned")
    func drafts() throws {
        let files = try BadgeFiles(in: TemporaryFolder())
        let output = try files.badge("make", "course.json", "--rows", "people.csv", "--drafts", "--out", "drafts")
        #expect(output.exitCode == 1)
        #expect(output.out == "drafts/row-2.json\ndrafts/row-4.json\ndrafts/row-6.json\n")
        #expect(output.err.contains("row 3: column \"did\", at /credentialSubject/id: is not a URL"))
        #expect(output.err.contains("row 5: the row has 2 cells"))
        #expect(output.err.contains("row 7: column \"credits\", at /subject/creditsEarned: \"many\" is no number"))
        let draft = try #require(try JSON(parsing: files.read("drafts/row-2.json")).objectValue)
        #expect(OpenBadges.violations(of: draft, isDraft: true).isEmpty && draft["proof"] == nil)
        #expect(draft["name"] == "Sums, with \"carries\"")
        let grace = try JSON(parsing: files.read("drafts/row-4.json"))
        #expect(grace["credentialSubject"]?["creditsEarned"] == nil)
    }

    @Test("bakes a badge into an image once, and takes it out again")
    func bake() throws {
        let files = try BadgeFiles(in: TemporaryFolder())
        let badge: JSON = ["type": ["VerifiableCredential", "OpenBadgeCredential"]]
        try files.write(badge.canonicalBytes, "badge.json")
        for image in ["course.png", "course.svg"] {
            #expect(try files.badge("bake", "badge.json", image, "--out", "baked-" + image).exitCode == 0)
            #expect(try files.badge("extract", "baked-" + image).out == badge.canonicalString + "\n")
            let twice = try files.badge("bake", "badge.json", "baked-" + image, "--out", "twice-" + image)
            #expect(twice.exitCode == 1 && twice.err.contains("--replace"))
            let again = try files.badge("bake", "badge.json", "baked-" + image, "--out", "again-" + image, "--replace")
            #expect(again.exitCode == 0)
            let over = try files.badge("bake", "badge.json", image, "--out", "baked-" + image)
            #expect(over.exitCode == 2 && over.err.contains("File exists"))
            // It breaks rules, and the picture says so as the file does.
            let check = try files.badge("check", "baked-" + image, "--json")
            #expect(check.exitCode == 1)
            #expect(try JSON(parsing: Array(check.out.utf8.dropLast()))["follows"] == false)
        }
    }

    /// What is typed, the exit code, and something of the complaint.
    static let wrong: [(typed: [String], exitCode: Int32, expected: String)] = [
        (["make", "course.json"], 2, "--rows FILE is missing"),
        (["make", "course.json", "--rows", "people.csv"], 2, "--server URL is missing; or give --drafts"),
        (
            ["make", "course.json", "--rows", "people.csv", "--drafts", "--server", "https://x.example"], 2,
            "one of them"
        ),
        (["make", "course.json", "--rows", "people.csv", "--server", "https://x.example"], 2, "PUNCTUAL_API_KEY"),
        (
            [
                "make", "course.json", "--rows", "people.csv", "--server", "http://x.example", "--key-file",
                "people.csv",
            ],
            2, "https URL"
        ),
        (["make", "people.csv", "--rows", "people.csv", "--drafts"], 2, "people.csv is not JSON"),
        (["make", "badge.json", "--rows", "people.csv", "--drafts"], 2, "badge.json: the template at"),
        (["make", "course.json", "--rows", "course.json", "--drafts"], 2, "course.json: row 1: a quote stands inside"),
        (["make", "course.json", "--rows", "few.csv", "--drafts"], 2, "The table lacks \"code\", \"course\""),
        (["make", "course.json", "--rows", "people.csv", "--drafts", "--holder", "who"], 2, "lacks \"who\""),
        (["make", "course.json", "--rows", "people.csv", "--drafts", "--image", "few.csv"], 2, "neither PNG nor SVG"),
        (["check", "nowhere"], 2, "nowhere cannot be opened"),
        (["check", "few.csv"], 3, "neither a badge in JSON, nor a token"),
        (["check", "page.svg"], 3, "page.svg is neither PNG nor SVG"),
        (["check", "course.svg"], 1, "course.svg carries no badge"),
        (["check", "cut.png"], 1, "cut.png: the image is not readable"),
        (["extract", "course.png"], 1, "course.png carries no badge"),
        (["extract", "badge.json"], 2, "badge.json is neither PNG nor SVG"),
        (["bake", "few.csv", "course.png", "--out", "x"], 3, "neither a badge in JSON"),
    ]

    @Test("says what is wrong with what was typed", arguments: wrong)
    func complaints(typed: [String], exitCode: Int32, expected: String) throws {
        let files = try BadgeFiles(in: TemporaryFolder())
        try files.write(Array("{}".utf8), "badge.json")
        try files.write(Array("did,email\n".utf8), "few.csv")
        try files.write(Array("<html></html>".utf8), "page.svg")
        try files.write(files.read("course.png").dropLast(), "cut.png")
        let output = try Programs.run(["badge"] + typed, in: files.folder.url)
        #expect(output.exitCode == exitCode && output.err.contains(expected), "\(output.exitCode) \(output.err)")
        #expect(output.out.isEmpty)
    }

    @Test("has help that fits into 80 columns", arguments: ["make", "check", "bake", "extract"])
    func help(command: String) throws {
        let output = try Programs.run(["badge", command, "--help"])
        #expect(output.exitCode == 0 && output.out.contains("Example:"))
        for line in output.out.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }
}
