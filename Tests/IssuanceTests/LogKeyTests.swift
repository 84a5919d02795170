import CanonicalJSON
import Cryptography
import Issuance
import Settlement
import Simulation
import Temporal
import Testing
import TransparencyLog

@Suite("The keys of the log")
struct LogKeyTests {
    private let world: World
    /// The key that the log was opened with.
    private let old: VerifierKey

    init() throws {
        world = try World()
        old = try #require(world.world.service.logKeys.first)
    }

    private func makeKey(_ seed: UInt8) throws -> VerifierKey {
        world.world.surroundings.logKeys.add(try Ed25519PrivateKey(seed: [UInt8](repeating: seed, count: 32)))
    }

    /// The keys on the newest checkpoint, in the order of their lines; every line verified.
    private func signers(knowing keys: [VerifierKey]) throws -> [VerifierKey] {
        let note = try SignedNote(parsing: world.world.service.checkpoint())
        #expect(note.signatures.count == (try note.verifiedSignatures(by: keys).count))
        return try note.verifiedSignatures(by: keys).map(\.key)
    }

    private func verifies(with keys: VerifierKey...) throws -> Bool {
        let note = try SignedNote(parsing: world.world.service.checkpoint())
        return (try? VerifiedCheckpoint(note, origin: "simulation.example", logKeys: keys)) != nil
    }

    @Test("an added key signs from its own entry on, below the old one; a retired one from its own entry on no more")
    func rotation() throws {
        let before = try world.world.service.checkpoint()
        let new = try makeKey(9)
        try world.world.addLogKey(new.vkey)
        #expect(try signers(knowing: [old, new]) == [old, new])
        #expect(try verifies(with: old) && verifies(with: new) && verifies(with: old, new) && verifies(with: new, old))
        _ = try world.waiting()
        #expect(try signers(knowing: [old, new]) == [old, new])
        try world.world.retireLogKey(old.vkey)
        #expect(try signers(knowing: [old, new]) == [new])
        #expect(try !verifies(with: old) && verifies(with: new))
        // What the old key signed stays signed.
        _ = try VerifiedCheckpoint(SignedNote(parsing: before), origin: "simulation.example", logKeys: [old])
        #expect(world.world.service.logKeys == [new])
        try audit(keys: [new])
    }

    @Test("the entries say which key and what became of it, and nothing else")
    func entries() throws {
        let new = try makeKey(9)
        try world.world.addLogKey(new.vkey)
        try world.world.retireLogKey(String(old.hexadecimalID))
        let last = try world.rows(EntryRecord.self).suffix(2).map { try LogEntry(parsing: $0.body) }
        #expect(last.map(\.type) == ["log.key", "log.key"])
        #expect(
            last.map(\.facts) == [
                ["key": .string(new.vkey), "state": "added"], ["key": .string(old.vkey), "state": "retired"],
            ])
        #expect(last.allSatisfy { $0.cm.isEmpty && $0.request == nil })
    }

    @Test("a service that starts again knows them from the log")
    func restart() throws {
        let new = try makeKey(9)
        try world.world.addLogKey(new.vkey)
        try world.world.restart()
        #expect(world.world.service.logKeys == [old, new])
        _ = try world.waiting()
        #expect(try signers(knowing: [old, new]) == [old, new])
        try world.world.retireLogKey(old.vkey)
        world.world.surroundings.logKeys.replace(old, by: nil)
        try world.world.restart()
        _ = try world.waiting("again")
        #expect(try signers(knowing: [old, new]) == [new])
    }

    @Test("without the private key of an active key, or with another in its place, the service does not start")
    func missing() throws {
        let new = try makeKey(9)
        try world.world.addLogKey(new.vkey)
        for key in [old, new] {
            let others = [nil, try Ed25519PrivateKey(seed: [UInt8](repeating: 77, count: 32))]
            for other in others {
                world.world.surroundings.logKeys.replace(key, by: other)
                let refusal = #expect(throws: StartupRefusal.self) { try world.world.restart() }
                #expect(refusal?.reason == .logKey && refusal?.description.contains(key.vkey) == true)
            }
            world.world.surroundings.logKeys.replace(
                key, by: try Ed25519PrivateKey(seed: [UInt8](repeating: key == old ? 2 : 9, count: 32)))
        }
        try world.world.restart()
    }

    @Test(
        "what does not follow is refused: the last key, a second time, an unknown key, another origin, no key, one too many"
    )
    func refusals() throws {
        let size = try world.rows(EntryRecord.self).count
        func refuse(_ hint: String, _ body: () throws -> Void) {
            let refusal = #expect(throws: Refusal.self) { try body() }
            #expect(
                refusal?.code == .invalidLogKey && refusal?.detail.contains(hint) == true,
                "\(String(describing: refusal))")
        }
        refuse("only key") { try world.world.retireLogKey(old.vkey) }
        refuse("make a new one") { try world.world.addLogKey(old.vkey) }
        refuse("log-key list") { try world.world.retireLogKey(makeKey(9).vkey) }
        refuse("log-key list") { try world.world.retireLogKey("00000000") }
        refuse("not the key of a log") { try world.world.addLogKey("nonsense") }
        let foreign = NoteSigner(
            name: try KeyName("other.example"),
            privateKey: try Ed25519PrivateKey(seed: [UInt8](repeating: 5, count: 32)))
        refuse("another origin is another log") { try world.world.addLogKey(foreign.verifierKey.vkey) }
        let witness = Cosigner(
            name: try KeyName("simulation.example"),
            privateKey: try Ed25519PrivateKey(seed: [UInt8](repeating: 5, count: 32)))
        refuse("Ed25519 key named by its origin") { try world.world.addLogKey(witness.verifierKey.vkey) }
        let unknown = NoteSigner(
            name: try KeyName("simulation.example"),
            privateKey: try Ed25519PrivateKey(seed: [UInt8](repeating: 6, count: 32)))
        refuse("is not here") { try world.world.addLogKey(unknown.verifierKey.vkey) }
        #expect(try world.rows(EntryRecord.self).count == size)
        for seed in 10..<13 { try world.world.addLogKey(makeKey(UInt8(seed)).vkey) }
        refuse("retire one first") { try world.world.addLogKey(makeKey(13).vkey) }
        try world.world.retireLogKey(old.vkey)
        refuse("make a new one") { try world.world.addLogKey(old.vkey) }
        #expect(try world.rows(EntryRecord.self).count == size + 4)
    }

    @Test("a replay and a recomputation know the entries, and a replay refuses them in a wrong order")
    func replay() throws {
        let new = try makeKey(9)
        try world.world.addLogKey(new.vkey)
        try world.world.retireLogKey(old.vkey)
        try audit(keys: [new])
        var recomputation = Recomputation()
        for row in try world.rows(EntryRecord.self) { recomputation.read(row.body) }
        let report = recomputation.finish(at: world.world.clock.now)
        #expect(report.verdict == .settled && report.findings.isEmpty && report.unknowns.isEmpty)

        let swapped = MemoryStore(Tables.all)
        let rows = try world.rows(EntryRecord.self)
        try swapped.write { writer in
            for row in rows.dropLast(2) { try writer.insert(row) }
            for (row, seq) in zip(rows.suffix(2).reversed(), (rows.count - 2)...) {
                try writer.insert(EntryRecord(seq: Int64(seq), request: nil, body: row.body, leafHash: row.leafHash))
            }
            try copyOpenings(into: writer)
        }
        let failure = #expect(throws: AuditFailure.self) {
            try swapped.read { reader in
                try MemoryStore(Tables.all).write { try Replay.rebuild(from: reader, into: $0) }
            }
        }
        #expect(failure?.seq == Int64(rows.count - 2))
    }

    @Test("a checkpoint that one of the active keys did not sign keeps the service from starting")
    func incomplete() throws {
        let new = try makeKey(9)
        try world.world.addLogKey(new.vkey)
        let newest = try SignedNote(parsing: world.world.service.checkpoint())
        let old = NoteSigner(
            name: try KeyName("simulation.example"),
            privateKey: try Ed25519PrivateKey(seed: [UInt8](repeating: 2, count: 32)))
        let store = MemoryStore(Tables.all)
        try world.world.store.read { reader in
            try store.write { writer in
                func copy<R: Record>(_ type: R.Type) throws {
                    try reader.forEach(R.self) { row in
                        guard let checkpoint = row as? CheckpointRecord,
                            checkpoint.note == String(decoding: newest.bytes, as: UTF8.self)
                        else { return try writer.insert(row) }
                        let note = try SignedNote(signing: newest.text, by: old)
                        try writer.insert(
                            CheckpointRecord(size: checkpoint.size, note: String(decoding: note.bytes, as: UTF8.self)))
                    }
                }
                try copy(EntryRecord.self)
                try copy(TileRecord.self)
                try copy(CheckpointRecord.self)
                try copy(HeadRecord.self)
                try copy(OpeningRecord.self)
                try copy(SubjectRecord.self)
                for type in Tables.projections { try copy(type) }
            }
        }
        let refusal = #expect(throws: StartupRefusal.self) {
            try Service(world.world.surroundings.surroundings(store))
        }
        #expect(refusal?.reason == .checkpoint)
    }

    private func copyOpenings(into writer: any StoreWriter) throws {
        for row in try world.rows(OpeningRecord.self) { try writer.insert(row) }
        for row in try world.rows(SubjectRecord.self) { try writer.insert(row) }
    }

    private func audit(keys: [VerifierKey]) throws {
        try world.world.store.read { reader in
            _ = try LogCheck.verify(reader, keys: keys, anchored: world.world.surroundings.anchored)
            let copy = MemoryStore(Tables.all)
            try copy.write { try Replay.rebuild(from: reader, into: $0) }
            #expect(try copy.read { try Replay.firstDifference(between: reader, and: $0) } == nil)
        }
    }
}
