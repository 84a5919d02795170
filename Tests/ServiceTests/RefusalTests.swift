import CanonicalJSON
import HTTPClient
import TestSupport
import Testing

@Suite("What the API refuses, it refuses whole", .serialized)
struct RefusalTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let body: [UInt8]
        let status: Int
        let code: String
        var pointer: String?
        var testDescription: String { name }

        init(_ name: String, _ text: String, _ status: Int, _ code: String, at pointer: String? = nil) {
            self.name = name
            self.body = Array(text.utf8)
            self.status = status
            self.code = code
            self.pointer = pointer
        }
    }

    /// A good request with one member replaced by other JSON text.
    static func with(_ member: String, _ text: String) -> String {
        var parts = [
            "credential":
                #"{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential"],"credentialSubject":{"id":"urn:x:1"}}"#,
            "holder": #"{"id":"urn:x:1"}"#, "tier": #""standard""#, "review": #""none""#,
        ]
        parts[member] = text
        return "{" + parts.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
    }

    static func credential(_ members: String) -> String { with("credential", "{\(members)}") }

    static let context = #""@context":["https://www.w3.org/ns/credentials/v2"]"#
    static let type = #""type":["VerifiableCredential"]"#
    static let subject = #""credentialSubject":{"id":"urn:x:1"}"#

    static let cases: [Case] = [
        Case("nothing", "", 400, "malformed-json"),
        Case("not JSON", "hello", 400, "malformed-json"),
        Case("cut off", #"{"credential":"#, 400, "malformed-json"),
        Case("duplicate keys", #"{"tier":"standard","tier":"premium"}"#, 400, "malformed-json"),
        Case("trailing text", with("tier", #""standard""#) + "x", 400, "malformed-json"),
        Case("a lone surrogate", with("holder", #"{"id":"\ud800"}"#), 400, "malformed-json"),
        Case("10,000 levels", String(repeating: "[", count: 10_000), 400, "malformed-json"),
        Case("an array", "[]", 400, "invalid-request"),
        Case("an empty object", "{}", 400, "invalid-request"),
        Case("an unknown member", with("colour", "1"), 400, "invalid-request", at: "/colour"),
        Case("a tier that is none", with("tier", #""gold""#), 400, "invalid-request", at: "/tier"),
        Case("a tier of another type", with("tier", "1"), 400, "invalid-request", at: "/tier"),
        Case("a review that is none", with("review", #""maybe""#), 400, "invalid-request", at: "/review"),
        Case("a holder without id", with("holder", "{}"), 400, "invalid-request"),
        Case("a holder with an empty id", with("holder", #"{"id":""}"#), 400, "invalid-request", at: "/holder/id"),
        Case(
            "an unknown member of the holder", with("holder", #"{"id":"a","x":1}"#), 400, "invalid-request",
            at: "/holder/x"),
        Case(
            "an address that is none", with("holder", #"{"id":"a","email":"ada"}"#), 400, "invalid-request",
            at: "/holder/email"),
        Case("no context", credential("\(type),\(subject)"), 422, "invalid-credential"),
        Case("no type", credential("\(context),\(subject)"), 422, "invalid-credential"),
        Case("no subject", credential("\(context),\(type)"), 422, "invalid-credential"),
        Case("an empty subject", credential("\(context),\(type),\"credentialSubject\":{}"), 422, "invalid-credential"),
        Case(
            "a proof", credential("\(context),\(type),\(subject),\"proof\":{}"), 422, "invalid-credential",
            at: "/credential/proof"),
        Case(
            "another issuer", credential("\(context),\(type),\(subject),\"issuer\":\"did:example:1\""), 422,
            "invalid-credential", at: "/credential/issuer"),
        Case(
            "an impossible date", credential("\(context),\(type),\(subject),\"validFrom\":\"yesterday\""), 422,
            "invalid-credential", at: "/credential/validFrom"),
        Case("100 KiB", with("holder", "{\"id\":\"\(String(repeating: "a", count: 100_000))\"}"), 413, ""),
        Case("10 MiB", String(repeating: " ", count: 10 << 20), 413, ""),
    ]

    @Test("each with its status, its stable type, and a pointer to the place; nothing is written")
    func bodies() throws {
        let service = try TestService()
        let running = try service.serve()
        defer { running.stop() }
        let before = try running.send("GET", "/checkpoint").body
        for (number, refused) in Self.cases.enumerated() {
            let response = try running.send("POST", "/v1/requests", key: "refused-\(number)", refused.body)
            #expect(response.status == refused.status, "\(refused.name)")
            guard !refused.code.isEmpty else { continue }
            let problem = try JSON(parsing: response.body)
            #expect(response.header("Content-Type") == "application/problem+json", "\(refused.name)")
            #expect(problem["type"] == .string("urn:punctual:problem:\(refused.code)"), "\(refused.name)")
            #expect(problem["status"]?.integerValue == Int64(refused.status), "\(refused.name)")
            #expect(problem["detail"]?.stringValue?.isEmpty == false, "\(refused.name)")
            if let pointer = refused.pointer { #expect(problem["pointer"] == .string(pointer), "\(refused.name)") }
        }
        #expect(try running.send("GET", "/checkpoint").body == before)
    }

    @Test("a missing or wrong key, a missing Idempotency-Key, another method, page, type, state or institution")
    func surroundings() throws {
        let service = try TestService()
        let running = try service.serve()
        defer { running.stop() }
        let body = requestBody(holder: "urn:x:1").canonicalBytes
        func expect(_ response: HTTPClient.Response, _ status: Int, _ code: String) throws {
            #expect(response.status == status, "\(code)")
            #expect(try JSON(parsing: response.body)["type"] == .string("urn:punctual:problem:\(code)"))
        }
        try expect(try running.send("POST", "/v1/requests", key: "a", body, authorization: ""), 401, "no-key")
        try expect(
            try running.send("POST", "/v1/requests", key: "a", body, authorization: "Bearer pk_x"), 401, "unknown-key")
        try expect(try running.send("POST", "/v1/requests", body), 400, "no-idempotency-key")
        try expect(
            try running.send("POST", "/v1/requests", key: "a", body, contentType: "text/plain"), 415,
            "unsupported-media-type")
        try expect(try running.send("DELETE", "/v1/requests"), 405, "method-not-allowed")
        try expect(try running.send("GET", "/v2/requests"), 404, "no-such-page")
        try expect(try running.send("GET", "/v1/requests?state=lost"), 400, "invalid-request")
        try expect(try running.send("GET", "/v1/requests/01932c4e-8a51-7cc2-9d1e-7a3c5e9b2f10"), 404, "unknown-request")
        try expect(try running.send("GET", "/v1/requests/nonsense"), 404, "unknown-request")
        try expect(try running.send("GET", "/policies/sha256:00"), 404, "unknown-policy")
        try expect(try running.send("GET", "/status-lists/9"), 404, "unknown-status-list")
        try expect(
            try running.send("POST", "/operator/institutions", #"{"name":"x"}"#.utf8.map { $0 }), 403, "operator-only")
        let made = try JSON(parsing: running.send("POST", "/v1/requests", key: "b", body).body)
        let id = made["id"]?.stringValue ?? ""
        try expect(try running.send("POST", "/v1/requests/\(id)/approve", key: "c"), 409, "wrong-state")
        try expect(
            try running.send("POST", "/v1/requests", key: "b", requestBody(holder: "urn:x:2").canonicalBytes), 422,
            "idempotency-mismatch")
        let added = try Programs.run(["institution", "add", "--data", service.data, "--name", "Other", "--json"])
        let other = try JSON(parsing: Array(added.out.utf8.dropLast()))["apiKey"]?.stringValue ?? ""
        try expect(
            try running.send("GET", "/v1/requests/\(id)", authorization: "Bearer \(other)"), 404, "unknown-request")
        try expect(
            try running.send("POST", "/v1/requests/\(id)/revoke", key: "d", authorization: "Bearer \(other)"), 404,
            "unknown-request")
    }

    @Test("a batch answers line by line, and one bad line never sinks the others")
    func batch() throws {
        let service = try TestService()
        let running = try service.serve()
        defer { running.stop() }
        let good = requestBody(holder: "urn:x:1").canonicalString
        let text =
            [good, "not json", good.replacing("urn:x:1", with: "urn:x:2"), "{}", good].joined(separator: "\n") + "\n"
        let response = try running.send(
            "POST", "/v1/requests:batch", key: "batch", Array(text.utf8), contentType: "application/x-ndjson")
        #expect(response.status == 200)
        let lines = try response.body.split(separator: UInt8(ascii: "\n")).map { try JSON(parsing: $0) }
        #expect(
            lines.map { $0["state"]?.stringValue ?? $0["type"]?.stringValue ?? "" } == [
                "available", "urn:punctual:problem:malformed-json", "available", "urn:punctual:problem:invalid-request",
                "available",
            ])
        #expect(Set(lines.compactMap { $0["id"]?.stringValue }).count == 3)
        let again = try running.send(
            "POST", "/v1/requests:batch", key: "batch", Array(text.utf8), contentType: "application/x-ndjson")
        #expect(again.body == response.body)
        // A line with a name of its own is the same request in every batch.
        let named = requestBody(holder: "urn:x:3").replacing("/idempotencyKey", by: "urn:x:3").canonicalString
        func send(_ lines: [String], as key: String) throws -> [JSON] {
            let body = Array(lines.joined(separator: "\n").utf8)
            let response = try running.send(
                "POST", "/v1/requests:batch", key: key, body, contentType: "application/x-ndjson")
            return try response.body.split(separator: UInt8(ascii: "\n")).map { try JSON(parsing: $0) }
        }
        let first = try send([named], as: "first")
        let second = try send([good, named, named.replacing("\"urn:x:3\"", with: "7")], as: "second")
        #expect(first[0]["state"] == "available" && second[1] == first[0] && second[0]["id"] != first[0]["id"])
        #expect(second[2]["type"] == "urn:punctual:problem:invalid-request")
        let other = try send([named.replacing("standard", with: "premium")], as: "third")
        #expect(other[0]["type"] == "urn:punctual:problem:idempotency-mismatch")
        let tooMany = Array(String(repeating: "{}\n", count: 10_001).utf8)
        #expect(
            try running.send(
                "POST", "/v1/requests:batch", key: "many", tooMany, contentType: "application/x-ndjson"
            ).status == 400)
    }
}
