import CanonicalJSON
import Compensation
import Issuance
import ServiceLevels
import Simulation
import Temporal
import TestSupport
import Testing

extension World {
    /// The policies in force, run again over what the store says, give the ledger; and a policy that says the same
    /// under another hash gives as much for each request. Every random history that is checked is checked so too.
    func checkBacktest() throws {
        try store.read { reader in
            let histories = try Histories(reader)
            var twins: [PolicyHash: CompensationPolicy] = [:]
            try histories.forEach { history in
                let given = try history.backtest(in: histories.policies)
                let bound = history.terms.compensation
                let twin = try twins[bound.hash] ?? Self.twin(of: bound, in: histories.policies)
                twins[bound.hash] = twin
                var terms = history.terms
                terms.compensation = twin
                let same = try history.outcome(under: terms, in: histories.policies)
                #expect(same.sums == given.sums, "\(history.subject.id) under \(bound.metadata.id)")
                #expect(same.isBroken == given.isBroken)
            }
        }
    }

    private static func twin(of policy: CompensationPolicy, in book: PolicyBook) throws -> CompensationPolicy {
        let document = try #require(book.publication(of: policy.hash)).document
        let json = try JSON(parsing: document.canonicalBytes)
        return try CompensationPolicy(PolicyDocument(json.replacing("/metadata/version", by: 999_999)))
    }

    /// What a simulation says of this world, or the difference that keeps it from saying anything.
    func whatIf(
        _ candidates: [Candidate], altered: (@Sendable (any Record) -> (any Record)?)? = nil
    ) throws -> WhatIf {
        let source: any Store = altered.map { AlteredStore(inner: store, alter: $0) } ?? store
        return try source.read { reader in
            let histories = try Histories(reader)
            var whatIf = WhatIf(
                candidates, in: histories.policies, acceptedIn: Instant.earliest..<Instant.latest)
            try histories.forEach { try whatIf.add($0) }
            return whatIf
        }
    }

    private var store: any Store { world.store }
}

@Suite("The backtest of the policies in force")
struct BacktestTests {
    @Test("3.2/31 is the ledger, on random histories of every model", arguments: UInt64(0)..<120)
    func models(seed: UInt64) throws {
        guard let life = try ModelLife(seed) else { return }
        try life.live()
        try life.world.checkBacktest()
    }

    @Test("is the ledger also in the middle of a life, with what is reached and not posted yet told as open")
    func open() throws {
        let world = try World()
        _ = try world.waiting()
        try world.pass(Default.target + Milliseconds(1))
        let before = try world.whatIf([])
        #expect(before.columns[0].sums == [.pocketFitCredits: 500] && before.columns[0].open == 0)
        // Nobody looks when the second tier is reached, and an entry about somebody else moves the log on.
        world.world.clock.advance(by: Default.secondTier + .minutes(30))
        _ = try world.waiting("other", holder: "urn:example:person:2")
        let after = try world.whatIf([])
        #expect(after.columns[0].sums[.pocketFitCredits] == 1000 && after.columns[0].open == 2)
        #expect(after.reproduced == 1)
        // An hour after it was reached it had to be paid.
        world.world.clock.advance(by: .minutes(31))
        _ = try world.waiting("third", holder: "urn:example:person:3")
        let difference = #expect(throws: BacktestDifference.self) { try world.whatIf([]) }
        #expect(difference?.ledger == 0 && difference?.engine == 500 && difference?.unit == "PFC")
    }

    /// One change to a row of a world that is whole.
    struct Alteration: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let alter: @Sendable (any Record) -> (any Record)?

        init<R: Record>(_ name: String, _ type: R.Type, _ change: @escaping @Sendable (inout R) -> Bool) {
            testDescription = name
            alter = { row in
                guard var row = row as? R else { return row }
                return change(&row) ? row : nil
            }
        }
    }

    static let alterations: [Alteration] = [
        Alteration("a payment of one more", PaymentRecord.self) {
            $0.minor += 1
            return true
        },
        Alteration("a payment of one less", PaymentRecord.self) {
            $0.minor -= 1
            return true
        },
        Alteration("payments that are gone", PaymentRecord.self) { _ in false },
        Alteration("a second tier that is gone", PaymentRecord.self) { $0.tier != 1 },
        Alteration("a payment of another kind", PaymentRecord.self) {
            if $0.benefitType == "credit" { ($0.benefitType, $0.unit) = ("premium-extension", "DAYS") }
            return true
        },
        Alteration("a payment under another key", PaymentRecord.self) {
            $0.claimKey = String($0.claimKey.dropLast()) + ($0.claimKey.hasSuffix("0") ? "1" : "0")
            return true
        },
        Alteration("an accrual of one more", JournalLineRecord.self) {
            if $0.account.hasPrefix("provision:"), $0.minor < 0 { $0.minor -= 1 }
            return true
        },
        Alteration("an expense of one less", JournalLineRecord.self) {
            if $0.account == "expense:compensation" { $0.minor -= 1 }
            return true
        },
        Alteration("a journal that is gone", JournalLineRecord.self) { _ in false },
        Alteration("a longer delay", RequestRecord.self) {
            $0.acceptedAt -= 20 * 3_600_000
            return true
        },
        Alteration("a shorter delay", RequestRecord.self) {
            if $0.breachedAt != nil { $0.stoppedAt = ($0.stoppedAt ?? 0) - 5 * 3_600_000 }
            return true
        },
        Alteration("a request that was never late", RequestRecord.self) {
            $0.breachedAt = nil
            $0.entryCount = 1
            return true
        },
    ]

    @Test(
        "refuses to show anything when one row of the ledger, or a fact behind it, was changed", arguments: alterations)
    func refuses(_ alteration: Alteration) throws {
        let world = try World()
        let id = try world.waiting()
        try world.pass(Default.target + Milliseconds(1))
        try world.pass(Default.secondTier + .minutes(1))
        try world.world.perform(.approve(note: nil), on: id, of: world.tenant, key: "done")
        _ = try world.waiting("other", holder: "urn:example:person:2")
        #expect(try world.whatIf([]).reproduced == 3)
        #expect(throws: BacktestDifference.self) { try world.whatIf([], altered: alteration.alter) }
    }

    @Test("refuses when something that waits, or something that a cap took, was changed")
    func settling() throws {
        var spec: [String: JSON] = ["/approval": SettlingWorld.approval()]
        spec["/caps"] = [["scope": "user", "limit": ["unit": "PFC", "minor": 300], "overflow": "truncate"]]
        let settling = try SettlingWorld(spec)
        _ = try settling.late("a")
        try settling.world.checkBacktest()
        let owed = try #require(try settling.owed().first)
        #expect(owed.minor == 300)
        #expect(try settling.world.rows(CappedRecord.self).map(\.minor) == [200])
        let waits = Alteration("", OwedRecord.self) {
            $0.minor -= 1
            return true
        }
        let taken = Alteration("", CappedRecord.self) {
            $0.minor += 1
            return true
        }
        for change in [waits, taken] {
            #expect(throws: BacktestDifference.self) { try settling.world.whatIf([], altered: change.alter) }
        }
        // What the cap would take stands beside the sum.
        let column = try settling.world.whatIf([]).columns[0]
        #expect(column.sums == [.pocketFitCredits: 500])
        #expect(column.exceeded.map(\.minor) == [200])
    }

    @Test("says by how much, and of which request")
    func says() throws {
        let world = try World()
        let id = try world.waiting()
        try world.pass(Default.target + Milliseconds(1))
        let more = Alteration("", PaymentRecord.self) {
            $0.minor += 7
            return true
        }
        let difference = #expect(throws: BacktestDifference.self) { try world.whatIf([], altered: more.alter) }
        #expect(difference?.request == id.text)
        #expect(difference?.description.contains("507 PFC") == true, "\(String(describing: difference))")
        #expect(difference?.description.contains("500 PFC") == true)
    }

    @Test("candidates: more for the same delay gains, less loses, and the five models stand side by side")
    func candidates() throws {
        let world = try World()
        let id = try world.waiting()
        _ = try world.waiting("kept", holder: "urn:example:person:2")
        try world.pass(Default.target + Milliseconds(1))
        try world.pass(.hours(60))
        try world.world.perform(.approve(note: nil), on: id, of: world.tenant, key: "done")
        try world.pass(.minutes(1))
        let shipped = try JSON(parsing: DefaultPolicies.documents[1])
        let more = try Self.candidate("more", shipped.replacing("/spec/model/tiers/0/benefits/0/amount/minor", by: 700))
        let less = try Self.candidate(
            "less",
            shipped.replacing("/spec/model/tiers/1/benefits/0/amount/minor", by: 600)
                .replacing("/spec/model/tiers/2/benefits/0/amount/minor", by: 601))
        let whatIf = try world.whatIf([more, less])
        // In force both reach the third tier; the first amount makes no difference to what all tiers give together.
        #expect(whatIf.columns.map { $0.sums[.pocketFitCredits] } == [4000, 4000, 1202])
        #expect(whatIf.comparisons.map(\.losers) == [0, 2, 2])
        #expect(whatIf.comparisons[1].worst[.pocketFitCredits]?.count == 2)
        let models = try DefaultPolicies.models.map { bytes in
            let policy = try CompensationPolicy(PolicyDocument(parsing: bytes))
            return Candidate(policy.model.kind.rawValue, compensation: policy, reach: .everybody)
        }
        let five = try world.whatIf(models)
        #expect(
            five.columns.map(\.name) == ["in force"] + [
                "pocket-fit", "flat-refund", "apology-only", "tiered", "personalised",
            ])
        #expect(five.columns[1].sums == five.columns[0].sums)
        #expect(five.columns.map { $0.sums[.pocketFitCredits] ?? 0 } == [4000, 4000, 300, 0, 600, 2000])
        #expect(five.columns.allSatisfy { $0.broken == 2 } && five.columns[1].paidPeople == 2)
    }

    @Test("another service level: a longer deadline breaks fewer promises, and pauses that it does not know are none")
    func serviceLevels() throws {
        let world = try World()
        let id = try world.waiting()
        try world.world.perform(
            .hold(reason: "scheduled-maintenance", evidence: "published-window", note: nil), on: id, of: world.tenant,
            key: "hold")
        try world.pass(.hours(2))
        try world.world.perform(.resume, on: id, of: world.tenant, key: "resume")
        try world.pass(.hours(25))
        let shipped = try JSON(parsing: DefaultPolicies.documents[0])
        func candidate(_ hours: Int, _ pauses: JSON?) throws -> Candidate {
            let document = shipped.replacing("/spec/objectives/0/target/elapsed", by: .string("PT\(hours)H"))
            let level = try ServiceLevel(
                PolicyDocument(pauses.map { document.replacing("/spec/pause", by: $0) } ?? document))
            return Candidate("\(hours)", serviceLevel: level)
        }
        let whatIf = try world.whatIf([
            candidate(24, nil), candidate(30, nil), candidate(20, nil), candidate(22, nil), candidate(22, []),
        ])
        #expect(whatIf.columns.map(\.broken) == [1, 1, 0, 1, 1, 1])
        #expect(whatIf.columns.map { $0.sums[.pocketFitCredits] ?? 0 } == [500, 500, 0, 1000, 500, 1000])
    }

    private static func candidate(_ name: String, _ document: JSON) throws -> Candidate {
        Candidate(name, compensation: try CompensationPolicy(PolicyDocument(document)))
    }
}
