import CanonicalJSON
import Cryptography
import Issuance
import JOSE
import Simulation
import Temporal
import TestSupport

extension World {
    /// Lets requests live at random, under keys that change: accepted, approved, cancelled, revoked, late; with indexes
    /// now and then, and one at the end.
    func live(seed: UInt64, steps: Int) throws {
        var random = SeededRandom(seed: seed)
        var waiting: [RequestID] = []
        var issued: [RequestID] = []
        for step in 0..<steps {
            switch Int.random(in: 0..<14, using: &random) {
            case 0..<3:
                waiting.append(try self.waiting("w\(step)", holder: "urn:p:\(Int.random(in: 0..<6, using: &random))"))
            case 3, 4:
                let holder = "urn:p:\(Int.random(in: 0..<6, using: &random))"
                issued.append(try id(of: world.request(requestBody(holder: holder), from: tenant, key: "i\(step)")))
            case 5 where !waiting.isEmpty:
                let id = waiting.remove(at: Int.random(in: 0..<waiting.count, using: &random))
                try world.perform(.approve(note: nil), on: id, of: tenant, key: "a\(step)")
                issued.append(id)
            case 6 where !waiting.isEmpty:
                let id = waiting.remove(at: Int.random(in: 0..<waiting.count, using: &random))
                try world.perform(.cancel(note: nil), on: id, of: tenant, key: "c\(step)")
            case 7 where !issued.isEmpty:
                let id = issued.remove(at: Int.random(in: 0..<issued.count, using: &random))
                try world.perform(.revoke(note: nil), on: id, of: tenant, key: "r\(step)")
            case 8, 9: try pass(.hours(Int64.random(in: 1...20, using: &random)))
            case 10:
                let key = world.surroundings.vault.add(.ed25519(try sampleKey(UInt8(step))))
                try world.rotateKey(of: .default, to: key)
            default: try index()
            }
        }
        try index()
    }

    /// Has an index written.
    @discardableResult
    func index() throws -> Answer { try world.indexRequests() }

    /// The bundle of a request.
    func bundle(of id: RequestID, showingAll: Bool = false) throws -> JSONObject {
        try world.store.read { try AuditBundle.make(for: id, showingAll: showingAll, in: $0) }
    }
}
