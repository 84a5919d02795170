import CanonicalJSON
import Cryptography
import Temporal
import Testing
import TransparencyLog
import Verification

/// The quorum of witnesses that a verifier's policy asks for.
@Suite("Bundles and witnesses")
struct WitnessedTests {
    private let log: SampleLog
    private let witnesses: [Cosigner]
    private let bundle: JSONObject

    init() throws {
        let issuer = try SampleIssuer()
        log = try SampleLog.complete(receipt: issuer.receipt(), credential: issuer.credential())
        witnesses = try (20...22 as ClosedRange<UInt8>).map {
            try Cosigner(name: KeyName("witness\($0)"), privateKey: sampleKey($0))
        }
        bundle = try log.bundle(showing: [])
    }

    private func policy(_ quorum: String, log vkey: String? = nil) throws -> LogPolicy {
        var lines = ["log \(vkey ?? log.logKey.vkey)"]
        for (index, witness) in witnesses.enumerated() { lines.append("witness w\(index) \(witness.verifierKey.vkey)") }
        lines += ["group two 2 w0 w1 w2", "quorum \(quorum)", ""]
        return try LogPolicy(parsing: Array(lines.joined(separator: "\n").utf8))
    }

    private func cosigned(_ signers: [Int]) throws -> JSONObject {
        var note = try SignedNote(parsing: Array((bundle["checkpoint"]?.stringValue ?? "").utf8))
        let checkpoint = try Checkpoint(parsing: note.text)
        for signer in signers { try note.add(try witnesses[signer].cosign(checkpoint, at: .judged - .minutes(5))) }
        var bundle = bundle
        bundle["checkpoint"] = .string(String(decoding: note.bytes, as: UTF8.self))
        return bundle
    }

    private func verdict(_ bundle: JSONObject, _ policy: LogPolicy?, logKeys: [VerifierKey] = []) throws -> Verdict {
        var trust = Trust(at: .judged)
        trust.logPolicy = policy
        trust.logKeys = logKeys
        return Verifier(trust: trust).verify([try Evidence(bundle)])[0]
    }

    @Test("a policy names the log's key, and its quorum is met by the witnesses that cosigned")
    func met() throws {
        let verdict = try verdict(cosigned([2, 0]), policy("two"))
        Expected.valid.check(verdict)
        let check = verdict.check(.quorum)
        #expect(check?.outcome == .passed)
        #expect(
            check?.sentence.hasPrefix("The quorum two of your policy is met: w0 2026-") == true)
        #expect(check?.facts["cosigned"]?.arrayValue?.map { $0["witness"] } == ["w0", "w2"])
        Expected.valid.check(try self.verdict(cosigned([1]), policy("w1")))
    }

    @Test("a quorum that is not met is no pass: nobody can tell, and who is missing is named")
    func unmet() throws {
        for signers in [[], [1]] {
            let verdict = try verdict(cosigned(signers), policy("two"))
            Expected.cannotTell(.quorum, "missing: w0").check(verdict)
            #expect(verdict.check(.quorum)?.need == .newerBundle)
            // What the log says is still told.
            #expect(!verdict.story.isEmpty)
        }
        Expected.cannotTell(.quorum, "missing: w0.").check(try verdict(cosigned([1, 2]), policy("w0")))
    }

    @Test("what a log says that too few have seen is not believed about documents beside the bundle")
    func beside() throws {
        let shown = try log.bundle()
        var trust = Trust(at: .judged)
        trust.mayLackStatusList = true
        let files = try [Evidence(shown), Evidence(SampleIssuer().credential())]
        trust.logPolicy = try policy("two")
        Expected.cannotTell(.log, "the bundle is not proven").check(Verifier(trust: trust).verify(files)[1])
        trust.logPolicy = try policy("none")
        Expected.valid.check(Verifier(trust: trust).verify(files)[1])
    }

    @Test("a policy without a quorum asks nobody, and no policy says so")
    func none() throws {
        let open = try verdict(bundle, policy("none"))
        Expected.valid.check(open)
        #expect(open.check(.quorum)?.sentence == "Your policy asks for no witnesses.")
        let unasked = try verdict(bundle, nil, logKeys: [log.logKey])
        #expect(unasked.check(.quorum)?.outcome == .notApplicable)
    }

    @Test("a cosignature of a known witness that does not hold refuses the checkpoint")
    func forged() throws {
        let other = try Cosigner(name: KeyName("witness20"), privateKey: sampleKey(20))
        var note = try SignedNote(parsing: Array((bundle["checkpoint"]?.stringValue ?? "").utf8))
        let elsewhere = try Checkpoint(origin: SampleLog.origin, head: TreeHead(size: 1, root: MerkleTree.emptyRoot))
        try note.add(try other.cosign(elsewhere, at: .judged))
        var forged = bundle
        forged["checkpoint"] = .string(String(decoding: note.bytes, as: UTF8.self))
        Expected.invalid(.checkpoint, "witness20").check(try verdict(forged, policy("none")))
        // Whoever does not know that witness cannot be deceived by it.
        Expected.valid.check(try verdict(forged, nil, logKeys: [log.logKey]))
    }

    @Test("a policy of another log, or of another key, refuses")
    func otherLog() throws {
        let other = NoteSigner(name: try KeyName("other.example/log"), privateKey: try sampleKey(9)).verifierKey
        Expected.invalid(.checkpoint).check(try verdict(bundle, policy("none", log: other.vkey)))
        let otherKey = try SampleLog(key: 8).logKey
        Expected.invalid(.checkpoint).check(try verdict(bundle, policy("none", log: otherKey.vkey)))
        // A key that is named beside the policy is one more that is believed.
        Expected.valid.check(try verdict(bundle, policy("none", log: otherKey.vkey), logKeys: [log.logKey]))
    }

    @Test("what was given is added up, in words and in numbers")
    func paid() throws {
        let check = try verdict(bundle, nil, logKeys: [log.logKey]).check(.paid)
        #expect(check?.outcome == .passed)
        #expect(check?.sentence == "Given for the delay: 50 PFC, 3 days of premium access.")
        #expect(
            check?.facts["paid"] == [
                ["unit": "PFC", "minor": 50, "benefitType": "credit", "postings": 1],
                ["unit": "day", "minor": 3, "benefitType": "premium-extension", "postings": 1],
            ])
        let other = try verdict(log.bundle(of: SampleLog.otherRid), nil, logKeys: [log.logKey]).check(.paid)
        #expect(other?.facts["paid"] == [])
    }

    @Test("open, redacted, not shown and failed are four different things")
    func redacted() throws {
        var erased = log
        try erased.append("subject.erased", of: SampleLog.rid, at: .issued + .minutes(5))
        func openings(_ bundle: JSONObject) throws -> Check? {
            try verdict(bundle, nil, logKeys: [log.logKey]).check(.openings)
        }
        let all = try openings(erased.bundle(showing: []))
        #expect(all?.outcome == .passed)
        #expect(all?.facts["redacted"]?.arrayValue?.count == 9 && all?.facts["notShown"] == [])
        #expect(
            all?.sentence
                == "0 open and match what the log commits to; 0 are not shown. 9 are erased: entry 13 says so, "
                + "2026-03-03T15:05:00Z.")
        // What was opened before the erasure and kept still matches.
        let kept = try openings(erased.bundle(showing: ["credential"]))
        #expect(kept?.facts["open"]?.arrayValue?.count == 2 && kept?.facts["redacted"]?.arrayValue?.count == 7)
        // Without the entry it is not redacted, but not shown; and the entry of another request erases nothing here.
        #expect(try openings(log.bundle(showing: []))?.facts["redacted"] == [])
        var other = log
        try other.append("subject.erased", of: SampleLog.otherRid, at: .issued + .minutes(5))
        #expect(try openings(other.bundle(showing: []))?.facts["redacted"] == [])
        // Failed stays failed.
        var forged = try erased.bundle(showing: ["credential"])
        forged.edit("openings") { $0.set("value", of: 0, to: [:]) }
        #expect(try openings(forged)?.outcome == .failed)
    }
}
