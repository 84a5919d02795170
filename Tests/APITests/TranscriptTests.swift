import API
import CanonicalJSON
import Cryptography
import Issuance
import StatusLists
import TestSupport
import Testing

@Suite(
    "What the W3C's interoperability suites asked a conforming server, asked of this one over TLS",
    .enabled(if: Conformance.isExpected, Conformance.absence))
struct TranscriptTests {
    /// The issuers by the beginning of the path that they had when the transcripts were made.
    static let issuers: [(path: String, issuer: RunningAPI.Issuer)] = [
        ("/eddsa-rdfc-2022/status", .init(name: "status", securing: .eddsaRDFC2022, statuses: [.revocation])),
        ("/eddsa-rdfc-2022", .init(name: "eddsa-rdfc-2022", securing: .eddsaRDFC2022)),
        ("/eddsa-jcs-2022", .init(name: "eddsa-jcs-2022", securing: .eddsaJCS2022)),
        ("/ecdsa-rdfc-2019/P-256", .init(name: "ecdsa-rdfc-2019-p256", algorithm: .es256, securing: .ecdsaRDFC2019)),
        ("/ecdsa-jcs-2019/P-256", .init(name: "ecdsa-jcs-2019-p256", algorithm: .es256, securing: .ecdsaJCS2019)),
        ("/ecdsa-sd-2023/P-256", .init(name: "ecdsa-sd-2023-p256", algorithm: .es256, securing: .ecdsaSD2023)),
    ]

    /// Answers of 201 that are 400 here, by file and line, with the reason.
    static let exemptions: [String: [Int: String]] = [
        "dm2": [
            // The suite takes a refusal to issue for one to verify.
            97: "a period that ends before it begins is not issued", 100: "the same",
            125: "the digest is that of a draft of the context, of 20 July 2024", 126: "the same", 127: "the same",
        ]
    ]

    @Test("the statuses are the same", arguments: [("bsl", 16), ("dm2", 144), ("ecdsa", 112), ("eddsa", 42)])
    func replay(_ file: String, _ count: Int) throws {
        let service = try RunningAPI(Self.issuers.map(\.issuer), vcapi: VCAPI.Settings(profile: .suite))
        let identifiers = try Self.issuers.map { try service.identifier(of: $0.issuer.name) }
        let text = String(decoding: try Conformance.bytes("vc-api-transcripts/\(file).jsonl"), as: UTF8.self)
        let lines = text.split(separator: "\n")
        #expect(lines.count == count)
        var list = ""
        for (number, line) in lines.enumerated() {
            let row = try JSON(parsing: Array(line.utf8))
            var (path, request) = (row["path"]?.stringValue ?? "", row["request"] ?? .null)
            if let place = Self.issuers.firstIndex(where: { path.hasPrefix($0.path) }) {
                path = "/issuers/\(Self.issuers[place].issuer.name)" + path.dropFirst(Self.issuers[place].path.count)
                request = Self.naming(identifiers[place], in: request)
            }
            if path == "/status-lists/1" { path = list }
            let answer = try service.send(
                row["method"]?.stringValue ?? "", path, request.objectValue == nil ? [] : request.canonicalBytes)
            let isExempt = Self.exemptions[file]?[number + 1] != nil
            if isExempt { #expect(row["status"] == 201) }
            let expected = isExempt ? 400 : row["status"]?.integerValue.map(Int.init)
            #expect(
                answer.status == expected,
                """
                \(file) \(number + 1): \(row["test"]?.stringValue ?? ""), there: \(row["error"]?.stringValue ?? "-"), \
                here: \(answer.problem)
                """)
            #expect(answer.contentType.contains("json"), "\(file) \(number + 1)")
            let issued = answer.json["verifiableCredential"]
            if let url = issued?["credentialStatus"]?["statusListCredential"]?.stringValue {
                list = url.replacing("https://issuer.example", with: "")
            }
        }
    }

    @Test("a presentation for another challenge, or for another domain, is not verified")
    func challenges() throws {
        let service = try RunningAPI(vcapi: VCAPI.Settings(profile: .suite))
        let text = String(decoding: try Conformance.bytes("vc-api-transcripts/dm2.jsonl"), as: UTF8.self)
        let good = try text.split(separator: "\n").map { try JSON(parsing: Array($0.utf8)) }
            .filter { $0["path"] == "/presentations/verify" && $0["status"] == 200 }
        let request = try #require(good.first?["request"])
        let domain = try #require(request["options"]?["domain"])
        for (options, status): (JSON, Int) in [
            (["domain": domain], 200), ([:], 200), (["domain": [domain]], 200),
            (["challenge": "u0000000000000000000000"], 400), (["domain": "other.example"], 400),
            (["domain": [domain, "other.example"]], 400), (["domain": 1], 400), (["challenge": ["a"]], 400),
        ] {
            let answer = try service.post("/presentations/verify", request.replacing("/options", by: options))
            #expect(answer.status == status, "\(options.canonicalString): \(answer.problem)")
        }
        let answer = try service.post("/verifiers/strict/presentations/verify", request)
        #expect(answer.status == 200)
        #expect(answer.json["verified"] == true)
        #expect(answer.json["results"]?["presentation"]?["challenge"]?["verified"] == true)
        #expect(answer.json["results"]?["presentation"]?["proof"]?.arrayValue?.first?["verified"] == true)
    }

    /// The request with the identifier of an issuer here in place of the one there.
    static func naming(_ issuer: String, in request: JSON) -> JSON {
        if request["credential"]?["issuer"]?.stringValue?.hasPrefix("did:key:") == true {
            return request.replacing("/credential/issuer", by: .string(issuer))
        }
        if request["credential"]?["issuer"]?["id"]?.stringValue?.hasPrefix("did:key:") == true {
            return request.replacing("/credential/issuer/id", by: .string(issuer))
        }
        return request
    }
}
