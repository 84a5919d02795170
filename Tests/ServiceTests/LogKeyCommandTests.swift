import CanonicalJSON
import Foundation
import HTTPClient
import Testing
import TransparencyLog

@Suite("The keys of the log, by the commands of the operator")
struct LogKeyCommandTests {
    private let service: TestService
    private let running: RunningService

    init() throws {
        service = try TestService()
        running = try service.serve()
    }

    @discardableResult
    private func command(_ words: String...) throws -> String {
        let output = try Programs.run(words + ["--data", service.data])
        guard output.exitCode == 0 else { throw ServiceFailure(output.err) }
        return output.out
    }

    private func keyFile() throws -> [String] {
        try String(contentsOfFile: service.data + "/log.vkey", encoding: .utf8).split(separator: "\n").map(String.init)
    }

    private func privateKeys() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: service.data + "/keys").filter { $0.hasPrefix("log") }
            .sorted()
    }

    /// The names of the keys on the checkpoint that the service hands out, in the order of their lines.
    private func signers(_ running: RunningService, knowing keys: [VerifierKey]) throws -> [VerifierKey] {
        try SignedNote(parsing: running.send("GET", "/checkpoint").body).verifiedSignatures(by: keys).map(\.key)
    }

    /// What the offline verifier says of the story of a request, with one key or another.
    private func verdicts(_ id: String, keys: [String]) throws -> [Int32] {
        let bundle = service.folder.path("story-\(UUID().uuidString).json")
        try command("audit", "prove", id, "--out", bundle)
        let issuer =
            try JSON(parsing: Array(command("key", "list", "--json").utf8.dropLast()))["issuers"]?
            .arrayValue?.first?["keys"]?.arrayValue?.first?["did"]?.stringValue ?? ""
        return try keys.map { key in
            try Programs.run(["--issuer", issuer, "--ignore-status", "--log-key", key, bundle], program: "vcverify")
                .exitCode
        }
    }

    @Test("a running service takes a new key over, verifiers accept either key until the old one is retired")
    func rotation() throws {
        defer { running.stop() }
        let body = requestBody(holder: "urn:x:1").canonicalBytes
        let id = try #require(
            try JSON(parsing: running.send("POST", "/v1/requests", key: "a", body).body)["id"]?.stringValue)
        // Else nobody could tell whether the story is all.
        try command("audit", "index")
        let file = service.data + "/log.vkey"
        let old = try keyFile()[0]
        #expect(try verdicts(id, keys: [old]) == [0])
        try command("log-key", "add")
        let both = try keyFile().map { try VerifierKey(vkey: $0) }
        #expect(both.count == 2 && both[0].vkey == old)
        let new = both[1].vkey
        #expect(try signers(running, knowing: both) == both)
        #expect(try privateKeys().count == 2)
        #expect(try verdicts(id, keys: [old, new, file]) == [0, 0, 0])
        #expect(try command("log-key", "list").contains(new))
        for key in [old, new, file] { try command("audit", "verify", "--log-key", key) }
        let oldID = String(old.split(separator: "+")[1])
        try command("log-key", "retire", oldID)
        #expect(try keyFile() == [new])
        #expect(try signers(running, knowing: both) == [both[1]])
        #expect(try verdicts(id, keys: [old, new, file]) == [1, 0, 0])
        #expect(try Programs.run(["audit", "verify", "--data", service.data, "--log-key", old]).exitCode == 1)
        try command("audit", "verify")
        // The retired private key is needed no more.
        running.stop()
        try FileManager.default.removeItem(atPath: service.data + "/keys/log.pem")
        let again = try service.serve()
        #expect(try again.send("POST", "/v1/requests", key: "b", body).status == 201)
        #expect(try signers(again, knowing: both) == [both[1]])
        #expect(again.stop() == 0)
    }

    @Test("what is refused leaves no key behind, and the file of a needed key is missed at the start")
    func refused() throws {
        let before = try privateKeys()
        #expect(before == ["log.pem"])
        let old = try keyFile()[0]
        let last = try Programs.run(["log-key", "retire", old, "--data", service.data])
        #expect(last.exitCode == 1 && last.err.contains("only key"), "\(last.err)")
        for _ in 0..<3 { try command("log-key", "add") }
        let four = try privateKeys()
        let fifth = try Programs.run(["log-key", "add", "--data", service.data])
        #expect(fifth.exitCode == 1 && fifth.err.contains("retire one first"), "\(fifth.err)")
        #expect(try privateKeys() == four && four.count == 4)
        running.stop()
        // A stopped service takes the commands too.
        let fifthAgain = try Programs.run(["log-key", "add", "--data", service.data])
        #expect(fifthAgain.exitCode == 1)
        #expect(try privateKeys() == four)
        try command("log-key", "retire", String(old.split(separator: "+")[1]))
        #expect(try keyFile().count == 3)
        // Without its file, and with another key in it.
        let needed = service.data + "/keys/" + (try #require(four.first { $0 != "log.pem" }))
        let other = service.data + "/keys/" + (try #require(four.last { $0 != "log.pem" }))
        let kept = needed + ".kept"
        try FileManager.default.moveItem(atPath: needed, toPath: kept)
        for path in [nil, other] {
            if let path { try FileManager.default.copyItem(atPath: path, toPath: needed) }
            let start = try Programs.run(["serve", "--data", service.data, "--listen", "127.0.0.1:0"])
            #expect(start.exitCode == 78, "\(start.err)")
            #expect(start.err.contains(path == nil ? "is not here" : "holds another key"), "\(start.err)")
        }
        try FileManager.default.removeItem(atPath: needed)
        try FileManager.default.moveItem(atPath: kept, toPath: needed)
        let again = try service.serve()
        #expect(again.stop() == 0)
    }
}
