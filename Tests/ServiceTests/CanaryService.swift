import CanonicalJSON
import Foundation
import HTTPClient
import TestSupport

/// A service into every field of which a plant is put, by all the ways in.
final class CanaryService {
    let folder: TemporaryFolder
    let running: RunningService
    let tenant: String
    let apiKey: String
    /// By where they were put.
    private(set) var plants: [String: Plant] = [:]
    /// What the programs wrote but for what they were asked to show.
    private(set) var output: [UInt8] = []
    /// Every request that was accepted; known once all is planted.
    private(set) var requests: [String] = []
    private let client = HTTPClient()
    var passphraseOptions: [String] { passphrase }
    private var passphrase: [String] { ["--passphrase-file", folder.path("passphrase")] }
    var data: String { folder.path("data") }

    /// Places whose plants belong to a person, and are in the database until they are erased.
    static let personal = [
        "holder.id", "holder.email", "subject.id", "subject.name", "evidence", "credential.id", "hold.note",
        "approve.note", "cancel.note", "key.request", "key.approve", "key.cancel", "key.refused", "batch.key",
        "batch.line", "batch.holder", "credentialId", "vcapi.subject", "status.note", "revoke.note", "operator.note",
        "disclosable", "holderKey", "sd.subject", "pointer.value", "late.holder", "late.subject", "claim.text",
        "claim.evidence", "claim.note", "appeal.text", "key.claim", "spend.purpose", "spend.reference", "coupon.note",
        "coupon.reference", "survey.text", "key.survey",
    ]

    /// Places whose plants are the institution's, and stay in the database.
    static let institutional = [
        "institution.name", "context.term", "context.url", "schema.title", "schema.url", "stage.note", "staff.name",
        "coupon.revocation",
    ]

    /// Places whose plants nobody is to write down at all.
    static let passing = [
        "user-agent", "cookie", "query", "path", "api-key.wrong", "malformed", "unknown.member", "passphrase",
        "verify.subject", "verify.challenge", "policy.refused", "purpose", "key.too-long", "credentials.path",
    ]

    init() throws {
        let folder = try TemporaryFolder()
        self.folder = folder
        let all = Self.personal + Self.institutional + Self.passing
        for (number, place) in all.enumerated() { plants[place] = Plant(place, seed: UInt64(number + 1)) }
        let data = folder.path("data")
        let passphrase = ["--passphrase-file", folder.path("passphrase")]
        func text(_ place: String) -> String { Self.text(place, all) }
        try Data((text("passphrase") + "\n").utf8).write(to: URL(filePath: folder.path("passphrase")))
        var written: [UInt8] = []
        @discardableResult
        func command(_ words: String..., options: [String] = []) throws -> String {
            let output = try Programs.run(words + ["--data", data] + passphrase + options)
            guard output.exitCode == 0 else { throw ServiceFailure(output.err) }
            // Who adds an institution is told its name and its key.
            written += Array(((words[0] == "institution" ? "" : output.out) + output.err).utf8)
            return output.out
        }
        try command("init", options: ["--origin", "canary.example/log"])
        for (name, policy) in zip(["level", "compensation", "claims", "review"], try Self.policies()) {
            try Data(policy.canonicalBytes).write(to: URL(filePath: folder.path(name)))
            try command("policy", "publish", folder.path(name))
        }
        let added = try JSON(
            parsing: Array(
                command("institution", "add", "--name", text("institution.name"), options: ["--json"]).utf8.dropLast()))
        guard let key = added["apiKey"]?.stringValue, let tenant = added["id"]?.stringValue else {
            throw ServiceFailure(added.canonicalString)
        }
        (apiKey, self.tenant) = (key, tenant)
        try command("issuer", "add", "--name", "two", "--status", "revocation,suspension")
        try command("issuer", "add", "--name", "sd", "--securing", "vc+sd-jwt", "--status", "none")
        try command(
            "issuer", "add", "--name", "selective", "--algorithm", "ES256", "--securing", "ecdsa-sd-2023", "--status",
            "none")
        output = written
        running = try RunningService(
            data: data, apiKey: key, arguments: passphrase + ["--derive"], errors: folder.path("errors"))
    }

    private static func text(_ place: String, _ all: [String]) -> String {
        guard let number = all.firstIndex(of: place) else { preconditionFailure("there is no place \(place)") }
        return Plant(place, seed: UInt64(number + 1)).text
    }

    /// What is planted at a place.
    func text(_ place: String) -> String { Self.text(place, Self.personal + Self.institutional + Self.passing) }

    /// The plants of some places.
    func plants(of places: [String]) -> [Plant] { places.compactMap { plants[$0] } }

    /// The policies of the demo, with a pause.
    private static func policies() throws -> [JSON] {
        var documents = try ShortPolicies.documents(target: "PT5S")
        guard case .object(var level) = documents[0], var spec = level["spec"]?.objectValue else { return documents }
        spec["pause"] = [["reason": "legal-hold", "evidence": "court-order", "maxTotal": ["elapsed": "PT720H"]]]
        level["spec"] = .object(spec)
        documents[0] = .object(level)
        documents.append([
            "apiVersion": "punctual/v1", "kind": "Claims",
            "metadata": [
                "id": "claims", "version": 1, "tenant": "default", "effectiveFrom": "1970-01-01T00:00:00Z",
                "title": ["en": "Claims"],
            ],
            "spec": [
                "fileWithin": ["calendarDays": 90], "decideWithin": ["calendarDays": 10],
                "appealWithin": ["calendarDays": 30], "appealDecideWithin": ["calendarDays": 15],
                "evidence": ["screenshot"],
            ],
        ])
        documents.append([
            "apiVersion": "punctual/v1", "kind": "Review",
            "metadata": [
                "id": "rev", "version": 1, "tenant": "default", "effectiveFrom": "1970-01-01T00:00:00Z",
                "title": ["en": "Review"],
            ],
            "spec": [
                "every": "P1M", "surveyAfter": ["elapsed": "PT1S"], "surveySample": ["num": 1, "den": 1],
                "minAnswers": 1, "metrics": ["csat", "nps"],
            ],
        ])
        return documents
    }

    /// Asks which requests there are.
    func listRequests() throws {
        let list = try send("GET", "/v1/requests").json["requests"]?.arrayValue ?? []
        requests = list.compactMap { $0["id"]?.stringValue }
    }

    /// Sends something with plants in headers that nobody reads.
    @discardableResult
    func send(
        _ method: String, _ path: String, key: String? = nil, _ body: JSON? = nil, raw: String? = nil,
        authorization: String? = nil, type: String = "application/json"
    ) throws -> (status: Int, json: JSON) {
        var headers = [
            HTTPClient.Field("User-Agent", text("user-agent")), .init("Cookie", "a=" + text("cookie")),
            .init("Content-Type", type), .init("Authorization", "Bearer " + (authorization ?? apiKey)),
        ]
        if let key { headers.append(.init("Idempotency-Key", key)) }
        let bytes = raw.map { Array($0.utf8) } ?? body?.canonicalBytes ?? []
        let answer = try client.send(HTTPClient.Request(method, running.url + path, headers: headers, body: bytes))
        let json = (try? JSON(parsing: answer.body.last == 0x0A ? answer.body.dropLast() : answer.body)) ?? .null
        return (answer.status, json)
    }

    /// Runs a command of the operator and keeps what it writes.
    @discardableResult
    func command(_ words: String..., options: [String] = []) throws -> String {
        let output = try Programs.run(words + ["--data", data] + passphrase + options)
        self.output += Array(output.err.utf8)
        guard output.exitCode == 0 else { throw ServiceFailure(output.out + output.err) }
        return output.out
    }

    /// Runs a command that only looks, and keeps what it writes beside its result.
    func look(_ words: String...) throws -> String {
        let output = try Programs.run(words + ["--data", data])
        self.output += Array(output.err.utf8)
        guard output.exitCode == 0 else { throw ServiceFailure(output.out + output.err) }
        return output.out
    }

    /// Stops the service and returns all that it ever wrote.
    func stop() throws -> [UInt8] {
        running.stop()
        return running.remainingOutput() + [UInt8](try Data(contentsOf: URL(filePath: folder.path("errors"))))
    }
}
