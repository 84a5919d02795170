import Cryptography
import Issuance
import Temporal
import Testing
import Timestamping

@Suite("What is due")
struct AgendaTests {
    static let start = Instant(milliseconds: 1_800_000_000_000)
    static let calendar = "https://calendar.example"

    static func seconds(_ count: Int64) -> Instant { start + Milliseconds(count * 1000) }
    static let hour: Int64 = 3600
    static let day: Int64 = 86_400

    static func agenda(
        authorities: [String] = [], calendars: [String] = [calendar], size: Int64? = nil, keptAt: Instant = start
    ) throws -> TimestampAgenda {
        let roots = authorities.isEmpty ? nil : try Scene.anyRoots.get()
        var agenda = TimestampAgenda(
            try TimestampSettings(authorities: authorities, calendars: calendars, roots: roots))
        if let size { agenda.found(size: size, source: calendar, at: keptAt) }
        agenda.surveyed(pending: [], renewals: [], at: start)
        return agenda
    }

    static func place(_ size: Int64, _ source: String = calendar, _ number: Int64 = 0) -> TokenPlace {
        TokenPlace(size: size, source: source, number: number)
    }

    @Test("first everything kept is looked through, then daily")
    func survey() throws {
        var agenda = TimestampAgenda(
            try TimestampSettings(authorities: [], calendars: [Self.calendar], roots: nil))
        #expect(agenda.due(at: Self.start, size: 5) == [.survey])
        agenda.surveyed(pending: [], renewals: [], at: Self.start)
        #expect(agenda.due(at: Self.start, size: 0) == [])
        #expect(agenda.due(at: Self.seconds(Self.day - 1), size: 0) == [])
        #expect(agenda.due(at: Self.seconds(Self.day), size: 0) == [.survey])
    }

    @Test("after a start a log that grew is stamped at once, one that did not is not")
    func start() throws {
        #expect(try Self.agenda().due(at: Self.start, size: 1) == [.stamp(source: Self.calendar)])
        #expect(try Self.agenda(size: 7).due(at: Self.seconds(1), size: 8) == [.stamp(source: Self.calendar)])
        #expect(try Self.agenda(size: 7).due(at: Self.seconds(100 * Self.hour), size: 7) == [.survey])
        #expect(try Self.agenda(size: 7).due(at: Self.seconds(Self.day - 1), size: 7) == [])
    }

    /// Seconds after a stamp over size 7, the size then, the urgent entry, and whether a stamp is due.
    static let table: [(Int64, Int64, Int64?, Bool)] = [
        (0, 8, nil, false), (59, 8, nil, false), (60, 8, nil, false), (3599, 8, nil, false), (3600, 8, nil, true),
        (3600, 7, nil, false), (80_000, 7, nil, false), (80_000, 9, nil, true),
        // Urgent, and not covered by the size that was stamped: after the minute, not before.
        (59, 8, 7, false), (60, 8, 7, true), (60, 9, 8, true), (60, 500, 300, true),
        // Urgent, but covered.
        (60, 8, 6, false), (3599, 8, 0, false),
    ]

    @Test("hourly when the log grew, within a minute when it is urgent", arguments: table)
    func stamp(after seconds: Int64, size: Int64, urgent: Int64?, isDue: Bool) throws {
        var agenda = try Self.agenda()
        agenda.stamped(Self.place(7), isPromise: false, at: Self.start)
        if let urgent { agenda.hear(urgent: urgent) }
        #expect(agenda.due(at: Self.seconds(seconds), size: size) == (isDue ? [.stamp(source: Self.calendar)] : []))
    }

    @Test("a clock that went back says nothing about how long it was: everything may be asked again")
    func backwards() throws {
        var agenda = try Self.agenda()
        agenda.stamped(Self.place(7), isPromise: false, at: Self.start)
        #expect(agenda.due(at: Self.seconds(-1), size: 8) == [.survey])
        agenda.surveyed(pending: [], renewals: [], at: Self.seconds(-1))
        #expect(agenda.due(at: Self.seconds(-1), size: 8) == [.stamp(source: Self.calendar)])
        #expect(agenda.due(at: Self.seconds(-1), size: 7) == [])
    }

    @Test("many breaches share one question a minute")
    func coalesced() throws {
        var agenda = try Self.agenda(size: 0)
        var questions = 0
        for second in 0..<600 {
            agenda.hear(urgent: Int64(second))
            for task in agenda.due(at: Self.seconds(Int64(second)), size: Int64(second + 1)) {
                #expect(task == .stamp(source: Self.calendar))
                questions += 1
                agenda.stamped(Self.place(Int64(second + 1)), isPromise: false, at: Self.seconds(Int64(second)))
            }
        }
        #expect(questions == 10)
    }

    @Test("a source that fails is asked less and less, and one that answers again as before")
    func backOff() throws {
        var agenda = try Self.agenda()
        var asked: [Int64] = []
        for second in 0..<(5 * Self.hour) where agenda.due(at: Self.seconds(second), size: 9) != [] {
            asked.append(second)
            agenda.failed(Self.calendar, at: Self.seconds(second))
        }
        let waits = zip(asked.dropFirst(), asked).map { $0 - $1 }
        #expect(waits == [120, 240, 480, 960, 1920, 3600, 3600, 3600])
        agenda.stamped(Self.place(9), isPromise: false, at: Self.seconds(Self.day / 2))
        agenda.hear(urgent: 9)
        #expect(agenda.due(at: Self.seconds(Self.day / 2 + 60), size: 10) == [.stamp(source: Self.calendar)])
    }

    @Test("a promise is looked after in ten minutes, then less and less, until it is kept")
    func promises() throws {
        var agenda = try Self.agenda()
        agenda.stamped(Self.place(7), isPromise: true, at: Self.start)
        var asked: [Int64] = []
        for second in 0..<(23 * Self.hour) {
            let tasks = agenda.due(at: Self.seconds(second), size: 7)
            guard tasks == [.upgrade(Self.place(7))] else {
                #expect(tasks == [])
                continue
            }
            asked.append(second)
            agenda.postponed(Self.place(7), at: Self.seconds(second))
            agenda.answered(Self.calendar, at: Self.seconds(second))
        }
        #expect(zip(asked, [0] + asked).map { $0 - $1 } == [600, 1200, 2400, 4800, 9600, 19_200, 21_600, 21_600])
        agenda.settled(Self.place(7))
        #expect(agenda.due(at: Self.seconds(Self.day - 1), size: 7) == [])
    }

    @Test("promises from before the start are asked about at once, the newest 1,024 of them")
    func foundPromises() throws {
        var agenda = try Self.agenda(size: 2000)
        agenda.surveyed(pending: (1...2000).map { Self.place($0) }, renewals: [], at: Self.start)
        #expect(agenda.due(at: Self.start, size: 2000) == [.upgrade(Self.place(977))])
        agenda.settled(Self.place(977))
        #expect(agenda.due(at: Self.start, size: 2000) == [.upgrade(Self.place(978))])
    }

    @Test("renewals wait for stamps, go to their own authority, and to the first when that is not asked any more")
    func renewals() throws {
        let (first, second) = ("https://one.example", "https://two.example")
        var agenda = try Self.agenda(authorities: [first, second], calendars: [])
        let gone = Self.place(1, "https://gone.example")
        let own = Self.place(2, second, 3)
        agenda.surveyed(pending: [], renewals: [gone, own], at: Self.start)
        #expect(agenda.due(at: Self.start, size: 9) == [.stamp(source: first), .stamp(source: second)])
        for source in [first, second] {
            agenda.stamped(Self.place(9, source), isPromise: false, at: Self.start)
        }
        #expect(agenda.due(at: Self.seconds(59), size: 9) == [])
        #expect(
            agenda.due(at: Self.seconds(60), size: 9) == [
                .renew(gone, authority: first), .renew(own, authority: second),
            ])
        agenda.renewed(gone)
        agenda.answered(first, at: Self.seconds(60))
        #expect(agenda.due(at: Self.seconds(120), size: 9) == [.renew(own, authority: second)])
        agenda.renewed(own)
        #expect(agenda.due(at: Self.seconds(180), size: 9) == [])
    }

    @Test(
        "settings that cannot work are refused",
        arguments: [
            (["ftp://a.example"], []), (["a.example"], []), ([], ["http://a.example", "http://a.example/"]),
            ([], (1...17).map { "http://\($0).example" }), (["http://a.example"], []),
        ] as [([String], [String])])
    func settings(authorities: [String], calendars: [String]) throws {
        let roots = authorities == ["http://a.example"] ? nil : try Scene.anyRoots.get()
        #expect(throws: TimestampingError.self) {
            try TimestampSettings(authorities: authorities, calendars: calendars, roots: roots)
        }
    }
}
