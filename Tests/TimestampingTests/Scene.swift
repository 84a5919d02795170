import CanonicalJSON
import Cryptography
import Foundation
import HTTPServer
import Issuance
import Simulation
import Synchronization
import Temporal
import TestSupport
import Timestamping

/// A simulated service, an authority and a calendar on loopback, and a job between them whose clock is moved by hand.
///
/// The clock of the job begins now, because the certificates that `openssl` makes do.
final class Scene {
    let world: SimulatedWorld
    let tenant: TenantID
    let clock: ManualClock
    let bell = TimestampJob.Bell()
    let reports = Reports()

    /// What a job says to its operator.
    final class Reports: Sendable {
        private let list = Mutex<[String]>([])
        var lines: [String] { list.withLock { $0 } }
        func add(_ line: String) { list.withLock { $0.append(line) } }
    }

    /// Some root, for settings that nobody uses.
    static let anyRoots = Result {
        try TemporaryFolder.with { try TrustedRoots(pem: TimestampAuthority(in: $0).root) }
    }

    init() throws {
        world = try SimulatedWorld(seed: 1)
        tenant = try world.addInstitution("Nordhafen University")
        let now = Instant(milliseconds: Int64(Date.now.timeIntervalSince1970 * 1000) + 1000)
        clock = ManualClock(now)
    }

    func job(
        authorities: [String] = [], calendars: [String] = [], roots: TrustedRoots? = nil
    ) throws -> TimestampJob {
        TimestampJob(
            store: world.store,
            settings: try TimestampSettings(authorities: authorities, calendars: calendars, roots: roots), bell: bell,
            now: { [clock] in clock.now }, randomBytes: { [world] in world.surroundings.randomBytes($0) },
            report: { [reports] in reports.add($0) }, halt: { [reports] in reports.add("halt: \($0)") })
    }

    /// The log grows by an entry or two.
    func grow(_ key: String) throws {
        _ = try world.request(
            [
                "credential": [
                    "@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiableCredential"],
                    "credentialSubject": ["id": "urn:example:person:1"],
                ],
                "holder": ["id": "urn:example:person:1", "email": "ada@people.example"], "tier": "standard",
                "review": "manual",
            ], from: tenant, key: key)
    }

    func rows() throws -> [TimestampRecord] {
        try world.store.read { reader in
            var rows: [TimestampRecord] = []
            try reader.forEach(TimestampRecord.self) { rows.append($0) }
            return rows
        }
    }

    func newest() throws -> CheckpointRecord? {
        try world.store.read { try $0.records(Scan(CheckpointRecord.self, isDescending: true, limit: 1)).first }
    }

    func note(_ size: Int64) throws -> [UInt8] {
        Array(try world.store.read { try $0.record(CheckpointRecord.self, .integer(size))?.note ?? "" }.utf8)
    }
}

/// A folder of its own for one test, gone at the end of it.
enum TemporaryFolder {
    static func with<Result>(_ body: (URL) throws -> Result) throws -> Result {
        let url = FileManager.default.temporaryDirectory.appending(path: "timestamping-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: url) }
        return try body(url)
    }
}

/// A server on loopback whose answers a test gives.
final class StandIn: Sendable {
    private let server: HTTPServer
    /// What it was asked, as method and path.
    let requests = Scene.Reports()
    var url: String { "http://\(server.address)" }

    init(_ answer: @escaping @Sendable (HTTPRequest) -> HTTPResponse) throws {
        server = try HTTPServer(.init(address: .tcp(host: "127.0.0.1", port: 0))) { [requests] request, responder in
            requests.add("\(request.method.rawValue) \(request.path)")
            responder.answer(answer(request))
        }
    }

    /// An authority that `openssl ts` runs.
    convenience init(_ authority: TimestampAuthority) throws {
        try self.init { request in
            guard let answer = try? authority.answer(request.body) else { return HTTPResponse(.internalServerError) }
            return HTTPResponse(.ok, headers: ["Content-Type": "application/timestamp-reply"], body: answer)
        }
    }
}
