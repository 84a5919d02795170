import API
import CanonicalJSON
import Compensation
import Foundation
import HTTPClient
import ServiceLevels
import TestSupport
import Testing

@Suite("Published policies, as pages and as bytes")
struct PolicyPagesTests {
    private static let page = [("Accept", "text/html,application/xhtml+xml")]

    /// The shipped service level of another institution, with a title that wants to be markup.
    private static func hostile() throws -> JSON {
        try JSON(parsing: DefaultPolicies.documents[0]).replacing("/metadata/tenant", by: "acme")
            .replacing("/metadata/title/en", by: "<script>alert(\"1\" & '2')</script>\u{202E}")
    }

    @Test("the bytes of a policy stay for ever: an entity tag, no change, and 304 to who has them")
    func bytes() throws {
        let api = try RunningAPI()
        let list = try JSON(parsing: api.send("GET", "/policies").body)["policies"]?.arrayValue ?? []
        let hash = try #require(list.first?["hash"]?.stringValue)
        let answer = try api.send("GET", "/policies/\(hash)")
        #expect(answer.status == 200 && PolicyHash(ofCanonical: answer.body).text == hash)
        #expect(answer.header("ETag") == "\"\(hash)\"")
        #expect(answer.header("Cache-Control") == "public, max-age=31536000, immutable")
        #expect(answer.header("Vary") == "Accept")
        let known = try api.send("GET", "/policies/\(hash)", headers: [("If-None-Match", "\"\(hash)\"")])
        #expect(known.status == 304 && known.body.isEmpty)
        #expect(try api.send("GET", "/policies/sha256:\(String(repeating: "0", count: 64))").status == 404)
        #expect(try api.send("GET", "/policies/nothing", headers: Self.page).status == 404)
        #expect(try api.send("GET", "/policies/\(hash)?as=json", headers: Self.page).body == answer.body)
    }

    @Test("pages run nothing and load nothing, and what a policy says stays text")
    func pages() throws {
        let api = try RunningAPI()
        let published = try api.operate("/operator/policies", Self.hostile())
        let hash = try #require(published["hash"]?.stringValue)
        for path in ["/policies", "/policies/\(hash)", "/faq", "/faq?tenant=acme"] {
            let answer = try api.send("GET", path, headers: Self.page)
            let html = String(decoding: answer.body, as: UTF8.self)
            #expect(answer.status == 200 && answer.header("Content-Type") == "text/html; charset=utf-8", "\(path)")
            let policy = answer.header("Content-Security-Policy") ?? ""
            #expect(policy.hasPrefix("default-src 'none'; style-src 'sha256-") && !policy.contains("unsafe"))
            #expect(answer.header("X-Content-Type-Options") == "nosniff")
            #expect(html.hasPrefix("<!doctype html>") && html.contains("name=\"viewport\""))
            for forbidden in ["<script", "javascript:", "\u{202E}", "src=", "http://", "https://"] {
                #expect(!html.contains(forbidden), "\(path) has \(forbidden)")
            }
        }
        let html = String(decoding: try api.send("GET", "/policies/\(hash)", headers: Self.page).body, as: UTF8.self)
        #expect(html.contains("&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;\u{FFFD}"))
        #expect(html.contains("within 24 hours"))
    }

    @Test("the answers change when a policy does, as a page and as JSON")
    func answers() throws {
        let api = try RunningAPI()
        func answer() throws -> String {
            let answers = try JSON(parsing: api.send("GET", "/faq").body)["answers"]?.arrayValue ?? []
            return answers.first { $0["id"] == "how-long" }?.canonicalString ?? ""
        }
        #expect(try answer().contains("within 24 hours"))
        let faster = try JSON(parsing: DefaultPolicies.documents[0]).replacing("/metadata/version", by: 2)
            .replacing("/spec/objectives/0/target/elapsed", by: "PT7H")
            .replacing("/metadata/effectiveFrom", by: "2026-11-21T21:00:00.000Z")
        // The clock of this service stands still, so the second version is another document at the same instant.
        #expect(throws: (any Error).self) { try api.operate("/operator/policies", faster) }
        let other = faster.replacing("/metadata/id", by: "fast").replacing("/metadata/version", by: 1)
            .replacing("/spec/priority", by: 9)
        try api.operate("/operator/policies", other)
        let pay = try JSON(parsing: DefaultPolicies.documents[1]).replacing("/metadata/id", by: "fast")
            .replacing("/spec/slaRef", by: "fast")
        try api.operate("/operator/policies", pay)
        #expect(try answer().contains("within 7 hours"))
        let html = String(decoding: try api.send("GET", "/faq", headers: Self.page).body, as: UTF8.self)
        #expect(html.contains("within 7 hours") && html.contains("id=\"how-to-claim\""))
    }
}
