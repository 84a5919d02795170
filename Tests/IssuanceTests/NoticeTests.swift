import CanonicalJSON
import Compensation
import Cryptography
import Issuance
import Settlement
import Simulation
import Temporal
import TestSupport
import Testing
import TransparencyLog

@Suite("Notices under a plan")
struct NoticeTests {
    /// Nothing is quiet, so that every notice comes when it is due.
    private static let always: [(String, JSON?)] = [("/quietHours", nil), ("/cadence/maxPerDay", 24)]

    @Test("tell one story, first what can be seen, and recompute; what a person reads has the hashes of the log")
    func story() throws {
        let world = try NoticeWorld(Self.always)
        let id = try world.world.waiting()
        try world.pass(.hours(26))
        try world.approve(id)
        try world.pass(.minutes(30))
        #expect(
            try world.steps(id) == [
                "acknowledged", "at-risk", "at-risk", "nothing-new", "breach compensated", "resolved",
            ])
        let texts = try world.texts(id)
        let contact = "Name request \(id.text) when you ask the institution, or look at https://simulation.example."
        #expect(
            texts == [
                "We have your request. Your credential is promised by 2026-01-02 00:00 (UTC). \(contact)",
                "Your credential is not ready yet, and may be late. It is promised by 2026-01-02 00:00 (UTC). "
                    + "You hear from us again by 2026-01-01 23:26 (UTC). \(contact)",
                "Your credential is not ready yet, and may be late. It is promised by 2026-01-02 00:00 (UTC). "
                    + "You hear from us again by 2026-01-01 23:41 (UTC). \(contact)",
                "There is nothing new yet, and you are not forgotten. We are sorry that you wait. "
                    + "You hear from us again by 2026-01-02 03:41 (UTC). \(contact)",
                "We promised your credential by 2026-01-02 00:00 (UTC), and did not keep it. We are sorry. You need not "
                    + "do anything: what we give for this comes by itself. You hear from us again by 2026-01-02 04:06 "
                    + "(UTC). For a promise that we broke you were given 500 Pocket FIT credits. You can use it until "
                    + "2027-01-02 00:05 (UTC). \(contact)",
                "Your credential is ready. It was promised by 2026-01-02 00:00 (UTC) and came late. We are sorry. "
                    + contact,
            ])
        let german = try world.texts(id, in: "de-AT")
        #expect(german.count == 6 && german[5].hasPrefix("Ihr Nachweis ist fertig. Er war bis 2026-01-02 00:00 (UTC)"))
        let sent = try world.world.entries("notice.sent")
        for (index, entry) in sent.enumerated() {
            for (locale, text) in [("en", texts[index]), ("de", german[index])] {
                let right = "sha256:\(SHA256.hash(Array(text.utf8)))"
                #expect(entry["facts"]?["texts"]?[locale]?.stringValue == right)
            }
            #expect(!entry.canonicalString.contains("Pocket"), "the text is not in the log")
        }
        try world.ladder.check()
    }

    @Test("are the feed of the holder, in place of what was queued; without a plan that is read at once")
    func feeds() throws {
        let world = try NoticeWorld(Self.always)
        let id = try world.world.waiting()
        try world.pass(.hours(25))
        let feed = try world.service.notices(of: "urn:example:person:1", at: world.world.tenant, in: "de")
        let notices = try #require(feed["notices"]?.arrayValue)
        #expect(notices.count == 5 && notices.allSatisfy { $0["language"] == "de" && $0["sha256"] != nil })
        #expect(notices.first?["request"]?.stringValue == id.text)
        let plain = try World()
        let other = try plain.waiting()
        try plain.pass(Default.target + .minutes(1))
        let queued = try plain.world.service.notices(of: "urn:example:person:1", at: plain.tenant)["notices"]?
            .arrayValue
        #expect(queued?.map { $0["notice"]?.stringValue ?? "" } == ["compensated", "breach"])
        #expect(try plain.world.service.statusDocument(other)["notices"] == nil)
    }

    @Test("bind by hash at acceptance: a plan that is published later, or a later version, binds who comes after it")
    func binding() throws {
        let ladder = try LadderWorld()
        let before = try ladder.world.waiting("before")
        let answer = try ladder.simulated.publish(NoticeWorld.plan(Self.always))
        ladder.simulated.clock.advance(by: Milliseconds(1))
        let after = try ladder.world.waiting("after")
        let accepted = try ladder.world.entries("request.accepted").map { $0["facts"]?["notices"]?.stringValue }
        #expect(accepted == [nil, answer.body["hash"]?.stringValue])
        let next = try NoticeWorld.plan([("/steps/0/critical", true)]).replacing("/metadata/version", by: 2)
        try ladder.simulated.publish(next)
        try ladder.pass(.minutes(11))
        #expect(try ladder.simulated.service.sendNotices().isEmpty)
        let sent = try ladder.world.entries("notice.sent").map { $0["rid"]?.stringValue }
        #expect(sent == [after.text] && before != after)
        try ladder.check()
    }

    @Test(
        "name a cause once the log does, and not before; that nobody could help it of the causes in the plan only (B9, D13)"
    )
    func causes() throws {
        for (cause, words, isBeyond) in [
            ("force-majeure", "an event that nobody could prevent", true),
            ("platform-outage", "a part of our service failed", false), ("unknown", "", false),
        ] {
            let world = try NoticeWorld(Self.always)
            try world.world.openIncidents(at: 1)
            let id = try world.world.waiting()
            try world.pass(.hours(24) + .minutes(5))
            try world.world.tend()
            #expect(try world.texts(id).allSatisfy { !$0.contains("cause") })
            let incident = try #require(try world.world.incidents().first?.id)
            if cause != "unknown" {
                try world.world.act(.classify, on: incident, ["cause": .string(cause), "confidence": 90])
            }
            try world.approve(id)
            try world.pass(.minutes(15))
            let text = try #require(try world.texts(id).last)
            #expect(text.contains("The cause is known: \(words).") == (cause != "unknown"), "\(text)")
            #expect(text.contains("beyond our control") == isBeyond)
            try world.ladder.check(allowing: [.missedIncident, .lateFreeze, .lateBreach])
        }
    }

    @Test("3.1/27 keep quiet hours by the clock of the calendar, which is UTC where none is; then tell what is left")
    func quiet() throws {
        let world = try NoticeWorld()
        let id = try world.world.waiting()
        try world.pass(.hours(8) - .minutes(1))
        #expect(try world.read(id).isEmpty, "the world begins at midnight")
        try world.pass(.minutes(1))
        #expect(try world.steps(id) == ["acknowledged"])
        // At risk at 19:12, told; broken at midnight, told at eight with what was given by then.
        try world.pass(.hours(24))
        let at = try world.read(id).map { $0["at"]?.stringValue ?? "" }
        let steps = try world.steps(id)
        #expect(steps.dropLast() == ["acknowledged", "at-risk", "at-risk"])
        #expect(steps.last?.hasPrefix("breach compensated") == true)
        #expect(at.last?.hasPrefix("2026-01-02T08:00") == true)
        try world.ladder.check()
    }

    @Test(
        "3.1/27 resolved before the first was sent: what is over is not told, and what was broken is told with its end")
    func resolved() throws {
        let world = try NoticeWorld()
        let id = try world.world.waiting()
        try world.approve(id)
        try world.pass(.hours(9))
        #expect(try world.steps(id) == ["resolved"])
        // Asked and due at ten in the evening, late and ready at eleven: at eight there is one notice of both.
        try world.pass(.hours(13))
        let late = try world.world.waiting("late", holder: "urn:example:person:2")
        try world.pass(.hours(25))
        try world.approve(late)
        try world.pass(.hours(10))
        let steps = try world.steps(late)
        #expect(steps.last == "compensated resolved" && steps.allSatisfy { !$0.contains("breach") }, "\(steps)")
        #expect(
            try world.texts(late).last?.contains("It was promised by 2026-01-02 22:00 (UTC) and came late.") == true)
        try world.ladder.check()
    }

    @Test("3.1/27 a digest: postings of one hour come as one notice, and each is told once")
    func digest() throws {
        let world = try NoticeWorld(
            Self.always + [("/steps/6/critical", false), ("/steps/2/critical", false), ("/steps/2/within", nil)])
        let id = try world.world.waiting()
        try world.pass(.hours(24) + .minutes(30))
        #expect(try world.steps(id).suffix(1) == ["breach compensated"])
        try world.ladder.check()
    }

    @Test("say that there is nothing new, and that somebody looked, until the wait ends (D8, D9)")
    func silence() throws {
        let world = try NoticeWorld(Self.always)
        let id = try world.world.waiting()
        try world.pass(.hours(30))
        try world.perform(.update(note: "Canary of an update"), id, key: "update")
        try world.pass(.hours(5))
        let steps = try world.steps(id)
        #expect(steps.contains("update") && steps.count { $0 == "nothing-new" } >= 2, "\(steps)")
        #expect(try world.texts(id).allSatisfy { !$0.contains("Canary") }, "what the institution wrote is in no log")
        try world.perform(.cancel(note: nil), id, key: "cancel")
        try world.pass(.hours(10))
        #expect(try world.steps(id).last == "resolved")
        #expect(try world.texts(id).last?.hasPrefix("Your request ended without a credential") == true)
        try world.ladder.check()
    }

    @Test("come exactly once when the process dies on them, whenever that is", arguments: [1, 2, 3])
    func crashes(_ at: Int) throws {
        for fault in [MemoryStoreFault.full, .lost, .persisted] {
            let world = try NoticeWorld(Self.always)
            let id = try world.world.waiting()
            try world.pass(.minutes(5))
            try world.ladder.simulated.restart { $0 == at ? fault : nil }
            for _ in 0..<3 {
                world.ladder.simulated.clock.advance(by: .minutes(2))
                _ = try? world.service.sendNotices()
            }
            try world.ladder.simulated.restart()
            try world.pass(.minutes(5))
            #expect(try world.steps(id) == ["acknowledged"])
            try world.ladder.check()
        }
    }

    @Test("say that they were late where nobody looked for long")
    func late() throws {
        let world = try NoticeWorld(Self.always)
        _ = try world.world.waiting()
        world.world.world.clock.advance(by: .minutes(40))
        #expect(try Forger(world.world).report().findingCounts == [.missedNotice: 1])
        try world.send()
        #expect(try Forger(world.world).report().findingCounts == [.lateNotice: 1])
    }

    @Test("leave nothing of who was erased, and nobody is told anything then")
    func erased() throws {
        let world = try NoticeWorld(Self.always)
        let id = try world.world.waiting()
        try world.pass(.hours(25))
        try world.approve(id)
        try world.world.world.erase(["urn:example:person:1"], of: world.world.tenant)
        try world.pass(.hours(1))
        #expect(try world.read(id).isEmpty)
        #expect(try world.world.story(of: id).last == "subject.erased")
        try world.ladder.check()
    }

    @Test("in random lives keep the count, the quiet hours and the words, and recompute", arguments: 1...4)
    func random(_ seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let world = try NoticeWorld(
            seed: UInt64(seed),
            [
                ("/cadence/maxPerDay", .integer(Int64.random(in: 1...5, using: &random))),
                ("/quietHours/criticalBypass", .bool(Bool.random(using: &random))),
                ("/steps/2/critical", .bool(Bool.random(using: &random))),
            ])
        try world.world.openIncidents(at: 2)
        var open: [RequestID] = []
        for step in 0..<24 {
            switch Int.random(in: 0..<7, using: &random) {
            case 0, 1: open.append(try world.world.waiting("ask \(step)", holder: "urn:example:person:\(step % 3)"))
            case 2:
                if let id = open.randomElement(using: &random) {
                    try world.perform(.update(note: nil), id, key: "update \(step)")
                }
            case 3:
                if let id = open.randomElement(using: &random) {
                    try world.approve(id)
                    open.removeAll { $0 == id }
                }
            case 4:
                if let incident = try world.world.incidents().randomElement(using: &random), incident.cause != .capacity
                {
                    try world.world.act(.classify, on: incident.id, ["cause": "capacity", "confidence": 60])
                }
            default: try world.pass(.minutes(Int64.random(in: 5...240, using: &random)))
            }
            if step % 5 == 0 { try world.world.tend() }
        }
        try world.pass(.hours(14))
        let late: Set<Finding.Kind> = [.missedIncident, .lateFreeze, .wrongIncident, .lateBreach]
        try world.ladder.check(allowing: late)
        let sent = try world.world.entries("notice.sent")
        #expect(sent.count > 2)
        // Every posting was told of, or waits to be (invariant 26), and every fact stands before its notice (27).
        let told = sent.flatMap { ($0["facts"]?["items"]?.arrayValue ?? []).compactMap { $0["about"]?.integerValue } }
        let waiting = try world.world.rows(NoticeStandingRecord.self).map(\.standing).joined()
        for posting in try world.world.entries("compensation.post") {
            let seq = posting["seq"]?.integerValue ?? 0
            #expect(told.count { $0 == seq } == 1 || waiting.contains("\"about\":\(seq),"))
        }
        for entry in sent {
            guard case .object(let from)? = entry["facts"]?["from"] else { continue }
            #expect(from.allSatisfy { ($0.value.integerValue ?? .max) < (entry["seq"]?.integerValue ?? 0) })
        }
    }
}

@Suite("A dishonest operator of notices is found out")
struct NoticeFraudTests {
    @Test(
        "whatever they change",
        arguments: [
            Fraud("leave out the last notice", .missedNotice) { $0.drop("notice.sent", 5) },
            Fraud("tell it twice", .wrongNotice) { $0.repeat("notice.sent", 5) },
            Fraud("tell it too early", .earlyNotice) { $0.shift("notice.sent", by: -1) },
            Fraud("tell it too late", .lateNotice) { $0.shift("notice.sent", by: 900_001) },
            Fraud("another text", .wrongNoticeText) { forger in
                forger.change("notice.sent", 4) { $0["texts"] = ["de": "sha256:0", "en": "sha256:0"] }
            },
            Fraud("the text of another notice", .wrongNoticeText) { forger in
                let other = forger.drafts.first { $0.type == "notice.sent" }?.facts["texts"]
                forger.change("notice.sent", 4) { $0["texts"] = other }
            },
            Fraud("no text in one language", .wrongNoticeText) { forger in
                forger.change("notice.sent", 4) { $0["texts"] = ["en": $0["texts"]?["en"] ?? ""] }
            },
            Fraud("as another step", .wrongNotice) { forger in
                forger.change("notice.sent", 5) { facts in
                    facts["items"] = [["about": facts["items"]?.arrayValue?.first?["about"] ?? 0, "step": "update"]]
                }
            },
            Fraud("of an entry that nobody is told of", .wrongNotice) { forger in
                forger.change("notice.sent", 5) { $0["items"] = [["about": 3, "step": "resolved"]] }
            },
            Fraud("leave something out that waits", .wrongNotice) { forger in
                forger.change("notice.sent", 4) { facts in
                    facts["items"] = .array(Array((facts["items"]?.arrayValue ?? []).prefix(1)))
                }
            },
            Fraud("a fact that the log does not have", .wrongNotice) { forger in
                forger.change("notice.sent", 5) { facts in
                    facts["from"] = ["broken": 4, "promised": 3, "stopped": 5, "cause": 4]
                }
            },
            Fraud("another channel", .malformedEntry) { forger in
                forger.change("notice.sent") { $0["channel"] = "email" }
            },
            Fraud("another plan", .wrongPolicy) { forger in
                forger.change("request.accepted") {
                    $0["notices"] = .string("sha256:" + String(repeating: "0", count: 64))
                }
            },
            Fraud("no plan", .wrongPolicy) { forger in forger.change("request.accepted") { $0["notices"] = nil } },
            Fraud("a weaker plan", .policyHashMismatch, .wrongNoticeText) { forger in
                forger.change("policy.published", forger.plan) { facts in
                    facts["document"] = facts["document"]?.replacing(
                        "/spec/templates/2/text/en/1/say", by: "It could have been worse.")
                }
            },
        ])
    func found(_ fraud: Fraud) throws {
        let world = try NoticeWorld([("/quietHours", nil), ("/cadence/maxPerDay", 24)])
        let id = try world.world.waiting()
        try world.pass(.hours(25))
        try world.approve(id)
        try world.pass(.hours(2))
        try fraud.expectFound(from: Forger(world.world))
    }

    @Test(
        "in quiet hours, and beyond what a day may have",
        arguments: [
            Fraud("in quiet hours", .earlyNotice) { forger in
                forger.change("policy.published", forger.plan) { facts in
                    let document = (facts["document"] ?? .null)
                        .replacing("/spec/quietHours", by: ["from": "00:00", "to": "01:00"])
                    (facts["document"], facts["hash"]) = (
                        document, .string("sha256:\(SHA256.hash(document.canonicalBytes))")
                    )
                }
                forger.renamePlan()
            },
            Fraud("one too many a day", .earlyNotice) { forger in
                forger.change("policy.published", forger.plan) { facts in
                    let document = (facts["document"] ?? .null).replacing("/spec/cadence/maxPerDay", by: 1)
                    (facts["document"], facts["hash"]) = (
                        document, .string("sha256:\(SHA256.hash(document.canonicalBytes))")
                    )
                }
                forger.renamePlan()
            },
        ])
    func timing(_ fraud: Fraud) throws {
        let world = try NoticeWorld([("/quietHours", nil), ("/cadence/maxPerDay", 24)])
        _ = try world.world.waiting()
        try world.pass(.hours(25))
        try fraud.expectFound(from: Forger(world.world))
    }
}

extension Forger {
    /// Which `policy.published` brings the plan of notices.
    fileprivate var plan: Int {
        drafts.filter { $0.type == "policy.published" }
            .firstIndex { $0.facts["document"]?["kind"] == "Notification" } ?? 0
    }

    /// Lets every request name the plan as it is published.
    fileprivate mutating func renamePlan() {
        let hash = drafts.filter { $0.type == "policy.published" }[plan].facts["hash"]
        for index in drafts.indices where drafts[index].type == "request.accepted" {
            drafts[index].facts["notices"] = hash
        }
    }

    /// Says that the first entry of a type was written at another time.
    fileprivate mutating func shift(_ type: String, by milliseconds: Int64) {
        guard let place = drafts.firstIndex(where: { $0.type == type }) else { return }
        drafts[place].t += milliseconds
        for later in drafts.indices.dropFirst(place + 1) where drafts[later].t < drafts[place].t {
            drafts[later].t = drafts[place].t
        }
    }
}
