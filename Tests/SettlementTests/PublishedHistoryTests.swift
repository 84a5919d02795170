import Foundation
import Settlement
import Temporal
import TestSupport
import Testing

@Suite("The history in vectors/history")
struct PublishedHistoryTests {
    /// The entries as the service wrote them, one a line.
    private func entries() throws -> [[UInt8]] {
        let text = try String(
            contentsOf: Conformance.projectRoot.appending(path: "vectors/history/entries.ndjson"), encoding: .utf8)
        return text.split(separator: "\n").map { Array($0.utf8) }
    }

    private func report(_ entries: [[UInt8]]) throws -> SettlementReport {
        var recomputation = Recomputation()
        for entry in entries { recomputation.read(entry) }
        return recomputation.finish(at: try Instant(rfc3339: "2027-01-01T00:00:00Z"))
    }

    @Test("settles for somebody who has read the page only")
    func paid() throws {
        let entries = try entries()
        let report = try report(entries)
        #expect(report.verdict == .settled, "\(report.findings)")
        #expect(report.missed == 0 && report.double == 0 && report.open == 0)
        #expect(report.entries == entries.count && report.requests == 3 && report.breached == 1)
        #expect(report.compensated == 1 && report.unjudgedWindows > 0)
    }

    @Test("is wrong without any one of the entries that say what was owed and given")
    func incomplete() throws {
        let entries = try entries()
        for type in ["policy.published", "request.accepted", "sla.breach", "compensation.post", "notice.queued"] {
            let ending = Array("\"type\":\"\(type)\",\"v\":1}".utf8)
            for index in entries.indices where entries[index].suffix(ending.count).elementsEqual(ending) {
                var fewer = entries
                fewer.remove(at: index)
                // Besides the gap in the numbers something must be wrong with what was owed.
                #expect(try report(fewer).kinds.subtracting([.misplacedEntry]) != [])
            }
        }
    }
}
