import CanonicalJSON
import Foundation
import HTTPClient
import Testing

@Suite("A database that somebody changed")
struct TamperTests {
    /// Changes that an operator with the database in their hands could make, and the first entry that the audit names.
    struct Change: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let sql: String
        let firstWrong: Int64

        init(_ name: String, _ sql: String, firstWrong: Int64) {
            testDescription = name
            self.sql = sql
            self.firstWrong = firstWrong
        }
    }

    /// The log of `history`: 0 opened, 1 issuer and 2 its key, 3 to 6 policies, 7 institution, 8 accepted and 9 issued,
    /// 10 accepted and late: 11 breach, 12 notice, 13 payment, 14 notice.
    static let changes = [
        Change(
            "an entry changed",
            "UPDATE entry SET body = CAST(replace(CAST(body AS TEXT), 'manual', 'none') AS BLOB) WHERE seq = 10",
            firstWrong: 10),
        Change(
            "an entry changed, and its leaf hash too",
            "UPDATE entry SET body = CAST(replace(CAST(body AS TEXT), 'standard', 'premium') AS BLOB), leaf_hash = zeroblob(32) WHERE seq = 8",
            firstWrong: 8),
        Change("an entry removed", "DELETE FROM entry WHERE seq = 7", firstWrong: 7),
        Change(
            "two entries swapped",
            "UPDATE entry SET seq = -1 WHERE seq = 11; UPDATE entry SET seq = 11 WHERE seq = 12; UPDATE entry SET seq = 12 WHERE seq = -1",
            firstWrong: 11),
        Change("the last entry removed", "DELETE FROM entry WHERE seq = 14", firstWrong: 14),
        Change(
            "the last entries cut off with their checkpoints",
            "DELETE FROM entry WHERE seq > 9; DELETE FROM checkpoint WHERE size > 10; UPDATE head SET size = 10",
            firstWrong: 10),
        Change("a payment made larger", "UPDATE payment SET minor = 50000", firstWrong: 13),
        Change("a payment taken away", "DELETE FROM payment", firstWrong: 13),
        Change("a wallet filled", "UPDATE lot SET remaining = 1000000", firstWrong: 13),
        Change("a journal line changed", "UPDATE journal SET minor = 1 WHERE line = 0", firstWrong: 13),
        Change(
            "a request moved to another person", "UPDATE request SET holder = 'urn:x:9' WHERE accepted_seq = 10",
            firstWrong: 10),
        Change("a place in a list given to another", "UPDATE status SET idx = idx + 1", firstWrong: 8),
        Change(
            "a private fact changed",
            "UPDATE opening SET document = CAST(replace(CAST(document AS TEXT), 'urn:x:2', 'urn:x:3') AS BLOB) WHERE seq = 10",
            firstWrong: 10),
        Change("a private fact removed", "DELETE FROM opening WHERE seq = 10", firstWrong: 10),
        Change("a tile changed", "UPDATE tile SET hashes = zeroblob(length(hashes))", firstWrong: 0),
        Change(
            "a revocation invented",
            "INSERT INTO status_change SELECT list, 'revocation', 8, idx, 1, 0, request FROM status", firstWrong: 8),
        Change("a row invented", "INSERT INTO lot VALUES ('x', 'y', 'z', 'PFC', 1, 1, 0, 9)", firstWrong: 0),
    ]

    @Test("is found out by the audit, with the first wrong entry", arguments: changes)
    func found(change: Change) throws {
        let service = try history()
        try service.attack(change.sql)
        let audit = try Programs.run(["audit", "verify", "--data", service.data, "--json"])
        #expect(audit.exitCode == 1)
        let report = try JSON(parsing: Array(audit.out.utf8.dropLast()))
        #expect(report["verdict"] == "invalid")
        #expect(report["firstWrong"] == .integer(change.firstWrong), "\(audit.out)")
    }

    @Test("is not complained about when nobody did")
    func untouched() throws {
        let service = try history()
        let audit = try Programs.run(["audit", "verify", "--data", service.data])
        #expect(audit.exitCode == 0, "\(audit.out)")
        #expect(try Programs.run(["audit", "recompute", "--data", service.data]).exitCode == 0)
    }

    @Test("by putting back an older copy: the service does not start, and the audit says where the log ends")
    func rollback() throws {
        let service = try history()
        let files = ["punctual.sqlite", "punctual.sqlite-wal"]
        for name in files where FileManager.default.fileExists(atPath: service.data + "/" + name) {
            try FileManager.default.copyItem(atPath: service.data + "/" + name, toPath: service.folder.path(name))
        }
        let running = try service.serve()
        #expect(
            try running.send("POST", "/v1/requests", key: "later", requestBody(holder: "urn:x:4").canonicalBytes).status
                == 201)
        running.stop()
        for name in files + ["punctual.sqlite-shm"] {
            try? FileManager.default.removeItem(atPath: service.data + "/" + name)
            let copy = service.folder.path(name)
            guard FileManager.default.fileExists(atPath: copy) else { continue }
            try FileManager.default.copyItem(atPath: copy, toPath: service.data + "/" + name)
        }
        let start = try Programs.run(["serve", "--data", service.data, "--listen", "127.0.0.1:0"])
        #expect(start.exitCode == 78)
        #expect(start.err.contains("were acknowledged"))
        let audit = try Programs.run(["audit", "verify", "--data", service.data, "--json"])
        #expect(audit.exitCode == 1)
        #expect(try JSON(parsing: Array(audit.out.utf8.dropLast()))["firstWrong"] == 15)
    }

    @Test("by taking the anchor away: the service does not start")
    func anchor() throws {
        let service = try TestService()
        try FileManager.default.removeItem(atPath: service.data + "/anchor")
        let start = try Programs.run(["serve", "--data", service.data, "--listen", "127.0.0.1:0"])
        #expect(start.exitCode == 78)
        #expect(try Programs.run(["audit", "verify", "--data", service.data]).exitCode == 1)
    }

    /// A small history with one late request. The deadline of its policy is a second, and the service is started again
    /// until that has passed: it assesses what is due before it listens.
    private func history() throws -> TestService {
        let service = try TestService(policies: try ShortPolicies.documents(target: "PT1S"))
        let running = try service.serve()
        let first = requestBody(holder: "urn:x:1").canonicalBytes
        let second = requestBody(holder: "urn:x:2", review: "manual").canonicalBytes
        guard try running.send("POST", "/v1/requests", key: "a", first).status == 201,
            try running.send("POST", "/v1/requests", key: "b", second).status == 202
        else { throw ServiceFailure("the history could not be made") }
        try running.awaitCredits(of: "urn%3Ax%3A2")
        running.stop()
        return service
    }
}
