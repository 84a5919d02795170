import CanonicalJSON
import Foundation
import HTTPClient
import TestSupport
import Testing

@Suite("punctual policy simulate and compare")
struct SimulateCommandTests {
    /// A stopped service with one late request, paid 500 credits, and one that was kept.
    private func late() throws -> TestService {
        let service = try TestService(policies: try Self.policies())
        let running = try service.serve()
        let first = requestBody(holder: "urn:x:1").canonicalBytes
        let second = requestBody(holder: "urn:x:2", review: "manual").canonicalBytes
        guard try running.send("POST", "/v1/requests", key: "a", first).status == 201,
            try running.send("POST", "/v1/requests", key: "b", second).status == 202
        else { throw ServiceFailure("the history could not be made") }
        try running.awaitCredits(of: "urn%3Ax%3A2")
        running.stop()
        return service
    }

    /// One tier and no more, so that it makes no difference how long the machine takes.
    private static func policies() throws -> [JSON] {
        try ShortPolicies.documents(target: "PT1S").map { document in
            guard let tier = document["spec"]?["model"]?["tiers"]?.arrayValue?.first else { return document }
            return document.replacing("/spec/model/tiers", by: [tier])
        }
    }

    /// A candidate for the policies of the service: the first tier gives another amount.
    private func candidate(_ service: TestService, _ minor: Int64) throws -> String {
        let document = try #require(try Self.policies().first { $0["kind"] == "Compensation" })
        let path = service.folder.path("candidate-\(minor).json")
        let changed = document.replacing("/spec/model/tiers/0/benefits/0/amount/minor", by: .integer(minor))
        try Data(changed.canonicalBytes).write(to: URL(filePath: path))
        return path
    }

    @Test("shows what a candidate would have given, and another against it, in 80 columns and as JSON")
    func simulates() throws {
        let service = try late()
        let (more, less) = (try candidate(service, 700), try candidate(service, 100))
        let typed = ["policy", "simulate", "--data", service.data, "--policy", more, "--against", less]
        let shown = try Programs.run(typed)
        #expect(shown.exitCode == 0, "\(shown.err)")
        #expect(shown.out.hasPrefix("The policies in force give the ledger again: 1 awards, to the last unit.\n"))
        for line in shown.out.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        #expect(shown.out.contains("+200") && shown.out.contains("-400"), "\(shown.out)")
        #expect(shown.out.contains("1 requests gain, 0 lose") && shown.out.contains("0 requests gain, 1 lose"))
        #expect(!shown.out.contains("urn:x:"))
        let json = try JSON(parsing: Array(try Programs.run(typed + ["--json"]).out.utf8.dropLast()))
        #expect(json["columns"]?.arrayValue?.map { $0["sums"]?["PFC"] ?? 0 } == [500, 700, 100])
        #expect(json["requests"] == 2 && json["reproduced"] == 1)
        let none = try Programs.run(typed + ["--until", "2020-01-01", "--json"])
        #expect(try JSON(parsing: Array(none.out.utf8.dropLast()))["requests"] == 0)
    }

    @Test("compares the five models in one table")
    func compares() throws {
        let service = try late()
        let shown = try Programs.run(["policy", "compare", "--data", service.data])
        #expect(shown.exitCode == 0, "\(shown.err)")
        for name in ["(in force)", "pocket-fit", "flat-refund", "apology-only", "tiered", "personalised"] {
            #expect(shown.out.contains("\n" + name), "\(shown.out)")
        }
        for line in shown.out.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        let json = try JSON(
            parsing: Array(
                try Programs.run(["policy", "compare", "--data", service.data, "--json"]).out.utf8.dropLast()))
        #expect(json["columns"]?.arrayValue?.count == 6)
    }

    @Test("refuses to show anything, with an exit code of its own, when one payment was made larger")
    func refuses() throws {
        let service = try late()
        try service.attack("UPDATE payment SET minor = 501")
        for typed in [["policy", "compare"], ["policy", "simulate", "--policy", try candidate(service, 700)]] {
            let refused = try Programs.run(typed + ["--data", service.data])
            #expect(refused.exitCode == 4 && refused.out.isEmpty, "\(refused.out)")
            #expect(refused.err.contains("501 PFC") && refused.err.contains("500 PFC"), "\(refused.err)")
            #expect(refused.err.contains("request "))
        }
        let json = try Programs.run(["policy", "compare", "--data", service.data, "--json"])
        #expect(json.exitCode == 4)
        let first = try JSON(parsing: Array(json.out.utf8.dropLast()))["first"]
        #expect(first?["ledger"] == 501 && first?["engine"] == 500 && first?["unit"] == "PFC")
    }

    @Test("refuses what is no policy, with its place, and dates that are none")
    func usage() throws {
        let service = try TestService()
        let file = service.folder.path("wrong.json")
        func run(_ options: [String]) throws -> Programs.Output {
            try Programs.run(["policy", "simulate", "--data", service.data] + options)
        }
        let good = try candidate(service, 700)
        let document = try JSON(parsing: [UInt8](Data(contentsOf: URL(filePath: good))))
        for (pointer, value, problem) in [
            ("/spec/model/tiers/0/benefits/0/amount/minor", -1, "/spec/model/tiers/0/benefits/0/amount/minor"),
            ("/kind", "Budget", "/kind"), ("/spec/stacking/premium", "beside", "/spec/stacking/premium"),
        ] as [(String, JSON, String)] {
            try Data(document.replacing(pointer, by: value).canonicalBytes).write(to: URL(filePath: file))
            let refused = try run(["--policy", file])
            #expect(refused.exitCode == 2 && refused.out.isEmpty, "\(refused.err)")
            #expect(
                refused.err.contains(file) && (refused.err.contains(problem) || pointer == "/kind"), "\(refused.err)")
        }
        #expect(try run(["--policy", service.folder.path("none.json")]).exitCode == 2)
        #expect(try run([]).err.contains("--policy"))
        #expect(try run(["--policy", good, "--from", "yesterday"]).err.contains("--from is a date like"))
        #expect(try run(["--policy", good, "--from", "2026-02-01", "--until", "2026-01-01"]).exitCode == 2)
        let empty = try run(["--policy", good])
        #expect(empty.exitCode == 0 && empty.out.contains(": 0 awards"), "\(empty.out)\(empty.err)")
    }

    @Test("the help fits into 80 columns", arguments: ["simulate", "compare"])
    func width(_ command: String) throws {
        let help = try Programs.run(["policy", command, "--help"])
        #expect(help.exitCode == 0 && help.out.contains("Example:\n  punctual policy \(command)"))
        for line in help.out.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }
}
