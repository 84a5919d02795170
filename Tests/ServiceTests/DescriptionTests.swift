import CanonicalJSON
import Foundation
import HTTPClient
import TestSupport
import Testing

@Suite("What the service says of itself")
struct DescriptionTests {
    @Test("schemas/openapi.json is what is served (PUNCTUAL_WRITE_VECTORS=1 writes it)")
    func openAPI() throws {
        let service = try TestService()
        let running = try service.serve()
        defer { running.stop() }
        let served = try running.send("GET", "/openapi.json").body
        let file = Conformance.projectRoot.appending(path: "schemas/openapi.json")
        if ProcessInfo.processInfo.environment["PUNCTUAL_WRITE_VECTORS"] != nil {
            let text = try JSONSerialization.data(
                withJSONObject: JSONSerialization.jsonObject(with: Data(served)),
                options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
            try (text + Data("\n".utf8)).write(to: file)
        }
        let stored = try JSON(parsing: [UInt8](try Data(contentsOf: file)))
        #expect(stored == (try JSON(parsing: served)))
        #expect(stored["paths"]?["/v1/requests"]?["post"] != nil)
        #expect(stored["paths"]?["/operator/institutions"] == nil)
    }

    @Test("a user sees where a request is, when it is due, why it is late and what was given, without a key")
    func status() throws {
        let service = try TestService(policies: try ShortPolicies.documents(target: "PT1S"))
        let running = try service.serve()
        defer { running.stop() }
        let body = requestBody(holder: "urn:x:1", review: "manual").canonicalBytes
        let asked = try JSON(parsing: running.send("POST", "/v1/requests", key: "a", body).body)
        let id = asked["id"]?.stringValue ?? ""
        #expect(asked["statusUrl"]?.stringValue?.hasSuffix("/v1/requests/\(id)/status") == true)
        let first = try Programs.run(["status", id, "--server", running.url])
        #expect(first.exitCode == 0)
        #expect(first.out.contains("on its way"))
        #expect(first.out.contains("waiting     for the review"))
        try running.awaitCredits(of: "urn%3Ax%3A1")
        let late = try Programs.run(["status", id, "--server", running.url])
        #expect(late.out.contains("Your credential is late. We are sorry."))
        #expect(late.out.contains("500 Pocket FIT credits"))
        let notices = try JSON(parsing: running.send("GET", "/v1/users/urn%3Ax%3A1/notices").body)
        #expect(notices["notices"]?.arrayValue?.map { $0["notice"] } == ["compensated", "breach"])
        #expect(notices.canonicalString.contains("You need not do anything"))
        #expect(try running.send("POST", "/v1/requests/\(id)/approve", key: "b").status == 200)
        let ready = try Programs.run(["status", id, "--server", running.url])
        #expect(ready.out.contains("Your credential is ready."))
        #expect(try Programs.run(["status", "nonsense", "--server", running.url]).exitCode == 1)
        #expect(try Programs.run(["status", id, "--server", "http://127.0.0.1:1"]).exitCode == 3)
    }

    @Test("what was issued verifies offline, with the list, without it, and after it was revoked")
    func offline() throws {
        let service = try TestService()
        let running = try service.serve()
        let asked = try JSON(
            parsing: running.send("POST", "/v1/requests", key: "a", requestBody(holder: "urn:x:1").canonicalBytes).body)
        let (id, credential) = (asked["id"]?.stringValue ?? "", asked["credential"] ?? .null)
        func write(_ name: String, _ bytes: [UInt8]) throws -> String {
            try Data(bytes).write(to: URL(filePath: service.folder.path(name)))
            return service.folder.path(name)
        }
        let list = try write("list.json", running.send("GET", "/status-lists/1").body)
        let revoked = try Programs.run(["revoke", "--data", service.data, id])
        #expect(revoked.exitCode == 0, "\(revoked.err)")
        let after = try write("after.json", running.send("GET", "/status-lists/1").body)
        running.stop()
        let file = try write("credential.json", credential.canonicalBytes)
        let receipt = try write("receipt.json", asked["receipt"]?.canonicalBytes ?? [])
        let issuer = ["--issuer", credential["issuer"]?.stringValue ?? ""]
        for program in [("vcverify", []), ("punctual", ["verify"])] {
            func verdict(_ arguments: [String]) throws -> Int32 {
                try Programs.run(program.1 + arguments, program: program.0).exitCode
            }
            #expect(try verdict(issuer + ["--status-list", list, file]) == 0)
            #expect(try verdict(issuer + ["--status-list", after, file]) == 1)
            #expect(try verdict(issuer + [file]) == 3)
            #expect(try verdict(issuer + ["--ignore-status", file]) == 0)
            #expect(try verdict(issuer + [receipt]) == 0)
            #expect(try verdict([]) == 2)
        }
        #expect(try Programs.run(["audit", "index", "--data", service.data]).out.contains("are indexed"))
        let story = service.folder.path("story.json")
        #expect(try Programs.run(["audit", "prove", "--data", service.data, id, "--out", story]).exitCode == 0)
        let key = ["--log-key", service.data + "/log.vkey"]
        #expect(try Programs.run(issuer + key + ["--status-list", after, story], program: "vcverify").exitCode == 1)
        #expect(try Programs.run(issuer + [story], program: "vcverify").exitCode == 3)
        let damaged = try String(contentsOf: URL(filePath: story), encoding: .utf8).replacing(
            "standard", with: "premium")
        let forged = try write("forged.json", Array(damaged.utf8))
        #expect(try Programs.run(issuer + key + [forged], program: "vcverify").exitCode == 1)
    }
}
