import CanonicalJSON
import Foundation
import HTTPClient
import TestSupport
import Testing

@Suite("The staff, by the commands of the operator")
struct StaffCommandTests {
    @Test("somebody is added, listed, given other roles and removed, while the service runs and while it does not")
    func life() throws {
        let service = try TestService()
        let running = try service.serve()
        func command(_ words: String...) throws -> (out: String, exitCode: Int32) {
            let output = try Programs.run(["staff"] + words + ["--data", service.data])
            return (output.out, output.exitCode)
        }
        let added = try command("add", "--name", "Ina Berg", "--roles", "agent,finance")
        let lines = added.out.split(separator: "\n")
        let id = String(try #require(lines.first).dropFirst(5))
        #expect(added.exitCode == 0 && lines.count == 2 && lines[1].hasPrefix("key: sk_") && id.count == 16)
        #expect(try command("list").out == "\(id)  Ina Berg\n  active: agent, finance\n")
        #expect(try command("roles", "--roles", "auditor", id).out == "\(id) is auditor from now on.\n")
        running.stop()
        let until = "2099-01-01T00:00:00Z"
        let assessor = try JSON(
            parsing: Array(
                command("add", "--name", "Eva", "--roles", "independent-assessor", "--until", until, "--json").out.utf8
                    .dropLast()))
        #expect(assessor["roles"] == ["independent-assessor"])
        #expect(try command("remove", id).out == "Removed \(id). What they did stays done.\n")
        let list = try JSON(parsing: Array(command("list", "--json").out.utf8.dropLast()))["staff"]?.arrayValue ?? []
        #expect(Set(list.compactMap { $0["state"]?.stringValue }) == ["active", "removed"])
        #expect(try command("remove", id).exitCode == 1)
        #expect(try command("roles", "--roles", "agent", "nobody").exitCode == 1)
        #expect(try command("add", "--name", "X", "--roles", "king").exitCode == 1)
        #expect(try command("add", "--roles", "agent").exitCode == 2)
        for words in [["audit", "verify"], ["audit", "recompute"]] {
            #expect(try Programs.run(words + ["--data", service.data]).exitCode == 0)
        }
    }

    @Test("help fits into 80 columns", arguments: ["add", "list", "roles", "remove"])
    func help(_ word: String) throws {
        let output = try Programs.run(["staff", word, "--help"])
        #expect(output.exitCode == 0 && output.out.contains("Example:\n  punctual staff \(word) --data ./issuer"))
        for line in output.out.split(separator: "\n") where !line.hasPrefix("  punctual") {
            #expect(line.count <= 80, "\(line)")
        }
    }

    @Test("a key of the staff opens no route of institutions, and the routes of the operator no key")
    func routes() throws {
        let service = try TestService()
        let running = try service.serve()
        defer { running.stop() }
        let added = try Programs.run(
            ["staff", "add", "--data", service.data, "--name", "Ina", "--roles", "operator", "--json"])
        let answer = try JSON(parsing: Array(added.out.utf8.dropLast()))
        let key = answer["apiKey"]?.stringValue ?? ""
        let asked = try running.send("GET", "/v1/requests", authorization: "Bearer \(key)")
        #expect(asked.status == 403)
        #expect(try JSON(parsing: asked.body)["type"] == "urn:punctual:problem:not-permitted")
        #expect(try running.send("GET", "/operator/staff", authorization: "Bearer \(key)").status == 403)
        let id = answer["id"]?.stringValue ?? ""
        #expect(try Programs.run(["staff", "remove", "--data", service.data, id]).exitCode == 0)
        #expect(try running.send("GET", "/v1/requests", authorization: "Bearer \(key)").status == 401)
    }
}
