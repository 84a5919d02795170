import CanonicalJSON
import Settlement
import Temporal
import TestSupport
import Testing
import TransparencyLog

private let start = LogBuilder.start
private let hour = LogBuilder.hour
private let day = LogBuilder.day
private let due = start + 8 * hour

@Suite("The form of entries")
struct EntryFormTests {
    private static func paid() -> LogBuilder {
        var log = LogBuilder.standard()
        log.accept("r1", at: start, due: due, type: "Diploma")
        log.hold("r1", at: start, until: start + 30 * day)
        log.resume("r1", at: start, due: due)
        log.issue("r1", at: due + 1)
        log.breach("r1", at: due + 1, due: due)
        log.post(Posting(rid: "r1", t: due + 1, minor: 500))
        log.add("credential.revoked", "r1", at: due + 1)
        log.add("credential.status", "r1", at: due + 1, ["purpose": "suspension", "value": 1])
        log.add("log.key", at: due + 1, ["key": "key", "state": "added"])
        log.add("institution.added", at: due + 1, ["tenant": "acme"], cm: LogBuilder.commitments)
        return log
    }

    /// The facts of each type of entry, by the page's table; of some, whether they may be absent.
    static let facts: [(type: String, facts: [String], optional: [String])] = [
        ("log.opened", ["issuer", "logKey", "url"], []),
        ("log.key", ["key", "state"], []),
        ("institution.added", ["tenant"], []),
        ("policy.published", ["hash", "document", "effectiveAt"], []),
        (
            "request.accepted",
            ["tenant", "tier", "review", "objective", "acceptedAt", "dueAt", "serviceLevel", "compensation"],
            ["credentialType"]
        ),
        ("request.held", ["reason", "evidence"], ["until"]),
        ("request.resumed", ["dueAt"], []),
        ("sla.breach", ["objective", "dueAt", "serviceLevel"], []),
        (
            "compensation.post",
            [
                "claimKey", "objective", "compensation", "tier", "benefit", "benefitType", "unit", "minor", "journal",
                "trail",
            ], ["from", "until"]
        ),
        ("notice.queued", ["notice"], []),
        ("key.added", ["did", "from", "issuer", "key"], []),
        ("credential.issued", ["key", "securing"], []),
        ("credential.status", ["purpose", "value"], []),
        ("credential.revoked", [], []),
    ]

    private func isMalformed(_ log: LogBuilder) throws -> Bool {
        try log.report(at: due).kinds.contains(.malformedEntry)
    }

    @Test("each fact of the table is required or optional, and has one type", arguments: facts.indices)
    func table(_ index: Int) throws {
        let (type, required, optional) = Self.facts[index]
        #expect(try !isMalformed(Self.paid()))
        for name in required + optional {
            for value: JSON? in [nil, .null, [["a": 1], "b"], true, -1, "x"] {
                var log = Self.paid()
                guard let place = log.drafts.firstIndex(where: { $0.type == type }) else { break }
                let right = log.drafts[place].facts[name]
                log.drafts[place].facts[name] = value
                let expected = Self.isWrong(value, where: right, name, mayBeAbsent: optional.contains(name))
                #expect(try isMalformed(log) == expected, "\(name) = \(value?.canonicalString ?? "absent")")
            }
        }
        var log = Self.paid()
        log.change(type) { $0.facts["zz"] = 1 }
        #expect(try isMalformed(log))
        log = Self.paid()
        log.change(type) { $0.facts["a"] = 1 }
        #expect(try isMalformed(log))
    }

    /// Facts that have only these values, facts of any shape, numbers and texts.
    private static func isWrong(_ value: JSON?, where right: JSON?, _ name: String, mayBeAbsent: Bool) -> Bool {
        guard let value else { return !mayBeAbsent }
        if ["document", "journal", "trail"].contains(name) { return false }
        if ["objective", "tier", "review", "benefitType", "notice", "state"].contains(name), right?.stringValue != nil {
            return true
        }
        switch right {
        case .integer: return value.integerValue == nil
        default: return value.stringValue == nil
        }
    }

    @Test("entries about requests name one, and others do not", arguments: Self.facts.map(\.type))
    func request(_ type: String) throws {
        var log = Self.paid()
        log.change(type) { $0.rid = $0.rid == nil ? "r1" : nil }
        #expect(try isMalformed(log))
    }

    @Test("the first event of a request is its acceptance, and no other is")
    func firstEvent() throws {
        var log = LogBuilder.standard()
        log.issue("r1", at: start)
        #expect(try log.report(at: start).findings.map(\.kind) == [.misplacedEntry])
        log = .standard()
        log.accept("r1", at: start, due: due)
        log.accept("r1", at: start, due: due)
        #expect(try log.report(at: start).findings.map(\.kind) == [.misplacedEntry])
    }

    @Test("the log begins with log.opened")
    func opened() throws {
        var log = LogBuilder.standard()
        log.drafts.removeFirst()
        #expect(try log.report(at: start).findings.map(\.kind) == [.misplacedEntry])
    }

    @Test("an entry left out, doubled or swapped is found once, and time stands still where it goes back")
    func sequence() throws {
        let entries = try Self.paid().entries()
        func kinds(_ order: [Int]) -> [Finding.Kind] {
            var recomputation = Recomputation()
            for index in order { recomputation.read(entries[index]) }
            return recomputation.finish(at: .earliest).findings.map(\.kind)
        }
        #expect(kinds(Array(entries.indices)) == [])
        #expect(kinds([0, 1, 2, 3, 4, 5, 6, 8, 9]).contains(.misplacedEntry))
        #expect(kinds([0, 1, 2, 2]) == [.misplacedEntry, .policyVersionOrder])
        #expect(kinds([0, 1, 3, 2]) == [.misplacedEntry, .misplacedEntry])
        var log = LogBuilder.standard()
        log.accept("r1", at: start, due: due, loggedAt: start + 5)
        log.issue("r1", at: start + 4)
        #expect(try log.report(at: due).findings.map(\.kind) == [.misplacedEntry])
    }

    @Test("every entry that is cut short is malformed, and stops nothing")
    func truncated() throws {
        for entry in try Self.paid().entries() {
            for count in 0..<entry.bytes.count {
                var recomputation = Recomputation()
                recomputation.read(Array(entry.bytes.prefix(count)))
                #expect(recomputation.finish(at: .earliest).findingCounts == [.malformedEntry: 1])
            }
        }
    }

    @Test("no change of a byte stops the recomputation", arguments: [1, 2, 3] as [UInt64])
    func garbled(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let entries = try Self.paid().entries()
        for _ in 0..<400 {
            var recomputation = Recomputation { _ in nil }
            for entry in entries {
                var bytes = entry.bytes
                if Int.random(in: 0..<3, using: &random) == 0 {
                    let place = Int.random(in: 0..<bytes.count, using: &random)
                    bytes[place] = Array("\"\\{}[],:019-tfnazA\u{0}\u{7F}".utf8).randomElement(using: &random) ?? 0
                }
                recomputation.read(bytes)
            }
            #expect(recomputation.finish(at: Instant(milliseconds: due + 100 * day)).entries == entries.count)
        }
    }

    @Test("of very many findings the first ones are kept, and all are counted")
    func many() throws {
        var recomputation = Recomputation()
        for _ in 0..<10_500 { recomputation.read([]) }
        let report = recomputation.finish(at: .earliest)
        #expect(report.findings.count == 10_000 && report.findingCounts == [.malformedEntry: 10_500])
    }
}
