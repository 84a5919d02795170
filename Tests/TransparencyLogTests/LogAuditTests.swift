import Cryptography
import TestSupport
import Testing
import TransparencyLog

@Suite("Audit of a whole log")
struct LogAuditTests {
    private let log: SampleLog
    private let events = ["a", nil, "b", "a", "a", nil, "b", "c"]

    init() throws { log = try SampleLog(events: events) }

    private func audit(_ entries: [[UInt8]], against checkpoint: VerifiedCheckpoint) -> AuditFinding? {
        var audit = LogAudit(against: checkpoint)
        do {
            for entry in entries { try audit.check(entry) }
            try audit.finish()
            return nil
        } catch {
            return error
        }
    }

    @Test("a good log passes, and its head can be read on the way")
    func good() throws {
        var audit = LogAudit(against: try log.checkpoint())
        for (index, entry) in log.entries.enumerated() {
            #expect(audit.size == UInt64(index))
            #expect(audit.head == (try log.tree.head(UInt64(index))))
            #expect(try audit.check(entry.bytes) == entry.leafHash)
        }
        try audit.finish()
        #expect(self.audit([], against: try SampleLog().checkpoint()) == nil)
    }

    @Test("more requests than fit at first are told apart, be their identifiers numbers or not")
    func manyRequests() throws {
        let digits = (0..<900).map { String($0, radix: 16) }.map { String(repeating: "0", count: 12 - $0.count) + $0 }
        let numbers = digits.map { "0190d6a0-7b2e-7cc3-98c4-\($0)" }
        // Not the form of a UUID, so another request than the one of the same letters.
        let others = [numbers[10].uppercased(), numbers[11] + "0", String(numbers[12].dropLast()), "r"]
        var long = try SampleLog(events: numbers + others + numbers.suffix(40) + others)
        #expect(audit(long.entries.map(\.bytes), against: try long.checkpoint()) == nil)
        long.append(try long.next(request: LogEntry.Request(first: numbers[7])))
        #expect(
            audit(long.entries.map(\.bytes), against: try long.checkpoint())?.reason
                == .wrongRequestEvent(rid: numbers[7], rn: 0, expected: 1))
    }

    /// Puts `entry` behind the first `count` entries, as a log that signs whatever it has would.
    private func audit(
        after count: Int, with spoil: (SampleLog) throws -> LogEntry
    ) throws -> AuditFinding? {
        var spoiled = try SampleLog(events: Array(events[..<count]))
        spoiled.append(try spoil(spoiled))
        return audit(spoiled.entries.map(\.bytes), against: try spoiled.checkpoint())
    }

    @Test("each broken rule is found at its entry, though the checkpoint covers it", arguments: [0, 3, 8])
    func rules(count: Int) throws {
        let wrong = MerkleTree.leafHash([])
        let cases: [(AuditFinding.Reason, (SampleLog) throws -> LogEntry)] = [
            (.wrongOrigin, { try $0.next(origin: "log.example/") }),
            (.wrongSequence(found: UInt64(count) + 1), { try $0.next(seq: UInt64(count) + 1) }),
            (.brokenChain, { try $0.next(prev: wrong) }),
            (
                .wrongRequestEvent(rid: "z", rn: 1, expected: 0),
                { try $0.next(request: LogEntry.Request(rid: "z", rn: 1, rprev: wrong)) }
            ),
        ]
        for (reason, spoil) in cases {
            let finding = try audit(after: count, with: spoil)
            #expect(finding?.position == UInt64(count) && finding?.reason == reason)
        }
        #expect(try audit(after: count) { try $0.next() } == nil, "the entry that the cases spoil is a good one")
    }

    @Test("time that runs backwards, a request begun twice, a gap in it and a wrong rprev are found")
    func rulesWithHistory() throws {
        let wrong = MerkleTree.leafHash([])
        let last = log.entries[4].leafHash
        let cases: [(AuditFinding.Reason, (SampleLog) throws -> LogEntry)] = [
            (.timeRunsBackwards, { try $0.next(t: 1) }),
            (.wrongRequestEvent(rid: "a", rn: 0, expected: 3), { try $0.next(request: LogEntry.Request(first: "a")) }),
            (
                .wrongRequestEvent(rid: "a", rn: 2, expected: 3),
                { try $0.next(request: LogEntry.Request(rid: "a", rn: 2, rprev: last)) }
            ),
            (
                .wrongRequestEvent(rid: "a", rn: 4, expected: 3),
                { try $0.next(request: LogEntry.Request(rid: "a", rn: 4, rprev: last)) }
            ),
            (
                .brokenRequestChain(rid: "a"),
                { try $0.next(request: LogEntry.Request(rid: "a", rn: 3, rprev: wrong)) }
            ),
            (
                .brokenRequestChain(rid: "a"),
                { log in try log.next(request: LogEntry.Request(rid: "a", rn: 3, rprev: log.entries[6].leafHash)) }
            ),
        ]
        for (reason, spoil) in cases {
            let finding = try audit(after: 8, with: spoil)
            #expect(finding?.position == 8 && finding?.reason == reason)
        }
        #expect(try audit(after: 8) { try $0.next(t: 2, request: $0.event(of: "a")) } == nil)
    }

    @Test("an entry dropped, doubled, swapped or exchanged is found where it is")
    func rearranged() throws {
        let checkpoint = try log.checkpoint()
        let good = log.entries.map(\.bytes)
        for position in good.indices {
            var dropped = good
            dropped.remove(at: position)
            let isLast = position == good.count - 1
            let finding = audit(dropped, against: checkpoint)
            #expect(finding?.position == UInt64(position))
            #expect(finding?.reason == (isLast ? .missing : .wrongSequence(found: UInt64(position) + 1)))

            let doubled = good[...position] + good[position...]
            #expect(audit(Array(doubled), against: checkpoint)?.position == UInt64(position) + 1)

            var swapped = good
            swapped.swapAt(position, (position + 3) % good.count)
            #expect(audit(swapped, against: checkpoint)?.position == UInt64(min(position, (position + 3) % good.count)))
        }
        let extra = try log.next().bytes
        #expect(audit(good + [extra], against: checkpoint)?.reason == .beyondCheckpoint)
        #expect(audit(good + [extra], against: checkpoint)?.position == 8)
    }

    @Test("every single-bit flip of every entry is found, at that entry or, in the last one, by the root")
    func bitFlips() throws {
        let checkpoint = try log.checkpoint()
        for position in log.entries.indices {
            let bytes = log.entries[position].bytes
            for bit in 0..<bytes.count * 8 {
                var entries = log.entries.map(\.bytes)
                entries[position][bit / 8] ^= 1 << UInt8(bit % 8)
                let finding = audit(entries, against: checkpoint)
                // Where the flip is in a fact, the entry is still a good one; the next no longer follows from it.
                #expect([UInt64(position), UInt64(position) + 1].contains(finding?.position), "bit \(bit)")
            }
        }
    }

    @Test("a log whose entries all follow from each other, but which is not the signed one, has the wrong root")
    func otherBranch() throws {
        var other = try SampleLog(events: Array(events[..<7]))
        other.append(try other.next(request: LogEntry.Request(first: "c"), text: "another history"))
        let finding = audit(other.entries.map(\.bytes), against: try log.checkpoint())
        #expect(finding?.reason == .wrongRoot(found: try other.tree.head(8).root))
        #expect(audit(log.entries.map(\.bytes), against: try log.checkpoint(root: MerkleTree.emptyRoot)) != nil)
    }

    @Test("after a finding the audit stays at it")
    func staysFailed() throws {
        var audit = LogAudit(against: try log.checkpoint())
        try audit.check(log.entries[0].bytes)
        let first = try #require(throws: AuditFinding.self) { try audit.check([1]) }
        #expect(first.position == 1)
        #expect(throws: first) { try audit.check(log.entries[1].bytes) }
        #expect(throws: first) { try audit.finish() }
    }
}

@Suite("Audit of one request")
struct RequestTimelineTests {
    private let log: SampleLog

    init() throws { log = try SampleLog(events: ["a", "b", "a", nil, "a", "b"]) }

    private func finding(_ evidence: [RequestTimeline.Evidence], in log: SampleLog? = nil) throws -> AuditFinding? {
        let checkpoint = try (log ?? self.log).checkpoint()
        do {
            _ = try RequestTimeline(verifying: evidence, in: checkpoint)
            return nil
        } catch {
            return error
        }
    }

    @Test("a complete timeline passes, and so does its beginning")
    func good() throws {
        let evidence = try log.evidence(of: "a")
        let timeline = try RequestTimeline(verifying: evidence, in: try log.checkpoint())
        #expect(timeline.events.map(\.seq) == [0, 2, 4])
        #expect(try finding(Array(evidence.dropLast())) == nil)
    }

    @Test("an event left out, doubled, out of order, of another request or of none is found")
    func gaps() throws {
        let a = try log.evidence(of: "a")
        let b = try log.evidence(of: "b")
        let none = try log.evidence(log.entries[3])
        for (evidence, position) in [
            ([], 0), ([a[1]], 0), ([a[1], a[2]], 0), ([a[0], a[2]], 1), ([a[1], a[0]], 0), ([a[0], a[0]], 1),
            ([a[0], b[1]], 1), ([a[0], a[1], none], 2), ([none], 0), ([b[0], a[1], a[2]], 1),
        ] as [([RequestTimeline.Evidence], UInt64)] {
            #expect(try finding(evidence)?.position == position)
        }
    }

    @Test("a perfect chain of entries that are not in the tree proves nothing (CVE-2022-36111)")
    func chainOutsideTheTree() throws {
        var forged = try SampleLog()
        for rid in ["a", "b", "a"] {
            forged.append(try forged.next(request: forged.event(of: rid), text: "another history"))
        }
        let events = try forged.evidence(of: "a")
        #expect(try finding(events, in: forged) == nil)
        #expect(try finding(events)?.position == 0)
        let mixed = [try log.evidence(of: "a")[0], events[1]]
        #expect(try finding(mixed)?.position == 1)
        for (real, fake) in zip(try log.evidence(of: "a"), events) {
            let borrowed = RequestTimeline.Evidence(entry: fake.entry, proof: real.proof)
            guard case .notIncluded = try finding([borrowed])?.reason else {
                Issue.record("a forged entry passed with a borrowed proof")
                continue
            }
        }
    }

    @Test("entries in the tree whose chain is broken do not pass either")
    func brokenChain() throws {
        let wrong = MerkleTree.leafHash([])
        let cases: [(AuditFinding.Reason, (SampleLog) throws -> LogEntry)] = [
            (.brokenRequestChain(rid: "a"), { try $0.next(request: LogEntry.Request(rid: "a", rn: 1, rprev: wrong)) }),
            (.brokenChain, { try $0.next(prev: wrong, request: $0.event(of: "a")) }),
            (.wrongOrigin, { try $0.next(origin: "other.example", request: $0.event(of: "a")) }),
            (.wrongRequestEvent(rid: "a", rn: 0, expected: 1), { try $0.next(request: LogEntry.Request(first: "a")) }),
        ]
        for (reason, spoil) in cases {
            var spoiled = try SampleLog(events: ["a"])
            spoiled.append(try spoil(spoiled))
            #expect(try finding(try spoiled.entries.map(spoiled.evidence), in: spoiled)?.reason == reason)
        }
        var backwards = try SampleLog()
        backwards.append(try backwards.next(t: 5, request: LogEntry.Request(first: "a")))
        backwards.append(try backwards.next(t: 4, request: backwards.event(of: "a")))
        #expect(try finding(try backwards.evidence(of: "a"), in: backwards)?.reason == .timeRunsBackwards)
        // The tree can hold an event before the one that it names: whoever makes the log knows both beforehand.
        var swapped = try SampleLog()
        let first = try swapped.next(seq: 1, request: LogEntry.Request(first: "a"))
        let second = LogEntry.Request(rid: "a", rn: 1, rprev: first.leafHash)
        swapped.append(try swapped.next(request: second))
        swapped.append(first)
        let evidence = try swapped.entries.reversed().map(swapped.evidence)
        #expect(try finding(evidence, in: swapped)?.reason == .wrongSequence(found: 0))
    }

    @Test("every single-bit flip of an entry or a proof is found")
    func bitFlips() throws {
        let evidence = try log.evidence(of: "b")
        for position in evidence.indices {
            let shown = evidence[position]
            for bit in 0..<shown.entry.count * 8 {
                var entry = shown.entry
                entry[bit / 8] ^= 1 << UInt8(bit % 8)
                var spoiled = evidence
                spoiled[position] = RequestTimeline.Evidence(entry: entry, proof: shown.proof)
                #expect(try finding(spoiled)?.position == UInt64(position))
            }
            for hash in shown.proof.indices {
                var proof = shown.proof
                proof[hash] = proof[hash].flipping(bit: hash * 31)
                var spoiled = evidence
                spoiled[position] = RequestTimeline.Evidence(entry: shown.entry, proof: proof)
                #expect(try finding(spoiled)?.position == UInt64(position))
            }
        }
    }
}
