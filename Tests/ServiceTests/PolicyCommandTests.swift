import CanonicalJSON
import Foundation
import TestSupport
import Testing

@Suite("punctual policy")
struct PolicyCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static func shipped(_ name: String) throws -> JSON {
        try JSON(
            parsing: [UInt8](
                Data(
                    contentsOf: Conformance.projectRoot.appending(path: "Sources/Compensation/Policies/\(name).json"))))
    }

    /// Writes a document as people do, a member a line.
    private func file(_ name: String, _ document: JSON) throws -> String {
        let object = try JSONSerialization.jsonObject(with: Data(document.canonicalBytes))
        let data = try JSONSerialization.data(withJSONObject: object, options: [.prettyPrinted, .sortedKeys])
        try data.write(to: URL(filePath: folder.path(name)))
        return folder.path(name)
    }

    @Test("check: what can be published is said with its hash, in whatever order it stands")
    func checks() throws {
        let level = try file("level.json", Self.shipped("standard"))
        let pay = try file("pay.json", Self.shipped("pocket-fit"))
        let both = try Programs.run(["policy", "check", pay, level])
        #expect(both.exitCode == 0 && both.out.components(separatedBy: "can be published, sha256:").count == 3)
        let alone = try Programs.run(["policy", "check", pay])
        #expect(alone.exitCode == 0 && alone.out.contains("note: /spec/slaRef:"), "\(alone.out)")
    }

    @Test("check: what is wrong is said with its line and its place, and the exit code is 1")
    func findings() throws {
        let wrong = try Self.shipped("pocket-fit").replacing("/spec/model/tiers/2/over/elapsed", by: "PT1H")
        let path = try file("wrong.json", wrong)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let output = try Programs.run(["policy", "check", path])
        #expect(output.exitCode == 1)
        // The second PT… of an `over`, counted in the text itself.
        let lines = text.components(separatedBy: "\n")
        let line = try #require(
            lines.lastIndex { $0.contains("\"over\"") || $0.contains("PT1H") }.map { _ in
                lines.firstIndex { $0.contains("PT1H\"") } ?? 0
            })
        #expect(output.out.contains("\(path):\(line):") || output.out.contains("\(path):\(line + 1):"), "\(output.out)")
        #expect(output.out.contains("/spec/model/tiers/2/over: the delay must be longer"), "\(output.out)")
        let json = try JSON(
            parsing: Array(try Programs.run(["policy", "check", "--json", path]).out.utf8.dropLast()))
        let finding = json["files"]?.arrayValue?.first?["findings"]?.arrayValue?.first
        #expect(json["publishable"] == false && finding?["pointer"] == "/spec/model/tiers/2/over")
        #expect(finding?["by"] == "reader")
    }

    @Test(
        "check: a text that is no JSON, and one that the schema refuses too",
        arguments: [("{\n\"a\": ", "ends where"), ("[]", "expected an object"), ("{\n\n\"kind\": 1}", "apiVersion")])
    func notJSON(_ text: String, _ problem: String) throws {
        try Data(text.utf8).write(to: URL(filePath: folder.path("x.json")))
        let output = try Programs.run(["policy", "check", folder.path("x.json")])
        #expect(output.exitCode == 1 && output.out.contains(problem), "\(output.out)")
    }

    @Test("explain: the numbers in the words are those of the document")
    func explains() throws {
        let path = try file("pay.json", Self.shipped("pocket-fit"))
        let words = try Programs.run(["policy", "explain", path]).out
        for part in ["500 Pocket FIT credits", "1000 Pocket FIT credits and 7 days", "more than 4 hours", "1 hour"] {
            #expect(words.contains(part), "\(words)")
        }
        let json = try JSON(
            parsing: Array(try Programs.run(["policy", "explain", "--json", path]).out.utf8.dropLast()))
        #expect(json["kind"] == "Compensation" && json["words"]?.arrayValue?.isEmpty == false)
        #expect(try Programs.run(["policy", "explain", folder.path("none.json")]).exitCode == 2)
    }

    @Test("calculate: what the engine gives, with its reasons")
    func calculates() throws {
        let path = try file("pay.json", Self.shipped("pocket-fit"))
        let output = try Programs.run(["policy", "calculate", path, "--delay", "PT5H"])
        #expect(output.exitCode == 0 && output.out.contains("500 PFC as credit"), "\(output.out)")
        #expect(output.out.contains("7 DAYS as premium-extension"))
        let none = try Programs.run(["policy", "calculate", path, "--delay", "PT0S"])
        #expect(none.exitCode == 0 && none.out.contains("nothing is given"), "\(none.out)")
        let level = try file("level.json", Self.shipped("standard"))
        for wrong in [
            ["policy", "calculate", path], ["policy", "calculate", path, "--delay", "5h"],
            ["policy", "calculate", path, "--delay", "PT5H", "--cause", "weather"],
            ["policy", "calculate", path, "--delay", "PT5H", "--price", "12.50"],
            ["policy", "calculate", level, "--delay", "PT5H"],
        ] { #expect(try Programs.run(wrong).exitCode == 2, "\(wrong)") }
    }

    @Test("list, show, withdraw: what was published, byte for byte, until it ends")
    func published() throws {
        let service = try TestService()
        let list = try Programs.run(["policy", "list", "--data", service.data, "--json"])
        let policies = try JSON(parsing: Array(list.out.utf8.dropLast()))["policies"]?.arrayValue ?? []
        #expect(policies.count == 2)
        let hash = try #require(policies.first?["hash"]?.stringValue)
        #expect(try Programs.run(["policy", "list", "--data", service.data]).out.contains(hash))
        let shown = try Programs.run(["policy", "show", "--data", service.data, hash])
        #expect(shown.out == (try Self.shipped("standard").canonicalString) + "\n")
        let words = try Programs.run(["policy", "explain", "--data", service.data, "standard"])
        #expect(words.out.contains(hash) && words.out.contains("within 24 hours"), "\(words.out)\(words.err)")
        #expect(try Programs.run(["policy", "show", "--data", service.data, "sha256:0"]).exitCode == 2)
        let withdrawn = try Programs.run(["policy", "withdraw", "--data", service.data, hash])
        #expect(withdrawn.exitCode == 0, "\(withdrawn.err)")
        #expect(try Programs.run(["policy", "withdraw", "--data", service.data, hash]).exitCode == 1)
        #expect(try Programs.run(["audit", "recompute", "--data", service.data]).exitCode == 0)
    }

    @Test("publish: a change for the worse is refused without fourteen days' notice")
    func shortNotice() throws {
        let service = try TestService()
        let worse = try Self.shipped("pocket-fit").replacing("/metadata/version", by: 2)
            .replacing("/spec/model/tiers/0/benefits/0/amount/minor", by: 499)
        let output = try Programs.run(
            ["policy", "publish", "--data", service.data, try file("worse.json", worse)])
        #expect(output.exitCode == 1 && output.err.contains("14 days ahead"), "\(output.err)")
    }

    @Test(
        "every command says how it is used",
        arguments: [
            "check", "explain", "calculate", "publish", "list", "show", "withdraw", "approve",
        ])
    func help(_ command: String) throws {
        let output = try Programs.run(["policy", command, "--help"])
        #expect(output.exitCode == 0 && output.out.contains("Example:\n  punctual policy \(command)"))
        for line in output.out.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }
}
