import CanonicalJSON
import Foundation
import HTTPClient
import TestSupport
import Testing

@Suite("Incidents on the command line and over HTTP")
struct IncidentCommandTests {
    private func json(_ output: Programs.Output) throws -> JSON { try JSON(parsing: Array(output.out.utf8.dropLast())) }

    private static let commands = [
        ["incident", "list"], ["incident", "show"], ["incident", "report"], ["incident", "open"],
        ["incident", "rules"],
        ["incident", "classify"], ["incident", "merge"], ["incident", "split"], ["incident", "resolve"],
        ["incident", "postmortem"], ["incident", "actions"], ["report", "now"], ["report", "stages"],
        ["report", "incidents"], ["status-page"],
    ]

    @Test("Each command has help with an example, within 80 columns", arguments: commands)
    func help(words: [String]) throws {
        let output = try Programs.run(words + ["--help"])
        #expect(output.exitCode == 0 && output.out.contains("punctual \(words.joined(separator: " "))"))
        #expect(output.out.contains("--data ./issuer"))
        for line in output.out.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }

    static let usage: [(typed: [String], exitCode: Int32, expected: String)] = [
        (["incident", "open"], 2, "--data DIR is missing"), (["incident", "open", "--data", "x"], 2, "--stage STAGE"),
        (["incident", "show", "--data", "x"], 2, "INCIDENT is missing"),
        (
            ["incident", "classify", "--data", "x", "--cause", "deploy", "--confidence", "much", "inc-1"], 2,
            "whole number"
        ),
        (["incident", "actions", "--data", "x", "--add", "do", "inc-1"], 2, "--owner STAFF-ID"),
        (["status-page", "--data", "x"], 2, "--out DIR is missing"),
    ]

    @Test("What is typed wrong is said", arguments: usage)
    func wrong(typed: [String], exitCode: Int32, expected: String) throws {
        let output = try Programs.run(typed)
        #expect(output.exitCode == exitCode && output.err.contains(expected), "\(output.err)")
    }

    @Test("A life of an incident as people type it, with the service down")
    func life() throws {
        let service = try TestService()
        let data = ["--data", service.data]
        func run(_ words: [String], _ expected: Int32 = 0) throws -> Programs.Output {
            let output = try Programs.run(Array(words.prefix(2)) + data + Array(words.dropFirst(2)))
            #expect(output.exitCode == expected, "\(words): \(output.out)\(output.err)")
            for line in output.out.split(separator: "\n") where !line.hasPrefix("{") {
                #expect(line.count <= 80, "\(line)")
            }
            return output
        }
        #expect(try run(["incident", "list"]).out == "There was no incident.\n")
        #expect(try run(["incident", "report", "--stage", "signing", "--state", "failing"]).out.contains("failing"))
        _ = try run(["incident", "report", "--stage", "signing", "--state", "failing"], 1)
        _ = try run(["incident", "open", "--stage", "signing"], 1)
        let opened = try run(
            [
                "incident", "open", "--stage", "signing", "--from", "2026-01-01T00:00:00Z", "--note",
                "seen in the logs", "--json",
            ])
        let id = try #require(try json(opened)["incident"]?.stringValue)
        let other = try json(
            try run(["incident", "open", "--stage", "ledger", "--from", "2026-01-02T00:00:00Z", "--json"]))
        let otherID = try #require(other["incident"]?.stringValue)
        _ = try run(["incident", "classify", "--cause", "weather", "--confidence", "50", id], 1)
        _ = try run(["incident", "classify", "--cause", "deploy", "--confidence", "50", "--note", "a guess", id])
        _ = try run(["incident", "merge", id, otherID])
        _ = try run(["incident", "show", "inc-999999"], 1)
        let staff = try json(
            try Programs.run(["staff", "add"] + data + ["--name", "Ina", "--roles", "incident-manager", "--json"]))
        let owner = try #require(staff["id"]?.stringValue)
        _ = try run(
            [
                "incident", "actions", "--add", "ask the verifier twice", "--owner", owner, "--due",
                "2020-01-01T00:00:00Z", id,
            ])
        #expect(try run(["incident", "actions"], 1).out.contains("overdue"))
        let keyFile = service.folder.path("staff.key")
        try Data((staff["apiKey"]?.stringValue ?? "").utf8).write(to: URL(filePath: keyFile))
        _ = try run(["incident", "actions", "--done", "0", "--key-file", keyFile, id])
        #expect(try run(["incident", "actions"]).out.contains("Nothing is to be done."))
        let (all, shown) = (service.folder.path("all.txt"), service.folder.path("public.txt"))
        try Data("All of it.".utf8).write(to: URL(filePath: all))
        try Data("A verifier was <slow>.".utf8).write(to: URL(filePath: shown))
        _ = try run(["incident", "postmortem", "--text", all, "--public", shown, id])
        _ = try run(["incident", "resolve", "--key-file", keyFile, id])
        let show = try run(["incident", "show", id]).out
        #expect(show.contains("resolved") && show.contains("a guess") && show.contains("by \(owner)"))
        #expect(try json(try run(["incident", "show", "--json", id]))["history"]?.arrayValue?.count ?? 0 > 6)
        #expect(try run(["incident", "list"]).out.contains("deploy"))
        #expect(try run(["report", "now"]).out.contains("missed      0"))
        #expect(try json(try run(["report", "now", "--json"]))["missed"] == 0)
        #expect(try run(["report", "stages"]).out.contains("waits since"))
        #expect(try run(["report", "incidents"]).out.contains("deploy"))
        try checkPage(service)
        #expect(try Programs.run(["audit", "verify"] + data).exitCode == 0)
        #expect(try Programs.run(["audit", "recompute"] + data).exitCode == 0)
    }

    @Test("3.1/29 the status page stays when the service is killed, can be written anew, and says its age")
    func deadService() throws {
        let service = try TestService()
        let running = try service.serve()
        let out = service.folder.path("public")
        func page() throws -> String {
            let written = try Programs.run(["status-page", "--data", service.data, "--out", out])
            #expect(written.exitCode == 0, "\(written.err)")
            return try String(contentsOfFile: out + "/index.html", encoding: .utf8)
        }
        let first = try page()
        running.kill()
        #expect(throws: (any Error).self) { try running.send("GET", "/status") }
        #expect(try String(contentsOfFile: out + "/index.html", encoding: .utf8) == first)
        for page in [first, try page()] {
            #expect(page.contains("No incident is open.") && page.contains("This is a copy, made at the time above."))
            #expect(page.contains("<time datetime=\"20") && page.contains("min ago"))
        }
    }

    private func checkPage(_ service: TestService) throws {
        let out = service.folder.path("public")
        for _ in 0..<2 {
            #expect(try Programs.run(["status-page", "--data", service.data, "--out", out]).exitCode == 0)
        }
        let page = try String(contentsOfFile: out + "/index.html", encoding: .utf8)
        #expect(page.contains("A verifier was &lt;slow&gt;.") && page.contains("This is a copy"))
        #expect(!page.contains("All of it.") && !page.contains("a guess") && !page.contains("http-equiv"))
        let state = try JSON(parsing: [UInt8](Data(contentsOf: URL(filePath: out + "/status.json"))))
        #expect(state["state"] == "operational" && state["asOf"] != nil)
        #expect(page.contains(state["asOf"]?.stringValue ?? "?"))
    }

    @Test("Everybody sees the state, an institution its own incidents, the staff by its roles")
    func http() throws {
        let service = try TestService()
        let roles = ["incident-manager", "agent"]
        let keys = try roles.map { role in
            try json(
                try Programs.run(
                    ["staff", "add", "--data", service.data, "--name", role, "--roles", role, "--json"]))["apiKey"]?
                .stringValue ?? ""
        }
        let running = try service.serve()
        for path in ["/status.json", "/v1/incidents/public"] {
            let answer = try running.send("GET", path, authorization: "")
            #expect(answer.status == 200)
            #expect(try JSON(parsing: answer.body)["state"] == "operational")
        }
        let page = try running.send("GET", "/status", authorization: "")
        #expect(page.status == 200 && String(decoding: page.body, as: UTF8.self).contains("<h1>Service status</h1>"))
        func post(_ path: String, _ body: JSON, _ key: String) throws -> Int {
            try running.send(
                "POST", path, key: "k-\(UUID().uuidString)", body.canonicalBytes, authorization: "Bearer \(key)"
            ).status
        }
        let failing: JSON = ["stage": "review", "state": "failing"]
        #expect(try post("/v1/stage-reports", failing, service.apiKey) == 201)
        #expect(try post("/v1/incidents", ["stage": "review", "state": "working"], service.apiKey) == 201)
        let open: JSON = ["stage": "review", "from": "2026-01-01T00:00:00Z"]
        #expect(try post("/v1/incidents", open, service.apiKey) == 400)
        #expect(try post("/v1/incidents", open, keys[1]) == 403)
        #expect(try post("/v1/incidents", open, "nobody") == 401)
        #expect(try post("/v1/incidents", open, keys[0]) == 201)
        func get(_ path: String, _ key: String) throws -> (status: Int, body: JSON) {
            let answer = try running.send("GET", path, authorization: "Bearer \(key)")
            return (answer.status, try JSON(parsing: answer.body))
        }
        let list = try get("/v1/incidents", keys[0])
        let id = try #require(list.body["incidents"]?.arrayValue?.first?["id"]?.stringValue)
        #expect(try get("/v1/incidents", service.apiKey).body["incidents"] == [])
        #expect(try get("/v1/incidents/\(id)", service.apiKey).status == 404)
        #expect(try get("/v1/incidents/\(id)", keys[0]).status == 200)
        #expect(try post("/v1/incidents/\(id)/resolve", [:], service.apiKey) == 403)
        #expect(try post("/v1/incidents/\(id)/resolve", [:], keys[0]) == 200)
        #expect(try get("/v1/dashboard", keys[0]).body["missed"] == 0)
        #expect(try get("/v1/dashboard", keys[1]).status == 403)
        #expect(try get("/v1/reports/stages", keys[0]).status == 200)
        #expect(try get("/v1/reports/incidents", keys[0]).status == 200)
        let nobody = "01932c4e-8a51-7cc2-9d1e-7a3c5e9b2f10"
        #expect(try running.send("GET", "/v1/requests/\(nobody)/incident", authorization: "").status == 404)
        running.stop()
    }
}
