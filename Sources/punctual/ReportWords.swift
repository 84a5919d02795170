import CanonicalJSON
import Temporal

/// Reports for people, within 80 columns.
enum ReportWords {
    static func dashboard(_ numbers: JSON) -> [String] {
        func number(_ key: String) -> String { numbers[key]?.integerValue.map(String.init) ?? "0" }
        func sums(_ key: String) -> String {
            let sums = (numbers[key]?.objectValue ?? [:]).map { "\($1.integerValue ?? 0) \($0)" }
            return sums.isEmpty ? "nothing" : sums.joined(separator: ", ")
        }
        return [
            "As of \(IncidentWords.short(numbers["asOf"]?.stringValue ?? "")) UTC, \(number("logSize")) entries",
            "  in flight   \(number("inFlight")) of \(number("accepted")) accepted",
            "  at risk     not told: nothing forecasts it yet",
            "  breached    \(number("breached"))",
            "  owed        \(sums("owed"))",
            "  paid        \(sums("paid")), in \(number("posted")) postings",
            "  open        \(number("open")) due and not assessed",
            "  missed      \(number("missed"))",
            "  incidents   \(number("incidents")) open",
        ]
    }

    static func stages(_ report: JSON) -> [String] {
        var lines = ["stage                       there  ended       mean    longest  waits since"]
        for stage in report["stages"]?.arrayValue ?? [] {
            func number(_ key: String) -> Int64 { stage[key]?.integerValue ?? 0 }
            let name = (stage["stage"]?.stringValue ?? "").padded(26)
            let mean = stage["meanMilliseconds"] == nil ? "" : length(number("meanMilliseconds"))
            let longest = stage["longestMilliseconds"] == nil ? "" : length(number("longestMilliseconds"))
            let since = stage["oldest"]?["since"]?.stringValue.map(IncidentWords.short) ?? ""
            lines.append(
                "\(name) \("\(number("present"))".leading(6)) \("\(number("ended"))".leading(6)) \(mean.leading(10)) "
                    + "\(longest.leading(10))  \(since)")
            if let request = stage["oldest"]?["request"]?.stringValue { lines.append("  oldest: \(request)") }
        }
        return lines
    }

    static func recurrence(_ report: JSON) -> [String] {
        let days = report["withinDays"]?.integerValue ?? 0
        var lines = ["cause                     incidents  came back within \(days) days"]
        for cause in report["causes"]?.arrayValue ?? [] {
            lines.append(
                "\((cause["cause"]?.stringValue ?? "").padded(24)) "
                    + "\("\(cause["incidents"]?.integerValue ?? 0)".leading(10))  "
                    + "\(cause["recurred"]?.integerValue ?? 0)"
            )
        }
        let overdue = report["overdue"]?.arrayValue ?? []
        lines.append("Overdue actions: \(overdue.count)")
        return lines + overdue.map { "  " + IncidentWords.line(of: $0) }
    }

    /// `3 d 4 h`, `12 min`, `800 ms`: the two greatest units.
    private static func length(_ milliseconds: Int64) -> String {
        let units: [(Int64, String)] = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1000, "s"), (1, "ms")]
        guard let first = units.firstIndex(where: { milliseconds >= $0.0 }) else { return "0" }
        let (size, name) = units[first]
        let rest = milliseconds % size
        guard first + 1 < units.count - 1, rest >= units[first + 1].0 else { return "\(milliseconds / size) \(name)" }
        return "\(milliseconds / size) \(name) \(rest / units[first + 1].0) \(units[first + 1].1)"
    }
}

extension String {
    fileprivate func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
    fileprivate func leading(_ width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
