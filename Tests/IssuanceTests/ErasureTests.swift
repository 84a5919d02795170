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

/// What the page "Erasing a person" says.
@Suite("Erasing a person")
struct ErasureTests {
    private static let holder = "urn:example:person:canary"

    /// A late request with credit, premium access and notices, then issued; and another person's.
    private func lateWorld() throws -> (world: World, late: RequestID, other: RequestID) {
        let world = try World(seed: 5, statuses: [StatusOffer(.revocation), StatusOffer(.suspension)])
        let late = try world.waiting("late", holder: Self.holder)
        let other = try world.waiting("other", holder: "urn:example:person:other")
        try world.pass(Default.target + .minutes(1))
        try world.pass(Default.secondTier)
        try world.world.perform(.approve(note: "canary note"), on: late, of: world.tenant, key: "approve")
        try world.world.perform(.approve(note: "another note"), on: other, of: world.tenant, key: "approve other")
        return (world, late, other)
    }

    /// Every text, and the texts inside of every blob, of every row but those of the log itself.
    private func texts(_ world: World) throws -> String {
        var texts = ""
        func add<R: Record>(_ type: R.Type) throws {
            for row in try world.rows(type) {
                for value in row.values {
                    switch value {
                    case .text(let text): texts += text + "\n"
                    case .blob(let bytes): texts += String(decoding: bytes, as: UTF8.self) + "\n"
                    case .integer, .null: break
                    }
                }
            }
        }
        for type in Tables.projections { try add(type) }
        try add(AnswerRecord.self)
        try add(OpeningRecord.self)
        try add(SubjectRecord.self)
        return texts
    }

    /// The audit that makes every table again.
    private func replayFailure(_ world: World) throws -> AuditFailure? {
        try world.world.store.read { reader in
            let copy = MemoryStore(Tables.all)
            do {
                try copy.write { try Replay.rebuild(from: reader, into: $0) }
            } catch let failure as AuditFailure {
                return failure
            }
            return try copy.read { try Replay.firstDifference(between: reader, and: $0) }
        }
    }

    @Test("leaves no row that names them, opens nothing of theirs, and leaves others as they were")
    func destroys() throws {
        let (world, late, other) = try lateWorld()
        #expect(try texts(world).contains("canary"))
        let before = try world.world.service.requestDocument(other, of: world.tenant)
        let entries = try world.rows(EntryRecord.self)
        #expect(try world.world.erase([Self.holder], of: world.tenant).body == ["state": "erased"])
        #expect(try !texts(world).contains("canary"))
        #expect(try !texts(world).contains("late\n"), "an idempotency key is left")
        let rows = try world.rows(EntryRecord.self)
        #expect(Array(rows.prefix(entries.count)) == entries)
        #expect(try world.story(of: late).last == "subject.erased")
        // Before it stands that what was left in the wallet is lost, and which entries were forgotten.
        #expect(rows.count == entries.count + 3)
        let entry = try JSON(parsing: rows[entries.count + 2].body)
        #expect(entry["facts"] == [:])
        #expect(entry["cm"]?.objectValue?.map(\.key) == ["kept"])
        #expect(entry["rid"] == .string(late.text))
        #expect(try world.world.service.requestDocument(other, of: world.tenant) == before)
        let opened = try world.rows(OpeningRecord.self).map(\.holder)
        #expect(Set(opened) == ["", "urn:example:person:other"])
        #expect(Set(try world.rows(SubjectRecord.self).map(\.holder)) == ["", "urn:example:person:other"])
        #expect(try world.rows(PaymentRecord.self).contains { $0.request == late.text && $0.holder.isEmpty })
        #expect(try world.rows(LotRecord.self).contains { $0.holder.isEmpty && $0.granted > 0 })
        #expect(try replayFailure(world) == nil)
    }

    @Test("is refused while a request is open, however it is open, names it, and writes nothing")
    func refusesOpen() throws {
        for prepare: (World) throws -> RequestID in [
            { try $0.waiting(holder: Self.holder) },
            { world in
                let id = try world.waiting(holder: Self.holder)
                try world.world.perform(
                    .hold(reason: "legal-hold", evidence: "court-order", note: nil), on: id, of: world.tenant, key: "h")
                return id
            },
            { world in
                let id = try world.waiting(holder: Self.holder)
                try world.pass(Default.target + .minutes(1))
                return id
            },
        ] {
            let world = try World()
            try world.world.request(requestBody(holder: Self.holder), from: world.tenant, key: "issued at once")
            let open = try prepare(world)
            let rows = try world.rows(EntryRecord.self)
            let refusal = try #require(throws: Refusal.self) {
                try world.world.erase(["urn:example:nobody", Self.holder], of: world.tenant)
            }
            #expect(refusal.code == .openRequests)
            #expect(refusal.pointer == "/holders/1")
            #expect(refusal.detail.contains(open.text) && refusal.detail.contains("Cancel"))
            #expect(try world.rows(EntryRecord.self) == rows)
            #expect(try !world.world.service.isPurgeDue())
            try world.world.perform(.cancel(note: nil), on: open, of: world.tenant, key: "cancel")
            #expect(try world.world.erase([Self.holder], of: world.tenant).body["state"] == "erased")
            #expect(try replayFailure(world) == nil)
        }
    }

    @Test("twice is harmless, a person who was never here is no other, and another institution's is another person")
    func absent() throws {
        let (world, _, _) = try lateWorld()
        let other = try world.world.addInstitution("Another")
        let size = try world.rows(EntryRecord.self).count
        #expect(try world.world.erase([Self.holder], of: other).body == ["state": "absent"])
        #expect(try world.rows(EntryRecord.self).count == size)
        try world.world.erase([Self.holder], of: world.tenant)
        for holder in [Self.holder, "urn:example:never"] {
            #expect(try world.world.erase([holder], of: world.tenant).body == ["state": "absent"])
        }
        #expect(try world.rows(EntryRecord.self).count == size + 3)
        #expect(throws: Refusal.self) {
            try world.world.erase([Self.holder], of: TenantID(random: [UInt8](repeating: 9, count: 8)))
        }
    }

    @Test("leaves a request that says so: to its institution, in the public status, and to every old key")
    func afterwards() throws {
        let (world, late, _) = try lateWorld()
        let service = world.world.service
        // A definitive refusal, under a key of its own.
        #expect(throws: Refusal.self) {
            try world.world.perform(.cancel(note: nil), on: late, of: world.tenant, key: "refused")
        }
        try world.world.erase([Self.holder], of: world.tenant)
        let document = try service.requestDocument(late, of: world.tenant)
        #expect(document["erased"] == true && document["state"] == "available" && document["erasedAt"] != nil)
        for member in ["holder", "receipt", "credential"] { #expect(document[member] == nil, "\(member)") }
        let list = try service.requestList(of: world.tenant, in: nil, after: nil)["requests"]?.arrayValue ?? []
        #expect(list.first { $0["id"] == .string(late.text) }?["erased"] == true)
        #expect(try service.statusDocument(late)["erased"] == true)
        #expect(try service.statusDocument(late)["given"]?.arrayValue?.isEmpty == false)
        #expect(try service.credits(of: Self.holder, at: world.tenant)["balance"] == ["PFC": 0])
        #expect(try service.notices(of: Self.holder, at: world.tenant)["notices"] == [])
        for _ in 0..<2 {
            expectErased {
                try world.world.request(
                    requestBody(holder: Self.holder, review: "manual"), from: world.tenant, key: "late")
            }
            expectErased { try world.world.request(requestBody(), from: world.tenant, key: "approve") }
            expectErased { try world.world.perform(.resume, on: late, of: world.tenant, key: "refused") }
            for action in [RequestAction.approve(note: nil), .cancel(note: nil), .resume] {
                expectErased { try world.world.perform(action, on: late, of: world.tenant, key: "new \(action)") }
            }
            try world.world.restart()
        }
        #expect(throws: Refusal.self) { try service.issuedCredential(under: "late", of: world.tenant) }
        let bundle = try world.world.store.read { try AuditBundle.make(for: late, in: $0) }
        #expect(bundle["openings"] == [])
        #expect((bundle["entries"]?.arrayValue ?? []).count > 6)
        #expect(try replayFailure(world) == nil)
    }

    private func expectErased(_ body: () throws -> Answer) {
        let refusal = #expect(throws: Refusal.self) { _ = try body() }
        #expect(refusal?.code == .erased)
    }

    @Test("leaves the place in the status lists: the credential can be suspended and revoked, with notes of their own")
    func revocable() throws {
        let (world, late, _) = try lateWorld()
        let place = try #require(try world.rows(StatusRecord.self).first { $0.request == late.text })
        try world.world.erase([Self.holder], of: world.tenant)
        for (number, value) in [(1, Int64(1)), (2, 0)] {
            try world.world.perform(
                .setStatus(.suspension, value: value, note: "n"), on: late, of: world.tenant, key: "s\(number)")
        }
        let revoked = try world.world.perform(.revoke(note: "stolen"), on: late, of: world.tenant, key: "revoke")
        #expect(try world.world.perform(.revoke(note: "stolen"), on: late, of: world.tenant, key: "revoke") == revoked)
        let changes = try world.rows(StatusChangeRecord.self)
        #expect(changes.map(\.index) == [place.index, place.index, place.index])
        #expect(try world.rows(OpeningRecord.self).suffix(3).map(\.holder) == ["", "", ""])
        #expect(
            try world.story(of: late).suffix(4) == [
                "subject.erased", "credential.status", "credential.status", "credential.revoked",
            ])
        #expect(try replayFailure(world) == nil)
        var recomputation = Recomputation()
        for row in try world.rows(EntryRecord.self) { recomputation.read(row.body) }
        let report = recomputation.finish(at: world.world.clock.now)
        #expect(report.verdict == .settled, "\(report.findings)")
        #expect(report.unjudgedWindows > 0)
    }

    @Test("by an institution is done once under its key: a late repetition does not erase somebody who came back")
    func idempotent() throws {
        let (world, _, _) = try lateWorld()
        let answer = try world.world.erase([Self.holder], of: world.tenant, key: "erase canary")
        #expect(try !texts(world).contains("canary"))
        let again = try world.id(
            of: world.world.request(requestBody(holder: Self.holder), from: world.tenant, key: "again"))
        #expect(try world.world.erase([Self.holder], of: world.tenant, key: "erase canary") == answer)
        #expect(try world.world.service.requestDocument(again, of: world.tenant)["erased"] == nil)
        let mismatch = #expect(throws: Refusal.self) {
            try world.world.erase(["urn:example:other"], of: world.tenant, key: "erase canary")
        }
        #expect(mismatch?.code == .idempotencyMismatch)
        #expect(throws: Refusal.self) {
            try world.world.request(requestBody(), from: world.tenant, key: "erase canary")
        }
        #expect(try replayFailure(world) == nil)
    }

    @Test("who comes back has another key, and premium access that begins anew")
    func returns() throws {
        let (world, _, _) = try lateWorld()
        func key() throws -> [UInt8]? {
            try world.rows(SubjectRecord.self).first { $0.holder == Self.holder }?.key32
        }
        let before = try key()
        try world.world.erase([Self.holder], of: world.tenant)
        #expect(try key() == nil)
        try world.world.request(requestBody(holder: Self.holder), from: world.tenant, key: "again")
        #expect(try key() != nil && key() != before)
        try world.world.erase([Self.holder], of: world.tenant)
        #expect(try key() == nil)
        #expect(try replayFailure(world) == nil)
    }

    @Test("several at once stand in an order that chance makes, one entry for each request and no list")
    func shuffled() throws {
        var orders: Set<[Bool]> = []
        for seed in 1...8 {
            let world = try World(seed: UInt64(seed))
            var owners: [String: Bool] = [:]
            for number in 0..<6 {
                let holder = "urn:example:person:\(number % 2)"
                let id = try world.id(
                    of: world.world.request(requestBody(holder: holder), from: world.tenant, key: "\(number)"))
                owners[id.text] = number % 2 == 0
            }
            try world.world.erase(["urn:example:person:0", "urn:example:person:1"], of: world.tenant)
            let erased = try world.rows(EntryRecord.self).suffix(6)
            #expect(Set(erased.compactMap(\.request)) == Set(owners.keys))
            orders.insert(erased.compactMap { $0.request.flatMap { owners[$0] } })
            #expect(try replayFailure(world) == nil)
        }
        #expect(orders.count > 4)
    }

    @Test("of somebody whom an open issuer served, whose tenant is no institution, works as well")
    func withoutInstitution() throws {
        let world = try World()
        let body = requestBody(holder: Self.holder)
        let id = try world.id(of: world.world.request(body, from: .default, key: "open"))
        try world.world.erase([Self.holder], of: .default)
        #expect(try !texts(world).contains("canary"))
        try world.world.perform(.revoke(note: "n"), on: id, of: .default, key: "revoke")
        expectErased { try world.world.request(body, from: .default, key: "open") }
        #expect(try replayFailure(world) == nil)
    }

    @Test(
        "is done wholly or not at all when the power fails, and what is left of the bytes is removed after the restart",
        arguments: [MemoryStoreFault.full, .lost, .persisted])
    func fails(_ fault: MemoryStoreFault) throws {
        let (world, late, _) = try lateWorld()
        try world.world.restart { transaction in transaction == 1 ? fault : nil }
        #expect(throws: StoreError.self) { try world.world.erase([Self.holder], of: world.tenant, key: "e") }
        if world.world.surroundings.halted != nil { try world.world.restart() }
        let isErased = try world.story(of: late).last == "subject.erased"
        #expect(isErased == (fault == .persisted))
        #expect(try texts(world).contains("canary") != isErased)
        #expect(try world.world.service.isPurgeDue() == isErased)
        #expect(try replayFailure(world) == nil)
        #expect(try world.world.erase([Self.holder], of: world.tenant, key: "e").body == ["state": "erased"])
        #expect(try world.story(of: late).filter { $0 == "subject.erased" }.count == 1)
        #expect(try world.world.service.isPurgeDue())
        #expect(try world.world.service.purge())
        #expect(try !world.world.service.isPurgeDue())
        #expect(try replayFailure(world) == nil)
    }

    @Test("is what an audit wants to see: openings gone without it, or there in spite of it, are failures")
    func audited() throws {
        let (world, late, other) = try lateWorld()
        let openings = try world.rows(OpeningRecord.self)
        let lost = try #require(try world.rows(RequestRecord.self).first { $0.id == other.text }).acceptedSeq
        try world.world.store.write { try $0.delete(OpeningRecord.self, key: [.integer(lost)]) }
        let gone = try #require(try replayFailure(world))
        #expect(gone.seq == lost && gone.problem.contains("no entry says that it was erased"))
        try world.world.store.write { try $0.insert(try #require(openings.first { $0.seq == lost })) }
        #expect(try replayFailure(world) == nil)
        let subjects = try world.rows(SubjectRecord.self)
        try world.world.erase([Self.holder], of: world.tenant)
        let kept = try #require(openings.first { $0.holder == Self.holder })
        try world.world.store.write { writer in
            try writer.insert(kept)
            try writer.insert(try #require(subjects.first { $0.holder == Self.holder }))
        }
        let there = try #require(try replayFailure(world))
        #expect(there.seq == kept.seq && there.problem.contains("it can still be opened"))
        try world.world.store.write { try $0.delete(OpeningRecord.self, key: [.integer(kept.seq)]) }
        #expect(try replayFailure(world)?.problem.contains("a commitment key is kept") == true)
        try world.world.store.write {
            try $0.delete(SubjectRecord.self, key: [.text(kept.tenant), .text(kept.holder)])
        }
        #expect(try replayFailure(world) == nil)
        let erasure = try #require(try world.rows(EntryRecord.self).last { $0.request == late.text })
        var opening = try #require(try world.rows(OpeningRecord.self).first { $0.seq == erasure.seq })
        let text = String(decoding: opening.document, as: UTF8.self)
        let index = try #require(try world.rows(StatusRecord.self).first { $0.request == late.text }).index
        opening.document = Array(text.replacing("\"index\":\(index)", with: "\"index\":\(index ^ 1)").utf8)
        #expect(opening.document != Array(text.utf8))
        try world.world.store.write { try $0.update(opening) }
        #expect(try replayFailure(world) != nil)
    }

    @Test("shows beforehand what will be lost and what stands against it")
    func preview() throws {
        let (world, _, _) = try lateWorld()
        let open = try world.waiting("open", holder: Self.holder)
        var reader = try ObjectReader(["holders": [.string(Self.holder), "urn:example:nobody"]])
        let preview = try world.world.service.erasurePreview(ErasureDraft(&reader), of: world.tenant)
        #expect(preview["requests"] == 2)
        #expect(preview["open"] == [.string(open.text)])
        #expect((preview["credits"]?["PFC"]?.integerValue ?? 0) > 0)
        #expect((preview["premiumWindows"]?.integerValue ?? 0) > 0)
    }
}
