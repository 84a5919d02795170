import CanonicalJSON
import Credentials
import Cryptography
import Proofs
import Temporal
import TestSupport
import Testing
import TransparencyLog
import Verification

/// What an index in a bundle shows: that these are all entries, and that one which leaves some out is caught.
@Suite("All that happened to a request")
struct CompletenessTests {
    private let log: SampleLog

    init() throws {
        let issuer = try SampleIssuer()
        log = try SampleLog.complete(receipt: issuer.receipt(), credential: issuer.credential())
    }

    private func verdict(_ bundle: JSONObject) throws -> Verdict {
        var trust = Trust(at: .judged)
        trust.logKeys = [log.logKey]
        trust.mayLackStatusList = true
        return Verifier(trust: trust).verify([try Evidence(bundle)])[0]
    }

    @Test("an index that covers all says so, with its size, its entry and its instant")
    func complete() throws {
        let check = try verdict(log.bundle()).check(.complete)
        #expect(check?.outcome == .passed)
        #expect(
            check?.sentence
                == "These are all 10 entries about the request among the first 13 of the log, by the index in entry 13 "
                + "of 2026-03-03T15:01:00Z.")
        #expect(check?.facts["size"] == 13 && check?.facts["index"] == 13 && check?.facts["leaves"] == 2)
        #expect(check?.facts["entries"] == 10 && check?.facts["later"] == 0)
    }

    @Test("what came after the index is told apart: up to there nothing was left out")
    func later() throws {
        let indexed = try log.indexed()
        let longer = try indexed.revoking(at: .judged - .hours(1))
        let bundle = try longer.bundle(in: longer)
        let check = try verdict(bundle).check(.complete)
        #expect(check?.outcome == .passed)
        #expect(check?.sentence.hasSuffix("1 came after that; whether more did is not shown.") == true)
        #expect(check?.facts["entries"] == 10 && check?.facts["later"] == 1)
        // Who leaves that one out is not found by this index, and the sentence says how far it goes.
        let cut = try log.bundle(in: longer)
        #expect(try verdict(cut).check(.complete)?.facts["size"] == 13)
        #expect(try verdict(longer.bundle(in: longer.indexed())).check(.complete)?.facts["size"] == 15)
    }

    @Test("whoever leaves out the last entry, or all after some entry, is caught by the index", arguments: 1...9)
    func cut(count: Int) throws {
        var bundle = try log.bundle(showing: [])
        bundle.edit("entries") { $0.removeLast(count) }
        let verdict = try verdict(bundle)
        Expected.invalid(.complete, "request/\(SampleLog.rid) had 10").check(verdict)
        #expect(verdict.story.isEmpty && verdict.parts.isEmpty)
    }

    @Test("a revocation that is left out is caught, and the credential beside the bundle is not believed for its sake")
    func hiddenRevocation() throws {
        let revoked = try log.revoking(at: .judged - .hours(1))
        var bundle = try revoked.bundle()
        bundle.edit("entries") { $0.removeLast() }
        let issuer = try SampleIssuer()
        var trust = Trust(at: .judged)
        trust.logKeys = [log.logKey]
        trust.mayLackStatusList = true
        let verdicts = Verifier(trust: trust).verify([try Evidence(bundle), try Evidence(issuer.credential())])
        Expected.invalid(.complete, "had 11").check(verdicts[0])
        Expected.cannotTell(.log, "the bundle is not proven").check(verdicts[1])
        // Told in full, it says that the credential was withdrawn.
        Expected.invalid(.log, "withdrawn").check(try verdict(revoked.bundle()))
    }

    @Test("without an index nobody can tell, and the sentence says why")
    func noIndex() throws {
        let bundle = try log.bundle(in: log)
        #expect(bundle["index"] == nil)
        let verdict = try verdict(bundle)
        Expected.cannotTell(.complete, "entries that came after these could have been left out").check(verdict)
        #expect(verdict.check(.complete)?.need == .newerBundle)
        Expected.cannotTell(.complete).check(try self.verdict(log.bundle().without("index")))
    }

    @Test("a request that is younger than the index is not covered by it")
    func young() throws {
        var log = try SampleLog()
        try log.append("log.opened", at: .accepted)
        var indexed = try log.indexed()
        try indexed.append("request.accepted", of: SampleLog.rid, at: .accepted, SampleLog.acceptedFacts())
        Expected.cannotTell(.complete, "younger than the index").check(try verdict(indexed.bundle(in: indexed)))
    }

    static let tamperings: [Tampering] = [
        Tampering("the leaf of the request left out", .invalid(.complete, "not shown of it")) {
            try $0.editIndex { $0["request"] = nil }
        },
        Tampering("the entry of the index left out", .invalid(.form, "/index/entry")) {
            try $0.editIndex { $0["entry"] = nil }
        },
        Tampering("a member too many", .invalid(.form, "/index/more")) { try $0.editIndex { $0["more"] = 1 } },
        Tampering("a leaf with fewer entries", .invalid(.complete, "is not proven")) {
            try $0.editIndex("request") { $0.editObject("leaf") { $0["entries"] = 9 } }
        },
        Tampering("a leaf about another request", .invalid(.complete, "and not of")) {
            try $0.editIndex("request") {
                $0.editObject("leaf") { $0["about"] = .string("request/" + SampleLog.otherRid) }
            }
        },
        Tampering("a leaf with another last entry", .invalid(.complete, "is not proven")) {
            try $0.editIndex("request") { $0.editObject("leaf") { $0["last"] = .string(MerkleTree.emptyRoot.base64) } }
        },
        Tampering("a leaf that is none", .invalid(.form, "/index/request/leaf")) {
            try $0.editIndex("request") { $0["leaf"] = [:] }
        },
        Tampering("another place", .invalid(.complete, "is not proven")) {
            try $0.editIndex("request") { $0["position"] = 1 }
        },
        Tampering("a place beyond the tree", .invalid(.complete, "outside")) {
            try $0.editIndex("request") { $0["position"] = 2 }
        },
        Tampering("a path cut short", .invalid(.complete, "too short")) {
            try $0.editIndex("request") { $0["path"] = [] }
        },
        Tampering("a path with a hash twice", .invalid(.complete, "too long")) {
            try $0.editIndex("request") { $0.edit("path") { $0 += $0 } }
        },
        Tampering("an index that says another root", .invalid(.complete, "not proven")) {
            try $0.editIndex("entry") { $0.replace("\"root\":\"", "\"root\":\"A", in: "entry") }
        },
        Tampering("an index that says another size", .invalid(.complete, "not proven")) {
            try $0.editIndex("entry") { $0.replace("\"size\":13", "\"size\":12", in: "entry") }
        },
        Tampering("an index with a proof cut short", .invalid(.complete, "too short")) {
            try $0.editIndex("entry") { $0.edit("proof") { $0.removeLast() } }
        },
        Tampering("an index filed under another number", .invalid(.complete, "filed as entry 12")) {
            try $0.editIndex("entry") { $0["seq"] = 12 }
        },
        Tampering("an entry of another type", .invalid(.complete, "is a request.accepted")) { bundle in
            let other = bundle["entries"]?.arrayValue?.first
            try bundle.editIndex { $0["entry"] = other }
        },
    ]

    @Test("what is changed in an index is found", arguments: tamperings)
    func tampered(_ tampering: Tampering) throws {
        var bundle = try log.bundle()
        try tampering.change(&bundle)
        tampering.expected.check(try verdict(bundle))
    }

    @Test("an index, or a leaf, of another log, of another request or of another size is refused")
    func swapped() throws {
        var bundle = try log.bundle()
        let other = try log.bundle(of: SampleLog.otherRid)
        bundle["index"] = other["index"]
        Expected.invalid(.complete, "request/\(SampleLog.otherRid), and not of").check(try verdict(bundle))
        let elsewhere = try SampleLog(key: 8).withEntries(of: 13).indexed()
        bundle["index"] = try elsewhere.shownIndex(of: [.request(SampleLog.rid)])
        Expected.invalid(.complete, "not proven").check(try verdict(bundle))
        // The leaf as it was in an index before, under the index of now.
        var earlier = try SampleLog.accepted(receipt: SampleIssuer().receipt()).indexed()
        let old = try earlier.shownIndex(of: [.request(SampleLog.rid)])
        try earlier.append("request.approved", of: SampleLog.rid, at: .issued)
        let now = try earlier.indexed()
        var mixed = try earlier.bundle(in: now)
        try mixed.editIndex { $0["request"] = old?["request"] }
        Expected.invalid(.complete, "is not proven").check(try verdict(mixed))
        // Both, as they were: the index covers less, and says how much.
        mixed["index"] = try now.shownIndex(of: [.request(SampleLog.rid)], at: 3)
        #expect(try verdict(mixed).check(.complete)?.facts["size"] == 3)
    }

    @Test("two leaves for one request deceive who sees one of them, and no auditor")
    func conflictingLeaves() throws {
        let revoked = try log.revoking(at: .judged - .hours(1))
        let leaves = try revoked.chains(size: 14)
        let honest = try #require(leaves.first { $0.about.text.hasSuffix(SampleLog.rid) })
        let lie = ChainLeaf(honest.about, entries: honest.entries - 1, last: log.entries[11].leafHash)
        let lying = try revoked.indexed { $0.append(lie) }
        var bundle = try log.bundle(in: lying)
        bundle["index"] = lying.shownIndex(lying.entries[14], leaves + [lie], showing: [leaves.count])
        #expect(try verdict(bundle).check(.complete)?.outcome == .passed)
        var audit = ChainIndexAudit()
        var finding: AuditFinding?
        for entry in lying.entries {
            do throws(AuditFinding) {
                try audit.check(entry.bytes, leafHash: entry.leafHash)
            } catch {
                finding = error
            }
        }
        #expect(finding?.position == 14 && audit.count == 0)
    }

    @Test("what the log says about an issuer's keys is complete with its leaf, and told so")
    func issuer() throws {
        let document = try SampleFormat.document { $0["issuer"] = .string(KeyTests.web) }
        let credential = JSON.object(
            try SampleKey.ed25519.secure(document, .eddsaJCS2022, as: URI(KeyTests.web + "#key-1"), at: .issued))
        let log = try LoggedKeys.log(issuing: credential, at: .issued) { log in
            try log.append("key.added", at: .accepted - .days(1), LoggedKeys.keyAdded(.ed25519))
            let revoked: JSONObject = [
                "key": .string(KeyTests.web + "#key-1"), "since": .integer(Instant.judged.milliseconds + 1),
            ]
            try log.append("key.revoked", at: .accepted, revoked)
        }
        func verdict(_ bundle: JSONObject) throws -> Verdict {
            var trust = Trust(at: .judged)
            trust.logKeys = [log.logKey]
            return Verifier(trust: trust).verify([try Evidence(bundle)])[0]
        }
        let bundle = try log.bundle(showing: ["credential"])
        let whole = try verdict(bundle)
        #expect(
            whole.parts[0].check(.keyPeriod)?.sentence
                == "No end of the key has come: none is among the first 5 entries of the log, by its index.")
        #expect(whole.parts[0].check(.keyPeriod)?.facts["completeSize"] == 5)
        var cut = bundle
        cut.edit("entries") { $0.remove(at: 1) }
        Expected.invalid(.complete, "issuer/school had 2").check(try verdict(cut))
        try cut.editIndex { $0["issuer"] = nil }
        Expected.cannotTell(.complete, "not shown of the issuer").check(try verdict(cut))
        #expect(
            try verdict(cut).parts[0].check(.keyPeriod)?.sentence == "No end of the key is known that has come.")
    }
}

extension JSONObject {
    /// Changes the index of a bundle, or a member of it.
    fileprivate mutating func editIndex(
        _ member: String? = nil, _ change: (inout JSONObject) throws -> Void
    ) throws {
        var index = self["index"]?.objectValue ?? [:]
        if let member {
            var inner = index[member]?.objectValue ?? [:]
            try change(&inner)
            index[member] = .object(inner)
        } else {
            try change(&index)
        }
        self["index"] = .object(index)
    }

    fileprivate mutating func editObject(_ key: String, _ change: (inout JSONObject) -> Void) {
        var object = self[key]?.objectValue ?? [:]
        change(&object)
        self[key] = .object(object)
    }
}
