import Compression
import Foundation
import HTTPClient
import HTTPServer
import Mirroring
import Testing
import TransparencyLog

/// A web server of a log's resources, with the ways of servers.
private func serve(
    _ resources: [String: [UInt8]], _ answer: @escaping @Sendable (String, [UInt8]?) -> HTTPResponse = plain
) throws -> HTTPServer {
    try HTTPServer(HTTPServer.Configuration(address: .tcp(host: "127.0.0.1", port: 0))) { request, responder in
        let path = request.segments.dropFirst().joined(separator: "/")
        responder.answer(answer(path, request.segments.first == "log" ? resources[path] : nil))
    }
}

@Sendable private func plain(_ path: String, _ bytes: [UInt8]?) -> HTTPResponse {
    bytes.map { HTTPResponse(.ok, body: $0) } ?? HTTPResponse(.notFound)
}

@Suite("Where a log is read from")
struct SourceTests {
    private let log: SampleLog

    init() throws { log = try SampleLog.punctual(300) }

    private func verify(_ server: HTTPServer) throws(MirrorError) -> MirrorAudit.Summary {
        try MirrorAudit.verify(.address("http://\(server.address)/log"), trust: log.trust)
    }

    @Test("a folder and a web address give the same, with and without a slash at the end")
    func places() throws {
        let folder = try TemporaryFolder()
        for (path, bytes) in log.resources { try folder.write(bytes, to: path) }
        let server = try serve(log.resources)
        for name in [folder.path, folder.path + "/", "http://\(server.address)/log", "http://\(server.address)/log/"] {
            let summary = try MirrorAudit.verify(.named(name), trust: log.trust)
            #expect(summary.checkpoint.head == log.head && summary.form == .punctual)
            #expect(summary.bundles == 2 && summary.tiles == 3)
        }
        #expect(throws: MirrorError.missing(resource: "checkpoint")) {
            try MirrorAudit.verify(.folder(folder.path + "/nowhere"), trust: log.trust)
        }
    }

    @Test("bundles may come as gzip; what says so and is not, or is something else, is not believed")
    func coded() throws {
        let packed = try serve(log.resources) { path, bytes in
            guard let bytes, path.contains("entries") else { return plain(path, bytes) }
            return HTTPResponse(.ok, headers: ["Content-Encoding": "gzip"], body: GZIP.compress(bytes))
        }
        #expect(try verify(packed).checkpoint.head == log.head)
        let bomb = GZIP.compress([UInt8](repeating: 0, count: 1 << 25))
        for (coding, body) in [("gzip", Array("nonsense".utf8)), ("br", []), ("gzip", bomb)] {
            let broken = try serve(log.resources) { path, bytes in
                guard path.contains("entries") else { return plain(path, bytes) }
                return HTTPResponse(.ok, headers: ["Content-Encoding": coding], body: body)
            }
            let error = #expect(throws: MirrorError.self) { try verify(broken) }
            switch error {
            case .unreadable("tile/entries/000", _), .tooLong("tile/entries/000", _): break
            default: Issue.record("\(coding): \(String(describing: error))")
            }
        }
    }

    @Test("where partial tiles are gone, full ones serve: the log grew while we read")
    func grown() throws {
        let larger = try SampleLog.punctual(600)
        // A log keeps a partial tile only until there is the full one.
        let kept = log.resources.filter { ["checkpoint", "tile/1/000.p/1"].contains($0.key) }
        let server = try serve(larger.resources.merging(kept) { $1 })
        #expect(try verify(server).checkpoint.head == log.head)
        // What is served instead must begin with the same.
        let other = try SampleLog.punctual(600) { $0 == 299 ? "other" : "entry \($0)" }
        let changed = try serve(other.resources.merging(kept) { $1 })
        let error = #expect(throws: MirrorError.self) { try verify(changed) }
        guard case .wrongRoot = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(
        "a server that does not answer as one of files is no verdict on the log",
        arguments: [HTTPStatus.internalServerError, .serviceUnavailable, .forbidden])
    func status(_ status: HTTPStatus) throws {
        let server = try serve(log.resources) { path, bytes in
            path == "tile/0/001.p/44" ? HTTPResponse(status) : plain(path, bytes)
        }
        let error = #expect(throws: MirrorError.self) { try verify(server) }
        guard case .unreadable("tile/0/001.p/44", _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.isVerdict == false)
        server.stop(graceMilliseconds: 0)
        #expect(throws: MirrorError.self) { try verify(server) }
    }

    @Test("a file that is too long, a folder or a pipe in the place of one stops nothing but us")
    func oddFiles() throws {
        let folder = try TemporaryFolder()
        for (path, bytes) in log.resources { try folder.write(bytes, to: path) }
        func error() -> MirrorError? {
            #expect(throws: MirrorError.self) { try MirrorAudit.verify(.folder(folder.path), trust: log.trust) }
        }
        try folder.write([UInt8](repeating: 0, count: 8193), to: "tile/0/000")
        #expect(error() == .tooLong(resource: "tile/0/000", maximumBytes: 8192))
        try FileManager.default.removeItem(atPath: folder.path + "/tile/0/000")
        #expect(error() == .missing(resource: "tile/0/000"))
        let makers: [(String) -> Int32] = [{ unsafe mkfifo($0, 0o644) }, { unsafe mkdir($0, 0o755) }]
        for make in makers {
            #expect(make(folder.path + "/tile/0/000") == 0)
            #expect(error() == .unreadable(resource: "tile/0/000", reason: "it is not a plain file"))
            try FileManager.default.removeItem(atPath: folder.path + "/tile/0/000")
        }
    }

    /// Serves one set of resources until the checkpoint was asked for once, and then another.
    private func turning(_ first: SampleLog, _ second: SampleLog) -> LogSource {
        final class State { var asked = 0 }
        let state = State()
        return LogSource(name: "turning") { (path, _) throws(MirrorError) in
            if path == "checkpoint" { state.asked += 1 }
            if path == "checkpoint", state.asked > 1 { return second.resources[path] }
            return first.resources[path] ?? second.resources[path]
        }
    }

    @Test("a log that changes under us is held against what it said at first")
    func turned() throws {
        let larger = try SampleLog.punctual(600)
        #expect(try MirrorAudit.verify(turning(log, larger), trust: log.trust).afterwards == .grew(to: 600))
        let smaller = try SampleLog.punctual(200)
        #expect(try MirrorAudit.verify(turning(log, smaller), trust: log.trust).afterwards == .older(200))
        let other = try SampleLog.punctual(300) { $0 == 7 ? "other" : "entry \($0)" }
        let error = #expect(throws: MirrorError.self) {
            try MirrorAudit.verify(turning(log, other), trust: log.trust)
        }
        guard case .forked(let proof) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try proof.verify(logKeys: [log.signer.verifierKey]).origin == SampleLog.origin)
    }
}
