import CanonicalJSON
import Dispatch
import Foundation
import HTTPClient
import TestSupport
import Testing

@Suite("Erasing, by command and through power failures")
struct ErasureTests {
    @Test("the command says what it would destroy, what stands against it, what it did, and that it was done before")
    func command() throws {
        let service = try TestService()
        let running = try service.serve()
        let options = ["--data", service.data, "--institution", service.tenant]
        func ask(_ key: String, _ review: String) throws -> String {
            let answer = try running.send(
                "POST", "/v1/requests", key: key, requestBody(holder: "urn:x:1", review: review).canonicalBytes)
            return try JSON(parsing: answer.body)["id"]?.stringValue ?? ""
        }
        let (issued, open) = (try ask("a", "none"), try ask("b", "manual"))
        let shown = try Programs.run(["erase", "urn:x:1"] + options)
        #expect(shown.exitCode == 1)
        #expect(shown.out.contains("what 2 of them say") && shown.out.contains(open) && !shown.out.contains(issued))
        let refused = try Programs.run(["erase", "urn:x:1", "--yes"] + options)
        #expect(refused.exitCode == 1 && refused.out.isEmpty)
        #expect(refused.err.contains("at /holders/0: A promise to nobody cannot be kept."))
        #expect(refused.err.contains(open))
        let problem = try running.send("POST", "/v1/erasures", key: "e", Array(#"{"holders":["urn:x:1"]}"#.utf8))
        #expect(problem.status == 409)
        #expect(try JSON(parsing: problem.body)["type"] == "urn:punctual:problem:open-requests")
        #expect(try running.send("POST", "/v1/requests/\(open)/cancel", key: "c").status == 200)
        #expect(try running.send("POST", "/v1/erasures", Array(#"{"holders":["urn:x:1"]}"#.utf8)).status == 400)
        let erased = try Programs.run(["erase", "urn:x:1", "--yes"] + options)
        #expect(erased.exitCode == 0)
        #expect(erased.out.contains("Erased: 2 requests say nothing of their person any more."))
        #expect(erased.out.contains("No byte of what was erased is left in the data directory."))
        // What is left of erased persons has an empty holder, whom nobody can ask about.
        for list in ["credits", "entitlements", "notices"] {
            #expect(try running.send("GET", "/v1/users//\(list)").status == 404)
        }
        let status = try Programs.run(["status", issued, "--server", running.url])
        #expect(status.out.contains("erased      20") && status.out.contains("who it was for is known here no more"))
        #expect(running.stop() == 0)
        // Without a running service the command opens the directory itself.
        let again = try Programs.run(["erase", "urn:x:1", "--yes"] + options)
        #expect(again.exitCode == 0)
        #expect(again.out.contains("Nothing is kept of them: they were erased already, or were never here."))
        let revoked = try Programs.run(["revoke", issued, "--data", service.data])
        #expect(revoked.exitCode == 0, "\(revoked.err)")
        let nobody = try Programs.run(["erase", "a", "--data", service.data, "--institution", "i0", "--yes"])
        #expect(nobody.exitCode == 1 && nobody.err.contains("There is no institution i0."))
        for words in [["audit", "verify"], ["audit", "recompute"]] {
            #expect(try Programs.run(words + ["--data", service.data]).exitCode == 0)
        }
    }

    private static let rounds = 16

    @Test("a power failure in the middle leaves all of a person or nothing, and the bytes go after the next start")
    func killed() throws {
        let service = try TestService()
        var random = SeededRandom(seed: 20_261_122)
        var (done, undone) = (0, 0)
        for round in 0..<Self.rounds {
            let plant = Plant("round \(round)", seed: UInt64(round))
            let running = try service.serve()
            var ids: [String] = []
            for number in 0..<6 {
                let answer = try running.send(
                    "POST", "/v1/requests", key: "\(plant.text) \(number)",
                    requestBody(holder: "urn:x:" + plant.text).canonicalBytes)
                ids.append(try JSON(parsing: answer.body)["id"]?.stringValue ?? "")
            }
            #expect(try Haystack(filesIn: service.data).places(of: [plant]) == [plant.place])
            killWhileErasing(plant, running, after: Int.random(in: 0...(round % 2 == 0 ? 12 : 600), using: &random))
            let restarted = try service.serve()
            let erased = try ids.map { id in
                try JSON(parsing: restarted.send("GET", "/v1/requests/\(id)").body)["erased"] == true
            }
            #expect(Set(erased).count == 1, "\(erased)")
            if erased[0] { done += 1 } else { undone += 1 }
            // The client that heard nothing asks again, under the same name.
            let again = try restarted.send("POST", "/v1/erasures", key: "erase \(round)", body(plant))
            #expect(try JSON(parsing: again.body) == ["state": "erased"])
            try awaitCleanFiles(of: plant, service, restarted)
            restarted.kill()
        }
        #expect(done > 0 && undone > 0, "\(done) done, \(undone) undone: the test proves too little")
        let audit = try Programs.run(["audit", "verify", "--data", service.data])
        #expect(audit.exitCode == 0, "\(audit.out)")
        #expect(try Programs.run(["audit", "recompute", "--data", service.data]).exitCode == 0)
    }

    private func body(_ plant: Plant) -> [UInt8] {
        JSON.object(["holders": [.string("urn:x:" + plant.text)]]).canonicalBytes
    }

    /// One thread asks for the erasure, the other pulls the plug after some questions of its own.
    private func killWhileErasing(_ plant: Plant, _ running: RunningService, after questions: Int) {
        let round = plant.place.dropFirst("round ".count)
        DispatchQueue.concurrentPerform(iterations: 2) { thread in
            if thread == 0 {
                _ = try? running.send("POST", "/v1/erasures", key: "erase \(round)", body(plant))
            } else {
                for _ in 0..<questions { _ = try? running.send("GET", "/healthz") }
                running.kill()
            }
        }
    }

    /// Asks until the service has overwritten what was left, which it does within its next quarter seconds.
    private func awaitCleanFiles(of plant: Plant, _ service: TestService, _ running: RunningService) throws {
        for _ in 0..<20_000 {
            _ = try running.send("GET", "/healthz")
            if try !Haystack(filesIn: service.data).has(plant) { return }
        }
        throw ServiceFailure("\(plant.place) is left in the files")
    }
}
