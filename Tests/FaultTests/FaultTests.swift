import CanonicalJSON
import Foundation
import Testing

/// The failure tests on the built programs. Each ends with the checker that shares no code with them, which reads the
/// database and what the clients wrote down, and confirms the invariants I1 to I10.
///
/// One after the other: each keeps both cores of a small machine busy, and measures nothing.
@Suite("A service that things happen to", .serialized)
struct FaultTests {
    @Test("the checker tells every corruption by the name of the invariant that it breaks, and else says nothing")
    func checkerCanFail() throws {
        let report = try Harness.run("corrupt.py")
        #expect(report["missed"] == [])
        #expect((report["corruptions"]?.integerValue ?? 0) > 45)
    }

    @Test("killed at random instants, of its start and of its work, it keeps everything that was acknowledged")
    func killed() throws {
        let report = try Harness.run("kill.py", ["--rounds", "50", "--seed", "\(Harness.seed)"])
        #expect(report["violations"] == [])
        #expect((report["acknowledged"]?.integerValue ?? 0) > 50, "too little was asked for this to show anything")
        #expect((report["notes"]?.integerValue ?? 0) > 10)
        #expect((report["breaches"]?.integerValue ?? 0) > 0)
    }

    @Test(
        "each system call of a short run made to fail, or killed at, it goes on at the next start",
        .enabled(if: Harness.canTrace, Harness.cannotTrace))
    func sweep() throws {
        let report = try Harness.run("sweep.py", ["--seed", "\(Harness.seed)"])
        #expect(report["violations"] == [])
        #expect((report["cases"]?.integerValue ?? 0) > 400)
        #expect((report["injected"]?["fdatasync signal=KILL"]?.integerValue ?? 0) > 20, "nothing was killed")
    }

    @Test(
        "of any image that a crash may leave of unsynced writes it goes on; of a bit that flipped, or tells",
        .enabled(if: Harness.canTrace, Harness.cannotTrace))
    func images() throws {
        let report = try Harness.run(
            "images.py", ["--seed", "\(Harness.seed)", "--images", "150", "--flips", "60", "--lies", "20"])
        #expect(report["violations"] == [])
        #expect(report["images"]?["crash"] == 150)
        #expect((report["images"]?["flip refused"]?.integerValue ?? 0) > 10)
        #expect((report["images"]?["lie told"]?.integerValue ?? 0) > 5, "images that lose what was synced pass, too")
    }

    @Test(
        "a commit whose sync failed stops it, and the next start takes up whichever outcome it finds",
        .enabled(if: Harness.canTrace, Harness.cannotTrace))
    func failedSync() throws { try story("failed-sync") }

    @Test("a flipped bit in its write-ahead log, which SQLite takes in silence, keeps it from starting")
    func flippedLog() throws { try story("flipped-log") }

    @Test("an older copy of its database keeps it from starting, by the anchor alone")
    func rolledBack() throws { try story("rolled-back") }

    @Test("an older copy of its database and of its anchor keeps it from starting, by the witness alone")
    func forgotten() throws { try story("forgotten") }

    @Test("a second process is refused while it runs, and let in when it was killed")
    func twoProcesses() throws { try story("two-processes") }

    @Test(
        "with another clock at each start, years ahead or behind, it refuses nobody and misses nobody",
        .enabled(if: Harness.canFakeTime, Harness.cannotFakeTime))
    func steppedClock() throws { try story("stepped-clock") }

    @Test("stopped, continued, killed and cut off from its clients, it answers in an order that fits real time")
    func partitions() throws {
        let report = try Harness.run("jepsen.py", ["--seconds", "12", "--seed", "\(Harness.seed)"])
        #expect(report["violations"] == [])
        #expect((report["acknowledged"]?.integerValue ?? 0) > 50)
    }

    private func story(_ name: String) throws {
        let report = try Harness.run("stories.py", [name, "--seed", "\(Harness.seed)"])
        #expect(report["violations"] == [])
    }
}

/// The same for hours rather than seconds: `PUNCTUAL_LONG=1 swift test --filter LongFaultTests`, with another seed by
/// `PUNCTUAL_SEED`. The seed stands in each report.
@Suite("A service that things happen to, for long", .serialized, .enabled(if: Harness.isLong, Harness.onlyLong))
struct LongFaultTests {
    @Test("a thousand kills")
    func killed() throws {
        #expect(try Harness.run("kill.py", ["--rounds", "1000", "--seed", "\(Harness.seed)"])["violations"] == [])
    }

    @Test("every system call, every fault")
    func sweep() throws {
        #expect(try Harness.run("sweep.py", ["--seed", "\(Harness.seed)", "--all"])["violations"] == [])
    }

    @Test("ten thousand crash images, and two thousand flipped bits")
    func images() throws {
        let report = try Harness.run(
            "images.py", ["--seed", "\(Harness.seed)", "--images", "10000", "--flips", "2000", "--lies", "50"])
        #expect(report["violations"] == [])
    }

    @Test("half an hour of stops, kills and cuts")
    func partitions() throws {
        let report = try Harness.run("jepsen.py", ["--seconds", "1800", "--seed", "\(Harness.seed)"])
        #expect(report["violations"] == [])
    }
}
