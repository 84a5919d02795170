import CanonicalJSON
import Foundation
import HTTPClient
import TestSupport
import Testing

@Suite("87 What a policy pays for example delays, on the command line and for the public")
struct PolicyExamplesTests {
    private static let place = Conformance.projectRoot.appending(path: "Sources/Compensation/Policies")

    @Test("each boundary has its line, also beside policy check")
    func lines() throws {
        let file = Self.place.appending(path: "pocket-fit.json").path
        let output = try Programs.run(["policy", "examples", file])
        #expect(output.exitCode == 0)
        for line in [
            "- Late by a millisecond: 500 Pocket FIT credits as credit",
            "- Late by a millisecond less than", "- Late by a millisecond more than",
            "Hash of these examples: sha256:",
        ] {
            #expect(output.out.contains(line), "\(line): \(output.out)")
        }
        let check = try Programs.run(["policy", "check", "--examples", file])
        #expect(check.exitCode == 0 && check.out.contains(output.out))
        let plain = try Programs.run(["policy", "check", file])
        #expect(!plain.out.contains("Late by"))
    }

    static let wrong: [(typed: [String], exitCode: Int32, expected: String)] = [
        (["policy", "examples"], 2, "POLICY is missing"), (["policy", "examples", "/nowhere"], 1, "/nowhere"),
        (["policy", "examples", place.appending(path: "standard.json").path], 2, "gives nothing"),
    ]

    @Test("what is typed wrong is said", arguments: wrong)
    func refused(typed: [String], exitCode: Int32, expected: String) throws {
        let output = try Programs.run(typed)
        #expect(output.exitCode != 0 && output.err.contains(expected), "\(output.exitCode) \(output.err)")
    }

    @Test("the public page of a published policy has the same, with the same hash")
    func page() throws {
        let service = try TestService()
        let running = try service.serve()
        defer { running.stop() }
        let list = try JSON(parsing: running.send("GET", "/policies").body)["policies"]?.arrayValue ?? []
        let hash = try #require(list.first { $0["kind"] == "Compensation" }?["hash"]?.stringValue)
        let examples = try JSON(parsing: running.send("GET", "/policies/\(hash)/examples").body)
        let printed = try Programs.run(
            ["policy", "examples", Self.place.appending(path: "pocket-fit.json").path, "--json"])
        #expect(try JSON(parsing: Array(printed.out.utf8.dropLast())) == examples)
        let client = HTTPClient()
        let page = try client.send(
            HTTPClient.Request(
                "GET", running.url + "/policies/\(hash)", headers: [HTTPClient.Field("Accept", "text/html")]))
        let text = String(decoding: page.body, as: UTF8.self)
        #expect(text.contains("What that comes to") && text.contains(examples["hash"]?.stringValue ?? "?"))
        let other = try #require(list.first { $0["kind"] == "ServiceLevel" }?["hash"]?.stringValue)
        #expect(try running.send("GET", "/policies/\(other)/examples").status == 404)
        #expect(try running.send("GET", "/policies/sha256:0/examples").status == 404)
    }
}
