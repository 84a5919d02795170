import CanonicalJSON
import Foundation
import HTTPClient
import TestSupport
import Testing

/// 2.6 from end to end: over HTTP and on the command line, with the service's own clock and scheduler.
@Suite("Questions about incidents, holds and max-per-incident, on the command line and over HTTP")
struct QuestionCommandTests {
    private struct Place {
        let service: TestService
        let running: RunningService
        var staff: [(id: String, file: String, key: String)] = []

        /// - Parameter changes: members of the compensation policy's `spec`, by name.
        init(_ changes: JSONObject, openAt: Int64) throws {
            var policies = try ShortPolicies.documents(target: "PT1S")
            var compensation = policies[1].objectValue ?? [:]
            var spec = compensation["spec"]?.objectValue ?? [:]
            for (name, value) in changes { spec[name] = value }
            compensation["spec"] = .object(spec)
            policies[1] = .object(compensation)
            service = try TestService(policies: policies)
            let rules = service.folder.path("rules.json")
            let document: JSON = [
                "open": ["requests": .integer(openAt), "within": ["elapsed": "PT5M"]], "quiet": ["elapsed": "PT15M"],
                "freezeWithin": ["elapsed": "PT10M"],
                "severity": ["share": [], "duration": [], "criticality": [], "levels": []],
            ]
            try Data(document.canonicalBytes).write(to: URL(filePath: rules))
            let published = try Programs.run(["incident", "rules", "--data", service.data, rules])
            #expect(published.exitCode == 0, "\(published.err)")
            for number in 0..<2 {
                let added = try Programs.run(
                    ["staff", "add", "--data", service.data, "--name", "S\(number)", "--roles", "finance", "--json"])
                let json = try JSON(parsing: Array(added.out.utf8.dropLast()))
                let key = json["apiKey"]?.stringValue ?? ""
                let file = service.folder.path("key-\(number)")
                try Data(key.utf8).write(to: URL(filePath: file))
                staff.append((json["id"]?.stringValue ?? "", file, key))
            }
            running = try service.serve()
        }

        func run(_ words: [String], _ expected: Int32 = 0) throws -> Programs.Output {
            let output = try Programs.run(Array(words.prefix(2)) + ["--data", service.data] + words.dropFirst(2))
            #expect(output.exitCode == expected, "\(words): \(output.out)\(output.err)")
            for line in output.out.split(separator: "\n") where !line.hasPrefix("{") && words[0] != "audit" {
                #expect(line.count <= 80, "\(line)")
            }
            return output
        }

        func ask(_ key: String, holder: String) throws -> String {
            let answer = try running.send(
                "POST", "/v1/requests", key: key, requestBody(holder: holder, review: "manual").canonicalBytes)
            return try JSON(parsing: answer.body)["id"]?.stringValue ?? ""
        }

        func get(_ path: String) throws -> JSON {
            try JSON(parsing: running.send("GET", path, authorization: "Bearer \(staff[0].key)").body)
        }

        func balance(_ holder: String) throws -> Int64 {
            try JSON(parsing: running.send("GET", "/v1/users/\(holder)/credits").body)["balance"]?["PFC"]?.integerValue
                ?? 0
        }

        /// Asks again until it is so; gives up after more questions than a slow machine answers in half a minute.
        func until(_ what: String, _ isSo: () throws -> Bool) throws {
            for _ in 0..<20_000 where try isSo() { return }
            throw ServiceFailure("it did not come to this: \(what)")
        }
    }

    private static func credit(_ minor: Int64) -> JSON {
        [
            "type": "credit", "class": "guaranteed", "amount": ["unit": "PFC", "minor": .integer(minor)],
            "expires": ["calendarDays": 365],
        ]
    }

    private static func model(_ tiers: [(over: JSON, minor: Int64)]) -> JSON {
        ["kind": "tiered", "tiers": .array(tiers.map { ["over": $0.over, "benefits": [credit($0.minor)]] })]
    }

    private static let approval: JSON = [
        [
            "when": ["all": []], "approvers": 1, "roles": ["finance"], "within": ["elapsed": "PT2H"],
            "joining": ["num": 1, "den": 2], "onTimeout": "grant",
        ]
    ]

    @Test("four late people are one question; wrong answers are refused; one word pays all, and who joins within it")
    func question() throws {
        let place = try Place(["approval": Self.approval, "model": Self.model([("deadline", 500)])], openAt: 4)
        defer { place.running.stop() }
        for number in 0..<4 { _ = try place.ask("a\(number)", holder: "urn:x:\(number)") }
        try place.until("one question of four") {
            try place.get("/v1/approvals")["questions"]?[pointer: "/0/state"] == "asked"
                && place.get("/v1/approvals")["questions"]?[pointer: "/0/requests"] == 4
        }
        let list = try place.get("/v1/approvals")
        #expect(list["approvals"] == [])
        let question = try #require(list["questions"]?[pointer: "/0/question"]?.stringValue)
        let shown = try place.run(["approval", "list"]).out
        #expect(shown.contains("\(question)  4 requests of inc-") && shown.contains("2000 PFC guaranteed"))
        #expect(shown.contains("0 of 1 said yes; asked: finance"))
        // Every wrong word says what is wrong.
        func post(_ path: String, _ body: String, as key: String? = nil) throws -> (status: Int, text: String) {
            let answer = try place.running.send(
                "POST", path, Array(body.utf8), authorization: "Bearer \(key ?? place.staff[0].key)")
            return (answer.status, String(decoding: answer.body, as: UTF8.self))
        }
        let path = "/v1/questions/\(question)/answer"
        #expect(try post(path, #"{"decision":"maybe"}"#).text.contains("/decision"))
        #expect(try post(path, #"{"decision":"give","more":1}"#).status == 400)
        #expect(try post(path, "{}").status == 400 && post(path, "").status == 400)
        #expect(try post(path, #"{"decision":"refuse"}"#).text.contains("debt"))
        #expect(try post("/v1/questions/q-999999/answer", #"{"decision":"give"}"#).status == 404)
        #expect(try post("/v1/questions/inc-1/answer", #"{"decision":"give"}"#).status == 404)
        #expect(try post(path, #"{"decision":"give"}"#, as: place.service.apiKey).status == 403)
        #expect(try post(path, #"{"decision":"give"}"#, as: "sk_nobody").status == 401)
        _ = try place.run(["approval", "refuse", "--key-file", place.staff[0].file, question], 1)
        _ = try place.run(["approval", "give", "--key-file", place.staff[0].file, "q-999999"], 1)
        let given = try place.run(["approval", "give", "--key-file", place.staff[0].file, question])
        #expect(given.out == "Approved what \(question) waits for.\n")
        _ = try place.run(["approval", "give", "--key-file", place.staff[1].file, question], 1)
        try place.until("all are paid") { try (0..<4).allSatisfy { try place.balance("urn:x:\($0)") == 500 } }
        // Two more are within half as much again, a third is asked about anew.
        for number in 4..<7 { _ = try place.ask("a\(number)", holder: "urn:x:\(number)") }
        // It is asked behind the next freeze, which comes within a minute.
        try place.until("a second question") {
            try place.get("/v1/approvals")["questions"]?[pointer: "/0/requests"] == 1
        }
        try place.until("two more are paid") { try (4..<7).count { try place.balance("urn:x:\($0)") == 500 } == 2 }
        #expect(try place.get("/v1/questions/\(question)")["requests"] == 6)
        place.running.stop()
        _ = try place.run(["audit", "verify"])
        #expect(try place.run(["audit", "recompute", "--json"]).out.contains("\"verdict\":\"settled\""))
    }

    @Test("a cause that is held waits for a person's look; one word releases one person, another cause all others")
    func hold() throws {
        let place = try Place(
            [
                "model": Self.model([("deadline", 500), (["elapsed": "PT5S"], 1500)]),
                "eligibility": [
                    "require": ["all": []],
                    "causes": [
                        ["cause": "fraud-hold", "treat": "hold-for-review", "reason": ["en": "Somebody looks first."]]
                    ], "otherwise": "full",
                ],
            ], openAt: 2)
        defer { place.running.stop() }
        let requests = try (0..<2).map { try place.ask("h\($0)", holder: "urn:x:\($0)") }
        try place.until("an incident") { try place.run(["incident", "list"]).out.contains("inc-") }
        let list = try JSON(parsing: Array(place.run(["incident", "list", "--json"]).out.utf8.dropLast()))
        let incident = try #require(list["incidents"]?[pointer: "/0/id"]?.stringValue)
        _ = try place.run(["incident", "classify", "--cause", "fraud-hold", "--confidence", "50", incident])
        try place.until("both are held") {
            try place.get("/v1/approvals")["approvals"]?.arrayValue?.filter { $0["why"] == "hold" }.count == 2
        }
        #expect(try place.run(["approval", "list"]).out.contains("until somebody has looked"))
        _ = try place.run(["approval", "give", "--key-file", place.staff[0].file, requests[0]])
        try place.until("one is released") { try place.balance("urn:x:0") == 1500 }
        #expect(try place.balance("urn:x:1") == 500)
        let owed = try place.run(["report", "owed"]).out
        #expect(owed.contains("hold") && owed.contains("1000 PFC"))
        _ = try place.run(["incident", "classify", "--cause", "deploy", "--confidence", "90", incident])
        try place.until("the other is paid") { try place.balance("urn:x:1") == 1500 }
        place.running.stop()
        #expect(try place.run(["audit", "recompute", "--json"]).out.contains("\"verdict\":\"settled\""))
    }

    @Test("max-per-incident: two requests of one person in one incident give what the longest wait gives")
    func maxPerIncident() throws {
        let place = try Place(
            [
                "model": Self.model([("deadline", 500), (["elapsed": "PT5S"], 1500)]),
                "stacking": [
                    "withinRequest": "highest-tier-top-up", "acrossRequests": "max-per-incident",
                    "premium": "append-to-end",
                ],
            ], openAt: 3)
        defer { place.running.stop() }
        for number in 0..<3 { _ = try place.ask("m\(number)", holder: number < 2 ? "urn:x:0" : "urn:x:1") }
        try place.until("the person with one request has all of it") { try place.balance("urn:x:1") == 1500 }
        // 500 twice before they stood together; then 1000 for the one, and of the other 500 of its 1000.
        try place.until("the person with two has less than twice as much") { try place.balance("urn:x:0") == 2500 }
        place.running.stop()
        let report = try place.run(["audit", "recompute", "--json"]).out
        #expect(report.contains("\"verdict\":\"settled\""), "\(report)")
        let log = try place.run(["audit", "verify"])
        #expect(log.exitCode == 0)
    }
}
