import CanonicalJSON
import Cryptography
import Dispatch
import Foundation
import Hosting
import Issuance
import SQLiteStorage
import Synchronization
import Temporal

/// A short life of a service without its network, for tests that make each of its system calls fail: opens a data
/// directory, does commands one after the other, says what was acknowledged, and closes.
///
/// `faultrun DATA API-KEY NAME COUNT [killed]`. With the last word it kills itself instead of closing. The commands of
/// one name are always the same. What is said are the lines of the ledger that the checker reads
/// (`Tests/FaultTests/Python/check.py`), each written with one call before anything follows. Exit codes: 0 done,
/// 69 a command was refused (a full disk), 70 stopped in doubt, 78 not started because the log is not what it was,
/// 1 not started for another reason.
@main
struct FaultRun {
    let service: Service
    let tenant: TenantID

    static func main() {
        let arguments = CommandLine.arguments
        guard 5...6 ~= arguments.count, let count = Int(arguments[4]) else {
            complain("usage: faultrun DATA API-KEY NAME COUNT [killed]")
            exit(2)
        }
        do {
            try live(
                arguments[1], key: arguments[2], name: arguments[3], count: count, isKilled: arguments.count == 6)
        } catch let refusal as StartupRefusal {
            complain("\(refusal)")
            exit(78)
        } catch {
            complain("\(error)")
            exit(1)
        }
    }

    /// One life, to the end of its store: its close, which empties the log of the database, is a part of the run.
    private static func live(_ data: String, key: String, name: String, count: Int, isKilled: Bool) throws {
        var store: SQLiteStore?
        let isRefused = try work(data, key: key, name: name, count: count, &store)
        if isKilled { kill(getpid(), SIGKILL) }
        // The thread of the last commit lets go of it when it likes.
        while !isKnownUniquelyReferenced(&store) { sched_yield() }
        store = nil
        if isRefused { exit(69) }
    }

    /// Does the commands; whether one was refused.
    private static func work(
        _ data: String, key: String, name: String, count: Int, _ opened: inout SQLiteStore?
    ) throws -> Bool {
        let machine = DataDirectory.Machine(
            now: { now() },
            randomBytes: { count in
                var random = SecureRandom()
                return random.bytes(count: count)
            },
            halt: { why in
                complain("stopping: \(why)")
                _exit(70)
            })
        let (service, store) = try DataDirectory(data).open(on: machine)
        opened = store as? SQLiteStore
        guard let tenant = service.tenant(forKey: key) else { throw HostingError("no institution has this key") }
        let run = FaultRun(service: service, tenant: tenant)
        var isRefused = false
        _ = try service.assessDue()
        for number in 0..<count {
            if try !run.step(number, name) { isRefused = true }
            say(["note": .string(String(decoding: try service.checkpoint(), as: UTF8.self))])
        }
        return isRefused
    }

    /// One command; every fourth request is issued at once, the others wait for a review and will be late.
    private func step(_ number: Int, _ name: String) throws -> Bool {
        let key = "\(name)-\(number)"
        let holder = "urn:example:person:\(number % 5)"
        let body: JSON = [
            "credential": [
                "@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiableCredential"],
                "credentialSubject": ["id": .string(holder)],
            ],
            "holder": ["id": .string(holder)], "tier": "standard", "review": number % 4 == 0 ? "none" : "manual",
        ]
        let idempotency = Idempotency(key: key, asked: "POST /v1/requests", body)
        FaultRun.say(["sent": .string(key), "path": "/v1/requests", "at": .integer(FaultRun.nanoseconds())])
        let draft = try RequestDraft(body)
        return answered(key, wait { service.request(draft, from: tenant, under: idempotency, $0) })
    }

    /// Says what became of a command; whether it was done.
    private func answered(_ key: String, _ result: Result<Answer, any Error>) -> Bool {
        switch result {
        case .success(let answer):
            let status: Int64 = answer.kind == .created ? 201 : answer.kind == .pending ? 202 : 200
            FaultRun.say([
                "acked": .string(key), "status": .integer(status), "at": .integer(FaultRun.nanoseconds()),
                "answer": .string(JSON.object(answer.body).canonicalString),
            ])
            return true
        case .failure(let error):
            FaultRun.complain("\(key): \(error)")
            return false
        }
    }

    private func wait(_ start: (@escaping Sequencer.Completion) -> Void) -> Result<Answer, any Error> {
        let done = DispatchSemaphore(value: 0)
        let result = Mutex<Result<Answer, any Error>>(.failure(HostingError("no answer")))
        start { answer in
            result.withLock { $0 = answer }
            done.signal()
        }
        done.wait()
        return result.withLock { $0 }
    }

    private static func say(_ line: JSON) {
        FileHandle.standardOutput.write(Data((line.canonicalString + "\n").utf8))
    }

    private static func complain(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

    /// The clock that the steps of the system clock do not move: it orders what clients did.
    private static func nanoseconds() -> Int64 { Int64(DispatchTime.now().uptimeNanoseconds) }

    private static func now() -> Instant { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
}
