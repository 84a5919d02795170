import CanonicalJSON
import Foundation
import HTTPClient
import Testing

/// A service with an issuer `web` that has a `did:web`, and what a verifier fetched from it.
private struct KeyHistory {
    let service: TestService
    let running: RunningService

    init(securing: String) throws {
        service = try TestService()
        running = try service.serve()
        try command(
            "issuer", "add", "--name", "web", "--method", "did:web", "--securing", securing, "--status", "none")
    }

    @discardableResult
    func command(_ words: String...) throws -> String {
        let output = try Programs.run(words + ["--data", service.data])
        guard output.exitCode == 0 else { throw ServiceFailure(output.err) }
        return output.out
    }

    /// Has a credential issued, saves it, and returns the identifier of its request.
    func issue(_ name: String) throws -> String {
        var body = requestBody(holder: "urn:x:\(name)").objectValue ?? [:]
        body["issuer"] = "web"
        let answer = try running.send("POST", "/v1/requests", key: name, JSON.object(body).canonicalBytes)
        let json = try JSON(parsing: answer.body)
        guard let credential = json["credential"] else { throw ServiceFailure(json.canonicalString) }
        let bytes = credential.stringValue.map { Array($0.utf8) } ?? credential.canonicalBytes
        try Data(bytes).write(to: URL(filePath: service.folder.path(name)))
        return try #require(json["id"]?.stringValue)
    }

    /// The key that signs now.
    func activeKey(of name: String = "web") throws -> String {
        let list = try JSON(parsing: Array(command("key", "list", "--json").utf8.dropLast()))
        let issuer = list["issuers"]?.arrayValue?.first { $0["name"] == .string(name) }
        let key = issuer?["keys"]?.arrayValue?.first { $0["state"] == "active" }
        return try #require(key?["key"]?.stringValue)
    }

    /// The exit code of a verifier who has the issuer's document as it is now, and maybe a bundle from the log.
    func verify(_ name: String, bundle: String? = nil) throws -> Int32 {
        let document = service.folder.path("did-\(UUID().uuidString).json")
        try Data(running.send("GET", "/issuers/web/did.json").body).write(to: URL(filePath: document))
        var arguments = ["--did-document", document, "--issuer", "did:web:test.example:log:issuers:web"]
        if let bundle {
            // The receipt in the bundle is signed by the issuer of the service.
            let service = try activeKey(of: "default").prefix { $0 != "#" }
            arguments += ["--issuer", String(service), "--log-key", self.service.data + "/log.vkey", bundle]
        }
        return try Programs.run(arguments + [service.folder.path(name)], program: "vcverify").exitCode
    }
}

@Suite("The keys of an issuer, by the commands of the operator")
struct KeyCommandTests {
    @Test("what was signed before a rotation stays valid", arguments: ["eddsa-jcs-2022", "eddsa-rdfc-2022", "vc+jwt"])
    func rotation(_ securing: String) throws {
        let history = try KeyHistory(securing: securing)
        defer { history.running.stop() }
        let id = try history.issue("before")
        #expect(try history.verify("before") == 0)
        let old = try history.activeKey()
        // A second, which is as fine as a proof says its time.
        try history.awaitNextSecond()
        try history.command("key", "rotate", "--issuer", "web")
        _ = try history.issue("after")
        #expect(try history.activeKey() != old)
        #expect(try history.verify("before") == 0)
        #expect(try history.verify("after") == 0)
        #expect(try history.command("key", "list", "--signed-by", old).hasPrefix(id))
    }

    @Test("what is refused leaves no key behind, and says what is allowed")
    func refused() throws {
        let service = try TestService()
        func keys() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: service.data + "/keys").sorted()
        }
        let before = try keys()
        let wrong: [([String], String)] = [
            (["--name", "Bad Name"], "a-z"), (["--name", "a", "--securing", "ecdsa-jcs-2019"], "eddsa-rdfc-2022"),
            (["--name", "a", "--securing", "x"], "eddsa-rdfc-2022"),
            (["--name", "a", "--method", "did:ion"], "did:web"),
            (["--name", "a", "--status", "x"], "suspension"), (["--name", "a", "--publish-every", "15m"], "PT1H30M"),
            (["--name", "a", "--messages", "one,two,three"], "2, 4, 8"), (["--name", "default"], "another name"),
            (["--name", "a", "--institution", "nobody"], "nobody"),
            (["--name", "a", "--algorithm", "RS256"], "openssl"),
        ]
        for (words, hint) in wrong {
            let output = try Programs.run(["issuer", "add", "--data", service.data] + words)
            #expect([1, 2].contains(output.exitCode), "\(words)")
            #expect(output.err.contains(hint), "\(words): \(output.err)")
        }
        let rotation = try Programs.run(["key", "rotate", "--data", service.data, "--issuer", "nobody"])
        #expect(rotation.exitCode == 1)
        #expect(try keys() == before)
    }

    @Test("what a key signed after its cut-off is invalid; before, the log has to show that it was before")
    func compromise() throws {
        let history = try KeyHistory(securing: "eddsa-jcs-2022")
        defer { history.running.stop() }
        let id = try history.issue("before")
        let key = try history.activeKey()
        try history.awaitNextSecond()
        let cutOff = ISO8601DateFormatter().string(from: Date())
        _ = try history.issue("after")
        try history.command("key", "revoke", key, "--since", cutOff)
        #expect(try history.verify("after") == 1)
        #expect(try history.verify("before") == 3)
        let bundle = history.service.folder.path("story.json")
        try history.command("audit", "index")
        try history.command("audit", "prove", id, "--out", bundle)
        #expect(try history.verify("before", bundle: bundle) == 0)
        #expect(throws: ServiceFailure.self) { try history.command("key", "revoke", key) }
        #expect(throws: (any Error).self) { try history.issue("none") }
        try history.command("key", "rotate", "--issuer", "web")
        _ = try history.issue("new")
        #expect(try history.verify("new") == 0)
    }
}

extension KeyHistory {
    /// Asks the service until its clock shows another second.
    fileprivate func awaitNextSecond() throws {
        let start = Int(Date().timeIntervalSince1970)
        while Int(Date().timeIntervalSince1970) == start { _ = try running.send("GET", "/healthz") }
    }
}
