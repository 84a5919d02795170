import CanonicalJSON
import Cryptography
import Issuance
import Settlement
import Simulation
import Temporal
import TestSupport
import Testing
import TransparencyLog

@Suite("Index of requests: what the service writes")
struct IndexTests {
    @Test(
        "every index that it writes is the one that the entries give, to the auditor and to the stranger",
        arguments: 0..<8)
    func honest(seed: UInt64) throws {
        let world = try World(seed: seed)
        try world.live(seed: seed, steps: 40)
        var audit = ChainIndexAudit()
        var recomputation = Recomputation()
        for record in try world.rows(EntryRecord.self) {
            let entry = try LogEntry(parsing: record.body)
            try audit.check(entry.bytes, leafHash: entry.leafHash)
            recomputation.read(entry)
        }
        let indexes = try world.rows(IndexRecord.self)
        #expect(audit.count == indexes.count && audit.count > 0)
        #expect(audit.newest?.size == indexes.last.map { UInt64($0.size) })
        let findings = recomputation.finish(at: world.world.clock.now).findings
        #expect(findings.filter { $0.kind == .wrongIndex } == [])
        try world.world.store.read { reader in
            let copy = MemoryStore(Tables.all)
            try copy.write { try Replay.rebuild(from: reader, into: $0) }
            #expect(try copy.read { try Replay.firstDifference(between: reader, and: $0) } == nil)
        }
    }

    @Test("an index covers everything before it, and nothing new makes no new one")
    func grown() throws {
        let world = try World()
        let id = try world.waiting()
        let first = try world.index()
        let entries = try world.rows(EntryRecord.self)
        #expect(first.body["size"] == .integer(Int64(entries.count - 1)))
        #expect(first.body["leaves"] == 2)
        #expect(try world.index() == first)
        #expect(try world.rows(EntryRecord.self).count == entries.count)
        try world.world.perform(.cancel(note: nil), on: id, of: world.tenant, key: "c")
        #expect(try world.index() != first)
    }

    @Test("it is due an hour after the one before, or after the log was opened, and only when the log grew")
    func due() throws {
        let world = try World()
        let service = world.world.service
        #expect(try !service.isIndexDue())
        world.world.clock.advance(by: .hours(1))
        #expect(try service.isIndexDue())
        try world.index()
        world.world.clock.advance(by: .hours(2))
        #expect(try !service.isIndexDue())
        _ = try world.waiting()
        #expect(try service.isIndexDue())
        try world.index()
        #expect(try !service.isIndexDue())
    }

    @Test("a bundle that was made later shows the leaves as they were, whatever has happened since")
    func later() throws {
        let world = try World()
        let id = try world.waiting("a")
        _ = try world.waiting("b")
        try world.index()
        for key in ["c", "d"] { _ = try world.waiting(key) }
        try world.world.perform(.cancel(note: nil), on: id, of: world.tenant, key: "x")
        let bundle = try world.bundle(of: id)
        let shown = try #require(bundle["index"])
        let entry = try LogEntry(parsing: Array((shown["entry"]?["entry"]?.stringValue ?? "").utf8))
        let index = try ChainIndex(entry)
        #expect(index.tree.size == 3)
        let leaf = try ChainLeaf(#require(shown["request"]?["leaf"]))
        #expect(leaf.entries == 1 && leaf.about.text == "request/\(id)")
        #expect(bundle["entries"]?.arrayValue?.count == 2)
        #expect(bundle["version"] == 2)
    }

    @Test("a request that no index covers yet is shown without a leaf, and a log without index without one")
    func uncovered() throws {
        let world = try World()
        #expect(try world.bundle(of: world.waiting("a"))["index"] == nil)
        try world.index()
        let young = try world.bundle(of: world.waiting("b"))
        #expect(young["index"]?["entry"] != nil && young["index"]?["request"] == nil)
    }
}
