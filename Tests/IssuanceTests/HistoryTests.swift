import CanonicalJSON
import Cryptography
import Issuance
import Settlement
import Simulation
import StatusLists
import Temporal
import TestSupport
import Testing
import TransparencyLog

/// Random lives of a service, from a seed: requests, reviews, pauses, cancellations, revocations, new policies, time
/// that
/// passes with the service awake or asleep, crashes and full disks. After each, the recomputation, the audit and the
/// replay, all written apart from the engine, must agree with what it did.
@Suite("A random history")
struct HistoryTests {
    @Test("of a service that is awake settles: recomputed from the log, nothing at all is wrong", arguments: 1...20)
    func settles(seed: UInt64) throws {
        var history = try RandomHistory(seed: seed, isAwake: true)
        for _ in 0..<60 { try history.step() }
        try history.end()
        try history.check(allowing: [])
    }

    @Test(
        "3.2/1, 3.2/5 of a service that sleeps and crashes pays late, but misses nobody and pays nobody twice",
        arguments: 1...30)
    func catchesUp(seed: UInt64) throws {
        var history = try RandomHistory(seed: seed, isAwake: false)
        for _ in 0..<60 { try history.step() }
        try history.end()
        try history.check(allowing: [.lateBreach, .latePayment])
    }

    @Test("is the same log, byte for byte, when it is lived again", arguments: [7, 77] as [UInt64])
    func repeats(seed: UInt64) throws {
        func log() throws -> [[UInt8]] {
            var history = try RandomHistory(seed: seed, isAwake: false)
            for _ in 0..<60 { try history.step() }
            return try history.world.rows(EntryRecord.self).map(\.body)
        }
        let first = try log()
        #expect(first.count > 50)
        #expect(try log() == first)
    }

    @Test("comes to tell something: over all seeds there are breaches, payments, pauses, crashes and full disks")
    func covers() throws {
        var types: Set<String> = []
        var faults = 0
        for seed in 1...20 {
            var history = try RandomHistory(seed: UInt64(seed), isAwake: false)
            for _ in 0..<60 { try history.step() }
            for record in try history.world.rows(EntryRecord.self) {
                types.insert(try JSON(parsing: record.body)["type"]?.stringValue ?? "")
            }
            faults += history.faults
        }
        #expect(types.count == 22, "\(types)")
        #expect(faults > 20)
    }
}

/// One random life.
struct RandomHistory {
    let world: World
    /// Whether the service looks at what is due at least every half hour; else it may sleep for days.
    private let isAwake: Bool
    private var random: SeededRandom
    private var open: [RequestID] = []
    private var issued: [RequestID] = []
    /// Every request that was sent, and what was answered to it.
    private(set) var asked: [(key: String, body: JSON)] = []
    private(set) var answered: [String: Answer] = [:]
    private var counter = 0
    private var version: Int64 = 1
    /// How many times something went wrong with the store.
    var faults = 0

    init(seed: UInt64, isAwake: Bool) throws {
        self.isAwake = isAwake
        world = try World(seed: seed, statuses: [StatusOffer(.revocation), StatusOffer(.suspension)])
        random = SeededRandom(seed: seed &* 7919)
    }

    /// How many sorts of steps there are, some of them more than once.
    static let steps = 0..<26

    mutating func step() throws { try step(Int.random(in: Self.steps, using: &random)) }

    mutating func step(_ kind: Int) throws {
        switch kind {
        case 0..<5: try ask()
        case 5..<8: try act(.approve(note: nil), on: \.open, movingTo: true)
        case 8: try act(Bool.random(using: &random) ? .cancel(note: nil) : .deny(for: .other, note: nil), on: \.open)
        case 9, 10: try hold()
        case 11: try act(.resume, on: \.open, keeping: true)
        case 12: try act(.revoke(note: nil), on: \.issued)
        case 13..<16: try pass(.minutes(Int64.random(in: 0...900, using: &random)))
        case 16: try sleep(.minutes(Int64.random(in: -5...2000, using: &random)))
        case 17: try publish()
        case 18: try crash()
        case 19: try suspend()
        case 20: try rotate()
        case 21: try revokeKey()
        case 22, 23: try erase()
        default: try atTheDeadline()
        }
    }

    /// Everything comes to its end: time enough for every tier, with the service awake.
    mutating func end() throws {
        try world.world.restart()
        for _ in 0..<12 { try pass(.hours(40)) }
    }

    /// Time passes; a service that is awake looks every half hour.
    private func pass(_ length: Milliseconds) throws {
        var left = length
        while isAwake, left > .minutes(30) {
            try world.pass(.minutes(30))
            left = left - .minutes(30)
        }
        try world.pass(left)
    }

    /// Time passes, or the clock steps back, without anybody looking.
    private func sleep(_ length: Milliseconds) throws {
        if isAwake, length > .zero { return try pass(length) }
        world.world.clock.advance(by: length)
    }

    func check(allowing late: Set<Finding.Kind>) throws { try world.check(allowing: late) }

    private mutating func nextKey() -> String {
        counter += 1
        return "key-\(counter)"
    }

    private mutating func ask() throws {
        let review = Int.random(in: 0..<4, using: &random) == 0 ? "none" : "manual"
        let holder = "urn:example:person:\(Int.random(in: 1...4, using: &random))"
        let tier = Bool.random(using: &random) ? "standard" : "premium"
        let (key, body) = (nextKey(), requestBody(holder: holder, review: review, tier: tier))
        asked.append((key, body))
        let answer = try world.world.request(body, from: world.tenant, key: key)
        answered[key] = answer
        let id = try world.id(of: answer)
        if review == "none" { issued.append(id) } else { open.append(id) }
    }

    /// Does something with one of the requests; a refusal is as good as an answer, if it changes nothing.
    private mutating func act(
        _ action: RequestAction, on list: WritableKeyPath<RandomHistory, [RequestID]>, movingTo isIssue: Bool = false,
        keeping: Bool = false
    ) throws {
        guard let position = self[keyPath: list].indices.randomElement(using: &random) else { return }
        let id = self[keyPath: list][position]
        let size = try world.rows(EntryRecord.self).count
        do {
            try world.world.perform(action, on: id, of: world.tenant, key: nextKey())
            if !keeping { self[keyPath: list].remove(at: position) }
            if isIssue { issued.append(id) }
        } catch is Refusal {
            #expect(try world.rows(EntryRecord.self).count == size)
        }
    }

    private mutating func hold() throws {
        let reasons = [
            ("awaiting-requester", "notice-delivered"), ("legal-hold", "court-order"),
            ("scheduled-maintenance", "published-window"), ("legal-hold", "notice-delivered"),
        ]
        guard let (reason, evidence) = reasons.randomElement(using: &random) else { return }
        try act(.hold(reason: reason, evidence: evidence, note: "because"), on: \.open, keeping: true)
    }

    /// The clock goes to the exact deadline of some request, or one millisecond to its side.
    private mutating func atTheDeadline() throws {
        let waiting = try world.rows(RequestRecord.self).compactMap(\.assessAt)
        guard let instant = waiting.randomElement(using: &random) else { return }
        let target = Instant(milliseconds: instant) + Milliseconds(Int64.random(in: -2...1, using: &random))
        let now = world.world.clock.now
        if target > now { try pass(target - now) }
    }

    private mutating func publish() throws {
        version += 1
        let hours = Int64.random(in: 1...30, using: &random)
        let list = try world.world.service.policyList()["policies"]?.arrayValue ?? []
        let hash = list.first { $0["kind"] == "ServiceLevel" }?["hash"]?.stringValue ?? ""
        var document = try JSON(parsing: world.world.service.policyDocument(hash)).objectValue ?? [:]
        var metadata = document["metadata"]?.objectValue ?? [:]
        metadata["version"] = .integer(version)
        var spec = document["spec"]?.objectValue ?? [:]
        var objective = spec["objectives"]?.arrayValue?.first?.objectValue ?? [:]
        objective["target"] = ["elapsed": .string("PT\(hours)H")]
        spec["objectives"] = [.object(objective)]
        if Bool.random(using: &random) { spec["onCancel"] = "stop-clock-void" }
        document["metadata"] = .object(metadata)
        document["spec"] = .object(spec)
        // The clock must have moved since the last version, or the two would take effect at the same instant.
        world.world.clock.advance(by: .minutes(6))
        do {
            try world.world.publish(.object(document))
        } catch let refusal as Refusal where refusal.code == .invalidPolicy {
            // Somebody would lose at short notice (rule 51); the one before it goes on.
        }
    }

    private mutating func suspend() throws {
        let value = Int64.random(in: 0...1, using: &random)
        try act(.setStatus(.suspension, value: value, note: nil), on: \.issued, keeping: true)
    }

    mutating func rotate() throws {
        let seed = random.bytes(count: 32)
        let key = world.world.surroundings.vault.add(.ed25519(try Ed25519PrivateKey(seed: seed)))
        try world.world.rotateKey(of: .default, to: key)
    }

    /// The newest key is in wrong hands, and is replaced at once: no request is accepted without a key for its receipt.
    private mutating func revokeKey() throws {
        let keys = world.world.service.issuerList()["issuers"]?.arrayValue?[0]["keys"]?.arrayValue ?? []
        guard let key = keys.first(where: { $0["state"] == "active" })?["key"]?.stringValue else { return }
        try world.world.revokeKey(key, since: world.world.clock.now)
        try rotate()
    }

    /// Somebody is forgotten, alone or with another. While they are promised something that is refused; then all of it
    /// is cancelled, or they stay.
    private mutating func erase() throws {
        let count = Int.random(in: 1...2, using: &random)
        let holders = (1...4).shuffled(using: &random).prefix(count).map { "urn:example:person:\($0)" }
        let key = Bool.random(using: &random) ? nextKey() : nil
        let size = try world.rows(EntryRecord.self).count
        do {
            try world.world.erase(holders, of: world.tenant, key: key)
        } catch let refusal as Refusal {
            #expect(refusal.code == .openRequests)
            #expect(try world.rows(EntryRecord.self).count == size)
            guard Bool.random(using: &random) else { return }
            for request in try world.rows(RequestRecord.self)
            where holders.contains(request.holder) && request.stoppedAt == nil {
                guard let id = RequestID(request.id) else { continue }
                try world.world.perform(.cancel(note: nil), on: id, of: world.tenant, key: nextKey())
                open.removeAll { $0 == id }
            }
            try world.world.erase(holders, of: world.tenant, key: key)
        }
    }

    /// The process dies at some commit, the disk is full at another, and the client repeats until it has an answer.
    private mutating func crash() throws {
        let kinds: [MemoryStoreFault] = [.full, .lost, .persisted]
        guard let fault = kinds.randomElement(using: &random) else { return }
        try world.world.restart { transaction in transaction == 1 ? fault : nil }
        faults += 1
        let key = nextKey()
        let body = requestBody(holder: "urn:example:person:1", review: "manual")
        #expect(throws: StoreError.self) { try world.world.request(body, from: world.tenant, key: key) }
        if world.world.surroundings.halted != nil { try world.world.restart() }
        open.append(try world.id(of: world.world.request(body, from: world.tenant, key: key)))
    }
}
