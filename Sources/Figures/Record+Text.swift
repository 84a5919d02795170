/// As people read it.
extension Record {
    /// What is known of the run, line by line, and the table.
    package var text: String {
        (["\(report.title)   (measure \(command))"] + facts.map { "\($0.0): \($0.1)" } + [""] + table)
            .joined(separator: "\n")
    }

    private var facts: [(String, String)] {
        let machine = surroundings
        return [
            ("processor", "\(machine.processor), \(machine.cores) cores"),
            ("fdatasync p50", "\(fixed(Double(machine.syncNanoseconds) / 1e6, 3)) ms"),
            (
                "Ed25519 by OpenSSL",
                "\(grouped(machine.signPerSecond)) sign/s and \(grouped(machine.verifyPerSecond)) verify/s on one "
                    + "thread, \(grouped(machine.signOnAllCoresPerSecond)) sign/s on all cores"
            ),
            ("data size", "\(grouped(Double(report.data.count))) \(report.data.unit)"),
            ("batch size", grouped(Double(report.batch))),
        ] + report.conditions.map { ($0.name, $0.value) } + [
            ("peak memory", "\(grouped(Double(peakMemoryBytes) / 1e6)) MB")
        ] + (machine.isOptimised ? [] : [("build", "debug: these figures mean nothing, build with -c release")])
    }

    /// A line of headings and one for each row; a column that no row fills is left out.
    private var table: [String] {
        var extra: [String] = []
        for fact in report.rows.flatMap(\.facts) where !extra.contains(fact.name) { extra.append(fact.name) }
        let cells = report.rows.map { row -> [String] in
            let times = row.times.flatMap { $0.count > 0 ? $0 : nil }
            let latencies = times.map { [$0.p50, $0.p95, $0.p99, $0.largest].map(milliseconds) }
            return [row.name] + extra.map { name in row.facts.first { $0.name == name }?.value.shown ?? "" }
                + [row.perSecond.map(grouped) ?? "", row.raw.map(grouped) ?? ""]
                + [row.ratio.map { Report.Value.share($0).shown } ?? ""] + (latencies ?? ["", "", "", ""])
        }
        let headings =
            ["what"] + extra + ["per second", "raw", "of raw", "p50 ms", "p95 ms", "p99 ms", "longest ms"]
        let used = headings.indices.filter { column in column == 0 || cells.contains { !$0[column].isEmpty } }
        let lines = ([headings] + cells).map { line in used.map { line[$0] } }
        let widths = used.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { line in
            line.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + padding : padding + cell
            }.joined(separator: "  ")
        }
    }
}

extension Report.Value {
    fileprivate var shown: String {
        switch self {
        case .text(let text): text
        case .count(let count): String(count)
        case .rate(let rate): grouped(rate)
        case .share(let share): "\(fixed(share * 100, share < 0.1 ? 1 : 0)) %"
        case .times(let ratio): "\(fixed(ratio, 2)) x"
        case .milliseconds(let time): time >= 100 ? grouped(time) : fixed(time, 3)
        }
    }
}

private func milliseconds(_ nanoseconds: UInt64) -> String {
    Report.Value.milliseconds(Double(nanoseconds) / 1e6).shown
}

/// Thousands apart; below a hundred with one digit behind the point.
private func grouped(_ number: Double) -> String {
    guard number.magnitude >= 100 || number == number.rounded() else { return fixed(number, 1) }
    var digits = String(Int(number.rounded()))
    var groups: [String] = []
    while digits.count > 3 {
        groups.insert(String(digits.suffix(3)), at: 0)
        digits.removeLast(3)
    }
    return ([digits] + groups).joined(separator: ",")
}

/// A number that is not negative, with so many digits behind the point.
func fixed(_ value: Double, _ digits: Int) -> String {
    let scale = (0..<digits).reduce(1) { scale, _ in scale * 10 }
    let scaled = Int((value * Double(scale)).rounded())
    guard digits > 0 else { return String(scaled) }
    let fraction = String(scaled % scale)
    return "\(scaled / scale)." + String(repeating: "0", count: digits - fraction.count) + fraction
}
