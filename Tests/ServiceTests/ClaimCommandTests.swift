import CanonicalJSON
import Foundation
import HTTPClient
import TestSupport
import Testing

@Suite("Claims on the command line and over HTTP")
struct ClaimCommandTests {
    private static let policy: JSON = [
        "apiVersion": "punctual/v1", "kind": "Claims",
        "metadata": [
            "id": "claims", "version": 1, "tenant": "default", "effectiveFrom": "1970-01-01T00:00:00Z",
            "title": ["en": "Claims"],
        ],
        "spec": [
            "fileWithin": ["calendarDays": 90], "decideWithin": ["calendarDays": 10],
            "appealWithin": ["calendarDays": 30], "appealDecideWithin": ["calendarDays": 15],
            "evidence": ["screenshot"],
        ],
    ]

    private static let commands = [
        ["claim", "file"], ["claim", "list"], ["claim", "show"], ["claim", "ask"], ["claim", "give"],
        ["claim", "decide"], ["claim", "appeal"], ["claim", "opinion"], ["claim", "assign"], ["offer", "menu"],
        ["offer", "make"], ["offer", "show"], ["offer", "accept"], ["offer", "decline"], ["report", "parity"],
    ]

    @Test("each command has help with an example, within 80 columns", arguments: commands)
    func help(words: [String]) throws {
        let output = try Programs.run(words + ["--help"])
        #expect(output.exitCode == 0 && output.out.contains("punctual \(words.joined(separator: " "))"))
        for line in output.out.split(separator: "\n") where !line.hasPrefix("  punctual") {
            #expect(line.count <= 80, "\(line)")
        }
    }

    static let usage: [(typed: [String], exitCode: Int32, expected: String)] = [
        (["claim", "file", "--data", "x", "id"], 2, "--category WHAT is missing"),
        (["claim", "decide", "--data", "x", "id"], 2, "Say --grant WHAT:HOW-MUCH or --deny."),
        (["claim", "decide", "--data", "x", "--grant", "much", "id"], 2, "An amount is WHAT:HOW-MUCH"),
        (["claim", "decide", "--data", "x", "--deny", "--rule", "x", "id"], 2, "--rule takes HASH#POINTER"),
        (["claim", "give", "--data", "x", "id"], 2, "--evidence KIND=FILE is missing"),
        (
            [
                "offer", "make", "--data", "x", "--benefit", "a", "--reason", "delay", "--channel", "web", "--text",
                "t", "id",
            ], 2, "--benefit takes a number"
        ),
    ]

    @Test("what is typed wrong is said", arguments: usage)
    func wrong(typed: [String], exitCode: Int32, expected: String) throws {
        let output = try Programs.run(typed)
        #expect(output.exitCode == exitCode && output.err.contains(expected), "\(output.err)")
    }

    @Test("a life of a claim as people type it, from the receipt to the appeal")
    func life() throws {
        let service = try TestService(policies: [Self.policy])
        let running = try service.serve()
        func write(_ name: String, _ bytes: [UInt8]) throws -> String {
            try Data(bytes).write(to: URL(filePath: service.folder.path(name)))
            return service.folder.path(name)
        }
        func run(_ words: [String], _ expected: Int32 = 0) throws -> String {
            let output = try Programs.run(Array(words.prefix(2)) + ["--data", service.data] + words.dropFirst(2))
            #expect(output.exitCode == expected, "\(words): \(output.out)\(output.err)")
            return output.out
        }
        var keys: [String: String] = [:]
        for number in 0..<2 {
            let added = try JSON(
                parsing: Array(
                    run(["staff", "add", "--name", "R\(number)", "--roles", "customer-experience", "--json"]).utf8
                        .dropLast()))
            let id = added["id"]?.stringValue ?? ""
            keys[id] = try write(id, Array((added["apiKey"]?.stringValue ?? "").utf8))
        }
        let asked = try JSON(
            parsing: running.send("POST", "/v1/requests", key: "a", requestBody(holder: "urn:x:1").canonicalBytes).body)
        let request = asked["id"]?.stringValue ?? ""
        let receipt = ["--receipt", try write("receipt.json", asked["receipt"]?.canonicalBytes ?? [])]
        let filed = try run(
            ["claim", "file", "--category", "impact", "--text", "I paid twice", "--amount", "credit:300", request]
                + receipt)
        let claim = request + ".1"
        #expect(filed.hasPrefix("Filed the claim \(claim).\nIt is decided by 20"))
        let shown = try JSON(parsing: Array(run(["claim", "show", claim, "--json"]).utf8.dropLast()))
        #expect(shown["state"] == "review" && !shown.canonicalString.contains("paid twice"))
        let drawn = try #require(keys[shown["assignee"]?.stringValue ?? ""])
        let other = try #require(keys.values.first { $0 != drawn })
        #expect(try run(["claim", "list", "--key-file", drawn, "--mine"]) == "\(claim)  review  impact\n")
        #expect(try run(["claim", "list", "--key-file", other, "--mine"]).isEmpty)
        _ = try run(["claim", "decide", "--key-file", other, "--grant", "credit:300", claim], 1)
        _ = try run(["claim", "ask", "--key-file", drawn, "--kinds", "screenshot", claim])
        let file = try write("shot.txt", Array("a screenshot".utf8))
        _ = try run(["claim", "give", "--evidence", "screenshot=\(file)", claim] + receipt)
        let policy = shown["policy"]?.stringValue ?? ""
        let rule = ["--rule", policy + "#/spec/fileWithin/calendarDays"]
        _ = try run(["claim", "decide", "--key-file", drawn, "--deny", claim], 1)
        #expect(try run(["claim", "decide", "--key-file", drawn, "--deny", claim] + rule) == "Decided: denied.\n")
        running.stop()
        #expect(try run(["claim", "appeal", "--text", "Look again", claim] + receipt).hasPrefix("Appealed."))
        _ = try run(["claim", "decide", "--key-file", drawn, "--grant", "credit:300", claim], 1)
        #expect(
            try run(["claim", "decide", "--key-file", other, "--grant", "credit:200", claim]) == "Decided: granted.\n")
        let words = try run(["claim", "show", claim])
        #expect(words.contains("state       final: granted") && words.contains("granted     200 PFC (credit)"))
        for line in words.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        _ = try run(["claim", "appeal", "--text", "Again", claim] + receipt, 1)
        #expect(try run(["report", "parity"]).contains("too few to say anything"))
        _ = try run(["audit", "verify"])
        #expect(try run(["audit", "recompute", "--json"]).contains("\"verdict\":\"settled\""))
    }

    @Test("every route refuses who may not use it, and what is not there")
    func refusals() throws {
        let service = try TestService(policies: [Self.policy])
        let running = try service.serve()
        defer { running.stop() }
        let asked = try JSON(
            parsing: running.send("POST", "/v1/requests", key: "a", requestBody(holder: "urn:x:1").canonicalBytes).body)
        let id = asked["id"]?.stringValue ?? ""
        let claim: JSON = ["request": .string(id), "category": "impact", "text": "late"]
        func status(
            _ method: String, _ path: String, _ body: JSON? = nil, key: String? = "k", _ authorization: String? = nil
        ) throws -> Int {
            try running.send(method, path, key: key, body?.canonicalBytes ?? [], authorization: authorization).status
        }
        let nobody = "Bearer sk_nobody"
        for (method, path) in [
            ("GET", "/v1/claims"), ("GET", "/v1/claims/\(id).1"), ("POST", "/v1/claims"),
            ("POST", "/v1/claims/\(id).1/evidence"), ("POST", "/v1/claims/\(id).1/appeal"),
            ("POST", "/v1/claims/\(id).1/ask"), ("POST", "/v1/claims/\(id).1/decide"),
            ("POST", "/v1/claims/\(id).1/opinion"), ("GET", "/v1/requests/\(id)/claim-form"),
            ("GET", "/v1/requests/\(id)/menu"), ("POST", "/v1/offers"), ("GET", "/v1/offers/\(id).1"),
            ("POST", "/v1/offers/\(id).1/accept"), ("POST", "/v1/offers/\(id).1/decline"),
        ] {
            #expect(try status(method, path, claim, "") == 401, "\(path)")
            #expect(try status(method, path, claim, nobody) == 401, "\(path)")
        }
        for verb in ["ask", "decide", "opinion"] {
            #expect(try status("POST", "/v1/claims/\(id).1/\(verb)", [:]) == 403, "an institution does not decide")
        }
        #expect(try status("POST", "/v1/offers", [:]) == 403 && status("GET", "/v1/requests/\(id)/menu") == 403)
        #expect(try status("GET", "/v1/claims", nil, "Receipt e30") == 401)
        #expect(try status("POST", "/v1/claims", claim, key: nil) == 400, "a name for the command")
        #expect(try status("POST", "/v1/claims", ["request": "nonsense", "category": "impact", "text": "x"]) == 404)
        #expect(try status("POST", "/v1/claims", ["request": .string(id), "category": "x", "text": "x"]) == 400)
        #expect(try status("GET", "/v1/claims/\(id).1") == 404 && status("GET", "/v1/claims/\(id).01") == 404)
        #expect(try status("GET", "/v1/claims?state=lost") == 400 && status("GET", "/v1/claims?mine=maybe") == 400)
        #expect(try status("POST", "/v1/claims", claim, key: "file") == 201)
        #expect(try status("POST", "/v1/claims", claim, key: "file") == 201)
        #expect(try status("POST", "/v1/claims", claim, key: "file again") == 409)
        #expect(try status("POST", "/v1/claims/\(id).1/appeal", ["text": "x"], key: "p") == 409)
        let receipt = Data(asked["receipt"]?.canonicalBytes ?? []).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        #expect(try status("GET", "/v1/claims/\(id).1", nil, "Receipt \(receipt)") == 200)
        #expect(try status("GET", "/v1/requests/\(id)/claim-form", nil, "Receipt \(receipt)") == 200)
        let instructions = try running.send("GET", "/claims/default")
        #expect(instructions.status == 200)
        #expect(String(decoding: instructions.body, as: UTF8.self).contains("within 90 days"))
        #expect(try status("GET", "/claims/nobody") == 200 && status("GET", "/operator/claims") == 403)
    }
}
