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
        guard try run("/bin/mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", folder.url.path]) == 0 else {
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

@Suite("A full disk")
struct DiskFullTests {
    @Test(
        "is answered with 503 and leaves nothing half-written; when space returns, the same key is answered",
        .enabled(if: SmallDisk.isPossible, SmallDisk.absence))
    func full() throws {
        let disk = try SmallDisk()
        let service = try TestService(in: disk.folder)
        let running = try service.serve()
        #expect(
            try running.send("POST", "/v1/requests", key: "before", requestBody(holder: "urn:x:0").canonicalBytes)
                .status == 201)
        let before = try running.send("GET", "/checkpoint").body
        try disk.fill()
        let body = requestBody(holder: "urn:x:1").canonicalBytes
        var refused: HTTPClient.Response?
        // What the log of the database holds already may take a few more.
        for number in 0..<200 {
            let response = try running.send("POST", "/v1/requests", key: "full-\(number)", body)
            if response.status != 201 {
                refused = response
                break
            }
        }
        let problem = try JSON(parsing: refused?.body ?? [])
        #expect(refused?.status == 503)
        #expect(refused?.header("Retry-After") != nil)
        #expect(problem["type"] == "urn:punctual:problem:no-space")
        #expect(try running.send("GET", "/healthz").status == 200)
        try disk.free()
        #expect(try running.send("POST", "/v1/requests", key: "after", body).status == 201)
        #expect(try running.send("GET", "/checkpoint").body != before)
        #expect(running.stop() == 0)
        let audit = try Programs.run(["audit", "verify", "--data", service.data])
        #expect(audit.exitCode == 0, "\(audit.out)\(audit.err)")
    }
}
