import CanonicalJSON
import Coverage
import Cryptography
import Temporal
import TestSupport
import Testing
import TransparencyLog
import Verification

/// Coverage proofs, alone and beside intake receipts.
@Suite("Coverage proofs")
struct CoverageTests {
    private let signer: NoteSigner
    private let issuer: SampleIssuer
    private let units = ["PFC"]

    init() throws {
        signer = NoteSigner(
            name: try KeyName(SampleLog.origin),
            privateKey: try Ed25519PrivateKey(seed: Array(repeating: 3, count: 32)))
        issuer = try SampleIssuer()
    }

    /// Entries of a log, as their hashes.
    private let hashes = (0..<9).map { SHA256.hash([UInt8($0)]) }

    private func head(_ size: Int) -> TreeHead { TreeHead(size: UInt64(size), root: mth(hashes.prefix(size))) }

    private func mth(_ d: ArraySlice<SHA256Digest>) -> SHA256Digest {
        guard d.count > 1 else { return d.first ?? SHA256.hash([]) }
        var k = 1
        while 2 * k < d.count { k *= 2 }
        return MerkleTree.nodeHash(mth(d.prefix(k)), mth(d.dropFirst(k)))
    }

    /// RFC 6962, 2.1.2, from four entries to eight: one perfect subtree beside the old one.
    private var growth: [SHA256Digest] { [mth(hashes[4..<8])] }

    private func proof(
        of request: String = SampleLog.rid, isThere: Bool = true, at time: Instant = .judged - .hours(1),
        by other: NoteSigner? = nil, origin: String = SampleLog.origin, checkpoint: TreeHead? = nil
    ) throws -> JSONObject {
        let names = (isThere ? [request] : []) + ["r1", "r2", "r3", "r4"]
        let openings = try names.map { name in
            let sums = name == request ? ["PFC": try Amounts(paid: 500, owed: 250, waived: 0)] : [:]
            return CoverageOpening(request: name, size: 4, isBreached: name == request, sums: sums)
        }.sorted { CoverageLeaf.hash(ofRequest: $0.request) < CoverageLeaf.hash(ofRequest: $1.request) }
        let salt = [UInt8](repeating: 9, count: 32)
        let leaves = try openings.map { try $0.leaf(salt: salt, units: units) }
        var builder = CoverageTreeBuilder(units: 1, proving: Set(leaves.indices))
        for leaf in leaves { try builder.append(leaf) }
        let (root, paths) = try builder.finish()
        let statement = try CoverageStatement(
            origin: origin, log: head(4), time: time.milliseconds, units: units, tree: root)
        func path(_ index: Int) -> CoveragePath { CoveragePath(index: Int64(index), siblings: paths[index] ?? []) }
        let shown: CoverageProof.Shown
        if let index = openings.firstIndex(where: { $0.request == request }) {
            shown = .leaf(openings[index], salt: salt, path(index))
        } else {
            let place = leaves.count { $0.requestHash < CoverageLeaf.hash(ofRequest: request) }
            let around = [place - 1, place].filter(leaves.indices.contains)
            shown = .neighbours(around.map { .init(leaf: leaves[$0], path: path($0)) })
        }
        let later = try checkpoint.map { head in
            let text = try Checkpoint(origin: SampleLog.origin, head: head).text
            return (note: try SignedNote(signing: text, by: signer), consistency: growth)
        }
        return try CoverageProof(
            request: request, note: SignedNote(signing: statement.text, by: other ?? signer), shown: shown,
            checkpoint: later
        ).json
    }

    private func verdict(_ proof: JSONObject, keys: [VerifierKey]? = nil) throws -> Verdict {
        var trust = Trust(at: .judged)
        trust.logKeys = keys ?? [signer.verifierKey]
        let evidence = try Evidence(parsing: JSON.object(proof).canonicalBytes)
        #expect(evidence.kind == .coverage)
        let verdict = Verifier(trust: trust).verify([evidence])[0]
        #expect(verdict.checks.map(\.name) == [.form, .statement, .log, .coverage])
        return verdict
    }

    @Test("a request in the sum: valid, with its amounts, and with what that does not prove")
    func valid() throws {
        let verdict = try verdict(proof())
        Expected.valid.check(verdict)
        let coverage = try #require(verdict.check(.coverage))
        #expect(coverage.sentence.contains("500 PFC paid, 250 owed, 0 waived"))
        #expect(coverage.sentence.contains("does not prove"))
        #expect(verdict.check(.statement)?.sentence.contains("5 requests, 1 late") == true)
        #expect(verdict.check(.log)?.outcome == .notApplicable)
        Expected.valid.check(try self.verdict(proof(checkpoint: head(8))))
    }

    @Test("a request that is not in the sum: valid, and said so")
    func absent() throws {
        let verdict = try verdict(proof(isThere: false))
        Expected.valid.check(verdict)
        #expect(verdict.check(.coverage)?.sentence.contains("is not among the 4 requests") == true)
    }

    @Test("without the key of the log nobody can tell; by another key, or another log, it is invalid")
    func keys() throws {
        Expected.cannotTell(.statement, "must come from elsewhere").check(try verdict(proof(), keys: []))
        let other = NoteSigner(
            name: try KeyName(SampleLog.origin),
            privateKey: try Ed25519PrivateKey(seed: Array(repeating: 4, count: 32)))
        Expected.invalid(.statement).check(try verdict(proof(by: other)))
        Expected.invalid(.statement).check(try verdict(proof(origin: "other.example/log")))
    }

    @Test("a checkpoint that does not begin with the log of the statement is found")
    func forked() throws {
        let fork = TreeHead(size: 8, root: mth(hashes[1..<9]))
        Expected.invalid(.log, "does not hold").check(try verdict(proof(checkpoint: fork)))
    }

    @Test(
        "the first wrong node is named, and what is not of the form is refused",
        arguments: [
            Tampering("an amount of the leaf", .invalid(.coverage)) { proof in
                let leaf = proof["leaf"]?.replacing("/opening/sums/0/paid", by: 501)
                proof["leaf"] = leaf
            },
            Tampering("a unit in a node", .invalid(.coverage, "level")) { proof in
                proof["leaf"] = proof["leaf"]?.replacing("/path/0/sums/0/2", by: 1)
            },
            Tampering("a count in a node", .invalid(.coverage, "level 0")) { proof in
                let counts = proof["leaf"]?[pointer: "/path/0/requests"]?.integerValue ?? 0
                proof["leaf"] = proof["leaf"]?.replacing("/path/0/requests", by: .integer(counts + 1))
            },
            Tampering("a negative sum", .invalid(.form, "/path/0/sums/0")) { proof in
                proof["leaf"] = proof["leaf"]?.replacing("/path/0/sums/0/0", by: -1)
            },
            Tampering("another request", .invalid(.coverage, "another request")) { $0["request"] = "r1" },
            Tampering("a member that nobody knows", .invalid(.form)) { $0["more"] = 1 },
            Tampering("no path", .invalid(.form, "/leaf/path")) { proof in
                proof["leaf"] = proof["leaf"]?.replacing("/path", by: nil)
            },
            Tampering("no leaf", .invalid(.form, "/neighbours")) { $0["leaf"] = nil },
        ])
    func changed(_ tampering: Tampering) throws {
        var proof = try proof()
        try tampering.change(&proof)
        tampering.expected.check(try verdict(proof))
    }

    private func receiptVerdict(beside proof: JSONObject) throws -> Verdict {
        var trust = Trust.sample()
        trust.logKeys = [signer.verifierKey]
        return Verifier(trust: trust).verify([try Evidence(issuer.receipt()), try Evidence(proof)])[0]
    }

    @Test("a receipt whose request was not in the log after the promised minute convicts the operator")
    func notLogged() throws {
        let verdict = try receiptVerdict(beside: proof(isThere: false))
        Expected.invalid(.log, "the log states that it was not among its first 4 entries").check(verdict)
        let atOnce = try receiptVerdict(beside: proof(isThere: false, at: .accepted + .minutes(1)))
        Expected.cannotTell(.log, "had time until").check(atOnce)
        let just = Instant.accepted + .minutes(1) + Milliseconds(1)
        Expected.invalid(.log).check(try receiptVerdict(beside: proof(isThere: false, at: just)))
    }

    @Test("a proof that shows the request, is of another, or does not hold, says nothing against a receipt")
    func saysNothing() throws {
        Expected.valid.check(try receiptVerdict(beside: proof()))
        Expected.valid.check(try receiptVerdict(beside: proof(of: SampleLog.otherRid, isThere: false)))
        let stranger = NoteSigner(
            name: try KeyName(SampleLog.origin),
            privateKey: try Ed25519PrivateKey(seed: Array(repeating: 4, count: 32)))
        Expected.valid.check(try receiptVerdict(beside: proof(isThere: false, by: stranger)))
    }

    @Test("a receipt of a promise in working time is understood, and compared with the log")
    func calendar() throws {
        let bound: (inout JSONObject) -> Void = {
            $0["calendar"] = "sha256:01"
            $0["zone"] = "sha256:02"
        }
        let receipt = try issuer.receipt(bound)
        func verdict(_ facts: JSONObject) throws -> Verdict {
            let log = try SampleLog.accepted(receipt: receipt, facts: facts)
            var trust = Trust.sample()
            trust.logKeys = [log.logKey]
            return Verifier(trust: trust).verify([try Evidence(receipt), try Evidence(log.bundle())])[0]
        }
        Expected.valid.check(Verifier(trust: .sample()).verify([try Evidence(receipt)])[0])
        Expected.valid.check(try verdict(SampleLog.acceptedFacts(bound)))
        Expected.invalid(.log, "calendar is missing in the log").check(try verdict(SampleLog.acceptedFacts()))
        let other = SampleLog.acceptedFacts {
            bound(&$0)
            $0["zone"] = "sha256:03"
        }
        Expected.invalid(.log, "zone is ").check(try verdict(other))
    }
}
