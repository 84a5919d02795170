import CanonicalJSON
import Compensation
import Cryptography
import Dispatch
import Issuance
import PostgreSQLStorage
import Settlement
import Simulation
import Storage
import Temporal
import TestSupport
import Testing
import TransparencyLog

/// Random lives of a service whose rows are in PostgreSQL: what follows from a seed does not follow from the store,
/// and a server that ends connections whenever it likes loses nothing and pays nobody twice.
@Suite(
    "A random history in PostgreSQL", .enabled(if: DatabaseServer.isExpected, DatabaseServer.absence))
struct StoredHistoryTests {
    @Test("is the one that the same seed has in memory, to the byte of every row", arguments: [1, 2] as [UInt64])
    func same(seed: UInt64) throws {
        // Shared as well, because a node that has its store alone fills the status lists that it finds.
        var inMemory = try StoredLife(seed: seed) { _ in MemoryStore(Tables.all).shared() }
        try inMemory.live(steps: 80)
        try DatabaseServer.shared.get().withSchema { url in
            var life = try StoredLife(seed: seed) { try PostgreSQLStore(url: url, schema: .all, create: $0) }
            try life.live(steps: 80)
            try life.check()
            func compare<R: Record>(_ type: R.Type) throws {
                let (expected, found) = (try inMemory.rows(type), try life.rows(type))
                #expect(expected == found, "table \(type.table.name)")
            }
            // How many commands share a batch, and so a checkpoint, is a matter of time.
            for type in Tables.records where type != CheckpointRecord.self { try compare(type) }
            #expect(try life.rows(EntryRecord.self).count > 40)
        }
    }

    @Test(
        "in which connections end at any instant and processes begin anew keeps every promise once",
        arguments: [3, 4] as [UInt64])
    func disturbed(seed: UInt64) throws {
        let server = try DatabaseServer.shared.get()
        try server.withSchema { url in
            let name = "life-\(seed)"
            var life = try StoredLife(seed: seed) {
                try PostgreSQLStore(url: url + "&application_name=\(name)", schema: .all, create: $0)
            }
            life.disturbance = {
                _ = try? server.run(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '\(name)'")
            }
            try life.live(steps: 80)
            life.calm()
            #expect(life.disturbances > 5)
            try life.check()
        }
    }
}

extension Schema {
    fileprivate static let all = Schema(migrations: Tables.migrations)
}

/// One random life of a service, in any store.
private struct StoredLife {
    /// Ends connections.
    var disturbance: (@Sendable () -> Void)?
    private(set) var disturbances = 0
    private let disturber = DispatchQueue(label: "disturber")
    private let surroundings: SimulatedSurroundings
    /// Opens the store as a new process does; makes it when told to.
    private let openStore: (Bool) throws -> any Store
    private var store: any Store
    private var service: Service
    private var tenant: TenantID
    private var random: SeededRandom
    private var open: [RequestID] = []
    private var issued: [RequestID] = []
    private var asked = 0

    init(seed: UInt64, _ openStore: @escaping (Bool) throws -> any Store) throws {
        surroundings = SimulatedSurroundings(seed: seed, at: SimulatedWorld.beginning)
        random = SeededRandom(seed: seed &* 104_729)
        self.openStore = openStore
        store = try openStore(true)
        try Service.create(
            surroundings.surroundings(store), origin: SimulatedSurroundings.origin, url: "https://simulation.example",
            logKey: surroundings.logKey, issuer: NewIssuer(key: surroundings.issuerKey),
            policies: DefaultPolicies.documents)
        let service = try Service(surroundings.surroundings(store))
        self.service = service
        let added = try waitForAnswer { service.addInstitution(named: "Nordhafen University", $0) }
        tenant = try #require(service.tenant(forKey: added.apiKey))
    }

    mutating func live(steps: Int) throws {
        for step in 0..<steps {
            switch Int.random(in: 0..<16, using: &random) {
            case 0..<5: try ask(step)
            case 5..<8: try act(.approve(note: "seen"), step, isIssue: true)
            case 8: try act(.cancel(note: nil), step)
            case 9: try act(.hold(reason: "legal-hold", evidence: "court-order", note: nil), step, isKept: true)
            case 10: try act(.resume, step, isKept: true)
            case 11: try revoke(step)
            case 12..<15: try pass(.minutes(Int64.random(in: 0...900, using: &random)))
            default: try restart()
            }
        }
        for _ in 0..<4 { try pass(.hours(40)) }
    }

    func rows<R: Record>(_ type: R.Type) throws -> [R] {
        try store.read { reader in
            var rows: [R] = []
            try reader.forEach(R.self) { rows.append($0) }
            return rows
        }
    }

    /// The checks that share no code with the engine, and the replay.
    func check() throws {
        let entries = try rows(EntryRecord.self)
        var recomputation = Recomputation()
        for entry in entries { recomputation.read(entry.body) }
        let report = recomputation.finish(at: surroundings.clock.now)
        #expect(report.verdict != .cannotTell)
        #expect(report.missed == 0 && report.double == 0, "\(report.findings.prefix(3))")
        #expect(report.requests == asked, "a request is lost, or was made twice")
        try store.read { reader in
            let summary = try LogCheck.verify(reader, keys: service.logKeys, anchored: surroundings.anchored)
            #expect(summary.head.size == UInt64(entries.count))
            let copy = MemoryStore(Tables.all)
            try copy.write { try Replay.rebuild(from: reader, into: $0) }
            #expect(try copy.read { try Replay.firstDifference(between: reader, and: $0) } == nil)
        }
    }

    private mutating func ask(_ step: Int) throws {
        let holder = "urn:example:person:\(Int.random(in: 1...4, using: &random))"
        let review = Int.random(in: 0..<4, using: &random) == 0 ? "none" : "manual"
        let body = requestBody(holder: holder, review: review)
        let draft = try RequestDraft(body)
        let idempotency = Idempotency(key: "ask-\(step)", asked: "POST /v1/requests", body)
        let answer = try insist { [tenant] service in
            try waitForAnswer { service.request(draft, from: tenant, under: idempotency, $0) }
        }
        asked += 1
        let id = try #require(answer.body["id"]?.stringValue.flatMap { RequestID($0) })
        if review == "none" { issued.append(id) } else { open.append(id) }
    }

    private mutating func act(
        _ action: RequestAction, _ step: Int, isIssue: Bool = false, isKept: Bool = false
    ) throws {
        guard let position = open.indices.randomElement(using: &random) else { return }
        let id = open[position]
        guard try perform(action, on: id, step), !isKept else { return }
        open.remove(at: position)
        if isIssue { issued.append(id) }
    }

    private mutating func revoke(_ step: Int) throws {
        guard let position = issued.indices.randomElement(using: &random) else { return }
        _ = try perform(.revoke(note: nil), on: issued.remove(at: position), step)
    }

    /// - Returns: whether it was done.
    private mutating func perform(_ action: RequestAction, on id: RequestID, _ step: Int) throws -> Bool {
        let idempotency = Idempotency(key: "act-\(step)", asked: "POST /v1/requests/\(id)", .string("\(action)"))
        let target = TenantRequest(tenant: tenant, id: id, idempotency: idempotency)
        do {
            _ = try insist { service in try waitForAnswer { service.perform(action, on: target, $0) } }
            return true
        } catch is Refusal {
            return false
        }
    }

    private mutating func pass(_ length: Milliseconds) throws {
        surroundings.clock.advance(by: length)
        // A request that was not assessed because the store was away is so at the next look.
        for _ in 0..<100 {
            if try insist({ try $0.assessDue() }).isEmpty { return }
        }
        Issue.record("something is due, and is never assessed")
    }

    /// Waits until nobody ends connections any more.
    func calm() { disturber.sync {} }

    /// Does something, where need be again, with a connection that may end meanwhile.
    private mutating func insist<Result>(_ body: (Service) throws -> Result) throws -> Result {
        let isDisturbed = disturbance != nil && Int.random(in: 0..<4, using: &random) == 0
        if isDisturbed, let disturbance {
            disturbances += 1
            disturber.async { disturbance() }
        }
        for _ in 0..<100 {
            do {
                return try body(service)
            } catch let error as StoreError {
                guard disturbance != nil else { throw error }
                if surroundings.halted != nil { try restart() }
            }
        }
        throw StoreError.unavailable("for too long")
    }

    /// The process ends where it is, and a new one takes up what was made durable.
    private mutating func restart() throws {
        service.finish()
        calm()
        surroundings.restart()
        if !(store is MemoryStore) { store = try openStore(false) }
        service = try Service(surroundings.surroundings(store))
    }
}
