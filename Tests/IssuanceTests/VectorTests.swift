import CanonicalJSON
import Foundation
import Issuance
import Simulation
import Temporal
import TestSupport
import Testing
import TransparencyLog

@Suite("Our published vectors")
struct VectorTests {
    static let folder = Conformance.projectRoot.appending(path: "vectors/history")

    /// The history: one request issued at once and revoked later, one that waits for review and is a day and a bit
    /// late.
    private func history() throws -> [String: [UInt8]] {
        let world = try World(seed: 2026)
        let simulated = world.world
        let issued = try simulated.request(
            requestBody(holder: "urn:example:person:ada", name: "Ada"), from: world.tenant, key: "ada")
        let revoked = try simulated.request(
            requestBody(holder: "urn:example:person:cleo", name: "Cleo"), from: world.tenant, key: "cleo")
        let late = try world.waiting("bo", holder: "urn:example:person:bo")
        try simulated.perform(
            .hold(reason: "awaiting-requester", evidence: "notice-delivered", note: "asked for a copy of the diploma"),
            on: late, of: world.tenant, key: "bo-hold")
        try world.pass(.hours(5))
        try simulated.perform(.resume, on: late, of: world.tenant, key: "bo-resume")
        // The service looks every half hour, so that nothing is posted later than the policy allows.
        for _ in 0..<98 { try world.pass(.minutes(30)) }
        try simulated.perform(.approve(note: nil), on: late, of: world.tenant, key: "bo-approve")
        try simulated.perform(.revoke(note: nil), on: world.id(of: revoked), of: world.tenant, key: "cleo-revoke")
        try world.index()
        let bundle = try simulated.store.read { try AuditBundle.make(for: late, in: $0) }
        let entries = try world.rows(EntryRecord.self).map { $0.body + [UInt8(ascii: "\n")] }.joined()
        return [
            "credential.json": bytes(issued.body["credential"]), "receipt.json": bytes(issued.body["receipt"]),
            "status-list.json": try simulated.service.statusList(#require(StatusListID("1"))).bytes,
            "bundle.json": JSON.object(bundle).canonicalBytes,
            "entries.ndjson": Array(entries), "checkpoint.txt": try simulated.service.checkpoint(),
            "issuer.did": Array((issued.body["credential"]?["issuer"]?.stringValue ?? "").utf8),
            "log.vkey": try logKey(world),
        ]
    }

    private func bytes(_ json: JSON?) -> [UInt8] { json?.canonicalBytes ?? [] }

    private func logKey(_ world: World) throws -> [UInt8] {
        let first = try JSON(parsing: world.rows(EntryRecord.self)[0].body)
        return Array((first["facts"]?["logKey"]?.stringValue ?? "").utf8)
    }

    @Test("are what the code makes today")
    func unchanged() throws {
        let files = try history()
        if ProcessInfo.processInfo.environment["PUNCTUAL_WRITE_VECTORS"] != nil {
            try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
            for (name, bytes) in files { try Data(bytes).write(to: Self.folder.appending(path: name)) }
        }
        for (name, bytes) in files {
            let stored = [UInt8](try Data(contentsOf: Self.folder.appending(path: name)))
            #expect(stored == bytes, "\(name)")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).sorted() == files.keys.sorted())
    }

    @Test("are the same bytes however often the history is made")
    func deterministic() throws {
        #expect(try history() == history())
    }

    @Test("of policies: the engine gives what was worked out by hand")
    func entitlements() throws {
        let file = Conformance.projectRoot.appending(path: "vectors/policies/entitlements.json")
        let cases = try JSON(parsing: [UInt8](try Data(contentsOf: file)))["cases"]?.arrayValue ?? []
        #expect(cases.count == 9)
        for expected in cases {
            let world = try World()
            let id = try world.waiting()
            world.world.clock.advance(
                by: Default.target + Milliseconds(expected["delayMilliseconds"]?.integerValue ?? -1))
            try world.world.perform(.approve(note: nil), on: id, of: world.tenant, key: "b")
            let payments = try world.rows(PaymentRecord.self)
            for unit in ["PFC", "DAYS"] {
                let sum = payments.filter { $0.unit == unit }.reduce(0) { $0 + $1.minor }
                #expect(expected[unit]?.integerValue == sum, "\(expected["name"]?.stringValue ?? "")")
            }
            #expect(expected["postings"]?.integerValue == Int64(payments.count))
        }
    }
}
