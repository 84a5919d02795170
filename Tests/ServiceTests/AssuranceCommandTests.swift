import CanonicalJSON
import Foundation
import HTTPClient
import TestSupport
import Testing

@Suite("Further checks on the command line and over HTTP")
struct AssuranceCommandTests {
    @Test("each command has help with an example, within 80 columns", arguments: ["list", "check"])
    func help(word: String) throws {
        let output = try Programs.run(["assurance", word, "--help"])
        #expect(output.exitCode == 0 && output.out.contains("punctual assurance \(word)"))
        for line in output.out.split(separator: "\n") where !line.hasPrefix("  punctual") {
            #expect(line.count <= 80, "\(line)")
        }
    }

    static let usage: [(typed: [String], exitCode: Int32, expected: String)] = [
        (["assurance", "check", "--data", "x", "id"], 2, "--kind KIND is missing"),
        (["assurance", "check", "--data", "x", "--kind", "in-person", "id"], 2, "--evidence is missing"),
        (
            ["assurance", "check", "--data", "x", "--kind", "in-person", "--evidence", "/nowhere", "id"], 2,
            "/nowhere"
        ),
    ]

    @Test("what is typed wrong is said", arguments: usage)
    func wrong(typed: [String], exitCode: Int32, expected: String) throws {
        let output = try Programs.run(typed)
        #expect(output.exitCode == exitCode && output.err.contains(expected), "\(output.err)")
    }

    private static func policies() throws -> [JSON] {
        let documents = try ShortPolicies.documents(target: "PT1S")
        return documents.map { document in
            guard document["kind"] == "Compensation" else { return document }
            return document.replacing(
                "/spec/model/trust",
                by: [["type": "assurance-upgrade", "class": "guaranteed", "level": "substantial"]])
        }
    }

    @Test("a check as people type it: owed, refused without a credential, made once, seen by the requester and proven")
    func life() throws {
        let service = try TestService(policies: try Self.policies())
        let running = try service.serve()
        func run(_ words: [String], _ expected: Int32 = 0) throws -> String {
            let output = try Programs.run(Array(words.prefix(2)) + ["--data", service.data] + words.dropFirst(2))
            #expect(output.exitCode == expected, "\(words): \(output.out)\(output.err)")
            return expected == 0 ? output.out : output.err
        }
        func write(_ name: String, _ text: String) throws -> String {
            try Data(text.utf8).write(to: URL(filePath: service.folder.path(name)))
            return service.folder.path(name)
        }
        #expect(try run(["assurance", "list"]) == "No further check is owed.\n")
        let added = try JSON(
            parsing: Array(run(["staff", "add", "--name", "Ina", "--roles", "agent", "--json"]).utf8.dropLast()))
        let key = ["--key-file", try write("ina.key", added["apiKey"]?.stringValue ?? "")]
        let body = requestBody(holder: "urn:x:1", review: "manual").canonicalBytes
        let asked = try JSON(parsing: running.send("POST", "/v1/requests", key: "a", body).body)
        let request = asked["id"]?.stringValue ?? ""
        try running.awaitCredits(of: "urn%3Ax%3A1")
        #expect(try run(["assurance", "list"]).hasSuffix("\n  waits for the credential\n"))
        let passport = ["--evidence", try write("passport", "a picture")]
        let check = ["assurance", "check", "--kind", "identity-document", request] + passport + key
        #expect(try run(check, 1).contains("there is no credential yet"))
        #expect(try running.send("POST", "/v1/requests/\(request)/approve", key: "b").status == 200)
        #expect(try run(["assurance", "list"]).hasPrefix("\(request)  to substantial, owed since 20"))
        _ = try run(["assurance", "check", "--kind", "a-hunch", request] + passport + key, 1)
        #expect(
            try run(check)
                == "The credential of \(request) was signed again with assurance substantial; the one before it is "
                + "revoked.\n")
        #expect(try run(check, 1).contains("it is made once"))
        let status = try Programs.run(["status", request, "--server", running.url]).out
        #expect(status.contains("a further check, for assurance substantial: made; your\n"))
        let document = try JSON(parsing: running.send("GET", "/v1/requests/\(request)").body)
        #expect(document["credential"]?["evidence"]?.arrayValue?.count == 1 && document["upgrade"]?["state"] == "done")
        #expect(try running.send("POST", "/v1/requests/\(request)/check", key: "c", check: body) > 400)
        running.stop()
        #expect(try run(["assurance", "list"]) == "No further check is owed.\n")
        _ = try run(["audit", "verify"])
        let report = try run(["audit", "recompute"])
        #expect(report.contains("checks owed  1: open 0, done 1, waived 0, void 0"))
    }
}

extension RunningService {
    /// The status that an institution gets who would record a check.
    fileprivate func send(_ method: String, _ path: String, key: String, check: [UInt8]) throws -> Int {
        try send(method, path, key: key, check).status
    }
}
