import CanonicalJSON
import Dispatch
import Issuance
import Simulation
import Synchronization
import Testing

/// A store whose transactions wait while it is closed.
private final class HeldStore: Store {
    private let inner: MemoryStore
    let isHeld = Atomic(false)
    let entered = DispatchSemaphore(value: 0)
    let gate = DispatchSemaphore(value: 0)

    init(_ inner: MemoryStore) { self.inner = inner }

    func write<Result>(_ body: (any StoreWriter) throws -> Result) throws -> Result {
        if isHeld.exchange(false, ordering: .sequentiallyConsistent) {
            entered.signal()
            gate.wait()
        }
        return try inner.write(body)
    }

    func read<Result>(_ body: (any StoreReader) throws -> Result) throws -> Result { try inner.read(body) }
}

@Suite("Fairness between institutions")
struct FairnessTests {
    /// What was answered, in order.
    private final class Answers: Sendable {
        private let list = Mutex<[(key: String, result: Result<Answer, any Error>)]>([])
        let group = DispatchGroup()

        func expect(_ key: String) -> Sequencer.Completion {
            group.enter()
            return { [self] result in
                list.withLock { $0.append((key, result)) }
                group.leave()
            }
        }

        var keys: [String] { list.withLock { $0.map(\.key) } }

        func refusals() -> [Refusal] {
            list.withLock { $0.compactMap { if case .failure(let refusal as Refusal) = $0.result { refusal } else { nil } } }
        }
    }

    private let world: World
    private let other: TenantID
    private let store: HeldStore
    private let service: Service

    init() throws {
        world = try World()
        other = try world.world.addInstitution("Suedhafen")
        store = HeldStore(world.world.store)
        service = try Service(world.world.surroundings.surroundings(store))
    }

    private func send(_ tenant: TenantID, _ key: String, _ answers: Answers) throws {
        let body = requestBody(holder: "urn:example:\(key)", review: "manual")
        let idempotency = Idempotency(key: key, asked: "POST /v1/requests", body)
        service.request(try RequestDraft(body), from: tenant, under: idempotency, answers.expect(key))
    }

    @Test("one request of another institution is answered among the first of a flood that came before it")
    func flood() throws {
        let answers = Answers()
        store.isHeld.store(true, ordering: .sequentiallyConsistent)
        try send(world.tenant, "first", answers)
        store.entered.wait()
        for number in 0..<1_200 { try send(world.tenant, "flood-\(number)", answers) }
        try send(other, "one", answers)
        store.gate.signal()
        answers.group.wait()
        let place = try #require(answers.keys.firstIndex(of: "one"))
        // One batch may have been taken before it came.
        #expect(place <= 1 + 2 * Sequencer.maximumBatch)
        #expect(answers.keys.filter { $0.hasPrefix("flood") } == (0..<1_200).map { "flood-\($0)" })
        #expect(answers.refusals() == [])
    }

    @Test("beyond its share an institution is told when to come back, others are served, and a second later it is too")
    func overload() throws {
        let answers = Answers()
        store.isHeld.store(true, ordering: .sequentiallyConsistent)
        try send(world.tenant, "first", answers)
        store.entered.wait()
        for number in 0..<4_700 { try send(world.tenant, "flood-\(number)", answers) }
        // Nothing is answered but refusals, each at once and with the time.
        let refusals = answers.refusals()
        #expect(refusals.count == answers.keys.count)
        #expect((1...4_700 - 4_096).contains(refusals.count))
        #expect(refusals.allSatisfy { $0.code == .overShare && 1...30 ~= $0.retryAfterSeconds ?? 0 })
        #expect(service.meters.refused == (Int64(refusals.count), 0))
        #expect(service.sequencer.depths.institutions == 4_096 && service.sequencer.depths.parties == 1)
        try send(other, "one", answers)
        store.gate.signal()
        answers.group.wait()
        #expect(answers.refusals().count == refusals.count)
        #expect(service.sequencer.depths == (0, 0, 0, 0))
        // The same again, with the same key, is taken.
        let refused = Set((0..<4_700).map { "flood-\($0)" }).subtracting(
            try world.rows(AnswerRecord.self).map(\.key))
        #expect(refused.count == refusals.count)
        let again = Answers()
        for key in refused.sorted() { try send(world.tenant, key, again) }
        again.group.wait()
        #expect(again.refusals() == [])
    }
}
