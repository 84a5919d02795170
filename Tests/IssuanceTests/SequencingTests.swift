import CanonicalJSON
import Cryptography
import Dispatch
import Issuance
import Simulation
import Synchronization
import Testing
import TransparencyLog

/// A store between a service and another store, which tells of each transaction and can hold one up.
private final class WatchedStore: Store {
    private let inner: MemoryStore
    private let watched = Mutex((count: 0, problems: [String]()))
    /// Holds up the transactions that begin while it is closed.
    let gate = DispatchSemaphore(value: 0)
    let isBlocking = Atomic(false)
    let entered = DispatchSemaphore(value: 0)

    init(_ inner: MemoryStore) { self.inner = inner }

    var transactions: Int { watched.withLock(\.count) }
    var problems: [String] { watched.withLock(\.problems) }

    func write<Result>(_ body: (any StoreWriter) throws -> Result) throws -> Result {
        let result = try inner.write { writer in
            let result = try body(writer)
            try check(writer)
            return result
        }
        watched.withLock { $0.count += 1 }
        if isBlocking.exchange(false, ordering: .sequentiallyConsistent) {
            entered.signal()
            gate.wait()
        }
        return result
    }

    func read<Result>(_ body: (any StoreReader) throws -> Result) throws -> Result { try inner.read(body) }

    /// At the end of every transaction the head, the last entry and the signed checkpoint belong together.
    private func check(_ writer: any StoreWriter) throws {
        let head = try writer.record(HeadRecord.self, .integer(1))
        let last = try writer.records(Scan(EntryRecord.self, isDescending: true, limit: 1)).first
        let checkpoint = try writer.records(Scan(CheckpointRecord.self, isDescending: true, limit: 1)).first
        let note = try checkpoint.map { try SignedNote(parsing: Array($0.note.utf8)) }
        let signed = try note.map { try Checkpoint(parsing: $0.text) }
        guard let head, let last, let signed, head.size == last.seq + 1, signed.head.size == UInt64(head.size),
            signed.head.root.bytes == head.root
        else { return watched.withLock { $0.problems.append("head, entries and checkpoint differ") } }
    }
}

/// Design 3.2 of the log, line by line.
@Suite("The sequencer")
struct SequencingTests {
    private let world: World

    init() throws { world = try World() }

    private func surroundings(_ store: any Store, isAlwaysAhead: Bool = false) -> Service.Surroundings {
        var surroundings = world.world.surroundings.surroundings(store)
        surroundings.isAlwaysAhead = isAlwaysAhead
        return surroundings
    }

    @Test(
        "decides ahead of the store; when a batch is not written, so is nothing that was decided above it",
        arguments: [0, 1, 2, 3, 4], [true, false])
    func ahead(failing: Int, isAlwaysAhead: Bool) throws {
        let inner = world.world.store.restarted(faults: { $0 == failing ? .full : nil })
        let store = WatchedStore(inner)
        let service = try Service(surroundings(store, isAlwaysAhead: isAlwaysAhead))
        let outcomes = Mutex<(added: Set<String>, full: Int)>(([], 0))
        let done = DispatchGroup()
        func add(_ number: Int) {
            done.enter()
            service.addInstitution(named: "Institution \(number)") { result in
                outcomes.withLock { outcomes in
                    if case .success = result { outcomes.added.insert("Institution \(number)") }
                    if case .failure(StoreError.full) = result { outcomes.full += 1 }
                }
                done.leave()
            }
        }
        let before = try inner.read { try $0.records(Scan(InstitutionRecord.self, limit: 10)).count }
        store.isBlocking.store(true, ordering: .sequentiallyConsistent)
        add(0)
        if failing != 1 { store.entered.wait() }
        for number in 1...900 { add(number) }
        store.isBlocking.store(false, ordering: .sequentiallyConsistent)
        store.gate.signal()
        done.wait()
        service.finish()
        let (added, full) = outcomes.withLock { $0 }
        #expect(added.count + full == 901 && (full > 0) == (failing > 0))
        let names = try inner.read { try $0.records(Scan(InstitutionRecord.self, limit: 1000)).map(\.name) }
        #expect(names.count == before + added.count && added.isSubset(of: names))
        #expect(store.problems == [])
        let key = try VerifierKey(vkey: world.logKey(try world.rows(EntryRecord.self)[0]))
        _ = try inner.read { try LogCheck.verify($0, keys: [key], anchored: world.world.surroundings.anchored) }
        // The service goes on where the store stands.
        add(1000)
        done.wait()
        #expect(outcomes.withLock { $0.added.contains("Institution 1000") })
    }

    @Test("takes what queued during a commit into one transaction, and each has its checkpoint in it")
    func groupCommit() throws {
        let store = WatchedStore(world.world.store)
        let service = try Service(surroundings(store))
        let results = Mutex(0)
        let done = DispatchGroup()
        func add(_ number: Int) {
            done.enter()
            service.addInstitution(named: "Institution \(number)") { result in
                if case .success = result { results.withLock { $0 += 1 } }
                done.leave()
            }
        }
        let before = try world.rows(CheckpointRecord.self).count
        store.isBlocking.store(true, ordering: .sequentiallyConsistent)
        add(0)
        store.entered.wait()
        // The first commit is under way: nothing of these is begun, and nothing waits for a clock.
        for number in 1...200 { add(number) }
        #expect(store.transactions == 1)
        store.gate.signal()
        done.wait()
        #expect(results.withLock { $0 } == 201)
        #expect(store.transactions == 2)
        #expect(try world.rows(CheckpointRecord.self).count == before + 2)
        #expect(store.problems == [])
        // More than a batch takes two.
        store.isBlocking.store(true, ordering: .sequentiallyConsistent)
        add(0)
        store.entered.wait()
        for number in 0...Sequencer.maximumBatch { add(number) }
        store.gate.signal()
        done.wait()
        #expect(store.transactions == 5)
    }

    @Test("answers nobody before the transaction is durable and the head is anchored")
    func order() throws {
        let events = Mutex<[String]>([])
        var surroundings = surroundings(WatchedStore(world.world.store))
        let anchor = surroundings.anchor
        surroundings.anchor = { head in
            let isStored = try world.world.store.read {
                try $0.record(CheckpointRecord.self, .integer(Int64(head.size)))
            }
            events.withLock { $0.append(isStored == nil ? "anchored too early" : "anchored") }
            try anchor(head)
        }
        let service = try Service(surroundings)
        let done = DispatchSemaphore(value: 0)
        service.addInstitution(named: "One") { _ in
            events.withLock { $0.append("answered") }
            done.signal()
        }
        done.wait()
        #expect(events.withLock { $0 } == ["anchored", "answered"])
    }

    @Test("stops when the head was moved by another service on the same store: only one of them goes on")
    func compareAndSwap() throws {
        let store = world.world.store
        let halted = Mutex<[String]>([])
        var first = surroundings(store)
        first.halt = { why in halted.withLock { $0.append(why) } }
        let (one, two) = (try Service(first), try Service(surroundings(store)))
        func add(_ service: Service) -> Bool {
            let done = DispatchSemaphore(value: 0)
            let isDone = Mutex(false)
            service.addInstitution(named: "Name") { result in
                if case .success = result { isDone.withLock { $0 = true } }
                done.signal()
            }
            done.wait()
            return isDone.withLock { $0 }
        }
        #expect(add(two))
        let rows = try world.rows(EntryRecord.self)
        #expect(!add(one))
        #expect(halted.withLock { $0 }.first?.contains("another process") == true)
        #expect(try world.rows(EntryRecord.self) == rows)
        #expect(add(two))
    }

    @Test("stops on a commit whose outcome is open, and on an anchor that cannot be written, and answers neither")
    func failStop() throws {
        for fault in [MemoryStoreFault.lost, .persisted] {
            let world = try World()
            try world.world.restart { $0 == 1 ? fault : nil }
            let error = #expect(throws: StoreError.self) { try world.waiting() }
            guard case .outcomeUnknown = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(world.world.surroundings.halted != nil)
            #expect(throws: StoreError.self) { try world.waiting("later") }
        }
        let halted = Mutex(false)
        var surroundings = surroundings(world.world.store)
        surroundings.anchor = { _ in throw AnchorError("no") }
        surroundings.halt = { _ in halted.withLock { $0 = true } }
        let service = try Service(surroundings)
        let done = DispatchSemaphore(value: 0)
        service.addInstitution(named: "One") { result in
            if case .success = result { Issue.record("it was answered") }
            done.signal()
        }
        done.wait()
        #expect(halted.withLock { $0 })
    }

    @Test("writes nothing new while an obstacle stands: urgent commands pass a full disk, nothing passes evidence")
    func obstacles() throws {
        let body = requestBody()
        let id = try world.world.request(body, from: world.tenant, key: "before").body["id"]
        let released = Mutex(0)
        let readiness = Readiness()
        var surroundings = surroundings(world.world.store)
        surroundings.readiness = readiness
        surroundings.releaseHeadRoom = { released.withLock { $0 += 1 } }
        let service = try Service(surroundings)
        let key = try #require(
            service.issuerList()["issuers"]?.arrayValue?[0]["keys"]?.arrayValue?[0]["key"]?.stringValue)
        readiness.raise(.noSpace)
        let size = try world.rows(EntryRecord.self).count
        #expect(throws: Refusal.noSpace) { try ask(service, body, "new") }
        // What was acknowledged is acknowledged again.
        #expect(try ask(service, body, "before").body["id"] == id)
        #expect(released.withLock { $0 } == 0)
        #expect(try world.rows(EntryRecord.self).count == size)
        try wait { service.revokeKey(key, since: world.world.clock.now, $0) }
        #expect(released.withLock { $0 } == 1)
        #expect(try world.rows(EntryRecord.self).count == size + 1)
        readiness.clear(.noSpace)
        readiness.raise(.evidence)
        let refusal = #expect(throws: Refusal.self) {
            try wait { service.revokeKey(key, since: world.world.clock.now, $0) }
        }
        #expect(refusal?.code == .halted)
        #expect(try world.rows(EntryRecord.self).count == size + 1)
        #expect(readiness.obstacles == [.evidence])
    }

    @discardableResult
    private func ask(_ service: Service, _ body: JSON, _ key: String) throws -> Answer {
        let draft = try RequestDraft(body)
        let idempotency = Idempotency(key: key, asked: "POST /v1/requests", body)
        return try wait { service.request(draft, from: world.tenant, under: idempotency, $0) }
    }

    @discardableResult
    private func wait(_ start: (@escaping Sequencer.Completion) throws -> Void) throws -> Answer {
        let done = DispatchSemaphore(value: 0)
        let result = Mutex<Result<Answer, any Error>?>(nil)
        try start { answer in
            result.withLock { $0 = answer }
            done.signal()
        }
        done.wait()
        return try #require(try result.withLock { try $0?.get() })
    }
}
