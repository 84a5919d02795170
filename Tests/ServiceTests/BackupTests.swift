import CanonicalJSON
import Dispatch
import Foundation
import HTTPClient
import Synchronization
import Testing

/// `Operations` in the catalogue of the room Hosting: copies, and their way back.
@Suite("Backup and restore")
struct BackupTests {
    private let service: TestService

    init() throws { service = try TestService() }

    private var backup: String { service.folder.path("backup") }
    private var restored: String { service.folder.path("restored") }

    private func send(_ running: RunningService, _ keys: Range<Int>) throws {
        for number in keys {
            let body = requestBody(holder: "urn:x:\(number)").canonicalBytes
            #expect(try running.send("POST", "/v1/requests", key: "key-\(number)", body).status == 201)
        }
    }

    private func run(_ arguments: String...) throws -> Programs.Output { try Programs.run(arguments) }

    private func makeBackup(_ options: String...) throws {
        let made = try Programs.run(["backup", "--data", service.data, "--out", backup] + options)
        #expect(made.exitCode == 0, "\(made.err)")
    }

    private func restore(_ options: String...) throws -> Programs.Output {
        try Programs.run(
            ["restore", "--data", restored, "--from", backup, "--keys", service.data + "/keys"] + options)
    }

    private func serveRestored() throws -> RunningService {
        try RunningService(data: restored, apiKey: service.apiKey)
    }

    /// The newest checkpoint as a verifier keeps it.
    private func keepCheckpoint(_ running: RunningService, _ name: String) throws -> String {
        let file = service.folder.path(name)
        try Data(running.send("GET", "/checkpoint").body).write(to: URL(filePath: file))
        return file
    }

    private func files(_ folder: String) throws -> Set<String> {
        Set(try FileManager.default.subpathsOfDirectory(atPath: folder))
    }

    @Test("copies a running service while it writes, whole and of one moment, without private keys")
    func online() throws {
        let running = try service.serve()
        try send(running, 0..<3)
        // Somebody goes on writing meanwhile.
        let isOver = Atomic(false)
        let written = Mutex(0)
        let done = DispatchSemaphore(value: 0)
        DispatchQueue(label: "writer").async {
            var number = 1_000
            while !isOver.load(ordering: .relaxed) {
                let body = requestBody(holder: "urn:x:\(number)").canonicalBytes
                guard (try? running.send("POST", "/v1/requests", key: "key-\(number)", body).status) == 201 else { break }
                number += 1
                written.withLock { $0 += 1 }
            }
            done.signal()
        }
        while written.withLock({ $0 }) < 2 {}
        try makeBackup()
        isOver.store(true, ordering: .relaxed)
        done.wait()
        #expect(try files(backup) == ["punctual.sqlite", "checkpoint", "backup.json"])
        let manifest = try JSON(parsing: Array(try Data(contentsOf: URL(filePath: backup + "/backup.json")).dropLast()))
        let note = try String(contentsOfFile: backup + "/checkpoint", encoding: .utf8)
        let size = try #require(manifest["size"]?.integerValue)
        #expect(note.hasPrefix("test.example/log\n\(size)\n") && manifest["origin"] == "test.example/log")
        for name in ["", "/punctual.sqlite", "/backup.json", "/checkpoint"] {
            let mode = try FileManager.default.attributesOfItem(atPath: backup + name)[.posixPermissions] as? Int
            #expect(mode.map { $0 & 0o077 } == 0, "\(name)")
        }
        // With the checkpoint of a moment before, the copy goes on where it ended.
        let kept = service.folder.path("kept")
        try FileManager.default.copyItem(atPath: backup + "/checkpoint", toPath: kept)
        #expect(running.stop() == 0)
        let output = try restore("--checkpoint", kept)
        #expect(output.exitCode == 0 && output.out.contains("What remains unknown"), "\(output.err)")
        let again = try serveRestored()
        try send(again, 0..<5)
        #expect(again.stop() == 0)
        #expect(try run("audit", "verify", "--data", restored).exitCode == 0)
        #expect(try run("doctor", "--data", restored).exitCode == 0)
        #expect(try run("backup", "--data", service.data, "--out", backup).exitCode == 2)
    }

    @Test("a copy that is older than what somebody kept does not come up, and nothing is made")
    func older() throws {
        let running = try service.serve()
        try send(running, 0..<2)
        try makeBackup("--with-keys")
        #expect(try files(backup).contains { $0.hasPrefix("keys/") && $0.hasSuffix(".pem") })
        try send(running, 2..<3)
        let kept = try keepCheckpoint(running, "kept")
        #expect(running.stop() == 0)
        let refused = try run("restore", "--data", restored, "--from", backup, "--checkpoint", kept)
        #expect(refused.exitCode == 1 && refused.err.contains("Nothing was changed"), "\(refused.err)")
        #expect(refused.err.contains("would not start"))
        #expect(!FileManager.default.fileExists(atPath: restored))
        #expect(!FileManager.default.fileExists(atPath: restored + ".restoring"))
        // Of another log, or no checkpoint at all.
        let other = try TestService()
        let otherRunning = try other.serve()
        let foreign = try keepCheckpoint(otherRunning, "foreign")
        otherRunning.stop()
        #expect(try restore("--checkpoint", foreign).exitCode == 1)
        #expect(!FileManager.default.fileExists(atPath: restored))
        // Where a service is left, restore is not the way.
        let occupied = try run("restore", "--data", service.data, "--from", backup)
        #expect(occupied.exitCode == 1 && occupied.err.contains("doctor recover"), "\(occupied.err)")
    }

    @Test("without a checkpoint of others it only reads, says so everywhere, and one that it has ends that")
    func unproven() throws {
        let running = try service.serve()
        try send(running, 0..<2)
        try makeBackup()
        let kept = try keepCheckpoint(running, "kept")
        try send(running, 2..<3)
        let newer = try keepCheckpoint(running, "newer")
        #expect(running.stop() == 0)
        let output = try restore()
        #expect(output.exitCode == 0 && output.out.contains("only reads"), "\(output.err)")
        func expectReadingOnly() throws {
            let copy = try serveRestored()
            let ready = try copy.send("GET", "/readyz")
            #expect(ready.status == 503)
            #expect(try JSON(parsing: ready.body)["obstacles"] == ["unproven-copy"])
            let checkpoint = try copy.send("GET", "/checkpoint")
            #expect(checkpoint.status == 200)
            let body = requestBody(holder: "urn:x:new").canonicalBytes
            let refused = try copy.send("POST", "/v1/requests", key: "new", body)
            #expect(refused.status == 503)
            #expect(try JSON(parsing: refused.body)["type"] == "urn:punctual:problem:halted")
            // What was acknowledged is acknowledged again.
            try send(copy, 0..<2)
            #expect(try copy.send("GET", "/checkpoint").body == checkpoint.body)
            #expect(copy.stop() == 0)
        }
        try expectReadingOnly()
        // Also the operator's commands, without a running service.
        #expect(try run("institution", "add", "--data", restored, "--name", "New").exitCode == 1)
        let doctor = try run("doctor", "--data", restored)
        #expect(doctor.exitCode == 3 && doctor.out.contains("restored copy"), "\(doctor.out)")
        #expect(try run("restore", "--data", restored, "--checkpoint", newer).exitCode == 1)
        try expectReadingOnly()
        let proven = try run("restore", "--data", restored, "--checkpoint", kept)
        #expect(proven.exitCode == 0, "\(proven.err)")
        let again = try serveRestored()
        #expect(try again.send("GET", "/readyz").status == 200)
        try send(again, 5..<6)
        #expect(again.stop() == 0)
        #expect(try run("doctor", "--data", restored).exitCode == 0)
        let needless = try run("restore", "--data", restored, "--checkpoint", kept)
        #expect(needless.exitCode == 1 && needless.err.contains("was not restored"))
    }

    @Test(
        "a folder that is not a whole backup, or was changed, is refused",
        arguments: ["backup.json", "punctual.sqlite", "entry", "manifest", "keys"])
    func damaged(what: String) throws {
        let running = try service.serve()
        try send(running, 0..<2)
        try makeBackup()
        #expect(running.stop() == 0)
        var keys = service.data + "/keys"
        switch what {
        case "entry":
            let handle = try FileHandle(forUpdating: URL(filePath: backup + "/punctual.sqlite"))
            let bytes = try #require(try handle.readToEnd())
            let place = try #require(bytes.range(of: Data("urn:x:1".utf8)))
            try handle.seek(toOffset: UInt64(place.lowerBound))
            try handle.write(contentsOf: Data("urn:x:7".utf8))
            try handle.close()
        case "manifest":
            let file = URL(filePath: backup + "/backup.json")
            let manifest = try JSON(parsing: Array(try Data(contentsOf: file).dropLast()))
            guard case .object(var object) = manifest, let size = manifest["size"]?.integerValue else { return }
            object["size"] = .integer(size + 1)
            try Data(JSON.object(object).canonicalBytes).write(to: file)
        case "keys": keys = service.folder.url.path
        default: try FileManager.default.removeItem(atPath: backup + "/" + what)
        }
        let output = try run("restore", "--data", restored, "--from", backup, "--keys", keys)
        #expect(output.exitCode == (what == "punctual.sqlite" ? 2 : 1), "\(output.exitCode) \(output.err)")
        #expect(!FileManager.default.fileExists(atPath: restored))
        #expect(!FileManager.default.fileExists(atPath: restored + ".restoring"))
    }

    @Test("killed at any moment a backup and a restore leave everything or nothing, and the next one succeeds")
    func killed() throws {
        let running = try service.serve()
        try send(running, 0..<20)
        let kept = try keepCheckpoint(running, "kept")
        func killWhenThere(_ arguments: [String], _ trigger: String) throws {
            let process = Process()
            process.executableURL = Programs.folder.appending(path: "punctual")
            process.arguments = arguments
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            while process.isRunning, !FileManager.default.fileExists(atPath: trigger) {}
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        for trigger in ["", "/punctual.sqlite", "/checkpoint", "/backup.json"] {
            try killWhenThere(["backup", "--data", service.data, "--out", backup], backup + ".partial" + trigger)
            if FileManager.default.fileExists(atPath: backup) {
                #expect(try files(backup) == ["punctual.sqlite", "checkpoint", "backup.json"])
                try FileManager.default.removeItem(atPath: backup)
            }
        }
        try makeBackup()
        #expect(!FileManager.default.fileExists(atPath: backup + ".partial"))
        #expect(running.stop() == 0)
        let arguments = [
            "restore", "--data", restored, "--from", backup, "--keys", service.data + "/keys", "--checkpoint", kept,
        ]
        for trigger in ["", "/keys", "/punctual.sqlite", "/scratch.sqlite", "/anchor"] {
            try killWhenThere(arguments, restored + ".restoring" + trigger)
            if FileManager.default.fileExists(atPath: restored) {
                #expect(try run("doctor", "--data", restored).exitCode == 0)
                try FileManager.default.removeItem(atPath: restored)
            }
        }
        #expect(try Programs.run(arguments).exitCode == 0)
        let again = try serveRestored()
        try send(again, 0..<20)
        #expect(again.stop() == 0)
    }
}
