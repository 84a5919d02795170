import CanonicalJSON
import Foundation
import HTTPClient
import Testing

/// A data directory that something happened to.
private struct Patient {
    let service: TestService
    /// A copy of the directory as it was when all was well.
    let copy: String

    /// A service with a few requests, stopped; and a copy of it.
    init(requests: Int = 3) throws {
        service = try TestService()
        let running = try service.serve()
        for number in 0..<requests {
            let body = requestBody(holder: "urn:x:\(number)").canonicalBytes
            guard try running.send("POST", "/v1/requests", key: "key-\(number)", body).status == 201 else {
                throw ServiceFailure("request \(number)")
            }
        }
        running.stop()
        copy = service.folder.path("copy")
        try FileManager.default.copyItem(atPath: service.data, toPath: copy)
    }

    /// One more request, so that the copy is older than what was acknowledged.
    func outdateCopy() throws {
        let running = try service.serve()
        let body = requestBody(holder: "urn:x:later").canonicalBytes
        #expect(try running.send("POST", "/v1/requests", key: "later", body).status == 201)
        running.stop()
    }

    func doctor() throws -> (exitCode: Int32, checks: [String: JSON]) {
        let output = try Programs.run(["doctor", "--data", service.data, "--json"])
        let list = try JSON(parsing: Array(output.out.utf8.dropLast()))["checks"]?.arrayValue ?? []
        return (output.exitCode, Dictionary(uniqueKeysWithValues: list.map { ($0["check"]?.stringValue ?? "", $0) }))
    }

    func recover(_ options: String...) throws -> Programs.Output {
        try Programs.run(["doctor", "recover", "--data", service.data] + options)
    }

    /// The exit code and the complaint of a start that is refused.
    func start() throws -> Programs.Output {
        try Programs.run(["serve", "--data", service.data, "--listen", "127.0.0.1:0"])
    }

    /// That the service starts, has everything, and stops well.
    func expectHealth(requests: Int = 3) throws {
        let running = try service.serve()
        for number in 0..<requests {
            let body = requestBody(holder: "urn:x:\(number)").canonicalBytes
            #expect(try running.send("POST", "/v1/requests", key: "key-\(number)", body).status == 201)
        }
        #expect(try running.send("GET", "/readyz").status == 200)
        #expect(running.stop() == 0)
        #expect(try Programs.run(["audit", "verify", "--data", service.data]).exitCode == 0)
        #expect(try doctor().exitCode == 0)
    }

    func file(_ name: String) -> String { service.data + "/" + name }

    /// Changes bytes of a file in place.
    func damage(_ name: String, at offset: UInt64, count: Int = 8) throws {
        let handle = try FileHandle(forUpdating: URL(filePath: file(name)))
        try handle.seek(toOffset: offset)
        let bytes = try handle.read(upToCount: count) ?? Data()
        try handle.seek(toOffset: offset)
        try handle.write(contentsOf: Data(bytes.map { ~$0 }))
        try handle.close()
    }

    /// Every file with its bytes, without the memory that processes share.
    func files() throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: service.data) where !name.hasSuffix("-shm") {
            files[name] = FileManager.default.contents(atPath: file(name)) ?? Data()
        }
        return files
    }
}

@Suite("The doctor")
struct DoctorTests {
    @Test("finds nothing wrong with a service that is well, running or not, and changes nothing")
    func well() throws {
        let patient = try Patient()
        let before = try patient.files()
        #expect(try patient.doctor().exitCode == 0)
        var after = try patient.files()
        #expect(before == after)
        let running = try patient.service.serve()
        let checkpoint = try running.send("GET", "/checkpoint").body
        let (exitCode, checks) = try patient.doctor()
        #expect(exitCode == 0)
        #expect(checks["running"]?["found"] == "The service runs.")
        #expect(checks.values.allSatisfy { $0["state"] == "fine" }, "\(checks)")
        #expect(try running.send("GET", "/checkpoint").body == checkpoint)
        running.kill()
        #expect(try patient.doctor().checks["running"]?["state"] == "attention")
        // What is left of a killed service is evidence until the next start.
        after = try patient.files()
        #expect(try patient.doctor().exitCode == 0)
        #expect(try patient.files() == after)
        try patient.expectHealth()
    }

    @Test("an older copy that was put back: refused, explained, not curable with the same copy, cured with a newer one")
    func rollback() throws {
        let patient = try Patient()
        try patient.outdateCopy()
        let newest = patient.service.folder.path("newest.sqlite")
        try FileManager.default.copyItem(atPath: patient.file("punctual.sqlite"), toPath: newest)
        try FileManager.default.removeItem(atPath: patient.file("punctual.sqlite"))
        try FileManager.default.copyItem(
            atPath: patient.copy + "/punctual.sqlite", toPath: patient.file("punctual.sqlite"))
        #expect(try patient.start().exitCode == 78)
        let (exitCode, checks) = try patient.doctor()
        #expect(exitCode == 78)
        #expect(checks["anchor and log"]?["state"] == "wrong")
        #expect(checks["all entries"]?["state"] == "fine")
        let refused = try patient.recover("--from", patient.copy)
        #expect(refused.exitCode == 1 && refused.err.contains("were acknowledged"), "\(refused.err)")
        #expect(refused.err.contains("What helps is a copy"))
        let own = try patient.recover("--from", patient.service.data)
        #expect(own.exitCode == 1 && own.err.contains("damaged database itself"), "\(own.err)")
        let done = try patient.recover("--from", newest)
        #expect(done.exitCode == 0, "\(done.err)")
        #expect(FileManager.default.fileExists(atPath: patient.file("punctual.sqlite.damaged-1")))
        #expect(!FileManager.default.fileExists(atPath: patient.file("recovery.sqlite")))
        try patient.expectHealth()
    }

    @Test("a lost or damaged anchor: only with a checkpoint that the log contains, and with words about the risk")
    func anchor() throws {
        let patient = try Patient()
        let running = try patient.service.serve()
        let note = patient.service.folder.path("kept.note")
        try Data(running.send("GET", "/checkpoint").body).write(to: URL(filePath: note))
        running.stop()
        for slots in [[], [40, 552], [40], [552]] as [[UInt64]] {
            if slots.isEmpty { try FileManager.default.removeItem(atPath: patient.file("anchor")) }
            for offset in slots { try patient.damage("anchor", at: offset) }
            guard slots.count != 1 else {
                // A loss of power leaves it so; the log goes on from the head in the other slot.
                let (exitCode, checks) = try patient.doctor()
                #expect(exitCode == 0)
                #expect(checks["anchor"]?["state"] == "attention")
                let running = try patient.service.serve()
                #expect(
                    try running.send(
                        "POST", "/v1/requests", key: "\(slots)", requestBody(holder: "urn:y").canonicalBytes
                    )
                    .status == 201)
                #expect(running.stop() == 0)
                #expect(try patient.doctor().checks["anchor"]?["state"] == "fine")
                continue
            }
            let start = try patient.start()
            #expect(start.exitCode == 78)
            #expect(start.err.contains(slots.isEmpty ? "is gone" : "both slots are damaged"), "\(start.err)")
            let (exitCode, checks) = try patient.doctor()
            #expect(exitCode == 78)
            #expect(checks["anchor"]?["state"] == "wrong")
            #expect(checks["anchor and log"]?["state"] == "unknown")
            let without = try patient.recover("--from", patient.copy)
            #expect(without.exitCode == 1 && without.err.contains("--checkpoint FILE"), "\(without.err)")
            let nonsense = patient.service.folder.path("nonsense.note")
            try Data("nonsense\n".utf8).write(to: URL(filePath: nonsense))
            let refused = try patient.recover("--checkpoint", nonsense)
            #expect(refused.exitCode == 1 && refused.err.contains("not one of this log"), "\(refused.err)")
            let done = try patient.recover("--checkpoint", note)
            #expect(done.exitCode == 0 && done.out.contains("What remains unknown"), "\(done.out)\(done.err)")
            try patient.expectHealth()
        }
        let again = try patient.recover("--checkpoint", note)
        #expect(again.exitCode == 1 && again.err.contains("not needed"))
    }

    @Test("evidence of a fork: nothing starts, the doctor explains it, and no copy clears it")
    func fork() throws {
        let patient = try Patient()
        let evidence: JSON = ["type": "PunctualForkProof", "version": 1]
        try Data(evidence.canonicalBytes).write(to: URL(filePath: patient.file("fork-evidence.json")))
        let start = try patient.start()
        #expect(start.exitCode == 78 && start.err.contains("fork-evidence.json"))
        let (exitCode, checks) = try patient.doctor()
        #expect(exitCode == 78)
        #expect(checks["evidence"]?["found"]?.stringValue?.contains("two checkpoints") == true)
        let refused = try patient.recover("--from", patient.copy)
        #expect(refused.exitCode == 1 && refused.err.contains("new origin"), "\(refused.err)")
    }

    @Test(
        "a stored log that was changed is found while the service runs: it says so, signs nothing, and a copy cures it")
    func scrub() throws {
        let patient = try Patient(requests: 140)
        // A full tile, which a start has no need to read.
        try patient.service.attack("UPDATE tile SET hashes = zeroblob(8192) WHERE level = 0 AND idx = 0")
        let running = try patient.service.serve()
        var ready = try running.send("GET", "/readyz")
        for _ in 0..<20_000 where ready.status == 200 { ready = try running.send("GET", "/readyz") }
        #expect(ready.status == 503)
        #expect(try JSON(parsing: ready.body)["obstacles"] == ["evidence"])
        let checkpoint = try running.send("GET", "/checkpoint").body
        let answer = try running.send("POST", "/v1/requests", key: "new", requestBody(holder: "urn:x").canonicalBytes)
        #expect(answer.status == 503)
        #expect(try JSON(parsing: answer.body)["type"] == "urn:punctual:problem:halted")
        #expect(try running.send("GET", "/checkpoint").body == checkpoint)
        #expect(running.stop() == 0)
        #expect(try patient.start().exitCode == 78)
        let (exitCode, checks) = try patient.doctor()
        #expect(exitCode == 78)
        #expect(checks["evidence"]?["found"]?.stringValue?.contains("does not hold the hashes") == true)
        #expect(checks["all entries"]?["state"] == "wrong")
        #expect(checks["last entries"]?["state"] == "fine")
        let done = try patient.recover("--from", patient.copy)
        #expect(done.exitCode == 0, "\(done.err)")
        try patient.expectHealth()
    }

    @Test("a flipped bit in the middle of the write-ahead log, which silently drops what follows, is seen at the start")
    func flippedBit() throws {
        let patient = try Patient()
        let running = try patient.service.serve()
        for number in 0..<6 {
            let body = requestBody(holder: "urn:x:more-\(number)").canonicalBytes
            #expect(try running.send("POST", "/v1/requests", key: "more-\(number)", body).status == 201)
        }
        running.kill()
        let whole = try patient.files()
        let log = try #require(whole["punctual.sqlite-wal"])
        // A header of 32 bytes, then frames of 24 bytes and a page.
        let frame = 24 + 8192
        #expect(log.count > 6 * frame)
        for place in [1, 2, 3] {
            let offset = UInt64(32 + (log.count / frame) * place / 4 * frame + 5_000)
            try patient.damage("punctual.sqlite-wal", at: offset, count: 1)
            let start = try patient.start()
            #expect(start.exitCode == 78 && start.err.contains("were acknowledged"), "\(start.err)")
            #expect(try patient.doctor().exitCode == 78)
            // The files are as they were: a copy of the log may still be repaired.
            try patient.damage("punctual.sqlite-wal", at: offset, count: 1)
            #expect(try patient.files()["punctual.sqlite-wal"] == log)
        }
        try patient.expectHealth(requests: 3)
    }

    @Test("a stop leaves everything in the one file, an empty log, and the head-room")
    func gracefulStop() throws {
        let patient = try Patient()
        #expect(try patient.files()["punctual.sqlite-wal"]?.isEmpty ?? true)
        #expect(try patient.files()["headroom"]?.count == 8 << 20)
        let elsewhere = patient.service.folder.path("elsewhere")
        try FileManager.default.createDirectory(atPath: elsewhere, withIntermediateDirectories: false)
        for name in ["punctual.sqlite", "anchor", "log.vkey"] {
            try FileManager.default.copyItem(atPath: patient.file(name), toPath: elsewhere + "/" + name)
        }
        #expect(try Programs.run(["audit", "verify", "--data", elsewhere]).exitCode == 0)
        // Also one that only took over what a killed one left.
        let running = try patient.service.serve()
        let body = requestBody(holder: "urn:x:k").canonicalBytes
        #expect(try running.send("POST", "/v1/requests", key: "killed", body).status == 201)
        running.kill()
        #expect(try patient.files()["punctual.sqlite-wal"]?.isEmpty == false)
        #expect(try patient.service.serve().stop() == 0)
        #expect(try patient.files()["punctual.sqlite-wal"]?.isEmpty ?? true)
    }

    /// What happened to a directory, and what the doctor prints where something is not as it should be.
    static let transcripts: [(what: String, printed: String)] = [
        (
            "the anchor is gone",
            """
            X anchor            The anchor beside the database is gone. Without it a cut-off
                                log would not be noticed.
              means             It cannot be told whether the end of the log was cut off. If
                                it was, people hold acknowledgements of entries that are
                                gone.
              do                Put the anchor back if you have it. Else bring the newest
                                checkpoint of this log that anybody kept, best one with
                                witnesses' signatures: punctual doctor recover --data DIR
                                --checkpoint FILE.
            ? anchor and log    Not looked at. There is no anchor to compare the log with.
            """
        ),
        (
            "the last entry is gone",
            """
            X last entries      The log should have 12 entries; it has 11.
              means             What is stored is not what was signed. Receipts and proofs
                                that people hold may not fit this database.
              do                Leave the files as they are. Bring a copy that has what was
                                acknowledged: punctual doctor recover --data DIR --from COPY
                                checks it and puts it in place. Without such a copy only a
                                new log, with a new origin and a new key, is honest.
            X all entries       entry 11: the entry is missing.
              means             What is stored is not what was signed. Receipts and proofs
                                that people hold may not fit this database.
              do                Leave the files as they are. Bring a copy that has what was
                                acknowledged: punctual doctor recover --data DIR --from COPY
                                checks it and puts it in place. Without such a copy only a
                                new log, with a new origin and a new key, is honest.
            """
        ),
        (
            "the private key is gone",
            """
            X log key files     The private key of the log's key
                                KEY
                                is not here: DATA/keys/log.pem.
              means             Checkpoints could not be signed as the log says they are.
                                Verifiers would refuse them.
              do                Put the private key back where it was; its public key is in
                                log.vkey.
            """
        ),
    ]

    @Test(
        "says in plain words and 80 columns what is wrong, what it means and what may be done", arguments: transcripts)
    func transcript(what: String, printed: String) throws {
        let patient = try Patient()
        switch what {
        case "the anchor is gone": try FileManager.default.removeItem(atPath: patient.file("anchor"))
        case "the last entry is gone": try patient.service.attack("DELETE FROM entry WHERE seq = 11")
        default: try FileManager.default.removeItem(atPath: patient.file("keys/log.pem"))
        }
        let output = try Programs.run(["doctor", "--data", "data"], in: patient.service.folder.url)
        #expect(output.exitCode == 78)
        let key = try String(contentsOfFile: patient.file("log.vkey"), encoding: .utf8).dropLast()
        // What is fine stands without a mark, and has nothing to say.
        var isWrong = false
        let lines = output.out.split(separator: "\n").filter { line in
            if line.hasPrefix("  means") || line.hasPrefix("  do ") { return isWrong }
            if !line.hasPrefix("                    ") { isWrong = !line.hasPrefix("  ") }
            return isWrong
        }
        let found = lines.dropLast().joined(separator: "\n")
            .replacing(String(key), with: "KEY").replacing("data/keys", with: "DATA/keys")
        #expect(found == printed, "\(output.out)")
        #expect(output.out.hasSuffix("The log is not what it was. The service does not start.\n"))
        for line in output.out.split(separator: "\n") where !line.contains(key) { #expect(line.count <= 80) }
    }

    @Test("what it cannot tell it says, with an exit code of its own")
    func cannotTell() throws {
        let folder = try TemporaryFolder()
        let passphrase = folder.path("passphrase")
        try Data("secret\n".utf8).write(to: URL(filePath: passphrase))
        let data = folder.path("data")
        let options = ["--data", data, "--passphrase-file", passphrase]
        #expect(try Programs.run(["init", "--origin", "test.example/log"] + options).exitCode == 0)
        #expect(try Programs.run(["doctor"] + options).exitCode == 0)
        let without = try Programs.run(["doctor", "--data", data])
        #expect(without.exitCode == 3)
        #expect(without.out.contains("is encrypted; give its passphrase"))
        #expect(try Programs.run(["doctor", "--data", folder.path("nowhere")]).exitCode == 2)
        #expect(try Programs.run(["doctor", "recover"] + options).exitCode == 2)
        try FileManager.default.removeItem(atPath: data + "/punctual.sqlite")
        let gone = try Programs.run(["doctor"] + options)
        #expect(gone.exitCode == 78 && gone.out.contains("The database is gone"), "\(gone.out)")
    }
}
