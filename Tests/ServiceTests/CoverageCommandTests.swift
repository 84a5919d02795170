import CanonicalJSON
import Foundation
import HTTPClient
import Testing
import TransparencyLog

@Suite("Coverage on the command line and over HTTP", .serialized)
struct CoverageCommandTests {
    /// What was printed, wherever its lines were broken.
    private func words(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    @Test("a statement is made, served, proven to an institution and verified offline; the audit goes down to its root")
    func transcript() throws {
        let service = try TestService()
        let running = try service.serve()
        defer { running.stop() }
        #expect(try running.send("GET", "/coverage").status == 404)
        let body = requestBody(holder: "urn:x:1").canonicalBytes
        let asked = try JSON(parsing: running.send("POST", "/v1/requests", key: "a", body).body)
        let id = asked["id"]?.stringValue ?? ""
        let made = try Programs.run(["audit", "coverage", "--data", service.data])
        #expect(made.exitCode == 0 && made.out.contains("1 requests, 0 late"), "\(made.out) \(made.err)")
        let json = try Programs.run(["audit", "coverage", "--data", service.data, "--json"])
        let size = try #require(try JSON(parsing: Array(json.out.utf8.dropLast()))["size"]?.integerValue)

        let note = try running.send("GET", "/coverage")
        #expect(note.status == 200 && note.header("Content-Type") == "text/plain; charset=utf-8")
        let text = String(decoding: note.body, as: UTF8.self)
        #expect(text.hasPrefix("test.example/log\ncoverage v1\nsize \(size)\n"))
        #expect(try running.send("GET", "/coverage/\(size)").body == note.body)
        for (path, status) in [("/coverage/1", 404), ("/coverage/01", 400), ("/coverage/x", 400)] {
            #expect(try running.send("GET", path).status == status, "\(path)")
        }

        let folder = try TemporaryFolder()
        let files = [id: "there.json", "01932c4e-8a51-7cc2-9d1e-7a3c5e9b2f10": "absent.json"]
        for (id, name) in files {
            let proof = try running.send("GET", "/v1/requests/\(id)/coverage")
            #expect(proof.status == 200, "\(String(decoding: proof.body, as: UTF8.self))")
            try Data(proof.body).write(to: URL(filePath: folder.path(name)))
        }
        let key = folder.path("api.key")
        try Data(service.apiKey.utf8).write(to: URL(filePath: key))
        let fetched = try Programs.run(["coverage", id, "--server", running.url, "--key-file", key])
        #expect(fetched.exitCode == 0 && fetched.err.contains("vcverify"), "\(fetched.err)")
        #expect(try JSON(parsing: Array(fetched.out.utf8.dropLast()))["request"] == .string(id))
        running.stop()
        let there = try Programs.run(["verify", "--log-key", service.data + "/log.vkey", folder.path("there.json")])
        #expect(there.exitCode == 0, "\(there.out) \(there.err)")
        #expect(words(there.out).contains("ok Coverage Request \(id) is leaf 0 of 1, not late: nothing was given"))
        let absent = try Programs.run(["verify", "--log-key", service.data + "/log.vkey", folder.path("absent.json")])
        #expect(absent.exitCode == 0 && words(absent.out).contains("is not among the 1 requests"), "\(absent.out)")
        let unknown = try Programs.run(["verify", folder.path("there.json")])
        #expect(unknown.exitCode == 3 && unknown.err.contains("--log-key"), "\(unknown.out)")

        let audited = try Programs.run(["audit", "recompute", "--data", service.data])
        #expect(audited.exitCode == 0, "\(audited.out)")
        #expect(audited.out.contains("coverage     1 statements, the newest down to every leaf"), "\(audited.out)")
    }

    @Test("what a late request was given stands in its leaf and in the published sums, from the database on disk")
    func late() throws {
        let service = try TestService(policies: try ShortPolicies.documents(target: "PT1S"))
        let running = try service.serve()
        defer { running.stop() }
        var ids: [String] = []
        for number in 0..<6 {
            let body = requestBody(holder: "urn:x:\(number)", review: number < 2 ? "manual" : "none").canonicalBytes
            let asked = try JSON(parsing: running.send("POST", "/v1/requests", key: "k\(number)", body).body)
            ids.append(asked["id"]?.stringValue ?? "")
        }
        for number in 0..<2 { try running.awaitCredits(of: "urn:x:\(number)") }
        let made = try Programs.run(["audit", "coverage", "--data", service.data, "--json"])
        let stated = try JSON(parsing: Array(made.out.utf8.dropLast()))
        #expect(stated["requests"] == 6 && stated["breached"] == 2)
        let folder = try TemporaryFolder()
        var paid: [String: Int64] = [:]
        for id in ids {
            let proof = try running.send("GET", "/v1/requests/\(id)/coverage")
            let opening = try JSON(parsing: proof.body)["leaf"]?["opening"]
            #expect(opening?["request"] == .string(id))
            for sum in opening?["sums"]?.arrayValue ?? [] {
                paid[sum["unit"]?.stringValue ?? "", default: 0] += sum["paid"]?.integerValue ?? 0
            }
            let file = folder.path("\(id).json")
            try Data(proof.body).write(to: URL(filePath: file))
            let verdict = try Programs.run(["verify", "--log-key", service.data + "/log.vkey", file])
            #expect(verdict.exitCode == 0, "\(verdict.out)")
        }
        for sum in stated["sums"]?.arrayValue ?? [] {
            #expect(paid[sum["unit"]?.stringValue ?? ""] == sum["paid"]?.integerValue)
        }
        #expect(paid["PFC", default: 0] > 0)
        running.stop()
        let audited = try Programs.run(["audit", "recompute", "--data", service.data, "--json"])
        let report = try JSON(parsing: Array(audited.out.utf8.dropLast()))
        let kinds = (report["findings"]?.arrayValue ?? []).compactMap { $0["kind"]?.stringValue }
        #expect(report["judgedCoverage"] == 1 && !kinds.contains("wrongCoverage"), "\(audited.out)")
    }
}
