import CanonicalJSON
import Cryptography
import Settlement
import Temporal
import Testing
import TransparencyLog

private let start = LogBuilder.start
private let hour = LogBuilder.hour
private let day = LogBuilder.day
private let due = start + 8 * hour

/// A log with its tiles, and the keys of its operator and of a witness.
struct SignedLog {
    let entries: [LogEntry]
    private var tiles: [String: [UInt8]] = [:]
    private let head: TreeHead

    init(_ entries: [LogEntry]) {
        self.entries = entries
        var tree = TileAppender()
        for entry in entries { tree.append(entry.leafHash) }
        for tile in tree.takeChangedTiles() { tiles["\(tile.coordinate.level)/\(tile.coordinate.index)"] = tile.bytes }
        head = tree.head
    }

    struct NoSuchTile: Error {}

    func tile(_ place: TileCoordinate) throws -> [UInt8] {
        guard let tile = tiles["\(place.level)/\(place.index)"] else { throw NoSuchTile() }
        return tile
    }

    static func logSigner() throws -> NoteSigner {
        NoteSigner(
            name: try KeyName(LogBuilder.origin),
            privateKey: try Ed25519PrivateKey(seed: Array(repeating: 1, count: 32)))
    }

    static func witness() throws -> Cosigner {
        Cosigner(
            name: try KeyName("witness.example"),
            privateKey: try Ed25519PrivateKey(seed: Array(repeating: 2, count: 32)))
    }

    /// What the operator signs, as often as they like and whatever they wrote.
    func checkpoint(cosigned isCosigned: Bool = false) throws -> VerifiedCheckpoint {
        let (signer, witness) = (try Self.logSigner(), try Self.witness())
        let checkpoint = try Checkpoint(origin: LogBuilder.origin, head: head)
        var note = try SignedNote(signing: checkpoint.text, by: signer)
        if isCosigned { try note.add(try witness.cosign(checkpoint, at: Instant(milliseconds: start))) }
        return try VerifiedCheckpoint(
            note, origin: LogBuilder.origin, logKeys: [signer.verifierKey], witnesses: [witness.verifierKey])
    }
}

/// Every mutation of the table, each by an operator who writes the whole log anew and signs it: chain, tree and
/// signature are in order. Most of them the policies alone give away; all of them a checkpoint that a witness cosigned.
@Suite("An operator who signs the whole log again is convicted by a witnessed checkpoint")
struct WitnessedMutationTests {
    private let now = OperatorMutationTests.now
    /// The history of the other suite, which goes on: the witness saw all of it.
    private let honest = {
        var log = OperatorMutationTests.honest()
        log.accept("later", at: due + 6 * hour, due: due + 14 * hour)
        log.issue("later", at: due + 7 * hour)
        return log
    }()

    private func convict(isFoundAlone: Bool = true, _ change: (inout LogBuilder) -> Void) throws {
        let written = SignedLog(try honest.entries())
        let witnessed = try written.checkpoint(cosigned: true)
        #expect(witnessed.cosignatures.count == 1)
        requireSettled(try honest.report(at: now, kept: [witnessed]))

        var log = honest
        change(&log)
        let rewritten = SignedLog(try log.entries())
        let forged = try rewritten.checkpoint()
        // Nothing is wrong with the new log as a log …
        var audit = LogAudit(against: forged)
        for entry in rewritten.entries { try audit.check(entry.bytes) }
        try audit.finish()
        // … and perhaps not by the policies either.
        let alone = try log.report(at: now)
        #expect(alone.verdict == (isFoundAlone ? .wrong : .settled), "\(alone.findings.map(\.description))")

        let report = try log.report(at: now, kept: [witnessed])
        #expect(report.verdict == .wrong)
        let kind: Finding.Kind =
            rewritten.entries.count < written.entries.count ? .missingEntries : .contradictedCheckpoint
        #expect(report.findingCounts[kind] == 1)
        var counts = report.findingCounts
        counts[kind] = nil
        #expect(counts == alone.findingCounts)

        // The operator's own two signatures are evidence for everybody else.
        let larger = rewritten.entries.count >= written.entries.count ? rewritten : written
        let proof = try #require(try ForkProof(comparing: witnessed, forged, tile: larger.tile))
        let key = try SignedLog.logSigner().verifierKey
        #expect(try ForkProof(parsing: proof.json.canonicalBytes).verify(logKeys: [key]).origin == LogBuilder.origin)
    }

    @Test("drop a payment")
    func dropPayment() throws { try convict { $0.dropPosting(1) } }

    @Test("drop the assessment")
    func dropAssessment() throws { try convict { $0.dropAll(["sla.breach"]) } }

    @Test("drop a whole user")
    func dropUser() throws {
        try convict { log in
            log.drafts.removeAll {
                $0.rid == "late" && $0.type != "request.accepted" && $0.type != "credential.issued"
            }
        }
    }

    @Test("drop the premium access")
    func dropPremium() throws { try convict { $0.dropPosting(2) } }

    @Test("drop a notice")
    func dropNotice() throws { try convict { $0.drop("notice.queued", 2) } }

    @Test("pay twice")
    func payTwice() throws {
        try convict { log in
            log.post(OperatorMutationTests.first)
            log.sortByTime()
        }
    }

    @Test("assess twice")
    func assessTwice() throws {
        try convict { log in
            log.breach("late", at: OperatorMutationTests.first.t, due: due)
            log.sortByTime()
        }
    }

    @Test("one unit more")
    func oneUnitMore() throws { try convict { $0.repay(0, 501) } }

    @Test("one unit less")
    func oneUnitLess() throws { try convict { $0.repay(0, 499) } }

    @Test("pay into the wrong wallet")
    func wrongWallet() throws {
        try convict { log in
            let other = LogBuilder.journal(OperatorMutationTests.first, String(repeating: "0", count: 64))
            log.change("compensation.post") { $0.facts["journal"] = other }
        }
    }

    @Test("pay the undeserving")
    func payUndeserving() throws {
        try convict { log in
            var posting = OperatorMutationTests.first
            posting.rid = "kept"
            log.post(posting)
            log.sortByTime()
        }
    }

    @Test("shave the delay")
    func shaveDelay() throws {
        try convict { log in
            log.dropPosting(2)
            log.dropPosting(1)
            log.change("sla.breach") { $0.facts["dueAt"] = .integer(due + hour) }
        }
    }

    @Test("stretch the deadline")
    func stretchDeadline() throws {
        try convict { log in
            log.dropAll(["sla.breach", "compensation.post"])
            log.change("request.accepted") { $0.facts["dueAt"] = .integer(due + 5 * hour) }
        }
    }

    @Test("swap in a weaker policy after the fact")
    func weakerPolicy() throws {
        try convict { log in
            log.publish(Self.weaker)
            log.drafts.insert(log.drafts.removeLast(), at: 3)
            let hash = log.compensation
            log.change("request.accepted") { $0.facts["compensation"] = .string(hash) }
            log.dropPosting(2)
            log.dropPosting(1)
            log.repost(0, Self.weakPosting)
        }
    }

    @Test("rewrite everything, consistently, as if a weaker policy had been published from the start")
    func consistentRewrite() throws {
        try convict(isFoundAlone: false) { log in
            log = LogBuilder()
            log.publish(PolicyDocuments.serviceLevel())
            log.publish(Self.weaker)
            log.accept("late", at: start, due: due)
            log.accept("kept", at: start, due: due)
            log.issue("kept", at: due)
            let t = due + 5 * hour
            log.accept("open", at: t, due: t + 8 * hour)
            log.issue("late", at: t)
            log.breach("late", at: t, due: due)
            log.post(Self.weakPosting)
        }
    }

    @Test("rewrite everything, consistently, as if a slower service level had been published from the start")
    func slowerRewrite() throws {
        try convict(isFoundAlone: false) { log in
            log = LogBuilder()
            log.publish(PolicyDocuments.serviceLevel(target: ["calendarDays": 30]))
            log.publish(PolicyDocuments.compensation())
            let due = start + 30 * day
            log.accept("late", at: start, due: due)
            log.accept("kept", at: start, due: due)
            log.issue("kept", at: start + 8 * hour)
            let t = start + 13 * hour
            log.accept("open", at: t, due: t + 30 * day)
            log.issue("late", at: t)
        }
    }

    @Test("date the credential back and drop the compensation")
    func backDate() throws {
        try convict(isFoundAlone: false) { log in
            log.dropAll(["sla.breach", "compensation.post"])
            log.change("credential.issued", 1) { $0.t = due }
            log.sortByTime()
        }
    }

    @Test("erase the request")
    func eraseRequest() throws { try convict(isFoundAlone: false) { $0.drafts.removeAll { $0.rid == "late" } } }

    private static let weaker = PolicyDocuments.compensation(
        id: "weak", tiers: [["over": "deadline", "benefits": [PolicyDocuments.credit(100)]]])
    private static let weakPosting = Posting(rid: "late", t: due + 5 * hour, minor: 100)

    @Test("a checkpoint kept before the first changed entry contradicts nothing; one kept after it does")
    func when() throws {
        var log = honest
        log.dropPosting(0)
        let (before, after) = (try honest.entries(), try log.entries())
        let first = try #require(before.indices.first { $0 >= after.count || before[$0].bytes != after[$0].bytes })
        for size in 1...before.count {
            let kept = try SignedLog(Array(before[..<size])).checkpoint(cosigned: true)
            let counts = try log.report(at: now, kept: [kept]).findingCounts
            let isContradicted = counts[.contradictedCheckpoint] == 1 || counts[.missingEntries] == 1
            #expect(isContradicted == (size > first), "kept at \(size), changed from entry \(first)")
        }
    }

    @Test("many kept checkpoints are all held against the log; the empty one says nothing")
    func many() throws {
        let entries = try honest.entries()
        let kept = try [0, 3, 3, 5, entries.count].map { try SignedLog(Array(entries[..<$0])).checkpoint() }
        requireSettled(try honest.report(at: now, kept: kept))
        var log = honest
        log.change("policy.published") { $0.facts["effectiveAt"] = .integer(start + 1) }
        #expect(try log.report(at: now, kept: kept).findingCounts[.contradictedCheckpoint] == 3)
        let finding = try #require(
            try log.report(at: now, kept: kept).findings.first { $0.kind == .contradictedCheckpoint })
        #expect(finding.seq == 2 && finding.rid == nil)
        #expect(finding.sentence == "a checkpoint that was kept says that the first 3 entries are others")
    }
}
