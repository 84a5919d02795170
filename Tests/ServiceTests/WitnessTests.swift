import CanonicalJSON
import Foundation
import HTTPClient
import TestSupport
import Testing
import TransparencyLog

/// A running `punctual witness serve`.
private final class RunningWitness: @unchecked Sendable {
    let url: String
    private let process = Process()
    private let output = Pipe()

    init(data: String, policy: String, listen: String = "127.0.0.1:0") throws {
        url = try process.listen(
            ["witness", "serve", "--data", data, "--policy", policy, "--listen", listen], output)
    }

    deinit { kill() }

    /// Ends the process as a power failure would.
    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Ends the process as an operator would, and returns its exit code.
    func stop() -> Int32 {
        process.terminate()
        process.waitUntilExit()
        return process.terminationStatus
    }
}

@Suite("A service and a witness, as programs", .serialized)
struct WitnessTests {
    /// A service whose policy asks one witness.
    private struct Pair {
        let service: TestService
        let witnessData: String
        let logPolicy: String
        let witnessKey: String

        init() throws {
            service = try TestService()
            witnessData = service.folder.path("witness")
            logPolicy = service.folder.path("logs.policy")
            let made = try Programs.run([
                "witness", "init", "--data", witnessData, "--name", "witness.example/w1", "--json",
            ])
            let json = try JSON(parsing: Array(made.out.utf8.dropLast()))
            witnessKey = try #require(json["witnessKey"]?.stringValue)
            let logKey = try String(contentsOfFile: service.data + "/log.vkey", encoding: .utf8)
            try Data("log \(logKey)quorum none\n".utf8).write(to: URL(filePath: logPolicy))
        }

        func witness(listen: String = "127.0.0.1:0") throws -> RunningWitness {
            try RunningWitness(data: witnessData, policy: logPolicy, listen: listen)
        }

        /// The policy that the service itself reads, and anybody who verifies.
        func ask(_ url: String, at data: String? = nil) throws {
            let policy = "witness W \(witnessKey) \(url)\nquorum W\n"
            try Data(policy.utf8).write(to: URL(filePath: (data ?? service.data) + "/witnesses.policy"))
        }

        func policy() throws -> LogPolicy {
            let logKey = try String(contentsOfFile: service.data + "/log.vkey", encoding: .utf8)
            return try LogPolicy(parsing: Array("log \(logKey)witness W \(witnessKey)\nquorum W\n".utf8))
        }

        /// Waits until a checkpoint of this size or a larger one is witnessed; the service asks once a second.
        func awaitWitnessed(_ running: RunningService, size: UInt64) throws -> WitnessedCheckpoint {
            let client = HTTPClient()
            for _ in 0..<200_000 {
                let answer = try running.send("GET", "/checkpoint/witnessed", client: client)
                guard answer.status == 200 else { continue }
                let witnessed = try policy().verify(try SignedNote(parsing: answer.body))
                if witnessed.head.size >= size { return witnessed }
            }
            throw ServiceFailure("no checkpoint of \(size) entries was witnessed")
        }

        func size(_ running: RunningService) throws -> UInt64 {
            let note = try SignedNote(parsing: try running.send("GET", "/checkpoint").body)
            return try Checkpoint(parsing: note.text).head.size
        }

        func request(_ running: RunningService, _ key: String) throws {
            let body = requestBody(holder: "did:example:\(key)").canonicalBytes
            let answer = try running.send("POST", "/v1/requests", key: key, body)
            #expect(answer.status == 201 || answer.status == 202)
        }
    }

    @Test("checkpoints are witnessed, also across a kill of the witness and restarts of both; the policy verifies them")
    func witnessed() throws {
        let pair = try Pair()
        let first = try pair.witness()
        try pair.ask(first.url)
        let port = try #require(first.url.split(separator: ":").last)
        let running = try pair.service.serve()
        #expect(try pair.awaitWitnessed(running, size: 1).head.size >= 1)
        first.kill()
        try pair.request(running, "while-the-witness-is-away")
        let grown = try pair.size(running)
        let second = try pair.witness(listen: "127.0.0.1:\(port)")
        #expect(try pair.awaitWitnessed(running, size: grown).head.size >= grown)
        #expect(running.stop() == 0)
        let again = try pair.service.serve()
        #expect(try pair.awaitWitnessed(again, size: grown).head.size >= grown, "what was kept is known at once")
        #expect(again.stop() == 0)
        let evidence = try Programs.run(["witness", "evidence", "--data", pair.witnessData])
        #expect(evidence.exitCode == 0 && evidence.out.isEmpty)
        #expect(second.stop() == 0)
    }

    @Test("of two copies of a data directory with one witness the second is refused with 78, and its evidence stays")
    func twoCopies() throws {
        let pair = try Pair()
        let witness = try pair.witness()
        try pair.ask(witness.url)
        let copy = pair.service.folder.path("copy")
        let early = try pair.service.serve()
        _ = try pair.awaitWitnessed(early, size: 1)
        #expect(early.stop() == 0)
        try FileManager.default.copyItem(atPath: pair.service.data, toPath: copy)

        let running = try pair.service.serve()
        try pair.request(running, "in-the-first")
        let size = try pair.size(running)
        _ = try pair.awaitWitnessed(running, size: size)
        #expect(running.stop() == 0)

        let refused = try Programs.run(["serve", "--data", copy, "--listen", "127.0.0.1:0"])
        #expect(refused.exitCode == 78 && refused.err.contains("Witness W shows a checkpoint"), "\(refused.err)")
        let file = try Data(contentsOf: URL(filePath: copy + "/fork-evidence.json"))
        let evidence = try JSON(parsing: [UInt8](file.dropLast()))
        #expect(evidence["proven"] == .bool(true))
        let theirs = try SignedNote(parsing: Array(try #require(evidence["theirs"]?.stringValue).utf8))
        #expect(try pair.policy().verify(theirs).head.size >= size)
        #expect(evidence["forkProof"] == .null, "an older copy is no fork yet")
        // The evidence outlives the witness.
        #expect(witness.stop() == 0)
        for command in [["serve", "--listen", "127.0.0.1:0"], ["institution", "add", "--name", "Another"]] {
            let again = try Programs.run(command + ["--data", copy])
            #expect(again.exitCode == 78 && again.err.contains("fork-evidence.json"), "\(command): \(again.err)")
        }
        let doctor = try Programs.run(["doctor", "--data", copy])
        let words = (doctor.out + doctor.err).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(words.contains("A witness showed a checkpoint that this log signed and no longer has"), "\(words)")
        let cut = pair.service.folder.path("cut")
        try FileManager.default.copyItem(atPath: copy, toPath: cut)
        let useless = try Programs.run(["doctor", "recover", "--data", copy, "--from", cut])
        #expect(useless.exitCode == 1, "a copy that is as old cures nothing: \(useless.err)")
        let cured = try Programs.run(["doctor", "recover", "--data", copy, "--from", pair.service.data])
        #expect(cured.exitCode == 0, "\(cured.err)")
        let recovered = try RunningService(data: copy, apiKey: pair.service.apiKey)
        #expect(try pair.size(recovered) >= size)
        #expect(recovered.stop() == 0)
    }

    @Test("a copy that runs and forks is stopped by the witness; it signs nothing more, and does not start again")
    func forkWhileRunning() throws {
        let pair = try Pair()
        let witness = try pair.witness()
        try pair.ask(witness.url)
        let early = try pair.service.serve()
        _ = try pair.awaitWitnessed(early, size: 1)
        #expect(early.stop() == 0)
        let copy = pair.service.folder.path("copy")
        try FileManager.default.copyItem(atPath: pair.service.data, toPath: copy)

        let first = try pair.service.serve()
        let second = try RunningService(data: copy, apiKey: pair.service.apiKey)
        try pair.request(first, "in-the-first")
        _ = try pair.awaitWitnessed(first, size: try pair.size(first))
        // It may be stopped before it has answered.
        let body = requestBody(holder: "did:example:in-the-second").canonicalBytes
        _ = try? second.send("POST", "/v1/requests", key: "in-the-second", body)
        #expect(second.waitForExit() == 70)
        let refused = try Programs.run(["serve", "--data", copy, "--listen", "127.0.0.1:0"])
        #expect(refused.exitCode == 78 && refused.err.contains("fork-evidence.json"), "\(refused.err)")
        try pair.request(first, "the-first-goes-on")
        #expect(first.stop() == 0)
    }

    @Test("a witness that is not there keeps nothing from starting and issuing; nothing is witnessed, and that is said")
    func absent() throws {
        let pair = try Pair()
        try pair.ask("http://127.0.0.1:1")
        let running = try pair.service.serve()
        try pair.request(running, "without-a-witness")
        let answer = try running.send("GET", "/checkpoint/witnessed")
        #expect(answer.status == 404)
        #expect(try JSON(parsing: answer.body)["type"] == "urn:punctual:problem:unknown-checkpoint")
        #expect(running.stop() == 0)
    }

    @Test("what a person gets wrong is said, with the exit code for it")
    func mistakes() throws {
        let pair = try Pair()
        let (witness, policy) = (pair.witnessData, pair.logPolicy)
        let empty = pair.service.folder.path("empty.policy")
        let broken = pair.service.folder.path("broken.policy")
        let own = pair.service.folder.path("own.policy")
        try Data("quorum none\n".utf8).write(to: URL(filePath: empty))
        try Data("log x\nquorum none\n".utf8).write(to: URL(filePath: broken))
        let ownKey = VerifierKey(
            name: try KeyName("witness.example/w1"), type: .ed25519,
            publicKey: try VerifierKey(vkey: pair.witnessKey).publicKey)
        try Data("log \(ownKey.vkey)\nquorum none\n".utf8).write(to: URL(filePath: own))
        let listen = ["--listen", "127.0.0.1:0"]
        for (arguments, words) in [
            (["init", "--data", witness, "--name", "another"], "already"),
            (["init", "--data", witness + "2", "--name", "with space"], "space"),
            (["serve", "--data", witness, "--policy", empty] + listen, "no log line"),
            (["serve", "--data", witness, "--policy", broken] + listen, "line 1: not a valid verifier key"),
            (["serve", "--data", witness, "--policy", own] + listen, "nobody is their own witness"),
            (["serve", "--data", witness, "--policy", policy + "-not-there"] + listen, "no policy file"),
            (["serve", "--data", witness + "2", "--policy", policy] + listen, "punctual witness init"),
            (["serve", "--data", witness, "--policy", policy, "--listen", "0.0.0.0:0"], "not loopback"),
        ] {
            let output = try Programs.run(["witness"] + arguments)
            #expect(
                output.exitCode == 2 && output.err.contains(words), "\(arguments): \(output.exitCode) \(output.err)")
        }
        let help = try Programs.run(["witness", "serve", "--help"])
        #expect(help.exitCode == 0 && help.out.contains("punctual witness serve --data ./witness --policy logs.policy"))
        let unread = try Programs.run(
            ["serve", "--data", pair.service.data, "--witness-policy", broken] + listen)
        #expect(unread.exitCode == 2 && unread.err.contains("line 1"), "\(unread.err)")
        try FileManager.default.removeItem(atPath: witness + "/witness.sqlite")
        let lost = try Programs.run(["witness", "serve", "--data", witness, "--policy", policy] + listen)
        #expect(lost.exitCode == 2, "a witness without its database does not begin a new one: \(lost.err)")
    }
}
