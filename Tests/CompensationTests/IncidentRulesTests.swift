import CanonicalJSON
import Compensation
import ServiceLevels
import Temporal
import TestSupport
import Testing

@Suite("The rules of incidents (page \"Incidents\", rules 41 and 43)")
struct IncidentRulesTests {
    private static let day = Milliseconds.hours(24)

    /// Everything else of the standard rules, and a critical service level.
    private static func rules() throws -> IncidentRules {
        var document = IncidentRules.standard.json.objectValue ?? [:]
        var severity = document["severity"]?.objectValue ?? [:]
        severity["criticality"] = [["serviceLevel": "licence", "points": 2]]
        document["severity"] = .object(severity)
        return try IncidentRules(.object(document))
    }

    struct Case: Sendable {
        let count: Int64
        let total: Int64
        let length: Milliseconds
        var levels: Set<String> = []
        let severity: Severity
    }

    /// A row on each side of each boundary: shares of 1/100 and 1/10, four hours and a day, what is critical, and the
    /// levels of 2 and 4 points.
    static let cases: [Case] = [
        Case(count: 0, total: 0, length: .zero, severity: .minor),
        Case(count: 1, total: 100, length: .zero, severity: .minor),
        Case(count: 100_001, total: 1_000_000, length: .zero, severity: .major),
        Case(count: 100_000, total: 1_000_000, length: .zero, severity: .minor),
        Case(count: 120_000, total: 1_000_000, length: .zero, severity: .major),
        Case(count: 10, total: 100, length: .hours(4), severity: .minor),
        Case(count: 10, total: 100, length: .hours(4) + Milliseconds(1), severity: .major),
        Case(count: 10_000, total: 1_000_000, length: .hours(24), severity: .minor),
        Case(count: 10_000, total: 1_000_000, length: .hours(24) + Milliseconds(1), severity: .major),
        Case(count: 10_001, total: 1_000_000, length: .hours(4), severity: .minor),
        Case(count: 10_001, total: 1_000_000, length: .hours(4) + Milliseconds(1), severity: .major),
        Case(count: 100_001, total: 1_000_000, length: .hours(24), severity: .major),
        Case(count: 100_001, total: 1_000_000, length: .hours(24) + Milliseconds(1), severity: .critical),
        Case(count: 1, total: 1000, length: .zero, levels: ["licence"], severity: .major),
        Case(count: 1, total: 1000, length: .zero, levels: ["license", "other"], severity: .minor),
        Case(count: 101, total: 1000, length: .zero, levels: ["licence"], severity: .critical),
        Case(count: 100, total: 1000, length: .zero, levels: ["licence"], severity: .major),
        Case(count: .max, total: .max, length: .days(3650), severity: .critical),
        Case(count: .max / 10, total: .max, length: .zero, severity: .minor),
        Case(count: .max / 10 + 1, total: .max, length: .zero, severity: .major),
    ]

    @Test("weigh share, length and what is critical; what is equal to a boundary is not over it", arguments: cases)
    func severity(_ row: Case) throws {
        let severity = try Self.rules().severity(
            count: row.count, of: row.total, lasting: row.length, serviceLevels: row.levels)
        #expect(severity == row.severity)
    }

    @Test("never make more requests or more time milder", arguments: 1...20)
    func monotone(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let rules = try Self.rules()
        for _ in 0..<200 {
            let total = Int64.random(in: 1...2_000_000, using: &random)
            let count = Int64.random(in: 0...total, using: &random)
            let more = Int64.random(in: count...total, using: &random)
            let length = Milliseconds(Int64.random(in: 0...200_000_000, using: &random))
            let longer = length + Milliseconds(Int64.random(in: 0...200_000_000, using: &random))
            let mild = rules.severity(count: count, of: total, lasting: length, serviceLevels: [])
            #expect(mild <= rules.severity(count: more, of: total, lasting: length, serviceLevels: []))
            #expect(mild <= rules.severity(count: count, of: total, lasting: longer, serviceLevels: []))
            #expect(mild <= rules.severity(count: count, of: total, lasting: length, serviceLevels: ["licence"]))
        }
    }

    static let refusals: [(change: @Sendable (inout JSONObject) -> Void, place: String)] = [
        ({ $0["open"] = nil }, "/open"), ({ $0["open"] = ["requests": 20] }, "/open/within"),
        ({ $0["open"] = ["requests": 0, "within": ["elapsed": "PT5M"]] }, "/open/requests"),
        ({ $0["open"] = ["requests": 257, "within": ["elapsed": "PT5M"]] }, "/open/requests"),
        ({ $0["open"] = ["requests": "1", "within": ["elapsed": "PT5M"]] }, "/open/requests"),
        ({ $0["open"] = ["requests": 2, "within": ["calendarDays": 1]] }, "/open/within"),
        ({ $0["open"] = ["requests": 2, "within": ["elapsed": "PT5M"], "and": 1] }, "/open/and"),
        ({ $0["quiet"] = ["elapsed": "PT0S"] }, "/quiet"), ({ $0["quiet"] = nil }, "/quiet"),
        ({ $0["freezeWithin"] = ["elapsed": "P1M"] }, "/freezeWithin/elapsed"),
        ({ $0["more"] = true }, "/more"), ({ $0["severity"] = [] }, "/severity"),
        ({ $0.severity("share", [["over": ["num": 1, "den": 1], "points": 1]]) }, "/severity/share/0"),
        ({ $0.severity("share", [["over": ["num": 1, "den": 0], "points": 1]]) }, "/severity/share/0/over/den"),
        ({ $0.severity("share", [["over": ["num": -1, "den": 2], "points": 1]]) }, "/severity/share/0/over/num"),
        ({ $0.severity("share", [["over": ["num": 1, "den": 2], "points": 0]]) }, "/severity/share/0/points"),
        (
            {
                $0.severity(
                    "share",
                    [["over": ["num": 1, "den": 2], "points": 1], ["over": ["num": 2, "den": 4], "points": 2]])
            }, "/severity/share/1"
        ),
        (
            {
                $0.severity(
                    "share",
                    [["over": ["num": 1, "den": 3], "points": 2], ["over": ["num": 1, "den": 2], "points": 2]])
            }, "/severity/share/1"
        ),
        (
            {
                $0.severity(
                    "duration",
                    [["over": ["elapsed": "PT2H"], "points": 1], ["over": ["elapsed": "PT1H"], "points": 2]])
            }, "/severity/duration/1"
        ),
        (
            {
                $0.severity(
                    "criticality", [["serviceLevel": "a", "points": 1], ["serviceLevel": "a", "points": 2]])
            }, "/severity/criticality/1"
        ),
        (
            { $0.severity("criticality", [["serviceLevel": "A b", "points": 1]]) },
            "/severity/criticality/0/serviceLevel"
        ),
        ({ $0.severity("levels", [["from": 1, "severity": "minor"]]) }, "/severity/levels/0"),
        ({ $0.severity("levels", [["from": 1, "severity": "grave"]]) }, "/severity/levels/0/severity"),
        (
            {
                $0.severity("levels", [["from": 2, "severity": "critical"], ["from": 3, "severity": "major"]])
            }, "/severity/levels/1"
        ),
    ]

    @Test("are refused with the place of what is wrong", arguments: refusals.indices)
    func refuses(_ index: Int) throws {
        var document = IncidentRules.standard.json.objectValue ?? [:]
        Self.refusals[index].change(&document)
        do throws(PolicyError) {
            _ = try IncidentRules(.object(document))
            Issue.record("row \(index) was taken")
        } catch {
            #expect(error.pointer.description.hasPrefix(Self.refusals[index].place), "\(index): \(error)")
        }
    }

    @Test("that were damaged anywhere are refused or read, and never stop the program", arguments: 1...20)
    func fuzz(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let whole = IncidentRules.standard.json.canonicalBytes
        for _ in 0..<300 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: bytes.indices, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 32...126, using: &random)
                case 1: bytes.remove(at: place)
                default: bytes.insert(bytes[Int.random(in: bytes.indices, using: &random)], at: place)
                }
            }
            guard let rules = try? IncidentRules(parsing: bytes) else { continue }
            _ = rules.severity(count: 5, of: 9, lasting: .hours(9), serviceLevels: [])
            #expect(try IncidentRules(rules.json) == rules)
        }
    }

    @Test("of the page read, and have a hash")
    func standard() throws {
        #expect(try IncidentRules(IncidentRules.standard.json) == .standard)
        #expect(IncidentRules.standard.hash.text.hasPrefix("sha256:"))
        #expect(IncidentRules.standard.openRequests == 20)
    }
}

extension JSONObject {
    fileprivate mutating func severity(_ key: String, _ value: JSON) {
        var severity = self["severity"]?.objectValue ?? [:]
        severity[key] = value
        self["severity"] = .object(severity)
    }
}
