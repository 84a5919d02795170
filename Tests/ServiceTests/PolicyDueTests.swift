import CanonicalJSON
import Foundation
import TestSupport
import Testing

@Suite("The command line: deadlines and zones")
struct PolicyDueTests {
    private let folder: TemporaryFolder
    private static let office: JSON = [["09:00", "12:30"], ["13:30", "18:00"]]

    init() throws { folder = try TemporaryFolder() }

    private func spec(_ zone: String = "Europe/Berlin", sha256: String? = nil) throws -> JSON {
        var spec: JSONObject = [
            "timeZone": .string(zone),
            "week": [
                "mon": Self.office, "tue": Self.office, "wed": Self.office, "thu": Self.office, "fri": Self.office,
            ],
            "exceptions": [["date": "2026-12-25", "windows": [], "reason": "Christmas"]], "rule": "wall-label",
        ]
        let pin = try sha256 ?? pinned(zone)
        spec["tzdata"] = ["release": "2025b", "sha256": .string(pin)]
        return .object(spec)
    }

    private func pinned(_ zone: String) throws -> String {
        let shown = try Programs.run(["policy", "zones", zone, "--json"])
        let json = try JSON(parsing: Array(shown.out.utf8.dropLast()))
        return json["tzdata"]?["sha256"]?.stringValue ?? ""
    }

    private func document(_ spec: JSON) -> JSON {
        [
            "apiVersion": "punctual/v1", "kind": "BusinessCalendar",
            "metadata": [
                "id": "berlin", "version": 1, "tenant": "acme", "effectiveFrom": "2026-01-01T00:00:00Z",
                "title": ["en": "Berlin office"],
            ],
            "spec": spec,
        ]
    }

    private func file(_ json: JSON, _ name: String = "calendar.json") throws -> String {
        try Data(json.canonicalBytes).write(to: URL(filePath: folder.path(name)))
        return folder.path(name)
    }

    private func due(
        _ calendar: String, _ start: String, _ span: String, _ more: [String] = ["--json"]
    ) throws -> Programs.Output {
        try Programs.run(["policy", "due", "--calendar", calendar, "--start", start, "--span", span] + more)
    }

    private func json(_ output: Programs.Output) throws -> JSON { try JSON(parsing: Array(output.out.utf8.dropLast())) }

    @Test("prints the deadline in plain words, with the local time and the windows that were counted")
    func words() throws {
        let output = try due(file(document(spec())), "2026-01-30T14:00:00+01:00", #"{"business":"PT8H"}"#, [])
        #expect(output.exitCode == 0 && output.err.isEmpty)
        #expect(
            output.out == """
                Due Mon 2026-02-02 14:00 (UTC+01:00), that is 2026-02-02T13:00:00Z.
                Counted: 8 hours of working time from Fri 2026-01-30 14:00 (UTC+01:00), by the clocks of Europe/Berlin.
                  Fri 2026-01-30  14:00–18:00  4 hours
                  Mon 2026-02-02  09:00–12:30  3 hours 30 minutes
                  Mon 2026-02-02  13:30–14:00  30 minutes

                """)
    }

    @Test("prints the same as JSON, for a whole document and for its spec alone")
    func programs() throws {
        let calendars = [try file(document(spec()), "a.json"), try file(spec(), "b.json")]
        for calendar in calendars {
            let output = try due(calendar, "2026-01-30T13:00:00Z", #"{"business":"PT8H"}"#)
            let answer = try json(output)
            #expect(answer["due"] == "2026-02-02T13:00:00Z")
            #expect(answer["local"] == "2026-02-02T14:00:00+01:00")
            #expect(answer["zone"] == "Europe/Berlin")
            #expect(answer["tzdata"]?["pinned"] == true)
            #expect(answer["tzdata"]?["sha256"] == .string(try pinned("Europe/Berlin")))
            #expect(answer["countedMilliseconds"] == 28_800_000)
        }
    }

    @Test(
        "starts at any RFC 3339 time, whatever its offset, and is exact to the millisecond",
        arguments: [
            ("2026-02-02T09:00:00.250+01:00", #"{"business":"PT1H"}"#, "2026-02-02T09:00:00.250Z"),
            ("2026-02-02 09:00:00+01:00", #"{"business":"PT1H"}"#, "2026-02-02T09:00:00Z"),
            ("2026-02-02t08:00:00z", #"{"elapsed":"PT90M"}"#, "2026-02-02T09:30:00Z"),
            ("2026-02-01T22:45:00-09:15", #"{"business":"PT1S"}"#, "2026-02-02T08:00:01Z"),
            ("2026-03-28T02:30:00+01:00", #"{"calendarDays":1}"#, "2026-03-29T01:00:00Z"),
            ("2026-10-24T02:30:00+02:00", #"{"calendarDays":1}"#, "2026-10-25T00:30:00Z"),
            ("2026-12-24T10:00:00+01:00", #"{"workingDays":1}"#, "2026-12-28T17:00:00Z"),
        ])
    func starts(start: String, span: String, expected: String) throws {
        let output = try due(file(spec()), start, span)
        #expect(output.exitCode == 0, "\(output.err)")
        #expect(try json(output)["due"] == .string(expected))
    }

    @Test("skips pauses, as often as they are given")
    func pauses() throws {
        let calendar = try file(spec())
        let pauses = [
            "--pause", "2026-02-02T09:00:00Z/2026-02-02T10:00:00Z", "--pause",
            "2026-02-02T10:30:00+01:00/2026-02-02T11:30:00+01:00",
        ]
        let output = try due(calendar, "2026-02-02T08:00:00Z", #"{"business":"PT2H"}"#, pauses + ["--json"])
        #expect(try json(output)["due"] == "2026-02-02T11:30:00Z")
        let said = try due(calendar, "2026-02-02T08:00:00Z", #"{"business":"PT2H"}"#, pauses).out
        #expect(said.contains("less the pauses"))
        #expect(said.contains("09:00–10:00") && said.contains("11:30–12:30"), "\(said)")
    }

    @Test("computes with the installed clocks where the calendar pins others, and says so; strictly it refuses")
    func otherPin() throws {
        let calendar = try file(spec(sha256: String(repeating: "0", count: 64)))
        let output = try due(calendar, "2026-01-30T13:00:00Z", #"{"business":"PT8H"}"#)
        #expect(output.exitCode == 0)
        #expect(output.err.contains("that are not those installed"))
        #expect(try json(output)["tzdata"]?["pinned"] == false)
        #expect(try json(output)["due"] == "2026-02-02T13:00:00Z")
        let strict = try due(calendar, "2026-01-30T13:00:00Z", #"{"business":"PT8H"}"#, ["--strict"])
        #expect(strict.exitCode == 3 && strict.out.isEmpty)
        #expect(try due(file(spec()), "2026-01-30T13:00:00Z", #"{"business":"PT8H"}"#, ["--strict"]).exitCode == 0)
    }

    @Test("says what is wrong, and where")
    func refusals() throws {
        let good = try file(spec(), "good.json")
        func refused(_ calendar: JSON) throws -> String { try file(calendar, "bad.json") }
        let eight = #"{"business":"PT8H"}"#
        let start = "2026-01-30T13:00:00Z"
        let bad = try spec()
        let cases: [(String, String, String, [String], Int32, String)] = [
            (good, "2026-01-30T13:00:00", eight, [], 2, "--start: \"2026-01-30T13:00:00\" is not an RFC 3339 time"),
            (good, "2026-02-30T13:00:00Z", eight, [], 2, "the days of that month are 01 to 28"),
            (good, "2026-06-30T23:59:60Z", eight, [], 2, "second 60"),
            (good, start, #"{"business":"P1D"}"#, [], 2, "is not a duration"),
            (good, start, #"{"business":"PT8H","elapsed":"PT1H"}"#, [], 2, "unknown member"),
            (good, start, #"{"workingDays":0}"#, [], 2, "1 to 3660"), (good, start, "PT8H", [], 2, "--span"),
            (good, start, eight, ["--pause", "x"], 2, "expected FROM/TO"),
            (good, start, eight, ["--pause", "\(start)/2026-01-30T12:59:59Z"], 2, "ends before it begins"),
            ("nowhere.json", start, eight, [], 2, "cannot be opened"),
            (good, "9999-12-31T00:00:00Z", #"{"elapsed":"PT99H"}"#, [], 3, "after the year 9999"),
        ]
        for (calendar, start, span, more, exitCode, expected) in cases {
            let output = try due(calendar, start, span, more)
            #expect(output.exitCode == exitCode && output.err.contains(expected), "\(output.err)")
            #expect(output.out.isEmpty)
        }
        let calendars: [(JSON, Int32, String)] = [
            (bad.replacing("/timeZone", by: "Mars/Base"), 3, "has no zone Mars/Base"),
            (bad.replacing("/timeZone", by: "../../etc/passwd"), 2, "/timeZone: "),
            (bad.replacing("/week", by: [:]), 2, "no day of its week has hours"),
            (bad.replacing("/week/mon", by: [["18:00", "09:00"]]), 2, "/week/mon/0: "),
            (bad.replacing("/week/mon", by: [["09:00", "12:00"], ["11:00", "13:00"]]), 2, "overlap"),
            (bad.replacing("/week/mon", by: [["9:00", "12:00"]]), 2, "two times of day"),
            (bad.replacing("/exceptions/0/date", by: "2026-02-29"), 2, "no calendar"),
            (bad.replacing("/rule", by: "open-first"), 2, "/rule: "),
        ]
        for (calendar, exitCode, expected) in calendars {
            let output = try due(refused(calendar), start, eight)
            #expect(output.exitCode == exitCode && output.err.contains(expected), "\(output.err)")
        }
    }

    @Test("a zone is shown with its pin, and all zones are named")
    func zones() throws {
        let shown = try Programs.run(["policy", "zones", "Asia/Kathmandu"])
        #expect(shown.exitCode == 0 && shown.out.contains("zone:    Asia/Kathmandu"))
        let all = try Programs.run(["policy", "zones"])
        #expect(all.exitCode == 0 && all.out.contains("\nEurope/Berlin\n"))
        #expect(try Programs.run(["policy", "zones", "Mars/Base"]).exitCode == 3)
        #expect(try Programs.run(["policy", "zones", "/etc/passwd"]).exitCode == 2)
        // Links are the same clocks under another name.
        #expect(try pinned("Europe/Berlin") == pinned("Arctic/Longyearbyen"))
        #expect(try pinned("Europe/Berlin") != pinned("Europe/Vienna"))
    }
}
