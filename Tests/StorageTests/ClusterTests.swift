import CanonicalJSON
import Dispatch
import Foundation
import Issuance
import PostgreSQLStorage
import Settlement
import Simulation
import Storage
import Synchronization
import Temporal
import TestSupport
import Testing
import TransparencyLog

/// Three processes on one server of PostgreSQL, clients that ask any of them, and somebody who stops, kills and cuts
/// off nodes and lets the server fall. Afterwards everything that was acknowledged is in the log, once; nothing happened
/// twice; there is one log, of which every checkpoint that any node ever showed is a part.
///
/// `PUNCTUAL_CLUSTER_SECONDS=600 swift test --filter ClusterTests` for longer, with `PUNCTUAL_SEED` from another seed.
/// What happens when follows from the seed; what the processes do meanwhile, from the machine.
@Suite(
    "Several nodes on PostgreSQL", .serialized,
    .enabled(if: DatabaseServer.isExpected, DatabaseServer.absence))
struct ClusterTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let seconds = environment["PUNCTUAL_CLUSTER_SECONDS"].flatMap { Double($0) } ?? 25
    private static let seed = environment["PUNCTUAL_SEED"].flatMap { UInt64($0) } ?? 20_261_122

    @Test("that are stopped, killed and cut off, while the server falls, lose nothing and do nothing twice")
    func torment() throws {
        let cluster = try Cluster(seed: Self.seed)
        let asked = try cluster.live(seconds: Self.seconds)
        try cluster.heal(asked)
        try cluster.check(asked)
    }
}

/// The nodes, their server, and what was asked of them.
private final class Cluster: Sendable {
    /// What a client asked for, under one key, of as many nodes as it took.
    struct Asked: Sendable {
        let key: String
        let line: String
        var outcome: ClusterNode.Outcome = .open("not asked")
    }

    private static let nodes = 3
    private static let clients = 6
    private static let schema = "cluster"

    private let seed: UInt64
    private let server: DatabaseServer
    private let folder: String
    private let nodes: [ClusterNode]
    private let history = ClusterNode.History()
    private let store: PostgreSQLStore

    init(seed: UInt64) throws {
        self.seed = seed
        let server = try DatabaseServer()
        try server.run("CREATE SCHEMA \(Self.schema)")
        // Not in that of the server, which belongs to another user.
        folder = server.folder + "-nodes"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let (anchor, output) = (folder + "/anchor", Pipe())
        let creation = ClusterNode.process(["create", server.url(Self.schema), anchor])
        creation.standardOutput = output
        try creation.run()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        creation.waitUntilExit()
        let tenant = said.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !tenant.isEmpty else { throw ClusterFailure("the log cannot be made") }
        nodes = try (0..<Self.nodes).map { [history, folder] number in
            try ClusterNode(
                number, in: folder, of: server, schema: Self.schema, anchor: anchor, tenant: tenant, history)
        }
        for node in nodes { try node.start() }
        self.server = server
        store = try PostgreSQLStore(
            url: server.url(Self.schema), schema: Schema(migrations: Tables.migrations), create: false)
    }

    deinit {
        for node in nodes {
            node.signal(SIGKILL)
            node.link.stop()
        }
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Clients ask and ask again, while things happen.
    func live(seconds: Double) throws -> [Asked] {
        let end = DispatchTime.now() + seconds
        let all = Mutex<[Asked]>([])
        let running = DispatchGroup()
        for client in 0..<Self.clients {
            running.enter()
            Thread.detachNewThread { [self] in
                var (random, number) = (SeededRandom(seed: seed &+ UInt64(client)), 0)
                while DispatchTime.now() < end {
                    let asked = story("c\(client)-\(number)", until: end, &random)
                    all.withLock { $0 += asked }
                    number += 1
                }
                running.leave()
            }
        }
        var random = SeededRandom(seed: seed)
        while DispatchTime.now() < end { try disturb(&random) }
        running.wait()
        return all.withLock { $0 }
    }

    /// A request, and sometimes what is done with it; each asked of other nodes until one knows.
    private func story(_ name: String, until end: DispatchTime, _ random: inout SeededRandom) -> [Asked] {
        let review = Int.random(in: 0..<3, using: &random) == 0 ? "none" : "manual"
        let holder = "urn:example:person:\(Int.random(in: 0..<20, using: &random))"
        var asked = [Asked(key: name, line: "ask \(name) \(holder) \(review)")]
        persist(&asked[0], until: end, &random)
        guard review == "manual", case .acknowledged(let id) = asked[0].outcome else { return asked }
        // Of the others some are too late.
        guard Int.random(in: 0..<4, using: &random) > 0 else { return asked }
        let verb = Int.random(in: 0..<4, using: &random) == 0 ? "cancel" : "approve"
        asked.append(Asked(key: name + "-d", line: "do \(name)-d \(id) \(verb)"))
        persist(&asked[1], until: end, &random)
        return asked
    }

    private func persist(_ asked: inout Asked, until end: DispatchTime, _ random: inout SeededRandom) {
        while case .open = asked.outcome, DispatchTime.now() < end {
            asked.outcome = ask(asked, Int.random(in: 0..<Self.nodes, using: &random), seconds: 1)
        }
    }

    private func ask(_ asked: Asked, _ number: Int, seconds: Double) -> ClusterNode.Outcome {
        let done = DispatchSemaphore(value: 0)
        let answer = Mutex<ClusterNode.Outcome>(.open("no answer"))
        nodes[number].send(asked.key, asked.line) { outcome in
            answer.withLock { $0 = outcome }
            done.signal()
        }
        if done.wait(timeout: .now() + seconds) == .timedOut { nodes[number].forget(asked.key) }
        let outcome = answer.withLock { $0 }
        // One that is not there says so at once.
        if case .open = outcome { pause(.milliseconds(50)) }
        return outcome
    }

    /// One thing happens, for a while.
    private func disturb(_ random: inout SeededRandom) throws {
        let node = nodes[Int.random(in: 0..<Self.nodes, using: &random)]
        let length = DispatchTimeInterval.milliseconds(Int.random(in: 100...1500, using: &random))
        switch Int.random(in: 0..<9, using: &random) {
        case 0, 1:
            node.signal(SIGSTOP)
            pause(length)
            node.signal(SIGCONT)
        case 2, 3:
            node.signal(SIGKILL)
            pause(length)
            try node.start()
        case 4, 5:
            node.link.cut()
            pause(length)
            node.link.mend()
        case 6: node.link.sever()
        case 7: try server.restart()
        default: pause(length)
        }
        pause(.milliseconds(Int.random(in: 50...400, using: &random)))
        for node in nodes { try node.start() }
    }

    private func pause(_ length: DispatchTimeInterval) {
        _ = DispatchSemaphore(value: 0).wait(timeout: .now() + length)
    }

    /// Nothing happens any more. What was acknowledged is asked again of every node, and nobody says anything else.
    func heal(_ asked: [Asked]) throws {
        pause(.seconds(1))
        for node in nodes { try node.start() }
        for one in asked {
            guard case .acknowledged(let id) = one.outcome else { continue }
            var again = ClusterNode.Outcome.open("not asked")
            for attempt in 0..<30 {
                guard case .open = again else { break }
                again = ask(one, attempt % Self.nodes, seconds: 5)
            }
            guard case .acknowledged(id) = again else {
                Issue.record("\(one.key) was acknowledged as \(id) and then: \(again)")
                continue
            }
        }
        // What is late is found, and paid.
        pause(.seconds(4))
        for node in nodes { node.finish() }
    }

    func check(_ asked: [Asked]) throws {
        let acknowledged = asked.filter { if case .acknowledged = $0.outcome { true } else { false } }
        #expect(acknowledged.count > 20, "\(acknowledged.count) of \(asked.count) were acknowledged")
        #expect(history.halts.withLock { $0 } == [], "nobody put back an older copy")
        #expect(history.ends.withLock { $0 }.filter { $0 != 0 && $0 != 1 } == [])
        try store.read { reader in
            let answers = try reader.all(AnswerRecord.self)
            let requests = try reader.all(RequestRecord.self)
            // Keys that took effect without anybody hearing of it are no loss, and no second effect.
            let made = answers.filter { $0.seq != nil && !$0.key.hasSuffix("-d") }
            #expect(made.count == requests.count, "each request follows from one key")
            let known = Set(answers.filter { $0.seq != nil }.map(\.key))
            let lost = acknowledged.map(\.key).filter { !known.contains($0) }
            #expect(lost == [], "what was acknowledged is in the log")
            #expect(Set(made.map(\.key)).isSubset(of: Set(asked.map(\.key))), "nothing that nobody asked")
            try checkLog(reader)
        }
    }

    private func checkLog(_ reader: any StoreReader) throws {
        let entries = try reader.all(EntryRecord.self)
        let windows = try PremiumOpenings.all(in: reader)
        let lots = try WalletOpenings(in: reader)
        var recomputation = Recomputation(
            window: { seq in windows[seq].map { WindowOpening($0.opening, holder: $0.holder) } },
            lots: LotOpenings(lots: { lots.lots[$0] }, holder: { lots.holders[$0] }))
        for entry in entries { recomputation.read(entry.body) }
        let end = try #require(try reader.record(HeadRecord.self, .integer(1))).lastTime
        let report = recomputation.finish(at: .init(milliseconds: end))
        #expect(report.missed == 0 && report.double == 0)
        #expect(
            Set(report.findingCounts.keys).subtracting([.lateBreach, .latePayment]) == [],
            "\(report.findings.prefix(3))")
        #expect(report.compensated == Set(try reader.all(PaymentRecord.self).map(\.request)).count)
        let logKey = try JSON(parsing: entries[0].body)["facts"]?["logKey"]?.stringValue ?? ""
        let key = try VerifierKey(vkey: logKey)
        let copy = MemoryStore(Tables.all)
        try copy.write { try Replay.rebuild(from: reader, into: $0) }
        #expect(try copy.read { try Replay.firstDifference(between: reader, and: $0) } == nil)
        let notes = history.notes.withLock { $0 }
        #expect(notes.count > 10)
        var last: TreeHead?
        for text in notes {
            let note = try SignedNote(parsing: Array(text.utf8))
            let shown = try VerifiedCheckpoint(note, origin: "nodes.example", logKeys: [key])
            #expect(try reader.root(size: shown.head.size) == shown.head.root, "one log, at \(shown.head.size)")
            if shown.head.size > last?.size ?? 0 { last = shown.head }
        }
        _ = try LogCheck.verify(reader, keys: [key], anchored: last)
        print(
            "cluster of seed \(seed): \(entries.count) entries, \(notes.count) checkpoints shown,",
            "\(report.compensated) requests compensated")
    }
}
