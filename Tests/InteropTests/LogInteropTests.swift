import CanonicalJSON
import Foundation
import HTTPClient
import TestSupport
import Testing
import TransparencyLog

/// Failure test 16: tools that others wrote read our log, live and as files, and we read theirs.
@Suite("Other people's tools and our log", .enabled(if: LogTools.isExpected, LogTools.absence), .serialized)
struct LogInteropTests {
    /// Over 256 entries, so that there are full tiles, partial ones and a level above. One for each test: a server that
    /// outlived them could hold ends of pipes that others wait for.
    private func makeService() throws -> LogService { try LogService(requests: 300) }

    private func head(of service: LogService) throws -> Checkpoint {
        let note = try HTTPClient().send(HTTPClient.Request("GET", service.server.url + "/checkpoint")).body
        return try Checkpoint(parsing: SignedNote(parsing: note).text)
    }

    private func expectRead(_ report: JSON, _ checkpoint: Checkpoint) {
        #expect(report["origin"]?.stringValue == checkpoint.origin)
        #expect(report["size"] == .integer(Int64(checkpoint.head.size)))
        #expect(report["root"]?.stringValue == checkpoint.head.root.base64)
        #expect((report["records"]?.integerValue ?? 0) >= 8 && (report["trees"]?.integerValue ?? 0) >= 8)
    }

    @Test("golang.org/x/mod reads the live service: note, tiles, entries, proofs of records and trees of many sizes")
    func goReadsLive() throws {
        let service = try makeService()
        let checkpoint = try head(of: service)
        #expect(checkpoint.head.size > 600)
        let report = try LogTools.go(["read", service.server.url, service.vkey])
        expectRead(report, checkpoint)
        #expect(report["entries"] == .integer(Int64(checkpoint.head.size)) && report["signatures"] == 1)
    }

    @Test("aics-tlog reads the live service and audits every tile and bundle")
    func aicsReadsLive() throws {
        let service = try makeService()
        let checkpoint = try head(of: service)
        let report = try LogTools.aics(["read", service.server.url, service.vkey])
        expectRead(report, checkpoint)
        #expect(report["bundles"] == .integer(Int64((checkpoint.head.size + 255) / 256)))
    }

    @Test("both read our export from a plain file server, and so do we")
    func exported() throws {
        let service = try makeService()
        let checkpoint = try head(of: service)
        let out = service.folder.appending(path: "export-\(UUID().uuidString)").path
        let written = try LogTools.punctual(["audit", "export", "--data", service.data, "--out", out, "--json"])
        #expect(written["size"] == .integer(Int64(checkpoint.head.size)))
        let python = try SecondImplementation.python.get()
        let server = try ServingProgram(
            python, ["-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", out])
        expectRead(try LogTools.go(["read", server.url, service.vkey]), checkpoint)
        expectRead(try LogTools.aics(["read", server.url, service.vkey]), checkpoint)
        let own = try LogTools.punctual([
            "audit", "verify", "--from", server.url, "--log-key", service.vkey, "--json",
        ])
        #expect(own["verdict"] == "valid" && own["entries"] == "punctual")
    }

    @Test("aics-tlog accepts the .tlog-proof that the service gives out, for its entry only")
    func proofs() throws {
        let service = try makeService()
        func fetch(_ path: String, _ name: String) throws -> String {
            let response = try HTTPClient().send(HTTPClient.Request("GET", service.server.url + path))
            #expect(response.status == 200)
            let file = service.folder.appending(path: name)
            try Data(response.body).write(to: file)
            return file.path
        }
        let proof = try fetch("/v1/log/entries/255/tlog-proof", "255.tlog-proof")
        let (entry, other) = (try fetch("/v1/log/entries/255", "255"), try fetch("/v1/log/entries/256", "256"))
        #expect(try LogTools.aics(["proof", proof, entry, service.vkey])["ok"] == true)
        #expect(try LogTools.aics(["proof", proof, other, service.vkey])["ok"] == false)
    }

    @Test(
        "we verify logs that x/mod and aics-tlog made, and find the byte that was changed", arguments: ["go", "aics"])
    func madeElsewhere(tool: String) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "punctual-interop-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let request = ["make", folder.path, "600"]
        let made = try tool == "go" ? LogTools.go(request) : LogTools.aics(request)
        let vkey = try #require(made["vkey"]?.stringValue)
        func verify() throws -> JSON {
            try LogTools.punctual(["audit", "verify", "--from", folder.path, "--log-key", vkey, "--json"])
        }
        let report = try verify()
        #expect(report["verdict"] == "valid" && report["size"] == 600 && report["entries"] == "unknown", "\(report)")
        let bundle = folder.appending(path: "tile/entries/001")
        var bytes = try Data(contentsOf: bundle)
        bytes[bytes.count - 1] ^= 1
        try FileManager.default.removeItem(at: bundle)
        try bytes.write(to: bundle)
        let damaged = try verify()
        #expect(damaged["verdict"] == "invalid" && damaged["firstWrong"] == 511, "\(damaged)")
    }
}
