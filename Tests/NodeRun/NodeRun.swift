import CanonicalJSON
import Compensation
import Cryptography
import Dispatch
import Foundation
import Hosting
import Issuance
import PostgreSQLStorage
import Storage
import Synchronization
import Temporal
import TransparencyLog

/// One node of a service on PostgreSQL, without its network: for tests that stop, kill and cut off nodes, and for
/// measuring how many entries several of them write.
///
/// - `noderun create URL ANCHOR` makes the store and the log, in which requests are due after two seconds, and prints
///   the tenant of its one institution.
/// - `noderun serve URL ANCHOR TENANT` reads a line for each command, `ask KEY HOLDER REVIEW` or
///   `do KEY REQUEST approve|cancel`, and says what became of it: `{"acked","id"}`, `{"refused","why"}` or
///   `{"failed","why"}`; ten times a second it does what is due, and shows its checkpoint as `{"note"}`.
/// - `noderun load URL ANCHOR TENANT SECONDS` accepts and issues as many requests as it can, and prints
///   `{"entries","seconds"}`.
///
/// Every node has the same keys, which follow from numbers. Exit codes: 0 its input has ended, 70 stopped in doubt, 78
/// not started because the log is not what it was, 1 not started for another reason.
@main
struct NodeRun {
    private let service: Service
    private let tenant: TenantID

    static func main() {
        let words = CommandLine.arguments
        do {
            switch words.dropFirst().first {
            case "create" where words.count == 4: try create(words[2], words[3])
            case "serve" where words.count == 5: try NodeRun(words).serve()
            case "load" where words.count == 6: try NodeRun(words).load(seconds: Double(words[5]) ?? 5)
            default:
                complain("usage: noderun create URL ANCHOR | serve URL ANCHOR TENANT | load URL ANCHOR TENANT SECONDS")
                exit(2)
            }
        } catch let refusal as StartupRefusal {
            complain("\(refusal)")
            exit(78)
        } catch {
            complain("\(error)")
            exit(1)
        }
    }

    private init(_ words: [String]) throws {
        let store = try PostgreSQLStore(url: words[2], schema: .service, create: false)
        service = try Service(Self.surroundings(store, AnchorFile.open(words[3])))
        guard let tenant = TenantID(words[4]) else { throw HostingError("\(words[4]) is no tenant") }
        self.tenant = tenant
    }

    // What is around it

    private static let origin = "nodes.example"
    private static let key = "issuer"

    private static func surroundings(_ store: PostgreSQLStore, _ anchor: AnchorFile) -> Service.Surroundings {
        let keys = Service.Keys(
            log: LogKeyVault { _ in try sampleKey(2) }, vault: KeyVault { _ in .ed25519(try sampleKey(1)) })
        return Service.Surroundings(
            store: store, keys: keys, now: { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) },
            randomBytes: { count in
                var random = SecureRandom()
                return random.bytes(count: count)
            },
            anchored: anchor.head, anchor: { try anchor.write($0) },
            halt: { why in
                say(["halted": .string(why)])
                _exit(70)
            })
    }

    private static func sampleKey(_ number: UInt8) throws -> Ed25519PrivateKey {
        try Ed25519PrivateKey(seed: [UInt8](repeating: number, count: 32))
    }

    /// Makes the log: what takes hours otherwise takes seconds.
    private static func create(_ url: String, _ path: String) throws {
        let store = try PostgreSQLStore(url: url, schema: .service, create: true)
        let anchor = try AnchorFile.create(path)
        let policies = DefaultPolicies.documents.map { document in
            Array(
                String(decoding: document, as: UTF8.self)
                    .replacingOccurrences(of: "{\"elapsed\": \"PT24H\"}", with: "{\"elapsed\": \"PT2S\"}")
                    .replacingOccurrences(
                        of: "\"over\": {\"elapsed\": \"PT4H\"}", with: "\"over\": {\"elapsed\": \"PT1S\"}"
                    )
                    .utf8)
        }
        try Service.create(
            surroundings(store, anchor), origin: origin, url: "https://nodes.example", logKey: sampleKey(2),
            issuer: NewIssuer(key: key), policies: policies)
        let service = try Service(surroundings(store, anchor))
        let added = try wait { service.addInstitution(named: "Nordhafen University", $0) }.get()
        print(service.tenant(forKey: added.apiKey)?.text ?? "")
    }

    // Serving

    private func serve() throws {
        let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "noderun.timer"))
        timer.schedule(deadline: .now(), repeating: .milliseconds(100))
        timer.setEventHandler { tick() }
        timer.activate()
        Self.say(["ready": .bool(true)])
        while let line = readLine() { hear(line.split(separator: " ").map(String.init)) }
        timer.cancel()
        service.finish()
    }

    private func tick() {
        do {
            if try service.takesTurn() {
                for failure in try service.assessDue() { Self.complain("\(failure.request): \(failure.error)") }
            }
            Self.say(["note": .string(String(decoding: try service.checkpoint(), as: UTF8.self))])
        } catch {
            Self.complain("tick: \(error)")
        }
    }

    private func hear(_ words: [String]) {
        guard words.count == 4 else { return }
        let key = words[1]
        do {
            if words[0] == "ask" {
                let body = Self.body(holder: words[2], review: words[3])
                let idempotency = Idempotency(key: key, asked: "POST /v1/requests", body)
                service.request(try RequestDraft(body), from: tenant, under: idempotency) { answered(key, $0) }
            } else if let id = RequestID(words[2]) {
                let idempotency = Idempotency(key: key, asked: "POST /v1/requests/\(id)", .string(words[3]))
                let target = TenantRequest(tenant: tenant, id: id, idempotency: idempotency)
                service.perform(words[3] == "approve" ? .approve(note: nil) : .cancel(note: nil), on: target) {
                    answered(key, $0)
                }
            }
        } catch {
            answered(key, .failure(error))
        }
    }

    private func answered(_ key: String, _ result: Result<Answer, any Error>) {
        switch result {
        case .success(let answer): Self.say(["acked": .string(key), "id": answer.body["id"] ?? ""])
        case .failure(let refusal as Refusal) where refusal.code != .busy:
            Self.say(["refused": .string(key), "why": .string("\(refusal.code)")])
        case .failure(let error): Self.say(["failed": .string(key), "why": .string("\(error)")])
        }
    }

    private static func body(holder: String, review: String) -> JSON {
        [
            "credential": [
                "@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiableCredential"],
                "credentialSubject": ["id": .string(holder)],
            ],
            "holder": ["id": .string(holder)], "tier": "standard", "review": .string(review),
        ]
    }

    // Measuring

    /// As many senders as make full batches; each sends its next request when the one before is durable.
    private func load(seconds: Double) throws {
        let (senders, threads) = (1024, 2)
        let start = try size()
        let began = DispatchTime.now().uptimeNanoseconds
        let end = began + UInt64(seconds * 1e9)
        let (running, name) = (DispatchGroup(), SHA256.hash(Array("\(getpid()) \(began)".utf8)).description.prefix(16))
        let own = Mutex(Int64(0))
        let queues = (0..<threads).map { DispatchQueue(label: "noderun.sender.\($0)") }
        @Sendable func send(_ sender: Int, _ number: Int) {
            guard DispatchTime.now().uptimeNanoseconds < end else { return running.leave() }
            let body = Self.body(holder: "urn:example:\(name):\(sender)", review: "none")
            let idempotency = Idempotency(key: "\(name)-\(sender)-\(number)", asked: "POST /v1/requests", body)
            guard let draft = try? RequestDraft(body) else { return running.leave() }
            service.request(draft, from: tenant, under: idempotency) { result in
                if case .success = result { own.withLock { $0 += 1 } } else { Self.complain("\(result)") }
                queues[sender % threads].async { send(sender, number + 1) }
            }
        }
        for sender in 0..<senders {
            running.enter()
            queues[sender % threads].async { send(sender, 0) }
        }
        running.wait()
        let took = Double(DispatchTime.now().uptimeNanoseconds - began) / 1e9
        Self.say([
            "requests": .integer(own.withLock { $0 }), "entriesOfAll": .integer(try size() - start),
            "milliseconds": .integer(Int64(took * 1000)),
        ])
    }

    private func size() throws -> Int64 {
        try service.follow()
        return Int64(service.publishedLogSize)
    }

    // Talking

    private static func wait<Value: Sendable>(
        _ start: (@escaping @Sendable (Result<Value, any Error>) -> Void) -> Void
    ) -> Result<Value, any Error> {
        let done = DispatchSemaphore(value: 0)
        let result = Mutex<Result<Value, any Error>>(.failure(HostingError("no answer")))
        start { answer in
            result.withLock { $0 = answer }
            done.signal()
        }
        done.wait()
        return result.withLock { $0 }
    }

    /// One line, whole, before anything follows.
    private static func say(_ line: JSON) {
        FileHandle.standardOutput.write(Data((line.canonicalString + "\n").utf8))
    }

    private static func complain(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
}
