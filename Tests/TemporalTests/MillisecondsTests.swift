import Temporal
import TestSupport
import Testing

@Suite("Milliseconds, ISO 8601 durations without calendar")
struct MillisecondsTests {
    @Test(
        "hours, minutes and seconds are read and written with the largest units first",
        arguments: [
            ("PT0S", 0, "PT0S"), ("PT2S", 2000, "PT2S"), ("PT5M", 300_000, "PT5M"), ("PT72H", 259_200_000, "PT72H"),
            ("PT1H30M", 5_400_000, "PT1H30M"), ("PT90M", 5_400_000, "PT1H30M"), ("PT5400S", 5_400_000, "PT1H30M"),
            ("PT1H1S", 3_601_000, "PT1H1S"), ("PT1M1S", 61_000, "PT1M1S"), ("PT1H2M3S", 3_723_000, "PT1H2M3S"),
            ("PT0H", 0, "PT0S"), ("PT007M", 420_000, "PT7M"), ("PT0H0M0S", 0, "PT0S"),
            ("PT876600H", 3_155_760_000_000, "PT876600H"), ("PT3155760000S", 3_155_760_000_000, "PT876600H"),
        ] as [(String, Int64, String)])
    func reads(text: String, count: Int64, written: String) throws {
        let length = try Milliseconds(iso8601: text)
        #expect(length == Milliseconds(count))
        #expect(length.iso8601 == written)
    }

    @Test(
        "everything else is refused",
        arguments: [
            "", "P", "PT", "T1H", "1H", "PT1", "PTH", "PTS", "PT1H30", "PT30M1H", "PT1S1M", "PT1H1H", "PT1S1S", "P1D",
            "P1W",
            "P1M", "P1Y", "P1DT1H", "PT1D", "PT-1H", "-PT1H", "+PT1H", "PT+1H", "PT1.5H", "PT0.5S", "PT1,5S", "pt1h",
            "PT1h",
            "PT 1H", "PT1H ", " PT1H", "PT1H\n", "PT１H", "PT1HH", "PTT1H", "PT1e3S", "PT0x1S", "PT1H\0", "PT1:30",
        ])
    func refuses(text: String) {
        #expect(throws: TemporalError.malformedDuration(text: text)) { try Milliseconds(iso8601: text) }
    }

    @Test(
        "more than a hundred years is refused, whatever the unit and however large the number",
        arguments: [
            "PT876601H", "PT876600H1S", "PT876600H1M", "PT3155760001S", "PT52596001M", "PT9223372036854775807S",
            "PT9223372036854775808H", "PT99999999999999999999999999999999999999999999999999H",
        ])
    func refusesOverflow(text: String) {
        #expect(throws: TemporalError.durationTooLong(text: text)) { try Milliseconds(iso8601: text) }
    }

    @Test("a text of more than 72 bytes is not read")
    func refusesLongTexts() {
        let text = "PT" + String(repeating: "0", count: 70) + "S"
        #expect(throws: TemporalError.textTooLong(byteCount: 73)) { try Milliseconds(iso8601: text) }
    }

    @Test(
        "signs and parts of a second are written for people, and not read back",
        arguments: [
            (1, "PT0.001S"), (250, "PT0.250S"), (1050, "PT1.050S"), (3_600_001, "PT1H0.001S"), (-1000, "-PT1S"),
            (-5_400_000, "-PT1H30M"), (.min, "-PT2562047788015H12M55.808S"), (.max, "PT2562047788015H12M55.807S"),
        ] as [(Int64, String)])
    func writesWhatIsNotRead(count: Int64, text: String) {
        #expect(Milliseconds(count).iso8601 == text)
        #expect(throws: TemporalError.self) { try Milliseconds(iso8601: text) }
    }

    @Test("whole seconds up to a hundred years read back", arguments: 0..<4 as Range<UInt64>)
    func roundTrips(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<500 {
            let bound = Int64.random(in: 1...3_155_760_000, using: &random)
            let length = Milliseconds.seconds(.random(in: 0...bound, using: &random))
            try #require(try Milliseconds(iso8601: length.iso8601) == length)
        }
    }

    @Test("units are multiples of each other")
    func units() {
        #expect(Milliseconds.seconds(60) == .minutes(1))
        #expect(Milliseconds.minutes(60) == .hours(1))
        #expect(Milliseconds.hours(24) == .days(1))
        #expect(Milliseconds.days(1) > .hours(23))
        #expect(Milliseconds.hours(1) - .minutes(30) == .minutes(30))
    }

    @Test("arithmetic that leaves 64 bits stops the program")
    func trapsOnOverflow() async {
        await #expect(processExitsWith: .failure) { _ = Milliseconds(.max) + Milliseconds(1) }
        await #expect(processExitsWith: .failure) { _ = Milliseconds.hours(.max) }
    }
}
