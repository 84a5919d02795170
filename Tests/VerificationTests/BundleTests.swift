import CanonicalJSON
import Cryptography
import Multiformats
import Temporal
import TestSupport
import Testing
import TransparencyLog
import Verification

@Suite("Audit bundles")
struct BundleTests {
    private let issuer: SampleIssuer
    private let receipt: JSONObject
    private let credential: JSONObject
    private let log: SampleLog

    init() throws {
        issuer = try SampleIssuer()
        receipt = try issuer.receipt()
        credential = try issuer.credential()
        log = try SampleLog.complete(receipt: receipt, credential: credential)
    }

    private func verdict(_ bundle: JSONObject, keys: [VerifierKey]? = nil, at instant: Instant = .judged) throws
        -> Verdict
    {
        try verdicts([bundle], keys: keys, at: instant)[0]
    }

    private func verdicts(
        _ files: [JSONObject], keys: [VerifierKey]? = nil, at instant: Instant = .judged
    ) throws -> [Verdict] {
        var trust = Trust(at: instant)
        trust.logKeys = keys ?? [log.logKey]
        return Verifier(trust: trust, statusLists: [try Evidence(issuer.statusList())]).verify(
            try files.map { try Evidence($0) })
    }

    @Test("a bundle that holds is valid, with all that is inside it")
    func valid() throws {
        let verdict = try verdict(log.bundle())
        Expected.valid.check(verdict)
        #expect(
            verdict.checks.map(\.name) == [
                .form, .checkpoint, .quorum, .entries, .complete, .when, .story, .paid, .openings,
            ])
        #expect(verdict.parts.map(\.kind) == [.receipt, .credential])
        #expect(verdict.parts[0].checks.map(\.name) == [.form, .proof, .key, .issuer, .dates, .log, .request])
        #expect(verdict.parts[1].checks.map(\.name) == [.dataModel, .proof, .key, .issuer, .validity, .status, .log])
        #expect(verdict.check(.entries)?.facts["entries"] == [1, 3, 4, 5, 6, 7, 8, 9, 10, 11])
        #expect(verdict.check(.checkpoint)?.facts["size"] == "14")
    }

    @Test("the story is told in order, in plain words, with instants")
    func story() throws {
        let story = try verdict(log.bundle()).story
        let lines = story.map { "\($0.seq) \($0.at.rfc3339) \($0.words)" }.joined(separator: "\n")
        #expect(
            lines == """
                1 2026-03-02T09:00:01.000Z A request of university was accepted 2026-03-02T09:00:00Z (standard, \
                review: manual). The credential is promised by 2026-03-02T11:00:00Z.
                3 2026-03-02T10:00:00.000Z The clock was paused, until 2026-03-03T10:00:00Z at the latest: \
                holder-evidence-missing (evidence: message-to-holder).
                4 2026-03-02T10:05:00.000Z The clock runs again; the promise is now 2026-03-02T11:05:00Z.
                5 2026-03-02T11:06:00.000Z The promise was broken: the credential was due 2026-03-02T11:05:00Z.
                6 2026-03-02T11:06:00.000Z A notice was queued that tells of entry 5 (breach).
                7 2026-03-02T11:06:00.000Z Given for the delay: 50 PFC, to be spent from 2026-03-02T11:06:00Z \
                until 2027-03-02T11:06:00Z.
                8 2026-03-02T11:06:00.000Z A notice was queued that tells of entry 7 (compensated).
                9 2026-03-02T11:06:00.000Z Given for the delay: 3 days of premium access, from 2026-03-02T11:06:00Z \
                until 2026-03-05T11:06:00Z.
                10 2026-03-03T15:00:00.000Z The review agreed.
                11 2026-03-03T15:00:00.000Z The credential was issued.
                """)
        let hidden = try verdict(log.bundle(showing: [])).story
        #expect(hidden[7].words == "Given for the delay: 3 days of premium access (when, is not shown).")
    }

    @Test("without the log's key nobody can tell, and what is missing is named")
    func noKey() throws {
        let verdict = try verdict(log.bundle(), keys: [])
        Expected.cannotTell(.checkpoint, "must come from elsewhere than this file").check(verdict)
        #expect(verdict.check(.checkpoint)?.need == .logKey)
        #expect(verdict.checks.map(\.outcome) == [.passed] + Array(repeating: .cannotTell, count: 8))
        #expect(verdict.story.isEmpty && verdict.parts.isEmpty)
    }

    @Test("a key that came inside the bundle is refused, not used")
    func keyInside() throws {
        var bundle = try log.bundle()
        bundle["logKey"] = .string(log.logKey.vkey)
        Expected.invalid(.form, "/logKey: unknown member").check(try verdict(bundle, keys: []))
    }

    @Test("open, not shown and failed are three different things")
    func openings() throws {
        let all = try verdict(
            log.bundle(showing: ["credential", "receipt", "window", "holder", "idempotency", "note", "status"]))
        Expected.valid.check(all)
        #expect(all.check(.openings)?.sentence == "9 open and match what the log commits to; 0 are not shown.")
        let none = try verdict(log.bundle(showing: []))
        Expected.valid.check(none)
        #expect(none.parts.isEmpty)
        #expect(none.check(.openings)?.sentence == "0 open and match what the log commits to; 9 are not shown.")
        #expect(none.check(.openings)?.facts["notShown"]?.arrayValue?.first == ["entry": 1, "field": "credential"])
        let some = try verdict(log.bundle(showing: ["window"])).check(.openings)
        #expect(some?.facts["open"] == [["entry": 9, "field": "window"]])
        #expect(some?.facts["failed"] == [])
    }

    @Test(
        "what is changed in a bundle is found",
        arguments: [
            Tampering("another version", .cannotTell(.form, "version 1")) { $0["version"] = 1 },
            Tampering("no version", .invalid(.form, "/version")) { $0["version"] = nil },
            Tampering("no checkpoint", .invalid(.form, "/checkpoint")) { $0["checkpoint"] = nil },
            Tampering("a checkpoint that is none", .invalid(.form, "/checkpoint")) { $0["checkpoint"] = "size 13\n" },
            Tampering("a member that nobody knows", .invalid(.form, "/note")) { $0["note"] = "trust me" },
            Tampering("another size", .invalid(.checkpoint, "does not verify")) {
                $0.replace("\n14\n", "\n13\n", in: "checkpoint")
            },
            Tampering("another origin", .invalid(.checkpoint, "does not verify")) {
                $0.replace("issuer.example/log\n", "issuer.example/lag\n", in: "checkpoint")
            },
            Tampering("a longer checkpoint", .invalid(.checkpoint, "does not verify")) {
                $0.replace("\n\n", "\nmore\n\n", in: "checkpoint")
            },
            Tampering("a checkpoint by another key", .invalid(.checkpoint, "no signature of a trusted key")) {
                $0["checkpoint"] = .string(try SampleLog(key: 8).withEntries(of: 14).note())
            },
            Tampering("a checkpoint of another log, by the same key", .invalid(.checkpoint, "not of")) {
                $0["checkpoint"] = .string(try SampleLog().withEntries(of: 14).note(origin: "other.example/log"))
            },
            Tampering("an older checkpoint", .invalid(.entries, "entry 0: the entry is not proven")) {
                $0["checkpoint"] = .string(try SampleLog().withEntries(of: 5).note())
            },
            Tampering("a checkpoint of other entries", .invalid(.entries, "not proven to be in the log")) {
                $0["checkpoint"] = .string(try SampleLog().withEntries(of: 14).note())
            },
            Tampering("no entries", .invalid(.entries, "missing")) { $0["entries"] = [] },
            Tampering("the first entry removed", .invalid(.entries, "entry 0")) {
                $0.edit("entries") { $0.removeFirst() }
            },
            Tampering("an entry removed from the middle", .invalid(.entries, "entry 3")) {
                $0.edit("entries") { $0.remove(at: 3) }
            },
            Tampering("an entry doubled", .invalid(.entries, "entry 4")) {
                $0.edit("entries") { $0.insert($0[3], at: 4) }
            },
            Tampering("two entries exchanged", .invalid(.entries, "entry 2")) {
                $0.edit("entries") { $0.swapAt(2, 3) }
            },
            Tampering("an entry filed under another number", .invalid(.entries, "filed as")) {
                $0.edit("entries") { $0.set("seq", of: 3, to: 6) }
            },
            Tampering("a negative number", .invalid(.form, "/entries/3/seq")) {
                $0.edit("entries") { $0.set("seq", of: 3, to: -1) }
            },
            Tampering("an entry that is none", .invalid(.entries, "not a valid log entry")) {
                $0.edit("entries") { $0.set("entry", of: 3, to: "{}") }
            },
            Tampering("an entry with a space more", .invalid(.entries, "not a valid log entry")) {
                $0.edit("entries") { $0.replace("{\"facts\"", "{ \"facts\"", in: "entry", of: 3) }
            },
            Tampering("an entry with another deadline", .invalid(.entries, "not proven to be in the log")) {
                $0.edit("entries") { $0.replace("\"dueAt\":17724", "\"dueAt\":17725", in: "entry", of: 3) }
            },
            Tampering("a proof of another entry", .invalid(.entries, "not proven to be in the log")) {
                $0.edit("entries") { $0.set("proof", of: 3, to: $0[4]["proof"] ?? nil) }
            },
            Tampering("a proof cut short", .invalid(.entries, "too short")) {
                $0.edit("entries") { $0.edit("proof", of: 3) { $0.removeLast() } }
            },
            Tampering("a proof too long", .invalid(.entries, "too long")) {
                $0.edit("entries") { $0.edit("proof", of: 3) { $0.append($0[0]) } }
            },
            Tampering("a proof that is no hash", .invalid(.form, "/entries/3/proof/0")) {
                $0.edit("entries") { $0.edit("proof", of: 3) { $0[0] = "AAAA" } }
            },
            Tampering(
                "an opening with another value", .invalid(.openings, "/openings/1 is not what entry 1 commits to")
            ) {
                $0.edit("openings") { $0.set("value", of: 1, to: ["type": "IntakeReceipt"]) }
            },
            Tampering("an opening with another salt", .invalid(.openings, "/openings/0 is not what")) {
                $0.edit("openings") { $0.set("salt", of: 0, to: $0[1]["salt"] ?? nil) }
            },
            Tampering("an opening with a short salt", .invalid(.form, "/openings/0")) {
                $0.edit("openings") { $0.set("salt", of: 0, to: "AAAA") }
            },
            Tampering("an opening of another field", .invalid(.openings, "/openings/0 is not what")) {
                $0.edit("openings") { $0.set("field", of: 0, to: "holder") }
            },
            Tampering("an opening of a field that is none", .invalid(.openings, "does not commit to")) {
                $0.edit("openings") { $0.set("field", of: 0, to: "gift") }
            },
            Tampering("an opening of another entry", .invalid(.openings, "does not commit to")) {
                $0.edit("openings") { $0.set("seq", of: 0, to: 5) }
            },
            Tampering("an opening of an entry that is not shown", .invalid(.openings, "does not commit to")) {
                $0.edit("openings") { $0.set("seq", of: 0, to: 2) }
            },
        ])
    func tampered(_ tampering: Tampering) throws {
        var bundle = try log.bundle()
        try tampering.change(&bundle)
        tampering.expected.check(try verdict(bundle))
    }

    @Test("an entry of another request is refused, though it is in the log")
    func entryOfAnotherRequest() throws {
        var bundle = try log.bundle()
        let log = try log.indexed()
        let foreign = log.shownEntry(log.entries[12])
        bundle.edit("entries") { $0[9] = foreign }
        Expected.invalid(.entries, SampleLog.otherRid).check(try verdict(bundle))
        let opened = log.shownEntry(log.entries[0])
        bundle.edit("entries") { $0[9] = opened }
        // What is about no request is no event of this one, so that one is missing.
        Expected.invalid(.complete, "and 9 are shown").check(try verdict(bundle))
    }

    @Test("the checkpoint must be by the key that was given, of the log of its name")
    func keys() throws {
        let other = try SampleLog(key: 8).logKey
        Expected.invalid(.checkpoint, "no signature of a trusted key").check(try verdict(log.bundle(), keys: [other]))
        Expected.valid.check(try verdict(log.bundle(), keys: [other, log.logKey]))
        let elsewhere = NoteSigner(name: try KeyName("other.example/log"), privateKey: try sampleKey(9)).verifierKey
        Expected.invalid(.checkpoint).check(try verdict(log.bundle(), keys: [elsewhere]))
        Expected.valid.check(try verdict(log.bundle(), keys: [elsewhere, log.logKey]))
    }

    @Test("a log whose key has another name is trusted only for the origin that was stated")
    func statedOrigin() throws {
        var log = log
        log.signer = NoteSigner(name: try KeyName("the-operator"), privateKey: try sampleKey(9))
        let bundle = try Evidence(log.bundle(showing: []))
        var trust = Trust(at: .judged)
        trust.logKeys = [log.logKey]
        Expected.invalid(.checkpoint, "not of").check(Verifier(trust: trust).verify([bundle])[0])
        trust.logOrigin = SampleLog.origin
        Expected.valid.check(Verifier(trust: trust).verify([bundle])[0])
        trust.logOrigin = "other.example/log"
        Expected.invalid(.checkpoint, "not of").check(Verifier(trust: trust).verify([bundle])[0])
    }

    @Test("a log that signs what makes no sense is found out")
    func nonsense() throws {
        func verdict(_ change: (inout SampleLog) throws -> Void) throws -> Verdict {
            var log = try SampleLog()
            try change(&log)
            return try self.verdict(log.bundle())
        }
        let facts = SampleLog.acceptedFacts()
        Expected.invalid(.story, "cannot begin a request").check(
            try verdict { try $0.append("request.approved", of: SampleLog.rid, at: .accepted) })
        Expected.invalid(.story, "must begin a request").check(
            try verdict {
                try $0.append("request.accepted", of: SampleLog.rid, at: .accepted, facts)
                try $0.append("request.accepted", of: SampleLog.rid, at: .accepted, facts)
            })
        for (type, missing): (String, JSONObject) in [
            ("request.held", ["reason": "x"]), ("request.resumed", [:]), ("sla.breach", ["dueAt": "soon"]),
            ("sla.breach", ["dueAt": 9_007_199_254_740_991]), ("notice.queued", ["notice": "breach"]),
            ("compensation.post", ["benefitType": "credit", "unit": "PFC", "minor": 5]),
        ] {
            Expected.invalid(.story, "/facts/").check(
                try verdict {
                    try $0.append("request.accepted", of: SampleLog.rid, at: .accepted, facts)
                    try $0.append(type, of: SampleLog.rid, at: .accepted, missing)
                })
        }
    }

    @Test("what a later version of the service writes cannot be told")
    func unknownType() throws {
        var log = log
        try log.append("request.moved", of: SampleLog.rid, at: .judged)
        let verdict = try verdict(log.bundle())
        Expected.cannotTell(.story, "entry 13 of the type request.moved").check(verdict)
        #expect(verdict.story.last?.words.contains("not known here") == true)
    }

    @Test("what a log says in a text cannot steer a terminal")
    func hostileText() throws {
        var log = try SampleLog()
        let facts = SampleLog.acceptedFacts {
            $0["tenant"] = .string("\u{1B}[2Jx" + String(repeating: "y", count: 5000))
        }
        try log.append("request.accepted", of: SampleLog.rid, at: .accepted, facts)
        let verdict = try verdict(log.bundle())
        #expect(verdict.story[0].words.hasPrefix("A request of \\u{1b}[2Jxyyy"))
        #expect(verdict.story[0].words.count <= 401)
    }
}
