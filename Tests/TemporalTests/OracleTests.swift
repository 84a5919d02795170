import Foundation
import Temporal
import TestSupport
import Testing

/// Another implementation, in another language, with another reader of zone files: `Python/oracle.py`.
@Suite("Deadlines by Python's zoneinfo", .enabled(if: Oracle.isExpected, Oracle.absence))
struct OracleTests {
    @Test("3.2/16 agree in 2,400 cases around transitions, to the millisecond")
    func agreement() throws {
        var maker = try CaseMaker(seed: 107)
        var lines: [String] = []
        var expected: [(TimeSpan, Instant, String)] = []
        for _ in 0..<2400 {
            let one = try maker.next()
            let (span, pauses) = (maker.span(), maker.pauses(from: one.start))
            let due = try one.calendar.instant(after: span, from: one.start, skipping: pauses)
            lines.append(try Oracle.line(one, span, pauses))
            expected.append((span, due, "\(one.zone) \(one.start) \(span) \(pauses)"))
        }
        let answers = try Oracle.answers(to: lines)
        #expect(answers.count == expected.count)
        var kinds: [String: Int] = [:]
        for (answer, (span, due, name)) in zip(answers, expected) {
            #expect(answer == due.milliseconds, "\(name): \(Instant(milliseconds: answer)), not \(due)")
            kinds["\(span)".prefix(6).description, default: 0] += 1
        }
        #expect(kinds.count == 4 && kinds.values.allSatisfy { $0 > 300 })
    }
}

enum Oracle {
    static let absence: Comment = "python3 with its zoneinfo is not on this machine"

    static var isExpected: Bool {
        ProcessInfo.processInfo.environment["CI"] != nil
            || (try? run(["-c", "import zoneinfo"], input: Data()))?.status == 0
    }

    static func line(_ one: CaseMaker.Case, _ span: TimeSpan, _ pauses: [Range<Instant>]) throws -> String {
        let spanJSON: [String: Int64] =
            switch span {
            case .elapsed(let length): ["elapsed": length.count]
            case .business(let length): ["business": length.count]
            case .calendarDays(let days): ["calendarDays": Int64(days)]
            case .workingDays(let days): ["workingDays": Int64(days)]
            }
        func list(_ windows: [WorkingCalendar.Window]) -> [[Int]] { windows.map { [$0.open, $0.close] } }
        let json: [String: Any] = [
            "zone": one.zone, "week": one.week.map(list), "start": one.start.milliseconds, "span": spanJSON,
            "exceptions": Dictionary(uniqueKeysWithValues: one.exceptions.map { ($0.key.description, list($0.value)) }),
            "pauses": pauses.map { [$0.lowerBound.milliseconds, $0.upperBound.milliseconds] },
        ]
        return String(decoding: try JSONSerialization.data(withJSONObject: json), as: UTF8.self)
    }

    static func answers(to lines: [String]) throws -> [Int64] {
        let script = Conformance.projectRoot.appending(path: "Tests/TemporalTests/Python/oracle.py").path
        let result = try run(["-B", script], input: Data(lines.joined(separator: "\n").utf8))
        #expect(result.status == 0)
        return String(decoding: result.out, as: UTF8.self).split(separator: "\n").compactMap { Int64($0) }
    }

    private static func run(_ arguments: [String], input: Data) throws -> (status: Int32, out: Data) {
        let file = FileManager.default.temporaryDirectory.appending(path: "punctual-oracle-\(UUID().uuidString)")
        try input.write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        let output = Pipe()
        process.standardInput = try FileHandle(forReadingFrom: file)
        process.standardOutput = output
        try process.run()
        let out = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, out)
    }
}
