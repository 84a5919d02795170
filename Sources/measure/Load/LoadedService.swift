import Figures
import HTTPServer
import Hosting
import Issuance
import LoadGeneration
import SQLiteStorage
import Simulation

/// A service that listens, as `punctual serve` makes it, and requests for it.
struct LoadedService {
    private let place: Workplace
    private let host: Host
    private let singles: LoadGenerator
    private let batches: LoadGenerator
    private let single: SampleRequest
    private let batchHead: SampleRequest
    let batch: Int

    /// How many batches of one institution the service takes at once; more are sent away (`Fairness`).
    private static let batchesAtOnce = 4

    /// - Parameters:
    ///   - connections: that are kept open.
    ///   - batch: lines of one batch.
    init(_ place: Workplace, connections: Int, batch: Int) throws {
        let key = try Self.institution(place)
        host = try Host(
            place.directory, on: place.machine,
            Host.Configuration(address: .tcp(host: "127.0.0.1", port: 0), report: { _ in }))
        guard case .tcp(_, let port) = host.address else { throw Wrong() }
        singles = try LoadGenerator(port: port, connections: connections, now: Race.now)
        batches = try LoadGenerator(port: port, connections: Self.batchesAtOnce, now: Race.now)
        let head = "HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer \(key)\r\n"
        let body = SampleRequest()
        single = SampleRequest(
            marked: "POST /v1/requests \(head)Content-Type: application/json\r\n"
                + "Idempotency-Key: single-############\r\nContent-Length: \(body.count)\r\n\r\n")
        batchHead = SampleRequest(
            marked: "POST /v1/requests:batch \(head)Content-Type: application/x-ndjson\r\n"
                + "Idempotency-Key: batch-############\r\n"
                + "Content-Length: \(batch * (SampleRequest.line.count + 1))\r\n\r\n")
        (self.place, self.batch, self.body) = (place, batch, body)
    }

    private let body: SampleRequest

    /// An institution, made before the service listens.
    private static func institution(_ place: Workplace) throws -> String {
        let (service, _) = try place.open()
        defer { service.finish() }
        return try waitForAnswer { service.addInstitution(named: "University of Loads", $0) }.apiKey
    }

    /// What a request is made of.
    enum Kind { case single, batch }

    /// Runs a plan.
    ///
    /// - Parameter first: a number that, with all that follow, was not used before.
    func run(_ plan: LoadPlan, _ kind: Kind, numberedFrom first: Int) throws -> LoadOutcome {
        try (kind == .single ? singles : batches).run(plan) { number, bytes in
            switch kind {
            case .single:
                single.append(first + number, to: &bytes)
                body.append(first + number, to: &bytes)
            case .batch:
                batchHead.append(first + number, to: &bytes)
                for line in 0..<batch {
                    SampleRequest.line.append((first + number) * batch + line, to: &bytes)
                    bytes.append(UInt8(ascii: "\n"))
                }
            }
        }
    }

    /// How many entries the log has: each issued credential made two.
    func entries() throws -> Int {
        let (reader, _) = try place.directory.openReader()
        return try reader.read { try $0.records(Scan(HeadRecord.self, limit: 1)).first.map { Int($0.size) } ?? 0 }
    }

    func stop() { host.stop(graceMilliseconds: 5000) }
}
