import Hosting
import Temporal
import Testing

@Suite("When the files are rid of erased persons")
struct PurgeScheduleTests {
    private func at(_ milliseconds: Int64) -> Instant { Instant(milliseconds: 1_000_000 + milliseconds) }

    @Test("at once after a quiet time, and never more than a twentieth of the time")
    func share() {
        var schedule = PurgeSchedule()
        #expect(schedule.isDue(at: at(0)))
        schedule.took(from: at(0), to: at(100))
        #expect(!schedule.isDue(at: at(100)) && !schedule.isDue(at: at(1999)))
        #expect(schedule.isDue(at: at(2000)))
        schedule.took(from: at(5000), to: at(5000))
        #expect(!schedule.isDue(at: at(5018)) && schedule.isDue(at: at(5019)))
    }

    @Test("a clock that steps does not put it off for longer than a day, backwards not at all")
    func steps() {
        var schedule = PurgeSchedule()
        let day = Milliseconds.hours(24).count
        schedule.took(from: at(0), to: at(10 * day))
        #expect(schedule.isDue(at: at(0)))
        #expect(!schedule.isDue(at: at(11 * day - 1)))
        #expect(schedule.isDue(at: at(11 * day)))
        schedule.took(from: at(day), to: at(0))
        #expect(schedule.isDue(at: at(19)))
    }
}
