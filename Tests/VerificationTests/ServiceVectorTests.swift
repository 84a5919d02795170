import CanonicalJSON
import Foundation
import Proofs
import Temporal
import TestSupport
import Testing
import TransparencyLog
import Verification

/// What the issuing service wrote (`vectors/history`), read by those who share nothing with it.
@Suite("Files of the service")
struct ServiceVectorTests {
    private func file(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: Conformance.projectRoot.appending(path: "vectors/history/\(name)")))
    }

    private func line(_ name: String) throws -> String {
        String(decoding: try file(name), as: UTF8.self).trimmingCharacters(in: .newlines)
    }

    @Test(
        "each file is valid for whoever knows the issuer and the key of the log",
        arguments: ["credential.json", "receipt.json", "status-list.json", "bundle.json"])
    func valid(_ name: String) throws {
        var trust = Trust(at: try Instant(rfc3339: "2026-01-09T00:00:00Z"))
        trust.issuers = [try DIDKey(line("issuer.did")).uri]
        trust.logKeys = [try VerifierKey(vkey: line("log.vkey"))]
        let list = try Evidence(parsing: file("status-list.json"))
        let verdict = Verifier(trust: trust, statusLists: [list]).verify([try Evidence(parsing: file(name))])[0]
        Expected.valid.check(verdict)
        // Nobody was named who could say what others saw, and when.
        let unasked: Set<Check.Name> = [.quorum, .when]
        #expect(verdict.everyCheck.allSatisfy { $0.outcome == (unasked.contains($0.name) ? .notApplicable : .passed) })
    }
}
