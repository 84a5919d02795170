import Cryptography
import Mirroring
import TestSupport
import Testing
import TransparencyLog

/// Failure test 11 for what is published: every byte of a small log, and everything else that can go wrong with files.
@Suite("A published log that somebody changed")
struct TamperTests {
    private let log: SampleLog

    init() throws { log = try SampleLog.punctual(6) }

    private static let bundle = "tile/entries/000.p/6"
    private static let tile = "tile/0/000.p/6"

    @Test("holds when nobody did")
    func untouched() throws {
        let summary = try log.verify()
        #expect(summary.form == .punctual && summary.checkpoint.head == log.head)
        #expect(summary.bundles == 1 && summary.tiles == 1 && summary.afterwards == .unchanged)
        #expect(Set(log.resources.keys) == ["checkpoint", Self.bundle, Self.tile])
    }

    /// The entry in whose bytes, or in whose length, a byte of the bundle lies.
    private func entry(at position: Int) -> UInt64 {
        var end = 0
        for (seq, entry) in log.entries.enumerated() {
            end += 2 + entry.count
            if position < end { return UInt64(seq) }
        }
        return UInt64(log.entries.count)
    }

    @Test("each byte of the bundle counts: the entry is named, or the bundle falls apart")
    func bundleBytes() throws {
        let bytes = try #require(log.resources[Self.bundle])
        var starts: Set<Int> = []
        var start = 0
        for entry in log.entries {
            starts.formUnion([start, start + 1])
            start += 2 + entry.count
        }
        for position in bytes.indices {
            for bits in [0x01, 0x20, 0x80] as [UInt8] {
                let error = #expect(throws: MirrorError.self) {
                    try log.verify { $0[Self.bundle]?[position] ^= bits }
                }
                if starts.contains(position) {
                    guard case .malformed(Self.bundle, _) = error else {
                        Issue.record("length at \(position): \(String(describing: error))")
                        continue
                    }
                } else {
                    #expect(error == .differentEntry(entry(at: position), bundle: Self.bundle, tile: Self.tile))
                }
            }
        }
    }

    @Test("each byte of the tile counts, and its entry is named")
    func tileBytes() throws {
        let bytes = try #require(log.resources[Self.tile])
        for position in bytes.indices {
            for bits in [0x01, 0x80] as [UInt8] {
                #expect(
                    throws: MirrorError.differentEntry(UInt64(position / 32), bundle: Self.bundle, tile: Self.tile)
                ) {
                    try log.verify { $0[Self.tile]?[position] ^= bits }
                }
            }
        }
    }

    @Test("each byte of the checkpoint counts: it is no checkpoint any more, or none that the log signed")
    func noteBytes() throws {
        let bytes = try #require(log.resources["checkpoint"])
        for position in bytes.indices {
            for bits in [0x01, 0x02, 0x20, 0x80] as [UInt8] {
                let error = #expect(throws: MirrorError.self) {
                    try log.verify { $0["checkpoint"]?[position] ^= bits }
                }
                switch error {
                case .malformed("checkpoint", _), .untrusted("checkpoint", _): break
                default: Issue.record("byte \(position): \(String(describing: error))")
                }
            }
        }
    }

    @Test("a file cut off anywhere, or with something behind it, is refused", arguments: [bundle, tile, "checkpoint"])
    func truncated(path: String) throws {
        let bytes = try #require(log.resources[path])
        for count in 0..<bytes.count {
            let error = #expect(throws: MirrorError.self) { try log.verify { $0[path] = Array(bytes[..<count]) } }
            switch error {
            case .malformed(path, _), .untrusted(path, _): break
            default: Issue.record("\(count) of \(bytes.count) bytes: \(String(describing: error))")
            }
        }
        for rest in [[0], Array("\n".utf8), bytes] {
            #expect(throws: MirrorError.self) { try log.verify { $0[path] = bytes + rest } }
        }
    }

    @Test("a file that is gone is named", arguments: [bundle, tile, "checkpoint"])
    func dropped(path: String) {
        #expect(throws: MirrorError.missing(resource: path)) { try log.verify { $0[path] = nil } }
    }

    @Test("entries that changed places, were doubled, dropped or put in are found where that begins")
    func rearranged() throws {
        func expect(_ seq: UInt64, _ entries: [[UInt8]]) throws {
            let bundle = try EntryBundle.encode(entries)
            #expect(throws: MirrorError.differentEntry(seq, bundle: Self.bundle, tile: Self.tile)) {
                try log.verify { $0[Self.bundle] = bundle }
            }
        }
        for first in log.entries.indices {
            for second in log.entries.indices where second > first {
                var entries = log.entries
                entries.swapAt(first, second)
                try expect(UInt64(first), entries)
                entries = log.entries
                entries[second] = entries[first]
                try expect(UInt64(second), entries)
            }
        }
        for count in [5, 7] {
            let entries = try EntryBundle.encode(Array((log.entries + log.entries)[..<count]))
            let error = #expect(throws: MirrorError.self) { try log.verify { $0[Self.bundle] = entries } }
            guard case .malformed(Self.bundle, _) = error else {
                Issue.record("\(count) entries: \(String(describing: error))")
                continue
            }
        }
    }

    @Test("tiles that changed places or levels, and changed tiles above, are found")
    func tiles() throws {
        let log = try SampleLog.foreign(70_000)
        #expect(try log.verify().form == .unknown)
        #expect(throws: MirrorError.differentEntry(0, bundle: "tile/entries/000", tile: "tile/0/000")) {
            try log.verify { ($0["tile/0/000"], $0["tile/0/001"]) = ($0["tile/0/001"], $0["tile/0/000"]) }
        }
        #expect(throws: MirrorError.differentEntry(256, bundle: "tile/entries/001", tile: "tile/0/001")) {
            try log.verify {
                ($0["tile/entries/001"], $0["tile/entries/002"]) = ($0["tile/entries/002"], $0["tile/entries/001"])
            }
        }
        for (path, position) in [("tile/1/000", 8191), ("tile/1/001.p/17", 3), ("tile/2/000.p/1", 0)] {
            #expect(throws: MirrorError.differentTile(path)) { try log.verify { $0[path]?[position] ^= 1 } }
            #expect(throws: MirrorError.missing(resource: path)) { try log.verify { $0[path] = nil } }
        }
        #expect(throws: MirrorError.differentTile("tile/1/001.p/17")) {
            try log.verify { $0["tile/1/001.p/17"] = Array(($0["tile/1/000"] ?? [])[..<(17 * 32)]) }
        }
    }

    @Test("a checkpoint of another log, of another key, or with other line ends is refused")
    func checkpoints() throws {
        let other = try SampleLog(log.entries, origin: "log.example/other")
        #expect(
            throws: MirrorError.untrusted(
                resource: "checkpoint", .wrongOrigin(expected: "log.example", found: "log.example/other"))
        ) { try log.verify { $0["checkpoint"] = other.resources["checkpoint"] } }
        let stranger = try SampleLog(log.entries, seed: 9)
        #expect(
            throws: MirrorError.untrusted(
                resource: "checkpoint", .notSigned(by: [log.signer.verifierKey.name]))
        ) { try log.verify { $0["checkpoint"] = stranger.resources["checkpoint"] } }
        let note = String(decoding: log.resources["checkpoint"] ?? [], as: UTF8.self)
        for text in [
            note.replacing("\n", with: "\r\n"), note.replacing("\n6\n", with: "\n06\n"),
            note.replacing("=\n", with: "\n"), note + "— a b\n", "\n" + note,
        ] {
            #expect(throws: MirrorError.self) { try log.verify { $0["checkpoint"] = Array(text.utf8) } }
        }
    }

    @Test("a root that no entries give is found even when it was signed")
    func wrongRoot() throws {
        let note = try log.sign(TreeHead(size: 6, root: MerkleTree.emptyRoot))
        #expect(throws: MirrorError.wrongRoot(log.head.root.base64)) {
            try log.verify { $0["checkpoint"] = note.bytes }
        }
    }

    @Test("an older checkpoint put back asks for what is not there; one beyond the entries too")
    func replayed() throws {
        let old = try SampleLog.punctual(3)
        #expect(throws: MirrorError.missing(resource: "tile/entries/000.p/3")) {
            try log.verify { $0["checkpoint"] = old.resources["checkpoint"] }
        }
        let note = try log.sign(TreeHead(size: 600, root: log.head.root))
        #expect(throws: MirrorError.missing(resource: "tile/entries/000")) {
            try log.verify { $0["checkpoint"] = note.bytes }
        }
    }
}

/// An operator who signs everything anew: what is left to find are the rules of our own entries.
@Suite("A published log whose operator changed it and signed it again")
struct ResignedTests {
    private func finding(_ entries: [[UInt8]]) throws -> AuditFinding? {
        let log = try SampleLog(entries)
        do throws(MirrorError) {
            _ = try log.verify()
            return nil
        } catch .entry(let finding) {
            return finding
        }
    }

    @Test("an entry dropped, doubled, moved or changed breaks the chain")
    func chain() throws {
        let entries = try SampleLog.punctual(8).entries
        for index in 1..<8 {
            var dropped = entries
            dropped.remove(at: index)
            // Without the last one, nothing shows: only who knows the larger checkpoint can tell.
            let expected = index == 7 ? nil : AuditFinding.Reason.wrongSequence(found: UInt64(index + 1))
            #expect(try finding(dropped)?.reason == expected)
            var doubled = entries
            doubled.insert(entries[index], at: index)
            #expect(try finding(doubled)?.reason == .wrongSequence(found: UInt64(index)))
        }
        var changed = entries
        changed[3] = Array(String(decoding: entries[3], as: UTF8.self).replacing("entry 3", with: "entry x").utf8)
        #expect(try finding(changed)?.reason == .brokenChain)
        #expect(try finding(changed)?.position == 4)
        changed[3] = Array("not an entry".utf8)
        guard case .malformed = try finding(changed)?.reason else {
            Issue.record("an entry that is none")
            return
        }
    }

    @Test("a log written anew from the start holds, and forks from the one that somebody kept")
    func rewritten() throws {
        let kept = try SampleLog.punctual(400)
        let rewritten = try SampleLog.punctual(500) { $0 == 7 ? "something else" : "entry \($0)" }
        #expect(try rewritten.verify().form == .punctual)
        let first = LogComparison.View(
            name: "kept", checkpoint: try kept.trust.newest(of: kept.source()), source: nil)
        let second = LogComparison.View(
            name: "now", checkpoint: try rewritten.trust.newest(of: rewritten.source()), source: rewritten.source())
        guard case .forked(let proof) = try LogComparison.compare(first, second) else {
            Issue.record("no fork was found")
            return
        }
        #expect(try proof.verify(logKeys: [kept.signer.verifierKey]).smaller == kept.head)
    }
}
