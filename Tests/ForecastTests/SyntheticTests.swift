import CanonicalJSON
import Forecast
import ServiceLevels
import Temporal
import TestSupport
import Testing

/// On made-up data, which flatters: there the line is the only cause of delay.
@Suite("A forecast of a made-up office")
struct SyntheticTests {
    @Test("beats the mean of its group, is calibrated, and foretells before the deadline", arguments: [1, 2, 3])
    func foretells(_ seed: UInt64) throws {
        var pipeline = try Pipeline(seed: seed)
        try pipeline.run("a", count: 2500)
        try pipeline.run("b", count: 2500)
        // Some twenty standstills in all: so few that the calibration error is seldom under three in a hundred.
        let fit = pipeline.fit(under: try Pipeline.policy(("/spec/calibration/maxECE", ["num": 6, "den": 100])))
        let scores = fit.scores
        #expect(fit.requests == 5000)
        #expect(fit.late > 60, "outages make requests late: \(fit.late)")
        #expect(scores.skill > 500_000, "\(scores.skill)")
        #expect(scores.calibrationError < 60_000, "\(scores.calibrationError)")
        #expect(fit.method == .landmarkSlack, "\(fit.reason)")
        #expect(scores.foretold * 10 >= scores.late * 8, "\(scores.foretold) of \(scores.late)")
        #expect(scores.medianLead ?? 0 > 30 * 60_000, "half an hour before the deadline at the middle")
    }

    @Test("states times of which nine in ten are kept, by three in a hundred", arguments: [1, 2, 3])
    func keeps(_ seed: UInt64) throws {
        var pipeline = try Pipeline(seed: seed)
        try pipeline.run("a", count: 2000)
        let times = try #require(pipeline.fit(under: try Pipeline.policy()).times)
        let (kept, of) = try #require(times.kept)
        #expect(of == 200)
        #expect((130...200).contains(kept), "one standstill is in many of the last 200: \(kept)")
        #expect((870...930).contains(times.everKept * 1000 / times.ever), "\(times.everKept) of \(times.ever)")
    }

    @Test("when the work takes longer, the level rises until nine in ten are kept again; what was not is said")
    func drifts() throws {
        var times = ConformalTimes(target: 900_000)
        var random = SeededRandom(seed: 7)
        var lowest: Int64 = 200
        var all: (kept: Int, of: Int) = (0, 0)
        for number in 0..<6000 {
            // From the 3000th on everything takes twice as long as it did.
            let actual = Int64.random(in: 500...1500, using: &random) * (number >= 3000 ? 2 : 1)
            if let ratio = times.ratio {
                let isKept = actual <= Fit.span(1000, ratio: ratio)
                times.note(isKept: isKept)
                all = (all.kept + (isKept ? 1 : 0), all.of + 1)
            }
            times.add(actual: actual, rest: 1000)
            if number >= 3000, let kept = times.kept?.kept { lowest = min(lowest, kept) }
        }
        #expect(lowest < 165, "the drift is not hidden: \(lowest) of 200")
        let (kept, of) = try #require(times.kept)
        #expect(kept >= 168 && of == 200, "\(kept) of \(of)")
        #expect((870...930).contains(all.kept * 1000 / all.of), "\(all)")
    }

    @Test("the ratio is the smallest that is enough for the share, of a hundred at least")
    func quantile() {
        var times = ConformalTimes(target: 900_000)
        for actual in 1...99 { times.add(actual: Int64(actual), rest: 100) }
        #expect(times.ratio == nil)
        times.add(actual: 100, rest: 100)
        // ceil(0.9 × 101) = 91st of 100.
        #expect(times.ratio == 910)
        #expect(times.kept == nil)
        #expect(Fit.span(100, ratio: 910) == 91)
    }

    @Test("the same history in any order gives the same bytes")
    func order() throws {
        var pipeline = try Pipeline(seed: 5)
        try pipeline.run("a", count: 300)
        try pipeline.run("b", count: 300)
        let policy = try Pipeline.policy()
        let asOf = Pipeline.start + .minutes(10_000_000)
        var random = SeededRandom(seed: 9)
        let shuffled = pipeline.journeys.shuffled(using: &random)
        let other = Fit(shuffled, order: ["review", "signing"], under: policy, asOf: asOf)
        #expect(other.hash == pipeline.fit(under: policy).hash)
        #expect(other.hash.hasPrefix("sha256:"))
    }
}

@Suite("A forecast that is not believed")
struct FallbackTests {
    @Test("too few outcomes are known")
    func few() throws {
        var pipeline = try Pipeline(seed: 1)
        try pipeline.run("a", count: 100)
        let fit = pipeline.fit(under: try Pipeline.policy())
        #expect(fit.method == .consumedFraction)
        #expect(fit.reason == "the outcome of 100 requests is known, and 2000 are needed")
    }

    @Test("the calibration error is too large")
    func uncalibrated() throws {
        var pipeline = try Pipeline(seed: 1)
        try pipeline.run("a", count: 1000)
        let policy = try Pipeline.policy(
            ("/spec/minHistory", 1000), ("/spec/calibration/maxECE", ["num": 1, "den": 1_000_000]))
        let fit = pipeline.fit(under: policy)
        #expect(fit.method == .consumedFraction)
        #expect(fit.reason.hasPrefix("the calibration error is"))
    }

    @Test("nothing was ever late, so nothing is better than the mean")
    func unskilled() throws {
        var pipeline = try Pipeline(seed: 1)
        try pipeline.run("a", count: 600, outageEvery: nil)
        let fit = pipeline.fit(under: try Pipeline.policy(("/spec/minHistory", 500)))
        #expect(fit.late == 0)
        #expect(fit.method == .consumedFraction)
        #expect(fit.reason == "the Brier skill is 0 %, and must be at least 50 %")
    }

    @Test("3.1/29 all were late: there is no skill in saying so")
    func allLate() throws {
        var pipeline = try Pipeline(seed: 1)
        for number in 0..<200 { try pipeline.add(from: Int64(number) * 10, until: Int64(number) * 10 + 600) }
        let fit = pipeline.fit(under: try Pipeline.policy(("/spec/minHistory", 100)))
        #expect(fit.late == 200)
        #expect(fit.method == .consumedFraction)
    }

    @Test("3.1/29 there is no history at all, and nothing in it")
    func none() throws {
        let fit = try Pipeline(seed: 1).fit(under: try Pipeline.policy())
        #expect((fit.requests, fit.late, fit.method) == (0, 0, .consumedFraction))
        #expect(fit.times?.ratio == nil && fit.scores.brier == 0 && fit.scores.medianLead == nil)
    }

    @Test("3.1/29 a line that was emptied foretells nothing of who comes after")
    func emptied() throws {
        var pipeline = try Pipeline(seed: 1)
        for number in 0..<5 { try pipeline.add(from: Int64(number), until: 900, cancelled: true) }
        let fit = pipeline.fit(under: try Pipeline.policy())
        #expect(fit.table.json == [])
        #expect(fit.late == 5, "cancelled when they were late already")
    }
}
