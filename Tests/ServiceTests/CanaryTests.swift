import CanonicalJSON
import Cryptography
import Foundation
import HTTPClient
import TestSupport
import Testing

/// What nobody but the parties may see is put into every field that the service takes, and looked for in everything
/// that it gives to others.
@Suite("Plants in every field")
struct CanaryTests {
    @Test("the search finds a plant in every form that it looks for, at any place, and nothing where nothing is")
    func search() {
        let (plant, other) = (Plant("a", seed: 1), Plant("b", seed: 2))
        var random = SeededRandom(seed: 3)
        for form in plant.insensitiveForms + plant.exactForms {
            let hay = Haystack(random.bytes(count: 1000) + form + random.bytes(count: 1000))
            #expect(hay.places(of: [plant, other]) == ["a"])
        }
        for shift in 0..<3 {
            let inside = random.bytes(count: 30 + shift) + Array(plant.text.utf8) + random.bytes(count: 40)
            let encoded = Data(inside).base64EncodedString()
            let url = encoded.replacing("+", with: "-").replacing("/", with: "_")
            let hex = inside.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
            for text in [encoded, url, hex] {
                #expect(Haystack(Array(text.utf8)).places(of: [plant, other]) == ["a"])
            }
        }
        #expect(Haystack(random.bytes(count: 100_000)).places(of: [plant, other]) == [])
    }

    @Test("every member of every body that institutions send is planted, or can hold nothing of theirs")
    func covers() throws {
        let file = Conformance.projectRoot.appending(path: "schemas/api.schema.json")
        var names: Set<String> = []
        func collect(_ json: JSON) {
            for (_, value) in json["properties"]?.objectValue ?? [:] { collect(value) }
            names.formUnion((json["properties"]?.objectValue ?? [:]).map(\.key))
            for case .object(let value)? in [json["items"]] { collect(.object(value)) }
        }
        let schemas = try JSON(parsing: [UInt8](Data(contentsOf: file)))["$defs"]?.objectValue ?? [:]
        for (name, schema) in schemas where name != "Problem" { collect(schema) }
        let planted: Set = [
            "credential", "holder", "id", "email", "note", "url", "document", "mandatoryPointers", "disclosable",
            "holderKey", "credentialId", "purpose", "holders", "text", "content", "reference",
        ]
        // Closed sets, numbers and names of issuers, which are public.
        let closed: Set = [
            "tier", "review", "issuer", "securing", "type", "decoys", "everyTermDefined", "withoutID", "reason",
            "evidence", "value", "options", "credentialStatus", "statusPurpose", "statusListIndex",
            "statusListCredential", "statusSize", "statusMessage", "status",
            // Of claims and offers; a locale is two letters.
            "request", "category", "channel", "requested", "benefitType", "unit", "minor", "kind", "locale", "kinds",
            "outcome", "grant", "rules", "policy", "pointer", "benefit",
            // Of credits and coupons. Of a key its thumbprint is kept, and that behind a commitment.
            "price", "timeoutSeconds", "until", "count", "keyThumbprint", "code", "proof", "jwk", "signature", "batch",
            "coupon", "pay",
            // The identifiers of a request and of a payment.
            "resubmissionOf", "claimKey",
            // Of surveys.
            "csat", "nps",
            // Of further checks, which the staff makes; of what they saw there is a hash, behind a commitment.
            "check", "result",
            // Of words about incidents.
            "decision",
        ]
        // Of incidents: closed sets and numbers, and what only the staff writes, who are not the institutions' people.
        let incidents: Set = [
            "stage", "state", "tenant", "tenants", "from", "cause", "confidence", "other", "text", "public", "owner",
            "dueAt", "action",
        ]
        #expect(names.symmetricDifference(planted.union(closed).union(incidents)) == [])
    }

    @Test("none of them comes out: not in the log, not in proofs, not in what the programs write; and erased is erased")
    func canaries() throws {
        let service = try CanaryService()
        try service.plant()
        try expectPlanted(service)
        try expectNothingPublished(service)
        try expectBundles(service, opened: true)
        try erase(service)
        try expectNothingPublished(service)
        try expectBundles(service, opened: false)
        try expectFilesClean(service)
        for words in [["audit", "verify"], ["audit", "recompute", "--json"]] {
            let output = try Programs.run(words + ["--data", service.data])
            #expect(output.exitCode == 0, "\(output.out)\(output.err)")
            expectNone(Array((output.out + output.err).utf8), service, words.joined(separator: " "))
        }
        let written = try service.stop()
        #expect(!written.isEmpty)
        expectNone(written + service.output, service, "what the programs wrote")
        try expectFilesClean(service)
    }

    /// All plants that are kept are in the database, or it would prove nothing that they are nowhere else.
    private func expectPlanted(_ service: CanaryService) throws {
        let files = try Haystack(filesIn: service.data)
        let kept = CanaryService.personal + CanaryService.institutional
        let planted = files.places(of: service.plants(of: kept))
        #expect(planted == kept.sorted())
        let written = files.places(of: service.plants(of: CanaryService.passing) + [Plant(apiKey: service.apiKey)])
        #expect(written == [])
        let all = try service.requests.map { try service.look("audit", "prove", $0, "--open-all") }.joined()
        let opened = Haystack(Array(all.utf8)).places(of: service.plants(of: CanaryService.personal))
        #expect(opened.contains("hold.note") && opened.contains("holder.email") && opened.contains("key.request"))
    }

    private func expectNone(_ bytes: [UInt8], _ service: CanaryService, _ what: String) {
        let found = Haystack(bytes).places(of: Array(service.plants.values) + [Plant(apiKey: service.apiKey)])
        #expect(found == [], "in \(what)")
    }

    /// Checkpoint, every tile, every entry, every page that anybody may read.
    private func expectNothingPublished(_ service: CanaryService) throws {
        let client = HTTPClient()
        func get(_ path: String) throws -> [UInt8] {
            try client.send(HTTPClient.Request("GET", service.running.url + path)).body
        }
        let checkpoint = try get("/checkpoint")
        let size = try #require(Int(String(decoding: checkpoint, as: UTF8.self).split(separator: "\n")[1]))
        var published = checkpoint
        for index in 0...(size / 256) {
            let width = min(size - index * 256, 256)
            guard width > 0 else { continue }
            let end = "00\(index)" + (width < 256 ? ".p/\(width)" : "")
            let entries = try get("/tile/entries/\(end)")
            #expect(entries.count > width * 200)
            published += try entries + get("/tile/0/\(end)")
        }
        if size >= 256 { published += try get("/tile/1/000.p/\(size / 256)") }
        for page in ["/policies", "/openapi.json", "/status-lists/1", "/status-lists/1-suspension", "/healthz"] {
            published += try get(page)
        }
        for id in service.requests {
            let status = try get("/v1/requests/\(id)/status")
            #expect(status.count > 100)
            published += status
        }
        expectNone(published, service, "what is published")
        try expectExportClean(service)
    }

    /// The log as files for any file server.
    private func expectExportClean(_ service: CanaryService) throws {
        let folder = service.folder.path("export-\(UUID().uuidString)")
        let words = ["audit", "export", "--data", service.data, "--out", folder]
        let exported = try Programs.run(words)
        #expect(exported.exitCode == 0, "\(exported.err)")
        expectNone(Array((exported.out + exported.err).utf8), service, "the answer of audit export")
        let found = try Haystack(filesIn: folder).places(of: Array(service.plants.values))
        #expect(found == [], "in the export")
        let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        #expect(files.contains { $0.contains("entries") }, "\(files)")
    }

    /// What is written for the parties opens the credential and no more; of an erased person nothing.
    private func expectBundles(_ service: CanaryService, opened: Bool) throws {
        #expect(service.requests.count == 12)
        for id in service.requests {
            let text = try service.look("audit", "prove", id)
            var bundle = try #require(JSON(parsing: Array(text.utf8.dropLast())).objectValue)
            let openings = bundle["openings"]?.arrayValue ?? []
            #expect(openings.isEmpty == !opened, "\(id)")
            expectNone(JSON.array(openings.filter { $0["field"] != "credential" }).canonicalBytes, service, "openings")
            bundle["openings"] = []
            expectNone(JSON.object(bundle).canonicalBytes, service, "a bundle")
        }
    }

    private func erase(_ service: CanaryService) throws {
        let holders =
            ["holder.id", "batch.holder", "late.holder"].map { service.text($0) }
            + ["urn:example:" + service.text("vcapi.subject")]
        let refused = try Programs.run(
            ["erase", "--data", service.data, "--institution", service.tenant] + holders)
        #expect(refused.exitCode == 1 && refused.out.contains("Nothing was destroyed. To do it, add --yes."))
        let several: JSON = ["holders": .array(holders.dropFirst().map(JSON.string))]
        let key = "erase " + service.text("late.holder")
        let answer = try service.send("POST", "/v1/erasures", key: key, several)
        #expect(answer.status == 200 && answer.json == ["state": "erased"])
        let again = try service.send("POST", "/v1/erasures", key: key, several)
        #expect(again.json == answer.json)
        let words = [holders[0], "--institution", service.tenant, "--yes", "--json"]
        let erased = try Programs.run(["erase", "--data", service.data] + words)
        #expect(erased.exitCode == 0, "\(erased.err)")
        let result = try JSON(parsing: Array(erased.out.utf8.dropLast()))
        #expect(result["state"] == "erased" && result["purged"] == true && result["requests"]?.integerValue ?? 0 > 5)
        expectNone(Array((erased.out + erased.err).utf8), service, "the answer of erase")
        for id in service.requests {
            let document = try service.send("GET", "/v1/requests/\(id)")
            #expect(document.status == 200 && document.json["erased"] == true)
            expectNone(document.json.canonicalBytes, service, "an erased request")
        }
        let body = requestBody(holder: "urn:x:1")
        let retried = try service.send("POST", "/v1/requests", key: service.text("key.request"), body)
        #expect(retried.status == 410 && retried.json["type"] == "urn:punctual:problem:erased")
        let update: JSON = [
            "credentialId": .string(service.text("credentialId")), "status": true,
            "credentialStatus": ["type": "BitstringStatusListEntry", "statusPurpose": "revocation"],
        ]
        #expect(try service.send("POST", "/credentials/status", update).status == 410)
    }

    /// Not a byte of a person in any file; what is the institution's stays.
    private func expectFilesClean(_ service: CanaryService) throws {
        let files = try Haystack(filesIn: service.data)
        let left = files.places(of: Array(service.plants.values) + [Plant(apiKey: service.apiKey)])
        #expect(left == CanaryService.institutional.sorted())
    }
}
