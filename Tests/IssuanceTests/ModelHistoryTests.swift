import CanonicalJSON
import Issuance
import Settlement
import Simulation
import Temporal
import TestSupport
import Testing
import TransparencyLog

/// Random lives of requests under random policies of all models, with causes, severities, prices and pauses; judged by
/// the recomputation, rebuilt from the log, and computed once more in another language.
@Suite("Histories of every model")
struct ModelHistoryTests {
    /// As CI runs it; the seed of a failure is its argument.
    static let seeds = UInt64(0)..<300

    @Test("3.2/32 engine, recomputation and the naive model in Python agree to the last unit", arguments: seeds)
    func agree(_ seed: UInt64) throws {
        guard let life = try ModelLife(seed) else { return }
        try life.live()
        try life.world.check(allowing: [])
        let naive = try life.world.naive()
        #expect(naive.problems == [], "seed \(seed)")
        let paid = try life.world.rows(PaymentRecord.self)
        let sums = Dictionary(grouping: paid) { "given \($0.benefitType) \($0.unit)" }
            .map { "\($0.key) \($0.value.reduce(0) { $0 + $1.minor })" }
        #expect(naive.totals == sums.sorted(), "seed \(seed)")
    }

    @Test("some of them pay in every way")
    func reach() throws {
        var types: Set<String> = []
        for seed in UInt64(0)..<60 {
            guard let life = try ModelLife(seed) else { continue }
            try life.live()
            types.formUnion(try life.world.rows(PaymentRecord.self).map(\.benefitType))
        }
        let all = ["apology", "assurance-upgrade", "credit", "premium-extension", "cash-refund", "fee-waiver", "free-issuance"]
        #expect(types.isSuperset(of: all))
    }
}

/// One world with one random policy.
struct ModelLife {
    let world: World
    private let seed: UInt64

    /// Nil when the policy says something that nobody acts upon yet.
    init?(_ seed: UInt64) throws {
        self.seed = seed
        world = try World(seed: seed)
        var random = SeededRandom(seed: seed)
        try world.world.publish(Self.serviceLevel(world.tenant.text))
        let policy = RandomPolicy.document(
            RandomPolicy.kinds[Int(seed % 5)], tenant: world.tenant.text, serviceLevel: "short", using: &random)
        do {
            try world.world.publish(policy.replacing("/metadata/effectiveFrom", by: .string(Self.from)))
            world.world.clock.advance(by: .days(40))
        } catch let refusal as Refusal where refusal.detail.contains("does not keep") {
            return nil
        }
    }

    /// Late enough for a change that somebody may lose by.
    private static let from = "2026-02-01T00:00:00Z"

    private static func serviceLevel(_ tenant: String) -> JSON {
        [
            "apiVersion": "punctual/v1", "kind": "ServiceLevel",
            "metadata": [
                "id": "short", "version": 1, "tenant": .string(tenant), "effectiveFrom": .string(from),
                "title": ["en": "Short"],
            ],
            "spec": [
                "appliesTo": ["all": []], "priority": 0,
                "objectives": [
                    [
                        "metric": "issue", "start": "request.accepted", "stop": "credential.available",
                        "target": ["elapsed": "PT3M"], "boundary": "met-if-at-or-before",
                    ]
                ],
                "pause": [
                    [
                        "reason": "awaiting-requester", "evidence": "notice-delivered", "maxTotal": ["elapsed": "PT4M"],
                    ]
                ],
                "onCancel": "stop-clock-keep-breach",
            ],
        ]
    }

    func live() throws {
        var random = SeededRandom(seed: seed &+ 1_000_003)
        if Int.random(in: 0..<4, using: &random) > 0 { try world.openIncidents(at: 1) }
        var open: [RequestID] = []
        for step in 0..<24 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0...2: open.append(try ask("ask-\(step)", using: &random))
            case 3, 4: try act(on: &open, "act-\(step)", using: &random)
            case 5, 6: try classify(using: &random)
            default: try world.tend(after: .seconds(Int64.random(in: 1...240, using: &random)))
            }
        }
        for id in open { try? perform(.approve(note: nil), on: id, "end-\(id)") }
        try world.tend(after: .minutes(50))
    }

    private func ask(_ key: String, using random: inout SeededRandom) throws -> RequestID {
        var body = requestBody(
            holder: "urn:example:person:\(Int.random(in: 0..<3, using: &random))", review: "manual",
            tier: Bool.random(using: &random) ? "standard" : "premium")
        if Int.random(in: 0..<4, using: &random) > 0, case .object(var members) = body {
            let unit: JSON = Int.random(in: 0..<5, using: &random) == 0 ? "USD" : "EUR"
            members["price"] = ["unit": unit, "minor": .integer(.random(in: 0...5000, using: &random))]
            body = .object(members)
        }
        return try world.id(of: world.world.request(body, from: world.tenant, key: key))
    }

    private func act(on open: inout [RequestID], _ key: String, using random: inout SeededRandom) throws {
        guard let index = open.indices.randomElement(using: &random) else { return }
        let id = open[index]
        switch Int.random(in: 0..<5, using: &random) {
        case 0:
            try? perform(.hold(reason: "awaiting-requester", evidence: "notice-delivered", note: nil), on: id, key)
        case 1: try? perform(.resume, on: id, key)
        case 2:
            try perform(.cancel(note: nil), on: id, key)
            open.remove(at: index)
        default:
            try perform(.approve(note: nil), on: id, key)
            open.remove(at: index)
        }
    }

    private func perform(_ action: RequestAction, on id: RequestID, _ key: String) throws {
        try world.world.perform(action, on: id, of: world.tenant, key: key)
    }

    private func classify(using random: inout SeededRandom) throws {
        let standing = try world.incidents().filter { $0.mergedInto == nil }
        guard let incident = standing.randomElement(using: &random) else { return }
        let cause = ["deploy", "force-majeure", "capacity", "requester-fault", "unknown"].randomElement(using: &random)
        _ = try? world.act(
            .classify, on: incident.id, ["cause": .string(cause ?? "unknown"), "confidence": 90])
        try world.tend()
    }
}
