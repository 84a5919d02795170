import CanonicalJSON
import Foundation
import HTTPClient
import TestSupport
import Testing

/// What is foreseen, said, asked and reviewed, as whoever types it sees it.
@Suite("Forecast, escalations, news, surveys and reviews on the command line")
struct CareCommandTests {
    private static let commands = [
        ["forecast"], ["escalations"], ["escalation", "ack"], ["update"], ["survey", "list"], ["survey", "answer"],
        ["review"], ["review", "verify"], ["coverage"], ["audit", "coverage"], ["policy", "simulate"],
        ["policy", "compare"],
    ]

    @Test("each command has help with an example, within 80 columns", arguments: commands)
    func help(words: [String]) throws {
        let output = try Programs.run(words + ["--help"])
        #expect(output.exitCode == 0 && output.out.contains("Example:\n  punctual \(words.joined(separator: " "))"))
        for line in output.out.split(separator: "\n") where !line.hasPrefix("  punctual") {
            #expect(line.count <= 80, "\(line)")
        }
    }

    private static let usage: [(typed: [String], exitCode: Int32, expected: String)] = [
        (["forecast"], 2, "--server URL is missing"),
        (["forecast", "--server", "http://127.0.0.1:1"], 3, "127.0.0.1:1"),
        (["escalations"], 2, "--data DIR is missing"),
        (["escalation", "ack", "--data", "x"], 2, "REQUEST-ID is missing"),
        (["update", "--data", "x"], 2, "REQUEST-ID is missing"),
        (["survey", "answer", "--data", "x", "--csat", "much", "--nps", "3", "id"], 2, "a number from 1 to 5"),
        (["review", "--data", "x"], 2, "--month YYYY-MM is missing"),
        (["review", "--data", "x", "--month", "October"], 2, "a month such as 2026-10"),
        (["review", "--from", "x", "--month", "2026-10", "--signed"], 2, "--signed needs --data DIR."),
        (["review", "verify", "--data", "x", "nowhere.json"], 2, "nowhere.json cannot be opened: No such file"),
        (["coverage", "nonsense"], 2, "--server URL is missing"),
        (["policy", "simulate", "--data", "x"], 2, "--policy FILE is missing"),
    ]

    @Test("says what was wrong", arguments: usage)
    func refuses(typed: [String], exitCode: Int32, expected: String) throws {
        let output = try Programs.run(typed)
        #expect(output.exitCode == exitCode && output.out.isEmpty, "\(output.exitCode) \(output.out)")
        #expect(output.err.contains(expected), "\(output.err)")
    }

    @Test("a quiet service says that nothing waits, was asked, or can be foreseen; the month is counted")
    func quiet() throws {
        let service = try TestService()
        let running = try service.serve()
        let asked = try running.send("POST", "/v1/requests", key: "a", requestBody(holder: "urn:x:1").canonicalBytes)
        let id = try #require(try JSON(parsing: asked.body)["id"]?.stringValue)
        func punctual(_ words: String...) throws -> Programs.Output {
            try Programs.run(words + ["--data", service.data])
        }
        let keyFile = service.folder.path("key.txt")
        try service.apiKey.write(toFile: keyFile, atomically: true, encoding: .utf8)
        let forecast = try Programs.run(["forecast", "--server", running.url])
        #expect(forecast.exitCode == 0, "\(forecast.err)")
        #expect(forecast.out.contains("no forecast policy is in force"), "\(forecast.out)")
        #expect(try punctual("escalations").out == "Nothing waits for anybody of the staff.\n")
        #expect(try punctual("survey", "list", "--key-file", keyFile).out == "Nobody was asked.\n")
        let answered = try punctual("survey", "answer", "--csat", "4", "--nps", "8", "--key-file", keyFile, id)
        #expect(answered.exitCode == 1 && answered.err.contains("nobody was asked"), "\(answered.err)")
        let late = try punctual("update", id)
        #expect(late.exitCode == 1 && late.err.contains("available"), "\(late.err)")
        let waiting = try running.send(
            "POST", "/v1/requests", key: "b", requestBody(holder: "urn:x:2", review: "manual").canonicalBytes)
        let open = try #require(try JSON(parsing: waiting.body)["id"]?.stringValue)
        let told = try punctual("update", "--note", "Tomorrow", open)
        #expect(told.out == "Told the requester of \(open) how it stands.\n", "\(told.err)")
        let denial: JSON = ["reason": "information-missing"]
        let denied = try running.send("POST", "/v1/requests/\(open)/deny", key: "c", denial.canonicalBytes)
        #expect(denied.status == 200)
        let status = try Programs.run(["status", open, "--server", running.url])
        #expect(status.out.contains("Your request was denied: there will be no credential."), "\(status.out)")
        #expect(status.out.contains("  denied      ") && status.out.contains(": information missing"), "\(status.out)")
        let facts = try JSON(parsing: running.send("GET", "/v1/requests/\(open)/status").body)
        let stopped = try #require(facts["stoppedAt"]?.stringValue)
        let review = try punctual("review", "--month", String(stopped.prefix(7)))
        #expect(review.exitCode == 0, "\(review.err)")
        #expect(review.out.contains("  requests     2 accepted, 1 issued, 0 cancelled, 1 denied\n"), "\(review.out)")
        #expect(review.out.hasSuffix("The month is not over in this log: more may come.\n"))
        for line in review.out.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        let nothing = try punctual("review", "verify", keyFile)
        #expect(nothing.exitCode == 3 && nothing.err.contains("is not a review with its signature"), "\(nothing.err)")
        running.stop()
    }

    @Test("a receipt of what was given, and a premium pass, verify offline; changed, they do not")
    func receipts() throws {
        // Both in the first tier, so that they come together.
        let benefit: JSON = [
            "type": "premium-extension", "class": "guaranteed", "amount": ["unit": "DAYS", "minor": 7],
        ]
        let policies = try ShortPolicies.documents(target: "PT1S").map { document in
            guard var tier = document["spec"]?["model"]?["tiers"]?.arrayValue?.first else { return document }
            tier = tier.replacing("/benefits", by: .array((tier["benefits"]?.arrayValue ?? []) + [benefit]))
            return document.replacing("/spec/model/tiers", by: [tier])
        }
        let service = try TestService(policies: policies)
        let running = try service.serve()
        defer { running.stop() }
        let body = requestBody(holder: "urn:x:1", review: "manual").canonicalBytes
        _ = try running.send("POST", "/v1/requests", key: "a", body)
        try running.awaitCredits(of: "urn%3Ax%3A1")
        func claimKey(_ what: String, _ member: String) throws -> String? {
            let json = try JSON(parsing: running.send("GET", "/v1/users/urn%3Ax%3A1/\(what)").body)
            return json[member]?.arrayValue?.first?["claimKey"]?.stringValue
        }
        let credit = try #require(try claimKey("credits", "lots"))
        let path = "/v1/users/urn%3Ax%3A1/credits/\(credit)/receipt"
        let receipt = try JSON(parsing: running.send("GET", path).body)
        #expect(receipt["credentialSubject"]?["amount"] == 500, "\(receipt)")
        func verdict(_ credential: JSON) throws -> Int32 {
            let file = service.folder.path("given.json")
            try Data(credential.canonicalBytes).write(to: URL(filePath: file))
            let issuer = credential["issuer"]?.stringValue ?? credential["issuer"]?["id"]?.stringValue ?? ""
            return try Programs.run(["--issuer", issuer, file], program: "vcverify").exitCode
        }
        #expect(try verdict(receipt) == 0)
        #expect(try verdict(receipt.replacing("/credentialSubject/amount", by: 501)) == 1)
        let premium = try #require(try claimKey("entitlements", "windows"))
        let pass = try JSON(
            parsing: running.send("GET", "/v1/users/urn%3Ax%3A1/entitlements/\(premium)/pass").body)
        #expect(try verdict(pass) == 0, "\(pass)")
        #expect(try verdict(pass.replacing("/validUntil", by: "2099-01-01T00:00:00Z")) == 1)
    }
}
