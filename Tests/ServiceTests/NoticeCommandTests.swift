import CanonicalJSON
import Foundation
import HTTPClient
import TestSupport
import Testing

@Suite("Notices on the command line and over HTTP", .serialized)
struct NoticeCommandTests {
    /// The shipped plan, without the hours in which nothing comes and the wait for more.
    private static func plan() throws -> JSON {
        let file = Conformance.projectRoot.appending(path: "Sources/Compensation/Policies/notices.json")
        return try JSON(parsing: [UInt8](Data(contentsOf: file))).replacing("/spec/quietHours", by: nil)
            .replacing("/spec/cadence/digestWindow", by: nil).replacing("/spec/cadence/maxPerDay", by: 24)
    }

    @Test("a plan is explained and published; a person reads what they are told in their language, in 80 columns")
    func transcript() throws {
        let folder = try TemporaryFolder()
        let file = folder.path("plan.json")
        try Data(Self.plan().canonicalBytes).write(to: URL(filePath: file))
        let words = try Programs.run(["policy", "explain", file])
        #expect(words.exitCode == 0 && words.out.contains("- You get at most 24 notices about one request on one day"))
        let wrong = try Self.plan().replacing("/spec/channels", by: ["email"])
        try Data(wrong.canonicalBytes).write(to: URL(filePath: file))
        let refused = try Programs.run(["policy", "explain", file])
        #expect(refused.exitCode != 0 && refused.err.contains("the one channel that exists is"), "\(refused.err)")

        let service = try TestService(policies: try ShortPolicies.documents(target: "PT1S") + [Self.plan()])
        let running = try service.serve()
        defer { running.stop() }
        let body = requestBody(holder: "urn:x:1", review: "manual").canonicalBytes
        let asked = try JSON(parsing: running.send("POST", "/v1/requests", key: "a", body).body)
        let id = asked["id"]?.stringValue ?? ""
        try running.awaitCredits(of: "urn:x:1")
        try running.awaitNotice("breach", of: id)
        let english = try Programs.run(["status", id, "--server", running.url])
        #expect(english.exitCode == 0, "\(english.err)")
        #expect(Self.joined(english.out).contains("We promised your credential by "), "\(english.out)")
        let german = try Programs.run(["status", id, "--server", running.url, "--language", "de"])
        #expect(Self.joined(german.out).contains("Wir haben Ihren Nachweis bis "), "\(german.out)")
        for line in (english.out + german.out).split(separator: "\n")
        where line.contains("told") || line.hasPrefix("       ") {
            #expect(line.count <= 80, "\(line)")
        }
        let feed = try JSON(parsing: running.send("GET", "/v1/users/urn:x:1/notices").body)
        #expect(feed["notices"]?.arrayValue?.allSatisfy { $0["language"] == "en" && $0["sha256"] != nil } == true)
        running.stop()
        let audited = try Programs.run(["audit", "recompute", "--data", service.data, "--json"])
        let report = try JSON(parsing: Array(audited.out.utf8.dropLast()))
        let kinds = (report["findings"]?.arrayValue ?? []).compactMap { $0["kind"]?.stringValue }
        #expect(!kinds.contains { $0.hasSuffix("otice") || $0 == "wrongNoticeText" }, "\(audited.out)")
    }

    private static func joined(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}

extension RunningService {
    /// Waits until a request's person was told of a step.
    fileprivate func awaitNotice(_ step: String, of id: String) throws {
        let client = HTTPClient()
        for _ in 0..<100_000 {
            let status = try JSON(parsing: send("GET", "/v1/requests/\(id)/status", client: client).body)
            let told = (status["notices"]?.arrayValue ?? []).flatMap { $0["notice"]?.arrayValue ?? [] }
            if told.contains(.string(step)) { return }
        }
        throw ServiceFailure("nobody was told of the \(step)")
    }
}
