import CanonicalJSON
import Dispatch
import Foundation
import HTTPClient
import Synchronization
import TestSupport
import Testing

@Suite("A service that is killed")
struct KillTests {
    /// What was acknowledged, by idempotency key: what was sent and the bytes that came back.
    private final class Acknowledged: Sendable {
        struct Answer: Sendable {
            let path: String
            let body: [UInt8]
            let response: [UInt8]
        }

        private let answers = Mutex<[String: Answer]>([:])
        var all: [String: Answer] { answers.withLock { $0 } }

        /// Adds an answer and returns how many there are.
        func add(_ key: String, _ answer: Answer) -> Int {
            answers.withLock { answers in
                answers[key] = answer
                return answers.count
            }
        }
    }

    private static let rounds = 24
    private static let threads = 4

    @Test("at any moment under load has every acknowledged request after the restart, with the same bytes")
    func killed() throws {
        let service = try TestService(policies: try ShortPolicies.documents())
        let acknowledged = Acknowledged()
        var random = SeededRandom(seed: 20_261_121)
        for round in 0..<Self.rounds {
            let running = try service.serve()
            try repeatSome(of: acknowledged, on: running, using: &random)
            let limit = acknowledged.all.count + Int.random(in: 1...60, using: &random)
            load(running, round: round, acknowledged, until: limit)
            running.kill()
        }
        let running = try service.serve()
        for (key, answer) in acknowledged.all {
            let again = try running.send("POST", answer.path, key: key, answer.body)
            #expect(again.body == answer.response, "\(key)")
        }
        #expect(running.stop() == 0)
        #expect(acknowledged.all.count > 100)
        let audit = try Programs.run(["audit", "verify", "--data", service.data])
        #expect(audit.exitCode == 0, "\(audit.out)")
        let recomputed = try Programs.run(["audit", "recompute", "--data", service.data, "--json"])
        #expect(recomputed.exitCode == 0, "\(recomputed.out)")
        let report = try JSON(parsing: Array(recomputed.out.utf8.dropLast()))
        #expect(report["missed"] == 0)
        #expect(report["double"] == 0)
        #expect((report["breached"]?.integerValue ?? 0) > 0, "no promise was broken: the test proves too little")
    }

    /// Sends requests from several threads, kills when enough were acknowledged, and lets the threads run into it.
    private func load(_ running: RunningService, round: Int, _ acknowledged: Acknowledged, until limit: Int) {
        DispatchQueue.concurrentPerform(iterations: Self.threads) { thread in
            let client = HTTPClient()
            for number in 0... {
                let key = "round-\(round)-\(thread)-\(number)"
                let review = number % 2 == 0 ? "none" : "manual"
                let body = requestBody(holder: "urn:example:person:\(thread)", review: review).canonicalBytes
                // Whoever reaches the limit pulls the plug while the others are in the middle of theirs.
                guard let response = try? running.send("POST", "/v1/requests", key: key, body, client: client),
                    response.status < 300
                else { return }
                let answer = Acknowledged.Answer(path: "/v1/requests", body: body, response: response.body)
                if acknowledged.add(key, answer) == limit { running.kill() }
            }
        }
    }

    /// A retry of something from before the kill, as a client that lost its connection would.
    private func repeatSome(
        of acknowledged: Acknowledged, on running: RunningService, using random: inout SeededRandom
    ) throws {
        let all = acknowledged.all.sorted { $0.key < $1.key }
        for _ in 0..<min(all.count, 5) {
            let (key, answer) = all[Int.random(in: all.indices, using: &random)]
            #expect(try running.send("POST", answer.path, key: key, answer.body).body == answer.response)
        }
    }
}
