import CanonicalJSON
import Figures
import Foundation
import JSONSchema
import TestSupport
import Testing

/// One record with everything that a record may have.
func exampleRecord(ratios: [(String, Double)] = [("issue", 0.5)], isOptimised: Bool = true) -> Record {
    var report = Report(
        "Issuing", data: .init(10_000_000, "stored credentials"), batch: 256, conditions: [("threads", "2")])
    for (name, ratio) in ratios {
        report.add(name, perSecond: ratio * 50_000, raw: 50_000, times: Histogram([1_000_000, 2_000_000]))
    }
    report.add("start", times: Histogram([12_345_678]), [("peak MB", .count(150)), ("note", .text("once"))])
    report.add("memory", [("share", .share(0.05)), ("of it", .times(1.5)), ("rate", .rate(1234.5))])
    report.add("wait", [("ms", .milliseconds(0.25))])
    let machine = Surroundings(
        processor: "Example 1", cores: 2, isOptimised: isOptimised, syncNanoseconds: 45_100, signPerSecond: 26_000.4,
        verifyPerSecond: 9400, signOnAllCoresPerSecond: 50_000)
    return Record(command: "issuance", report, machine, peakMemoryBytes: 158_000_000)
}

@Suite("A record, for people and for programs")
struct RecordTests {
    private static func schema() throws -> JSONSchema {
        let file = Conformance.projectRoot.appending(path: "schemas/measure.schema.json")
        return try JSONSchema(JSON(parsing: [UInt8](Data(contentsOf: file))))
    }

    @Test("fits schemas/measure.schema.json, alone and with others")
    func fits() throws {
        let schema = try Self.schema()
        let record = exampleRecord().json
        #expect(try schema.validate(record).isEmpty)
        #expect(try schema.validate(Records.json([record, record])).isEmpty)
    }

    @Test(
        "what lacks a member, or has another one, does not fit",
        arguments: ["machine", "data", "batch", "peakMemoryBytes", "rows", "command", "format", "conditions"])
    func misfits(member: String) throws {
        let schema = try Self.schema()
        guard case .object(var record) = exampleRecord().json else { return }
        record[member] = nil
        #expect(try !schema.validate(.object(record)).isEmpty)
        record = exampleRecord().json.objectValue ?? [:]
        record[member + "x"] = 1
        #expect(try !schema.validate(.object(record)).isEmpty)
    }

    @Test("the table has a column only where a row fills it")
    func table() {
        let lines = exampleRecord().text.components(separatedBy: "\n")
        #expect(
            lines.prefix(8) == [
                "Issuing   (measure issuance)", "processor: Example 1, 2 cores", "fdatasync p50: 0.045 ms",
                "Ed25519 by OpenSSL: 26,000 sign/s and 9,400 verify/s on one thread, 50,000 sign/s on all cores",
                "data size: 10,000,000 stored credentials", "batch size: 256", "threads: 2", "peak memory: 158 MB",
            ])
        #expect(lines.count == 14)
        let words = lines[10].split(separator: " ")
        #expect(words == ["issue", "25,000", "50,000", "50", "%", "1.000", "2.000", "2.000", "2.000"])
        #expect(lines[12].contains("5.0 %"))
    }

    @Test("a debug build says that its figures mean nothing")
    func debug() {
        #expect(exampleRecord(isOptimised: false).text.contains("these figures mean nothing"))
        #expect(exampleRecord(isOptimised: false).json["machine"]?["optimised"] == false)
    }
}

@Suite("Two records side by side")
struct ComparisonTests {
    private static func compare(
        _ old: [(String, Double)], _ new: [(String, Double)]
    ) throws -> Comparison {
        try Comparison(old: exampleRecord(ratios: old).json, new: Records.json([exampleRecord(ratios: new).json]))
    }

    @Test(
        "a ratio that is less than the limit's share of the old one is worse",
        arguments: [(0.5, 0.5, false), (0.5, 0.376, false), (0.5, 0.374, true), (0.5, 0.9, false), (3, 2, true)])
    func limit(old: Double, new: Double, isWorse: Bool) throws {
        let comparison = try Self.compare([("issue", old)], [("issue", new)])
        #expect(comparison.worse(than: 0.75).map(\.name) == (isWorse ? ["issuance: issue"] : []))
    }

    @Test("what is gone is worse, what is new is not")
    func missing() throws {
        let comparison = try Self.compare([("issue", 0.5), ("sign", 0.8)], [("issue", 0.5), ("verify", 0.9)])
        #expect(comparison.worse(than: 0.75).map(\.name) == ["issuance: sign"])
        #expect(comparison.lines.map(\.name) == ["issuance: issue", "issuance: sign", "issuance: verify"])
    }

    @Test("times and rates are no part of it: another machine with the same ratios is as good")
    func otherMachine() throws {
        var report = Report("Issuing", data: .init(0, "credentials"))
        report.add("issue", perSecond: 5, raw: 10, times: Histogram([90_000_000_000]))
        let slow = Surroundings(
            processor: "Slow", cores: 1, isOptimised: true, syncNanoseconds: 9_000_000, signPerSecond: 10,
            verifyPerSecond: 4, signOnAllCoresPerSecond: 10)
        let comparison = try Comparison(
            old: exampleRecord().json, new: Record(command: "issuance", report, slow, peakMemoryBytes: 1).json)
        #expect(comparison.lines.map(\.quotient) == [1])
    }

    @Test("what is no record is refused", arguments: ["{}", "[]", #"{"records": [{}]}"#, #"{"format": "other"}"#])
    func refusals(text: String) throws {
        let other = try JSON(parsing: Array(text.utf8))
        #expect(throws: FiguresError.self) { try Comparison(old: other, new: exampleRecord().json) }
        #expect(throws: FiguresError.self) { try Comparison(old: exampleRecord().json, new: other) }
    }

    @Test("a ratio that is no number, and a row without a name, are refused")
    func rows() throws {
        for row: JSON in [["name": "issue", "ratio": "0.5"], ["name": "issue", "ratio": -1], ["ratio": 1], 7] {
            var record = exampleRecord().json.objectValue ?? [:]
            record["rows"] = [row]
            #expect(throws: FiguresError.self) { try Comparison(old: .object(record), new: .object(record)) }
        }
    }
}
