import CanonicalJSON
import Cryptography
import Dispatch
import Foundation
import Issuance
import Settlement
import Simulation
import Synchronization
import Temporal
import TestSupport
import Testing
import TransparencyLog

/// Several services over one store: the page "Several nodes", line by line.
@Suite("Several nodes")
struct NodeTests {
    private let world: World
    private var it: SimulatedWorld { world.world }

    init() throws {
        world = try World()
        // Odd seeds decide ahead.
        try world.world.spread(over: [2, 3, 4])
    }

    /// Does something on a node.
    @discardableResult
    private func on<Result>(_ node: Int, _ body: (SimulatedWorld) throws -> Result) rethrows -> Result {
        it.use(node)
        return try body(it)
    }

    private func size() throws -> Int { try world.rows(EntryRecord.self).count }

    private func ask(_ key: String, on node: Int, review: String = "manual") throws -> RequestID {
        try on(node) { try world.id(of: $0.request(requestBody(review: review), from: world.tenant, key: key)) }
    }

    @Test("serve any request: what one accepts another approves, a third revokes, and all of them show")
    func anyNode() throws {
        let id = try ask("a", on: 0)
        try on(1) { try $0.perform(.approve(note: nil), on: id, of: world.tenant, key: "b") }
        try on(2) { try $0.perform(.revoke(note: nil), on: id, of: world.tenant, key: "c") }
        let first = try on(0) { try $0.service.checkpoint() }
        #expect(try on(1) { try $0.service.checkpoint() } == first)
        #expect(try world.story(of: id).suffix(1) == ["credential.revoked"])
        try world.check(allowing: [])
    }

    @Test("know each other's institutions, policies, issuers' keys and keys of the log")
    func directory() throws {
        let added = try on(0) { world in
            try waitForAnswer { world.service.addInstitution(named: "Southport", $0) }
        }
        #expect(on(1) { $0.service.tenant(forKey: added.apiKey) } != nil)
        let key = try it.surroundings.vault.add(.ed25519(sampleKey(9)))
        try on(0) { try $0.rotateKey(of: .default, to: key) }
        // Prepared with the old key, and again with the new one.
        let id = try ask("a", on: 2, review: "none")
        let issued = try on(2) { try $0.store.read { try $0.record(RequestRecord.self, .text(id.text)) } }
        #expect(issued?.stoppedAt != nil)
        let logKey = try it.surroundings.logKeys.add(sampleKey(10))
        try on(0) { _ = try $0.addLogKey(logKey.vkey) }
        _ = try ask("b", on: 1)
        let note = try SignedNote(parsing: on(2) { try $0.service.checkpoint() })
        #expect(note.signatures.count == 2)
        try world.check(allowing: [])
    }

    @Test("show a revocation of another node in the next status list")
    func statusLists() throws {
        let id = try ask("a", on: 0, review: "none")
        let place = try #require(try world.rows(StatusRecord.self).first)
        let list = try #require(StatusListID("\(place.list)"))
        let before = try on(1) { try $0.service.statusList(list).bytes }
        try on(2) { try $0.perform(.revoke(note: nil), on: id, of: world.tenant, key: "b") }
        #expect(try on(1) { try $0.service.statusList(list).bytes } != before)
    }

    @Test("fill status lists of their own")
    func places() throws {
        for number in 0..<9 { _ = try ask("\(number)", on: number % 3, review: "none") }
        let lists = Dictionary(grouping: try world.rows(StatusRecord.self), by: \.list)
        #expect(lists.count == 3 && lists.values.allSatisfy { $0.count == 3 })
    }

    @Test("accept a request once that is sent to all of them at once", arguments: 0..<4)
    func duplicates(round: Int) throws {
        let services = (0..<3).map { node in on(node) { $0.service } }
        let answers = Mutex<[String: [Answer]]>([:])
        let done = DispatchGroup()
        for number in 0..<40 {
            let body = requestBody(holder: "urn:example:person:\(number)", review: number % 2 == 0 ? "none" : "manual")
            for service in services {
                done.enter()
                let idempotency = Idempotency(key: "key-\(number)", asked: "POST /v1/requests", body)
                service.request(try RequestDraft(body), from: world.tenant, under: idempotency) { result in
                    if case .success(let answer) = result {
                        answers.withLock { $0["key-\(number)", default: []].append(answer) }
                    }
                    done.leave()
                }
            }
        }
        done.wait()
        let all = answers.withLock { $0 }
        #expect(all.count == 40 && all.values.allSatisfy { $0.count == 3 && Set($0).count == 1 })
        #expect(try world.rows(RequestRecord.self).count == 40)
        try world.check(allowing: [])
    }

    @Test("that find a missed deadline at the same instant break and pay it once", arguments: 0..<4)
    func deadlines(round: Int) throws {
        for number in 0..<30 { _ = try ask("\(number)", on: number % 3) }
        let services = (0..<3).map { node in on(node) { $0.service } }
        for _ in 0..<3 {
            it.clock.advance(by: .hours(25))
            DispatchQueue.concurrentPerform(iterations: 3) { node in
                let failed = (try? services[node].assessDue().count) ?? -1
                #expect(failed == 0)
            }
        }
        let types = try world.rows(EntryRecord.self).map { try JSON(parsing: $0.body)["type"]?.stringValue ?? "" }
        #expect(types.count { $0 == PromiseBroken.type } == 30)
        try world.check(allowing: [.lateBreach, .latePayment])
    }

    @Test(
        "that crash at any commit lose nothing that was acknowledged", arguments: 1...4,
        [MemoryStoreFault.full, .lost, .persisted])
    func crashes(at transaction: Int, fault: MemoryStoreFault) throws {
        try on(1) { try $0.restart { $0 == transaction ? fault : nil } }
        var acknowledged: [String: Answer] = [:]
        for number in 0..<6 {
            let body = requestBody(holder: "urn:example:person:\(number)")
            do {
                acknowledged["\(number)"] = try on(1) { try $0.request(body, from: world.tenant, key: "\(number)") }
            } catch is StoreError {
                // Another node is asked, as a balancer would.
                let answer = try on(2) { try $0.request(body, from: world.tenant, key: "\(number)") }
                acknowledged["\(number)"] = answer
            }
            if on(1, { $0.surroundings.halted != nil }) { try on(1) { try $0.restart() } }
        }
        for (key, answer) in acknowledged {
            let body = requestBody(holder: "urn:example:person:\(key)")
            #expect(try on(0) { try $0.request(body, from: world.tenant, key: key) } == answer)
        }
        #expect(try world.rows(RequestRecord.self).count == 6)
        try world.check(allowing: [])
    }

    @Test("that were paused for longer than a transaction may wait follow before it")
    func farBehind() throws {
        let store = on(0) { $0.store }
        // The key that simulated logs are opened with.
        var growth = try LogGrowth(of: store, key: Ed25519PrivateKey(seed: [UInt8](repeating: 2, count: 32)))
        for _ in 0..<5 { _ = try growth.grow(by: 4_000) }
        let before = try size()
        let answer = try on(1) { world in
            try waitForAnswer { world.service.addInstitution(named: "Late", $0) }
        }
        #expect(try size() == before + 1 && before > 20_000)
        #expect(on(2) { $0.service.tenant(forKey: answer.apiKey) } != nil)
        #expect(on(1) { $0.surroundings.anchored?.size } == UInt64(before + 1))
    }

    @Test("that meet an older copy of the database, or another log, stop and sign nothing more", arguments: 0..<5)
    func olderCopy(kind: Int) throws {
        _ = try ask("a", on: 0)
        let copy = on(0) { $0.store }.restarted()
        _ = try ask("b", on: 0)
        try on(1) { try $0.service.follow() }
        switch kind {
        case 0, 1: on(0) { $0.store.putBack(copy) }
        default:
            // Another life of the copy: as long, or longer.
            let other = SimulatedSurroundings(besides: on(2) { $0.surroundings }, seed: 8)
            let service = try Service(other.surroundings(copy.shared()))
            for number in 0..<(kind - 1) {
                _ = try waitForAnswer { service.addInstitution(named: "Fork \(number)", $0) }
            }
            on(0) { $0.store.putBack(copy) }
        }
        let anchored = on(1) { $0.surroundings.anchored }
        let before = try size()
        if kind == 1 {
            #expect(throws: StoreError.self) { try on(1) { try $0.service.follow() } }
        } else {
            #expect(throws: StoreError.self) { _ = try ask("c", on: 1) }
        }
        #expect(on(1) { $0.surroundings.halted } != nil)
        #expect(on(1) { $0.surroundings.anchored } == anchored)
        #expect(try size() == before)
        #expect(throws: StartupRefusal.self) { try on(1) { try $0.restart() } }
    }

    @Test("follow no head that is not signed, or not of the stored tree", arguments: 0..<4)
    func falseHeads(kind: Int) throws {
        let (store, known) = (on(0) { $0.store }, try ask("a", on: 0))
        try on(1) { try $0.service.follow() }
        try on(2) { _ = try $0.perform(.approve(note: nil), on: known, of: world.tenant, key: "b") }
        try store.write { writer in
            let head = try #require(try writer.record(HeadRecord.self, .integer(1)))
            var changed = head
            switch kind {
            case 0: changed.root[0] ^= 1
            case 1: changed.lastLeafHash[0] ^= 1
            case 2:
                var tile = try #require(try writer.record(TileRecord.self, .integer(0), .integer(0)))
                tile.hashes[tile.hashes.count - 1] ^= 1
                try writer.update(tile)
            default: changed.lastTime = 0
            }
            try writer.update(changed)
        }
        #expect(throws: StoreError.self) { try on(1) { try $0.service.follow() } }
        #expect(on(1) { $0.surroundings.halted } != nil)
    }

    @Test("to whom a key of the log was not copied write nothing until it is, and go on then")
    func missingKey() throws {
        let key = try sampleKey(11)
        let logKey = it.surroundings.logKeys.add(key)
        try on(0) { _ = try $0.addLogKey(logKey.vkey) }
        it.surroundings.logKeys.replace(logKey, by: nil)
        #expect(throws: StoreError.self) { _ = try ask("a", on: 1) }
        #expect(on(1) { $0.surroundings.halted } == nil)
        it.surroundings.logKeys.replace(logKey, by: key)
        _ = try ask("a", on: 1)
    }

    @Test("take turns with what comes by the clock alone: one at a time, the next one when it is gone")
    func turns() throws {
        #expect(try on(0) { try $0.service.takesTurn() })
        #expect(try !on(1) { try $0.service.takesTurn() })
        it.clock.advance(by: .seconds(2))
        #expect(try on(0) { try $0.service.takesTurn() })
        it.clock.advance(by: .seconds(2))
        #expect(try !on(2) { try $0.service.takesTurn() })
        // The holder is gone.
        it.clock.advance(by: .seconds(2))
        #expect(try on(2) { try $0.service.takesTurn() })
        #expect(try !on(0) { try $0.service.takesTurn() })
        // It came back with a clock of another year: the lease would last for ever.
        it.clock.advance(by: .hours(9000))
        #expect(try on(0) { try $0.service.takesTurn() })
        it.clock.advance(by: .hours(-9000))
        #expect(try on(1) { try $0.service.takesTurn() })
    }

    @Test("of an unshared store are one, and keep no row for others")
    func alone() throws {
        let world = try World(seed: 5)
        #expect(try world.world.service.takesTurn())
        #expect(!world.world.store.isShared)
        _ = try world.waiting()
        let tables = ["lease", "shared_mark"]
        #expect(Tables.all.filter { tables.contains($0.name) }.count == 2)
        try world.check(allowing: [])
    }
}
