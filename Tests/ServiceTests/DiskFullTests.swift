import CanonicalJSON
import Foundation
import HTTPClient
import Testing

/// A small file system of its own, which can really be filled.
final class SmallDisk: Sendable {
    let folder: TemporaryFolder

    static let absence: Comment =
        "a small file system can only be mounted by root; the store's own tests fill up by pages"

    /// Whether this machine lets us mount one.
    static let isPossible: Bool = {
        guard geteuid() == 0, let disk = try? SmallDisk() else { return false }
        return FileManager.default.fileExists(atPath: disk.folder.url.path)
    }()

    init() throws {
        folder = try TemporaryFolder()
        guard try run("/bin/mount", ["-t", "tmpfs", "-o", "size=32m", "tmpfs", folder.url.path]) == 0 else {
            throw ServiceFailure("not mounted")
        }
    }

    deinit { _ = try? run("/bin/umount", ["--lazy", folder.url.path]) }

    /// Takes all the space that is left.
    func fill() throws {
        _ = FileManager.default.createFile(atPath: folder.path("filler"), contents: nil)
        let file = try FileHandle(forWritingTo: URL(filePath: folder.path("filler")))
        for size in [65_536, 4096, 512] {
            while (try? file.write(contentsOf: Data(count: size))) != nil {}
        }
    }

    /// Takes all the space but this much.
    func fill(leaving bytes: UInt64) throws {
        try fill()
        let file = try FileHandle(forUpdating: URL(filePath: folder.path("filler")))
        try file.truncate(atOffset: try file.seekToEnd() - bytes)
        try file.close()
    }

    func free() throws { try FileManager.default.removeItem(atPath: folder.path("filler")) }

    private func run(_ program: String, _ arguments: [String]) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}

@Suite("A full disk", .enabled(if: SmallDisk.isPossible, SmallDisk.absence))
struct DiskFullTests {
    private let disk: SmallDisk
    private let service: TestService

    init() throws {
        disk = try SmallDisk()
        service = try TestService(in: disk.folder)
    }

    private func body(_ holder: String) -> [UInt8] { requestBody(holder: "urn:x:\(holder)").canonicalBytes }

    /// Sends requests until one is refused; what the write-ahead log holds already may take a few. Gives the refusal.
    private func sendUntilFull(
        _ running: RunningService, _ prefix: String, _ acknowledged: inout [String: [UInt8]]
    ) throws -> HTTPClient.Response? {
        for number in 0..<400 {
            let key = "\(prefix)-\(number)"
            let response = try running.send("POST", "/v1/requests", key: key, body(key))
            guard response.status == 201 else { return response }
            acknowledged[key] = response.body
        }
        return nil
    }

    /// Asks until the service is ready, or is not: it looks for space each quarter of a second.
    private func awaitReadiness(_ running: RunningService, is expected: Bool) throws {
        let client = HTTPClient()
        for _ in 0..<100_000 {
            if try (running.send("GET", "/readyz", client: client).status == 200) == expected { return }
        }
        Issue.record("the service is \(expected ? "not " : "")ready after many questions")
    }

    private func expectSoundness() throws {
        let audit = try Programs.run(["audit", "verify", "--data", service.data])
        #expect(audit.exitCode == 0, "\(audit.out)\(audit.err)")
        #expect(try Programs.run(["doctor", "--data", service.data]).exitCode == 0)
    }

    @Test("is answered with 503 and leaves nothing half-written; when space returns, the service goes on by itself")
    func full() throws {
        let running = try service.serve()
        var acknowledged: [String: [UInt8]] = [:]
        let before = try running.send("GET", "/checkpoint").body
        try disk.fill()
        let refused = try #require(try sendUntilFull(running, "full", &acknowledged))
        #expect(refused.status == 503)
        #expect(refused.header("Retry-After") != nil)
        #expect(try JSON(parsing: refused.body)["type"] == "urn:punctual:problem:no-space")
        #expect(try running.send("GET", "/healthz").status == 200)
        let ready = try running.send("GET", "/readyz")
        #expect(ready.status == 503)
        #expect(try JSON(parsing: ready.body)["obstacles"] == ["no-space"])
        // Reading goes on, and what was acknowledged is acknowledged again.
        #expect(try running.send("GET", "/checkpoint").status == 200)
        if let (key, answer) = acknowledged.first {
            #expect(try running.send("POST", "/v1/requests", key: key, body(key)).body == answer)
        }
        try disk.free()
        try awaitReadiness(running, is: true)
        let key = "full-\(acknowledged.count)"
        #expect(try running.send("POST", "/v1/requests", key: key, body(key)).status == 201)
        #expect(try running.send("GET", "/checkpoint").body != before)
        #expect(running.stop() == 0)
        try expectSoundness()
    }

    @Test("loses nothing that was acknowledged, wherever in a transaction the space ends")
    func everyWritePoint() throws {
        let running = try service.serve()
        var acknowledged: [String: [UInt8]] = [:]
        for pages in [0, 3, 20, 60, 120, 180] as [UInt64] {
            try disk.fill(leaving: pages * 4096)
            #expect(try sendUntilFull(running, "\(pages)", &acknowledged)?.status == 503)
            try disk.free()
            try awaitReadiness(running, is: true)
        }
        for (key, answer) in acknowledged {
            #expect(try running.send("POST", "/v1/requests", key: key, body(key)).body == answer)
        }
        #expect(running.stop() == 0)
        try expectSoundness()
        let again = try service.serve()
        for (key, answer) in acknowledged {
            #expect(try again.send("POST", "/v1/requests", key: key, body(key)).body == answer)
        }
        #expect(again.stop() == 0)
    }

    @Test("lets a key in wrong hands be revoked, stops well, and starts into waiting for space")
    func headRoom() throws {
        let running = try service.serve()
        var acknowledged: [String: [UInt8]] = [:]
        try disk.fill()
        #expect(try sendUntilFull(running, "full", &acknowledged)?.status == 503)
        let issuers = try Programs.run(["key", "list", "--data", service.data, "--json"])
        let list = try JSON(parsing: Array(issuers.out.utf8.dropLast()))["issuers"]?.arrayValue
        let key = try #require(list?.first?["keys"]?.arrayValue?.first?["key"]?.stringValue)
        let revoked = try Programs.run(["key", "revoke", key, "--data", service.data])
        #expect(revoked.exitCode == 0, "\(revoked.err)")
        #expect(running.stop() == 0)
        let log = FileManager.default.contents(atPath: service.data + "/punctual.sqlite-wal")
        #expect(log?.isEmpty ?? true)
        // Nobody took the space that was given up meanwhile; now somebody does.
        try? disk.free()
        try disk.fill(leaving: 256 << 10)
        let waiting = try service.serve()
        #expect(try waiting.send("GET", "/checkpoint").status == 200)
        try awaitReadiness(waiting, is: false)
        try disk.free()
        try awaitReadiness(waiting, is: true)
        #expect(waiting.stop() == 0)
        try expectSoundness()
    }
}
