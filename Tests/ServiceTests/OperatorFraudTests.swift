import CanonicalJSON
import Cryptography
import Foundation
import HTTPClient
import Temporal
import TestSupport
import Testing
import TransparencyLog

/// Frauds by the operator of a real service, who signs the whole log anew with its real key, against somebody with the
/// command line, a policy file and a checkpoint that a witness cosigned.
@Suite("An operator who signs the log of a service again", .serialized)
struct OperatorFraudTests {
    /// A service that was late once, its export, and a cosigned checkpoint of it.
    private struct Evidence {
        let service: TestService
        let export: String
        let policy: String
        let kept: String

        init() throws {
            service = try TestService(policies: try ShortPolicies.documents(target: "PT1S"))
            let running = try service.serve()
            func ask(_ key: String, _ holder: String, review: String = "none") throws -> String? {
                let body = requestBody(holder: holder, review: review).canonicalBytes
                return try JSON(parsing: running.send("POST", "/v1/requests", key: key, body).body)["id"]?.stringValue
            }
            _ = try ask("a", "urn:x:1")
            let late = try ask("b", "urn:x:2", review: "manual") ?? ""
            try running.awaitCredits(of: "urn%3Ax%3A2")
            guard try running.send("POST", "/v1/requests/\(late)/approve", key: "c").status == 200 else {
                throw ServiceFailure("the late request was not approved")
            }
            _ = try ask("d", "urn:x:3")
            running.stop()
            export = service.folder.path("export")
            let written = try Programs.run(["audit", "export", "--data", service.data, "--out", export])
            guard written.exitCode == 0 else { throw ServiceFailure(written.err) }
            (policy, kept) = (service.folder.path("policy"), service.folder.path("kept.checkpoint"))
            try cosign()
        }

        /// A witness saw the honest log, and somebody kept what it cosigned.
        private func cosign() throws {
            let witness = Cosigner(
                name: try KeyName("witness.example"),
                privateKey: try Ed25519PrivateKey(seed: Array(repeating: 7, count: 32)))
            let file = URL(filePath: export + "/checkpoint")
            var note = try SignedNote(parsing: [UInt8](try Data(contentsOf: file)))
            try note.add(
                try witness.cosign(try Checkpoint(parsing: note.text), at: Instant(milliseconds: 1_800_000_000_000)))
            try Data(note.bytes).write(to: URL(filePath: kept))
            let log = try String(contentsOf: URL(filePath: service.data + "/log.vkey"), encoding: .utf8)
            try "log \(log)witness w \(witness.verifierKey.vkey)\nquorum w\n".write(
                toFile: policy, atomically: true, encoding: .utf8)
        }

        /// Everything that is owed by then has been paid or missed.
        func recompute(_ folder: String, _ options: [String]) throws -> (exitCode: Int32, report: JSON) {
            let output = try Programs.run(
                ["audit", "recompute", "--from", folder, "--at", "2100-01-01T00:00:00Z", "--json"] + options)
            guard !output.out.isEmpty else { throw ServiceFailure(output.err) }
            return (output.exitCode, try JSON(parsing: Array(output.out.utf8.dropLast())))
        }
    }

    private func convict(isFoundAlone: Bool, _ change: (inout ForgedLog) throws -> Void) throws {
        let evidence = try Evidence()
        let (data, folder) = (evidence.service.data, evidence.service.folder)
        let key = ["--log-key", data + "/log.vkey"]
        func kinds(_ report: JSON) -> Set<JSON> { Set(report["findings"]?.arrayValue?.compactMap { $0["kind"] } ?? []) }

        var forged = try ForgedLog(exported: evidence.export, data: data)
        try change(&forged)
        try forged.write(to: folder.path("forged"))
        // As a log it is without fault.
        #expect(try Programs.run(["audit", "verify", "--from", folder.path("forged")] + key).exitCode == 0)
        let alone = try evidence.recompute(folder.path("forged"), key)
        #expect(alone.exitCode == (isFoundAlone ? 1 : 0), "\(alone.report)")

        let against = try evidence.recompute(folder.path("forged"), key + ["--checkpoint", evidence.kept])
        #expect(against.exitCode == 1)
        #expect(!kinds(against.report).isDisjoint(with: ["contradictedCheckpoint", "missingEntries"]))
        #expect(kinds(against.report).subtracting(["contradictedCheckpoint", "missingEntries"]) == kinds(alone.report))
        // With the policy alone: no witness has cosigned the new log.
        let uncosigned = try Programs.run(
            ["audit", "verify", "--from", folder.path("forged"), "--policy", evidence.policy, "--json"])
        #expect(uncosigned.exitCode == 1 && uncosigned.out.contains("quorum"), "\(uncosigned.out)")

        // And both together are a proof for everybody.
        let proof = folder.path("fork.json")
        let compared = try Programs.run(
            ["audit", "compare", evidence.export, folder.path("forged"), "--out", proof] + key)
        #expect(compared.exitCode == 1 && compared.out.hasPrefix("FORK"), "\(compared.out)\(compared.err)")
        #expect(try Programs.run(["audit", "compare", "--proof", proof] + key).exitCode == 0)
        #expect(try Programs.run(key + [proof], program: "vcverify").exitCode == 0)
    }

    @Test("the honest log is settled, contains the kept checkpoint, and continues it")
    func honest() throws {
        let evidence = try Evidence()
        let key = ["--log-key", evidence.service.data + "/log.vkey"]
        #expect(try evidence.recompute(evidence.export, key).exitCode == 0)
        let (exitCode, report) = try evidence.recompute(evidence.export, key + ["--checkpoint", evidence.kept])
        #expect(exitCode == 0 && report["kept"]?.arrayValue?.count == 1, "\(report)")
        let same = try Programs.run(["audit", "compare", evidence.kept, evidence.export] + key)
        #expect(same.exitCode == 0 && same.out.hasPrefix("Both say the same"), "\(same.out)\(same.err)")
        let data = try Programs.run(
            [
                "audit", "recompute", "--data", evidence.service.data, "--checkpoint", evidence.kept, "--json",
            ] + key)
        #expect(data.exitCode == 0, "\(data.out)\(data.err)")
        #expect(
            try Programs.run(
                [
                    "audit", "verify", "--data", evidence.service.data, "--checkpoint", evidence.kept,
                ] + key
            ).exitCode == 0)
        // The checkpoint itself satisfies the policy, which the service's own newest one does not.
        let witnessed = evidence.service.folder.path("witnessed")
        try FileManager.default.copyItem(atPath: evidence.export, toPath: witnessed)
        try FileManager.default.copyItem(atPath: evidence.kept, toPath: witnessed + "/checkpoint.cosigned")
        let policy = ["--policy", evidence.policy]
        let output = try Programs.run(["audit", "verify", "--from", witnessed] + policy)
        #expect(output.exitCode == 0 && output.out.contains("witness.example"), "\(output.out)\(output.err)")
        #expect(try evidence.recompute(witnessed, policy).exitCode == 0)
        #expect(try Programs.run(["audit", "verify", "--from", evidence.export] + policy).exitCode == 1)
        // A key from elsewhere is asked for.
        #expect(
            try Programs.run([
                "audit", "recompute", "--data", evidence.service.data, "--checkpoint", evidence.kept,
            ]).exitCode == 2)
    }

    @Test("drop the payments of the late request")
    func dropPayments() throws { try convict(isFoundAlone: true) { $0.drop(["compensation.post"]) } }

    @Test("drop the assessment")
    func dropAssessment() throws { try convict(isFoundAlone: true) { $0.drop(["sla.breach"]) } }

    @Test("stretch the deadline and drop what followed from it")
    func stretchDeadline() throws {
        try convict(isFoundAlone: true) { log in
            let late = log.drafts.first { $0.type == "sla.breach" }?.rid
            log.drop(["sla.breach", "compensation.post"])
            for index in log.drafts.indices where log.drafts[index].rid == late {
                guard let due = log.drafts[index].facts["dueAt"]?.integerValue else { continue }
                log.drafts[index].facts["dueAt"] = .integer(due + 3_600_000)
            }
        }
    }

    @Test("erase the request")
    func eraseRequest() throws {
        try convict(isFoundAlone: false) { log in
            let late = log.drafts.first { $0.type == "sla.breach" }?.rid
            log.drafts.removeAll { $0.rid == late }
        }
    }

    @Test("date the credential back and drop the compensation")
    func backDate() throws {
        try convict(isFoundAlone: false) { log in
            let late = try #require(log.drafts.first { $0.type == "sla.breach" }?.rid)
            log.drop(["sla.breach", "compensation.post"])
            let accepted = try #require(log.drafts.first { $0.rid == late && $0.type == "request.accepted" })
            for index in log.drafts.indices where log.drafts[index].rid == late { log.drafts[index].t = accepted.t }
            log.drafts.sort { ($0.t.milliseconds, $0.seq) < ($1.t.milliseconds, $1.seq) }
        }
    }
}
