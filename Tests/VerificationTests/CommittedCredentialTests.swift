import CanonicalJSON
import Foundation
import Temporal
import Testing
import Verification

@Suite("Credentials beside and inside a bundle")
struct CommittedCredentialTests {
    private let issuer: SampleIssuer
    private let credential: JSONObject
    private let log: SampleLog

    init() throws {
        issuer = try SampleIssuer()
        credential = try issuer.credential()
        log = try SampleLog.complete(receipt: issuer.receipt(), credential: credential)
    }

    private func verdict(
        _ credential: JSONObject, beside bundles: [JSONObject], at instant: Instant = .judged
    ) throws -> Verdict {
        var trust = Trust(at: instant)
        trust.logKeys = [log.logKey]
        let list = try Evidence(issuer.statusList())
        return Verifier(trust: trust, statusLists: [list]).verify(
            try ([credential] + bundles).map { try Evidence($0) })[0]
    }

    @Test("the very credential that the log commits to is known, whatever its spacing")
    func committed() throws {
        let verdict = try verdict(credential, beside: [log.bundle()])
        Expected.valid.check(verdict)
        #expect(verdict.check(.log)?.sentence == "Entry 11 of the log commits to this very credential.")
        let spaced = Array(JSON.object(credential).canonicalString.replacing(",", with: " ,\n").utf8)
        #expect(try Evidence(parsing: spaced).json == credential)
    }

    @Test("another credential, though it holds, is not the one")
    func wrongCredential() throws {
        let other = try issuer.credential { $0["name"] = "Another" }
        Expected.invalid(.log, "not the credential that the log commits to").check(
            try verdict(other, beside: [log.bundle()]))
        let signedAgain = try issuer.sign(issuer.credential { $0["proof"] = nil }.without("proof"), at: .judged)
        Expected.invalid(.log).check(try verdict(signedAgain, beside: [log.bundle()]))
    }

    @Test("where the bundle shows no credential, or none was issued, or is not proven, nobody can tell")
    func cannotTell() throws {
        Expected.cannotTell(.log, "does not show the credential").check(
            try verdict(credential, beside: [log.bundle(showing: ["receipt"])]))
        let pending = try SampleLog.accepted(receipt: issuer.receipt())
        Expected.cannotTell(.log, "no credential was issued").check(try verdict(credential, beside: [pending.bundle()]))
        var broken = try log.bundle()
        broken["entries"] = []
        Expected.cannotTell(.log, "not proven").check(try verdict(credential, beside: [broken]))
        Expected.valid.check(try verdict(credential, beside: [broken, log.bundle()]))
    }

    @Test("one of several bundles may be the credential's")
    func severalBundles() throws {
        let other = try log.bundle(of: SampleLog.otherRid)
        Expected.valid.check(try verdict(credential, beside: [other, log.bundle()]))
        Expected.cannotTell(.log).check(try verdict(credential, beside: [other]))
    }

    @Test("a revocation in the log counts from its instant on, inside the bundle and beside it")
    func revokedInTheLog() throws {
        let revoked = try log.revoking(at: .issued + .hours(2)).bundle()
        Expected.invalid(.log, "It was withdrawn: entry 13").check(try verdict(credential, beside: [revoked]))
        let before = try verdict(credential, beside: [revoked], at: .issued + .hours(2) - Milliseconds(1))
        Expected.valid.check(before)
        #expect(before.check(.log)?.sentence.contains("later, entry 13") == true)
        Expected.invalid(.log, "It was withdrawn").check(try verdict(credential, beside: [log.bundle(), revoked]))
        var trust = Trust.sample { $0.mayLackStatusList = true }
        trust.logKeys = [log.logKey]
        Expected.invalid(.log, "withdrawn").check(Verifier(trust: trust).verify([try Evidence(revoked)])[0])
    }

    @Test("a credential inside a bundle needs its status list like any other")
    func statusInside() throws {
        var trust = Trust.sample()
        trust.logKeys = [log.logKey]
        let bundle = try Evidence(log.bundle())
        Expected.cannotTell(.status, SampleIssuer.statusListAddress).check(Verifier(trust: trust).verify([bundle])[0])
        trust.mayLackStatusList = true
        Expected.valid.check(Verifier(trust: trust).verify([bundle])[0])
    }

    @Test("a committed credential or receipt that does not hold makes the bundle invalid")
    func forgedInside() throws {
        var credential = credential
        credential["name"] = "Eve"
        let forged = try SampleLog.complete(receipt: issuer.receipt(), credential: credential)
        Expected.invalid(.proof, "does not match").check(try bundleVerdict(forged))
        var receipt = try issuer.receipt()
        receipt["dueAt"] = .string((Instant.due + .days(1)).rfc3339)
        let late = try SampleLog.complete(receipt: receipt, credential: self.credential)
        Expected.invalid(.proof, "does not match").check(try bundleVerdict(late))
        let other = try issuer.receipt { $0["dueAt"] = .string((Instant.due + .days(1)).rfc3339) }
        let differing = try SampleLog.complete(receipt: other, credential: self.credential)
        Expected.invalid(.log, "dueAt is").check(try bundleVerdict(differing))
    }

    private func bundleVerdict(_ log: SampleLog) throws -> Verdict {
        var trust = Trust.sample { $0.mayLackStatusList = true }
        trust.logKeys = [log.logKey]
        return Verifier(trust: trust).verify([try Evidence(log.bundle())])[0]
    }
}
