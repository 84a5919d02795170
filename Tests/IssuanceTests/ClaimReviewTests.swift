import CanonicalJSON
import Compensation
import Issuance
import Settlement
import Simulation
import Temporal
import TestSupport
import Testing
import TransparencyLog

@Suite("Who decides claims, and what happens when nobody does")
struct ClaimReviewTests {
    @Test("3.1/26 silence grants what is small, at the first instant after the time and not before")
    func silenceGrants() throws {
        let world = try ClaimWorld()
        let request = try world.world.waiting()
        try world.simulated.perform(.approve(note: nil), on: request, of: world.tenant, key: "approve")
        let id = try world.file(ClaimWorld.asking(1000), about: request)
        try world.world.pass(ClaimWorld.decideWithin)
        #expect(try world.record(id).state == .review)
        try world.world.pass(Milliseconds(1))
        let record = try world.record(id)
        #expect(record.state == .decided && record.outcome == .granted && record.decidedBy == nil)
        #expect(try world.credits(of: request) == [1000])
        try world.audit()
    }

    @Test("3.1/26 silence about more than that escalates: somebody else is drawn, and the time begins again")
    func silenceEscalates() throws {
        for onSilence in ["grant", "escalate"] {
            let world = try ClaimWorld(onSilence: onSilence)
            let request = try world.world.waiting()
            let id = try world.file(ClaimWorld.asking(onSilence == "grant" ? 1001 : 1), about: request)
            let first = try world.assignee(id)
            try world.world.pass(ClaimWorld.decideWithin + Milliseconds(1))
            let record = try world.record(id)
            #expect(record.state == .review && record.escalations == 1 && record.assignee != first.text)
            #expect(record.dueAt == (world.simulated.clock.now + ClaimWorld.decideWithin).milliseconds)
            try world.refuse(.notPermitted) {
                try world.simulated.decideClaim(ClaimWorld.granting(1), id, of: world.tenant, by: first, key: "late")
            }
            _ = try world.decide(id, ClaimWorld.granting(1))
            try world.audit()
        }
    }

    @Test("a decision that comes too late finds that silence has decided, whether anybody looked or not")
    func lateDecision() throws {
        let world = try ClaimWorld()
        let request = try world.world.waiting()
        let id = try world.file(ClaimWorld.asking(700), about: request)
        world.simulated.clock.advance(by: ClaimWorld.decideWithin + Milliseconds(1))
        let by = try world.assignee(id)
        try world.refuse(.notPermitted) {
            try world.simulated.decideClaim(world.denial(), id, of: world.tenant, by: by, key: "late")
        }
        try world.world.pass(.zero)
        #expect(try world.record(id).outcome == .granted)
    }

    @Test("3.1/26 a reviewer who had to do with the request is not drawn: who filed, who decided, who was drawn before")
    func conflict() throws {
        let world = try ClaimWorld(reviewers: 3)
        let request = try world.world.waiting()
        // The agent may review, but spoke for the person.
        let first = try world.file(about: request, by: world.agent)
        var drawn = [try world.assignee(first)]
        _ = try world.decide(first, try world.denial())
        try world.simulated.appeal("again", first, of: world.tenant, key: "appeal")
        drawn.append(try world.assignee(first))
        _ = try world.decide(first, try world.denial(), key: "appeal decision")
        let second = try world.file(about: request, key: "second")
        drawn.append(try world.assignee(second))
        _ = try world.decide(second, try world.denial(), key: "second decision")
        #expect(Set(drawn) == Set(world.reviewers))
        // Now nobody is left: the claim waits, and nobody can be made to decide it.
        let third = try world.file(about: request, key: "third")
        #expect(try world.record(third).state == .filed && world.record(third).assignee == nil)
        try world.refuse(.wrongState) { try world.simulated.assignClaim(third) }
        for by in drawn + [world.agent, world.finance] {
            try world.refuse(.notPermitted) {
                try world.simulated.decideClaim(
                    ClaimWorld.granting(1), third, of: world.tenant, by: by, key: "by \(by)")
            }
        }
        let new = try world.simulated.addStaff("New", [.customerExperience]).id
        try world.simulated.assignClaim(third)
        #expect(try world.assignee(third) == new && world.record(third).state == .review)
        try world.refuse(.wrongState) { try world.simulated.assignClaim(third) }
        try world.audit()
    }

    @Test("whoever left decides nothing, and another is drawn in their place")
    func left() throws {
        let world = try ClaimWorld()
        let id = try world.file(about: try world.world.waiting())
        let first = try world.assignee(id)
        try world.refuse(.wrongState) { try world.simulated.assignClaim(id) }
        try world.simulated.removeStaff(first)
        try world.refuse(.notPermitted) {
            try world.simulated.decideClaim(ClaimWorld.granting(1), id, of: world.tenant, by: first, key: "left")
        }
        try world.simulated.assignClaim(id)
        #expect(try world.assignee(id) != first)
        _ = try world.decide(id, ClaimWorld.granting(1))
        try world.audit()
    }

    @Test("what does not fit is refused, and writes nothing")
    func refusals() throws {
        let world = try ClaimWorld()
        let request = try world.world.waiting()
        let other = try world.simulated.addInstitution("Other")
        try world.refuse(.unknownRequest) {
            try world.simulated.fileClaim(ClaimWorld.impact, about: request, of: other, key: "x")
        }
        try world.refuse(.notPermitted) { _ = try world.file(about: request, by: world.finance) }
        try world.refuse(.invalidRequest) { _ = try world.file(["category": "refund", "text": "x"], about: request) }
        let coupon: JSON = ["benefitType": "coupon", "unit": "EUR", "minor": 1]
        try world.refuse(.invalidRequest) {
            _ = try world.file(["category": "other", "text": "x", "requested": coupon], about: request)
        }
        let id = try world.file(ClaimWorld.asking(100), about: request)
        try world.refuse(.wrongState) { _ = try world.file(about: request, key: "another") }
        try world.refuse(.wrongState) { try world.simulated.giveEvidence("x", id, of: world.tenant, key: "give") }
        try world.refuse(.wrongState) { try world.simulated.appeal("x", id, of: world.tenant, key: "appeal") }
        try world.refuse(.unknownClaim) { try world.simulated.appeal("x", id, of: other, key: "appeal") }
        try world.refuse(.unknownClaim) {
            try world.simulated.appeal("x", ClaimID(request, 2), of: world.tenant, key: "of the second")
        }
        try world.refuse(.invalidRequest) { _ = try world.decide(id, ClaimWorld.granting(101)) }
        try world.refuse(.invalidRequest) { _ = try world.decide(id, ["outcome": "granted"]) }
        let days: JSON = ["benefitType": "premium-extension", "unit": "DAYS", "minor": 1]
        try world.refuse(.invalidRequest) { _ = try world.decide(id, ["outcome": "granted", "grant": days]) }
        try world.refuse(.invalidRequest) {
            let by = try world.assignee(id)
            try world.simulated.askForEvidence(["third-party-letter"], id, of: world.tenant, by: by, key: "ask")
        }
        let old = try World()
        let before = try old.waiting()
        try old.world.publish(ClaimWorld.policy())
        #expect(throws: Refusal.self) {
            try old.world.fileClaim(ClaimWorld.impact, about: before, of: old.tenant, key: "x")
        }
    }

    @Test("the same command twice is one, also after a restart")
    func idempotent() throws {
        let world = try ClaimWorld()
        let request = try world.world.waiting()
        let filed = try world.simulated.fileClaim(ClaimWorld.impact, about: request, of: world.tenant, key: "file")
        let id = ClaimID(request, 1)
        let by = try world.assignee(id)
        let decided = try world.simulated.decideClaim(
            ClaimWorld.granting(5), id, of: world.tenant, by: by, key: "decide")
        try world.simulated.restart()
        #expect(
            try world.simulated.fileClaim(ClaimWorld.impact, about: request, of: world.tenant, key: "file").body
                == filed.body)
        #expect(
            try world.simulated.decideClaim(ClaimWorld.granting(5), id, of: world.tenant, by: by, key: "decide").body
                == decided.body)
        #expect(try world.credits(of: request) == [5])
    }

    @Test("an open claim holds an erasure up; afterwards nothing is left of what anybody wrote")
    func erasure() throws {
        let world = try ClaimWorld()
        let request = try world.world.waiting()
        try world.simulated.perform(.approve(note: nil), on: request, of: world.tenant, key: "approve")
        let id = try world.file(ClaimWorld.asking(3000), about: request)
        let holder = "urn:example:person:1"
        try world.refuse(.openRequests) { try world.simulated.erase([holder], of: world.tenant) }
        try world.simulated.askForEvidence(["screenshot"], id, of: world.tenant, by: world.assignee(id), key: "ask")
        try world.simulated.giveEvidence("a picture", id, of: world.tenant, key: "give")
        _ = try world.decide(id, try world.denial())
        try world.simulated.appeal("look", id, of: world.tenant, key: "appeal")
        let opinion: JSON = ["outcome": "denied", "note": "no"]
        try world.simulated.giveOpinion(opinion, id, of: world.tenant, by: world.assessor, key: "opinion")
        _ = try world.decide(id, ClaimWorld.granting(20), key: "appeal decision")
        let second = try world.file(about: request, key: "second")
        _ = try world.decide(second, try world.denial(), key: "second decision")
        try world.simulated.erase([holder], of: world.tenant)
        let left = try world.world.rows(OpeningRecord.self).map { String(decoding: $0.document, as: UTF8.self) }
            .joined()
        for secret in ["hotel", "picture", "look", "please", "enrolment"] { #expect(!left.contains(secret)) }
        try world.world.pass(.days(400))
        try world.refuse(.erased) { _ = try world.file(about: request, key: "third") }
        try world.refuse(.erased) { try world.simulated.appeal("x", second, of: world.tenant, key: "late") }
        let document = try world.simulated.service.claimDocument(id, for: .institution(world.tenant))
        #expect(document["history"]?.arrayValue?.allSatisfy { $0["words"] == nil } == true)
        try world.audit()
    }

    @Test(
        "3.2/28, 3.2/29 in random histories nobody decides twice on a case, nobody gets more than the greater of both",
        arguments: [1, 2, 3, 4] as [UInt64])
    func properties(seed: UInt64) throws {
        let world = try ClaimWorld(seed: seed, onSilence: seed % 2 == 0 ? "grant" : "escalate")
        var random = SeededRandom(seed: seed)
        var requests: [RequestID] = []
        var granted: [String: Int64] = [:]
        for step in 0..<60 {
            if requests.count < 4 || Int.random(in: 0..<12, using: &random) == 0 {
                requests.append(try world.world.waiting("ask \(step)", holder: "urn:example:\(step)"))
            }
            let request = try #require(requests.randomElement(using: &random))
            let amount = Int64.random(in: 1...2500, using: &random)
            let claims = try world.world.rows(ClaimRecord.self).filter { $0.request == request.text }
            let open = claims.last { $0.state.isOpen }
            // Every command may be refused: whoever was drawn may be gone, the time may be over.
            switch Int.random(in: 0..<7, using: &random) {
            case 0:
                _ = try? world.simulated.perform(.approve(note: nil), on: request, of: world.tenant, key: "a\(step)")
            case 1, 2:
                let body = Bool.random(using: &random) ? ClaimWorld.asking(amount) : ClaimWorld.impact
                _ = try? world.file(body, about: request, key: "f\(step)")
            case 3, 4:
                guard let open, let id = ClaimID(open.id) else { break }
                let verdict = Bool.random(using: &random) ? ClaimWorld.granting(amount) : try world.denial()
                for by in world.reviewers + [world.finance, world.agent] {
                    _ = try? world.simulated.decideClaim(
                        verdict, id, of: world.tenant, by: by, key: "d\(step) \(by)")
                }
            case 5:
                guard let id = claims.last.flatMap({ ClaimID($0.id) }) else { break }
                _ = try? world.simulated.appeal("again", id, of: world.tenant, key: "p\(step)")
            default:
                try world.world.pass(.hours(Int64.random(in: 1...200, using: &random)))
            }
            if Int.random(in: 0..<9, using: &random) == 0 { try world.simulated.restart() }
        }
        let now = world.simulated.clock.now
        try world.world.pass(.zero)
        for row in try world.world.rows(EntryRecord.self) {
            let entry = try JSON(parsing: row.body)
            guard entry["type"] == "claim.decided", entry["facts"]?["grant"] != nil else { continue }
            let minor = entry["facts"]?["grant"]?["minor"]?.integerValue ?? 0
            granted[row.request ?? "", default: 0] = max(granted[row.request ?? ""] ?? 0, minor)
        }
        for request in requests {
            let record = try #require(world.world.rows(RequestRecord.self).first { $0.id == request.text })
            let deciders = try world.world.rows(EntryRecord.self).filter { $0.request == request.text }
                .compactMap { try JSON(parsing: $0.body) }
                .filter { ["claim.decided", "claim.proposed"].contains($0["type"]) }
                .compactMap { $0["facts"]?["by"]?.stringValue }
            #expect(Set(deciders).count == deciders.count, "\(deciders)")
            let due = record.acceptedAt + Default.target.count
            let delay = (record.stoppedAt ?? now.milliseconds) - due
            let tiers: [(Int64, Int64)] = [(0, 500), (4, 1000), (24, 2000), (168, 4000)]
            let automatic = tiers.last { delay > $0.0 * 3_600_000 }?.1 ?? 0
            let total = try world.credits(of: request).reduce(0, +)
            #expect(total <= min(4000, max(automatic, granted[request.text] ?? 0)), "\(request)")
        }
        try world.audit()
    }
}
