import CanonicalJSON
import Foundation
import Issuance
import ServiceLevels
import Settlement
import Simulation
import Temporal
import TestSupport
import Testing

/// A world whose institution promises by an office in the zone of the simulation: 09:00 to 12:30 and 13:30 to 18:00. The
/// clock then shows Thursday 2026-01-15, 01:00 there.
private struct Office {
    let world: World

    init(target: JSON = ["business": "PT8H"], maxTotal: JSON = ["workingDays": 30]) throws {
        world = try World()
        try publishCalendar(version: 1)
        try world.world.publish(level(target, maxTotal))
        try world.world.publish(compensation())
        world.world.clock.advance(by: .days(14))
    }

    /// - Parameter from: by default two weeks after the world begins: nobody loses at shorter notice.
    private func document(
        _ kind: String, _ id: String, version: Int64, from: String = "2026-01-15T00:00:00Z", _ spec: JSON
    ) -> JSON {
        [
            "apiVersion": "punctual/v1", "kind": .string(kind),
            "metadata": [
                "id": .string(id), "version": .integer(version), "tenant": .string(world.tenant.text),
                "effectiveFrom": .string(from), "title": ["en": .string(id)],
            ],
            "spec": spec,
        ]
    }

    func calendar(version: Int64, exceptions: JSON = [], pin: CalendarTerms.Pin? = nil) throws -> JSON {
        let installed = try world.world.surroundings.zone()
        let pin = pin ?? CalendarTerms.Pin(release: installed.release, sha256: installed.rules.pin)
        let day: JSON = [["09:00", "12:30"], ["13:30", "18:00"]]
        return document(
            "BusinessCalendar", "office", version: version,
            from: version == 1 ? "2026-01-15T00:00:00Z" : "2026-01-29T00:00:00Z",
            [
                "timeZone": "Europe/Berlin", "tzdata": pin.json, "exceptions": exceptions, "rule": "wall-label",
                "week": ["mon": day, "tue": day, "wed": day, "thu": day, "fri": day],
            ])
    }

    @discardableResult
    func publishCalendar(version: Int64, exceptions: JSON = [], pin: CalendarTerms.Pin? = nil) throws -> Answer {
        try world.world.publish(calendar(version: version, exceptions: exceptions, pin: pin))
    }

    private func level(_ target: JSON, _ maxTotal: JSON) -> JSON {
        document(
            "ServiceLevel", "office-hours", version: 1,
            [
                "appliesTo": ["all": []], "priority": 1, "calendarRef": "office", "onCancel": "stop-clock-keep-breach",
                "objectives": [
                    [
                        "metric": "issue", "start": "request.accepted", "stop": "credential.available",
                        "target": target, "boundary": "met-if-at-or-before",
                    ]
                ],
                "pause": [
                    [
                        "reason": "awaiting-requester", "evidence": "notice-delivered", "maxTotal": maxTotal,
                        "backdateLimit": "PT30M",
                    ]
                ],
            ])
    }

    private func compensation() throws -> JSON {
        let file = Conformance.projectRoot.appending(path: "Sources/Compensation/Policies/pocket-fit.json")
        return try JSON(parsing: [UInt8](Data(contentsOf: file)))
            .replacing("/metadata/tenant", by: .string(world.tenant.text)).replacing("/metadata/id", by: "office-pay")
            .replacing("/metadata/effectiveFrom", by: "2026-01-15T00:00:00Z")
            .replacing("/spec/slaRef", by: "office-hours")
    }

    func ask(_ key: String = "ask") throws -> (id: RequestID, due: String, answer: Answer) {
        let answer = try world.world.request(requestBody(review: "manual"), from: world.tenant, key: key)
        return (try world.id(of: answer), answer.body["dueAt"]?.stringValue ?? "", answer)
    }

    @discardableResult
    func perform(_ action: RequestAction, _ id: RequestID, key: String) throws -> Answer {
        try world.world.perform(action, on: id, of: world.tenant, key: key)
    }

    func due(of id: RequestID) throws -> String? {
        try world.rows(RequestRecord.self).first { $0.id == id.text }?.dueAt.map { Instant(milliseconds: $0).rfc3339 }
    }
}

private let hold = RequestAction.hold(reason: "awaiting-requester", evidence: "notice-delivered", note: nil)

@Suite("A promise by a working calendar")
struct CalendarTests {
    @Test("is due by the hours of the office; the entry and the signed receipt name calendar and zone")
    func bound() throws {
        let office = try Office()
        let (_, due, answer) = try office.ask()
        #expect(due == "2026-01-15T17:00:00.000Z")
        let pin = try office.world.world.surroundings.zone().rules.pin
        #expect(answer.body["receipt"]?["zone"] == .string(pin))
        let entries = try office.world.rows(EntryRecord.self).map { try JSON(parsing: $0.body) }
        let accepted = entries.first { $0["type"] == "request.accepted" }
        #expect(accepted?["facts"]?["zone"] == .string(pin))
        #expect(accepted?["facts"]?["calendar"] == answer.body["receipt"]?["calendar"])
        let calendar = entries.first { $0["facts"]?["document"]?["kind"] == "BusinessCalendar" }
        #expect(accepted?["facts"]?["calendar"] == calendar?["facts"]?["hash"])
        // The rules of the zone stand before the calendar.
        let types = entries.compactMap { $0["type"]?.stringValue }
        #expect(types.firstIndex(of: "zone.pinned").map { types[$0 + 1] } == "policy.published")
        try office.world.check(allowing: [])
    }

    @Test("3.1/1 a stop exactly at due is in time; a millisecond later it is broken, and pays")
    func boundary() throws {
        for (late, payments) in [(Milliseconds.zero, 0), (Milliseconds(1), 1)] {
            let office = try Office()
            let id = try office.ask().id
            try office.world.pass(.hours(17) + late)
            try office.perform(.approve(note: nil), id, key: "b")
            #expect(try office.world.rows(PaymentRecord.self).count == payments)
            try office.world.check(allowing: [])
        }
    }

    @Test(
        "every kind of span is a deadline",
        arguments: [
            (["elapsed": "PT8H"], "2026-01-15T08:00:00.000Z"), (["calendarDays": 2], "2026-01-17T00:00:00.000Z"),
            (["workingDays": 2], "2026-01-16T17:00:00.000Z"), (["business": "PT9H"], "2026-01-16T09:00:00.000Z"),
            (["calendarDays": 100], "2026-04-24T23:00:00.000Z"),
        ] as [(JSON, String)])
    func spans(target: JSON, expected: String) throws {
        let office = try Office(target: target)
        let (id, due, _) = try office.ask()
        #expect(due == expected)
        try office.world.world.restart()
        try office.world.pass(try Instant(rfc3339: expected) - office.world.world.clock.now)
        #expect(try office.world.story(of: id) == ["request.accepted"])
        try office.world.pass(Milliseconds(1))
        #expect(try office.world.story(of: id).contains("sla.breach"))
        try office.world.check(allowing: [])
    }

    @Test("3.1/6 a holiday that is published after acceptance changes nothing for who was accepted before")
    func holiday() throws {
        let office = try Office(target: ["workingDays": 15])
        let before = try office.ask("before")
        #expect(before.due == "2026-02-04T17:00:00.000Z")
        try office.publishCalendar(
            version: 2, exceptions: [["date": "2026-02-02", "windows": [], "reason": "a feast"]])
        try office.world.pass(.days(14))
        let after = try office.ask("after")
        #expect(after.due == "2026-02-19T17:00:00.000Z")
        #expect(try office.due(of: before.id) == "2026-02-04T17:00:00.000Z")
        // Also for a pause: on the day that became a holiday, an hour of it is worked by who was accepted before.
        try office.world.pass(.days(4) + .hours(9))
        try office.perform(hold, before.id, key: "hold")
        try office.perform(hold, after.id, key: "hold-after")
        try office.world.pass(.hours(1))
        try office.perform(.resume, before.id, key: "resume")
        try office.perform(.resume, after.id, key: "resume-after")
        #expect(try office.due(of: before.id) == "2026-02-05T09:00:00.000Z")
        #expect(try office.due(of: after.id) == "2026-02-19T17:00:00.000Z")
        try office.world.pass(.days(30))
        try office.world.check(allowing: [.lateBreach, .latePayment])
    }

    @Test("3.1/7 other rules of the zone, between acceptance and due, change nothing for who was accepted before")
    func zoneChange() throws {
        let office = try Office(target: ["workingDays": 15])
        let before = try office.ask("before")
        office.world.world.surroundings.installZones("CET-2", release: "2026b")
        try office.world.world.restart()
        try office.publishCalendar(version: 2)
        #expect(try office.ask("same calendar").due == "2026-02-04T17:00:00.000Z")
        try office.world.pass(.days(14))
        #expect(try office.ask("after").due == "2026-02-18T16:00:00.000Z")
        #expect(try office.due(of: before.id) == "2026-02-04T17:00:00.000Z")
        #expect(try office.world.rows(ZoneRecord.self).count == 2)
        try office.world.check(allowing: [])
    }

    @Test("hours that may make somebody wait longer are published two weeks ahead, or not at all")
    func notice() throws {
        let office = try Office()
        let now = try office.calendar(version: 2, exceptions: [["date": "2026-02-02", "windows": []]])
            .replacing("/metadata/effectiveFrom", by: "2026-01-28T23:59:59Z")
        #expect(throws: (any Error).self) { try office.world.world.publish(now) }
    }

    @Test("a zone is pinned once, however many calendars are counted by it")
    func pinnedOnce() throws {
        let office = try Office()
        office.world.world.clock.advance(by: Milliseconds(1))
        try office.publishCalendar(version: 2)
        #expect(try office.world.rows(ZoneRecord.self).count == 1)
        try office.world.check(allowing: [])
    }

    @Test("a calendar is not published by rules that this machine does not have")
    func otherRules() throws {
        let office = try Office()
        office.world.world.clock.advance(by: Milliseconds(1))
        let wrong = CalendarTerms.Pin(release: "2026a", sha256: String(repeating: "0", count: 64))
        #expect { try office.publishCalendar(version: 2, pin: wrong) } throws: { "\($0)".contains("has other rules") }
        let pin = try office.world.world.surroundings.zone().rules.pin
        office.world.world.surroundings.installZones("CET-2", release: "2026b")
        let late = CalendarTerms.Pin(
            release: "2026a", sha256: try office.world.world.surroundings.zone().rules.pin)
        #expect { try office.publishCalendar(version: 2, pin: late) } throws: { "\($0)".contains("release 2026b") }
        // What is pinned already is known, whatever is installed now.
        try office.publishCalendar(version: 2, pin: CalendarTerms.Pin(release: "2026a", sha256: pin))
        try office.world.check(allowing: [])
    }

    @Test("a service level that names no published calendar is not published")
    func noCalendar() throws {
        let office = try Office()
        let level = try #require(
            try office.world.rows(PolicyRecord.self).map { try JSON(parsing: $0.document) }
                .first {
                    $0["kind"] == "ServiceLevel" && $0["metadata"]?["tenant"] == .string(office.world.tenant.text)
                })
        #expect {
            try office.world.world.publish(
                level.replacing("/spec/calendarRef", by: "nowhere").replacing("/metadata/id", by: "other"))
        } throws: { "\($0)".contains("no published calendar nowhere") }
    }

    @Test("3.1/11 a pause moves the deadline by the working time in it, not by its length")
    func pause() throws {
        let office = try Office()
        let id = try office.ask().id
        // 10:00 to 14:00 there: three hours of it are worked.
        try office.world.pass(.hours(9))
        let held = try office.perform(hold, id, key: "hold")
        // Thirty working days from 10:00: those that begin tomorrow.
        #expect(held.body["until"] == "2026-02-26T17:00:00.000Z")
        try office.world.pass(.hours(4))
        let resumed = try office.perform(.resume, id, key: "resume")
        #expect(resumed.body["dueAt"] == "2026-01-16T11:00:00.000Z")
        // A pause in the night changes nothing.
        try office.world.pass(.hours(5))
        try office.perform(hold, id, key: "hold-2")
        try office.world.pass(.hours(13))
        #expect(try office.perform(.resume, id, key: "resume-2").body["dueAt"] == "2026-01-16T11:00:00.000Z")
        try office.world.world.restart()
        try office.world.pass(.hours(4) + Milliseconds(1))
        #expect(try office.world.story(of: id).contains("sla.breach"))
        try office.world.check(allowing: [])
    }

    @Test("3.1/11 a pause that nobody ends ends by itself, counted in working days")
    func neverResumed() throws {
        let office = try Office(maxTotal: ["workingDays": 1])
        let id = try office.ask().id
        // On Friday at 17:00 there, so that its maximum is Monday.
        try office.world.pass(.hours(16))
        #expect(try office.perform(hold, id, key: "hold").body["until"] == "2026-01-16T17:00:00.000Z")
        #expect(try office.due(of: id) == "2026-01-19T09:00:00.000Z")
        try office.world.pass(.days(10))
        try office.world.check(allowing: [.lateBreach, .latePayment])
    }

    @Test("3.1/11 a pause is dated back as far as its rule lets it, and no further")
    func backdated() throws {
        let office = try Office()
        let id = try office.ask().id
        try office.world.pass(.hours(9))
        let now = office.world.world.clock.now
        func from(_ minutes: Int64) -> RequestAction {
            .hold(
                reason: "awaiting-requester", evidence: "notice-delivered", from: now - .minutes(minutes), note: nil)
        }
        #expect { try office.perform(from(31), id, key: "31") } throws: { "\($0)".contains("at most 30 minutes") }
        #expect { try office.perform(from(-1), id, key: "-1") } throws: { "\($0)".contains("future") }
        try office.perform(from(30), id, key: "30")
        try office.world.pass(.hours(1))
        // From 09:30 to 11:00 there.
        #expect(try office.perform(.resume, id, key: "resume").body["dueAt"] == "2026-01-16T09:30:00.000Z")
        #expect { try office.perform(from(-50), id, key: "-50") } throws: { "\($0)".contains("last pause ended") }
        try office.world.pass(.days(2))
        try office.world.check(allowing: [.lateBreach, .latePayment])
    }
}
