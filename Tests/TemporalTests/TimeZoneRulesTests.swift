import Foundation
import Temporal
import TestSupport
import Testing

@Suite("Rules of time zones, RFC 9636")
struct TimeZoneRulesTests {
    @Test(
        "3.1/4 odd zones show what they showed",
        arguments: [
            // Half an hour of summer time.
            ("Australia/Lord_Howe", "2026-04-04T14:59:59Z", "2026-04-05T01:59:59+11:00"),
            ("Australia/Lord_Howe", "2026-04-04T15:00:00Z", "2026-04-05T01:30:00+10:30"),
            // 30 December 2011 was left out.
            ("Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-29T23:59:59-10:00"),
            ("Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31T00:00:00+14:00"),
            // An hour back for Ramadan.
            ("Africa/Casablanca", "2026-02-15T01:59:59Z", "2026-02-15T02:59:59+01:00"),
            ("Africa/Casablanca", "2026-02-15T02:00:00Z", "2026-02-15T02:00:00+00:00"),
            ("Asia/Kathmandu", "1985-12-31T18:30:00Z", "1986-01-01T00:15:00+05:45"),
            ("Europe/Berlin", "2026-03-29T00:59:59Z", "2026-03-29T01:59:59+01:00"),
            ("Europe/Berlin", "2026-03-29T01:00:00Z", "2026-03-29T03:00:00+02:00"),
            ("Europe/Berlin", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00+01:00"),
            // The winter is what is saved.
            ("Europe/Dublin", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00+00:00"),
            ("Europe/Dublin", "2026-07-01T00:00:00Z", "2026-07-01T01:00:00+01:00"),
            // Beyond every list, and beyond four hundred years of the rule.
            ("Europe/Berlin", "2500-07-01T00:00:00Z", "2500-07-01T02:00:00+02:00"),
            ("Europe/Berlin", "9999-07-01T00:00:00.5Z", "9999-07-01T02:00:00.500+02:00"),
            // Before zones, by the sun.
            ("Europe/Berlin", "1800-01-01T00:00:00Z", "1800-01-01T00:53:28+00:53:28"),
            ("Antarctica/Troll", "2026-07-01T00:00:00Z", "2026-07-01T02:00:00+02:00"),
        ])
    func known(zone: String, instant: String, local: String) throws {
        #expect(try Zones.rules(zone).localTime(at: Zones.at(instant)).description == local)
    }

    @Test(
        "a yearly rule is read from the string of POSIX",
        arguments: [
            ("UTC0", "2026-07-01T00:00:00Z", 0), ("<+0530>-5:30", "2026-07-01T00:00:00Z", 19_800),
            ("EST5EDT,M3.2.0,M11.1.0", "2026-07-01T00:00:00Z", -14_400),
            ("EST5EDT,M3.2.0,M11.1.0", "2026-12-01T00:00:00Z", -18_000),
            // Summer time all year, as RFC 9636 writes it.
            ("EST5EDT,0/0,J365/25", "2026-01-01T05:00:00Z", -14_400),
            ("EST5EDT,0/0,J365/25", "2026-12-31T23:00:00Z", -14_400),
            // Hours of other days.
            ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T00:59:59Z", -7200),
            ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T01:00:00Z", -3600),
            // The fourth Thursday and 50 hours later.
            ("EET-2EEST,M3.4.4/50,M10.4.4/50", "2026-03-27T23:59:59Z", 7200),
            ("EET-2EEST,M3.4.4/50,M10.4.4/50", "2026-03-28T00:00:00Z", 10_800),
            // The south begins its year in summer.
            ("AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-01-01T00:00:00Z", 39_600),
            // 29 February is passed over, or counted.
            ("AAA0BBB,J60/0,J300/0", "2028-02-29T23:59:59Z", 0), ("AAA0BBB,J60/0,J300/0", "2028-03-01T00:00:00Z", 3600),
            ("AAA0BBB,59/0,300/0", "2028-02-29T00:00:00Z", 3600),
        ])
    func posix(text: String, instant: String, offset: Int) throws {
        let rules = try TimeZoneRules(
            initialOffset: YearlyRule(posix: text).standardOffset, transitions: [], rule: YearlyRule(posix: text))
        #expect(try rules.offset(at: Zones.at(instant)) == offset)
    }

    @Test(
        "what is no such string is refused",
        arguments: [
            "", "U0", "UTC", "UTC25", "UTC0x", "UTC0:60", "EST5EDT", "EST5EDT,M3.2.0", "EST5EDT,M13.2.0,M11.1.0",
            "EST5EDT,M3.6.0,M11.1.0", "EST5EDT,M3.2.7,M11.1.0", "EST5EDT,J0,J5", "EST5EDT,J366,J5", "EST5EDT,366,5",
            "EST5EDT,M3.2.0/168,M11.1.0", "EST5EDT,M3.2.0,M11.1.0,", "<UTC0", "<é>0",
            String(repeating: "A", count: 100) + "0",
        ])
    func notPOSIX(text: String) { #expect(throws: TemporalError.self) { try YearlyRule(posix: text) } }

    @Test("one zone is one value, however much of its rule a file lists")
    func canonical() throws {
        for name in Zones.names {
            let rules = try Zones.rules(name)
            var listed = rules.transitions
            let last = listed.last?.at ?? 0
            for at in try Zones.transitions(rules, 1960...2037) where at / 1000 > last {
                listed.append(.init(at: at / 1000, offset: rules.offset(at: Instant(milliseconds: at))))
            }
            listed.sort { $0.at < $1.at }
            // And one that changes nothing.
            if let first = listed.first {
                listed.insert(.init(at: first.at - 86_400, offset: rules.initialOffset), at: 0)
            }
            let long = try TimeZoneRules(initialOffset: rules.initialOffset, transitions: listed, rule: rules.rule)
            #expect(long == rules, "\(name)")
            #expect(long.transitions == rules.transitions, "\(name)")
        }
    }

    @Test("rules that contradict themselves are refused")
    func contradictions() throws {
        let berlin = try YearlyRule(posix: "CET-1CEST,M3.5.0,M10.5.0/3")
        func make(_ initial: Int, _ transitions: [(Int64, Int)], _ rule: YearlyRule) throws -> TimeZoneRules {
            try TimeZoneRules(
                initialOffset: initial, transitions: transitions.map { .init(at: $0.0, offset: $0.1) }, rule: rule)
        }
        #expect(throws: TemporalError.self) { try make(0, [(0, 7200)], berlin) }
        #expect(throws: TemporalError.self) { try make(0, [(100, 3600), (0, 3600)], berlin) }
        #expect(throws: TemporalError.self) { try make(0, [(0, 100_000)], berlin) }
        #expect(throws: TemporalError.self) { try make(100_000, [(0, 3600)], berlin) }
        #expect(throws: TemporalError.self) { try make(0, [(1 << 40, 3600)], berlin) }
        #expect(throws: TemporalError.self) { try make(7200, [], YearlyRule(posix: "CET-1")) }
        #expect(try make(0, [(0, 3600)], berlin).rule == berlin)
    }

    @Test(
        "names lead nowhere but into the database",
        arguments: [
            "", "/etc/passwd", "../etc/passwd", "Europe/../../x", "Europe/.", "Europe//Berlin", "-x", "a b",
            "Europe/Bérlin",
            "Europe\\Berlin", "a\u{0}b", String(repeating: "a", count: 65), "a/b/c/d", "Europe/",
        ])
    func names(name: String) {
        #expect(throws: TemporalError.self) { try ZoneName(parsing: name) }
    }

    @Test("names of zones are taken as they are")
    func goodNames() throws {
        for name in Zones.names + ["Etc/GMT+5", "America/Argentina/Buenos_Aires", "GMT0", "EST5EDT"] {
            #expect(try ZoneName(parsing: name).text == name)
        }
    }
}

@Suite("Files of time zones, RFC 9636")
struct TZifTests {
    static func number(_ value: Int64, _ count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * Int64($0))) }
    }

    static func header(_ version: UInt8, _ counts: [Int64]) -> [UInt8] {
        Array("TZif".utf8) + [version] + [UInt8](repeating: 0, count: 15) + counts.flatMap { number($0, 4) }
    }

    /// A file with one transition from UTC to an hour ahead, at the start of 1970.
    static func file(
        version: UInt8 = 0x32, footer: String = "\nAAA-1\n", counts: [Int64] = [0, 0, 0, 1, 2, 4], type: UInt8 = 1
    ) -> [UInt8] {
        let types = number(0, 4) + [0, 0] + number(3600, 4) + [0, 0]
        let names = Array("AAA\u{0}".utf8)
        let short = header(version, [0, 0, 0, 1, 2, 4]) + number(0, 4) + [1] + types + names
        guard version != 0 else { return short }
        return short + header(version, counts) + number(0, 8) + [type] + types + names + Array(footer.utf8)
    }

    @Test("versions 1 to 4 are read", arguments: [0, 0x32, 0x33, 0x34] as [UInt8])
    func versions(version: UInt8) throws {
        let rules = try TimeZoneRules(parsing: Self.file(version: version))
        #expect(rules.initialOffset == 0)
        #expect(rules.transitions == [.init(at: 0, offset: 3600)])
        #expect(rules.offset(at: Instant(milliseconds: -1)) == 0)
        #expect(rules.offset(at: Instant(milliseconds: 0)) == 3600)
        #expect(rules.offset(at: .latest) == 3600)
    }

    @Test("an empty footer leaves the last offset, for ever")
    func emptyFooter() throws {
        #expect(try TimeZoneRules(parsing: Self.file(footer: "\n\n")) == TimeZoneRules(parsing: Self.file()))
    }

    static let refused: [(String, [UInt8])] = [
        ("nothing", []), ("a text", Array("hello, this is not a zone".utf8)),
        ("a later version", file(version: 0x35)), ("a wrong magic", [0x55] + file().dropFirst()),
        ("a cut file", Array(file().dropLast(3))), ("a cut header", Array(file().prefix(40))),
        ("no footer", file(footer: "")), ("half a footer", file(footer: "\nAAA-1")),
        ("more after the footer", file(footer: "\nAAA-1\nx")), ("a footer of two lines", file(footer: "\nAAA-1\n\n")),
        ("a footer that is none", file(footer: "\nnonsense\n")), ("a footer not in ASCII", file(footer: "\nÄÄÄ-1\n")),
        ("a footer that contradicts", file(footer: "\nAAA-2\n")), ("no types", file(counts: [0, 0, 0, 1, 0, 4])),
        ("leap seconds", file(counts: [0, 0, 1, 1, 2, 4])),
        ("too many transitions", file(counts: [0, 0, 0, 9000, 2, 4])),
        ("negative counts", file(counts: [0, 0, 0, -1, 2, 4])),
        ("huge counts", file(counts: [0, 0, 0, 1, 2, 1 << 30])),
        ("wrong indicators", file(counts: [1, 0, 0, 1, 2, 4])), ("a type that is not there", file(type: 2)),
        ("bytes after version 1", file(version: 0) + [0]),
        ("an endless file", [UInt8](repeating: 0x54, count: 1 << 17)),
    ]

    @Test("what is no such file is refused", arguments: refused)
    func refusals(name: String, bytes: [UInt8]) {
        #expect(throws: TemporalError.self) { try TimeZoneRules(parsing: bytes) }
    }

    @Test("no file stops the reader: whatever it reads can be asked, in bounded time")
    func fuzz() throws {
        var random = SeededRandom(seed: 41)
        let originals = try Zones.names.map(Zones.bytes)
        var read = 0
        for _ in 0..<2000 {
            var bytes = originals[Int.random(in: 0..<originals.count, using: &random)]
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
                default: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                }
            }
            guard let rules = try? TimeZoneRules(parsing: bytes) else { continue }
            read += 1
            for at in [Instant.earliest, .latest, Instant(milliseconds: 0), Instant(milliseconds: 1_800_000_000_000)] {
                #expect(abs(rules.offset(at: at)) < 100_000)
            }
        }
        #expect(read > 100)
    }
}
