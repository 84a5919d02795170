import CanonicalJSON
import Settlement
import Testing

private let start = LogBuilder.start
private let day = LogBuilder.day

@Suite("Rule 45: who may act")
struct StaffTests {
    private static let ina = "00000000000000aa"

    private static func log() -> LogBuilder {
        var log = LogBuilder.standard()
        log.add(
            "staff.added", at: start, ["id": .string(ina), "roles": ["agent", "finance"]], cm: LogBuilder.commitments)
        log.add("staff.roles", at: start, ["id": .string(ina), "roles": ["independent-assessor"], "until": 9])
        log.add("staff.removed", at: start, ["id": .string(ina)])
        return log
    }

    @Test("somebody comes, changes and goes")
    func life() throws { #expect(try Self.log().report(at: start).findings.isEmpty) }

    @Test(
        "nobody comes twice, and whoever is gone stays gone",
        arguments: ["staff.added", "staff.roles", "staff.removed"])
    func twice(_ type: String) throws {
        var log = Self.log()
        guard let draft = log.drafts.first(where: { $0.type == type }) else { return }
        log.add(type, at: start, draft.facts)
        #expect(try log.report(at: start).kinds == [.notPermitted])
    }

    @Test(
        "each fact has its form",
        arguments: [
            ("staff.added", "id", "00000000000000AA"), ("staff.added", "id", nil), ("staff.added", "id", 1),
            ("staff.added", "roles", []), ("staff.added", "roles", nil),
            ("staff.added", "roles", ["finance", "agent"]),
            ("staff.added", "roles", ["agent", "agent"]), ("staff.added", "roles", ["king"]),
            ("staff.added", "roles", ["agent", "independent-assessor"]), ("staff.added", "until", "x"),
            ("staff.added", "until", .null), ("staff.added", "zz", 1), ("staff.roles", "until", nil),
            ("staff.removed", "roles", ["agent"]), ("staff.removed", "id", nil),
        ] as [(String, String, JSON?)])
    func form(_ type: String, _ name: String, _ value: JSON?) throws {
        var log = Self.log()
        log.change(type) { $0.facts[name] = value }
        #expect(try log.report(at: start).kinds.contains(.malformedEntry))
    }
}
