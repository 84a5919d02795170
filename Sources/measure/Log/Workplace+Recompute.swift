import Hosting
import Issuance
import SQLiteStorage
import Settlement
import Temporal

extension Workplace {
    /// Reads the log from the database, and computes every deadline, breach and payment again, as a stranger does.
    ///
    /// - Returns: how many entries there were; zero when something is missing, double or false.
    func recompute() throws -> Int {
        let (reader, _) = try directory.openReader()
        var (recomputation, count) = (Recomputation(), 0)
        try reader.read { reader in
            try reader.forEachAhead(EntryRecord.self, { ScannedEntry($0.body) }) {
                recomputation.read($0)
                count += 1
            }
        }
        let report = recomputation.finish(at: Instant(milliseconds: 0))
        return report.findings.isEmpty && report.missed == 0 && report.double == 0 ? count : 0
    }
}
