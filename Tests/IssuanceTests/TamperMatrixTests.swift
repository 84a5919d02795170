import CanonicalJSON
import Cryptography
import Foundation
import Issuance
import Multiformats
import Simulation
import Temporal
import TestSupport
import Testing
import TransparencyLog

/// A small log in which everything happened, and every way to change what is stored of it: none may get past the audit,
/// and none of the log's own end past the start.
@Suite("A log that somebody changed")
struct TamperMatrixTests {
    /// One bit of every byte; else, in each value, of the first, the last and every so many in between.
    static let isExhaustive = ProcessInfo.processInfo.environment["PUNCTUAL_LONG"] != nil
    private static let stride = 29

    /// What stands in the tables of this history: made once, never changed.
    private static let world = Result { try history() }

    private static func history() throws -> World {
        let world = try World()
        let late = try world.waiting("a")
        _ = try world.world.request(requestBody(holder: "urn:x:2"), from: world.tenant, key: "b")
        let paused = try world.waiting("c", holder: "urn:x:3")
        try world.world.perform(
            .hold(reason: "legal-hold", evidence: "court-order", note: "n"), on: paused, of: world.tenant, key: "d")
        try world.world.perform(.resume, on: paused, of: world.tenant, key: "e")
        let issued = try world.waiting("f", holder: "urn:x:4")
        try world.world.perform(.approve(note: "n"), on: issued, of: world.tenant, key: "g")
        try world.world.perform(.revoke(note: nil), on: issued, of: world.tenant, key: "h")
        try world.pass(Default.target + Default.secondTier + .minutes(1))
        try world.world.perform(.approve(note: nil), on: late, of: world.tenant, key: "i")
        return world
    }

    /// The tables of which each value is changed, and whether the start must notice, too.
    static let tables: [(any Record.Type, isStarted: Bool)] =
        [(EntryRecord.self, true), (TileRecord.self, true), (HeadRecord.self, true), (CheckpointRecord.self, false)]
        + [(OpeningRecord.self, false), (SubjectRecord.self, false), (AnswerRecord.self, false)]
        + Tables.projections.map { ($0, false) }

    @Test("in any byte of any row of any table is found out", arguments: 0..<tables.count)
    func everyByte(number: Int) throws {
        let world = try Self.world.get()
        let (type, isStarted) = Self.tables[number]
        let rows = try world.values(of: type)
        let table = type.table
        var random = SeededRandom(seed: UInt64(number))
        var count = 0
        for row in rows {
            for column in row.indices {
                for change in Self.changes(of: row[column], using: &random) where change != row[column] {
                    let key = Array(row.prefix(table.keyCount))
                    let tampering = Tampering.value(of: table.name, key, column: column) { _ in change }
                    let name = "\(table.name) \(key), column \(table.columns[column].name)"
                    #expect(audit(tampering, world) != nil, "\(name): the audit found nothing")
                    if isStarted { #expect(start(tampering, world) != nil, "\(name): started") }
                    count += 1
                }
            }
        }
        #expect(count > 0 || rows.isEmpty)
    }

    /// Rows that change places, come twice, or are gone.
    static let rowChanges: [(String, @Sendable ([[ColumnValue]]) -> [[ColumnValue]])] = [
        ("the first is gone", { Array($0.dropFirst()) }),
        ("the last is gone", { $0.dropLast() }),
        (
            "one in the middle is gone",
            { rows in rows.enumerated().filter { $0.offset != rows.count / 2 }.map(\.element) }
        ),
        (
            "the last is there again, as another",
            { rows in rows + rows.suffix(1).map { [renamed($0[0])] + $0.dropFirst() } }
        ),
        (
            "the first and the last change places",
            { rows in
                guard rows.count > 1 else { return [] }
                var rows = rows
                (rows[0], rows[rows.count - 1]) = (
                    [rows[0][0]] + rows[rows.count - 1].dropFirst(), [rows[rows.count - 1][0]] + rows[0].dropFirst()
                )
                return rows
            }
        ),
    ]

    @Test(
        "by taking away, repeating or exchanging rows is found out", arguments: 0..<tables.count, 0..<rowChanges.count)
    func rows(number: Int, change: Int) throws {
        let world = try Self.world.get()
        let type = Self.tables[number].0
        let rows = try world.values(of: type)
        let tampering = Tampering(table: type.table.name, change: Self.rowChanges[change].1)
        // Where rows share the first column, to exchange the others is to exchange their order.
        guard !rows.isEmpty, Set(tampering.change(rows)) != Set(rows) else { return }
        // An old checkpoint that is gone changes nothing of the log: who holds one finds it is still a prefix.
        let isGone = Self.rowChanges[change].0.hasSuffix("is gone")
        if type.table.name == "checkpoint", isGone, change != 1 { return }
        // The head has one place; a row elsewhere is never read.
        if type.table.name == "head", Self.rowChanges[change].0.hasSuffix("as another") { return }
        #expect(audit(tampering, world) != nil, "\(type.table.name): \(Self.rowChanges[change].0)")
    }

    @Test(
        "in the newest checkpoint, by somebody who has the key of the log, is found out", arguments: forgeries.indices)
    func forged(number: Int) throws {
        let world = try Self.world.get()
        let notes = try world.rows(CheckpointRecord.self)
        let newest = try #require(notes.last)
        let forged = try Self.forgeries[number].1(notes)
        #expect(forged != Array(newest.note.utf8))
        let tampering = Tampering.value(of: "checkpoint", [.integer(newest.size)], column: 1) { _ in
            .text(String(decoding: forged, as: UTF8.self))
        }
        #expect(audit(tampering, world) is AuditFailure, "\(Self.forgeries[number].0)")
        #expect(start(tampering, world) != nil, "\(Self.forgeries[number].0)")
    }

    @Test("in no way passes")
    func untouched() throws {
        let world = try Self.world.get()
        let nothing = Tampering(table: "entry") { $0 }
        #expect(audit(nothing, world) == nil)
        #expect(start(nothing, world) == nil)
    }

    /// What the start says.
    private func start(_ tampering: Tampering, _ world: World) -> (any Error)? {
        do {
            _ = try Service(
                world.world.surroundings.surroundings(TamperedStore(store: world.world.store, tampering: tampering)))
            return nil
        } catch {
            return error
        }
    }

    /// What `audit verify` says.
    private func audit(_ tampering: Tampering, _ world: World) -> (any Error)? {
        do {
            let key = try VerifierKey(vkey: world.logKey(try #require(world.rows(EntryRecord.self).first)))
            return try world.world.store.read { reader in
                let reader = TamperedReader(reader: reader, tampering: tampering)
                _ = try LogCheck.verify(reader, keys: [key], anchored: world.world.surroundings.anchored)
                let copy = MemoryStore(Tables.all)
                try copy.write { try Replay.rebuild(from: reader, into: $0) }
                return try copy.read { try Replay.firstDifference(between: reader, and: $0) }
            }
        } catch {
            return error
        }
    }
}

extension World {
    fileprivate func values<R: Record>(of type: R.Type) throws -> [[ColumnValue]] { try rows(type).map(\.values) }
}

/// Changes of values.
extension TamperMatrixTests {
    private static func changes(of value: ColumnValue, using random: inout SeededRandom) -> [ColumnValue] {
        switch value {
        case .null: [.integer(1), .text("x"), .blob([0])]
        case .integer(let integer):
            [.integer(integer ^ 1), .integer(integer &+ 256), .integer(0 &- integer &- 1), .null]
        case .blob(let bytes): flips(of: bytes, using: &random).map(ColumnValue.blob) + [.null, .blob([]), .text("x")]
        case .text(let text):
            flips(of: Array(text.utf8), using: &random).compactMap { String(validating: $0, as: UTF8.self) }
                .map(ColumnValue.text) + [.null, .text("")].filter { $0 != value }
        }
    }

    private static func flips(of bytes: [UInt8], using random: inout SeededRandom) -> [[UInt8]] {
        bytes.indices.filter { isExhaustive || $0 % stride == 0 || $0 == bytes.count - 1 }.map { position in
            var changed = bytes
            changed[position] ^= 1 << UInt8.random(in: 0..<7, using: &random)
            return changed
        } + [bytes.dropLast(), bytes + [0x20]].map(Array.init)
    }

    private static func renamed(_ value: ColumnValue) -> ColumnValue {
        switch value {
        case .integer(let integer): .integer(integer + 1)
        case .text(let text): .text(text + "x")
        case .blob(let bytes): .blob(bytes + [0])
        case .null: .integer(0)
        }
    }
}

/// Notes.
extension TamperMatrixTests {
    typealias Forgery = @Sendable ([CheckpointRecord]) throws -> [UInt8]

    /// A text signed without looking at what it says, by default with the key of the simulated log.
    private static func signed(
        _ text: String, name: String = "simulation.example", seed: UInt8 = 2
    ) throws -> [UInt8] {
        let log = try Ed25519PrivateKey(seed: [UInt8](repeating: 2, count: 32))
        let id = try NoteSigner(name: KeyName("simulation.example"), privateKey: log).verifierKey.keyID
        let key = try Ed25519PrivateKey(seed: [UInt8](repeating: seed, count: 32))
        let head = (0..<4).map { UInt8(truncatingIfNeeded: id >> (24 - 8 * $0)) }
        let blob = Base64.encode(head + (try key.sign(Array(text.utf8))))
        return Array("\(text)\n\u{2014} \(name) \(blob)\n".utf8)
    }

    private static func lines(_ notes: [CheckpointRecord]) -> (
        origin: String, size: String, root: String, signature: String
    ) {
        let lines = (notes.last?.note ?? "").split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return (lines[0], lines[1], lines[2], lines[4])
    }

    static let forgeries: [(String, Forgery)] = [
        ("an old checkpoint in the place of the new one", { notes in Array(notes[notes.count - 2].note.utf8) }),
        (
            "another log's origin",
            { notes in
                let note = lines(notes)
                return try signed("other.example\n\(note.size)\n\(note.root)\n")
            }
        ),
        (
            "another root",
            { notes in
                let note = lines(notes)
                return try signed("\(note.origin)\n\(note.size)\n\(Base64.encode([UInt8](repeating: 7, count: 32)))\n")
            }
        ),
        (
            "another size",
            { notes in
                let note = lines(notes)
                return try signed("\(note.origin)\n\((Int(note.size) ?? 0) - 1)\n\(note.root)\n")
            }
        ),
        (
            "leading zeros",
            { notes in
                let note = lines(notes)
                return try signed("\(note.origin)\n0\(note.size)\n\(note.root)\n")
            }
        ),
        (
            "a plus sign",
            { notes in
                let note = lines(notes)
                return try signed("\(note.origin)\n+\(note.size)\n\(note.root)\n")
            }
        ),
        (
            "lines that end as on Windows",
            { notes in
                let note = lines(notes)
                return try signed("\(note.origin)\r\n\(note.size)\r\n\(note.root)\r\n")
            }
        ),
        (
            "a root in base64 that is not canonical",
            { notes in
                let note = lines(notes)
                let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
                var root = Array(note.root)
                let place = digits.firstIndex(of: root[42]) ?? 0
                root[42] = digits[place ^ 1]
                return try signed("\(note.origin)\n\(note.size)\n\(String(root))\n")
            }
        ),
        (
            "a root of 31 bytes",
            { notes in
                let note = lines(notes)
                return try signed("\(note.origin)\n\(note.size)\n\(Base64.encode([UInt8](repeating: 7, count: 31)))\n")
            }
        ),
        ("no newline at the end", { notes in Array((notes.last?.note ?? "").utf8.dropLast()) }),
        ("a second newline at the end", { notes in Array(((notes.last?.note ?? "") + "\n").utf8) }),
        (
            "no signature",
            { notes in
                let note = lines(notes)
                return Array("\(note.origin)\n\(note.size)\n\(note.root)\n\n".utf8)
            }
        ),
        (
            "seventeen signatures",
            { notes in
                let note = notes.last?.note ?? ""
                let others = (0..<16).map {
                    "\u{2014} witness\($0).example \(Base64.encode([UInt8](repeating: 1, count: 68)))\n"
                }
                return Array((note + others.joined()).utf8)
            }
        ),
        (
            "the key's identifier on a signature of another key",
            { notes in
                let note = lines(notes)
                return try signed("\(note.origin)\n\(note.size)\n\(note.root)\n", seed: 9)
            }
        ),
        (
            "a good signature, and another of the same name and identifier that is not",
            { notes in
                let note = lines(notes)
                let bad = note.signature.dropLast(8) + "AAAAAA=="
                return Array(((notes.last?.note ?? "") + bad + "\n").utf8)
            }
        ),
        (
            "a signature under another name",
            { notes in
                let note = lines(notes)
                return try signed("\(note.origin)\n\(note.size)\n\(note.root)\n", name: "other.example")
            }
        ),
    ]
}
