import CanonicalJSON
import Cryptography
import Foundation
import HTTPClient
import Multiformats
import Testing
import TransparencyLog

@Suite("The log for strangers: proofs over HTTP, audits from afar, comparisons", .serialized)
struct LogCommandTests {
    private func digest(_ json: JSON?) throws -> SHA256Digest {
        let bytes = try Base64.decode(json?.stringValue ?? "")
        return try #require(SHA256Digest(bytes))
    }

    private func digests(_ json: JSON?) throws -> [SHA256Digest] {
        try #require(json?.arrayValue).map { try digest($0) }
    }

    @Test("proofs over HTTP hold for every entry and every size, against the signed checkpoint")
    func proofs() throws {
        let service = try TestService()
        let running = try service.serve()
        defer { running.stop() }
        let note = try SignedNote(parsing: running.send("GET", "/checkpoint").body)
        let head = try Checkpoint(parsing: note.text).head
        let text = try String(contentsOf: URL(filePath: service.data + "/log.vkey"), encoding: .utf8)
        let key = try VerifierKey(vkey: text.trimmingCharacters(in: .whitespacesAndNewlines))
        func ask(_ path: String) throws -> JSON {
            let response = try running.send("GET", path)
            #expect(response.status == 200 && response.header("Access-Control-Allow-Origin") == "*", "\(path)")
            return try JSON(parsing: response.body)
        }
        for size in 1...head.size {
            let growth = try ask("/v1/log/consistency?from=\(size)")
            let old = TreeHead(size: size, root: try digest(growth["fromRoot"]))
            #expect(try digest(growth["toRoot"]) == head.root && growth["to"] == .integer(Int64(head.size)))
            try MerkleTree.verifyConsistency(from: old, to: head, proof: try digests(growth["hashes"]))
            for index in 0..<size {
                let proof = try ask("/v1/log/inclusion?index=\(index)&size=\(size)")
                try MerkleTree.verifyInclusion(
                    of: try digest(proof["leafHash"]), at: index, in: old, proof: try digests(proof["hashes"]))
            }
        }
        for index in 0..<head.size {
            let entry = try running.send("GET", "/v1/log/entries/\(index)")
            #expect(entry.header("Cache-Control")?.contains("immutable") == true)
            let file = try running.send("GET", "/v1/log/entries/\(index)/tlog-proof")
            #expect(file.header("Content-Type") == "text/plain; charset=utf-8")
            let proof = try TLogProof(parsing: file.body)
            #expect(proof.index == index)
            _ = try proof.verify(entry.body, origin: "test.example/log", logKeys: [key])
        }
        running.stop()
        let written = try Programs.run(["audit", "proof", "--data", service.data, "3"])
        #expect(try TLogProof(parsing: Array(written.out.utf8)).index == 3, "\(written.err)")
        #expect(try Programs.run(["audit", "proof", "--data", service.data, "9999"]).exitCode == 1)
    }

    @Test("what the log does not have is refused by name, and what is no number too")
    func refused() throws {
        let service = try TestService()
        let running = try service.serve()
        defer { running.stop() }
        let table: [(path: String, status: Int, problem: String)] = [
            ("/v1/log/inclusion?index=9999", 404, "unknown-entry"),
            ("/v1/log/inclusion?index=3&size=3", 404, "unknown-entry"),
            ("/v1/log/inclusion?index=0&size=9999", 404, "unknown-entry"),
            ("/v1/log/consistency?from=9999", 404, "unknown-entry"),
            ("/v1/log/consistency?from=3&to=2", 404, "unknown-entry"),
            ("/v1/log/entries/9999", 404, "unknown-entry"), ("/v1/log/entries/9999/tlog-proof", 404, "unknown-entry"),
            ("/v1/log/entries/0/tlog-proof?witnessed=true", 404, "unknown-checkpoint"),
            ("/v1/log/inclusion", 400, "invalid-request"), ("/v1/log/inclusion?index=01", 400, "invalid-request"),
            ("/v1/log/inclusion?index=-1", 400, "invalid-request"), ("/v1/log/entries/x", 400, "invalid-request"),
            ("/v1/log/inclusion?index=1&tree=2", 400, "invalid-request"),
            ("/v1/log/consistency?to=1", 400, "invalid-request"),
            ("/v1/log/consistency?from=9223372036854775808", 400, "invalid-request"),
            ("/v1/log/entries/0/tlog-proof?witnessed=yes", 400, "invalid-request"),
        ]
        for (path, status, problem) in table {
            let response = try running.send("GET", path)
            #expect(response.status == status, "\(path)")
            #expect(try JSON(parsing: response.body)["type"] == .string("urn:punctual:problem:" + problem), "\(path)")
        }
    }

    @Test("the live log, its export and its database hold and agree; the export goes on with the log")
    func agreement() throws {
        let service = try TestService()
        let running = try service.serve()
        let key = ["--log-key", service.data + "/log.vkey"]
        let (early, export) = (service.folder.path("early"), service.folder.path("export"))
        func word(_ a: String, _ b: String) throws -> String {
            let output = try Programs.run(["audit", "compare", a, b, "--json"] + key)
            let verdict = try JSON(parsing: Array(output.out.utf8.dropLast()))["verdict"]?.stringValue
            #expect(output.exitCode == (verdict == "cannotTell" ? 3 : 0))
            return verdict ?? output.err
        }
        for folder in [early, export] {
            #expect(try Programs.run(["audit", "export", "--data", service.data, "--out", folder]).exitCode == 0)
        }
        #expect(
            try running.send("POST", "/v1/requests", key: "a", requestBody(holder: "urn:x:1").canonicalBytes).status
                == 201)
        #expect(try word(early, running.url) == "continues")
        #expect(try word(running.url, early) == "continued")
        #expect(try word(early, service.data) == "continues")
        #expect(try word(early + "/checkpoint", export) == "same")
        #expect(try word(early, export + "/checkpoint") == "same")
        let again = try Programs.run(["audit", "export", "--from", running.url, "--out", export] + key)
        #expect(again.exitCode == 0 && again.out.contains("continues"), "\(again.out)\(again.err)")
        #expect(try word(export, service.data) == "same")
        #expect(try word(early, export + "/checkpoint") == "cannotTell")
        for place in [running.url, export, early] {
            let audit = try Programs.run(["audit", "verify", "--from", place, "--json"] + key)
            #expect(audit.exitCode == 0 && audit.out.contains("\"entries\":\"punctual\""), "\(audit.out)\(audit.err)")
        }
        let url = running.url
        running.stop()
        #expect(try Programs.run(["audit", "verify", "--from", url] + key).exitCode == 3)
        #expect(try Programs.run(["audit", "verify", "--from", export]).exitCode == 2)
        #expect(try Programs.run(["audit", "verify", "--from", export, "--data", service.data]).exitCode == 2)
        #expect(try Programs.run(["audit", "verify", "--from", service.folder.path("nowhere")] + key).exitCode == 1)
    }

    @Test("two copies of one service that both went on are a fork: the export refuses it, and the proof holds anywhere")
    func fork() throws {
        let service = try TestService()
        let other = service.folder.path("copy")
        try FileManager.default.copyItem(atPath: service.data, toPath: other)
        for (data, name) in [(service.data, "Südhafen"), (other, "Westhafen")] {
            #expect(try Programs.run(["institution", "add", "--data", data, "--name", name]).exitCode == 0)
        }
        let key = ["--log-key", service.data + "/log.vkey"]
        let (export, proof) = (service.folder.path("export"), service.folder.path("fork.json"))
        #expect(try Programs.run(["audit", "export", "--data", service.data, "--out", export]).exitCode == 0)
        let refused = try Programs.run(["audit", "export", "--data", other, "--out", export, "--json"])
        #expect(refused.exitCode == 1 && refused.out.contains("PunctualForkProof"), "\(refused.out)\(refused.err)")
        let compared = try Programs.run(["audit", "compare", other, export, "--out", proof] + key)
        #expect(compared.exitCode == 1)
        let verified = try Programs.run(["audit", "compare", "--proof", proof, "--json"] + key)
        #expect(verified.exitCode == 0 && verified.out.contains("\"verdict\":\"fork\""), "\(verified.out)")
        #expect(try Programs.run(key + [proof], program: "vcverify").exitCode == 0)
        #expect(try Programs.run([proof], program: "vcverify").exitCode == 3)
        // Another log's key convicts nobody, and neither does an altered proof.
        let stranger = try TestService()
        let wrong = ["--log-key", stranger.data + "/log.vkey"]
        #expect(try Programs.run(["audit", "compare", "--proof", proof] + wrong).exitCode == 1)
        let text = try String(contentsOf: URL(filePath: proof), encoding: .utf8)
        let altered = service.folder.path("altered.json")
        try text.replacing("test.example/log", with: "text.example/log").write(
            toFile: altered, atomically: true, encoding: .utf8)
        #expect(try Programs.run(["audit", "compare", "--proof", altered] + key).exitCode == 1)
        #expect(try Programs.run(["audit", "compare", proof] + key).exitCode == 2)
    }
}
