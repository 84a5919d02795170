import CanonicalJSON
import Forecast
import ServiceLevels
import Temporal
import TestSupport
import Testing

@Suite("A forecast, worked by hand")
struct HandWorkedTests {
    @Test("the pace is the mean of the middle half of the last 16; a standstill lasts as long again")
    func pace() {
        var pace = Pace()
        for service in [10, 20, 30] { pace.finish(service: Int64(service), stay: 100, at: Pipeline.start) }
        #expect(pace.perRequest == nil, "three finishes foretell nothing")
        pace.finish(service: 40, stay: 300, at: Pipeline.start)
        #expect(pace.perRequest == 25, "(20 + 30) / 2")
        #expect(pace.standstill(idle: 103) == 0)
        #expect(pace.standstill(idle: 104) == 104, "more than four times 25")
        #expect(pace.usualStay == 100)
        for _ in 0..<16 { pace.finish(service: 7, stay: 9, at: Pipeline.start) }
        #expect(pace.perRequest == 7)
        #expect(pace.usualStay == 9)
    }

    @Test(
        "18 bins, each from its edge on",
        arguments: [(0, 0), (49, 0), (50, 1), (99, 1), (999, 10), (1000, 11), (4999, 16), (5000, 17), (.max, 17)])
    func bins(_ slack: Int64, _ bin: Int) {
        #expect(SlackBins.count == 18)
        #expect(SlackBins.bin(of: slack) == bin)
    }

    @Test("a ratio where nothing is left, or the rest is endless, is the last bin")
    func ratios() {
        #expect(SlackBins.slack(rest: 30, left: 60) == 500)
        #expect(SlackBins.slack(rest: 30, left: 0) == .max)
        #expect(SlackBins.slack(rest: .max / 1_000_000, left: 1) <= .max)
        #expect(Prediction.rest(ahead: .max / 2, pace: .max, later: .max) == .max / 1_000_000)
        #expect(Prediction.rest(ahead: 2, pace: 10, later: 5) == 35)
    }

    @Test("a cell is shrunk to its bin of all types, and that to the mean of the stage, with the weight of eight")
    func shrinks() {
        var table = SlackTable()
        let group = SlackTable.Group(type: "a", stage: "review")
        for isLate in [true, true] { table.add(group, slack: 2000, isLate: isLate) }
        for isLate in [false, false] { table.add(group, slack: 100, isLate: isLate) }
        #expect(table.mean(of: group) == 500_000)
        #expect(table.chance(of: group, slack: 2000) == 680_000, "(2 + 8/2) / (2 + 8) = 0.6, (2 + 8 × 0.6) / (2 + 8)")
        #expect(table.chance(of: group, slack: 100) == 320_000, "(0 + 8/2) / (2 + 8) = 0.4, (0 + 8 × 0.4) / (2 + 8)")
        #expect(table.chance(of: group, slack: 700) == 500_000, "nobody was seen there")
        let other = SlackTable.Group(type: "b", stage: "review")
        #expect(table.chance(of: other, slack: 100) == 400_000, "one of which nothing is known is like all others")
        #expect(table.mean(of: other) == nil)
        #expect(table.chance(of: SlackTable.Group(type: "a", stage: "signing"), slack: 100) == nil)
    }

    @Test("scores of three moments")
    func scores() {
        var scores = Scores()
        scores.add(chance: 750_000, base: 500_000, isLate: true)
        scores.add(chance: 250_000, base: 500_000, isLate: false)
        scores.add(chance: 250_000, base: 500_000, isLate: true)
        // (1/16 + 1/16 + 9/16) / 3 = 11/48, against 1/4.
        #expect(scores.brier == 229_166)
        #expect(scores.baseBrier == 250_000)
        #expect(scores.skill == 83_334)
        // The bin of 25 % said 0.5 of 2 and had 1; that of 75 % said 0.75 and had 1: (0.5 + 0.25) / 3.
        #expect(scores.calibrationError == 250_000)
        let bin = scores.reliability[2]
        #expect((bin.count, bin.chances, bin.late) == (2, 500_000, 1))
        scores.add(lead: 60, isLate: true)
        scores.add(lead: nil, isLate: true)
        scores.add(lead: 5, isLate: false)
        #expect((scores.late, scores.foretold, scores.falseAlarms, scores.medianLead) == (2, 1, 1, 60))
    }

    /// Five requests that take an hour each, then two that come together: of 8 hours each.
    @Test("a line of seven, moment by moment")
    func line() throws {
        var pipeline = try Pipeline(seed: 0)
        for number in 0..<5 { try pipeline.add(from: Int64(number) * 60, until: Int64(number) * 60 + 60) }
        try pipeline.add(from: 300, until: 360)
        try pipeline.add(from: 300, until: 420)
        // Looked at before anybody finished four: never. The fifth at 240: one hour of eight, a ratio of 125.
        // The sixth at 300 and at 360 (gone): 125. The seventh at 300: two hours of eight, 250; at 360: one of seven,
        // 142; and at 420 it is gone.
        let json = pipeline.fit(under: try Pipeline.policy()).table.json
        let cells = json.arrayValue?.first?["cells"]?.arrayValue ?? []
        #expect(json.arrayValue?.count == 1)
        #expect(cells[2] == [3, 0], "from 100: the fifth, the sixth, and the seventh an hour later")
        #expect(cells[3] == [1, 0], "from 200: the seventh behind the sixth")
        #expect(cells.reduce(0) { $0 + ($1.arrayValue?[0].integerValue ?? 0) } == 4)
    }

    @Test("whoever pauses leaves the line and is not looked at; whoever cancelled in time has no outcome")
    func pauses() throws {
        var pipeline = try Pipeline(seed: 0)
        for number in 0..<4 { try pipeline.add(from: Int64(number) * 60, until: Int64(number) * 60 + 60) }
        // Paused from minute 10 of its wait on; the clock stands still, so it is looked at as it comes back and on.
        try pipeline.add(from: 240, until: 1000, pause: 250...900)
        try pipeline.add(from: 260, until: 380, cancelled: true)
        let fit = pipeline.fit(under: try Pipeline.policy())
        #expect(fit.requests == 5)
        #expect(fit.late == 0)
        let cells = fit.table.json.arrayValue?.first?["cells"]?.arrayValue ?? []
        // At 240, and 50 minutes after 900, at 950, when nothing was finished for 50 minutes: still the mean.
        #expect(cells.reduce(0) { $0 + ($1.arrayValue?[0].integerValue ?? 0) } == 2)
    }

    @Test("of what happens from then on, a fit knows nothing")
    func closed() throws {
        var (short, long) = (try Pipeline(seed: 3), try Pipeline(seed: 3))
        for number in 0..<30 {
            let from = Int64(number) * 20
            try short.add(from: from, until: from + 30)
            try long.add(from: from, until: from + 30)
        }
        try long.add(from: 700, until: 720)
        let policy = try Pipeline.policy()
        #expect(short.fit(under: policy, asOf: 650).json == long.fit(under: policy, asOf: 650).json)
        #expect(short.fit(under: policy).json["requests"] == 30)
    }
}
