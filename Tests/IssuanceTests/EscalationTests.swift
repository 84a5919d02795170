import CanonicalJSON
import Compensation
import Issuance
import Settlement
import Simulation
import Temporal
import Testing

@Suite("A ladder of escalation")
struct EscalationTests {
    @Test("climbs at its instants and not before, each step once and in order, and recomputes")
    func climbs() throws {
        let world = try LadderWorld()
        let id = try world.world.waiting()
        try world.pass(LadderWorld.atRisk - Milliseconds(1))
        #expect(try world.ladder(of: id).isEmpty)
        try world.pass(Milliseconds(1))
        let first = ["request.at-risk consumed", "request.escalated 0 consumed"]
        #expect(try world.ladder(of: id) == first)
        try world.pass(LadderWorld.silence - Milliseconds(1))
        try world.pass(.zero)
        #expect(try world.ladder(of: id) == first)
        try world.pass(Milliseconds(1))
        #expect(try world.ladder(of: id) == first + ["request.escalated 1 silence"])
        // Its own share comes later, and brings nothing any more; then the promise is broken.
        try world.pass(Default.target - LadderWorld.atRisk - LadderWorld.silence + .minutes(30) - Milliseconds(1))
        #expect(try world.ladder(of: id).count == 3)
        try world.pass(Milliseconds(1))
        #expect(try world.ladder(of: id).last == "request.escalated 2 breach")
        try world.pass(.days(2))
        #expect(try world.ladder(of: id).count == 4)
        let notices = try world.world.rows(NoticeRecord.self).filter { $0.notice == "at-risk" }
        #expect(notices.count == 1, "step 1 tells who waits")
        try world.check(allowing: [.lateBreach, .latePayment])
    }

    @Test("stops when somebody takes the request, who needs a role of the step that came last")
    func taken() throws {
        let world = try LadderWorld()
        let id = try world.world.waiting()
        refuse(.wrongState) { try world.take(id, by: world.keeper) }
        try world.pass(LadderWorld.atRisk)
        refuse(.notPermitted) { try world.take(id, by: world.agent) }
        let listed = try world.simulated.service.escalations(for: nil)["escalations"]?.arrayValue ?? []
        #expect(listed.count == 1 && listed.first?["request"]?.stringValue == id.text)
        let ofAgent = try world.simulated.service.escalations(
            for: world.simulated.service.staff(forKey: world.simulated.addStaff("Eva Lie", [.agent]).apiKey))
        #expect(ofAgent["escalations"] == [])
        try world.take(id, by: world.keeper)
        refuse(.wrongState) { try world.take(id, by: world.keeper) }
        try world.pass(.hours(6))
        #expect(
            try world.ladder(of: id)
                == ["request.at-risk consumed", "request.escalated 0 consumed", "escalation.acknowledged 0"])
        #expect(try world.simulated.service.escalations(for: nil)["escalations"] == [])
        try world.check(allowing: [.lateBreach, .latePayment])
    }

    @Test("stands still while the clock does, and ends with it")
    func pauses() throws {
        let world = try LadderWorld()
        let (held, done) = (try world.world.waiting("a"), try world.world.waiting("b", holder: "urn:example:person:2"))
        try world.pass(.hours(19))
        try world.simulated.perform(
            .hold(reason: "awaiting-requester", evidence: "notice-delivered", from: nil, note: nil), on: held,
            of: world.world.tenant, key: "hold")
        try world.approve(done)
        try world.pass(.hours(10))
        try world.simulated.perform(.resume, on: held, of: world.world.tenant, key: "resume")
        try world.pass(.minutes(12) - Milliseconds(1))
        #expect(try world.ladder(of: held).isEmpty)
        try world.pass(Milliseconds(1))
        #expect(try world.ladder(of: held).count == 2)
        #expect(try world.ladder(of: done).isEmpty)
        try world.approve(held)
        try world.pass(.days(2))
        #expect(try world.ladder(of: held).count == 2)
        try world.check()
    }

    @Test(
        "comes exactly once when the process dies on it, whenever that is",
        arguments: [MemoryStoreFault.full, .lost, .persisted])
    func crashes(_ fault: MemoryStoreFault) throws {
        for at in 1...3 {
            let world = try LadderWorld(seed: UInt64(at))
            let id = try world.world.waiting()
            try world.pass(LadderWorld.atRisk - .minutes(1))
            try world.simulated.restart { $0 == at ? fault : nil }
            for _ in 0..<3 {
                world.simulated.clock.advance(by: .minutes(1))
                // Where the store has failed everything is refused, until the next process.
                _ = try? world.simulated.service.climbLadders()
            }
            try world.simulated.restart()
            try world.pass(.zero)
            try world.pass(.zero)
            #expect(try world.ladder(of: id) == ["request.at-risk consumed", "request.escalated 0 consumed"])
            try world.check()
        }
    }

    @Test("is climbed at once where nobody looked for long, and says that it was late")
    func late() throws {
        let world = try LadderWorld()
        let id = try world.world.waiting()
        try world.pass(.hours(25))
        #expect(
            try world.ladder(of: id) == [
                "request.at-risk consumed", "request.escalated 0 consumed", "request.escalated 1 consumed",
                "request.escalated 2 breach",
            ])
        try world.check(allowing: [.lateBreach, .latePayment, .lateEscalation])
        let report = try Forger(world.world).report()
        #expect(report.findingCounts[.lateEscalation] == 4)
    }

    private func refuse(_ code: Refusal.Code, _ body: () throws -> Void) {
        do {
            try body()
            Issue.record("nothing was refused")
        } catch {
            #expect((error as? Refusal)?.code == code, "\(error)")
        }
    }
}

@Suite("A dishonest operator of ladders is found out")
struct EscalationFraudTests {
    @Test(
        "whatever they change",
        arguments: [
            Fraud("say nothing of the risk", .missedEscalation) { $0.drop("request.at-risk") },
            Fraud("say it twice", .wrongEscalation) { $0.repeat("request.at-risk") },
            Fraud("leave out the last step", .missedEscalation) { $0.drop("request.escalated", 2) },
            Fraud("leave out a step between", .wrongEscalation) { $0.drop("request.escalated", 1) },
            Fraud("repeat a step", .wrongEscalation) { $0.repeat("request.escalated", 2) },
            Fraud("tell others", .wrongEscalation) { forger in
                forger.change("request.escalated") { $0["to"] = ["agent"] }
            },
            Fraud("another cause", .wrongEscalation) { forger in
                forger.change("request.escalated", 2) { $0["cause"] = "silence" }
            },
            Fraud("a forecast by no table", .wrongForecast) { forger in
                forger.change("request.at-risk") { facts in
                    (facts["cause"], facts["chance"], facts["fit"]) = ("forecast", 300_000, 3)
                }
            },
            Fraud("too early", .wrongEscalation) { $0.move("request.at-risk", by: -1) },
            Fraud("too late", .lateEscalation) { $0.move("request.at-risk", by: 900_001) },
            Fraud("silence before it was silent", .wrongEscalation) { forger in
                forger.change("request.escalated", 2) { $0["cause"] = "silence" }
            },
            Fraud("nobody takes it", .wrongEscalation) { forger in
                forger.change("request.escalated", 2) { $0["step"] = 1 }
            },
        ])
    func found(_ fraud: Fraud) throws {
        let world = try LadderWorld()
        _ = try world.world.waiting()
        try world.pass(LadderWorld.atRisk)
        try world.pass(LadderWorld.silence)
        try world.pass(Default.target - LadderWorld.atRisk - LadderWorld.silence + Milliseconds(1))
        try world.pass(.minutes(30))
        // Nothing else is wrong when the end comes.
        try world.pass(.hours(1))
        try fraud.expectFound(from: Forger(world.world))
    }
}

extension Forger {
    /// Says that the first entry of a type was written at another time.
    fileprivate mutating func move(_ type: String, by milliseconds: Int64) {
        guard let place = drafts.firstIndex(where: { $0.type == type }) else { return }
        drafts[place].t += milliseconds
        // Time never goes back in a log.
        for later in drafts.indices.dropFirst(place + 1) where drafts[later].t < drafts[place].t {
            drafts[later].t = drafts[place].t
        }
    }
}
