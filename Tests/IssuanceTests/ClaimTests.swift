import CanonicalJSON
import Compensation
import Issuance
import Simulation
import Temporal
import Testing
import TransparencyLog

@Suite("Claims")
struct ClaimTests {
    private let world: ClaimWorld
    private let request: RequestID

    init() throws {
        world = try ClaimWorld()
        request = try world.world.waiting()
    }

    @Test("a claim is filed, drawn, decided with a reason, and becomes final when nobody appeals")
    func life() throws {
        let id = try world.file(about: request)
        #expect(id.text == request.text + ".1")
        let record = try world.record(id)
        #expect(record.state == .review && record.task == .review)
        #expect(record.dueAt == world.simulated.clock.now.milliseconds + ClaimWorld.decideWithin.count)
        #expect(try world.reviewers.contains(world.assignee(id)) || world.assignee(id) == world.agent)
        let decided = try world.decide(id, ClaimWorld.granting(300))
        #expect(decided.body["outcome"] == "granted" && decided.body["state"] == "decided")
        #expect(try world.credits(of: request) == [300])
        #expect(
            try world.world.story(of: request) == [
                "request.accepted", "claim.filed", "claim.assigned", "claim.decided", "compensation.post",
                "notice.queued",
            ])
        try world.world.pass(ClaimWorld.appealWithin)
        #expect(try world.record(id).state == .decided)
        try world.world.pass(Milliseconds(1))
        #expect(try world.record(id).state == .final)
        try world.audit()
    }

    @Test("the log says what is asked for and how it was decided, and nothing that anybody wrote")
    func privacy() throws {
        let id = try world.file(ClaimWorld.asking(400), about: request)
        try world.simulated.askForEvidence(["screenshot"], id, of: world.tenant, by: world.assignee(id), key: "ask")
        try world.simulated.giveEvidence("a picture of the gate", id, of: world.tenant, key: "give")
        _ = try world.decide(id, try world.denial())
        try world.simulated.appeal("they did not look", id, of: world.tenant, key: "appeal")
        let entries = try world.world.rows(EntryRecord.self).map { String(decoding: $0.body, as: UTF8.self) }.joined()
        for secret in ["hotel", "picture", "please", "look", "Reviewer", "Finance"] {
            #expect(!entries.contains(secret), "\(secret)")
        }
        let openings = try world.world.rows(OpeningRecord.self).map { String(decoding: $0.document, as: UTF8.self) }
        for secret in ["hotel", "picture", "please", "look"] {
            #expect(openings.joined().contains(secret), "\(secret)")
        }
        try world.audit()
    }

    @Test("evidence that is asked for stops the time, and gives it back")
    func evidence() throws {
        let id = try world.file(about: request)
        let due = try world.record(id).dueAt
        try world.world.pass(.days(1))
        let by = try world.assignee(id)
        try world.simulated.askForEvidence(["cost-receipt"], id, of: world.tenant, by: by, key: "ask")
        try world.refuse(.wrongState) { _ = try world.decide(id, ClaimWorld.granting(1)) }
        try world.world.pass(.days(3))
        let given = try world.simulated.giveEvidence("120 EUR", id, of: world.tenant, key: "give")
        #expect(try world.record(id).dueAt == due + Milliseconds.days(3).count)
        #expect(given.body["dueAt"]?.stringValue == Instant(milliseconds: due + Milliseconds.days(3).count).rfc3339)
        try world.refuse(.wrongState) { try world.simulated.giveEvidence("more", id, of: world.tenant, key: "again") }
        // Nobody answers: the time goes on at the latest after the length of the stage.
        try world.simulated.askForEvidence(["screenshot"], id, of: world.tenant, by: by, key: "ask 2")
        try world.world.pass(ClaimWorld.decideWithin + .days(2))
        #expect(try world.record(id).state == .review)
        #expect(try world.record(id).dueAt == due + (Milliseconds.days(3) + ClaimWorld.decideWithin).count)
        try world.simulated.askForEvidence(["screenshot"], id, of: world.tenant, by: by, key: "ask 3")
        try world.simulated.giveEvidence("x", id, of: world.tenant, key: "give 3")
        try world.refuse(.wrongState) {
            try world.simulated.askForEvidence(["screenshot"], id, of: world.tenant, by: by, key: "ask 4")
        }
        try world.audit()
    }

    @Test("3.1/26 a claim at the last second is in time, a thousandth of a second later it is not")
    func lastSecond() throws {
        try world.simulated.perform(.approve(note: nil), on: request, of: world.tenant, key: "approve")
        world.simulated.clock.advance(by: ClaimWorld.fileWithin)
        let id = try world.file(about: request)
        #expect(id.number == 1)
        _ = try world.decide(id, ClaimWorld.granting(1))
        world.simulated.clock.advance(by: Milliseconds(1))
        try world.refuse(.wrongState) { _ = try world.file(about: request, key: "late") }
    }

    @Test(
        "3.1/26 a claim before, after and at the same time as the automatic payment: the greater of both, never the sum"
    )
    func netting() throws {
        // Before: 300 are granted, the first tier gives 500, so 200 are left of that.
        let before = try world.file(about: request)
        _ = try world.decide(before, ClaimWorld.granting(300))
        try world.world.pass(Default.target + Milliseconds(1))
        #expect(try world.credits(of: request) == [300, 200])
        // After: 1,200 are granted, of which 500 were given.
        let after = try world.file(about: request, key: "after")
        _ = try world.decide(after, ClaimWorld.granting(1000), key: "after")
        #expect(try world.credits(of: request) == [300, 200, 500])
        // At the same time: at the instant at which the third tier is reached, somebody decides. It comes first.
        try world.world.pass(.hours(24) - Milliseconds(1))
        let same = try world.file(about: request, key: "same")
        world.simulated.clock.advance(by: Milliseconds(1))
        _ = try world.decide(same, ClaimWorld.granting(900), key: "same")
        #expect(try world.credits(of: request).reduce(0, +) == 2000)
        try world.audit()
    }

    @Test("a grant stays under the cap of the request, together with what came by itself")
    func cap() throws {
        let id = try world.file(about: request)
        _ = try world.decide(id, ClaimWorld.granting(9000))
        _ = try world.decide(id, ClaimWorld.granting(9000), key: "second")
        #expect(try world.credits(of: request) == [4000])
        try world.world.pass(.days(60))
        #expect(try world.credits(of: request) == [4000])
        try world.audit()
    }

    @Test("more than the published amount needs two different people, and is the lesser of both")
    func fourEyes() throws {
        let id = try world.file(about: request)
        let first = try world.assignee(id)
        #expect(try world.decide(id, ClaimWorld.granting(1001)).body["state"] == "proposed")
        #expect(try world.credits(of: request) == [])
        let second = try world.assignee(id)
        #expect(try first != second && world.record(id).task == .second)
        try world.refuse(.notPermitted) {
            try world.simulated.decideClaim(ClaimWorld.granting(1001), id, of: world.tenant, by: first, key: "again")
        }
        _ = try world.decide(id, ClaimWorld.granting(1500), key: "second")
        #expect(try world.record(id).grantedMinor == 1001)
        #expect(try world.credits(of: request) == [1001])
        try world.audit()
    }

    @Test("a denial names rules that are there, of policies that bind the request")
    func rules() throws {
        let id = try world.file(about: request)
        let policy = try world.record(id).policy
        let level = try #require(world.world.rows(RequestRecord.self).first).serviceLevel
        let wrong: [JSON] = [
            [], [["policy": .string(policy), "pointer": "/spec/nothing"]],
            [["policy": .string(policy), "pointer": "/metadata/id"]], [["policy": .string(policy), "pointer": ""]],
            [["policy": .string("sha256:" + String(repeating: "0", count: 64)), "pointer": "/spec/fileWithin"]],
            [["policy": .string(level), "pointer": "/spec/objectives/1"]],
            [["policy": .string(level), "pointer": "/spec/objectives/00"]],
        ]
        for rules in wrong {
            try world.refuse(.invalidRequest) { _ = try world.decide(id, ["outcome": "denied", "rules": rules]) }
        }
        let right: JSON = [
            ["policy": .string(level), "pointer": "/spec/objectives/0/target/elapsed"],
            ["policy": .string(policy), "pointer": "/spec/fileWithin"],
        ]
        #expect(try world.decide(id, ["outcome": "denied", "rules": right]).body["outcome"] == "denied")
        #expect(try world.credits(of: request) == [])
    }

    @Test("3.1/26 an appeal is decided by somebody else, once; an appeal of an appeal is refused")
    func appeal() throws {
        try world.simulated.perform(.approve(note: nil), on: request, of: world.tenant, key: "approve")
        let id = try world.file(about: request)
        let first = try world.assignee(id)
        _ = try world.decide(id, try world.denial())
        world.simulated.clock.advance(by: ClaimWorld.appealWithin)
        try world.simulated.appeal("look again", id, of: world.tenant, key: "appeal")
        let record = try world.record(id)
        #expect(record.state == .appealed && record.stage == .appeal && record.assignee != first.text)
        #expect(record.dueAt == world.simulated.clock.now.milliseconds + ClaimWorld.appealDecideWithin.count)
        try world.refuse(.wrongState) { try world.simulated.appeal("again", id, of: world.tenant, key: "appeal 2") }
        _ = try world.decide(id, ClaimWorld.granting(200), key: "appeal decision")
        #expect(try world.record(id).state == .final)
        #expect(try world.credits(of: request) == [200])
        try world.refuse(.wrongState) { try world.simulated.appeal("again", id, of: world.tenant, key: "appeal 3") }
        try world.audit()
    }

    @Test("after the time for an appeal none is heard")
    func lateAppeal() throws {
        let id = try world.file(about: request)
        _ = try world.decide(id, try world.denial())
        world.simulated.clock.advance(by: ClaimWorld.appealWithin + Milliseconds(1))
        try world.refuse(.wrongState) { try world.simulated.appeal("late", id, of: world.tenant, key: "appeal") }
    }

    @Test("on a large appeal somebody from outside is heard first; then the time for deciding begins")
    func assessor() throws {
        let id = try world.file(ClaimWorld.asking(3000), about: request)
        _ = try world.decide(id, try world.denial())
        try world.simulated.appeal("look again", id, of: world.tenant, key: "appeal")
        #expect(try world.record(id).state == .assessor && world.assignee(id) == world.assessor)
        let now = world.simulated.clock.now
        #expect(try world.record(id).opinionBy == (now + ClaimWorld.opinionWithin).milliseconds)
        #expect(
            try world.record(id).dueAt
                == (now + ClaimWorld.opinionWithin + ClaimWorld.appealDecideWithin).milliseconds)
        try world.refuse(.notPermitted) { _ = try world.decide(id, ClaimWorld.granting(1), key: "early") }
        let opinion: JSON = [
            "outcome": "granted", "grant": ["benefitType": "credit", "unit": "PFC", "minor": 500],
            "note": "half of it is proven",
        ]
        try world.simulated.giveOpinion(opinion, id, of: world.tenant, by: world.assessor, key: "opinion")
        #expect(try world.record(id).dueAt == (now + ClaimWorld.appealDecideWithin).milliseconds)
        try world.refuse(.notPermitted) {
            try world.simulated.giveOpinion(opinion, id, of: world.tenant, by: world.assessor, key: "again")
        }
        // It binds nobody.
        _ = try world.decide(id, ClaimWorld.granting(700), key: "appeal decision")
        #expect(try world.credits(of: request) == [700])
        try world.audit()
    }

    @Test("an opinion that does not come holds nothing up, and the access of an assessor ends")
    func silentAssessor() throws {
        let id = try world.file(ClaimWorld.asking(3000), about: request)
        _ = try world.decide(id, try world.denial())
        try world.simulated.appeal("look again", id, of: world.tenant, key: "appeal")
        func words(_ staff: StaffID) throws -> Bool {
            let member = try #require(world.simulated.service.staffMember(staff))
            let document = try world.simulated.service.claimDocument(id, for: .staff(member))
            return document["history"]?.arrayValue?.contains { $0["words"] != nil } ?? false
        }
        #expect(try words(world.assessor))
        try world.world.pass(ClaimWorld.opinionWithin + Milliseconds(1))
        #expect(try world.record(id).state == .appealed && !words(world.assessor))
        #expect(try words(world.assignee(id)) && !words(world.finance))
        _ = try world.decide(id, ClaimWorld.granting(10), key: "appeal decision")
        try world.audit()
    }
}
