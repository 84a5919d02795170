import CanonicalJSON
import Compensation
import Dispatch
import Issuance
import Settlement
import Simulation
import Synchronization
import Temporal
import TestSupport
import Testing

/// A world whose default policy says more of the way to the wallet.
struct SettlingWorld {
    let world: World
    private(set) var version: Int64 = 1
    private var budgetVersion: Int64 = 0

    static let target = Milliseconds.hours(24)

    /// - Parameter changes: members of `spec`, by JSON pointer from there.
    init(_ changes: [String: JSON], budget: JSON? = nil, seed: UInt64 = 1) throws {
        world = try World(seed: seed)
        if let budget { try publish(budget: budget) }
        try publish(changes)
        // What may be worse for somebody was said in time, and is in force: it is the first of March, 00:00:01 or so.
        world.world.clock.advance(by: .days(59))
    }

    var service: Service { world.world.service }

    /// A new version of the compensation policy.
    private mutating func publish(_ changes: [String: JSON]) throws {
        version += 1
        world.world.clock.advance(by: .seconds(1))
        var document = try JSON(parsing: DefaultPolicies.documents[1])
            .replacing("/metadata/version", by: .integer(version))
            .replacing("/metadata/effectiveFrom", by: "2026-02-28T00:00:00Z")
        for (pointer, value) in changes.sorted(by: { $0.key < $1.key }) {
            document = document.replacing("/spec" + pointer, by: value)
        }
        try world.world.publish(document)
    }

    /// A version of the budget `monthly`.
    mutating func publish(budget spec: JSON) throws {
        budgetVersion += 1
        world.world.clock.advance(by: .seconds(1))
        try world.world.publish([
            "apiVersion": "punctual/v1", "kind": "Budget",
            "metadata": [
                "id": "monthly", "version": .integer(budgetVersion), "tenant": "default",
                "effectiveFrom": "1970-01-01T00:00:00Z", "title": ["en": "Monthly"],
            ], "spec": spec,
        ])
    }

    static func budget(_ limit: Int64, favours: JSON = "queue-in-order", period: JSON = "P1M") -> JSON {
        [
            "period": period, "limits": [["unit": "PFC", "minor": .integer(limit)]],
            "warnAt": [["num": 1, "den": 2], ["num": 4, "den": 5]],
            "onExhausted": ["guaranteed": "accrue-liability-and-escalate", "discretionary": favours],
        ]
    }

    /// One tier of so many credits, guaranteed or not.
    static func tiers(_ minor: Int64, class: JSON = "guaranteed") -> JSON {
        [["over": "deadline", "benefits": [credit(minor, class: `class`)]]]
    }

    static func credit(_ minor: Int64, class: JSON = "guaranteed") -> JSON {
        [
            "type": "credit", "class": `class`, "amount": ["unit": "PFC", "minor": .integer(minor)],
            "expires": ["calendarDays": 365],
        ]
    }

    static func approval(_ approvers: Int64 = 2) -> JSON {
        [
            [
                "when": ["all": []], "approvers": .integer(approvers), "roles": ["customer-experience", "finance"],
                "within": ["elapsed": "PT2H"], "onTimeout": "grant",
            ]
        ]
    }

    /// Asks, and lets the promise break.
    func late(_ key: String, holder: String = "urn:example:person:1") throws -> RequestID {
        let id = try world.waiting(key, holder: holder)
        try world.pass(Self.target + Milliseconds(1))
        return id
    }

    func decide(_ id: RequestID, by: StaffID, give: Bool = true) throws {
        try wait { service.decide(ApprovalWord(request: id, by: by, isGiven: give), $0) }
    }

    func reverse(_ key: String, _ reason: ReversalTerms.Reason, minor: Int64? = nil, by: StaffID) throws {
        let claimKey = try #require(ClaimKey(key))
        try wait { service.reverse(Reversal(claimKey: claimKey, reason: reason, minor: minor, by: by), $0) }
    }

    /// The holder of a request gives back what it gave.
    func waive(_ key: String, of id: RequestID, at tenant: TenantID? = nil) throws {
        var body = try ObjectReader(["claimKey": .string(key)])
        let waiver = try Reversal(waiverOf: TenantRequestID(id, of: tenant ?? world.tenant), &body)
        try wait { service.reverse(waiver, $0) }
    }

    private func wait(_ start: (@escaping Sequencer.Completion) -> Void) throws {
        let done = DispatchSemaphore(value: 0)
        let result = Mutex<Result<Answer, any Error>?>(nil)
        start { answer in
            result.withLock { $0 = answer }
            done.signal()
        }
        done.wait()
        _ = try result.withLock { $0 }?.get()
    }

    // What there is

    func owed() throws -> [OwedRecord] { try world.rows(OwedRecord.self).filter { $0.state == .owed } }

    func paid() throws -> Int64 {
        try world.rows(PaymentRecord.self).reduce(0) { $0 + ($1.unit == "PFC" ? $1.minor : 0) }
    }

    func types() throws -> [String] {
        try world.rows(EntryRecord.self).map { try JSON(parsing: $0.body)["type"]?.stringValue ?? "" }
    }

    /// The balance of all provisions is what is owed; the recomputation, which knows whose requests are whose, and the
    /// replay agree.
    ///
    /// - Parameter isJudged: whether the recomputation reads the policy; it reads no favours yet.
    func check(allowing late: Set<Finding.Kind> = [], isJudged: Bool = true) throws {
        var provisions: [String: Int64] = [:]
        for line in try world.rows(JournalLineRecord.self) where line.account.hasPrefix("provision:") {
            provisions[line.unit, default: 0] -= line.minor
        }
        var owed: [String: Int64] = [:]
        for row in try self.owed() { owed[row.unit, default: 0] += row.minor }
        #expect(provisions.filter { $0.value != 0 } == owed)
        let report = try self.report()
        #expect(Set(report.findingCounts.keys).subtracting(late) == [], "\(report.findings.prefix(3))")
        if isJudged {
            #expect(report.owed.filter { $0.value != 0 } == owed)
            #expect(report.verdict != .cannotTell, "\(report.unknowns)")
        }
        try world.world.store.read { reader in
            let copy = MemoryStore(Tables.all)
            try copy.write { try Replay.rebuild(from: reader, into: $0) }
            #expect(try copy.read { try Replay.firstDifference(between: reader, and: $0) } == nil)
        }
        try world.checkBacktest()
    }

    /// What a stranger with all openings says.
    func report() throws -> SettlementReport {
        let holders = Dictionary(
            uniqueKeysWithValues: try world.rows(RequestRecord.self).map { ($0.id, $0.tenant + "\n" + $0.holder) })
        let windows = try world.world.store.read { try PremiumOpenings.all(in: $0) }
        var recomputation = Recomputation(
            window: { seq in windows[seq].map { WindowOpening($0.opening, holder: $0.holder) } },
            holder: { holders[$0] })
        for row in try world.rows(EntryRecord.self) { recomputation.read(row.body) }
        return recomputation.finish(at: try world.logTime())
    }
}
