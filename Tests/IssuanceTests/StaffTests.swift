import CanonicalJSON
import Issuance
import Settlement
import Simulation
import Temporal
import Testing
import TransparencyLog

@Suite("The staff")
struct StaffTests {
    private let world: World
    private var service: Service { world.world.service }

    init() throws { world = try World() }

    private func lastEntry() throws -> LogEntry {
        try LogEntry(parsing: try #require(world.rows(EntryRecord.self).last).body)
    }

    private func audit() throws {
        try world.world.store.read { reader in
            let copy = MemoryStore(Tables.all)
            try copy.write { try Replay.rebuild(from: reader, into: $0) }
            #expect(try copy.read { try Replay.firstDifference(between: reader, and: $0) } == nil)
        }
        var recomputation = Recomputation()
        for row in try world.rows(EntryRecord.self) { recomputation.read(row.body) }
        let report = recomputation.finish(at: world.world.clock.now)
        #expect(report.verdict == .settled && report.findings.isEmpty && report.unknowns.isEmpty, "\(report.findings)")
    }

    @Test(
        "an id is 16 lower-case hexadecimal digits",
        arguments: [
            "", "0123456789abcde", "0123456789abcdef0", "0123456789ABCDEF", "0123456789abcdeg", "0123456789abcde\u{e9}",
        ])
    func identifiers(_ text: String) {
        #expect(StaffID(text) == nil)
        #expect(StaffID("0123456789abcdef")?.text == "0123456789abcdef")
        #expect(StaffID(random: [0, 1, 2, 3, 4, 5, 6, 255]).text == "00010203040506ff")
    }

    @Test("the log says roles and an end, and commits to name and key")
    func entry() throws {
        let (id, key) = try world.world.addStaff("Ina Berg", [.finance, .agent], until: "2026-06-01T00:00:00Z")
        let entry = try lastEntry()
        #expect(entry.type == "staff.added" && entry.request == nil)
        #expect(
            entry.facts == [
                "id": .string(id.text), "roles": ["agent", "finance"], "until": 1_780_272_000_000,
            ])
        #expect(entry.cm.map(\.key) == ["staff"])
        let text = String(decoding: entry.bytes, as: UTF8.self)
        #expect(!text.contains("Ina") && !text.contains(key))
        let openings = try world.rows(OpeningRecord.self).last.map { String(decoding: $0.document, as: UTF8.self) }
        #expect(openings?.contains("Ina Berg") == true && openings?.contains(key) == false)
        try audit()
    }

    @Test("a key works until its owner is removed, and from that answer on no more, also after a restart")
    func removal() throws {
        let (id, key) = try world.world.addStaff("Ina", [.agent])
        let (other, otherKey) = try world.world.addStaff("Jan", [.finance])
        #expect(service.staff(forKey: key)?.id == id && service.staff(forKey: key + "x") == nil)
        #expect(service.tenant(forKey: key) == nil)
        try world.world.restart()
        #expect(service.staff(forKey: key)?.id == id)
        #expect(try world.world.removeStaff(id).body == ["id": .string(id.text)])
        #expect(service.staff(forKey: key) == nil && service.staff(forKey: otherKey)?.id == other)
        try world.world.restart()
        #expect(service.staff(forKey: key) == nil && service.staff(forKey: otherKey)?.id == other)
        #expect(
            service.staffList()["staff"]?.arrayValue?.compactMap { $0["state"]?.stringValue }.sorted() == [
                "active", "removed",
            ])
        try audit()
    }

    @Test("access that ends, ends at its instant")
    func expiry() throws {
        let until = SimulatedWorld.beginning + .hours(2)
        let (id, key) = try world.world.addStaff("Eva", [.independentAssessor], until: until.rfc3339)
        world.world.clock.advance(by: .hours(2) - Milliseconds(1))
        #expect(service.staff(forKey: key)?.id == id)
        world.world.clock.advance(by: Milliseconds(1))
        #expect(service.staff(forKey: key) == nil)
        #expect(service.staffList()["staff"]?.arrayValue?.first?["state"] == "expired")
    }

    @Test("roles change under the same id and key")
    func roles() throws {
        let (id, key) = try world.world.addStaff("Ina", [.agent])
        try world.world.changeRoles(of: id, [.auditor, .finance])
        #expect(try lastEntry().facts == ["id": .string(id.text), "roles": ["auditor", "finance"]])
        #expect(service.staff(forKey: key)?.roles == StaffRoles([.auditor, .finance]))
        try world.world.restart()
        #expect(service.staff(forKey: key)?.roles == StaffRoles([.auditor, .finance]))
        try audit()
    }

    @Test("nothing is written of what is refused")
    func refusals() throws {
        let (id, _) = try world.world.addStaff("Ina", [.agent])
        try world.world.removeStaff(id)
        let size = try world.rows(EntryRecord.self).count
        func refuse(_ code: Refusal.Code, _ body: () throws -> Void) {
            let error = #expect(throws: (any Error).self) { try body() }
            #expect((error as? Refusal)?.code == code || code == .invalidRequest && error is JSONShapeError)
        }
        refuse(.invalidRequest) { try world.world.addStaff("", [.agent]) }
        refuse(.invalidRequest) { try world.world.addStaff(String(repeating: "x", count: 201), [.agent]) }
        refuse(.invalidRequest) { try world.world.addStaff("Ina", []) }
        refuse(.invalidRequest) { try world.world.addStaff("Ina", [.agent, .agent]) }
        refuse(.invalidRequest) { try world.world.addStaff("Ina", [.independentAssessor]) }
        refuse(.invalidRequest) {
            try world.world.addStaff("Ina", [.independentAssessor, .agent], until: "2030-01-01T00:00:00Z")
        }
        refuse(.invalidRequest) { try world.world.addStaff("Ina", [.agent], until: "2025-12-31T23:59:59Z") }
        refuse(.invalidRequest) { try world.world.addStaff("Ina", [.agent], until: "tomorrow") }
        refuse(.unknownStaff) { try world.world.removeStaff(id) }
        refuse(.unknownStaff) { try world.world.changeRoles(of: id, [.agent]) }
        refuse(.unknownStaff) { try world.world.removeStaff(StaffID(random: [1, 2, 3, 4, 5, 6, 7, 8])) }
        #expect(try world.rows(EntryRecord.self).count == size)
    }
}
