import CanonicalJSON
import Compensation
import Coverage
import Cryptography
import Issuance
import Settlement
import Simulation
import Temporal
import TestSupport
import Testing
import TransparencyLog

extension World {
    /// The file that shows whether a request is in the newest statement, verified.
    func coverage(of id: RequestID, as tenant: TenantID? = nil) throws -> CoverageProof {
        let proof = try CoverageProof(world.service.coverageProof(of: id, for: tenant ?? self.tenant))
        try proof.verify()
        _ = try proof.note.verifiedSignatures(by: world.service.logKeys)
        let later = try #require(proof.checkpoint)
        let checkpoint = try VerifiedCheckpoint(
            later.note, origin: proof.statement.origin, logKeys: world.service.logKeys)
        try MerkleTree.verifyConsistency(
            from: proof.statement.log, to: checkpoint.head, proof: later.consistency)
        return proof
    }

    /// What a stranger says who has the salts of the newest statement.
    func coverageReport(spoiling: Bool = false) throws -> SettlementReport {
        let now = try logTime()
        return try world.store.read { reader in
            var recomputation = Recomputation(coverage: try CoverageSalts.newestSize(in: reader))
            for record in try rows(EntryRecord.self) { recomputation.read(record.body) }
            let salts = try CoverageSalts(in: reader)
            try recomputation.judgeCoverageRoot { rid, seq in
                let salt = try salts?.salt(of: rid, acceptedAt: seq)
                return spoiling ? salt.map { $0.reversed() } : salt
            }
            return recomputation.finish(at: now)
        }
    }

    /// Every request is in the newest statement with what its entries gave, and the leaves add up to it.
    func checkCoverage() throws {
        try world.stateCoverage()
        let requests = try rows(RequestRecord.self)
        var sum: CoverageSum?
        for request in requests {
            let id = try #require(RequestID(request.id))
            let proof = try coverage(of: id, as: TenantID(request.tenant))
            guard case .leaf(let opening, let salt, _) = proof.shown else {
                Issue.record("\(id) is not shown")
                continue
            }
            let leaf = try opening.leaf(salt: salt, units: proof.statement.units).sum
            sum = try sum?.adding(leaf) ?? leaf
            let paid = try rows(PaymentRecord.self).filter { $0.request == request.id }
            let reversed = try rows(ReversalRecord.self).filter { $0.request == request.id }.reduce(0) { $0 + $1.minor }
            let given = opening.sums.values.reduce(0) { $0 + $1.paid }
            #expect(given == paid.reduce(0) { $0 + $1.minor } - reversed)
            let owed = try rows(OwedRecord.self).filter { $0.request == request.id && $0.state == .owed }
            #expect(opening.sums.values.reduce(0) { $0 + $1.owed } == owed.reduce(0) { $0 + $1.minor })
            if let sum { #expect(sum.requests <= proof.statement.tree.sum.requests) }
            if request.id == requests.last?.id { #expect(sum == proof.statement.tree.sum) }
        }
        let report = try coverageReport()
        #expect(report.judgedCoverage == 1 || report.verdict == .cannotTell)
        #expect(report.findings.filter { $0.kind == .wrongCoverage } == [])
    }
}

/// What the page "Coverage" says.
@Suite("Rules 60 to 63: coverage statements")
struct CoverageTests {
    private let ann = "urn:example:person:1"
    private let ben = "urn:example:person:2"

    @Test(
        "3.2/34/35 every request of a random life is in the sum, once, and the stranger agrees", arguments: 0..<6)
    func honest(seed: UInt64) throws {
        let world = try World(seed: seed)
        try world.live(seed: seed, steps: 40)
        try world.checkCoverage()
        for key in ["x", "y"] { _ = try world.waiting(key, holder: "urn:p:\(key)") }
        try world.pass(Default.target + .hours(1))
        try world.checkCoverage()
        try world.world.store.read { reader in
            let copy = MemoryStore(Tables.all)
            try copy.write { try Replay.rebuild(from: reader, into: $0) }
            #expect(try copy.read { try Replay.firstDifference(between: reader, and: $0) } == nil)
        }
    }

    @Test("a statement covers everything before it, and nothing new makes no new one; it is due each hour of growth")
    func due() throws {
        let world = try World()
        let service = world.world.service
        #expect(throws: Refusal.self) { try service.coverage(size: nil) }
        #expect(try !service.isCoverageDue())
        world.world.clock.advance(by: .hours(1))
        #expect(try service.isCoverageDue())
        let first = try world.world.stateCoverage()
        let entries = try world.rows(EntryRecord.self).count
        #expect(first.body["size"] == .integer(Int64(entries - 1)) && first.body["requests"] == 0)
        #expect(try world.world.stateCoverage() == first)
        #expect(try world.rows(EntryRecord.self).count == entries)
        world.world.clock.advance(by: .hours(2))
        #expect(try !service.isCoverageDue())
        let id = try world.waiting()
        #expect(try service.isCoverageDue())
        // The newest statement is older than the request.
        guard case .neighbours(let none) = try world.coverage(of: id).shown else {
            Issue.record("a request is shown that was not there")
            return
        }
        #expect(none.isEmpty)
        try world.world.stateCoverage()
        #expect(try !service.isCoverageDue())
        let note = try SignedNote(parsing: service.coverage(size: UInt64(entries - 1)))
        #expect(try CoverageStatement(parsing: note.text).log.size == UInt64(entries - 1))
        #expect(throws: Refusal.self) { try service.coverage(size: 2) }
    }

    @Test("what was paid, owed, waived and declined stands in the leaf, and in no other")
    func amounts() throws {
        let world = try SettlingWorld(
            [
                "/caps": [
                    [
                        "scope": "user", "window": "lifetime", "limit": ["unit": "PFC", "minor": 700],
                        "overflow": "truncate",
                    ]
                ],
                "/model/tiers": SettlingWorld.tiers(500), "/reversal": ["reasons": ["fraud"], "take": "unspent-only"],
            ])
        let first = try world.late("a")
        let second = try world.late("b")
        let third = try world.late("c", holder: ben)
        let fourth = try world.world.waiting("d", holder: ben)
        let finance = try world.world.world.addStaff("Ina", [.finance]).id
        let key = try #require(try world.world.rows(PaymentRecord.self).first { $0.request == third.text }).claimKey
        try world.reverse(key, .fraud, minor: 120, by: finance)
        try world.world.world.stateCoverage()
        func sums(_ id: RequestID) throws -> [String: Amounts] {
            guard case .leaf(let opening, _, _) = try world.world.coverage(of: id).shown else { return [:] }
            return opening.sums
        }
        #expect(try sums(first) == ["PFC": Amounts(paid: 500, owed: 0, waived: 0)])
        #expect(try sums(second) == ["PFC": Amounts(paid: 200, owed: 0, waived: 300)])
        #expect(try sums(third) == ["PFC": Amounts(paid: 380, owed: 0, waived: 120)])
        #expect(try sums(fourth) == [:])
        try world.world.checkCoverage()
    }

    @Test("a statement shows a request as it was then, whatever has happened since")
    func later() throws {
        let world = try SettlingWorld(["/approval": SettlingWorld.approval(1)])
        let id = try world.late("a")
        try world.world.world.stateCoverage()
        try world.world.pass(.hours(3))
        #expect(try world.owed().isEmpty)
        guard case .leaf(let before, _, _) = try world.world.coverage(of: id).shown else { return }
        #expect(before.sums["PFC"]?.owed ?? 0 > 0 && before.sums["PFC"]?.paid == 0 && before.isBreached)
        try world.world.world.stateCoverage()
        guard case .leaf(let after, _, _) = try world.world.coverage(of: id).shown else { return }
        #expect(after.sums["PFC"]?.owed == 0 && after.sums["PFC"]?.paid == before.sums["PFC"]?.owed)
        try world.world.checkCoverage()
    }

    @Test("whoever is not there is shown between two leaves; what is another institution's is not shown at all")
    func absent() throws {
        let world = try World()
        for key in ["a", "b", "c"] { _ = try world.waiting(key) }
        let own = try world.waiting("d")
        try world.world.stateCoverage()
        let other = try world.world.addInstitution("Südhafen")
        var random = SeededRandom(seed: 8)
        for _ in 0..<20 {
            let bytes = (0..<10).map { _ in UInt8.random(in: 0...255, using: &random) }
            let proof = try world.coverage(of: RequestID(at: world.world.clock.now, random: bytes), as: other)
            guard case .neighbours(let shown) = proof.shown else {
                Issue.record("somebody is shown who is not there")
                return
            }
            #expect(1...2 ~= shown.count)
        }
        #expect(throws: Refusal.unknownRequest) { try world.coverage(of: own, as: other) }
    }

    @Test("an erased person's salt is gone: older files still verify, and the next statement has everybody")
    func erased() throws {
        let world = try World(seed: 5)
        let gone = try world.waiting("a", holder: ann)
        let here = try world.waiting("b", holder: ben)
        try world.pass(Default.target + .minutes(1))
        for (id, key) in [(gone, "x"), (here, "y")] {
            try world.world.perform(.approve(note: nil), on: id, of: world.tenant, key: key)
        }
        try world.world.stateCoverage()
        let kept = try world.coverage(of: here)
        let salts = try world.coverage(of: gone)
        try world.world.erase([ann], of: world.tenant)
        #expect { try world.coverage(of: here) } throws: { ($0 as? Refusal)?.code == .busy }
        #expect(try world.coverageReport().unjudgedCoverage == 1)
        try kept.verify()
        try world.world.stateCoverage()
        for id in [gone, here] {
            guard case .leaf(let opening, let salt, _) = try world.coverage(of: id).shown else {
                Issue.record("a request is not shown")
                return
            }
            #expect(opening.isBreached && opening.sums["PFC"]?.paid == 500)
            guard case .leaf(_, let old, _) = salts.shown else { return }
            #expect(salt != old)
        }
        try world.checkCoverage()
        let report = try world.coverageReport()
        #expect(report.judgedCoverage == 1 && report.unjudgedCoverage == 1)
    }

    @Test("a root over other commitments is found by whoever has the salts, and not judged by others")
    func root() throws {
        let world = try World()
        try world.live(seed: 3, steps: 30)
        try world.world.stateCoverage()
        #expect(try world.coverageReport(spoiling: true).findingCounts[.wrongCoverage] == 1)
        #expect(try world.coverageReport().judgedCoverage == 1)
        var stranger = Recomputation()
        for record in try world.rows(EntryRecord.self) { stranger.read(record.body) }
        let report = stranger.finish(at: try world.logTime())
        #expect(report.judgedCoverage == 0 && report.unjudgedCoverage == 1)
        #expect(report.findingCounts[.wrongCoverage] == nil)
    }

    @Test(
        "3.2/33 what an operator states who leaves somebody out, counts somebody twice or changes a unit is found",
        arguments: frauds)
    func found(_ fraud: Fraud) throws {
        let world = try SettlingWorld(["/approval": SettlingWorld.approval(1)])
        _ = try world.late("a")
        try world.world.pass(.hours(3))
        _ = try world.late("b", holder: ben)
        _ = try world.world.waiting("c")
        try world.world.world.stateCoverage()
        try fraud.expectFound(from: Forger(world), allowing: [.latePayment, .lateBreach])
    }

    static let frauds: [Fraud] = {
        func state(
            _ name: String, _ change: @escaping @Sendable (inout JSONObject) -> Void
        ) -> Fraud {
            .init(name, .wrongCoverage) { $0.change("coverage.stated", 0, change) }
        }
        @Sendable func add(_ member: String, _ difference: Int64) -> @Sendable (inout JSONObject) -> Void {
            { $0[member] = .integer(($0[member]?.integerValue ?? 0) + difference) }
        }
        @Sendable func pay(_ member: String, _ difference: Int64) -> @Sendable (inout JSONObject) -> Void {
            { facts in
                let old = facts["sums"]?.arrayValue?[0][member]?.integerValue ?? 0
                facts["sums"] = facts["sums"]?.replacing("/0/\(member)", by: .integer(old + difference))
            }
        }
        return [
            state("a person left out", add("requests", -1)), state("a person twice", add("requests", 1)),
            state("a delay left out", add("breached", -1)), state("a delay too many", add("breached", 1)),
            state("a unit more paid", pay("paid", 1)), state("a unit less paid", pay("paid", -1)),
            state("a unit more owed", pay("owed", 1)), state("a unit less owed", pay("owed", -1)),
            state("something waived", pay("waived", 1)),
            state(
                "paid instead of owed",
                { facts in
                    pay("owed", -1)(&facts)
                    pay("paid", 1)(&facts)
                }),
            state("no units") { $0["sums"] = [] },
            state("a unit twice") {
                $0["sums"] = .array(($0["sums"]?.arrayValue ?? []) + ($0["sums"]?.arrayValue ?? []))
            },
            state("more entries than there are", add("size", 1)), state("no entries") { $0["size"] = 0 },
            .init("an entry about payments dropped", .wrongCoverage) { $0.drop("compensation.paid") },
            .init("two statements of one size", .wrongCoverage) { $0.repeat("coverage.stated") },
        ]
    }()
}
