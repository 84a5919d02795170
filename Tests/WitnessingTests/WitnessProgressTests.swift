import HTTPServer
import Temporal
import TestSupport
import Testing
import TransparencyLog
import Witnessing

@Suite("What a witness is sent next, and what its answer means")
struct WitnessProgressTests {
    private static let now = TestWitness.time
    private let line: NoteSignature

    init() throws { line = try NoteSignature(line: "— w CMp+6LWBU0anHGH5") }

    /// A generator that always waits the longest.
    private struct Longest: RandomNumberGenerator {
        mutating func next() -> UInt64 { .max }
    }

    private struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let reply: WitnessReply
        let oldSize: UInt64
        let size: UInt64
        let ourSize: UInt64
        let step: @Sendable (WitnessProgress.Step) -> Bool
        /// The old size that is sent next with a checkpoint of 30, a second later; nil for nothing.
        let next: UInt64?

        init(
            _ name: String, _ reply: WitnessReply, old: UInt64 = 10, size: UInt64 = 20, ours: UInt64 = 20,
            next: UInt64?, _ step: @escaping @Sendable (WitnessProgress.Step) -> Bool
        ) {
            (testDescription, self.reply, oldSize, self.size) = (name, reply, old, size)
            (ourSize, self.step, self.next) = (ours, step, next)
        }
    }

    private static let isAlarm: @Sendable (WitnessProgress.Step) -> Bool = {
        if case .alarm = $0 { true } else { false }
    }

    @Test("every answer leads to its step, whatever came before")
    func table() throws {
        let line = line
        let isAlarm = Self.isAlarm
        let isSuspect: @Sendable (WitnessProgress.Step) -> Bool = { if case .suspect = $0 { true } else { false } }
        let isTrouble: @Sendable (WitnessProgress.Step) -> Bool = { if case .wait(_?) = $0 { true } else { false } }
        for row in [
            Case("a cosignature", .cosigned(line), next: 20) { $0 == .keep(line) },
            Case("it is further than we thought", .otherSize(15), next: 15) { $0 == .sendAgain },
            Case("it has this checkpoint already", .otherSize(20), next: 20) { $0 == .sendAgain },
            Case("it has a newer one of ours, as after a second process", .otherSize(25), ours: 25, next: 25) {
                $0 == .wait(why: nil)
            },
            Case("it has one that we do not have", .otherSize(21), next: 10, isAlarm),
            Case("it has one that we do not have, by far", .otherSize(1 << 62), next: 10, isAlarm),
            Case("our log grew since, so it is no alarm", .otherSize(21), ours: 21, next: 21) { $0 == .wait(why: nil) },
            Case("it names the size that it was given", .otherSize(10), next: 10, isSuspect),
            Case("it has forgotten what it cosigned", .otherSize(3), next: 3, isTrouble),
            Case("it has forgotten everything", .otherSize(0), next: 0, isTrouble),
            Case("it is new", .otherSize(0), old: 5, next: 0, isTrouble),
            Case("our log does not continue what it cosigned", .inconsistent, next: 10, isAlarm),
            Case("it was of no use", .unusable("why"), next: 10) { $0 == .wait(why: "why") },
        ] {
            var progress = WitnessProgress(keptSize: 10)
            var random = Longest()
            let step = progress.take(
                row.reply, toOld: row.oldSize, new: row.size, ourSize: row.ourSize, at: Self.now, using: &random)
            #expect(row.step(step), "\(row.testDescription): \(step)")
            let next = progress.oldSize(toCosign: 30, at: Self.now + Milliseconds(1_000))
            #expect(next == row.next, "\(row.testDescription)")
        }
    }

    @Test(
        "a checkpoint is sent once it is newer than the one whose cosignature is kept, and not before the wait is over")
    func whenToSend() {
        var progress = WitnessProgress(keptSize: 10)
        var random = Longest()
        #expect(progress.oldSize(toCosign: 10, at: Self.now) == nil)
        #expect(progress.oldSize(toCosign: 9, at: Self.now) == nil)
        #expect(progress.oldSize(toCosign: 11, at: Self.now) == 10)
        _ = progress.take(.otherSize(15), toOld: 10, new: 20, ourSize: 20, at: Self.now, using: &random)
        #expect(progress.oldSize(toCosign: 14, at: Self.now) == nil, "the witness would refuse an older one")
        #expect(progress.oldSize(toCosign: 15, at: Self.now) == 15, "whose line was lost, and is asked for again")
        _ = progress.take(.unusable(""), toOld: 15, new: 20, ourSize: 20, at: Self.now, using: &random)
        #expect(progress.oldSize(toCosign: 20, at: Self.now) == nil)
        #expect(progress.oldSize(toCosign: 20, at: Self.now + Milliseconds(999)) == nil)
        #expect(progress.oldSize(toCosign: 20, at: Self.now + Milliseconds(1_000)) == 15)
        #expect(WitnessProgress(keptSize: 0).oldSize(toCosign: 1, at: Self.now) == 0)
    }

    @Test("the waits double from one second to one minute, are shortened by chance to no less than half, and end")
    func backOff() {
        var random = SeededRandom(seed: 3)
        var progress = WitnessProgress(keptSize: 0)
        var now = Self.now
        for failure in 0..<14 {
            _ = progress.take(.unusable("away"), toOld: 0, new: 9, ourSize: 9, at: now, using: &random)
            let wait = (progress.notBefore - now).count
            let longest = min(1_000 << failure, 60_000)
            #expect((longest / 2...longest).contains(Int(wait)), "failure \(failure): \(wait) ms")
            now = progress.notBefore
        }
        #expect(progress.failures == 14)
        #expect(progress.take(.cosigned(line), toOld: 0, new: 9, ourSize: 9, at: now, using: &random) == .keep(line))
        _ = progress.take(.unusable("away"), toOld: 9, new: 10, ourSize: 10, at: now, using: &random)
        #expect((progress.notBefore - now).count <= 1_000, "after a success the waits begin again")
    }

    @Test("from any state and after any answers, what is sent never goes back behind what is kept unless it must")
    func property() {
        var random = SeededRandom(seed: 12)
        for _ in 0..<300 {
            var progress = WitnessProgress(keptSize: .random(in: 0...5, using: &random))
            var (now, ours) = (Self.now, progress.keptSize)
            for _ in 0..<40 {
                ours += .random(in: 0...3, using: &random)
                now = now + Milliseconds(.random(in: 0...90_000, using: &random))
                guard let old = progress.oldSize(toCosign: ours, at: now) else {
                    #expect(ours == progress.keptSize || ours < progress.cosignedSize || now < progress.notBefore)
                    continue
                }
                #expect(old <= ours && ours > progress.keptSize)
                let replies: [WitnessReply] = [
                    .cosigned(line), .otherSize(.random(in: 0...ours + 2, using: &random)), .unusable("x"),
                ]
                guard let reply = replies.randomElement(using: &random) else { continue }
                let kept = progress.keptSize
                let step = progress.take(reply, toOld: old, new: ours, ourSize: ours, at: now, using: &random)
                #expect(progress.keptSize == (step == .keep(line) ? ours : kept))
                if case .otherSize(let other) = reply, other > ours { #expect(Self.isAlarm(step)) }
            }
        }
    }
}

@Suite("What a witness's bytes are taken for")
struct WitnessReplyTests {
    private let log: TestLog
    private let witness: TestWitness

    init() throws {
        log = try TestLog(["a", "b"])
        witness = try TestWitness(logs: [log.key])
    }

    private func read(_ status: Int, _ body: String, type: String? = "text/x.tlog.size") throws -> WitnessReply {
        WitnessReply(status: status, contentType: type, body: Array(body.utf8), to: try log.note, from: witness.key)
    }

    @Test("a 200 is a cosignature only when a line of this witness verifies for what was sent")
    func cosignatures() throws {
        func answer(_ log: TestLog) throws -> [UInt8] {
            try TestWitness(logs: [log.key]).add(try log.request(from: 0)).body
        }
        let good = try answer(log)
        func reply(_ body: [UInt8]) throws -> WitnessReply {
            WitnessReply(status: 200, contentType: nil, body: body, to: try log.note, from: witness.key)
        }
        guard case .cosigned(let line) = try reply(good) else {
            Issue.record("a good line is refused")
            return
        }
        #expect(Array((line.line + "\n").utf8) == good)
        let stranger = try TestWitness(key: 0x71, logs: [log.key]).add(try log.request(from: 0)).body
        #expect(try reply(stranger + good) == .cosigned(line), "lines of strangers are ignored")
        for body in [
            [], Array(good.dropLast()), good + [0x0A], stranger, try answer(try TestLog(["a", "c"])),
            Array("<html></html>\n".utf8), Array("— witness.example/w1 AAAAAAA=\n".utf8), [0xFF, 0xFE, 0x0A],
            good + Array("— witness.example/w1 \(String(decoding: good, as: UTF8.self).suffix(20))".utf8),
        ] {
            guard case .unusable = try reply(body) else {
                Issue.record("\(body) was taken for something")
                return
            }
        }
    }

    @Test(
        "a 409 names a size in the one form, or is of no use",
        arguments: [("0\n", 0), ("20852163\n", 20_852_163), ("9223372036854775807\n", UInt64(1) << 63 - 1)])
    func sizes(body: String, size: UInt64) throws { #expect(try read(409, body) == .otherSize(size)) }

    @Test(
        "another 409 is of no use",
        arguments: [
            "", "\n", "5", "5\n\n", " 5\n", "05\n", "+5\n", "-5\n", "5 \n", "5\r\n", "0x5\n", "five\n", "5\n6\n",
            "9223372036854775808\n", "18446744073709551616\n", "\u{0665}\n",
        ])
    func refusedSizes(body: String) throws {
        guard case .unusable = try read(409, body) else {
            Issue.record("\(body) was taken for a size")
            return
        }
    }

    @Test("only 422 says that logs disagree; every other status is of no use, whatever its body")
    func statuses() throws {
        #expect(try read(422, "") == .inconsistent)
        #expect(try read(409, "5\n", type: "text/plain") != .otherSize(5))
        #expect(try read(409, "5\n", type: nil) != .otherSize(5))
        for status in [100, 201, 204, 301, 302, 400, 401, 403, 404, 405, 410, 423, 429, 500, 502, 503, 599, 999] {
            guard case .unusable = try read(status, "5\n") else {
                Issue.record("status \(status) was taken for something")
                return
            }
        }
    }
}
